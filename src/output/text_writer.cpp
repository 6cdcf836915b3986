#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "output/writers.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

constexpr int kWidestLabel = 60;
constexpr int kNarrowestLabel = 8;
constexpr int kWidestBar = 30;
constexpr int kNarrowestBar = 5;
constexpr int kGap = 2;

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kBest = "\x1b[1;32m";
constexpr std::string_view kReset = "\x1b[0m";

/// `share` (0..1) of `cells` columns, in eighths of a block.
std::string bar(double share, int cells) {
  constexpr std::array<std::string_view, 8> parts = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * cells * 8));
  std::string blocks;
  for (int i = 0; i < eighths / 8; ++i) blocks += "█";
  return blocks.append(parts[static_cast<std::size_t>(eighths % 8)]);
}

/// For a person to read: no promise is made to programs.
class TextWriter : public Writer {
 public:
  TextWriter(const WriterOptions& options, Sink& sink) : options_(options), sink_(sink) {}

  void begin() override {}
  void add(const Record& record) override;
  void end() override {}

 private:
  std::string number(double score) const;
  std::string colored(std::string_view color, const std::string& text) const {
    return options_.color ? std::string(color) + text + std::string(kReset) : text;
  }
  std::string rows(const std::vector<RankedName>& ranking) const;

  WriterOptions options_;
  Sink& sink_;
  bool empty_ = true;
};

void TextWriter::add(const Record& record) {
  if (record.error) return;  // told on standard error
  std::string block;
  const auto& name = options_.shape.name;
  if (!options_.single && !name.empty()) {
    if (!empty_) block += '\n';
    block += colored(kBold, utf8::printable(record.path)) + '\n';
  }
  if (options_.lines) block += options_.lines(record);
  if (!name.empty()) {
    const auto none = record.none.empty() ? "no " + name + " above the threshold" : record.none;
    block += record.ranking.empty() ? "  (" + none + ")\n" : rows(record.ranking);
  }
  sink_.write(block);
  empty_ = false;
}

std::string TextWriter::rows(const std::vector<RankedName>& ranking) const {
  const std::string indent(options_.single ? 0 : kGap, ' ');
  std::vector<std::string> names;
  std::vector<std::string> numbers;
  int number_width = options_.percent ? 6 : 0;  // "100.0%", so that images stand in line
  for (const auto& ranked : ranking) {
    numbers.push_back(number(finite(ranked.score)));
    number_width = std::max(number_width, static_cast<int>(numbers.back().size()));
  }
  const int room = options_.columns - static_cast<int>(indent.size()) - kGap - number_width;
  int name_width = 0;
  for (const auto& ranked : ranking) {
    names.push_back(
        utf8::shorten(utf8::printable(ranked.name), std::clamp(room, kNarrowestLabel, kWidestLabel)));
    name_width = std::max(name_width, utf8::width(names.back()));
  }
  const int cells = std::min(kWidestBar, room - name_width - kGap);

  std::string block;
  for (std::size_t i = 0; i < ranking.size(); ++i) {
    const auto padding = static_cast<std::size_t>(name_width - utf8::width(names[i]) + kGap + number_width) -
                         numbers[i].size();
    const std::string line = names[i] + std::string(padding, ' ') + numbers[i];
    block += indent + (i == 0 ? colored(kBest, line) : line);
    const bool wants_bar = options_.percent && cells >= kNarrowestBar;
    if (const std::string blocks = wants_bar ? bar(ranking[i].score, cells) : ""; !blocks.empty()) {
      block += std::string(kGap, ' ') + blocks;
    }
    block += '\n';
  }
  return block;
}

std::string TextWriter::number(double score) const {
  std::array<char, 320> text{};  // the largest double fits
  const int size = options_.percent ? std::snprintf(text.data(), text.size(), "%.1f%%", score * 100)
                                    : std::snprintf(text.data(), text.size(), "%.4f", score);
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

std::unique_ptr<Writer> make_text_writer(const WriterOptions& options, Sink& sink) {
  return std::make_unique<TextWriter>(options, sink);
}

}  // namespace clip_classify
