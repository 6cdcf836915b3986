// Phrases put together as English has it: articles, prepositions, order of words.
#pragma once

#include <string>
#include <string_view>

#include "clip_classify/phrase_bank.h"

namespace clip_classify {

/// "a" or "an" by the sound that `text` begins with; empty where a script without them begins it.
std::string_view article(std::string_view text);

/// Whether a place is given with its preposition ("in my garden") or as an adverb ("underwater"): it can
/// stand at the end of a sentence, but the sentence can't be about it.
bool is_adverbial(std::string_view place);

/// The parts of a sentence; null where there is none.
struct Sentence {
  const Phrase* noun = nullptr;       ///< thing, stuff or place; always there
  const Phrase* attribute = nullptr;  ///< of the noun
  const Phrase* activity = nullptr;   ///< of the noun
  std::string_view joint = "and";     ///< to the second noun: "and", "with"
  const Phrase* second = nullptr;     ///< thing or stuff
  const Phrase* place = nullptr;
  const Phrase* style = nullptr;  ///< "photo" where there is none

  /// "a photo of a black cat sleeping with a dog in a kitchen".
  std::string text() const;
};

}  // namespace clip_classify
