// Questions about images: the answers as a ranking, and how many are right by the type of the question.
#include <algorithm>

#include "cli/ask_accuracy.h"
#include "cli/ask_questions.h"
#include "cli/ask_task.h"
#include "clip_classify/ranking.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

struct Asked {
  const AskedQuestion* question;
  std::optional<std::string> right;
};

std::string folded(std::string_view text) {
  return clean(utf8::trim(text), Cleaning::lower);
}

class QuestionTask : public AskTask {
 public:
  QuestionTask(Session& session, const AskOptions& options, bool judged, bool alone)
      : session_(session), ranking_(options.ranking), judged_(judged), alone_(alone), memory_(session) {}

  void clear() override {
    items_.clear();
    memory_.forget();
  }

  void add(const AskItem& item) override;
  bool is_full() const override { return memory_.is_full(); }
  void prepare() override { memory_.embed(); }

  RecordShape shape() const override {
    RecordShape shape{.details = {"question", "type"}, .name = "answer", .names = "answers"};
    if (judged_) {
      shape.details.insert(shape.details.end(), {"right", "correct"});
    }
    return shape;
  }

  Record answer(std::size_t item, const std::string& path, std::span<const float> image) override;
  Record failed(std::size_t item, const std::string& path, const Error& error) override;
  std::string lines(const Record& record) const override;
  std::string summary(Format format) const override { return accuracy_.show(format); }

 private:
  std::vector<Value> details_of(const Asked& item) const;

  Session& session_;
  RankingOptions ranking_;
  bool judged_;
  bool alone_;
  QuestionMemory memory_;
  std::vector<Asked> items_;
  AnswerAccuracy accuracy_;
  bool warned_ = false;
};

void QuestionTask::add(const AskItem& item) {
  const auto& asked = memory_.read(item.text, item.answers, item.where);
  items_.push_back({&asked, item.right});
  const auto is_right = [&](const Label& answer) { return folded(answer.name) == folded(*item.right); };
  if (item.right && !warned_ && std::ranges::none_of(asked.answers, is_right)) {
    session_.console().warning(item.where + ": the right answer " + utf8::quoted(*item.right) +
                               " is not among the answers, so none is right; so it may be in other rows");
    warned_ = true;
  }
}

std::vector<Value> QuestionTask::details_of(const Asked& item) const {
  const auto& question = item.question->question;
  std::vector<Value> details{question.text, std::string(name_of(question.type))};
  if (judged_) {
    details.push_back(item.right ? Value(*item.right) : Value());
  }
  return details;
}

Record QuestionTask::answer(std::size_t item, const std::string& path, std::span<const float> image) {
  const auto& asked = items_[item];
  const auto scores = memory_.scores(*asked.question, image);
  Record record{path, {}, {}, details_of(asked)};
  for (const auto& score : rank(scores, ranking_)) {
    record.ranking.push_back(
        {asked.question->answers[score.label].name, quantity_of(score, ranking_.quantity), score.similarity});
  }
  if (asked.right) {
    const auto best = rank(scores, {.quantity = ranking_.quantity, .top_k = 1, .threshold = {}});
    const bool correct = folded(asked.question->answers[best.front().label].name) == folded(*asked.right);
    record.details.emplace_back(correct);
    accuracy_.add(asked.question->question.type, correct, asked.question->answers.size());
  }
  return record;
}

Record QuestionTask::failed(std::size_t item, const std::string& path, const Error& error) {
  return {path, {}, error, details_of(items_[item])};
}

std::string QuestionTask::lines(const Record& record) const {
  const auto text = [&](std::size_t detail) {
    return utf8::printable(std::get<std::string>(record.details[detail]));
  };
  std::string lines = alone_ ? "" : "  " + text(0) + "\n";
  if (record.details.size() == 4) {
    lines += std::string("  ") + (std::get<bool>(record.details[3]) ? "right: " : "wrong, right is: ") +
             text(2) + "\n";
  }
  return lines;
}

}  // namespace

std::unique_ptr<AskTask> make_question_task(Session& session, const AskOptions& options, bool judged,
                                            bool alone) {
  return std::make_unique<QuestionTask>(session, options, judged, alone);
}

}  // namespace clip_classify::cli
