// What embeddings depend on beside the image or the label: rows of one space may be compared and taken for
// each other, rows of two may not.
#pragma once

#include <string>

#include "clip_classify/image.h"
#include "clip_classify/model.h"

namespace clip_classify {

/// The image encoder, its precision, and everything between a file's bytes and the encoder's input.
/// `decode.max_pixels` is not part of it: an image that was accepted is the same under any limit.
std::string image_space(const Model& model, const DecodeOptions& decode);

/// The model whatever it computes in: both encoders and the tokenizer, as 32 hexadecimal digits. Rows of one
/// may be compared, though not taken for each other.
std::string model_space(const Manifest& manifest);

/// The text encoder, its precision, and everything between a text and the encoder's input.
std::string label_space(const Model& model);

}  // namespace clip_classify
