// explain: images and labels -> scores of versions with parts hidden -> heat maps, as numbers and pictures.
#include <algorithm>

#include "cli/classify_options.h"
#include "cli/explain_output.h"
#include "cli/explain_words.h"
#include "cli/image_stream.h"
#include "cli/label_maps.h"
#include "clip_classify/loader.h"
#include "clip_classify/ranking.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

/// One run's way from an image to its explanation.
class Explainer {
 public:
  Explainer(Session& session, const ExplainOptions& options, const std::vector<Label>& labels,
            const std::vector<std::string>& templates)
      : spec_(session.manifest().image),
        options_(options),
        classifier_(session.classifier(labels, templates, false)),
        words_(session, labels, templates, classifier_),
        maps_(session, classifier_, options.maps) {}

  Explanation explain(const std::string& path, const Image& image);

 private:
  ExplainedLabel words_of(const LabelScore& score, std::span<const float> embedding);

  const ImageSpec& spec_;
  const ExplainOptions& options_;
  Classifier classifier_;
  WordStudy words_;
  LabelMaps maps_;
};

ExplainedLabel Explainer::words_of(const LabelScore& score, std::span<const float> embedding) {
  ExplainedLabel explained{classifier_.labels[score.label], score.probability, score.similarity, {}};
  const auto& words = words_.of(score.label);
  for (std::size_t word = 0; word < words.left_out.size(); ++word) {
    explained.words.emplace_back(words.left_out[word],
                                 score.similarity - dot(embedding, words.rows.row(word)));
  }
  for (const auto& [label, similarity] : words.neighbours) {
    explained.nearest.emplace_back(classifier_.labels[label], similarity);
  }
  return explained;
}

Explanation Explainer::explain(const std::string& path, const Image& image) {
  const auto pixels = preprocess(image, spec_);
  const auto embedding = maps_.embed(pixels);
  const auto scores = rank(classifier_.scores(embedding.row(0)), {Quantity::probability, options_.top_k, {}});
  std::vector<std::size_t> labels;
  std::ranges::transform(scores, std::back_inserter(labels), &LabelScore::label);
  auto maps = maps_.maps(pixels, labels);
  const auto checks = options_.check ? maps_.check(pixels, labels, maps) : std::vector<Faithfulness>();
  Explanation explanation{path, {}, seen_region(image.width, image.height, spec_), {}};
  for (std::size_t label = 0; label < scores.size(); ++label) {
    auto explained = words_of(scores[label], embedding.row(0));
    explained.map = std::move(maps[label]);
    explained.check = options_.check ? std::optional(checks[label]) : std::nullopt;
    explanation.labels.push_back(std::move(explained));
  }
  return explanation;
}

}  // namespace

int run_explain(const Arguments& arguments, Context& context) {
  const auto options = parse_explain(arguments);
  context.console.configure(options.console, results_on_terminal(options.output));
  const auto labels = read_labels(options.labels);
  const auto given = read_templates(options.prompts.templates, options.prompts.files);
  Session session(options, context);
  const auto& templates = given.empty() ? session.manifest().templates : given;
  InputSource source(options.inputs);
  const std::stop_callback stop_reading(session.stop_token(), [&source] { source.stop(); });
  const auto& spec = session.manifest().image;
  const auto decoding = decode_options(spec, options.decode);
  ExplanationPictures pictures(options.pictures);
  Explainer explainer(session, options, labels, templates);
  ExplanationWriter writer(chosen_format(options.output), is_single_image(options.inputs), labels.size() > 1);

  std::size_t done = 0;
  std::size_t failed = 0;
  context.console.start_progress("images", std::nullopt);
  try {
    for (auto input = source.next(); input && !session.stopped(); input = source.next()) {
      if (input->is_neighbour) {
        continue;
      }
      Explanation explanation{input->path, input->error};
      try {
        if (!explanation.error) {
          const auto image = decode_image(source.read(input->path), decoding);
          explanation = explainer.explain(input->path, image);
          pictures.add(explanation, image, spec);
        }
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::input) {
          throw;
        }
        explanation = {input->path, error};
      }
      if (session.stopped()) {
        break;
      }
      if (explanation.error) {
        ++failed;
        context.console.error(utf8::printable(input->path) + ": " + explanation.error->what());
      }
      writer.add(explanation);
      context.console.update_progress(++done, failed);
    }
  } catch (const Interrupted&) {
    context.console.end_progress();
  }
  writer.end();
  if (session.stopped()) {
    throw Interrupted(interruption(options.output, done));
  }
  context.console.end_progress();
  tell_failures(context.console, failed, done);
  context.console.note(std::to_string(done) + " images, " + session.labels_summary() + ": " +
                       session.watch().summary());
  return failed > 0 ? kSomeInputsFailed : kDone;
}

}  // namespace clip_classify::cli
