#include <algorithm>

#include "text/question_english_words.h"

namespace clip_classify::english {
namespace {

constexpr std::string_view kDeterminers =
    " a an the this that these those some any no my your his her its our their all both every each many "
    "several few most more another enough lots half dozens hundreds zero one two three four five six seven "
    "eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty ";

constexpr std::string_view kPronouns =
    " i you he she it we they him them me us someone somebody something anyone anybody anything everyone "
    "everybody everything nobody nothing none nowhere himself herself itself themselves there yes mine hers ";

constexpr std::string_view kPrepositions =
    " in on at under over above below behind beside between near by with without of from to into onto "
    "inside outside around across along against through toward towards next off up down for about during "
    "among beneath underneath atop past beyond within opposite ";

constexpr std::string_view kAdjectives =
    " red orange yellow green blue purple pink brown black white gray grey gold golden silver beige tan "
    "maroon teal turquoise violet navy colorful colourful happy sad angry tired scared afraid surprised "
    "excited bored calm serious open closed wet dry clean dirty empty full new old young big small large "
    "little tiny huge tall short long wide narrow thick thin fat heavy hot cold warm cool round square "
    "rectangular oval flat striped plain sunny cloudy rainy snowy foggy windy clear alone asleep awake "
    "alive dead bald blonde blond male female ripe raw cooked fresh visible real fake edible wooden same "
    "different similar safe dangerous broken straight curly ready busy crowded quiet indoors outdoors "
    "barefoot naked friendly cute pretty beautiful ugly good bad nice healthy hungry thirsty vertical "
    "horizontal furry fluffy shiny smooth sharp modern professional urban rural high low bright dark blurry "
    "deep shallow hairy sleepy lonely close far famous fast slow strong soft hard messy tidy unhappy upset "
    "able ";

constexpr std::string_view kAdverbs =
    " very too so quite really still not now currently also already both just only all mostly completely "
    "fully almost actually more less dark light bright pale extremely probably ";

constexpr std::string_view kVerbs =
    " have look seem appear wear hold eat drink play run walk sit stand sleep show contain need want like "
    "live fly swim drive ride carry use read watch smile laugh cry feel touch face hang lie jump belong "
    "match include see come go get make take work fit open close move bite bark say own keep cook cut smell "
    "taste know think stop turn start cross give catch throw hit kick lean point rest grow cover talk speak "
    "write draw paint sing dance climb ski surf skate skateboard snowboard jog fish hunt study shop travel "
    "pull push feed brush wash clean wait enjoy do help hug kiss chase pose perform sell buy relax bathe "
    "yawn lick chew graze float sail row bend crouch kneel lay raise shake wave shout whisper listen type "
    "pet serve prepare bake pour fill camp hike bike cycle land exercise celebrate pray fight fall mean "
    "call ask tell ";

// Words that end like a verb's -ing form and are none.
constexpr std::string_view kNotDoing =
    " thing something anything nothing everything building ceiling string king ring spring evening morning "
    "wing clothing wedding painting railing awning icing pudding dumpling duckling sibling sling earring "
    "lightning outing herring viking interesting uninteresting exciting boring amazing ";

constexpr std::string_view kDone =
    " made cut worn seen shown taken eaten built written drawn thrown held hung lit broken sunk torn bitten "
    "hidden stuck ";
// Words that end like a participle and are none.
constexpr std::string_view kNotDone = " speed breed greed hundred naked steed ";

bool is_digits(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lowered;
}

bool listed(std::string_view list, std::string_view word) {
  for (std::size_t at = list.find(word); at != std::string_view::npos; at = list.find(word, at + 1)) {
    if (at > 0 && list[at - 1] == ' ' && at + word.size() < list.size() && list[at + word.size()] == ' ') {
      return !word.empty();
    }
  }
  return false;
}

bool is_determiner(std::string_view key) {
  return listed(kDeterminers, key) || is_digits(key) || key.ends_with("'s") || key.ends_with("s'");
}

bool is_pronoun(std::string_view key) {
  return listed(kPronouns, key);
}

bool is_preposition(std::string_view key) {
  return listed(kPrepositions, key);
}

bool is_adjective(std::string_view key) {
  return listed(kAdjectives, key);
}

bool is_adverb(std::string_view key) {
  return listed(kAdverbs, key);
}

bool is_verb(std::string_view key) {
  return listed(kVerbs, key);
}

bool is_doing(std::string_view key) {
  return key.size() > 4 && key.ends_with("ing") && !listed(kNotDoing, key);
}

bool is_done(std::string_view key) {
  return listed(kDone, key) || (key.size() > 4 && key.ends_with("ed") && !listed(kNotDone, key));
}

}  // namespace clip_classify::english
