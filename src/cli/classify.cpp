// classify: inputs -> embeddings -> scores -> records -> writer.
#include "cli/classify_output.h"
#include "cli/classify_record.h"
#include "cli/image_stream.h"
#include "clip_classify/classifier_file.h"

namespace clip_classify::cli {

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
      build_classifier(session, labels, templates, options.multi_label, std::move(trained));

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
