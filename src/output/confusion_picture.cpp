#include "output/confusion_picture.h"

#include <algorithm>
#include <numeric>

#include "output/formatted.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

constexpr double kWidestGrid = 1400;
constexpr double kLargestCell = 34;
constexpr double kSmallestCell = 2;
constexpr double kCellOfNumbers = 18;  ///< smaller ones have none
constexpr double kCellOfNames = 9;
constexpr int kLongestName = 28;
constexpr double kCharacter = 6.6;  ///< width of one in the names' size
constexpr double kMargin = 16;
constexpr double kTitle = 46;
constexpr double kStrong = 0.45;  ///< from which share on a cell needs light digits

constexpr auto kStyle = R"(<style>
svg { background: #ffffff; font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
.page { fill: #ffffff; } text { fill: #1f2328; } .dim { fill: #59636e; }
.grid { fill: #f3f5f7; } .right { fill: #0b5cad; } .wrong { fill: #b3261e; } .strong { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
svg { background: #15191e; } .page { fill: #15191e; } text { fill: #e6e9ec; } .dim { fill: #9aa4ae; }
.grid { fill: #1f252c; } .right { fill: #3d8be0; } .wrong { fill: #e0564c; } .strong { fill: #ffffff; }
}
</style>
)";

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

class Picture {
 public:
  Picture(const std::vector<std::string>& labels, std::span<const std::size_t> counts)
      : labels_(labels), counts_(counts) {
    cell_ = std::clamp(kWidestGrid / static_cast<double>(labels.size()), kSmallestCell, kLargestCell);
    int longest = 0;
    for (const auto& label : labels) {
      longest = std::max(longest, utf8::width(utf8::shorten(label, kLongestName)));
    }
    const double names = cell_ >= kCellOfNames ? kCharacter * longest + 10 : 0;
    left_ = kMargin + 20 + names;
    top_ = kTitle + 20 + names;
    side_ = cell_ * static_cast<double>(labels.size());
  }

  std::string draw(const std::string& title) const {
    const double width = std::max(left_ + side_ + kMargin, 420.0);
    const double height = top_ + side_ + kMargin;
    std::string svg = formatted(
        R"(<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img">)",
        width, height, width, height);
    svg += "\n<title>" + escaped(title) + "</title>\n" + kStyle;
    svg += formatted(R"(<rect class="page" width="%.0f" height="%.0f"/>)", width, height) + '\n';
    svg += formatted(R"(<text x="%.1f" y="24" font-size="15" font-weight="600">)", kMargin) + escaped(title) +
           "</text>\n";
    svg += formatted(R"(<text class="dim" x="%.1f" y="42">rows: the truth, columns: the label given; )",
                     kMargin) +
           "colour: share of the row</text>\n";
    svg += formatted(R"(<rect class="grid" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>)", left_, top_,
                     side_, side_) +
           '\n';
    if (cell_ >= kCellOfNames) {
      svg += names();
    }
    return svg + cells() + "</svg>\n";
  }

 private:
  std::string names() const {
    std::string svg;
    const double size = std::min(12.0, cell_);
    for (std::size_t label = 0; label < labels_.size(); ++label) {
      const auto name = escaped(utf8::shorten(labels_[label], kLongestName));
      const double middle = cell_ * (static_cast<double>(label) + 0.5);
      svg += formatted(
                 R"(<text x="%.1f" y="%.1f" font-size="%.1f" text-anchor="end" dominant-baseline="central">)",
                 left_ - 6, top_ + middle, size) +
             name + "</text>\n";
      svg +=
          formatted(
              R"svg(<text transform="translate(%.1f %.1f) rotate(-90)" font-size="%.1f" dominant-baseline="central">)svg",
              left_ + middle, top_ - 6, size) +
          name + "</text>\n";
    }
    return svg;
  }

  std::string cells() const {
    std::string svg;
    const auto count = labels_.size();
    for (std::size_t row = 0; row < count; ++row) {
      const auto of_row = counts_.subspan(row * count, count);
      const auto images = std::accumulate(of_row.begin(), of_row.end(), std::size_t{0});
      for (std::size_t column = 0; column < count; ++column) {
        if (of_row[column] > 0) {
          svg += cell(row, column, of_row[column], images);
        }
      }
    }
    return svg;
  }

  std::string cell(std::size_t row, std::size_t column, std::size_t count, std::size_t images) const {
    const double share = static_cast<double>(count) / static_cast<double>(images);
    const double gap = cell_ > 6 ? 1 : 0;
    const double x = left_ + cell_ * static_cast<double>(column);
    const double y = top_ + cell_ * static_cast<double>(row);
    std::string svg = formatted(
        R"(<g><rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="%.0f" fill-opacity="%.3f"/>)",
        row == column ? "right" : "wrong", x + gap, y + gap, cell_ - 2 * gap, cell_ - 2 * gap, 2 * gap,
        0.12 + 0.88 * share);
    svg += "<title>" + escaped(labels_[row]) + " given as " + escaped(labels_[column]) +
           formatted(": %zu of %zu (%.1f%%)</title>", count, images, 100 * share);
    if (cell_ >= kCellOfNumbers) {
      const auto digits = std::to_string(count);
      const double size = std::min(12.0, 1.5 * cell_ / static_cast<double>(digits.size()));
      svg += formatted(R"(<text%s x="%.1f" y="%.1f" font-size="%.1f" text-anchor="middle" )",
                       share > kStrong ? R"( class="strong")" : "", x + cell_ / 2, y + cell_ / 2, size) +
             R"(dominant-baseline="central">)" + digits + "</text>";
    }
    return svg + "</g>\n";
  }

  const std::vector<std::string>& labels_;
  std::span<const std::size_t> counts_;
  double cell_;
  double left_;
  double top_;
  double side_;
};

}  // namespace

std::string confusion_picture(const std::vector<std::string>& labels, std::span<const std::size_t> counts,
                              const std::string& title) {
  return Picture(labels, counts).draw(title);
}

}  // namespace clip_classify
