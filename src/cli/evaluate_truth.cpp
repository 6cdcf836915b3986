#include "cli/evaluate_truth.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "cli/table_images.h"
#include "input/folder_walk.h"
#include "text/label_set.h"
#include "text/text_file.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostGroups = 100;

ColumnSpec label_column() {
  return {.names = {"label", "labels", "class", "truth"}, .required = false, .list = true};
}

enum Column : std::size_t { kImage, kLabel, kGroup };

/// In lower case, with single spaces: what is alike in it was hardly meant to differ.
std::string folded(const std::string& label) {
  std::u32string result;
  for (const char32_t c : unicode::lower(unicode::code_points(label))) {
    if (!utf8::is_space(c)) {
      result += c;
    } else if (!result.ends_with(U' ')) {
      result += U' ';
    }
  }
  return unicode::utf8(result);
}

std::vector<std::string> class_folders(const std::string& root, TruthRows& truth) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(root, error), end; !error && entry != end; entry.increment(error)) {
    auto name = entry->path().filename().string();
    std::error_code ignored;
    if (name.starts_with('.')) {
      continue;
    }
    if (entry->is_directory(ignored)) {
      names.push_back(std::move(name));
    } else {
      truth.beside += has_image_extension(name) ? 1 : 0;
    }
  }
  if (error) {
    throw usage_error(utf8::printable(root) + ": can't read this folder: " + error.message());
  }
  if (names.empty()) {
    throw usage_error(
        utf8::printable(root) +
        ": has no class folders; the truth is a folder with a folder for each class, or a table " +
        "with the columns image and label");
  }
  std::ranges::sort(names);
  return names;
}

TruthRows read_folders(const std::string& root, const std::stop_token& stop) {
  TruthRows truth;
  std::set<std::string> classes;
  for (const auto& name : class_folders(root, truth)) {
    const auto folder = std::string(root).append(root.ends_with('/') ? "" : "/").append(name);
    const auto label = trimmed_text(name, utf8::printable(folder) + ": the folder's name");
    classes.insert(label);
    InputSource source({.paths = {folder}, .files_from = {}});
    for (auto input = source.next(); input && !stop.stop_requested(); input = source.next()) {
      if (input->error) {
        truth.failures.emplace_back(input->path, *input->error);
      } else {
        truth.rows.push_back({input->path, {label}, std::nullopt, utf8::printable(folder)});
      }
    }
  }
  truth.classes.assign(classes.begin(), classes.end());
  return truth;
}

std::vector<ColumnSpec> columns(const std::optional<std::string>& group) {
  std::vector<ColumnSpec> specs{image_column(), label_column()};
  if (group) {
    for (const auto& taken : specs) {
      if (std::ranges::find(taken.names, *group) != taken.names.end()) {
        throw usage_error("--groups " + *group + ": is the " + (taken.list ? "truth" : "image") +
                          " itself; name another column");
      }
    }
    specs.push_back({.names = {*group}, .required = false});
  }
  return specs;
}

TruthRow truth_row(const TableRow& row, bool grouped) {
  TruthRow result{row.text(kImage), {}, std::nullopt, row.where};
  for (const auto& label : row.list(kLabel)) {
    auto trimmed = trimmed_text(label, row.where + ": label");
    if (std::ranges::find(result.labels, trimmed) == result.labels.end()) {
      result.labels.push_back(std::move(trimmed));
    }
  }
  if (const auto group = grouped ? std::string(utf8::trim(row.text(kGroup))) : ""; !group.empty()) {
    check_text(group, row.where + ": group");
    result.group = group;
  }
  return result;
}

TruthRows read_table(const TruthOptions& options, const std::stop_token& stop) {
  Table table(options.source, columns(options.groups), stop);
  const auto file = utf8::printable(options.source);
  if (!table.has(kLabel)) {
    throw usage_error(file + ": has no column of labels; call it label (or labels, class, truth)");
  }
  if (options.groups && !table.has(kGroup)) {
    throw usage_error(file + ": has no column " + utf8::quoted(*options.groups) +
                      ", which --groups asks for");
  }
  TruthRows truth;
  std::set<std::string> classes;
  while (const auto row = table.next()) {
    truth.rows.push_back(truth_row(*row, options.groups.has_value()));
    const auto& labels = truth.rows.back().labels;
    classes.insert(labels.begin(), labels.end());
    truth.several = truth.several || labels.size() > 1;
  }
  truth.classes.assign(classes.begin(), classes.end());
  const auto bare = std::ranges::find_if(truth.rows, [](const TruthRow& row) { return row.labels.empty(); });
  if (bare != truth.rows.end() && !truth.several && !options.judged_alone) {
    throw usage_error(bare->where + ": has no label; --multi-label takes images that none applies to");
  }
  return truth;
}

