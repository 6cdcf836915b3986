// describe: inputs -> embeddings -> tags and a sentence of a phrase bank -> records and sidecars.
#include <algorithm>

#include "cli/classify_options.h"
#include "cli/describe_options.h"
#include "cli/image_stream.h"
#include "cli/sentence_memory.h"
#include "clip_classify/model_folders.h"
#include "clip_classify/xmp_sidecar.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

std::vector<Phrase> read_phrases(const DescribeOptions& options) {
  auto files = options.phrase_files;
  if (!options.own_phrases_only) {
    files.insert(files.begin(), shipped_phrase_bank(model_search_path()).string());
  }
  auto phrases = read_phrase_banks(files);
  if (!options.tags_only && std::ranges::none_of(phrases, can_begin_sentence)) {
    throw usage_error(
        "--phrases: no thing, stuff or place that a sentence could be about; add one, or ask for "
        "--tags alone");
  }
  return phrases;
}

/// As labels are, so that they are in the same cache.
EmbeddedPhrases embed_phrases(Session& session, std::vector<Phrase> phrases) {
  std::vector<Label> labels;
  labels.reserve(phrases.size());
  for (const auto& phrase : phrases) {
    labels.push_back({phrase.text, {phrase.text}});
  }
  auto rows = session.classifier(labels, session.manifest().templates, true, "phrase").weights;
  return {std::move(phrases), std::move(rows)};
}

/// One run's way from an image's embedding to its record.
class Describer {
 public:
  Describer(Session& session, const DescribeOptions& options, std::vector<Phrase> phrases)
      : session_(session),
        options_(options),
        tag_options_(options.tags),
        bank_(embed_phrases(session, std::move(phrases))),
        sentences_(session) {
    tag_options_.judged_alone = session.manifest().multi_label;
  }

  /// With the error of the image, or of its sidecar, where there is one.
  Record record(const EmbeddedImage& image);

  std::size_t failed_sidecars() const { return failed_sidecars_; }
  /// "123 sentences, 3 sidecars written"
  std::string summary() const;

 private:
  Description sentence_for(const EmbeddedImage& image);
  void write_sidecar_of(Record& record, const std::string& sentence);

  Session& session_;
  const DescribeOptions& options_;
  TagOptions tag_options_;
  EmbeddedPhrases bank_;
  SentenceMemory sentences_;
  std::size_t sidecars_ = 0;
  std::size_t failed_sidecars_ = 0;
};

Record Describer::record(const EmbeddedImage& image) {
  Record record{image.path, {}, image.error};
  if (image.error) {
    return record;
  }
  const auto tags =
      session_.watch().time("tagging", [&] { return best_tags(image.embedding, bank_, tag_options_); });
  for (const auto& tag : tags) {
    record.ranking.push_back({bank_.phrase(tag.phrase).text, tag.score, tag.similarity});
  }
  std::string sentence;
  if (!options_.tags_only) {
    const auto description = sentence_for(image);
    sentence = description.sentence;
    record.details = {sentence, description.similarity};
  }
  if (options_.sidecar) {
    write_sidecar_of(record, sentence);
  }
  return record;
}

Description Describer::sentence_for(const EmbeddedImage& image) {
  const auto embed = [&](std::span<const std::string> texts) { return sentences_.rows(texts); };
  auto description = describe(image.embedding, bank_, embed);
  for (const auto& step : description.steps) {
    char similarity[32];
    std::snprintf(similarity, sizeof similarity, "%.4f", step.similarity);
    session_.console().note(utf8::printable(image.path) + ": " + similarity + " " + step.sentence);
  }
  return description;
}

void Describer::write_sidecar_of(Record& record, const std::string& sentence) {
  SidecarContent content{{}, sentence};
  for (const auto& tag : record.ranking) {
    content.subjects.push_back(tag.name);
  }
  try {
    sidecars_ += write_sidecar(record.path, content) ? 1 : 0;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::input) {
      throw;
    }
    ++failed_sidecars_;
    session_.console().error(utf8::printable(record.path) + ": " + error.what());
    record = {record.path, {}, error};
  }
}

std::string Describer::summary() const {
  return (options_.tags_only ? "" : ", " + std::to_string(sentences_.embedded()) + " sentences") +
         (options_.sidecar ? ", " + std::to_string(sidecars_) + " sidecars written" : "");
}

WriterOptions describing_writer(const DescribeOptions& options) {
  auto written = writer_options(options.output, true, is_single_image(options.inputs));
  written.header = options.inputs.shard.index == 1;
  written.shape = {.name = "tag", .names = "tags", .best = false};
  if (options.tags_only) {
    return written;
  }
  // A table has one column of a name, and that one is the tag's.
  const bool table = written.format == Format::csv || written.format == Format::tsv;
  written.shape.details = {"description", table ? "description_similarity" : "similarity"};
  const std::string indent(written.single ? 0 : 2, ' ');
  written.lines = [indent](const Record& record) {
    return indent + utf8::printable(std::get<std::string>(record.details[0])) + "\n";
  };
  return written;
}

}  // namespace

int run_describe(const Arguments& arguments, Context& context) {
  const auto options = parse_describe(arguments);
  context.console.configure(options.console, results_on_terminal(options.output));
  auto phrases = read_phrases(options);
  Session session(options, context);
  ImageStream images(session);
  const auto sink = open_sink(options.output.file);
  images.start();
  Describer describer(session, options, std::move(phrases));

  const auto writer = make_writer(describing_writer(options), *sink);
  writer->begin();
  std::size_t done = 0;
  try {
    for (auto batch = images.next(); !batch.empty(); batch = images.next()) {
      for (const auto& image : batch) {
        writer->add(describer.record(image));
        sink->flush();  // a sentence takes longer than reading it
        ++done;
      }
    }
  } catch (const Interrupted&) {
    context.console.end_progress();
  }
  writer->end();
  images.finish();
  if (session.stopped()) {
    sink->flush();
    throw Interrupted(interruption(options.output, done));
  }
  sink->commit();
  const auto failed = images.counts().failed + describer.failed_sidecars();
  tell_failures(context.console, failed, done);
  context.console.note(images.summary() + ", " + session.labels_summary() + describer.summary() + ": " +
                       session.watch().summary());
  return failed > 0 ? kSomeInputsFailed : kDone;
}

}  // namespace clip_classify::cli
