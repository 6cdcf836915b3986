// The opposite of a Chinese statement or caption.
#include <algorithm>
#include <optional>

#include "text/question_chinese.h"

namespace clip_classify::chinese {
namespace {

// Verbs by which an activity goes on or a state holds.
constexpr std::string_view kVerbs =
    "穿;戴;拿;吃;喝;骑;坐;站;躺;睡;跑;走;笑;哭;玩;打;踢;看;读;写;做;飞;游;唱;跳;说;聊;拍;画;洗;弹;抱;推;拉;"
    "等;爬;下雨;下雪;刮风;拍照;工作;休息;开;滑;钓;放;拥抱;举;牵;背;提;追;咬;闻;舔;切;煮;烤;买;卖;听;用;扔;"
    "抓;握;挂;停;排;跪;蹲;趴;跳舞;学习;微笑;燃烧;冲;叫;抽;吸;打扫;表演;训练;庆祝";
// Words that hold such a character and are no verbs.
constexpr std::string_view kNoVerbs =
    "玩具;飞机;走廊;跑车;洗衣机;打火机;开关;停车场;背包;背心;背景;画面;说明;用品;学习机;拉链;站台;笑脸;跳板;"
    "滑板;冲浪板;滑雪板;手提;游泳池;拖拉机;打印机;听筒;放大镜";
// Words in which 是, 有, 在, 会 and 不 are no words of their own.
constexpr std::string_view kOther =
    "总是;但是;还是;可是;于是;或是;所有;拥有;只有;存在;现在;实在;机会;社会;晚会;宴会;会议;不同;不锈钢;功能;"
    "智能;太阳能;可能";
constexpr std::string_view kAdjectives =
    "好;大;小;高;低;矮;长;短;快;慢;新;旧;老;热;冷;红;黑;白;绿;蓝;黄;湿;干;开心;高兴;快乐;难过;干净;脏;漂亮;"
    "美丽;可爱;年轻;胖;瘦;亮;暗;满;空;远;近;圆;方;晴朗;拥挤;安静;生气;累";

constexpr std::string_view kDone = "了";

struct Change {
  std::string_view from;
  std::string_view to;
};
constexpr Change kChanges[] = {
    {"没有人", "有人"}, {"没人", "有人"}, {"不是", "是"}, {"不会", "会"},     {"不能", "能"},
    {"不可以", "可以"}, {"不在", "在"},   {"没在", "在"}, {"有人", "没有人"}, {"是", "不是"},
    {"有", "没有"},     {"会", "不会"},   {"能", "不能"}, {"可以", "不可以"}, {"很", "不"},
};

/// The phrase of a list that `text` begins with; empty when there is none.
std::string_view begins(std::string_view text, std::string_view list) {
  while (!list.empty()) {
    const std::string_view phrase = list.substr(0, list.find(';'));
    if (text.starts_with(phrase)) return phrase;
    list.remove_prefix(std::min(phrase.size() + 1, list.size()));
  }
  return {};
}

std::string replaced(std::string_view text, std::size_t at, std::size_t size, std::string_view with) {
  return std::string(text.substr(0, at)).append(with).append(text.substr(at + size));
}

/// At a word of its own that is negated or negates; nothing when there is none at `at`.
std::optional<std::string> change_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  constexpr std::string_view kNot = "没有";
  constexpr std::string_view kAt = "在";
  constexpr std::string_view kGoingOn = "正在";
  if (rest.starts_with(kNot)) {
    const std::string_view next = rest.substr(kNot.size());
    const bool of_verb = next.starts_with(kAt) || begins_with_verb(next);
    if (!next.starts_with("人")) return replaced(text, at, kNot.size(), of_verb ? "" : "有");
  }
  for (const auto& [from, to] : kChanges) {
    if (rest.starts_with(from)) return replaced(text, at, from.size(), to);
  }
  if (rest.starts_with(kGoingOn)) return replaced(text, at, kGoingOn.size(), "没有在");
  if (rest.starts_with(kAt)) {
    const bool going_on = begins_with_verb(rest.substr(kAt.size()));
    return replaced(text, at, kAt.size(), going_on ? "没有在" : "不在");
  }
  const bool negates = rest.starts_with("没") || rest.starts_with("不");
  const std::size_t size = first_character(rest).size();
  if (negates && text.size() > size) return replaced(text, at, size, "");
  return std::nullopt;
}

}  // namespace

bool begins_with_verb(std::string_view text) {
  return !begins(text, kVerbs).empty() && begins(text, kNoVerbs).empty();
}

std::string negate(std::string_view statement) {
  const auto size_at = [&](std::size_t at, std::string_view others) {
    const std::string_view rest = statement.substr(at);
    const std::string_view other = begins(rest, others);
    return other.empty() ? first_character(rest).size() : other.size();
  };
  for (std::size_t at = 0; at < statement.size(); at += size_at(at, kOther)) {
    if (!begins(statement.substr(at), kOther).empty()) continue;
    if (auto changed = change_at(statement, at)) return *std::move(changed);
  }
  for (std::size_t at = 0; at < statement.size(); at += size_at(at, kNoVerbs)) {
    const std::string_view rest = statement.substr(at);
    const std::string_view verb = begins(rest, kVerbs);
    // A statement may begin with 下雨, but one that begins with 看 is a noun's name.
    const bool whole = at > 0 || first_character(rest).size() < verb.size();
    if (verb.empty() || !whole || !begins(rest, kNoVerbs).empty()) continue;
    if (statement.ends_with(kDone)) statement.remove_suffix(kDone.size());
    return replaced(statement, at, 0, "没有");
  }
  for (const std::string_view adjective : pieces(kAdjectives, ';')) {
    if (statement.ends_with(adjective) && statement.size() > adjective.size()) {
      return replaced(statement, statement.size() - adjective.size(), 0, "不");
    }
  }
  return std::string("不是").append(statement);
}

}  // namespace clip_classify::chinese
