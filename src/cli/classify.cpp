// classify: inputs -> embeddings -> scores -> records -> writer.
#include "cli/classify_output.h"
#include "cli/image_stream.h"
#include "clip_classify/classifier_file.h"
#include "clip_classify/ranking.h"

namespace clip_classify::cli {
namespace {

/// Of the words, on their own or beside those of `trained`.
TrainedClassifier build_classifier(Session& session, std::optional<TrainedClassifier> trained,
                                   const std::vector<Label>& labels,
                                   const std::vector<std::string>& templates, bool multi_label) {
  if (trained) {
    if (!labels.empty()) {
      trained->add_words(session.classifier(labels, templates, false));
    }
    return std::move(*trained);
  }
  const bool alone = multi_label || labels.size() == 1;
  if (alone && !multi_label) {
    session.console().warning(
        "one label has nothing to be compared with: judged alone, as with --multi-label");
  }
  return {session.classifier(labels, templates, alone), {}, {}, {}};
}

Record make_record(const TrainedClassifier& trained, const RankingOptions& ranking,
                   const EmbeddedImage& image) {
  Record record{image.path, {}, image.error};
  if (image.error) {
    return record;
  }
  auto scores = trained.classifier.scores(image.embedding);
  if (trained.rejection) {
    const bool rejected = trained.rejects(scores);
    record.details.emplace_back(rejected);
    if (rejected) {
      record.none = "none of these";
      return record;
    }
  }
  for (const auto& score : rank(std::move(scores), ranking)) {
    record.ranking.push_back(
        {trained.classifier.labels[score.label], quantity_of(score, ranking.quantity), score.similarity});
  }
  return record;
}

}  // namespace

int run_classify(const Arguments& arguments, Context& context) {
  const auto options = parse_classify(arguments);
  context.console.configure(options.console, results_on_terminal(options.output));
  const auto labels =
      options.classifier && names_none(options.labels) ? std::vector<Label>() : read_labels(options.labels);
  const auto given = read_templates(options.prompts.templates, options.prompts.files);
  Session session(options, context);
  std::optional<TrainedClassifier> trained;
  if (options.classifier) {
    trained = read_classifier(*options.classifier, session.manifest());
  }
  const auto& templates = given.empty() ? session.manifest().templates : given;
  ImageStream images(session);
  const auto output = open_output(options, session.model(), labels, templates, images);
  images.start(output.done_before);
  const auto classifier =
      build_classifier(session, std::move(trained), labels, templates, options.multi_label);

  const bool percent = options.ranking.quantity == Quantity::probability;
  auto written = writer_options(options.output, percent, is_single_image(options.inputs));
  written.header = options.inputs.shard.index == 1;
  if (classifier.rejection) {
    written.shape.details = {"rejected"};
  }
  const auto writer = make_writer(written, *output.sink);
  if (output.done_before == 0) {
    writer->begin();
  }
  for (auto batch = images.next(); !batch.empty(); batch = images.next()) {
    for (const auto& image : batch) {
      writer->add(make_record(classifier, options.ranking, image));
    }
    output.show(batch);
  }
  writer->end();
  images.finish();
  if (session.stopped()) {
    output.sink->flush();
    throw Interrupted(interruption(options.output, images.counts().done));
  }
  output.sink->commit();
  const auto done = output.done_before + images.counts().done;
  const auto failed = output.failed_before + images.counts().failed;
  tell_failures(context.console, failed, done);
  context.console.note(images.summary() + ", " + session.labels_summary() + ": " + session.watch().summary());
  return failed > 0 ? kSomeInputsFailed : kDone;
}

}  // namespace clip_classify::cli
