// scores = activation(scale * image . weights + bias): the one product every command reads.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "clip_classify/embeddings.h"
#include "clip_classify/model.h"
#include "clip_classify/text.h"

namespace clip_classify {

/// One label's result for one image.
struct LabelScore {
  std::size_t label = 0;    ///< index into Classifier::labels
  double similarity = 0.0;  ///< cosine of image and label embedding, -1..1
  double logit = 0.0;       ///< scale * similarity + bias, the label's own where it has them
  double probability = 0.0;
};

struct Classifier {
  std::vector<std::string> labels;
  Matrix weights;  ///< a unit row for each label
  double scale = 1.0;
  double bias = 0.0;
  Activation activation = Activation::softmax;
  /// Where labels differ in them, as after training: each label's own scale and bias. Else empty.
  std::vector<ScoreSpec> own = {};

  ScoreSpec score_of(std::size_t label) const { return own.empty() ? ScoreSpec{scale, bias} : own[label]; }

  /// One score for each label, in the labels' order. `embedding` is a unit vector of weights.width floats.
  std::vector<LabelScore> scores(std::span<const float> embedding) const;
};

/// What words alone say of labels.
struct LabelWeights {
  /// What there is to warn of.
  struct Note {
    bool cut = false;            ///< longer than the model's context
    bool unknown_words = false;  ///< mostly in words that the tokenizer does not know
  };
  Matrix rows;  ///< a unit row for each label
  std::vector<Note> notes;
};

/// Where weights are kept from one run to the next; LabelCache (store.h) is one.
class LabelMemory {
 public:
  virtual ~LabelMemory() = default;
  /// Fills in the rows and notes of the labels it knows under these templates, and says which those are.
  virtual std::vector<bool> recall(std::span<const Label> labels, std::span<const std::string> templates,
                                   LabelWeights& weights) = 0;
  /// `weights` has a row and a note for each of `labels`.
  virtual void keep(std::span<const Label> labels, std::span<const std::string> templates,
                    const LabelWeights& weights) = 0;
  /// Fills in all rows and notes in one go; false, with nothing said of them, where this very set in this
  /// order is not there.
  virtual bool recall_set(std::span<const Label> labels, std::span<const std::string> templates,
                          LabelWeights& weights) = 0;
  /// All labels of a run, of which each has been kept or recalled.
  virtual void keep_set(std::span<const Label> labels, std::span<const std::string> templates,
                        const LabelWeights& weights) = 0;
};

/// What a caller may want to know of a longer piece of work, and may have of it already.
struct ZeroShotEvents {
  std::function<void(const std::string& message)>
      warn;  ///< a label was cut, or is in words unknown to the model
  /// Before the first and after each batch of prompts; what it throws (Interrupted, say) ends the work.
  std::function<void(std::size_t done, std::size_t total)> progress;
  std::string what = "label";     ///< they are called in warnings
  LabelMemory* memory = nullptr;  ///< labels it knows need neither tokenizer nor text encoder
};

/// A classifier from words alone (Radford et al. 2021, section 3.1.4): each label's prompts (texts times
/// templates) are embedded, averaged and renormalised. With `judged_alone`, the manifest's multi-label scale
/// and bias and a sigmoid take the place of its activation.
Classifier zero_shot_classifier(Model& model, const std::vector<Label>& labels,
                                const std::vector<std::string>& templates, bool judged_alone,
                                const ZeroShotEvents& events = {});

}  // namespace clip_classify
