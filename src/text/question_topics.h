// Vocabularies of answers, written for this program.
#pragma once

#include <span>
#include <string_view>

namespace clip_classify {

/// What may be asked for, and everyday answers to it.
struct Topic {
  std::string_view name;
  bool bare;                 ///< English answers go without an article
  std::string_view asked;    ///< nouns and verbs that ask for it, between spaces, of both languages
  std::string_view english;  ///< between commas
  std::string_view chinese;
};

/// The first one, "thing", is for all that no other one fits.
std::span<const Topic> topics();

}  // namespace clip_classify
