// Questions with their answers as statements, embedded and remembered.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "cli/ask_judge.h"
#include "clip_classify/question.h"

namespace clip_classify::cli {

/// A question that can be put to an image.
struct AskedQuestion {
  Question question;
  std::vector<Label> answers;  ///< the texts of each are its statements
  Classifier classifier;       ///< of the statements; its labels are the answers
  /// Where the two answers are a statement and its opposite: which of them is the claim that is judged.
  std::optional<std::size_t> affirmed;
  Claim claim;
};

/// Reads questions, embeds those that are new together, and keeps them until there are too many.
class QuestionMemory {
 public:
  explicit QuestionMemory(Session& session) : session_(session), judge_(session) {}

  /// The question, which is not embedded before embed(); lives until forget(). Throws Error (usage), which
  /// begins with `where`, for an empty question and for answers that can't be told apart.
  const AskedQuestion& read(const std::string& text, const std::vector<Label>& answers,
                            const std::string& where);

  /// Whether many statements wait for embed().
  bool is_full() const;
  void embed();
  /// Drops all when they are many.
  void forget();

  std::vector<LabelScore> scores(const AskedQuestion& asked, std::span<const float> image);

 private:
  void tell(const AskedQuestion& asked) const;

  Session& session_;
  Judge judge_;
  std::unordered_map<std::string, std::unique_ptr<AskedQuestion>> known_;
  std::vector<AskedQuestion*> new_;
  std::size_t statements_ = 0;      ///< of all that are known
  std::size_t new_statements_ = 0;  ///< of those that wait
};

}  // namespace clip_classify::cli
