#include <algorithm>
#include <cctype>
#include <numeric>

#include "cli/command.h"
#include "clip_classify/error.h"

namespace clip_classify::cli {
namespace {

/// Levenshtein's distance, for "did you mean".
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, substituted}));
    }
  }
  return row[b.size()];
}

std::string unknown_option(const CLI::App& app, const std::string& argument) {
  const auto given = argument.substr(0, argument.find('='));
  std::string nearest;
  std::size_t best = 3;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) {
      const auto distance = edit_distance(given, "--" + name);
      if (distance < best) {
        best = distance;
        nearest = "--" + name;
      }
    }
  }
  return "unknown option " + given + (nearest.empty() ? "" : ", did you mean " + nearest + "?") +
         " (see clip-classify --help)";
}

/// A usage line (CLI11 before 2.3 can't be given one), and for each option its name, the kind of its value
/// and its help: the ranges and words that CLI11 would add stand in the help already.
class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(std::string usage) : usage_(std::move(usage)) { column_width(28); }

  std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
    return "Usage: " + usage_ + "\n";
  }
  std::string make_positionals(const CLI::App* /*app*/) const override { return ""; }
  std::string make_group(std::string group, bool positional,
                         std::vector<const CLI::Option*> options) const override {
    auto text = Formatter::make_group(std::move(group), positional, std::move(options));
    return text.substr(0, text.find_last_not_of('\n') + 1);
  }
  std::string make_option_name(const CLI::Option* option, bool positional) const override {
    const auto name = Formatter::make_option_name(option, positional);
    return name.substr(0, name.find('{'));
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    const auto type = option->get_type_name();
    return type.empty() ? "" : " " + type.substr(0, type.find(':'));
  }
  std::string make_footer(const CLI::App* app) const override { return "\n\n" + app->get_footer() + "\n"; }

 private:
  std::string usage_;
};

}  // namespace

void parse(CLI::App& app, const std::string& usage, const Arguments& arguments) {
  app.set_help_flag("-h,--help", "Show this help")->group("Output");
  app.formatter(std::make_shared<HelpFormatter>(usage));
  app.allow_extras();
  Arguments reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    throw HelpRequested{app.help()};
  } catch (const CLI::ParseError& error) {
    throw usage_error(std::string(error.what()) + " (see clip-classify --help)");
  }
  const auto extras = app.remaining();
  if (!extras.empty()) {
    throw usage_error(extras.front().starts_with("-") ? unknown_option(app, extras.front())
                                                      : "unexpected argument " + extras.front());
  }
}

}  // namespace clip_classify::cli
