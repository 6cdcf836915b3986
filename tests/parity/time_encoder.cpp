// How long clip-classify's image encoder takes, for scripts/benchmark.py: time_encoder FOLDER PRECISION
// PIXELS THREADS
//
// PIXELS is a file of float32 [N, 3, height, width]. It says "ready", then answers each line on standard
// input with one: `time BATCH SECONDS` with the seconds of each run of that batch (at least one run, after
// one that does not count), `embed` with the embeddings of PIXELS, both as JSON.
#include <chrono>
#include <cstring>
#include <iostream>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "clip_classify/error.h"
#include "clip_classify/input.h"
#include "clip_classify/model.h"

namespace {

using namespace clip_classify;
using Clock = std::chrono::steady_clock;

class Timer {
 public:
  Timer(Model& model, const std::string& file) : model_(model) {
    const auto bytes = read_bytes(file);
    pixels_.resize(bytes.size() / sizeof(float));
    std::memcpy(pixels_.data(), bytes.data(), pixels_.size() * sizeof(float));
    const auto& image = model.manifest().image;
    image_ = 3 * static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  }

  void embed() {
    const auto rows = model_.embed_images(pixels_, pixels_.size() / image_);
    for (std::size_t row = 0; row < rows.rows; ++row) {
      std::cout << (row == 0 ? "[[" : ", [");
      const char* separator = "";
      for (const float value : rows.row(row)) {
        std::cout << separator << value;
        separator = ", ";
      }
      std::cout << ']';
    }
    std::cout << "]\n" << std::flush;
  }

  void time(std::size_t batch, double seconds) {
    std::vector<float> pixels(batch * image_);
    for (std::size_t index = 0; index < pixels.size(); ++index) {
      pixels[index] = pixels_[index % pixels_.size()];
    }
    if (warm_.insert(batch).second) {
      model_.embed_images(pixels, batch);
    }
    double total = 0;
    do {
      const auto began = Clock::now();
      model_.embed_images(pixels, batch);
      const double taken = std::chrono::duration<double>(Clock::now() - began).count();
      std::cout << (total == 0 ? "[" : ", ") << taken;
      total += taken;
    } while (total < seconds);
    std::cout << "]\n" << std::flush;
  }

 private:
  Model& model_;
  std::vector<float> pixels_;
  std::size_t image_ = 0;  ///< floats of one
  std::set<std::size_t> warm_;
};

void serve(Model& model, const std::string& file) {
  Timer timer(model, file);
  std::cout.precision(9);
  std::cout << "ready\n" << std::flush;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string what;
    std::size_t batch = 0;
    double seconds = 0;
    if (words >> what >> batch >> seconds) {
      timer.time(batch, seconds);
    } else {
      timer.embed();
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto precision = argc == 5 ? precision_named(argv[2]) : std::nullopt;
  if (!precision) {
    std::cerr << "usage: time_encoder FOLDER fp32|bf16|fp16|int8 PIXELS THREADS\n";
    return 2;
  }
  keep_freed_memory();
  try {
    Model model(read_manifest(argv[1]), {.precision = precision, .threads = std::stoi(argv[4])});
    serve(model, argv[3]);
  } catch (const Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
