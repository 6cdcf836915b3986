// The opposite of an English statement or caption.
#include <algorithm>
#include <optional>

#include "text/question_english.h"
#include "text/question_english_words.h"

namespace clip_classify::english {
namespace {

constexpr std::string_view kBe = " is are was were am ";
constexpr std::string_view kDo = " does do did ";
constexpr std::string_view kHave = " has have had ";
constexpr std::string_view kModals = " can could will would should may might must ";
constexpr std::string_view kSome = " a an some any ";

/// What a statement begins with, and what its opposite does; either way.
struct Opposite {
  std::string_view one;
  std::string_view other;
};
constexpr Opposite kOpposites[] = {
    {"someone", "no one"},        {"somebody", "nobody"},         {"something", "nothing"},
    {"everyone", "not everyone"}, {"everybody", "not everybody"}, {"everything", "not everything"},
    {"all", "not all"},           {"every", "not every"},         {"both", "not both"},
    {"some of", "none of"},
};

/// The words of a statement, and the statement with some of them changed.
class Sentence {
 public:
  explicit Sentence(std::string_view text) {
    for (const std::string_view word : pieces(text, ' ')) {
      words_.emplace_back(word);
      keys_.push_back(lower(word));
    }
  }

  std::size_t size() const { return words_.size(); }
  /// Empty past the end.
  const std::string& key(std::size_t at) const { return at < size() ? keys_[at] : none_; }
  const std::string& word(std::size_t at) const { return words_[at]; }
  bool is(std::size_t at, std::string_view list) const { return listed(list, key(at)); }
  bool begins(std::string_view phrase, std::size_t at = 0) const {
    for (const std::string_view word : pieces(phrase, ' ')) {
      if (key(at++) != word) return false;
    }
    return true;
  }

  std::string from(std::size_t start) const { return joined(start, size()); }

  /// `text` in place of the words from `start` to before `end`.
  std::string with(std::string_view text, std::size_t start, std::size_t end) const {
    std::string out = joined(0, start);
    const std::string rest = joined(end, size());
    for (const std::string_view piece : {text, std::string_view(rest)}) {
      if (!out.empty() && !piece.empty()) out += ' ';
      out += piece;
    }
    return out;
  }

  std::string insert(std::string_view word, std::size_t at) const { return with(word, at, at); }

 private:
  std::string joined(std::size_t start, std::size_t end) const {
    std::string out;
    for (std::size_t at = start; at < end; ++at) {
      if (at > start) out += ' ';
      out += words_[at];
    }
    return out;
  }

