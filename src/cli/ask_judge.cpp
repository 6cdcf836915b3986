#include "cli/ask_judge.h"

namespace clip_classify::cli {

double Judge::probability(const Claim& claim, std::span<const float> image, std::span<const float> text) {
  const auto& rows = references(claim.chinese);
  std::vector<double> similarities(rows.rows);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    similarities[row] = dot(image, rows.row(row));
  }
  return probability_of(claim, dot(image, text), similarities);
}

const Matrix& Judge::references(bool chinese) {
  auto& rows = references_[chinese ? 1 : 0];
  if (rows.rows == 0) {
    rows = session_.embed_texts(reference_statements(chinese), "reference statement");
  }
  return rows;
}

}  // namespace clip_classify::cli
