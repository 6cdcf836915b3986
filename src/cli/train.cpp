// train: examples -> embeddings -> a classifier -> a file.
#include <algorithm>
#include <set>

#include "cli/train_examples.h"
#include "cli/train_output.h"
#include "clip_classify/classifier_file.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

/// The examples whose image could be read.
struct EmbeddedExamples {
  Matrix rows;
  std::vector<std::size_t> classes;
  std::vector<std::string> paths;
};

EmbeddedExamples embed_examples(Session& session, ImageStream& images, const TrainExamples& examples) {
  EmbeddedExamples embedded;
  embedded.rows.width = static_cast<std::size_t>(session.manifest().embedding_width);
  images.start();
  std::size_t next = 0;
  for (auto batch = images.next(); !batch.empty(); batch = images.next()) {
    for (const auto& image : batch) {
      const auto example = next++;
      if (!image.error) {
        embedded.rows.values.insert(embedded.rows.values.end(), image.embedding.begin(),
                                    image.embedding.end());
        ++embedded.rows.rows;
        embedded.classes.push_back(examples.classes[example]);
        embedded.paths.push_back(image.path);
      }
    }
  }
  images.finish();
  return embedded;
}

void check_classes(const TrainExamples& examples, const std::vector<std::size_t>& embedded) {
  const std::set<std::size_t> left(embedded.begin(), embedded.end());
  for (std::size_t label = 0; label < examples.with_examples; ++label) {
    if (!left.contains(label)) {
      throw usage_error("label " + utf8::quoted(examples.labels[label].name) +
                        ": none of its images could be read; nothing was trained");
    }
  }
}

void warn_of_contradictions(Console& console, const EmbeddedExamples& embedded,
                            const std::vector<std::size_t>& pictures, const std::vector<Label>& labels) {
  std::size_t count = 0;
  std::string first;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const auto same = pictures[i];
    if (embedded.classes[i] != embedded.classes[same]) {
      ++count;
      if (first.empty()) {
        first = utf8::printable(embedded.paths[same]) + " (" + labels[embedded.classes[same]].name +
                ") and " + utf8::printable(embedded.paths[i]) + " (" + labels[embedded.classes[i]].name + ")";
      }
    }
  }
  if (count > 0) {
    console.warning(first + (count > 1 ? " and " + std::to_string(count - 1) + " more" : "") +
                    ": the same picture with two labels, of which one can't be right");
  }
}

/// Some labels of a zero-shot classifier: from `first` up to `last`.
Classifier part_of(const Classifier& all, std::size_t first, std::size_t last) {
  Classifier part = all;
  const auto at = [](auto& values, std::size_t index) {
    return values.begin() + static_cast<std::ptrdiff_t>(index);
  };
  part.labels.assign(at(all.labels, first), at(all.labels, last));
  part.weights = {last - first, all.weights.width, {}};
  part.weights.values.assign(at(all.weights.values, first * all.weights.width),
                             at(all.weights.values, last * all.weights.width));
  return part;
}

TrainedClassifier train(Session& session, const TrainOptions& options, const TrainExamples& examples,
                        const EmbeddedExamples& embedded) {
  const auto given = read_templates(options.prompts.templates, options.prompts.files);
  const auto words =
      session.classifier(examples.labels, given.empty() ? session.manifest().templates : given, false);
  const auto pictures = same_pictures(embedded.rows);
  warn_of_contradictions(session.console(), embedded, pictures, examples.labels);
  const FewShotOptions how{options.method, options.reject, session.model().threads(), session.stop_token()};
  auto trained = session.watch().time("training", [&] {
    return train_few_shot(embedded.rows, embedded.classes, pictures,
                          part_of(words, 0, examples.with_examples), how);
  });
  trained.add_words(part_of(words, examples.with_examples, examples.labels.size()));
  return trained;
}

}  // namespace

int run_train(const Arguments& arguments, Context& context) {
  if (std::ranges::find(arguments, "--contrastive") != arguments.end()) {
    return run_train_contrastive(arguments, context);
  }
  const auto options = parse_train(arguments);
  context.console.configure(options.console, results_on_terminal(options.output));
  Session session(options, context);
  const auto examples = find_examples(options, session);
  const auto file = open_sink(options.classifier);
  ImageStream images(session, examples.inputs);
  const auto embedded = embed_examples(session, images, examples);
  if (session.stopped()) {
    throw Interrupted(interruption({.file = options.classifier}, images.counts().done));
  }
  check_classes(examples, embedded.classes);
  const auto trained = train(session, options, examples, embedded);
  file->write(classifier_text(trained, session.manifest()));
  file->commit();
  const TrainedFile made{options.classifier, session.manifest().name};
  const auto out = open_sink(std::nullopt);
  out->write(options.output.json ? training_json(trained, made) : training_text(trained, made));
  out->commit();
  tell_failures(context.console, images.counts().failed, images.counts().done);
  context.console.note(images.summary() + ", " + session.labels_summary() + ": " + session.watch().summary());
  return images.counts().failed > 0 ? kSomeInputsFailed : kDone;
}

}  // namespace clip_classify::cli
