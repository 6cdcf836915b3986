// How Chinese questions are cut into characters, and what the parts of the patterns may be.
#include "text/question_chinese.h"

#include <algorithm>

#include "text/utf8.h"

namespace clip_classify {
namespace chinese {
namespace {

// Traditional characters, and what patterns see in their place.
constexpr std::u32string_view kTraditional =
    U"這麼麽甚圖裡裏隻幾嗎誰顏個幹還張條輛畫寫說讀東點鐘氣樣質狀兩會開關歲長類種車裝貓馬鳥魚兒間場"
    U"見現沒麗戴頭顆雙塊臺時節齡紀別牀們無發現對請問訴覺為";
constexpr std::u32string_view kSimplified =
    U"这么么什图里里只几吗谁颜个干还张条辆画写说读东点钟气样质状两会开关岁长类种车装猫马鸟鱼儿间场"
    U"见现没丽戴头颗双块台时节龄纪别床们无发现对请问诉觉为";
static_assert(kTraditional.size() == kSimplified.size());

constexpr std::u32string_view kDropped = U"？?。.!！；;：:“”\"「」…～~";
constexpr std::u32string_view kCommas = U"，,、";

constexpr std::string_view kMeasures =
    " 只 个 条 辆 匹 头 张 把 本 朵 棵 名 位 架 艘 件 座 栋 杯 瓶 盘 碗 颗 块 片 双 对 群 根 支 台 部 间 扇 "
    "盏 幅 种 层 串 袋 盒 顶 副 匙 株 口 ";

// What may be said before a question and after it without changing it.
constexpr std::string_view kBefore =
    "请问;请告诉我;你能告诉我;能告诉我;可以告诉我;告诉我;你知道;你觉得;麻烦问一下;我想知道;想问一下;你好;"
    "您好;请看;请;那么;、";
constexpr std::string_view kAfter = "呢;呀;啊;哦;哈;、;的呢";
constexpr std::string_view kPhotos = "图片;照片;图像;画面;相片;影像;图画;图";
constexpr std::string_view kPhotoFrames[] = {"在;从;根据", "这;那;该;本", "张;幅;个;副"};
constexpr std::string_view kInterrogatives = "什么;谁;哪;几;多少;怎;为何;如何;多大;多高;多长";
constexpr std::string_view kOr = "还是;或者;或是";
constexpr std::string_view kInside = "里面;中间;当中;之中;里;中;上;内";

bool holds(std::u32string_view set, char32_t c) {
  return set.find(c) != std::u32string_view::npos;
}

std::vector<std::string> keys(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    out.emplace_back(character);
    text.remove_prefix(character.size());
  }
  return out;
}

std::vector<std::vector<std::string>> phrases(std::string_view list) {
  std::vector<std::vector<std::string>> out;
  for (const std::string_view phrase : pieces(list, ';')) out.push_back(keys(phrase));
  return out;
}

/// Drops the first of `list` that `words` begin with.
bool drop_first(Words& words, const std::vector<std::vector<std::string>>& list) {
  for (const auto& phrase : list) {
    if (words.size() <= phrase.size() || !starts_with(words, phrase)) continue;
    words = words.subspan(phrase.size());
    return true;
  }
  return false;
}

bool drop_last(Words& words, const std::vector<std::vector<std::string>>& list) {
  for (const auto& phrase : list) {
    if (words.size() <= phrase.size() || !starts_with(words.last(phrase.size()), phrase)) continue;
    words = words.first(words.size() - phrase.size());
    return true;
  }
  return false;
}

bool holds_any(Words words, std::string_view list) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    for (const std::string_view phrase : pieces(list, ';')) {
      if (starts_with(words.subspan(at), keys(phrase))) return true;
    }
  }
  return false;
}

/// "In this photo", at the beginning.
void drop_photo(Words& words) {
  static const auto kNouns = phrases(kPhotos);
  static const auto kPlaces = phrases(kInside);
  Words rest = words;
  for (const std::string_view frame : kPhotoFrames) drop_first(rest, phrases(frame));
  const Words noun = rest;
  if (!drop_first(rest, kNouns)) return;
  const bool short_noun = noun.size() == rest.size() + 1;
  const bool inside = drop_first(rest, kPlaces);
  // 图 begins words like 图书馆.
  if (short_noun && !inside && rest[0].key != "是" && rest[0].key != "有" && rest[0].key != "的") return;
  drop_first(rest, {{"的"}});
  drop_first(rest, {{"、"}});
  words = rest;
}

std::string join(Words words) {
  std::string out;
  for (const Word& word : words) {
    const bool latin = !out.empty() && static_cast<unsigned char>(out.back()) < 0x80 &&
                       static_cast<unsigned char>(word.text[0]) < 0x80;
    if (latin) out += ' ';
    out += word.text;
  }
  return out;
}

