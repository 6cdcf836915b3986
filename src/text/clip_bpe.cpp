#include "text/clip_bpe.h"

#include <algorithm>
#include <fstream>
#include <queue>

#include "clip_classify/error.h"
#include "text/letters.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

constexpr std::int64_t kBytes = 256;
constexpr std::string_view kWordEnd = "</w>";

std::uint64_t pair_key(std::int64_t left, std::int64_t right) {
  return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint64_t>(right);
}

/// GPT-2's spelling of the bytes: printable Latin-1 as itself, the rest from U+0100 on, in this order.
std::vector<std::pair<std::uint8_t, char32_t>> byte_characters() {
  std::vector<std::pair<std::uint8_t, char32_t>> characters;
  std::array<bool, 256> printable{};
  for (const auto& [first, last] : {std::pair(0x21, 0x7E), std::pair(0xA1, 0xAC), std::pair(0xAE, 0xFF)}) {
    for (int byte = first; byte <= last; ++byte) {
      characters.emplace_back(static_cast<std::uint8_t>(byte), static_cast<char32_t>(byte));
      printable[static_cast<std::size_t>(byte)] = true;
    }
  }
  char32_t next = 0x100;
  for (std::size_t byte = 0; byte < printable.size(); ++byte) {
    if (!printable[byte]) characters.emplace_back(static_cast<std::uint8_t>(byte), next++);
  }
  return characters;
}

enum class CharacterClass { letter, number, space, other };

/// open_clip's pattern ignores case: this mark, whose capital is a letter, is then neither a letter nor
/// anything else, and is skipped as a space is.
constexpr char32_t kYpogegrammeni = 0x345;

CharacterClass class_of(char32_t c, bool ignores_case) {
  return ignores_case && c == kYpogegrammeni ? CharacterClass::space
         : is_letter(c)                      ? CharacterClass::letter
         : is_number(c)                      ? CharacterClass::number
         : utf8::is_space(c)                 ? CharacterClass::space
                                             : CharacterClass::other;
}

/// How long a contraction ('s 't 're 've 'm 'll 'd) `text` begins with, 0 for none. open_clip's pattern
/// ignores case, for which the long s (U+017F) is an s, too.
std::size_t contraction(std::string_view text, bool ignores_case) {
  if (!text.starts_with('\'')) return 0;
  for (const std::string_view ending : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}) {
    if (text.starts_with(ending)) return ending.size();
  }
  constexpr std::string_view kLongS = "'\u017F";
  return ignores_case && text.starts_with(kLongS) ? kLongS.size() : 0;
}

/// The first word of `text` by CLIP's pattern: a contraction, letters, one digit, or anything else but space.
std::size_t word_size(std::string_view text, bool ignores_case) {
  if (const auto size = contraction(text, ignores_case); size > 0) return size;
  const auto first = utf8::decode(text);
  const auto kind = class_of(first.value, ignores_case);
  std::size_t size = first.size;
  while (kind != CharacterClass::number && kind != CharacterClass::space && size < text.size()) {
    const auto next = utf8::decode(text.substr(size));
    if (class_of(next.value, ignores_case) != kind) break;
    size += next.size;
  }
  return size;
}

}  // namespace

ClipBpe::ClipBpe(TextSpec spec, const std::filesystem::path& file) : spec_(std::move(spec)) {
  specials_first_ = spec_.cleaning == Cleaning::hf_clip;
  begin_token_ = specials_first_ ? "<|startoftext|>" : "<start_of_text>";
  end_token_ = specials_first_ ? "<|endoftext|>" : "<end_of_text>";
  read_merges(file);
}

void ClipBpe::read_merges(const std::filesystem::path& file) {
  const std::string name = utf8::printable(file.string());
  std::ifstream in(file, std::ios::binary);
  if (!in || !std::filesystem::is_regular_file(file)) {
    throw model_error(name + ": the tokenizer's merges can't be read");
  }
  constexpr std::size_t kClipsVocabulary = 49408;
  std::unordered_map<std::string, std::int64_t> ids;
  ids.reserve(kClipsVocabulary);
  merges_.reserve(kClipsVocabulary);
  for (const auto& [byte, character] : byte_characters()) {
    std::string symbol;
    utf8::append(symbol, character);
    byte_ids_[byte] = static_cast<std::int64_t>(ids.size());
    ids.emplace(std::move(symbol), byte_ids_[byte]);
  }
  for (const auto& [byte, character] : byte_characters()) {
    std::string symbol;
    utf8::append(symbol, character);
    ids.emplace(symbol.append(kWordEnd), byte_ids_[byte] + kBytes);
  }
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const auto fail = [&](const std::string& what) {
      return model_error(
          std::string(name).append(":").append(std::to_string(number)).append(": ").append(what));
    };
    if (line.ends_with('\r')) line.pop_back();
    if (number == 1 && line.starts_with("#version")) continue;
    const auto space = line.find(' ');
    if (space == std::string::npos) throw fail("not a merge of two symbols");
    const auto left = ids.find(line.substr(0, space));
    const auto right = ids.find(line.substr(space + 1));
    if (left == ids.end() || right == ids.end()) throw fail("a merge of symbols that no line before it made");
    const auto id = static_cast<std::int64_t>(ids.size());
    if (!ids.emplace(left->first + right->first, id).second)
      throw fail("makes a symbol that there is already");
    merges_.emplace(pair_key(left->second, right->second), id);
  }
  const auto begin = static_cast<std::int64_t>(ids.size());
  bos_ = begin;
  if (spec_.bos != begin || spec_.eos != begin + 1) {
    throw model_error(name + ": has begin and end at " + std::to_string(begin) + " and " +
                      std::to_string(begin + 1) + ", but the manifest says otherwise");
  }
}

