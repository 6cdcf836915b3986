// search: inputs -> embeddings -> the nearest to a query, or to each other -> paths or records.
#include "clip_classify/search.h"

#include "cli/image_stream.h"
#include "cli/search_files.h"
#include "cli/search_options.h"
#include "cli/search_output.h"
#include "cli/search_queries.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

/// Hands on every image that has an embedding. Throws Interrupted.
template <typename Use>
void for_each_image(Session& session, ImageStream& images, Use&& use) {
  for (auto batch = images.next(); !batch.empty(); batch = images.next()) {
    for (const auto& image : batch) {
      if (!image.error) {
        use(image);
      }
    }
  }
  images.finish();
  if (session.stopped()) {
    throw Interrupted(interruption(session.options().output, images.counts().done));
  }
}

std::vector<FoundGroup> find_nearest(Session& session, const SearchOptions& options,
                                     const std::vector<Query>& queries, ImageStream& images) {
  std::vector<BestImages> best;
  for (const auto& query : queries) {
    best.emplace_back(query.row, options.top_k, options.threshold);
  }
  if (!images.files().empty()) {
    search_files(session, options, queries, images, best);
  } else {
    std::size_t place = 0;
    for_each_image(session, images, [&](const EmbeddedImage& image) {
      for (std::size_t index = 0; index < queries.size(); ++index) {
        best[index].add(place, image.embedding, [&] { return queries[index].result(image.path); });
      }
      ++place;
    });
  }
  std::vector<FoundGroup> groups;
  for (std::size_t index = 0; index < queries.size(); ++index) {
    const auto& name = queries[index].name;
    groups.push_back({.heading = queries.size() > 1 ? name : ""});
    std::int64_t rank = 0;
    for (const auto& found : best[index].take()) {
      groups.back().records.push_back(
          {.path = found.path, .details = {name, ++rank, found.similarity, found.similarity}});
    }
  }
  return groups;
}

std::vector<FoundGroup> find_duplicates(Session& session, double threshold, bool omit_first,
                                        ImageStream& images) {
  NearDuplicates duplicates(static_cast<std::size_t>(session.manifest().embedding_width), threshold,
                            session.model().threads());
  std::vector<std::string> paths;
  for_each_image(session, images, [&](const EmbeddedImage& image) {
    duplicates.add(image.embedding);
    paths.push_back(image.path);
  });
  const auto places = session.watch().time("comparing", [&] { return duplicates.finish(); });
  std::vector<FoundGroup> all(paths.size());
  for (std::size_t place = 0; place < paths.size(); ++place) {
    const auto& [first, similarity] = places[place];
    if (first != place) {
      all[first].records.push_back({.path = paths[place], .details = {paths[first], similarity}});
    }
  }
  std::vector<FoundGroup> groups;
  for (std::size_t place = 0; place < paths.size(); ++place) {
    if (!all[place].records.empty()) {
      all[place].first = omit_first ? "" : paths[place];
      groups.push_back(std::move(all[place]));
    }
  }
  return groups;
}

std::vector<FoundGroup> find(Session& session, const SearchOptions& options, ImageStream& images) {
  if (options.duplicates) {
    images.start();
    return find_duplicates(session, *options.duplicates, options.omit_first, images);
  }
  const auto query_images = embed_query_images(session, options);
  images.start();
  return find_nearest(session, options, make_queries(session, options, query_images), images);
}

}  // namespace

int run_search(const Arguments& arguments, Context& context) {
  const auto options = parse_search(arguments);
  context.console.configure(options.console, results_on_terminal(options.output));
  Session session(options, context);
  ImageStream images(session, options.inputs,
                     options.whole_store() ? WithoutInputs::known_images : WithoutInputs::error);
  std::vector<FoundGroup> groups;
  try {
    groups = find(session, options, images);
  } catch (const QueryFailed&) {
    return kNothingReliable;
  }
  static const FoundShape kRanking{{"query", "rank", "score", "similarity"}, false};
  static const FoundShape kDuplicates{{"duplicate_of", "similarity"}, true};
  write_found(options, options.duplicates ? kDuplicates : kRanking, groups);
  const auto& counts = images.counts();
  tell_failures(context.console, counts.failed, counts.done);
  context.console.note(images.summary() + ", " + session.labels_summary() + ": " + session.watch().summary());
  return counts.failed > 0 ? kSomeInputsFailed : kDone;
}

}  // namespace clip_classify::cli