/// A yes/no question in its plain form: 是不是狗 is 是狗吗.
std::vector<Word> with_particle(Words words) {
  std::vector<Word> out;
  bool asks = false;
  for (std::size_t at = 0; at < words.size(); ++at) {
    out.push_back(words[at]);
    const bool doubled = at + 2 < words.size() && words[at].key == words[at + 2].key &&
                         (words[at + 1].key == "不" || words[at + 1].key == "没");
    if (!doubled) continue;
    asks = true;
    at += 2;
    // 是不是在睡觉, 有没有戴眼镜: what is asked about is the activity.
    const Words others = words.subspan(std::min(at + 1, words.size()));
    const bool going_on = starts_with(others, {"在"}) || starts_with(others, {"正"}) ||
                          begins_with_verb(join(others.first(std::min<std::size_t>(others.size(), 3))));
    if (going_on && (out.back().key == "是" || out.back().key == "有")) out.pop_back();
  }
  const auto ends_with = [&](std::string_view text) {
    const auto ending = keys(text);
    return out.size() > ending.size() && starts_with(Words(out).last(ending.size()), ending);
  };
  for (const std::string_view question : {"了没有", "了没"}) {
    if (!ends_with(question)) continue;
    out.resize(out.size() - keys(question).size() + 1);
    asks = true;
  }
  if (ends_with("吧")) {
    out.pop_back();
    asks = true;
  }
  if (asks && !ends_with("吗")) out.push_back({"吗", "吗"});
  return out;
}

/// As patterns see it.
std::string key_of(char32_t character) {
  std::string key;
  const std::size_t at = kTraditional.find(character);
  utf8::append(key, at == std::u32string_view::npos ? character : kSimplified[at]);
  return key;
}

std::vector<Word> characters(std::string_view question) {
  std::vector<Word> words;
  bool in_latin = false;
  while (!question.empty()) {
    const utf8::CodePoint point = utf8::decode(question);
    const char32_t value = point.value;
    const std::string text(question.substr(0, point.size));
    question.remove_prefix(point.size);
    const bool comma = holds(kCommas, value);
    const bool dropped = holds(kDropped, value) || utf8::is_space(value);
    const bool latin = value < 0x80 && !comma && !dropped;
    const bool joins = (latin && in_latin) || (text == "在" && !words.empty() && words.back().key == "现");
    in_latin = latin;
    if (joins) {
      words.back().text += text;
      words.back().key += text;
    } else if (text == "啥") {
      words.push_back({"什", "什"});
      words.push_back({"么", "么"});
    } else if (!dropped) {
      words.push_back({text, comma ? "、" : key_of(value)});
    }
  }
  return words;
}

std::vector<Word> read(std::string_view question) {
  static const auto kFirst = phrases(kBefore);
  static const auto kLast = phrases(kAfter);
  const std::vector<Word> words = characters(question);
  Words kept = words;
  bool indirect = false;
  while (drop_first(kept, kFirst)) indirect = true;
  drop_photo(kept);
  // 你能告诉我这是什么吗 asks 这是什么.
  const bool asks = indirect && holds_any(kept, kInterrogatives) && kept.back().key == "吗";
  if (asks) kept = kept.first(kept.size() - 1);
  while (drop_last(kept, kLast)) {
  }
  return with_particle(kept);
}

/// Named by the end of the part: 拿着什么 asks by 拿着, 小动物 by 动物.
std::string_view topic(std::string_view part) {
  while (!part.empty()) {
    if (const std::string_view found = topic_of(part); !found.empty()) return found;
    part.remove_prefix(first_character(part).size());
  }
  return {};
}

bool allowed(char part, Words words, std::size_t size) {
  const Words taken = words.first(size);
  const auto listed = [&](std::string_view list) {
    return list.find(" " + words[0].key + " ") != std::string_view::npos;
  };
  switch (part) {
    case 'C':
      return size > 3 && holds_any(taken.subspan(1, size - 2), kOr) && !holds_any(taken.first(2), kOr) &&
             !holds_any(taken.last(2), kOr);
    case 'F':
      return size == 1 && listed(" 是 在 有 ");
    case 'K':
      return !holds_any(taken, kInterrogatives);
    case 'M':
      return size == 1 && listed(kMeasures);
    case 'T':
      return !topic(join(taken)).empty();
    case 'X':
      return taken.back().key != "为";  // 为什么 asks for no thing
    default:
      return true;
  }
}

}  // namespace

std::string_view first_character(std::string_view text) {
  return text.substr(0, utf8::decode(text).size);
}

}  // namespace chinese

const Language& chinese_language() {
  static const Language kChinese = {chinese::rules(), chinese::read,    chinese::keys,
                                    chinese::allowed, chinese::join,    chinese::topic,
                                    chinese::state,   chinese::choices, chinese::negate};
  return kChinese;
}

}  // namespace clip_classify
