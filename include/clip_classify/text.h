// Labels, prompt templates, and the token ids a text encoder takes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clip_classify {

/// A class to choose from: the name that is printed, and the texts that stand for it (at least one; the name
/// itself unless synonyms were given). Valid UTF-8, trimmed, not empty.
struct Label {
  std::string name;
  std::vector<std::string> texts;
};

/// What the options are called that labels come from, and the labels themselves (a plural), in errors.
struct LabelOptionNames {
  std::string lists = "--labels";
  std::string labels = "--label";
  std::string files = "--labels-file";
  std::string what = "labels";
};

/// Where labels come from; all of them add up in this order.
struct LabelOptions {
  std::vector<std::string> lists = {};   ///< --labels: comma-separated
  std::vector<std::string> labels = {};  ///< --label: one each, commas kept
  std::vector<std::string> files = {};   ///< --labels-file: a line each, or JSON (a list, or an object)
  LabelOptionNames names = {};
  bool distinct = false;  ///< whether a label that comes again is an error
};

/// The labels asked for, duplicates (after trimming) joined into the first unless they are to be distinct.
/// Throws Error (usage) that names the source (option, or file and line): no labels at all, an empty label,
/// invalid UTF-8, a control character, broken JSON, a missing or unreadable file.
std::vector<Label> read_labels(const LabelOptions& options);

/// Prompt templates from --template values and --templates-file files (a line each); empty when neither is
/// given. Throws Error (usage) for a template without "{}" or invalid UTF-8.
std::vector<std::string> read_templates(const std::vector<std::string>& templates,
                                        const std::vector<std::string>& files);

/// Texts from values of an option and from files (a line each), in this order, valid UTF-8 and trimmed.
/// `option` names the values in errors: "--text". Throws Error (usage) for an empty one, invalid UTF-8 and a
/// control character, and for a file without any.
std::vector<std::string> read_texts(const std::vector<std::string>& texts,
                                    const std::vector<std::string>& files,
                                    const std::string& option = "--text");

/// The prompt for a label text: every "{}" of the template replaced.
std::string fill_template(std::string_view prompt_template, std::string_view text);

/// What a text became: ids with the special ones (begin, end) included, not padded.
struct Tokens {
  std::vector<std::int64_t> ids;
  bool truncated = false;  ///< the text was longer than the context and was cut, end token kept
  int unknown = 0;         ///< how many ids are the unknown token
};

/// What is done to a text before it is tokenized; the names of the manifest (see models/README.md).
enum class Cleaning {
  none,
  lower,                   ///< lower case, each character by itself (Hugging Face's Siglip2Tokenizer)
  hf_clip,                 ///< NFC, white space to one space, lower case (Hugging Face's CLIPTokenizer)
  hf_siglip,               ///< lower case, ASCII punctuation dropped, spaces collapsed (SiglipTokenizer)
  open_clip_whitespace,    ///< ftfy, HTML unescaped twice, spaces collapsed (open_clip 3.3.0's `whitespace`)
  open_clip_lower,         ///< the same and lower case (`lower`, and OpenAI's CLIP)
  open_clip_canonicalize,  ///< ftfy, unescaped, `_` to space, no ASCII punctuation, lower case, collapsed
};

/// `text` is valid UTF-8, and so is the result.
std::string clean(std::string_view text, Cleaning cleaning);

/// The text part of a model's manifest (see models/README.md).
struct TextSpec {
  enum class Padding { longest, context };
  Cleaning cleaning = Cleaning::none;
  std::string tokenizer_kind;  ///< "wordpiece", "clip_bpe" or "sentencepiece"
  std::string tokenizer_file;  ///< relative to the model folder
  bool lower_case = true;      ///< wordpiece: lower-case the text
  bool strip_accents = true;   ///< wordpiece: decompose (NFD) and drop combining marks
  bool split_chinese = true;   ///< wordpiece: every CJK ideograph is a word
  bool fairseq_ids = false;    ///< sentencepiece: ids are the model's + 1, after <s>, <pad>, </s>, <unk>
  int context_length = 77;     ///< most ids in a sequence, special ones included
  Padding padding = Padding::longest;
  std::optional<std::int64_t> bos;  ///< the first id of every sequence, where there is one
  std::int64_t eos = 0;             ///< the last id of every sequence, kept when a text is cut
  std::int64_t pad = 0;
  std::optional<std::int64_t> unk;  ///< none where every text has ids (clip_bpe)
  bool mask = false;                ///< the encoder takes a second input: 1 for a token, 0 for padding
};

/// Text to ids, as the model's Python tokenizer does it. Stateless after construction and safe to share
/// between threads.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  /// `text` is valid UTF-8 of any length.
  virtual Tokens encode(std::string_view text) const = 0;
};

/// Of the library, for --version.
std::string sentencepiece_version();

/// The tokenizer a manifest asks for. Throws Error (model) that names the file: missing, not UTF-8, without
/// the special tokens, an unknown kind.
std::unique_ptr<Tokenizer> make_tokenizer(const TextSpec& spec, const std::filesystem::path& model_folder);

}  // namespace clip_classify