  std::string none_;
  std::vector<std::string> words_;
  std::vector<std::string> keys_;
};

std::optional<std::string> swap_opposites(const Sentence& sentence, std::size_t at) {
  for (const auto& [one, other] : kOpposites) {
    if (sentence.begins(other, at)) return sentence.with(one, at, at + pieces(other, ' ').size());
    if (sentence.begins(one, at)) return sentence.with(other, at, at + pieces(one, ' ').size());
  }
  return std::nullopt;
}

/// "a cat and a dog on a sofa" to "no cat or dog on a sofa".
std::string none_of(const Sentence& sentence, std::size_t at) {
  std::string nouns = "no";
  for (std::size_t i = at; i < sentence.size(); ++i) {
    const bool joins = sentence.is(i, " and or ") && sentence.is(i + 1, kSome);
    nouns.append(" ").append(joins ? "or" : sentence.word(i));
    if (joins) ++i;
  }
  return nouns;
}

/// After "there is".
std::string negate_existence(const Sentence& sentence) {
  constexpr std::size_t kAt = 2;
  if (const auto swapped = swap_opposites(sentence, kAt)) return *swapped;
  if (sentence.key(kAt) == "not") return sentence.with("", kAt, kAt + 1);
  if (sentence.key(kAt) == "no") {
    return sentence.with(with_article(sentence.from(kAt + 1)), kAt, sentence.size());
  }
  if (sentence.is(kAt, kSome)) return sentence.with(none_of(sentence, kAt + 1), kAt, sentence.size());
  const bool counted = is_determiner(sentence.key(kAt)) || is_adverb(sentence.key(kAt));
  return sentence.insert(counted ? "not" : "no", kAt);
}

/// "has" and "have", from `at`; `plural`: "have" and not "has".
std::string negate_having(const Sentence& sentence, std::size_t at) {
  const std::string& next = sentence.key(at + 1);
  if (next == "been" || next == "got" || is_done(next)) return sentence.insert("not", at + 1);
  if (next == "no") return sentence.with(with_article(sentence.from(at + 2)), at + 1, sentence.size());
  if (sentence.is(at + 1, kSome)) return sentence.with("no", at + 1, at + 2);
  if (!is_determiner(next) && !is_adjective(next)) return sentence.insert("no", at + 1);
  const std::string& have = sentence.key(at);
  const std::string_view negated = have == "has"   ? "does not have"
                                   : have == "had" ? "did not have"
                                                   : "do not have";
  return sentence.with(negated, at, at + 1);
}

/// "does not look" to "looks".
std::string drop_not(const Sentence& sentence, std::size_t auxiliary, std::size_t verb) {
  const std::string& key = sentence.key(auxiliary);
  if (key == "did" || verb >= sentence.size()) return sentence.with(key, auxiliary, verb);
  const std::string& base = sentence.key(verb);
  return sentence.with(key == "does" ? third_person(base) : base, auxiliary, verb + 1);
}

/// At a word that "not" follows; nothing when there is none.
std::optional<std::string> negate_at(const Sentence& sentence, std::size_t at) {
  const std::string& key = sentence.key(at);
  const std::string& before = sentence.key(at - 1);
  const bool pronoun = at == 1 && listed(" this that these those ", before);
  const bool noun = !pronoun && (is_determiner(before) || is_adjective(before) || is_preposition(before));
  if (key == "cannot" || key == "can't") return sentence.with("can", at, at + 1);
  if (key.ends_with("n't")) {
    const std::string positive = key == "won't" ? "will" : key.substr(0, key.size() - 3);
    if (!listed(kDo, positive)) return sentence.with(positive, at, at + 1);
    return drop_not(Sentence(sentence.with(positive, at, at + 1)), at, at + 1);
  }
  const bool verb = listed(kBe, key) || (listed(kModals, key) && !noun);
  if ((verb || listed(kHave, key)) && sentence.key(at + 1) == "not") return sentence.with("", at + 1, at + 2);
  if (key == "can" && verb) return sentence.with("cannot", at, at + 1);
  if (verb) return sentence.insert("not", at + 1);
  if (listed(kDo, key) && sentence.key(at + 1) == "not") return drop_not(sentence, at, at + 2);
  if (listed(kDo, key)) return sentence.insert("not", at + 1);
  if (listed(kHave, key)) return negate_having(sentence, at);
  if (noun) return std::nullopt;
  if (const std::string base = base_of_third_person(key); !base.empty()) {
    return sentence.with("does not " + base, at, at + 1);
  }
  if (is_verb(key) && (is_plural(before) || listed(" i they we you ", before))) {
    return sentence.insert("do not", at);
  }
  return std::nullopt;
}

}  // namespace

std::string negate(std::string_view statement) {
  const Sentence sentence(statement);
  if (sentence.key(0) == "there" && sentence.is(1, kBe)) return negate_existence(sentence);
  if (const auto swapped = swap_opposites(sentence, 0)) return *swapped;
  const bool more = sentence.size() > 1;
  if (more && sentence.key(0) == "not") return sentence.from(1);
  if (more && sentence.key(0) == "no") return with_article(sentence.from(1));
  for (std::size_t at = 1; at < sentence.size(); ++at) {
    if (auto negated = negate_at(sentence, at)) return *std::move(negated);
  }
  // A caption without a verb: "a dog running on grass".
  for (std::size_t at = 1; at < sentence.size(); ++at) {
    const std::string& before = sentence.key(at - 1);
    const bool noun = is_determiner(before) || is_adjective(before) || is_preposition(before);
    if (before == "not") return sentence.with("", at - 1, at);
    if (!noun && (is_doing(sentence.key(at)) || is_done(sentence.key(at)))) return sentence.insert("not", at);
  }
  return sentence.insert("not", 0);
}

}  // namespace clip_classify::english
