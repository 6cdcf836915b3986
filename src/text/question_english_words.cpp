#include "text/question_english_words.h"

#include <algorithm>
#include <vector>

#include "text/question_pattern.h"

namespace clip_classify::english {
namespace {

// Sounds against spelling.
constexpr std::string_view kConsonantSounds[] = {"uni", "use",  "usu", "uten", "util", "ukul", "ukr",
                                                 "ufo", "urin", "usb", "eu",   "ewe",  "one",  "once"};
constexpr std::string_view kVowelSounds[] = {"unin",   "unim", "unid", "hour",  "honest", "honor",
                                             "honour", "heir", "xray", "x-ray", "mri",    "suv",
                                             "lcd",    "8",    "11-",  "18-"};

constexpr std::string_view kMassNouns =
    " water milk coffee tea juice beer wine champagne lemonade soda bread rice pasta spaghetti cheese "
    "butter meat beef pork ham bacon sugar salt pepper soup food fruit seafood snow ice rain sand grass "
    "wood metal plastic paper leather cotton concrete steel gold furniture clothing luggage baggage jewelry "
    "jewellery money cash traffic smoke fire sunlight sunshine fog mud dirt graffiti hair fur makeup "
    "popcorn honey ketchup mustard mayonnaise toast broccoli spinach lettuce corn garlic cabbage celery "
    "tennis golf chess text trash garbage rubbish junk equipment art music jam jelly flour oil sushi "
    "chocolate cereal oatmeal yogurt yoghurt cream moss fabric denim wool silk wallpaper scenery nature "
    "daylight darkness lightning christmas halloween easter thanksgiving breakfast lunch dinner ";

// On a plate; elsewhere they are animals or things.
constexpr std::string_view kPortions = " chicken fish lamb turkey pizza cake salad steak salmon tuna duck ";

// What an -ing word before it names: "swimming pool".
constexpr std::string_view kNamedByDoing =
    " pool board machine pan cart bag mall table room lot meter stick pin chair dress shoe boat car suit "
    "hat truck glass boot light range track ground area court tower pot post ";

struct Pair {
  std::string_view plural;
  std::string_view singular;
};
constexpr Pair kIrregular[] = {
    {"people", "person"}, {"children", "child"}, {"men", "man"},      {"women", "woman"},  {"mice", "mouse"},
    {"feet", "foot"},     {"teeth", "tooth"},    {"geese", "goose"},  {"knives", "knife"}, {"leaves", "leaf"},
    {"shelves", "shelf"}, {"wolves", "wolf"},    {"loaves", "loaf"},  {"wives", "wife"},   {"halves", "half"},
    {"calves", "calf"},   {"scarves", "scarf"},  {"buses", "bus"},    {"lenses", "lens"},  {"shoes", "shoe"},
    {"toes", "toe"},      {"canoes", "canoe"},   {"cacti", "cactus"}, {"oxen", "ox"},      {"these", "this"},
};

// They end in -s and are one.
constexpr std::string_view kSingularS = " gas lens canvas bus news atlas christmas texas gymnastics ";
// In spite of their endings, their singular only lacks the s.
constexpr std::string_view kPlainS =
    " menus emus skis taxis bikinis kiwis zucchinis cookies movies pies ties brownies hoodies smoothies "
    "selfies zombies calories veggies ";
constexpr std::string_view kAlwaysPlural = " cattle police they we you those ";

constexpr std::string_view kNumbers[] = {
    "zero",     "one",     "two",     "three",     "four",     "five",     "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"};

constexpr std::string_view kOn =
    " sofa couch table bed chair floor ground grass road street roof wall shelf desk bench counter stairs "
    "bridge boat ship bus train plane airplane bike bicycle motorcycle horse skateboard surfboard snowboard "
    "sidewalk pavement lawn hill mountain stage plate tray branch rock carpet rug mat pillow blanket lap "
    "shoulder head stove windowsill balcony porch deck dock pier runway tracks slope island farm left right "
    "ceiling fence countertop sand platform cliff highway phone laptop keyboard sled side beach ";
constexpr std::string_view kAt =
    " airport station zoo party school stop intersection top bottom door gate window concert wedding fair "
    "circus game end entrance crossing market stadium back front office hotel ";
constexpr std::string_view kPlaceAdverbs =
    " inside outside indoors outdoors upstairs downstairs here there nearby everywhere nowhere somewhere "
    "abroad underwater overhead ";
constexpr std::string_view kAtMoments = " night noon dawn dusk midnight sunset sunrise nighttime lunchtime ";
constexpr std::string_view kInTheMoments = " morning afternoon evening daytime ";
constexpr std::string_view kAnd = " and ";

bool is_vowel(char c) {
  return std::string_view("aeiou").find(c) != std::string_view::npos;
}

bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

std::string_view first_word(std::string_view phrase) {
  return phrase.substr(0, phrase.find(' '));
}

/// Where the head ends: before " of tea", " on the sofa", " running" or " who runs".
std::size_t head_end(std::string_view phrase) {
  std::string before = lower(first_word(phrase));
  for (std::size_t at = before.size(); at < phrase.size();) {
    std::string key = lower(first_word(phrase.substr(at + 1)));
    const bool describes = is_determiner(before) || is_adjective(before) || is_adverb(before);
    if (is_preposition(key) || key == "who" || key == "that" || key == "which") return at;
    if (!describes && (is_doing(key) || is_done(key))) return at;
    at += 1 + key.size();
    before = std::move(key);
  }
  return phrase.size();
}

/// Where nouns are joined, in "a cat and a dog" but not in "a black and white cat".
std::size_t conjunction(std::string_view phrase) {
  std::size_t at = phrase.find(kAnd);
  while (at != std::string_view::npos) {
    const std::string_view before = phrase.substr(0, at);
    if (!is_adjective(lower(before.substr(before.rfind(' ') + 1)))) break;
    at = phrase.find(kAnd, at + 1);
  }
  return at;
}

std::string singular_word(std::string_view word) {
  const std::string key = lower(word);
  const auto without = [&](std::size_t letters) {
    return std::string(word.substr(0, word.size() - letters));
  };
  for (const auto& [plural, singular] : kIrregular) {
    if (key == plural) return std::string(singular);
    if (plural.ends_with("men") && key.ends_with(plural)) return without(plural.size()).append(singular);
  }
  if (key.size() < 3 || !key.ends_with('s') || key.ends_with("'s") || listed(kSingularS, key)) {
    return std::string(word);
  }
  if (listed(kPlainS, key)) return without(1);
  if (key.ends_with("ss") || key.ends_with("us") || key.ends_with("is")) return std::string(word);
  if (key.ends_with("ies") && key.size() > 4) return without(3) + "y";
  for (const std::string_view ending : {"sses", "xes", "ches", "shes", "zzes", "oes"}) {
    if (key.ends_with(ending)) return without(2);
  }
  return without(1);
}

std::string_view article(std::string_view phrase) {
  if (lower(head(phrase)) == "one") return "the";  // "the left one"
  const std::string_view word = first_word(phrase);
  const std::string key = lower(word);
  const auto begins = [&](std::string_view sound) { return key.starts_with(sound); };
  // Letters that are read out: an FM radio, a TV.
  const bool spelled =
      word.size() > 1 && word.size() < 4 && std::all_of(word.begin(), word.end(), is_capital);
  if (spelled) return std::string_view("AEFHILMNORSX").find(word[0]) != std::string_view::npos ? "an" : "a";
  if (std::any_of(std::begin(kVowelSounds), std::end(kVowelSounds), begins)) return "an";
  if (std::any_of(std::begin(kConsonantSounds), std::end(kConsonantSounds), begins)) return "a";
  return is_vowel(key[0]) ? "an" : "a";
}

/// Of a phrase without "and".
bool takes_article(std::string_view phrase, bool portion) {
  const std::string first = lower(first_word(phrase));
  if (first.empty() || is_determiner(first) || is_pronoun(first) || is_preposition(first)) return false;
  if (is_plural(phrase) || (phrase.size() == first.size() && first != "orange" && is_adjective(first)))
    return false;
  const std::string last = lower(head(phrase));
  if (is_doing(first) && !listed(kNamedByDoing, last)) return false;
  return !listed(kMassNouns, last) && !(portion && listed(kPortions, last));
}

}  // namespace

std::string third_person(std::string_view verb) {
  if (verb == "have") return "has";
  std::string inflected(verb);
  const auto ends = [&](std::string_view ending) { return verb.ends_with(ending); };
  if (ends("y") && verb.size() > 1 && !is_vowel(verb[verb.size() - 2])) {
    inflected.back() = 'i';
    return inflected + "es";
  }
  return inflected +
         (ends("s") || ends("x") || ends("z") || ends("ch") || ends("sh") || ends("o") ? "es" : "s");
}

std::string base_of_third_person(std::string_view key) {
  if (key == "has") return "have";
  if (!key.ends_with('s')) return {};
  std::vector<std::string> candidates = {std::string(key.substr(0, key.size() - 1))};
  if (key.ends_with("es")) candidates.emplace_back(key.substr(0, key.size() - 2));
  if (key.ends_with("ies")) candidates.push_back(std::string(key.substr(0, key.size() - 3)) + "y");
  for (const auto& candidate : candidates) {
    if (is_verb(candidate) && third_person(candidate) == key) return candidate;
  }
  return {};
}

std::string doing(std::string_view phrase) {
  const std::string_view first = first_word(phrase);
  std::string verb = lower(first);
  if (!is_verb(verb)) return std::string(phrase);
  const std::string_view others = phrase.substr(first.size());
  if (listed(" run sit swim cut hit get put jog hug shop stop pet chat ", verb)) {
    verb += verb.back();
  } else if (verb == "lie") {
    verb = "ly";
  } else if (verb.ends_with('e') && !verb.ends_with("ee")) {
    verb.pop_back();
  }
  return verb.append("ing").append(others);
}

std::string head(std::string_view phrase) {
  const std::string_view subject = phrase.substr(0, head_end(phrase));
  return std::string(subject.substr(subject.rfind(' ') + 1));
}

bool is_plural(std::string_view phrase) {
  if (conjunction(phrase) != std::string_view::npos) return true;
  const std::string first = lower(first_word(phrase));
  if (listed(" a an one this that every each another ", first)) return false;
  const std::string word = lower(head(phrase));
  return listed(kAlwaysPlural, word) || singular_word(word) != word;
}

std::string singular(std::string_view phrase) {
  const std::size_t end = head_end(phrase);
  const std::size_t start = phrase.substr(0, end).rfind(' ') + 1;
  return std::string(phrase.substr(0, start))
      .append(singular_word(phrase.substr(start, end - start)))
      .append(phrase.substr(end));
}

std::string with_article(std::string_view phrase, bool portion) {
  std::string out;
  while (true) {
    const std::size_t end = conjunction(phrase);
    const std::string_view part = phrase.substr(0, end);
    if (takes_article(part, portion)) out.append(article(part)).append(" ");
    out += part;
    if (end == std::string_view::npos) return out;
    out += kAnd;
    phrase.remove_prefix(end + kAnd.size());
  }
}

std::optional<int> number_of(std::string_view answer) {
  const std::string key = lower(answer);
  if (listed(" none no nothing nobody ", key)) return 0;
  if (listed(" a an single ", key)) return 1;
  for (int number = 0; number <= 20; ++number) {
    if (key == kNumbers[number] || key == std::to_string(number)) return number;
  }
  return std::nullopt;
}

std::string counted(std::string_view answer, std::string_view nouns) {
  if (answer.size() > nouns.size() + 1 && answer.ends_with(nouns)) {
    answer = answer.substr(0, answer.size() - nouns.size() - 1);  // "three dogs" of dogs
  }
  const std::optional<int> number = number_of(answer);
  const bool of_all = nouns.starts_with("of ");  // "of the dogs"
  if (number == 1) return "one " + (of_all ? std::string(nouns) : singular(nouns));
  std::string quantity(answer);
  if (number == 0) quantity = of_all ? "none" : "no";
  if (number && *number > 1) quantity = kNumbers[*number];
  if (listed(" lots dozens hundreds thousands ", lower(head(quantity))) || quantity.ends_with("a lot")) {
    quantity += " of";
  }
  return quantity.append(" ").append(nouns);
}

std::string place(std::string_view answer) {
  const std::string_view first = first_word(answer);
  const std::string key = lower(first);
  if (is_preposition(key) || listed(kPlaceAdverbs, key) || key == "next") return std::string(answer);
  if (key == "home") return "at home";
  const std::string noun = lower(head(answer));
  const std::string_view preposition = listed(kOn, noun) ? "on " : listed(kAt, noun) ? "at " : "in ";
  const bool takes_the = !is_determiner(key) && !std::any_of(first.begin(), first.end(), is_capital);
  return std::string(preposition).append(takes_the ? "the " : "").append(answer);
}

std::string moment(std::string_view answer) {
  const std::string first = lower(first_word(answer));
  if (is_preposition(first)) return std::string(answer);
  const std::string noun = lower(head(answer));
  const std::string_view preposition = noun == "day" ? "during " : listed(kAtMoments, noun) ? "at " : "in ";
  const bool takes_the = (noun == "day" || listed(kInTheMoments, noun)) && !is_determiner(first);
  return std::string(preposition).append(takes_the ? "the " : "").append(answer);
}

}  // namespace clip_classify::english
