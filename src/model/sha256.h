// The sha256 sum of files and bytes (FIPS 180-4), by OpenSSL.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace clip_classify {

/// Adds up bytes. Not safe to share between threads.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256& other);
  Sha256& operator=(const Sha256& other);

  Sha256& add(std::string_view bytes);
  /// The length, then the bytes, so that two fields can't be taken for one.
  Sha256& add_field(std::string_view bytes);

  /// The 32 bytes of the sum so far; more may be added.
  std::string sum() const;

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

std::string hex(std::string_view bytes);

/// Lower-case hex. Throws Error (model) that names the file when it can't be read.
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace clip_classify
