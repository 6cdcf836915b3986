#include "clip_classify/description.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <numeric>
#include <optional>
#include <unordered_map>

#include "classify/checks.h"
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
      if (!can_begin_sentence(bank_.phrase(phrase))) continue;
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
    std::vector<double> similarities;
    std::ranges::transform(drafts, std::back_inserter(similarities), &Draft::similarity);
    std::vector<std::size_t> order(drafts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<Draft> beam;
    for (const std::size_t index : best_of(std::move(order), similarities, drafts.size())) {
      Draft& draft = drafts[index];
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

bool can_begin_sentence(const Phrase& phrase) {
  return phrase.kind == "thing" || phrase.kind == "stuff" ||
         (phrase.kind == "place" && !is_adverbial(phrase.text));
}

Description describe(std::span<const float> image, const EmbeddedPhrases& bank, const EmbedTexts& embed,
                     const DescriptionOptions& options) {
  return Search(image, bank, embed, options).run();
}

}  // namespace clip_classify
