#include "model/sha256.h"

#include <openssl/evp.h>

#include <cstdint>
#include <fstream>
#include <vector>

#include "clip_classify/error.h"

namespace clip_classify {

struct Sha256::Context {
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> running{EVP_MD_CTX_new()};
  std::unique_ptr<EVP_MD_CTX, Free> finished{EVP_MD_CTX_new()};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  EVP_DigestInit_ex(context_->running.get(), EVP_sha256(), nullptr);
}

Sha256::~Sha256() = default;

Sha256::Sha256(const Sha256& other) : Sha256() {
  *this = other;
}

Sha256& Sha256::operator=(const Sha256& other) {
  if (this != &other) {
    EVP_MD_CTX_copy_ex(context_->running.get(), other.context_->running.get());
  }
  return *this;
}

Sha256& Sha256::add(std::string_view bytes) {
  EVP_DigestUpdate(context_->running.get(), bytes.data(), bytes.size());
  return *this;
}

Sha256& Sha256::add_field(std::string_view bytes) {
  const std::uint64_t size = bytes.size();
  return add({reinterpret_cast<const char*>(&size), sizeof size}).add(bytes);
}

std::string Sha256::sum() const {
  std::string sum(32, '\0');
  EVP_MD_CTX_copy_ex(context_->finished.get(), context_->running.get());
  EVP_DigestFinal_ex(context_->finished.get(), reinterpret_cast<unsigned char*>(sum.data()), nullptr);
  return sum;
}

std::string hex(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes) {
    hex += digits[static_cast<unsigned char>(byte) >> 4];
    hex += digits[byte & 15];
  }
  return hex;
}

std::string sha256_of_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  Sha256 sum;
  std::vector<char> block(std::size_t{1} << 20);
  while (stream.read(block.data(), static_cast<std::streamsize>(block.size())) || stream.gcount() > 0) {
    sum.add({block.data(), static_cast<std::size_t>(stream.gcount())});
  }
  if (!stream.eof()) {
    throw model_error(file.string() + ": can't be read");
  }
  return hex(sum.sum());
}

}  // namespace clip_classify
