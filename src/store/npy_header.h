// The first bytes of a NumPy file: numpy/lib/format.py, versions 1.0 to 3.0.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace clip_classify {

struct NpyHeader {
  std::string type;         ///< "<f4", say
  bool by_columns = false;  ///< Fortran's order
  std::size_t dimensions = 0;
  std::size_t rows = 0;
  std::size_t width = 0;  ///< 0 where there are not two dimensions
  std::size_t size = 0;   ///< bytes before the numbers
};

/// Nothing for what does not begin as a NumPy file does.
std::optional<NpyHeader> read_npy_header(std::string_view bytes);

/// Of one size whatever `rows` is.
std::string npy_header(std::string_view type, std::size_t rows, std::size_t width);

}  // namespace clip_classify
