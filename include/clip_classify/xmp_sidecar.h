// Tags and a description in an XMP file beside an image, where photo managers look for them.
#pragma once

#include <string>
#include <vector>

namespace clip_classify {

struct SidecarContent {
  std::vector<std::string> subjects;  ///< dc:subject, the keywords of photo managers
  std::string description;            ///< dc:description, as the caption for every language
};

/// IMAGE.EXT.xmp, as digiKam and darktable name it and exiftool takes it: unlike IMAGE.xmp, it stays one
/// image's own where a camera's IMAGE.JPG and IMAGE.CR2, say, lie beside each other.
std::string sidecar_path(const std::string& image);

/// Adds `content` to the image's sidecar, which is made when there is none. What other programs keep in one
/// stays: subjects are added to those there are, each once, and a description is only set where there is
/// none. The file is laid out anew, and written whole or not at all; a symbolic link is followed. Returns
/// whether anything was to be written. What XML can't hold is left out of the texts. The image is neither
/// read nor touched.
///
/// Throws Error (input, "sidecar") that names the sidecar and leaves it as it is: not readable, not UTF-8,
/// not well-formed XML, not XMP, not to be written.
bool write_sidecar(const std::string& image, const SidecarContent& content);

}  // namespace clip_classify
