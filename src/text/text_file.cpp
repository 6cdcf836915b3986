#include "text/text_file.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "clip_classify/error.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

std::string read_file(const std::string& option, const std::string& path) {
  const auto fail = [&]() -> Error {
    return usage_error(option + " " + utf8::printable(path) + ": " + std::strerror(errno));
  };
  errno = 0;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), std::fclose);
  if (!file) throw fail();
  std::string content;
  std::array<char, 65536> block{};
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), file.get())) {
    content.append(block.data(), size);
  }
  if (std::ferror(file.get())) throw fail();
  return content;
}

}  // namespace

TextFile::TextFile(std::string_view option, const std::string& path)
    : name_(utf8::printable(path)), content_(read_file(std::string(option), path)) {
  if (content_.starts_with("\xEF\xBB\xBF")) content_.erase(0, 3);
  if (content_.starts_with("\xFF\xFE") || content_.starts_with("\xFE\xFF")) {
    throw usage_error(name_ + ": is UTF-16; save it as UTF-8");
  }
  for_each_line([](std::string_view line, const std::string& where) {
    if (!utf8::valid(line)) throw usage_error(where + ": not UTF-8: " + utf8::quoted(line));
  });
}

void TextFile::for_each_line(const std::function<void(std::string_view, const std::string&)>& use) const {
  std::string_view rest = content_;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = utf8::trim(rest.substr(0, end));
    if (!line.empty()) use(line, name_ + ":" + std::to_string(number));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
}

std::string trimmed_text(std::string_view text, const std::string& where) {
  text = utf8::trim(text);
  if (text.empty()) throw usage_error(where + ": is empty");
  check_text(text, where);
  return std::string(text);
}

void check_text(std::string_view text, const std::string& where) {
  for (std::string_view rest = text; !rest.empty();) {
    const utf8::CodePoint point = utf8::decode(rest);
    if (!point.valid) throw usage_error(where + ": not UTF-8: " + utf8::quoted(text));
    if (utf8::is_control(point.value)) {
      throw usage_error(where + ": holds a control character: " + utf8::quoted(text));
    }
    rest.remove_prefix(point.size);
  }
}

}  // namespace clip_classify
