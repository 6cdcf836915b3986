#include "clip_classify/error.h"
#include "clip_classify/text.h"
#include "text/text_file.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

constexpr std::string_view kPlace = "{}";

std::string checked(std::string_view prompt_template, const std::string& where) {
  check_text(prompt_template, where);
  if (prompt_template.find(kPlace) == std::string_view::npos) {
    throw usage_error(where + ": has no {} for the label");
  }
  return std::string(prompt_template);
}

}  // namespace

std::vector<std::string> read_templates(const std::vector<std::string>& templates,
                                        const std::vector<std::string>& files) {
  std::vector<std::string> read;
  read.reserve(templates.size());
  for (const auto& given : templates)
    read.push_back(checked(utf8::trim(given), "--template " + utf8::quoted(given)));
  for (const auto& path : files) {
    const TextFile file("--templates-file", path);
    const std::size_t before = read.size();
    file.for_each_line(
        [&](std::string_view line, const std::string& where) { read.push_back(checked(line, where)); });
    if (read.size() == before) throw usage_error(file.name() + ": holds no templates");
  }
  return read;
}

std::string fill_template(std::string_view prompt_template, std::string_view text) {
  std::string prompt;
  while (true) {
    const std::size_t place = prompt_template.find(kPlace);
    prompt += prompt_template.substr(0, place);
    if (place == std::string_view::npos) return prompt;
    prompt += text;
    prompt_template.remove_prefix(place + kPlace.size());
  }
}

}  // namespace clip_classify
