// Weight rows of whole sets of labels, a file for each: read in one go, however many labels there are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "clip_classify/classifier.h"

namespace clip_classify {

/// Only a cache: a file that is damaged, or can't be written, is as none.
class LabelSets {
 public:
  /// `space` says in words what rows depend on beside labels and templates. Beyond `limit` bytes in all, the
  /// sets that were not asked for longest are dropped.
  LabelSets(std::filesystem::path folder, std::string space, std::int64_t limit);

  /// Fills in all rows and notes; false where this very set, in this order, is not there.
  bool recall(std::span<const Label> labels, std::span<const std::string> templates,
              LabelWeights& weights) const;

  /// Keeps a set, but for those so small that they gain nothing.
  void keep(std::span<const Label> labels, std::span<const std::string> templates,
            const LabelWeights& weights) const;

 private:
  std::string name_of(std::span<const Label> labels, std::span<const std::string> templates) const;
  void drop_oldest() const;

  std::filesystem::path folder_;
  std::string space_;
  std::int64_t limit_;
};

}  // namespace clip_classify
