#include "clip_classify/phrase_bank.h"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

#include "clip_classify/error.h"
#include "text/text_file.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

constexpr auto kShipped = "phrases/bank.tsv";

std::string list_of_kinds() {
  std::string list;
  for (const auto kind : kPhraseKinds) list.append(list.empty() ? "" : ", ").append(kind);
  return list;
}

/// Of a line KIND<TAB>PHRASE[<TAB>SOURCE].
Phrase parse_columns(std::string_view line, const std::string& where) {
  const std::size_t tab = line.find('\t');
  const std::string_view kind = utf8::trim(line.substr(0, tab));
  if (std::find(kPhraseKinds.begin(), kPhraseKinds.end(), kind) == kPhraseKinds.end()) {
    throw usage_error(where + ": unknown kind " + utf8::quoted(kind) + "; there are " + list_of_kinds());
  }
  const std::string_view rest = tab == std::string_view::npos ? "" : line.substr(tab + 1);
  return {std::string(utf8::trim(rest.substr(0, rest.find('\t')))), std::string(kind)};
}

/// Phrases, of equal ones the first.
class Bank {
 public:
  void add(Phrase phrase) {
    if (seen_.insert(phrase.kind + '\t' + phrase.text).second) phrases_.push_back(std::move(phrase));
  }
  std::vector<Phrase> take() { return std::move(phrases_); }

 private:
  std::vector<Phrase> phrases_;
  std::unordered_set<std::string> seen_;
};

void read(const std::string& path, Bank& bank) {
  const TextFile file("--phrases", path);
  std::optional<bool> columns;
  file.for_each_line([&](std::string_view line, const std::string& where) {
    if (line.starts_with('#')) return;
    if (!columns) columns = line.find('\t') != std::string_view::npos;
    Phrase phrase = *columns ? parse_columns(line, where) : Phrase{std::string(line), "thing"};
    if (phrase.text.empty()) throw usage_error(where + ": no phrase after the kind " + phrase.kind);
    check_text(phrase.text, where);
    bank.add(std::move(phrase));
  });
  if (!columns) throw usage_error(file.name() + ": holds no phrases");
}

}  // namespace

std::vector<Phrase> read_phrase_bank(const std::string& path) {
  return read_phrase_banks({&path, 1});
}

std::vector<Phrase> read_phrase_banks(std::span<const std::string> paths) {
  Bank bank;
  for (const std::string& path : paths) read(path, bank);
  return bank.take();
}

std::filesystem::path shipped_phrase_bank(std::span<const std::filesystem::path> folders) {
  std::string searched;
  for (const auto& folder : folders) {
    std::error_code failed;
    if (std::filesystem::path bank = folder / kShipped; std::filesystem::is_regular_file(bank, failed))
      return bank;
    searched += (searched.empty() ? "" : ", ") + utf8::printable(folder.string());
  }
  throw model_error(std::string("no ") + kShipped + " in " +
                    (searched.empty() ? "any folder of models" : searched) +
                    ": install clip-classify again, or give a bank with --phrases FILE");
}

}  // namespace clip_classify
