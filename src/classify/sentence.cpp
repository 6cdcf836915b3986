#include "classify/sentence.h"

#include <algorithm>
#include <array>
#include <span>

#include "text/utf8.h"

namespace clip_classify {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 24> kDeterminers = {
    "the",  "my",  "our",   "your", "his",  "her", "its",  "their",   "this", "that",  "these", "those",
    "some", "two", "three", "four", "five", "six", "many", "several", "no",   "every", "each",  "another"};

constexpr std::array<std::string_view, 23> kPrepositions = {
    "in",      "on",     "at",      "under",  "over",     "by",      "near",      "beside",
    "behind",  "inside", "outside", "above",  "below",    "between", "among",     "along",
    "through", "across", "against", "around", "outdoors", "indoors", "underwater"};

/// Places by their last words that do not take "in".
constexpr std::array<std::string_view, 56> kOn = {
    "street",     "road",     "highway",     "freeway",        "motorway",     "avenue",         "boulevard",
    "path",       "trail",    "track",       "racetrack",      "sidewalk",     "pavement",       "driveway",
    "crosswalk",  "bridge",   "beach",       "shore",          "coast",        "riverbank",      "island",
    "hill",       "hillside", "mountain",    "mountaintop",    "cliff",        "slope",          "dune",
    "ridge",      "plateau",  "glacier",     "iceberg",        "volcano",      "farm",           "ranch",
    "lawn",       "roof",     "rooftop",     "balcony",        "porch",        "veranda",        "patio",
    "terrace",    "pier",     "dock",        "jetty",          "boardwalk",    "runway",         "stage",
    "playground", "court",    "golf course", "football field", "soccer field", "baseball field", "staircase"};
constexpr std::array<std::string_view, 32> kAt = {
    "airport",    "station",  "stop",    "crossing",     "crossroads", "intersection", "harbor",
    "port",       "marina",   "zoo",     "fair",         "fairground", "market",       "festival",
    "concert",    "party",    "wedding", "parade",       "ceremony",   "campsite",     "site",
    "waterfall",  "lakeside", "seaside", "riverside",    "university", "checkpoint",   "gate",
    "exhibition", "funeral",  "picnic",  "demonstration"};

/// Places that there is one of, or several.
constexpr std::array<std::string_view, 20> kThe = {
    "sea",         "ocean",   "sky",   "desert",  "jungle",   "savanna",   "tundra",
    "countryside", "suburbs", "woods", "snow",    "rain",     "mountains", "ruins",
    "stairs",      "wild",    "dark",  "seaside", "lakeside", "riverside"};
constexpr std::array<std::string_view, 2> kBare = {"outer space", "space"};

/// Beginnings with a vowel that sound like "you" or "won"; after them, those that do not although they begin
/// so.
constexpr std::array<std::string_view, 18> kConsonantSound = {"uni", "use", "usu",  "uten",  "util", "utop",
                                                              "uku", "ura", "uri",  "ubi",   "ufo",  "eu",
                                                              "ewe", "one", "once", "ouija", "u-",   "usb"};
constexpr std::array<std::string_view, 4> kVowelSound = {"unin", "unim", "unid", "oner"};
constexpr std::array<std::string_view, 5> kSilentH = {"hour", "honest", "honor", "honour", "heir"};

constexpr std::u32string_view kVowels = U"aeiouÀÁÂÃÄÅÆÈÉÊËÌÍÎÏÒÓÔÕÖØÙÚÛÜàáâãäåæèéêëìíîïòóôõöøùúûüŒœ";
constexpr char32_t kEndOfLatin = 0x250;

std::string_view article_before(char32_t letter, std::u32string_view vowels) {
  return vowels.find(letter) == std::u32string_view::npos ? "a" : "an";
}

bool contains(Words words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool begins_with_one_of(std::string_view text, Words beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return text.starts_with(beginning); });
}

/// Whether `text` is one of the phrases, or ends with one as whole words.
bool ends_with_one_of(std::string_view text, Words phrases) {
  return std::any_of(phrases.begin(), phrases.end(), [&](std::string_view phrase) {
    return text.ends_with(phrase) &&
           (text.size() == phrase.size() || text[text.size() - phrase.size() - 1] == ' ');
  });
}

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  return lowered;
}

std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find(' '));
}

bool is_upper(char letter) {
  return letter >= 'A' && letter <= 'Z';
}

/// "MRI scanner", "X-ray": the first letter is said by its name.
bool is_spelled(std::string_view text) {
  return is_upper(text[0]) && text.size() > 1 && (is_upper(text[1]) || text[1] == '-');
}

/// What stands before a noun that has no determiner of its own, and before its attribute.
std::string_view before_noun(const Phrase& noun, std::string_view described) {
  if (noun.kind == "stuff") return "";
  if (noun.kind == "place" && contains(kBare, noun.text)) return "";
  if (noun.kind == "place" && ends_with_one_of(noun.text, kThe)) return "the";
  return article(described);
}

std::string noun_phrase(const Phrase& noun, const Phrase* attribute) {
  std::string_view text = noun.text;
  const std::string_view word = first_word(text);
  const std::string lowered = lower_case(word);
  const bool has_article = text != word && (lowered == "a" || lowered == "an");
  const bool has_determiner = text != word && contains(kDeterminers, lowered);
  if (has_article || has_determiner) text.remove_prefix(word.size() + 1);
  const std::string described = (attribute == nullptr ? "" : attribute->text + " ").append(text);
  const std::string_view before = has_determiner ? word
                                  : has_article  ? article(described)
                                                 : before_noun(noun, described);
  return (before.empty() ? "" : std::string(before) + " ") + described;
}

std::string place_phrase(const Phrase& place) {
  if (is_adverbial(place.text)) return place.text;
  const std::string_view preposition = ends_with_one_of(place.text, kOn)   ? "on "
                                       : ends_with_one_of(place.text, kAt) ? "at "
                                                                           : "in ";
  return std::string(preposition) + noun_phrase(place, nullptr);
}

}  // namespace

std::string_view article(std::string_view text) {
  if (text.empty()) return "";
  const std::string word = lower_case(first_word(text));
  const std::string_view digits = std::string_view(word).substr(0, word.find_first_not_of("0123456789"));
  if (!digits.empty()) return digits[0] == '8' || digits == "11" || digits == "18" ? "an" : "a";
  if (is_spelled(text)) return article_before(text[0], U"AEFHILMNORSX");
  const char32_t letter = utf8::decode(word).value;
  if (letter >= kEndOfLatin) return "";
  if (begins_with_one_of(word, kSilentH)) return "an";
  if (begins_with_one_of(word, kConsonantSound) && !begins_with_one_of(word, kVowelSound)) return "a";
  return article_before(letter, kVowels);
}

bool is_adverbial(std::string_view place) {
  return contains(kPrepositions, lower_case(first_word(place)));
}

std::string Sentence::text() const {
  const std::string medium = style == nullptr ? "photo" : style->text;
  std::string text = noun_phrase({medium, "thing"}, nullptr) + " of " + noun_phrase(*noun, attribute);
  if (activity != nullptr) text += " " + activity->text;
  if (second != nullptr) text.append(" ").append(joint).append(" ") += noun_phrase(*second, nullptr);
  if (place != nullptr) text += " " + place_phrase(*place);
  return text;
}

}  // namespace clip_classify
