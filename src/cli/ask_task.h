// What is asked of images, be it questions or statements: read, made ready, answered, counted.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/ask_options.h"
#include "cli/session.h"
#include "clip_classify/record.h"
#include "clip_classify/writer.h"

namespace clip_classify::cli {

/// One thing that is asked, as the user gave it.
struct AskItem {
  std::string where;                 ///< for errors: a row's place; empty for what stands on the command line
  std::string text;                  ///< a question or a statement
  std::vector<Label> answers = {};   ///< none: the question's own
  std::optional<std::string> right;  ///< what would be right
};

class AskTask {
 public:
  virtual ~AskTask() = default;

  /// Forgets the items, not what was learnt of them.
  virtual void clear() = 0;
  /// Reads one. Throws Error (usage).
  virtual void add(const AskItem& item) = 0;
  /// Whether enough was added for prepare(): what is in memory has a bound.
  virtual bool is_full() const = 0;
  /// Embeds all that was added and is not known yet.
  virtual void prepare() = 0;

  virtual RecordShape shape() const = 0;
  /// Of the item, as they were added from 0, and an image; counts it where it has a right answer.
  virtual Record answer(std::size_t item, const std::string& path, std::span<const float> image) = 0;
  /// The record of an image that failed.
  virtual Record failed(std::size_t item, const std::string& path, const Error& error) = 0;
  /// For people to read, beside an answer's ranking: whole lines.
  virtual std::string lines(const Record& record) const = 0;

  /// How much was right, in any format: whole lines.
  virtual std::string summary(Format format) const = 0;
};

/// `judged`: whether there are right answers. `alone`: one item is asked, which needs no repeating for
/// people.
std::unique_ptr<AskTask> make_question_task(Session& session, const AskOptions& options, bool judged,
                                            bool alone);
/// `single`: of one image, which needs no name for people.
std::unique_ptr<AskTask> make_statement_task(Session& session, const AskOptions& options, bool judged,
                                             bool single);

}  // namespace clip_classify::cli
