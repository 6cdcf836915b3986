// A classifier from a few examples of each label and from what words say of them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

#include "clip_classify/classifier.h"
#include "clip_classify/proportion.h"

namespace clip_classify {

/// For each row (a unit vector) the first row that is the same picture: its cosine is 0.99999 or more.
std::vector<std::size_t> same_pictures(const Matrix& rows);

/// How the weights come about; each gives logits that are linear in the embedding.
///
/// - words: those of the words alone.
/// - gaussian: the words' logits and those of Gaussian discriminant analysis, mixed (Wang et al. 2024, "A
///   hard-to-beat baseline for training-free CLIP-based adaptation"). At shrinkage 1 the second are those of
///   the nearest class mean, to which the cache of Tip-Adapter (Zhang et al. 2022), whose kernel is
///   exp(-beta (1 - cosine)), comes down where it is taken to its first order.
/// - logistic: multinomial logistic regression with an L2 penalty, on its own or (from_words) on top of the
///   words' logits, so that the penalty pulls towards what the words say.
enum class FewShotMethod { words, gaussian, logistic };

/// "words", "gaussian", "logistic"
std::string_view name_of(FewShotMethod method);
/// Nothing for another name.
std::optional<FewShotMethod> method_of(std::string_view name);

/// One of what cross-validation chooses from.
struct FewShotChoice {
  FewShotMethod method = FewShotMethod::words;
  double shrinkage = 1.0;   ///< gaussian: of the covariance, towards a multiple of the identity, 0..1
  double examples = 0.0;    ///< gaussian: what share of the mix the examples have, 0..1, the words the rest
  double strength = 0.0;    ///< logistic: the inverse of the penalty, scikit-learn's C
  bool from_words = false;  ///< logistic
};

/// When an image is none of the labels: its score is the log of the mean of exp(logit) over the labels (the
/// negative energy of Liu et al. 2020, "Energy-based out-of-distribution detection").
struct Rejection {
  double threshold = 0.0;  ///< a score no higher than this is rejected
  double rate = 0.0;       ///< of false accepts that was asked for
  Proportion accepted;     ///< of images whose class the classifier had never seen: false accepts
  Proportion kept;         ///< of images of its own classes that it had not seen
};

struct FewShotOptions {
  std::optional<FewShotMethod> method = {};  ///< else the best of all
  std::optional<double> reject = {};  ///< the rate of false accepts for a Rejection, above 0 and below 1
  int threads = 1;
  std::stop_token stop = {};
};

/// What was found of a class in cross-validation.
struct ClassFigures {
  std::size_t images = 0;   ///< 0: the label has words only
  std::size_t checked = 0;  ///< of these, the ones that were put aside in turn
  std::size_t words_right = 0;
  std::size_t trained_right = 0;
};

struct FewShotReport {
  FewShotChoice choice;
  std::size_t folds = 0;  ///< 0: nothing could be checked, and the choice is a default
  Proportion words;       ///< accuracy of the words alone on the checked images
  Proportion trained;     ///< of classifiers that had not seen them
  std::vector<ClassFigures> classes;
};

/// Labels with examples, and perhaps others that only words stand for.
struct TrainedClassifier {
  Classifier classifier;  ///< with scales and biases of each label's own
  ScoreSpec words;        ///< what makes zero-shot cosines of a label that has words only comparable
  std::optional<Rejection> rejection;
  FewShotReport report;  ///< of classes without images where only words stand for a label

  /// Adds the labels of a zero-shot classifier that are not there yet.
  void add_words(const Classifier& zero_shot);

  /// Whether `scores`, all of the classifier's, are those of an image that is none of its labels. Only labels
  /// with examples can tell: where another one is best, it is never so.
  bool rejects(std::span<const LabelScore> scores) const;
};

/// Trains on `rows` (unit vectors), each of class `classes`, below `words`.labels.size(); `words` is the
/// zero-shot classifier of the same labels, of which each has at least one row. `pictures` is what
/// same_pictures gives.
///
/// Every class counts the same, however many examples it has. Which choice is best is found by stratified
/// cross-validation: the mean over classes of their accuracy, of equal ones the words alone (examples are to
/// show that they help), then the lower cross-entropy. In the
/// report, each part's images were judged by the choice that was best on the other parts, so that having
/// chosen does not count in its favour. Logits are then scaled so that softmax gives calibrated probabilities
/// (Guo et al. 2017, section 4.2), again from images that were put aside. For a Rejection and for the scale
/// of words, each class is left out in turn (with others, where there are more than 10 of them, or more than
/// 4 and over 2,000 examples): its images are then such as no label is right for.
///
/// Deterministic. Throws Error (usage) for fewer than two classes, and fewer than three or too few images for
/// a Rejection; Interrupted.
TrainedClassifier train_few_shot(const Matrix& rows, std::span<const std::size_t> classes,
                                 std::span<const std::size_t> pictures, const Classifier& words,
                                 const FewShotOptions& options = {});

}  // namespace clip_classify
