// The library in a program of its own: consumer IMAGE LABEL... prints one JSON record.
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "clip_classify/classifier.h"
#include "clip_classify/image.h"
#include "clip_classify/input.h"
#include "clip_classify/manifest.h"
#include "clip_classify/model.h"
#include "clip_classify/model_folders.h"
#include "clip_classify/ranking.h"
#include "clip_classify/text.h"
#include "clip_classify/writer.h"

namespace {

clip_classify::Record classify(const std::string& path, const std::vector<std::string>& names) {
  using namespace clip_classify;
  Model model(read_manifest(find_model("compact")));
  const auto labels = read_labels({.lists = {}, .labels = names, .files = {}});
  const auto classifier = zero_shot_classifier(model, labels, model.manifest().templates, false);

  const auto pixels = preprocess(decode_image(read_bytes(path)), model.manifest().image);
  const auto embedding = model.embed_images(pixels, 1);

  Record record{path, {}, {}};
  for (const auto& score : rank(classifier.scores(embedding.row(0)), {})) {
    record.ranking.push_back({classifier.labels[score.label], score.probability, score.similarity});
  }
  return record;
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 3) {
    std::cerr << "usage: consumer IMAGE LABEL...\n";
    return 2;
  }
  const auto sink = clip_classify::open_sink(std::nullopt);
  const auto writer = clip_classify::make_writer({.format = clip_classify::Format::jsonl}, *sink);
  writer->begin();
  writer->add(classify(arguments[1], {arguments + 2, arguments + count}));
  writer->end();
  sink->commit();
} catch (const std::exception& error) {
  std::cerr << "consumer: " << error.what() << '\n';
  return 1;
}
