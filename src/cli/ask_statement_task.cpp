// Statements about images: true, false or not to be told, and how well the probabilities hold.
#include <array>
#include <cstdio>
#include <unordered_map>

#include "cli/ask_accuracy.h"
#include "cli/ask_judge.h"
#include "cli/ask_task.h"
#include "text/text_file.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

/// As in questions: embedded together, and known before all are forgotten.
constexpr std::size_t kMostStatements = 8192;

struct Stated {
  std::string text;
  Claim claim;
  std::optional<bool> right;
};

bool truth_of(const std::string& text, const std::string& where) {
  const auto word = clean(utf8::trim(text), Cleaning::lower);
  if (word == "true" || word == "yes") {
    return true;
  }
  if (word == "false" || word == "no") {
    return false;
  }
  throw usage_error(where + ": " + utf8::quoted(text) + " is neither true (or yes) nor false (or no)");
}

class StatementTask : public AskTask {
 public:
  StatementTask(Session& session, const AskOptions& options, bool judged, bool single)
      : session_(session), sure_(options.sure), judged_(judged), single_(single), judge_(session) {}

  void clear() override {
    items_.clear();
    if (rows_.rows >= kMostStatements) {
      rows_ = {};
      places_.clear();
    }
  }

  void add(const AskItem& item) override;
  bool is_full() const override { return new_.size() >= kMostStatements; }
  void prepare() override;

  RecordShape shape() const override {
    RecordShape shape{.details = {"statement"}, .name = ""};
    if (judged_) {
      shape.details.emplace_back("right");
    }
    shape.details.insert(shape.details.end(), {"verdict", "score", "similarity"});
    return shape;
  }

  Record answer(std::size_t item, const std::string& path, std::span<const float> image) override;
  Record failed(std::size_t item, const std::string& path, const Error& error) override {
    return {path, {}, error, details_of(items_[item])};
  }
  std::string lines(const Record& record) const override;
  std::string summary(Format format) const override { return accuracy_.show(format); }

 private:
  std::vector<Value> details_of(const Stated& item) const;

  Session& session_;
  double sure_;
  bool judged_;
  bool single_;
  Judge judge_;
  std::vector<Stated> items_;
  Matrix rows_;  ///< a unit row for each text of a claim
  std::unordered_map<std::string, std::size_t> places_;
  std::vector<std::string> new_;
  StatementAccuracy accuracy_;
};

void StatementTask::add(const AskItem& item) {
  Stated stated;
  try {
    stated = {trimmed_text(item.text, "statement"), read_claim(item.text), {}};
  } catch (const Error& error) {
    throw usage_error((item.where.empty() ? "" : item.where + ": ") + error.what());
  }
  if (item.right) {
    stated.right = truth_of(*item.right, item.where);
  }
  const auto& claim = stated.claim;
  if (places_.emplace(claim.text, rows_.rows + new_.size()).second) {
    new_.push_back(claim.text);
    session_.console().note(utf8::quoted(stated.text) +
                            (claim.reading == Claim::Reading::denied   ? " denies " + utf8::quoted(claim.text)
                             : claim.reading == Claim::Reading::unread ? ": a negation that no rule undoes"
                                                                       : " is compared as it stands"));
  }
  items_.push_back(std::move(stated));
}

void StatementTask::prepare() {
  if (new_.empty()) {
    return;
  }
  const auto embedded = session_.embed_texts(new_, "statement");
  rows_.width = embedded.width;
  rows_.rows += embedded.rows;
  rows_.values.insert(rows_.values.end(), embedded.values.begin(), embedded.values.end());
  new_.clear();
}

std::vector<Value> StatementTask::details_of(const Stated& item) const {
  std::vector<Value> details{item.text};
  if (judged_) {
    details.push_back(item.right ? Value(*item.right) : Value());
  }
  return details;
}

Record StatementTask::answer(std::size_t item, const std::string& path, std::span<const float> image) {
  const auto& stated = items_[item];
  const auto text = std::as_const(rows_).row(places_.at(stated.claim.text));
  const double probability = judge_.probability(stated.claim, image, text);
  const auto verdict = verdict_of(probability, sure_);
  Record record{path, {}, {}, details_of(stated)};
  record.details.insert(record.details.end(), {std::string(name_of(verdict)), probability, dot(image, text)});
  if (stated.right) {
    accuracy_.add(probability, verdict, *stated.right);
  }
  return record;
}

std::string StatementTask::lines(const Record& record) const {
  const auto& details = record.details;
  const auto& verdict = std::get<std::string>(details[details.size() - 3]);
  std::array<char, 64> shown{};
  std::snprintf(shown.data(), shown.size(), "%5.1f%%  %-10s  ",
                100 * std::get<double>(details[details.size() - 2]), verdict.c_str());
  return shown.data() + (single_ ? "" : utf8::printable(record.path) + "  ") +
         utf8::printable(std::get<std::string>(details.front())) + "\n";
}

}  // namespace

std::unique_ptr<AskTask> make_statement_task(Session& session, const AskOptions& options, bool judged,
                                             bool single) {
  return std::make_unique<StatementTask>(session, options, judged, single);
}

}  // namespace clip_classify::cli
