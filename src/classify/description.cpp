#include "clip_classify/description.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <numeric>
#include <optional>
#include <unordered_map>

#include "classify/sentence.h"
#include "clip_classify/error.h"

namespace clip_classify {
namespace {

/// Of each kind, the phrases most like the image; a sentence's candidates are among them.
constexpr std::size_t kShortlist = 100;

enum Slot { kNoun, kAttribute, kActivity, kSecond, kPlace, kStyle, kSlots };

/// A sentence in the making.
struct Draft {
  std::array<std::optional<std::size_t>, kSlots> phrases;
  std::string_view joint = "and";
  std::vector<Description::Step> steps;
  double before = -std::numeric_limits<double>::infinity();  ///< what its similarity has to exceed
  double similarity = 0;
};

void check_finite(std::span<const float> values, const char* of_what) {
  if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); })) {
    throw model_error(std::string("an embedding of ") + of_what + " holds what is not a number");
  }
}

void check_width(std::size_t width, std::size_t other) {
  if (width == other) return;
  throw model_error("embeddings of " + std::to_string(width) + " and " + std::to_string(other) +
                    " numbers are of different models");
}

/// The `count` indices of the largest scores, the largest first, equal ones in their order.
std::vector<std::size_t> best_of(std::vector<std::size_t> indices, std::span<const double> scores,
                                 std::size_t count) {
  const auto kept = indices.begin() + static_cast<std::ptrdiff_t>(std::min(count, indices.size()));
  std::partial_sort(indices.begin(), kept, indices.end(), [&](std::size_t a, std::size_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  });
  indices.erase(kept, indices.end());
  return indices;
}

/// Whether the words of one of two texts stand together in the other.
bool one_in_other(const std::string& a, const std::string& b) {
  const bool a_is_longer = a.size() >= b.size();
  const std::string within = " " + (a_is_longer ? a : b) + " ";
  return within.find(" " + (a_is_longer ? b : a) + " ") != std::string::npos;
}

class Search {
 public:
  Search(std::span<const float> image, const EmbeddedPhrases& bank, const EmbedTexts& embed,
         const DescriptionOptions& options)
      : image_(image),
        bank_(bank),
        embed_(embed),
        options_(options),
        similarities_(bank.similarities(image)) {
    shortlist(kNoun, {"thing", "stuff", "place"});
    shortlist(kAttribute, {"attribute"});
    shortlist(kActivity, {"activity"});
    shortlist(kSecond, {"thing", "stuff"});
    shortlist(kPlace, {"place"});
    shortlist(kStyle, {"style"});
  }

  Description run() {
    std::vector<Draft> beam = first();
    if (beam.empty())
      throw usage_error("the phrases hold no thing, stuff or place that a sentence can be about");
    Draft best = beam.front();
    while (!beam.empty()) {
      beam = continued(beam);
      if (!beam.empty() && beam.front().similarity > best.similarity) best = beam.front();
    }
    return {best.steps.back().sentence, best.similarity, best.steps};
  }

 private:
  void shortlist(Slot slot, std::initializer_list<std::string_view> kinds) {
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < bank_.size(); ++i) {
      if (std::find(kinds.begin(), kinds.end(), bank_.phrase(i).kind) != kinds.end()) indices.push_back(i);
    }
    shortlists_[slot] = best_of(std::move(indices), similarities_, kShortlist);
  }

  std::vector<Draft> first() {
    std::vector<Draft> drafts;
    for (const std::size_t phrase : shortlists_[kNoun]) {
      if (drafts.size() == options_.starts) break;
      if (is_adverbial(bank_.phrase(phrase).text)) continue;
      add_step(drafts.emplace_back(), kNoun, phrase);
    }
    return evaluated(std::move(drafts));
  }

  std::vector<Draft> continued(const std::vector<Draft>& beam) {
    std::vector<Draft> drafts;
    for (const Draft& draft : beam) {
      for (const Slot slot : {kAttribute, kActivity, kSecond, kPlace, kStyle}) {
        for (const std::size_t phrase : candidates(draft, slot)) {
          for (const std::string_view joint : {"and", "with"}) {
            Draft longer = draft;
            longer.before = draft.similarity + options_.least_gain * std::abs(draft.similarity);
            if (slot == kSecond) longer.joint = joint;
            add_step(longer, slot, phrase);
            drafts.push_back(std::move(longer));
            if (slot != kSecond) break;
          }
        }
      }
    }
    return evaluated(std::move(drafts));
  }

  /// What may fill an empty slot of a sentence: nothing that is said in it already.
  std::vector<std::size_t> candidates(const Draft& draft, Slot slot) const {
    const std::string& kind = bank_.phrase(draft.steps.front().phrase).kind;
    if (draft.phrases[slot] || (slot == kPlace && kind == "place") ||
        (slot == kActivity && kind != "thing")) {
      return {};
    }
    std::vector<std::size_t> indices;
    for (const std::size_t phrase : shortlists_[slot]) {
      const bool said = std::any_of(draft.phrases.begin(), draft.phrases.end(), [&](const auto& there) {
        return there && bank_.same(*there, phrase, options_.alike);
      });
      if (!said) indices.push_back(phrase);
    }
    const std::vector<float>& sentence = rows_.at(draft.steps.back().sentence);
    std::vector<double> gains(bank_.size());
    for (const std::size_t phrase : indices) {
      gains[phrase] = similarities_[phrase] - draft.similarity * dot(sentence, bank_.row(phrase));
    }
    return best_of(std::move(indices), gains, options_.candidates);
  }

  void add_step(Draft& draft, Slot slot, std::size_t phrase) const {
    draft.phrases[slot] = phrase;
    const auto part = [&](Slot which) {
      return draft.phrases[which] ? &bank_.phrase(*draft.phrases[which]) : nullptr;
    };
    const Sentence sentence{part(kNoun),   part(kAttribute), part(kActivity), draft.joint,
                            part(kSecond), part(kPlace),     part(kStyle)};
    draft.steps.push_back({phrase, sentence.text(), 0});
  }

  /// The next beam: of the drafts that exceed what they came from, the best ones of different phrases.
  std::vector<Draft> evaluated(std::vector<Draft> drafts) {
    embed_sentences(drafts);
    std::erase_if(drafts, [&](Draft& draft) {
      const auto row = rows_.find(draft.steps.back().sentence);
      if (row == rows_.end()) return true;  // there were most_texts already
      draft.steps.back().similarity = draft.similarity = dot(image_, row->second);
      return !(draft.similarity > draft.before);
    });
    std::stable_sort(drafts.begin(), drafts.end(),
                     [](const Draft& a, const Draft& b) { return a.similarity > b.similarity; });
    std::vector<Draft> beam;
    for (Draft& draft : drafts) {
      const bool known = std::any_of(beam.begin(), beam.end(),
                                     [&](const Draft& better) { return better.phrases == draft.phrases; });
      if (!known) beam.push_back(std::move(draft));
      if (beam.size() >= options_.beam) break;
    }
    return beam;
  }

  void embed_sentences(const std::vector<Draft>& drafts) {
    std::vector<std::string> texts;
    for (const Draft& draft : drafts) {
      const std::string& text = draft.steps.back().sentence;
      const bool known = rows_.contains(text) || std::find(texts.begin(), texts.end(), text) != texts.end();
      if (!known && rows_.size() + texts.size() < options_.most_texts) texts.push_back(text);
    }
    if (texts.empty()) return;
    const Matrix rows = embed_(texts);
    check_width(rows.width, image_.size());
    check_finite(rows.values, "a text");
    for (std::size_t i = 0; i < texts.size(); ++i)
      rows_[texts[i]].assign(rows.row(i).begin(), rows.row(i).end());
  }

  std::span<const float> image_;
  const EmbeddedPhrases& bank_;
  const EmbedTexts& embed_;
  const DescriptionOptions& options_;
  std::vector<double> similarities_;
  std::array<std::vector<std::size_t>, kSlots> shortlists_;
  std::unordered_map<std::string, std::vector<float>> rows_;  ///< by sentence
};

}  // namespace