void check_classes(const std::string& source, const TruthRows& truth) {
  std::map<std::string, std::string> known;
  for (const auto& name : truth.classes) {
    const auto [found, is_new] = known.emplace(folded(name), name);
    if (!is_new) {
      throw usage_error(utf8::printable(source) + ": the classes " + utf8::quoted(found->second) + " and " +
                        utf8::quoted(name) +
                        " differ only by case or space; make them one, or name both with " +
                        "--label if they are two");
    }
  }
}

std::string remedy(const std::vector<Label>& labels, const std::string& name) {
  for (const auto& label : labels) {
    if (folded(label.name) == folded(name)) {
      return "; " + utf8::quoted(label.name) + " differs only by case or space";
    }
  }
  return "; add it to --labels, or leave its images out";
}

}  // namespace

TruthRows read_truth(const TruthOptions& options, const std::stop_token& stop) {
  std::error_code ignored;
  const bool folder = fs::is_directory(options.source, ignored);
  if (folder && options.groups) {
    throw usage_error("--groups " + utf8::printable(*options.groups) +
                      ": needs a table as the truth, with this column; a folder has none");
  }
  auto truth = folder ? read_folders(options.source, stop) : read_table(options, stop);
  if (stop.stop_requested()) {
    throw Interrupted("interrupted before the first image");
  }
  if (truth.rows.empty()) {
    throw usage_error(utf8::printable(options.source) + ": no image files in its class folders");
  }
  if (options.classes_are_labels) {
    check_classes(options.source, truth);
  }
  return truth;
}

Truth truth_among(const std::vector<Label>& labels, const std::vector<TruthRow>& rows) {
  std::map<std::string_view, std::size_t> places;
  for (std::size_t label = 0; label < labels.size(); ++label) {
    places.emplace(labels[label].name, label);
  }
  Truth truth;
  for (const auto& row : rows) {
    auto& right = truth.emplace_back();
    for (const auto& name : row.labels) {
      const auto place = places.find(name);
      if (place == places.end()) {
        throw usage_error(row.where + ": the class " + utf8::quoted(name) + " is not among the labels" +
                          remedy(labels, name));
      }
      right.push_back(place->second);
    }
  }
  return truth;
}

void tell_of_truth(const TruthRows& truth, Console& console) {
  for (const auto& [path, error] : truth.failures) {
    console.error(utf8::printable(path) + ": " + error.what());
  }
  if (truth.beside > 0) {
    console.warning(std::to_string(truth.beside) + (truth.beside == 1 ? " image" : " images") +
                    " beside the class folders, of no class: left out");
  }
}

std::vector<Label> labels_or_classes(const LabelOptions& given, const std::vector<std::string>& classes) {
  if (!names_none(given)) {
    return read_labels(given);
  }
  std::vector<Label> labels;
  for (const auto& name : classes) {
    labels.push_back({name, {name}});
  }
  return labels;
}

NamedGroups groups_of(const std::vector<TruthRow>& rows, const std::string& column) {
  std::map<std::string, std::size_t> places;
  for (const auto& row : rows) {
    if (row.group) {
      places.emplace(*row.group, 0);
    }
  }
  const auto shown = "--groups " + utf8::printable(column);
  if (places.size() < 2) {
    throw usage_error(shown + ": the column has " + (places.empty() ? "no value" : "one value only") +
                      ", so there are no groups to compare");
  }
  if (places.size() > kMostGroups) {
    throw usage_error(shown + ": the column has " + std::to_string(places.size()) +
                      " different values, which are no groups; at most " + std::to_string(kMostGroups));
  }
  NamedGroups groups{column, {}, {}};
  for (auto& [name, place] : places) {
    place = groups.names.size();
    groups.names.push_back(name);
  }
  for (const auto& row : rows) {
    groups.of_row.push_back(row.group ? std::optional(places.at(*row.group)) : std::nullopt);
  }
  return groups;
}

}  // namespace clip_classify::cli
