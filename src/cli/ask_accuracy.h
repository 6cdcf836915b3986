// How many of the answers and verdicts of a run were right.
#pragma once

#include <array>
#include <map>
#include <string>

#include "clip_classify/entailment.h"
#include "clip_classify/question.h"
#include "clip_classify/writer.h"

namespace clip_classify::cli {

/// By the type of the question, beside what guessing among the answers would give.
class AnswerAccuracy {
 public:
  void add(QuestionType type, bool correct, std::size_t answers);
  /// A table for text, rows for csv and tsv, one object for JSON; whole lines.
  std::string show(Format format) const;

 private:
  struct Count {
    std::size_t asked = 0;
    std::size_t right = 0;
    double chance = 0.0;  ///< the sum
  };

  std::map<QuestionType, Count> types_;
  Count all_;
};

/// Of statements: right where decided, share decided, and whether what has probability p is true p of the
/// time.
class StatementAccuracy {
 public:
  void add(double probability, Verdict verdict, bool right);
  std::string show(Format format) const;

 private:
  struct Bin {
    std::size_t count = 0;
    std::size_t true_ones = 0;
    double probability = 0.0;  ///< the sum
  };

  std::array<Bin, 5> bins_;
  std::size_t count_ = 0;
  std::size_t decided_ = 0;
  std::size_t right_ = 0;
};

}  // namespace clip_classify::cli
