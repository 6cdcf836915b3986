#include "store/npy_header.h"

#include <charconv>

namespace clip_classify {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
/// Of a header that we write; a multiple of 64, as NumPy aligns it.
constexpr std::size_t kSize = 128;

/// What stands behind `'key':` in the dictionary.
std::string_view value_of(std::string_view dictionary, std::string_view key) {
  const auto quoted = "'" + std::string(key) + "':";
  const auto place = dictionary.find(quoted);
  if (place == std::string_view::npos) {
    return {};
  }
  dictionary.remove_prefix(place + quoted.size());
  const auto start = dictionary.find_first_not_of(' ');
  return start == std::string_view::npos ? std::string_view() : dictionary.substr(start);
}

std::size_t number_at(std::string_view& text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return error == std::errc() ? number : 0;
}

/// "(3, 512), ..." into dimensions, rows and width.
void read_shape(std::string_view text, NpyHeader& header) {
  text = text.substr(0, text.find(')'));
  for (auto place = text.find_first_of("0123456789"); place != std::string_view::npos;
       place = text.find_first_of("0123456789")) {
    text.remove_prefix(place);
    const auto number = number_at(text);
    ++header.dimensions;
    (header.dimensions == 1 ? header.rows : header.width) = number;
  }
  if (header.dimensions != 2) {
    header.width = 0;
  }
}

std::size_t little_endian(std::string_view bytes) {
  std::size_t number = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) {
    number = number << 8U | static_cast<unsigned char>(bytes[i - 1]);
  }
  return number;
}

}  // namespace

std::optional<NpyHeader> read_npy_header(std::string_view bytes) {
  if (!bytes.starts_with(kMagic) || bytes.size() < 12) {
    return std::nullopt;
  }
  const std::size_t length_bytes = bytes[6] == 1 ? 2 : 4;
  const std::size_t start = 8 + length_bytes;
  const auto length = little_endian(bytes.substr(8, length_bytes));
  if (length > bytes.size() - start) {
    return std::nullopt;
  }
  const auto dictionary = bytes.substr(start, length);
  NpyHeader header;
  header.size = start + length;
  const auto type = value_of(dictionary, "descr");
  if (type.starts_with('\'')) {
    header.type = type.substr(1, type.find('\'', 1) - 1);
  }
  header.by_columns = value_of(dictionary, "fortran_order").starts_with("True");
  read_shape(value_of(dictionary, "shape"), header);
  return header;
}

std::string npy_header(std::string_view type, std::size_t rows, std::size_t width) {
  std::string header(kMagic);
  header += '\1';
  header += '\0';
  header += static_cast<char>(kSize - 10);
  header += '\0';
  header += "{'descr': '" + std::string(type) + "', 'fortran_order': False, 'shape': (" +
            std::to_string(rows) + ", " + std::to_string(width) + "), }";
  header.resize(kSize - 1, ' ');
  return header + '\n';
}

}  // namespace clip_classify
