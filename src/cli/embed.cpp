// embed: inputs and texts -> embeddings -> a NumPy file or JSON lines.
#include "cli/image_stream.h"
#include "clip_classify/text.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

constexpr auto kEmbedExamples = R"(Examples:
  clip-classify embed photos/ -o photos.npy
  clip-classify photos.npy --labels cat,dog          every command takes such a file in place of images
  clip-classify embed --texts-file captions.txt -o captions.npy --dtype float16
  clip-classify embed img.jpg --text 'a cat' | jq -c .embedding

In Python: rows = numpy.load("photos.npy"); photos.jsonl names them, a line a row. Rows have length 1, so
rows @ rows.T are cosines.

Exit status: 0 all done; 1 some images failed and have no row, the rest is written; 2 wrong usage, model or
output.)";

struct EmbedOptions : CommonOptions {
  std::vector<std::string> texts;
  std::vector<std::string> text_files;
  std::string format;
  FloatType type = FloatType::float32;
};

EmbedOptions parse_embed(const Arguments& arguments) {
  EmbedOptions options;
  CLI::App app("Turns images and texts into embeddings: unit vectors whose dot products are similarities.\n",
               "clip-classify embed");
  app.footer(kEmbedExamples);
  add_input_options(app, options.inputs, options.decode);
  add_text_options(app, options.texts, options.text_files);
  app.add_option("-o,--output", options.output.file,
                 "FILE.npy (names go to FILE.jsonl), or FILE.jsonl: whole, or not at all")
      ->type_name("FILE")
      ->group("Output");
  app.add_option("--format", options.format, "npy or jsonl [as FILE is called; else jsonl]")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"npy", "jsonl"}))
      ->group("Output");
  app.add_option_function<std::string>(
         "--dtype",
         [&options](const std::string& name) {
           options.type = name == "float16" ? FloatType::float16 : FloatType::float32;
         },
         "npy: float32 or float16 [float32]")
      ->type_name("TYPE")
      ->check(CLI::IsMember({"float32", "float16"}))
      ->group("Output");
  add_run_options(app, options.run);
  add_store_options(app, options.stores);
  add_console_options(app, options.console);
  parse(app, "clip-classify embed [IMAGE | FOLDER | -]... [--text TEXT]... [-o FILE.npy]", arguments);
  settle_common_options(options);

  const bool named = options.output.file && is_embedding_file(*options.output.file);
  if (options.format.empty()) {
    options.format = named ? "npy" : "jsonl";
  }
  if (options.format == "npy" && !named) {
    throw usage_error("--format npy writes two files: give it -o FILE.npy");
  }
  if (app.count("--dtype") > 0 && options.format != "npy") {
    throw usage_error("--dtype is for --format npy; JSON's numbers have no type");
  }
  return options;
}

std::unique_ptr<EmbeddingWriter> open_writer(const EmbedOptions& options, const Manifest& manifest) {
  const auto& file = options.output.file;
  return file && options.format == "npy" ? make_npy_writer(*file, manifest, options.type)
                                         : make_embedding_jsonl_writer(file);
}

}  // namespace

int run_embed(const Arguments& arguments, Context& context) {
  const auto options = parse_embed(arguments);
  context.console.configure(options.console, results_on_terminal(options.output));
  const auto texts = read_texts(options.texts, options.text_files);
  Session session(options, context);
  std::optional<ImageStream> images;
  if (texts.empty() || !options.inputs.paths.empty() || options.inputs.files_from) {
    images.emplace(session);
  }
  const auto writer = open_writer(options, session.manifest());
  if (images) {
    images->start();
    for (auto batch = images->next(); !batch.empty(); batch = images->next()) {
      for (const auto& image : batch) {
        if (image.error) {
          writer->fail(image.path, *image.error);
        } else {
          writer->add(EmbeddingKind::image, image.path, image.embedding);
        }
      }
      writer->flush();
    }
    images->finish();
  }
  if (!texts.empty() && !session.stopped()) {
    const auto rows = session.embed_texts(texts, "text");
    for (std::size_t row = 0; row < rows.rows; ++row) {
      writer->add(EmbeddingKind::text, texts[row], rows.row(row));
    }
  }
  const auto counts = images ? images->counts() : ImageCounts();
  if (session.stopped()) {
    writer->flush();
    throw Interrupted(interruption(options.output, counts.done));
  }
  writer->commit();
  tell_failures(context.console, counts.failed, counts.done);
  context.console.note((images ? images->summary() + ", " : "") + session.labels_summary() + ": " +
                       session.watch().summary());
  return counts.failed > 0 ? kSomeInputsFailed : kDone;
}

}  // namespace clip_classify::cli
