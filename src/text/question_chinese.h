// Chinese questions, from characters to statements.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clip_classify/question.h"
#include "text/question_language.h"

namespace clip_classify::chinese {

/// The parts of their patterns, by letter:
///   C holds 还是 or 或者     F 是, 在 or 有                    M measure word
///   N noun                   T noun that names a topic         K without an interrogative
///   X, R anything
std::span<const Rule> rules();

std::string state(const Rule& rule, const Question& question, std::string_view answer);
std::vector<std::string> choices(const Question& question);
std::string negate(std::string_view statement);

/// Whether a common verb is what `text` begins with.
bool begins_with_verb(std::string_view text);

/// Of a text that is not empty.
std::string_view first_character(std::string_view text);

/// 0 to 20 from "3", 三 or 没有; -1 for anything else.
int number_of(std::string_view answer);
/// 三只狗: with a measure word, which `measure` may give.
std::string counted(int number, std::string_view measure, std::string_view noun);
/// Where something is, after 在: 沙发上, 厨房里, 北京.
std::string place(std::string_view answer);

}  // namespace clip_classify::chinese
