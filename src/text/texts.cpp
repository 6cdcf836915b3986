#include "clip_classify/error.h"
#include "clip_classify/text.h"
#include "text/text_file.h"
#include "text/utf8.h"

namespace clip_classify {

std::vector<std::string> read_texts(const std::vector<std::string>& texts,
                                    const std::vector<std::string>& files, const std::string& option) {
  std::vector<std::string> read;
  for (const auto& text : texts) {
    read.push_back(trimmed_text(text, option + " " + utf8::quoted(text)));
  }
  for (const auto& path : files) {
    const TextFile file(option + "s-file", path);
    const auto before = read.size();
    file.for_each_line(
        [&](std::string_view line, const std::string& where) { read.push_back(trimmed_text(line, where)); });
    if (read.size() == before) {
      throw usage_error(file.name() + ": holds no texts");
    }
  }
  return read;
}

}  // namespace clip_classify
