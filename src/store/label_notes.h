// What is noted of a label, as a number that is kept beside its row.
#pragma once

#include <cstdint>

#include "clip_classify/classifier.h"

namespace clip_classify {

constexpr std::int64_t kCut = 1;
constexpr std::int64_t kUnknownWords = 2;

inline std::int64_t number_of(const LabelWeights::Note& note) {
  return (note.cut ? kCut : 0) | (note.unknown_words ? kUnknownWords : 0);
}

inline LabelWeights::Note note_from(std::int64_t number) {
  return {(number & kCut) != 0, (number & kUnknownWords) != 0};
}

}  // namespace clip_classify
