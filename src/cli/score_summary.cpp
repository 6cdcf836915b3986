#include "cli/score_summary.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "output/formatted.h"

namespace clip_classify::cli {
namespace {

using Json = nlohmann::ordered_json;

Json mean(double sum, std::size_t count) {
  return count == 0 ? Json() : Json(sum / static_cast<double>(count));
}

Json json_of(const RankFigures& figures) {
  return {{"queries", figures.queries},         {"recall_at_1", figures.recall_at_1},
          {"recall_at_5", figures.recall_at_5}, {"recall_at_10", figures.recall_at_10},
          {"median_rank", figures.median_rank}, {"mean_reciprocal_rank", figures.mean_reciprocal_rank}};
}

/// "a" and "b_c" of {"a": 1, "b": {"c": 2}}, a row of each.
std::string columns_of(const Json& object, char separator) {
  std::string names;
  std::string values;
  const auto add = [&](const std::string& name, const Json& value) {
    names += name + separator;
    values += (value.is_null() ? "" : value.dump()) + separator;
  };
  for (const auto& [name, value] : object.items()) {
    if (!value.is_object()) {
      add(name, value);
      continue;
    }
    for (const auto& [inner, number] : value.items()) {
      std::string joined = name;
      joined.append("_").append(inner);
      add(joined, number);
    }
  }
  names.back() = '\n';
  values.back() = '\n';
  return names + values;
}

std::string rank_line(const char* name, const RankFigures& figures) {
  return formatted("%s  %6.1f%%  %6.1f%%  %6.1f%%  %11.1f  %11.4f  %7zu\n", name, 100 * figures.recall_at_1,
                   100 * figures.recall_at_5, 100 * figures.recall_at_10, figures.median_rank,
                   figures.mean_reciprocal_rank, figures.queries);
}

}  // namespace

void PairSummary::add(const ScoredBlock& block) {
  std::vector<std::size_t> image_ranks;
  for (const auto& pair : block.pairs) {
    ++pairs_;
    if (pair.error) {
      ++failed_;
      continue;
    }
    clip_scores_ += pair.clip_score;
    passed_ += pair.clip_score >= options_.threshold.value_or(0) ? 1 : 0;
    referenced_ += pair.ref_clip_score ? 1 : 0;
    ref_clip_scores_ += pair.ref_clip_score.value_or(0);
    image_ranks.push_back(pair.image_rank);
  }
  if (options_.retrieval) {
    ranks_ = {rank_figures(image_ranks), rank_figures(block.best_text_ranks)};
  }
}

std::string PairSummary::show(Format format) const {
  if (format == Format::text) {
    return table();
  }
  Json object{{"pairs", pairs_}, {"failed", failed_}};
  if (options_.threshold) {
    object["passed"] = passed_;
  }
  object["clip_score"] = mean(clip_scores_, pairs_ - failed_);
  object["ref_clip_score"] = mean(ref_clip_scores_, referenced_);
  if (ranks_) {
    object["text_to_image"] = json_of(ranks_->text_to_image);
    object["image_to_text"] = json_of(ranks_->image_to_text);
  }
  return format == Format::csv   ? columns_of(object, ',')
         : format == Format::tsv ? columns_of(object, '\t')
                                 : object.dump() + "\n";
}

std::string PairSummary::table() const {
  const auto scored = pairs_ - failed_;
  auto text = formatted("pairs          %zu", pairs_);
  if (failed_ > 0) {
    text += formatted(", %zu failed", failed_);
  }
  if (options_.threshold) {
    text += formatted(", %zu with a CLIPScore of at least %g", passed_, *options_.threshold);
  }
  text += '\n';
  if (scored > 0) {
    text += formatted("CLIPScore      %.4f on average\n", clip_scores_ / static_cast<double>(scored));
  }
  if (referenced_ > 0) {
    text += formatted("RefCLIPScore   %.4f on average of %zu with references\n",
                      ref_clip_scores_ / static_cast<double>(referenced_), referenced_);
  }
  if (ranks_) {
    text += "\nrecall         at 1     at 5    at 10  median rank  mean 1/rank  queries\n";
    text +=
        rank_line("text to image", ranks_->text_to_image) + rank_line("image to text", ranks_->image_to_text);
  }
  return text;
}

}  // namespace clip_classify::cli
