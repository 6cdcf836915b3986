// A folder that tests fill and that goes away with them, and standard input from a pipe.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace clip_classify::test {

class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "clip-classify-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("mkdtemp");
    }
    root_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string path(const std::string& name = "") const { return name.empty() ? root_ : root_ + "/" + name; }

  /// Writes a file, with the folders it needs. Returns its path.
  std::string file(const std::string& name, std::string_view content = "x") const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << content;
    return path(name);
  }

 private:
  std::string root_;
};

/// While it lives, standard input is the reading end of a pipe.
class PipedInput {
 public:
  PipedInput() : saved_(dup(STDIN_FILENO)) {
    int ends[2];
    if (pipe(ends) != 0 || dup2(ends[0], STDIN_FILENO) < 0) {
      throw std::runtime_error("pipe");
    }
    close(ends[0]);
    writer_ = ends[1];
  }
  ~PipedInput() {
    finish();
    dup2(saved_, STDIN_FILENO);
    close(saved_);
  }
  PipedInput(const PipedInput&) = delete;
  PipedInput& operator=(const PipedInput&) = delete;

  void write(std::string_view text) const {
    if (::write(writer_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      throw std::runtime_error("write");
    }
  }
  void finish() {
    if (writer_ >= 0) {
      close(writer_);
      writer_ = -1;
    }
  }

 private:
  int saved_;
  int writer_ = -1;
};

}  // namespace clip_classify::test
