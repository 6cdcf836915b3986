// The little English grammar that statements need: word classes, plurals, articles, verb forms.
//
// Small lists and spelling rules, meant for the everyday words of questions about images. A key is a word in
// lower case; a phrase is words between single spaces as they were written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace clip_classify::english {

/// ASCII letters in lower case.
std::string lower(std::string_view text);

/// Whether `word` is one of the words of `list`, which are between spaces.
bool listed(std::string_view list, std::string_view word);

bool is_determiner(std::string_view key);   ///< "the", "some", "three", "3", "man's"
bool is_pronoun(std::string_view key);      ///< "it", "someone"; not "this" and the like
bool is_preposition(std::string_view key);  ///< "on"
bool is_adjective(std::string_view key);    ///< "red", "happy"
bool is_adverb(std::string_view key);       ///< "very", "still", "dark" (as in "dark blue")
bool is_verb(std::string_view key);         ///< "run": the base form of a common verb
bool is_doing(std::string_view key);        ///< "running"; not "building"
bool is_done(std::string_view key);         ///< "parked", "made"

/// Of a base form: "run" to "runs", "have" to "has".
std::string third_person(std::string_view verb);
/// The common verb that `key` is the third person of; empty when it is none.
std::string base_of_third_person(std::string_view key);
/// "run fast" to "running fast"; a phrase that does not begin with a common verb stays.
std::string doing(std::string_view phrase);

/// The last word of a phrase's subject: "cup" in "red cup of tea".
std::string head(std::string_view phrase);
/// Whether one says "are": "dogs", "people on a bench", "a cat and a dog".
bool is_plural(std::string_view phrase);
/// "dogs on a bench" to "dog on a bench".
std::string singular(std::string_view phrase);

/// With "a" or "an" where one is lacking: not before plurals, mass nouns, pronouns, activities, prepositions.
/// `portion`: of food on a plate, where chicken is a mass noun.
std::string with_article(std::string_view phrase, bool portion = false);

/// 0 to 20 from "3", "three", "none" or "a".
std::optional<int> number_of(std::string_view answer);
/// How many of a plural noun: "three dogs", "one dog", "no dogs", "many dogs".
std::string counted(std::string_view answer, std::string_view nouns);

/// Where something is: "on the sofa", "in the kitchen", "in Paris"; "outside" and "under the bed" stay.
std::string place(std::string_view answer);
/// When a photo was taken: "at night", "in the morning", "in winter".
std::string moment(std::string_view answer);

}  // namespace clip_classify::english
