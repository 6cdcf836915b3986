#include "cli/label_images.h"

#include "clip_classify/ranking.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

/// A row for each image that was decoded, in order.
Matrix embed_decoded(Model& model, std::vector<LoadedImage>& batch) {
  std::vector<float> pixels;
  std::size_t count = 0;
  for (auto& image : batch) {
    if (!image.pixels.empty()) {
      ++count;
      pixels.insert(pixels.end(), image.pixels.begin(), image.pixels.end());
      image.pixels = {};
    }
  }
  return count == 0 ? Matrix() : model.embed_images(pixels, count);
}

Record make_record(const Classifier& classifier, const RankingOptions& ranking, std::string path,
                   std::span<const float> embedding) {
  Record record{std::move(path), {}, std::nullopt};
  for (const auto& score : rank(classifier.scores(embedding), ranking)) {
    record.labels.push_back(
        {classifier.labels[score.label], quantity_of(score, ranking.quantity), score.similarity});
  }
  return record;
}

}  // namespace

void ImageCounts::add(const LoadedImage& image) {
  const bool recalled = !image.embedding.empty();
  ++done;
  failed += image.input.error ? 1 : 0;
  known += recalled ? 1 : 0;
  unread += recalled && image.key.content.empty() ? 1 : 0;
}

ImageCounts label_images(ImageLoader& images, const Labelling& run) {
  ImageCounts counts;
  while (true) {
    auto batch =
        run.watch.time("waiting for images", [&] { return images.next(run.options.run.batch_size); });
    if (batch.empty() || run.context.stop.stop_requested()) {
      return counts;
    }
    const auto embeddings =
        run.watch.time("encoding images", [&] { return embed_decoded(run.model, batch); });
    std::size_t row = 0;
    for (const auto& image : batch) {
      if (image.input.is_neighbour) {
        row += image.input.error || !image.embedding.empty() ? 0 : 1;
        continue;
      }
      counts.add(image);
      if (image.input.error) {
        run.context.console.error(utf8::printable(image.input.path) + ": " + image.input.error->what());
        run.writer.add({image.input.path, {}, image.input.error});
        continue;
      }
      const std::span<const float> embedding =
          image.embedding.empty() ? embeddings.row(row++) : std::span(image.embedding);
      run.writer.add(make_record(run.classifier, run.options.ranking, image.input.path, embedding));
      if (run.store != nullptr) {
        run.store->keep(image, embedding);
      }
    }
    run.output.show(batch);
    run.context.console.update_progress(counts.done, counts.failed);
  }
}

}  // namespace clip_classify::cli
