// Phrases that pictures are described with, by kind, from a file.
#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clip_classify {

/// How a phrase stands in a sentence: a thing takes "a" or "an", stuff does not ("grass", "jeans"), a place
/// takes a preposition besides, an attribute stands before a noun ("black"), an activity behind it
/// ("sleeping"), and a style is what the picture is one of ("oil painting").
inline constexpr std::array<std::string_view, 6> kPhraseKinds = {"thing",     "stuff",    "place",
                                                                 "attribute", "activity", "style"};

/// `text` is valid UTF-8, trimmed, not empty and without control characters; `kind` is one of kPhraseKinds.
struct Phrase {
  std::string text;
  std::string kind;

  bool operator==(const Phrase&) const = default;
};

/// The phrases of a file in its order, of equal ones (text and kind) the first. A line is either a phrase,
/// which is a thing, or KIND<TAB>PHRASE with anything after a further tab (the shipped bank's sources) left
/// out; the first line decides which for the whole file. Lines that begin with # are comments. Throws Error
/// (usage) that names the file, and the line where there is one: missing, not UTF-8, an unknown kind, an
/// empty phrase, a control character, no phrases at all.
std::vector<Phrase> read_phrase_bank(const std::string& path);

/// The same of several files, one after the other, as one bank.
std::vector<Phrase> read_phrase_banks(std::span<const std::string> paths);

/// The bank that ships: phrases/bank.tsv in the first of the folders that has it; the folders are those of
/// model_search_path(). Throws Error (model) when none has it.
std::filesystem::path shipped_phrase_bank(std::span<const std::filesystem::path> folders);

}  // namespace clip_classify
