// Where model folders are found by name.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace clip_classify {

/// The folder of a model given by name ("compact") or by path (anything with a slash, or an existing folder
/// with a model.json). Names are looked for in the folders of model_search_path(). Throws Error (model) that
/// lists the names there are.
std::filesystem::path find_model(const std::string& name_or_folder);

/// Every folder with a model.json on the search path, first one of a name only, sorted by name.
std::vector<std::filesystem::path> list_models();

/// $XDG_DATA_HOME/clip-classify/models (or ~/.local/share/...), then share/clip-classify/models of the
/// installation or build tree that this library lies in.
std::vector<std::filesystem::path> model_search_path();

}  // namespace clip_classify
