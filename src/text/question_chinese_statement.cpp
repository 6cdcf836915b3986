// How an answer is put into a Chinese rule's statement, and a statement's opposite.
#include <algorithm>

#include "text/question_chinese.h"
#include "text/question_english_words.h"
#include "text/question_topics.h"
#include "text/utf8.h"

namespace clip_classify::chinese {
namespace {

constexpr std::string_view kNumbers[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};

/// A measure word and the nouns that begin or end with these characters.
struct Measure {
  std::string_view word;
  std::string_view nouns;
};
constexpr Measure kMeasures[] = {
    {"只", "狗;猫;鸟;鸡;鸭;鹅;羊;兔;虎;猴;熊;鼠;蝶;蜂;象;鹿;狼;狮;动物;猫头鹰;手;眼睛;耳朵;气球;企鹅"},
    {"辆", "汽车;自行车;卡车;摩托车;公共汽车;出租车;车"},
    {"匹", "马;斑马"},
    {"头", "牛;猪"},
    {"条", "鱼;蛇;腿;裤子;裙子;围巾;毛巾;河;路"},
    {"把", "椅子;雨伞;伞;刀;叉子;勺子;剪刀;吉他"},
    {"张", "桌子;床;纸;沙发"},
    {"本", "书"},
    {"棵", "树"},
    {"朵", "花;云"},
    {"架", "飞机;直升机;钢琴"},
    {"艘", "船"},
    {"座", "山;桥;塔;房子"},
    {"块", "披萨;蛋糕;石头"},
    {"扇", "窗户;门"},
    {"盏", "灯"},
    {"支", "笔;铅笔;蜡烛"},
    {"顶", "帽子"},
};

constexpr std::string_view kInsideEndings = "上;下;里;中;内;外;旁;旁边;边;面;前;后;左;右;处;附近";
constexpr std::string_view kOnEndings =
    "沙发;桌子;桌;餐桌;书桌;茶几;床;椅子;长椅;椅;凳子;地;草地;草;地板;地毯;马路;路;街道;街;人行道;屋顶;墙;"
    "架子;书架;山;海滩;沙滩;桥;树;船;马;盘子;滑板;冲浪板;自行车;摩托车;雪地;田野;操场;毯子;枕头;栅栏;屏幕";

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool ends_with_any(std::string_view text, std::string_view list) {
  const auto all = pieces(list, ';');
  return std::any_of(all.begin(), all.end(), [&](std::string_view ending) { return text.ends_with(ending); });
}

bool is_place_name(std::string_view text) {
  return std::any_of(topics().begin(), topics().end(), [&](const Topic& topic) {
    if (topic.name != "city" && topic.name != "country" && topic.name != "landmark") return false;
    const auto names = pieces(topic.chinese, ',');
    return std::find(names.begin(), names.end(), text) != names.end();
  });
}

std::string spelled(int number) {
  if (number <= 10) return std::string(kNumbers[number]);
  if (number == 20) return "二十";
  return std::string("十").append(kNumbers[number - 10]);
}

std::string_view measure_of(std::string_view noun) {
  for (const auto& [word, nouns] : kMeasures) {
    for (const std::string_view known : pieces(nouns, ';')) {
      if (noun.starts_with(known)) return word;
    }
  }
  return "个";
}

/// Fills in what stands between < and > in a rule's statement.
class Filling {
 public:
  Filling(const Question& question, std::string_view answer) : question_(question), answer_(answer) {}

  std::string operator()(std::string_view form) const {
    if (form == "color") return color();
    if (form == "place") return place(without("在"));
    if (form == "doing") return std::string(Filling(question_, without("正")).without("在"));
    if (form == "number") return number("");
    if (form == "has") return number("有");
    if (form == "age") return std::string(answer_) + (is_digits(answer_) ? "岁" : "");
    if (form == "choice") return choice();
    if (form == "kind") return kind();
    if (form == "question") return question_.text;
    return std::string(answer_);
  }

 private:
  std::string part(char letter) const { return part_of(question_.parts, letter); }

  std::string_view without(std::string_view beginning) const {
    const bool begins = answer_.starts_with(beginning) && answer_.size() > beginning.size();
    return begins ? answer_.substr(beginning.size()) : answer_;
  }

  /// 红 and 红色的 to 红色.
  std::string color() const {
    std::string color(answer_);
    if (color.ends_with("的")) color.resize(color.size() - std::string_view("的").size());
    const bool single = !color.empty() && first_character(color).size() == color.size();
    return single ? color + "色" : color;
  }

  std::string number(std::string_view has) const {
    const std::string noun = part('N');
    const int number = number_of(answer_);
    if (number == 0) return "没有" + noun;
    std::string quantity(has);
    if (number > 0) return quantity + counted(number, part('M'), noun);
    quantity += answer_;
    if (is_digits(answer_)) quantity += part('M').empty() ? std::string(measure_of(noun)) : part('M');
    return quantity.ends_with(noun) ? quantity : quantity + noun;
  }

  /// A kind of something that is no topic: 奶酪 and 披萨.
  std::string kind() const {
    const std::string noun = part('N');
    const bool whole = noun.empty() || question_.topic != "thing" || answer_.ends_with(noun) ||
                       ends_with_any(noun, "东西;物体;物品");
    return std::string(answer_) + (whole ? "" : noun);
  }

  std::string choice() const {
    if (answer_.empty()) return part('C');
    const std::string beginning = part('F');
    const std::string_view answer = beginning.empty() ? answer_ : without(beginning);
    for (const auto& choice : choices(question_)) {
      if (choice == answer || choice.ends_with(answer)) return choice;
    }
    return std::string(answer);
  }

  const Question& question_;
  std::string_view answer_;
};

}  // namespace

int number_of(std::string_view answer) {
  if (answer == "没有" || answer == "无") return 0;
  if (answer == "两") return 2;
  for (int number = 0; number <= 20; ++number) {
    if (answer == std::to_string(number) || answer == spelled(number)) return number;
  }
  return -1;
}

std::string counted(int number, std::string_view measure, std::string_view noun) {
  std::string quantity = number == 2 ? "两" : spelled(number);
  return quantity.append(measure.empty() ? measure_of(noun) : measure).append(noun);
}

std::string place(std::string_view answer) {
  std::string out(answer);
  if (ends_with_any(answer, kInsideEndings) || is_place_name(answer)) return out;
  return out + (ends_with_any(answer, kOnEndings) ? "上" : "里");
}

std::vector<std::string> choices(const Question& question) {
  const auto part = question.parts.find('C');
  if (part == question.parts.end()) return {};
  std::string text = part->second;
  for (const std::string_view separator : {"还是", "或者", "或是", "，", "、", ","}) {
    for (std::size_t at = text.find(separator); at != std::string::npos; at = text.find(separator)) {
      text.replace(at, separator.size(), "\n");
    }
  }
  const auto beginning = question.parts.find('F');
  std::vector<std::string> found;
  for (std::string_view choice : pieces(text, '\n')) {
    const bool repeats = beginning != question.parts.end() && choice.starts_with(beginning->second) &&
                         choice.size() > beginning->second.size();
    if (repeats) choice.remove_prefix(beginning->second.size());
    if (std::find(found.begin(), found.end(), choice) == found.end()) found.emplace_back(choice);
  }
  return found;
}

std::string state(const Rule& rule, const Question& question, std::string_view answer) {
  return render(rule.statement, question.parts, Filling(question, answer));
}

}  // namespace clip_classify::chinese
