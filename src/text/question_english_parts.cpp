// What the parts of the English patterns may take.
#include <algorithm>

#include "text/question_english.h"
#include "text/question_english_words.h"

namespace clip_classify::english {
namespace {

constexpr std::string_view kBe = " is are was were ";
constexpr std::string_view kDo = " do does did ";
constexpr std::string_view kHave = " has have had ";
constexpr std::string_view kModals = " can could will would should may might must ";
constexpr std::string_view kFacing = " looking facing pointing headed heading turning turned ";
constexpr std::string_view kNeverInChoices =
    " is are was were do does did has have had can could will would should may might must what which who "
    "where how when why ";
constexpr std::string_view kShades = " dark light bright pale ";
constexpr std::string_view kPointing = " this that these those ";
constexpr std::string_view kGenericNouns = " object objects thing things item items stuff else ";
constexpr std::string_view kNeverInNouns =
    " is are was were do does did has have had can could will would should the this that these those it he "
    "she they you we i my your his its our their , or who what which where how ";

bool is_key(Words words, std::size_t at, std::string_view list) {
  return at < words.size() && listed(list, words[at].key);
}

/// Whether "this" and the like, the first of `words`, stand alone: in "this a dog", not in "this dog brown".
bool points_alone(Words words) {
  const std::string& next = words[1].key;
  return words.size() == 2 || is_determiner(next) || is_preposition(next) || is_adjective(next) ||
         is_adverb(next) || is_doing(next) || is_done(next) || listed(" , or ", next) ||
         is_key(words, 2, " , or ");
}

/// How many words of `words` are the subject of what follows: "the cat" of "the cat sleeping on the sofa".
std::size_t subject_size(Words words) {
  const auto key = [&](std::size_t at) -> const std::string& { return words[at].key; };
  if (words.size() < 2 || is_pronoun(key(0))) return 1;
  if (listed(kPointing, key(0)) && points_alone(words)) return 1;
  std::size_t least = 1;  // determiners and a noun
  while (least < words.size() && is_determiner(key(least - 1))) ++least;
  // A choice begins before its "or".
  std::size_t end = 0;
  while (end < words.size() && key(end) != "or") ++end;
  if (end <= least) end = words.size();

  const auto without_adverbs = [&](std::size_t at, bool of_color) {
    const bool lamp = at > 1 && is_key(words, at - 2, " traffic street head night ceiling ");
    const bool shades = of_color && !lamp;  // "dark blue", but "traffic light green"
    while (at > least && is_adverb(key(at - 1)) && (shades || !is_key(words, at - 1, kShades))) --at;
    return at;
  };
  const auto find = [&](auto begins) {
    std::size_t at = least;
    while (at < end && !begins(at)) ++at;
    return at;
  };
  const std::size_t verb = find([&](std::size_t at) {
    const std::string& before = key(at - 1);
    const bool noun = is_determiner(before) || is_adjective(before) || is_preposition(before);
    return is_key(words, at, " been got about ") || (!noun && (is_doing(key(at)) || is_done(key(at))));
  });
  if (verb < end) return without_adverbs(verb, false);
  const std::size_t adjective = find([&](std::size_t at) {
    const bool last = at + 1 == end || is_preposition(key(at + 1)) || is_key(words, at + 1, " and , ");
    return last && is_adjective(key(at)) && !is_preposition(key(at - 1)) && !is_determiner(key(at - 1));
  });
  if (adjective < end) return without_adverbs(adjective, true);
  const std::size_t noun = find([&](std::size_t at) {
    return is_determiner(key(at)) && !is_preposition(key(at - 1)) && !is_key(words, at - 1, " and , ");
  });
  if (noun < end) return without_adverbs(noun, false);
  const std::size_t place = find([&](std::size_t at) { return is_preposition(key(at)) && key(at) != "of"; });
  if (place < end) return without_adverbs(place, false);
  return without_adverbs(std::max<std::size_t>(end - 1, 1), true);
}

/// How many words stand before a base verb: "the man" of "the man have a beard".
std::size_t actor_size(Words words) {
  const auto key = [&](std::size_t at) -> const std::string& { return words[at].key; };
  if (words.size() < 2 || is_pronoun(key(0))) return 1;
  std::size_t least = 0;
  while (least < words.size() && is_determiner(key(least))) ++least;
  const bool pointing = is_key(words, 0, kPointing) && least == 1;
  for (std::size_t at = std::max<std::size_t>(pointing ? least : least + 1, 1); at < words.size(); ++at) {
    const bool noun = (is_determiner(key(at - 1)) && !pointing) || is_preposition(key(at - 1));
    if (!noun && (is_verb(key(at)) || key(at) == "be")) return at;
  }
  return std::clamp<std::size_t>(least + 1, 1, words.size() - 1);
}

bool is_noun_part(Words words) {
  const bool of = words[0].key == "of";
  return words.size() <= 6 && (of || !is_preposition(words[0].key)) &&
         !is_key(words, words.size() - 1, kGenericNouns) &&
         std::none_of(words.begin(), words.end(), [&](const Word& word) {
           return listed(kNeverInNouns, word.key) && !(of && (word.key == "the" || word.key == "these"));
         });
}

}  // namespace

bool allowed(char part, Words words, std::size_t size) {
  const std::string& first = words[0].key;
  const Words taken = words.first(size);
  switch (part) {
    case 'A':
      return size == actor_size(words);
    case 'B':
      return size == 1 && listed(kBe, first);
    case 'C':
      return first != "or" && first != "," && !listed(" or a an the , ", taken.back().key) &&
             std::any_of(taken.begin(), taken.end(), [](const Word& word) { return word.key == "or"; }) &&
             std::none_of(taken.begin(), taken.end(),
                          [](const Word& word) { return listed(kNeverInChoices, word.key); });
    case 'D':
      return size == 1 && listed(kDo, first);
    case 'E':
      return size == 1 && is_done(first);
    case 'F':
      return size == 1 && listed(kFacing, first);
    case 'G':
      return size == 1 && is_doing(first);
    case 'H':
      return size == 1 && listed(kHave, first);
    case 'J':
      return is_adjective(first) || is_adverb(first) || first.ends_with("er") || first.ends_with("est");
    case 'K':
      return is_determiner(first) || is_pronoun(first);
    case 'L':
      return size <= 4 && is_preposition(first) && is_preposition(taken.back().key);
    case 'M':
      return size == 1 && listed(kModals, first);
    case 'N':
      return is_noun_part(taken);
    case 'O':
      return size <= 3 && listed(kGenericNouns, taken.back().key);
    case 'P':
      return is_preposition(first);
    case 'S':
      return size == subject_size(words);
    case 'V':
      return size == 1 && first != ",";
    case 'W':
      return size == 1 && !base_of_third_person(first).empty();
    case 'Y':
      return size == 1 && (is_doing(first) || is_done(first));
    default:
      return true;
  }
}

}  // namespace clip_classify::english
