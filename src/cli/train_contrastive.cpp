// train --contrastive: pairs of images and texts -> gradient steps -> a model folder.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/table_images.h"
#include "cli/train_contrastive_options.h"
#include "output/formatted.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

enum Column : std::size_t { kImage, kText };

std::vector<TrainingPair> read_pairs(const std::string& path, const std::stop_token& stop) {
  Table table(path, {image_column(), {.names = {"text", "caption"}}}, stop);
  std::vector<TrainingPair> pairs;
  while (auto row = table.next()) {
    pairs.push_back({row->text(kImage), std::string(utf8::trim(row->text(kText)))});
  }
  if (stop.stop_requested()) {
    throw Interrupted("interrupted while " + utf8::printable(path) + " was read");
  }
  return pairs;
}

std::string epoch_json(const ContrastiveEpoch& epoch) {
  nlohmann::ordered_json json{
      {"epoch", epoch.epoch}, {"steps", epoch.steps}, {"loss", epoch.loss}, {"scale", epoch.scale}};
  if (const auto& held_out = epoch.validation) {
    json["validation"] = {{"loss", held_out->loss},
                          {"image_recall_at_1", held_out->image_recall},
                          {"text_recall_at_1", held_out->text_recall},
                          {"best", held_out->best}};
  }
  return json.dump() + "\n";
}

std::string epoch_text(const ContrastiveEpoch& epoch) {
  auto text = formatted("epoch %3zu  loss %.4f", epoch.epoch, epoch.loss);
  if (const auto& held_out = epoch.validation) {
    text += formatted("  held out: loss %.4f, recall@1 %.1f %% of images, %.1f %% of texts%s", held_out->loss,
                      100 * held_out->image_recall, 100 * held_out->text_recall,
                      held_out->best ? ", best so far" : "");
  }
  return text + formatted("  (scale %.2f)\n", epoch.scale);
}

std::string result_json(const ContrastiveResult& result, const std::string& folder) {
  const nlohmann::ordered_json json{{"model", utf8::replace_invalid(folder)},
                                    {"pairs", result.pairs},
                                    {"held_out", result.held_out},
                                    {"failed_images", result.failed},
                                    {"trained_numbers", result.trained},
                                    {"numbers", result.numbers},
                                    {"kept_epoch", result.kept_epoch},
                                    {"stopped_early", result.stopped_early},
                                    {"scale", result.scale}};
  return json.dump() + "\n";
}

std::string result_text(const ContrastiveResult& result, const std::string& folder) {
  return utf8::printable(folder) + ": a model trained on " + std::to_string(result.pairs) + " pairs" +
         (result.held_out > 0 ? " (" + std::to_string(result.held_out) + " held out)" : "") + ", " +
         std::to_string(result.trained) + " of its " + std::to_string(result.numbers) +
         " numbers, as after epoch " + std::to_string(result.kept_epoch) +
         (result.stopped_early ? "; more epochs made it no better" : "") + "\n";
}

/// What is told on the way, on standard output and error.
ContrastiveEvents events_to(Console& console, Sink& out, bool json) {
  ContrastiveEvents events;
  events.start = [&console](const std::string& what, std::size_t total) {
    console.end_progress();
    console.start_progress(what, total);
  };
  events.progress = [&console](std::size_t done) { console.update_progress(done); };
  events.epoch = [&console, &out, json](const ContrastiveEpoch& epoch) {
    console.end_progress();
    out.write(json ? epoch_json(epoch) : epoch_text(epoch));
    out.flush();
  };
  events.warn = [&console](const std::string& message) { console.warning(message); };
  events.failed = [&console](const std::string& path, const Error& error) {
    console.error(utf8::printable(path) + ": " + error.what());
  };
  events.resumed = [&console](std::size_t step) {
    console.note("going on after step " + std::to_string(step));
  };
  return events;
}

}  // namespace

int run_train_contrastive(const Arguments& arguments, Context& context) {
  auto options = parse_train_contrastive(arguments);
  context.console.configure(options.console, results_on_terminal(options.output));
  const auto pairs = read_pairs(options.table, context.stop);
  if (pairs.size() < 2) {
    throw usage_error(utf8::printable(options.table) +
                      ": holds one pair; training compares pairs with each " +
                      "other, so it takes two at least");
  }
  Session session(options, context);
  options.training.threads = session.model().threads();
  options.training.stop = context.stop;
  const auto out = open_sink(std::nullopt);
  const auto result = session.watch().time("training", [&] {
    return train_contrastive(session.model(), pairs, options.training,
                             events_to(context.console, *out, options.output.json));
  });
  const auto folder = options.training.output.string();
  out->write(options.output.json ? result_json(result, folder) : result_text(result, folder));
  out->commit();
  context.console.note(session.watch().summary());
  return result.failed > 0 ? kSomeInputsFailed : kDone;
}

}  // namespace clip_classify::cli
