// English questions, from words to statements.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clip_classify/question.h"
#include "text/question_language.h"

namespace clip_classify::english {

/// The parts of their patterns, by letter:
///   B is, are, was, were     D do, does, did    H has, have, had     M can, will, must, ...
///   G "-ing" form            F looking, facing  E participle         V base verb    W third person
///   S subject before what is said of it         A subject before a base verb
///   K noun phrase with a determiner, pronoun    N noun without one   O object, thing, else
///   P begins with a preposition                 L a preposition      C holds "or"
///   Y form like G or E       J begins with an adjective          X, R anything
std::span<const Rule> rules();

/// Whether `part` may take the first `size` of `words`.
bool allowed(char part, Words words, std::size_t size);

/// Without politeness, "in the picture" and others that change nothing; "what's" is two words.
std::vector<Word> read(std::string_view question);

/// What a noun is of a kind of: "dog" in "breed of dog".
std::string kind_of(std::string_view noun);

/// The topic that a noun phrase or verb names; empty when there is none.
std::string_view named_topic(std::string_view phrase);

std::string state(const Rule& rule, const Question& question, std::string_view answer);
std::vector<std::string> choices(const Question& question);
std::string negate(std::string_view statement);

}  // namespace clip_classify::english