EmbeddedPhrases::EmbeddedPhrases(std::vector<Phrase> phrases, Matrix rows)
    : phrases_(std::move(phrases)), rows_(std::move(rows)) {
  if (rows_.rows != phrases_.size()) {
    throw model_error(std::to_string(phrases_.size()) + " phrases, but " + std::to_string(rows_.rows) +
                      " embeddings");
  }
  check_finite(rows_.values, "a phrase");
  std::vector<double> sum(rows_.width);
  for (std::size_t i = 0; i < rows_.rows; ++i) {
    std::transform(sum.begin(), sum.end(), rows_.row(i).begin(), sum.begin(), std::plus<>());
  }
  std::vector<float> mean(rows_.width);
  std::transform(sum.begin(), sum.end(), mean.begin(),
                 [&](double value) { return static_cast<float>(value / static_cast<double>(rows_.rows)); });
  mean_square_ = dot(mean, mean);
  for (std::size_t i = 0; i < rows_.rows; ++i) {
    on_mean_.push_back(dot(mean, row(i)));
    from_mean_.push_back(std::sqrt(std::max(0.0, dot(row(i), row(i)) - 2 * on_mean_[i] + mean_square_)));
  }
}

std::vector<double> EmbeddedPhrases::similarities(std::span<const float> image) const {
  check_width(image.size(), rows_.width);
  check_finite(image, "an image");
  std::vector<double> similarities(size());
  for (std::size_t i = 0; i < size(); ++i) similarities[i] = dot(image, row(i));
  return similarities;
}

double EmbeddedPhrases::likeness(std::size_t a, std::size_t b) const {
  const double lengths = from_mean_[a] * from_mean_[b];
  if (a == b || lengths == 0) return 1;
  return (dot(row(a), row(b)) - on_mean_[a] - on_mean_[b] + mean_square_) / lengths;
}

bool EmbeddedPhrases::same(std::size_t a, std::size_t b, double alike) const {
  return one_in_other(phrases_[a].text, phrases_[b].text) || likeness(a, b) >= alike;
}

std::vector<Tag> best_tags(std::span<const float> image, const EmbeddedPhrases& bank, std::size_t count,
                           double alike) {
  const std::vector<double> similarities = bank.similarities(image);
  const auto worse = [&](std::size_t a, std::size_t b) {
    return similarities[a] != similarities[b] ? similarities[a] < similarities[b] : a > b;
  };
  std::vector<std::size_t> rest(bank.size());
  std::iota(rest.begin(), rest.end(), std::size_t{0});
  std::make_heap(rest.begin(), rest.end(), worse);
  std::vector<Tag> tags;
  while (tags.size() < count && !rest.empty()) {
    std::pop_heap(rest.begin(), rest.end(), worse);
    const std::size_t phrase = rest.back();
    rest.pop_back();
    const bool said = std::any_of(tags.begin(), tags.end(),
                                  [&](const Tag& tag) { return bank.same(tag.phrase, phrase, alike); });
    if (!said) tags.push_back({phrase, similarities[phrase]});
  }
  return tags;
}

Description describe(std::span<const float> image, const EmbeddedPhrases& bank, const EmbedTexts& embed,
                     const DescriptionOptions& options) {
  return Search(image, bank, embed, options).run();
}

}  // namespace clip_classify
