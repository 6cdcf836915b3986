// explain: images and labels -> scores of versions with parts hidden -> heat maps, as numbers and pictures.
#include <algorithm>

#include "cli/classify_options.h"
#include "cli/explain_output.h"
#include "cli/explain_words.h"
#include "cli/image_stream.h"
#include "clip_classify/loader.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

/// One run's way from an image to its maps.
class Explainer {
 public:
  Explainer(Session& session, const ExplainOptions& options, const std::vector<Label>& labels,
            const std::vector<std::string>& templates)
      : session_(session),
        options_(options),
        classifier_(session.classifier(labels, templates, false)),
        rows_(against_others(classifier_.weights)),
        words_(study_words(session, labels, templates, classifier_)) {
    run_.embed = [this](std::span<const float> pixels, std::size_t count) {
      return session_.watch().time("encoding images",
                                   [&] { return session_.model().embed_images(pixels, count); });
    };
    run_.batch = options.run.batch_size;
    run_.progress = [this](std::size_t, std::size_t) {
      if (session_.stopped()) {
        throw Interrupted("");
      }
    };
  }

  Explanation explain(const std::string& path, const Image& image);

 private:
  std::vector<LabelScore> best_labels(std::span<const float> embedding) const;
  ExplainedLabel words_of(const LabelScore& score, std::span<const float> embedding) const;

  Session& session_;
  const ExplainOptions& options_;
  Classifier classifier_;
  Matrix rows_;  ///< what maps are of, by label
  LabelWords words_;
  ExplanationRun run_;
};

std::vector<LabelScore> Explainer::best_labels(std::span<const float> embedding) const {
  auto scores = classifier_.scores(embedding);
  std::ranges::stable_sort(scores, std::greater(), &LabelScore::logit);
  if (options_.top_k > 0 && scores.size() > options_.top_k) {
    scores.resize(options_.top_k);
  }
  return scores;
}

ExplainedLabel Explainer::words_of(const LabelScore& score, std::span<const float> embedding) const {
  ExplainedLabel explained{classifier_.labels[score.label], score.probability, score.similarity, {}};
  for (const auto& [word, row] : words_.words[score.label]) {
    explained.words.emplace_back(word, score.similarity - dot(embedding, words_.rows.row(row)));
  }
  for (const auto& [label, similarity] : words_.neighbours[score.label]) {
    explained.nearest.emplace_back(classifier_.labels[label], similarity);
  }
  return explained;
}

Explanation Explainer::explain(const std::string& path, const Image& image) {
  const auto& spec = session_.manifest().image;
  const auto pixels = preprocess(image, spec);
  const PreparedPicture picture{pixels, static_cast<std::size_t>(spec.height),
                                static_cast<std::size_t>(spec.width)};
  const auto embedding = run_.embed(pixels, 1);
  const auto scores = best_labels(embedding.row(0));

  Matrix rows{scores.size(), rows_.width, {}};
  for (const auto& score : scores) {
    const auto row = std::as_const(rows_).row(score.label);
    rows.values.insert(rows.values.end(), row.begin(), row.end());
  }
  auto maps = explain_picture(picture, rows, options_.masks, run_);
  const auto checks = options_.check ? faithfulness(picture, rows, maps, options_.masks.seed, run_)
                                     : std::vector<Faithfulness>();
  Explanation explanation{path, {}, seen_region(image.width, image.height, spec), {}};
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
