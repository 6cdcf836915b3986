// What a model folder gives at one stage, for scripts/parity.py to compare with the Python original.
//
//   dump_model FOLDER tokens < TEXTS              -> a line of ids for each text
//   dump_model FOLDER texts < TEXTS               -> float32 rows, as bytes
//   dump_model FOLDER pixels < PATHS              -> float32 [3, height, width] for each, as bytes
//   dump_model FOLDER images [BATCH] < PATHS      -> float32 rows, as bytes
//   dump_model FOLDER summary                     -> a line for each encoder: what was fused, as NAME=COUNT
//
// TEXTS and PATHS end with NUL each. In a text `\N` stands for NUL and `\\` for a backslash.
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "clip_classify/error.h"
#include "clip_classify/input.h"
#include "clip_classify/model.h"
#include "escapes.h"

namespace {

using namespace clip_classify;

std::vector<std::string> read_items() {
  std::vector<std::string> items;
  for (std::string item; std::getline(std::cin, item, '\0');) items.push_back(item);
  return items;
}

void write_floats(std::span<const float> values) {
  std::cout.write(reinterpret_cast<const char*>(values.data()),
                  static_cast<std::streamsize>(values.size_bytes()));
}

void dump_texts(Model& model, bool embed) {
  auto texts = read_items();
  for (auto& text : texts) text = unescaped(text);
  const auto sequences = model.tokenize(texts);
  if (embed) return write_floats(model.embed_tokens(sequences).values);
  for (const auto& tokens : sequences) {
    const char* separator = "";
    for (const auto id : tokens.ids) {
      std::cout << separator << id;
      separator = " ";
    }
    std::cout << '\n';
  }
}

void dump_images(Model& model, std::size_t batch) {
  const auto& spec = model.manifest().image;
  std::vector<float> pixels;
  std::size_t count = 0;
  const auto flush = [&] {
    if (count == 0) return;
    write_floats(batch == 0 ? std::span<const float>(pixels) : model.embed_images(pixels, count).values);
    pixels.clear();
    count = 0;
  };
  for (const auto& path : read_items()) {
    const auto one =
        preprocess(decode_image(read_bytes(path), {.apply_exif = spec.exif, .alpha = spec.alpha}), spec);
    pixels.insert(pixels.end(), one.begin(), one.end());
    if (++count >= std::max<std::size_t>(batch, 1)) flush();
  }
  flush();
}

void dump_summary(const char* encoder, const EncoderSummary& summary) {
  std::cout << encoder << " fused=" << summary.fused_layers << " quantized=" << summary.quantized_layers
            << " activations=" << summary.activations << " residuals=" << summary.residuals
            << " attentions=" << summary.attentions << " patches=" << summary.patches
            << " first_token=" << summary.first_token << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: dump_model FOLDER tokens | texts | pixels | images [BATCH] | summary\n";
    return 2;
  }
  try {
    Model model(read_manifest(argv[1]));
    const std::string stage = argv[2];
    if (stage == "tokens" || stage == "texts") {
      dump_texts(model, stage == "texts");
    } else if (stage == "summary") {
      dump_summary("image", model.image_encoder_summary());
      dump_summary("text", model.text_encoder_summary());
    } else {
      dump_images(model, stage == "pixels" ? 0 : argc > 3 ? std::stoul(argv[3]) : 1);
    }
  } catch (const Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
