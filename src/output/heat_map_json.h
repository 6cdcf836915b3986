// A heat map as JSON: a list of its rows.
#pragma once

#include <nlohmann/json.hpp>

#include "clip_classify/explanation.h"

namespace clip_classify {

/// `shown` is what becomes of each number.
template <typename Shown>
nlohmann::ordered_json heat_map_json(const HeatMap& map, const Shown& shown) {
  auto rows = nlohmann::ordered_json::array();
  for (std::size_t row = 0; row < map.rows; ++row) {
    auto cells = nlohmann::ordered_json::array();
    for (std::size_t column = 0; column < map.columns; ++column) {
      cells.push_back(shown(map.at(row, column)));
    }
    rows.push_back(std::move(cells));
  }
  return rows;
}

}  // namespace clip_classify
