// One run of a command at work: its model, what is known from earlier runs, its words to the user.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/stopwatch.h"
#include "clip_classify/classifier.h"
#include "clip_classify/model.h"
#include "clip_classify/store.h"

namespace clip_classify::cli {

class Session {
 public:
  /// Reads the model's manifest; encoders are loaded when they are needed. `options` must outlive it.
  Session(const CommonOptions& options, Context& context);
  /// Leaves the model to the end of the process: to take libtorch's graphs apart takes 45 ms.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const CommonOptions& options() const { return options_; }
  Console& console() const { return context_.console; }
  Model& model() { return *model_; }
  const Manifest& manifest() const { return model_->manifest(); }
  Stopwatch& watch() { return watch_; }
  /// The file of --store, opened when it is first asked for; null where none was named.
  ImageStore* store();

  bool stopped() const { return context_.stop.stop_requested(); }
  std::stop_token stop_token() const { return context_.stop; }

  /// Labels as a classifier; what is known of them is taken from the cache. `what` they are (a singular) goes
  /// into warnings.
  Classifier classifier(const std::vector<Label>& labels, const std::vector<std::string>& templates,
                        bool judged_alone, const std::string& what = "label");

  /// A unit row for each text as it stands. Cached, too.
  Matrix embed_texts(const std::vector<std::string>& texts, const std::string& what);

  /// "3 labels (2 known)" of all texts that were embedded, the times of the stages, for --verbose.
  std::string labels_summary() const;

 private:
  void tell_trouble();

  const CommonOptions& options_;
  Context& context_;
  Stopwatch watch_;
  std::optional<std::filesystem::path> kept_;  ///< the cache folder
  std::unique_ptr<Model> model_;
  std::optional<ImageStore> store_;
  std::optional<LabelCache> cache_;
  std::size_t labels_ = 0;
};

}  // namespace clip_classify::cli
