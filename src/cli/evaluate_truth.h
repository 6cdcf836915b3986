// What evaluate compares with: images and the labels that are right for them, from folders or a table.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "cli/console.h"
#include "cli/options.h"
#include "clip_classify/error.h"
#include "clip_classify/evaluation.h"
#include "clip_classify/group_figures.h"
#include "clip_classify/text.h"

namespace clip_classify::cli {

struct TruthRow {
  std::string path;
  std::vector<std::string> labels;   ///< trimmed, none twice
  std::optional<std::string> group;  ///< nothing where the table has none for it
  std::string where;                 ///< for messages: "truth.csv:12", or the class folder
};

struct TruthRows {
  std::vector<TruthRow> rows;
  std::vector<std::string> classes;  ///< all labels, sorted, those of empty folders too
  bool several = false;              ///< whether some row has more than one label
  /// Class folders without images or that can't be read.
  std::vector<std::pair<std::string, Error>> failures;
  std::size_t beside = 0;  ///< image files that are in no class folder
};

struct TruthOptions {
  std::string source;                 ///< a folder of class folders, or a table
  std::optional<std::string> groups;  ///< the column of a table that names them
  bool judged_alone = false;          ///< an image may have no label
  bool classes_are_labels = true;     ///< no others are given, so classes must be told apart
};

/// Throws Error (usage) that names the thing: no class folders, nothing below them, whatever Table throws
/// for, no column of labels or groups, a row without a label where labels are not judged alone, classes that
/// differ only by case or space though no labels are given to tell them apart.
TruthRows read_truth(const TruthOptions& options, const std::stop_token& stop);

/// Says which class folders failed and what was left out.
void tell_of_truth(const TruthRows& truth, Console& console);

/// Those that are given; where none are, the classes.
std::vector<Label> labels_or_classes(const LabelOptions& given, const std::vector<std::string>& classes);

/// The labels of each row as places among `labels`. Throws Error (usage) for one that is not there.
Truth truth_among(const std::vector<Label>& labels, const std::vector<TruthRow>& rows);

struct NamedGroups {
  std::string column;
  std::vector<std::string> names;  ///< sorted
  Groups of_row;
};

/// Throws Error (usage) where there are fewer than two, or so many that they are no groups.
NamedGroups groups_of(const std::vector<TruthRow>& rows, const std::string& column);

}  // namespace clip_classify::cli
