// The loss of a batch and its derivatives, for tests/parity/contrastive_test.py to compare with open_clip's.
//
//   dump_loss clip|siglip ROWS WIDTH SCALE BIAS < IMAGES_AND_TEXTS
//
// float32 rows come on standard input, the images' and then the texts'. What goes out, in the same form: the
// loss, its derivatives by the logarithm of the scale, by the bias, by the images' numbers and by the texts'.
#include <iostream>
#include <string>

#include "clip_classify/contrastive.h"

namespace {

using namespace clip_classify;

Matrix read_matrix(std::size_t rows, std::size_t width) {
  Matrix matrix{rows, width, std::vector<float>(rows * width)};
  std::cin.read(reinterpret_cast<char*>(matrix.values.data()),
                static_cast<std::streamsize>(matrix.values.size() * sizeof(float)));
  return matrix;
}

void write_floats(const std::vector<float>& values) {
  std::cout.write(reinterpret_cast<const char*>(values.data()),
                  static_cast<std::streamsize>(values.size() * sizeof(float)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cerr << "usage: dump_loss clip|siglip ROWS WIDTH SCALE BIAS\n";
    return 2;
  }
  const auto loss = std::string(argv[1]) == "clip" ? ContrastiveLoss::clip : ContrastiveLoss::siglip;
  const auto images = read_matrix(std::stoul(argv[2]), std::stoul(argv[3]));
  const auto texts = read_matrix(images.rows, images.width);
  const auto found = contrastive_gradient(loss, images, texts, std::stod(argv[4]), std::stod(argv[5]));
  write_floats(
      {static_cast<float>(found.loss), static_cast<float>(found.scale), static_cast<float>(found.bias)});
  write_floats(found.images.values);
  write_floats(found.texts.values);
}
