#include "train/text_sides.h"

#include <string>

namespace clip_classify {
namespace {

bool is_letter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

}  // namespace

bool tells_sides(std::string_view text) {
  if (text.find("左") != std::string_view::npos || text.find("右") != std::string_view::npos) {
    return true;
  }
  std::string word;
  for (std::size_t place = 0; place <= text.size(); ++place) {
    if (place < text.size() && is_letter(text[place])) {
      word += static_cast<char>(text[place] | 0x20);
    } else {
      if (word == "left" || word == "right" || word == "leftmost" || word == "rightmost") {
        return true;
      }
      word.clear();
    }
  }
  return false;
}

}  // namespace clip_classify
