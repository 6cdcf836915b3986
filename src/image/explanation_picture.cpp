// An explanation as one picture: what the encoder saw, and a panel for each label.
#include <algorithm>
#include <cmath>

#include "clip_classify/explanation.h"
#include "image/opencv_module.h"

namespace clip_classify {
namespace {

constexpr int kSide = 360;  ///< the longer one of a panel
constexpr int kNarrowest = 200;
constexpr int kMargin = 12;
constexpr int kLetters = 12;  ///< their height
constexpr int kTitle = 34;    ///< the line above a panel
constexpr std::size_t kPanelsInRow = 4;

bool drawable(const std::string& text) {
  return std::ranges::all_of(text, [](char letter) { return letter >= ' ' && letter <= '~'; });
}

/// "name  98.2%" or, where that is too wide, as much of the name as fits.
std::string fitted(std::string name, const std::string& score, int width) {
  std::string tail = score.empty() ? "" : "  " + score;
  const auto fits = [&] { return draw_text(nullptr, name + tail, 0, 0, kLetters) <= width; };
  if (!fits()) {
    tail.insert(0, "...");
  }
  while (!name.empty() && !fits()) {
    name.pop_back();
  }
  return name + tail;
}

void paste(Image& page, const Image& panel, int x, int y) {
  for (int row = 0; row < panel.height; ++row) {
    const auto* from = panel.rgb.data() + static_cast<std::size_t>(row) * panel.width * 3;
    std::copy_n(from, static_cast<std::size_t>(panel.width) * 3,
                page.rgb.data() + (static_cast<std::size_t>(y + row) * page.width + x) * 3);
  }
}

}  // namespace

Image explanation_picture(const Image& image, const ImageSpec& spec, std::span<const NamedMap> maps) {
  const auto shown = shown_region(image, spec, kSide);
  const int cell_width = std::max(shown.width, kNarrowest) + kMargin;
  const int cell_height = shown.height + kTitle;
  const auto panels = maps.size() + 1;
  const auto columns = std::min(panels, kPanelsInRow);
  const auto rows = (panels + columns - 1) / columns;
  Image page{
      static_cast<int>(columns) * cell_width + kMargin, static_cast<int>(rows) * cell_height + kMargin, {}};
  page.rgb.assign(static_cast<std::size_t>(page.width) * page.height * 3, 255);
  for (std::size_t panel = 0; panel < panels; ++panel) {
    const int x = kMargin + static_cast<int>(panel % columns) * cell_width;
    const int y = kTitle + static_cast<int>(panel / columns) * cell_height;
    if (panel == 0) {
      paste(page, shown, x, y);
      draw_text(&page, "as the model sees it", x, y - kMargin, kLetters);
      continue;
    }
    const auto& [name, score, map] = maps[panel - 1];
    paste(page, overlay(shown, map), x, y);
    const auto title = drawable(name) ? name : "label " + std::to_string(panel);
    draw_text(&page, fitted(title, score, cell_width - kMargin), x, y - kMargin, kLetters);
  }
  return page;
}

}  // namespace clip_classify
