#include "text/wordpiece.h"

#include <algorithm>
#include <fstream>

#include "clip_classify/error.h"
#include "text/bert_unicode.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

constexpr std::size_t kMostCharacters = 100;  // of a word; Hugging Face calls longer ones unknown
constexpr std::string_view kContinues = "##";

bool separates(char32_t c) {
  return utf8::is_space(c) && !bert_unicode::is_dropped(c);
}

}  // namespace

WordPiece::WordPiece(TextSpec spec, const std::filesystem::path& file) : spec_(std::move(spec)) {
  read_vocabulary(file);
  check_special_tokens(file);
}

void WordPiece::read_vocabulary(const std::filesystem::path& file) {
  const std::string name = utf8::printable(file.string());
  std::ifstream in(file, std::ios::binary);
  if (!in || !std::filesystem::is_regular_file(file)) {
    throw model_error(name + ": the tokenizer's vocabulary can't be read");
  }
  std::string token;
  for (std::int64_t id = 0; std::getline(in, token); ++id) {
    if (token.ends_with('\r')) token.pop_back();
    if (!utf8::valid(token)) throw model_error(name + ":" + std::to_string(id + 1) + ": not UTF-8");
    longest_ = std::max(longest_, token.size());
    ids_[token] = id;
  }
}

void WordPiece::check_special_tokens(const std::filesystem::path& file) {
  const auto fail = [&](const std::string& reason) {
    return model_error(utf8::printable(file.string()) + ": has " + reason);
  };
  if (!spec_.bos || !spec_.unk) {
    throw model_error(utf8::printable(file.string()) + ": WordPiece needs bos and unk in the manifest");
  }
  bos_ = spec_.bos.value_or(0);
  unk_ = spec_.unk.value_or(0);
  for (const auto& [token, expected] : {std::pair<std::string, std::int64_t>("[CLS]", bos_),
                                        {"[SEP]", spec_.eos},
                                        {"[PAD]", spec_.pad},
                                        {"[UNK]", unk_}}) {
    const auto id = find(token);
    if (!id) throw fail("no " + token + ", so it is not a WordPiece vocabulary");
    if (*id != expected) {
      throw fail(token + " at " + std::to_string(*id) + ", but the manifest says " +
                 std::to_string(expected));
    }
    special_.emplace_back(token, *id);
  }
  if (const auto mask = find("[MASK]")) special_.emplace_back("[MASK]", *mask);
}

std::optional<std::int64_t> WordPiece::find(std::string_view token) const {
  const auto found = ids_.find(token);
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

WordPiece::Special WordPiece::find_special(std::string_view text) const {
  for (auto at = text.find('['); at != std::string_view::npos; at = text.find('[', at + 1)) {
    for (const auto& [token, id] : special_) {
      if (text.substr(at).starts_with(token)) return {at, token.size(), id};
    }
  }
  return {};
}

Tokens WordPiece::encode(std::string_view text) const {
  const auto most = static_cast<std::size_t>(std::max(spec_.context_length - 2, 0));
  Ids ids;
  // Special tokens count as such in any text; Hugging Face looks for them before everything else.
  while (!text.empty() && ids.size() <= most) {
    const Special special = find_special(text);
    encode_plain(text.substr(0, special.at), most, ids);
    if (special.at == std::string_view::npos) break;
    ids.push_back(special.id);
    text.remove_prefix(special.at + special.size);
  }

  Tokens tokens;
  tokens.truncated = ids.size() > most;
  if (tokens.truncated) ids.resize(most);
  tokens.unknown = static_cast<int>(std::count(ids.begin(), ids.end(), unk_));
  ids.insert(ids.begin(), bos_);
  ids.push_back(spec_.eos);
  tokens.ids = std::move(ids);
  return tokens;
}

void WordPiece::encode_plain(std::string_view text, std::size_t most, Ids& ids) const {
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size() && ids.size() <= most;) {
    const utf8::CodePoint point = utf8::decode(text.substr(at));
    if (separates(point.value)) {
      encode_chunk(text.substr(start, at - start), most, ids);
      start = at + point.size;
    }
    at += point.size;
  }
  if (ids.size() <= most) encode_chunk(text.substr(start), most, ids);
}

std::u32string WordPiece::normalize(std::string_view chunk) const {
  std::u32string text;
  text.reserve(chunk.size());
  while (!chunk.empty()) {
    const utf8::CodePoint point = utf8::decode(chunk);
    chunk.remove_prefix(point.size);
    if (bert_unicode::is_dropped(point.value)) continue;
    if (spec_.split_chinese && bert_unicode::is_chinese(point.value)) {
      text.append({U' ', point.value, U' '});
    } else {
      text += point.value;
    }
  }
  if (spec_.strip_accents) {
    text = unicode::decompose(text, bert_unicode::is_never_reordered);
    std::erase_if(text, bert_unicode::is_nonspacing_mark);
  }
  return spec_.lower_case ? unicode::lower(text) : text;
}

void WordPiece::encode_chunk(std::string_view chunk, std::size_t most, Ids& ids) const {
  std::string word;
  std::size_t characters = 0;
  const auto finish_word = [&] {
    if (!word.empty()) encode_word(word, characters, ids);
    word.clear();
    characters = 0;
  };
  for (const char32_t c : normalize(chunk)) {
    if (ids.size() > most) return;
    const bool alone = bert_unicode::is_punctuation(c);
    if (alone || c == U' ') finish_word();
    if (c == U' ') continue;
    utf8::append(word, c);
    ++characters;
    if (alone) finish_word();
  }
  finish_word();
}

void WordPiece::encode_word(std::string_view word, std::size_t characters, Ids& ids) const {
  const std::size_t before = ids.size();
  std::string piece;
  bool known = characters <= kMostCharacters;
  for (std::size_t start = 0; known && start < word.size();) {
    const std::string_view prefix = start == 0 ? "" : kContinues;
    piece = prefix;
    piece += word.substr(start, longest_);
    known = false;
    for (; piece.size() > prefix.size(); piece.pop_back()) {
      const auto id = find(piece);
      if (!id) continue;
      ids.push_back(*id);
      start += piece.size() - prefix.size();
      known = true;
      break;
    }
  }
  if (!known) {
    ids.resize(before);
    ids.push_back(unk_);
  }
}

}  // namespace clip_classify