ClipBpe::Special ClipBpe::special_at_front(std::string_view text) const {
  if (text.starts_with(begin_token_)) return {begin_token_.size(), bos_};
  if (text.starts_with(end_token_)) return {end_token_.size(), spec_.eos};
  return {};
}

Tokens ClipBpe::encode(std::string_view text) const {
  const auto most = static_cast<std::size_t>(std::max(spec_.context_length - 2, 0));
  Ids ids;
  if (specials_first_) {
    while (!text.empty() && ids.size() <= most) {
      const auto at = std::min({text.find(begin_token_), text.find(end_token_), text.size()});
      encode_plain(text.substr(0, at), most, ids);
      text.remove_prefix(at);
      if (const auto special = special_at_front(text); special.size > 0) {
        ids.push_back(special.id);
        text.remove_prefix(special.size);
      }
    }
  } else {
    encode_plain(text, most, ids);
  }

  Tokens tokens;
  tokens.truncated = ids.size() > most;
  if (tokens.truncated) ids.resize(most);
  tokens.unknown = static_cast<int>(std::count_if(ids.begin(), ids.end(), [&](std::int64_t id) {
    return id < 2 * kBytes &&
           std::find(byte_ids_.begin() + 0x80, byte_ids_.end(), id % kBytes) != byte_ids_.end();
  }));
  ids.insert(ids.begin(), bos_);
  ids.push_back(spec_.eos);
  tokens.ids = std::move(ids);
  return tokens;
}

void ClipBpe::encode_plain(std::string_view text, std::size_t most, Ids& ids) const {
  const bool ignores_case = !specials_first_;
  while (!text.empty() && ids.size() <= most) {
    if (const auto special = special_at_front(text); special.size > 0) {
      ids.push_back(special.id);
      text.remove_prefix(special.size);
      continue;
    }
    const auto size = word_size(text, ignores_case);
    if (class_of(utf8::decode(text).value, ignores_case) != CharacterClass::space)
      encode_word(text.substr(0, size), ids);
    text.remove_prefix(size);
  }
}

void ClipBpe::encode_word(std::string_view word, Ids& ids) const {
  // Symbols in a doubly linked list; the next merge to make is the one of lowest rank, of equals the first.
  struct Symbol {
    std::int64_t id;
    int previous;
    int next;
  };
  struct Merge {
    std::int64_t id;
    int at;
    std::uint64_t pair;
    bool operator>(const Merge& other) const { return std::pair(id, at) > std::pair(other.id, other.at); }
  };
  std::vector<Symbol> symbols;
  symbols.reserve(word.size());
  for (const char c : word) {
    const auto at = static_cast<int>(symbols.size());
    symbols.push_back({byte_ids_[static_cast<std::uint8_t>(c)], at - 1, at + 1});
  }
  symbols.back().id += kBytes;
  symbols.back().next = -1;
  std::priority_queue<Merge, std::vector<Merge>, std::greater<>> waiting;
  const auto consider = [&](int at) {
    if (at < 0 || symbols[static_cast<std::size_t>(at)].next < 0) return;
    const auto& left = symbols[static_cast<std::size_t>(at)];
    const auto pair = pair_key(left.id, symbols[static_cast<std::size_t>(left.next)].id);
    if (const auto found = merges_.find(pair); found != merges_.end())
      waiting.push({found->second, at, pair});
  };
  for (int at = 0; at + 1 < static_cast<int>(symbols.size()); ++at) consider(at);
  while (!waiting.empty()) {
    const auto merge = waiting.top();
    waiting.pop();
    auto& left = symbols[static_cast<std::size_t>(merge.at)];
    if (left.id < 0 || left.next < 0) continue;
    auto& right = symbols[static_cast<std::size_t>(left.next)];
    if (pair_key(left.id, right.id) != merge.pair) continue;  // one of the two was merged meanwhile
    left.id = merge.id;
    right.id = -1;
    left.next = right.next;
    if (left.next >= 0) symbols[static_cast<std::size_t>(left.next)].previous = merge.at;
    consider(left.previous);
    consider(merge.at);
  }
  for (const auto& symbol : symbols) {
    if (symbol.id >= 0) ids.push_back(symbol.id);
  }
}

}  // namespace clip_classify
