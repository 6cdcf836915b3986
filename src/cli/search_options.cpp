#include "cli/search_options.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "clip_classify/embedding_file.h"
#include "clip_classify/store.h"
#include "text/text_file.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

constexpr auto kSearchExamples = R"(Examples:
  clip-classify search 'a cat on a sofa' photos/
  clip-classify search 'a beach' photos/ --with sunset --not people --weight people=0.5
  clip-classify search --image cat.jpg photos/ -k 20               more like this
  clip-classify search 'a cat' --store photos.store --json         all that the store knows
  clip-classify search 'a cat' photos/ -0 | xargs -0 cp -t cats/
  clip-classify search --duplicates 0.95 photos/ --omit-first

Exit status: 0 all done; 1 some images failed, the others are searched; 2 wrong usage, model or output.)";

struct GivenQueries {
  std::vector<std::string> texts;
  std::vector<std::string> files;
  std::vector<std::string> weights;
};

CLI::Option* add_list(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                      const std::string& type, const std::string& help) {
  return add_repeatable(app, name, values, help)->type_name(type)->group("Query");
}

void add_query_options(CLI::App& app, SearchOptions& options, GivenQueries& given) {
  std::vector<CLI::Option*> of_queries{
      add_list(app, "--query", given.texts, "TEXT",
               "A query, in place of the first argument; may be repeated:\na ranking for each"),
      add_list(app, "--queries-file", given.files, "FILE", "A query a line"),
      add_list(app, "--image", options.images, "FILE",
               "An image as query: more like this, itself left out; may be repeated"),
      add_list(app, "--with", options.with, "TEXT", "Added to each query; may be repeated"),
      add_list(app, "--not", options.without, "TEXT", "Taken away from each query; may be repeated"),
      add_list(app, "--weight", given.weights, "TERM=W",
               "How much a query's text or image, or that of --with or --not, counts [1]"),
      app.add_option("-k,--top-k", options.top_k, "Images found for a query, best first; 0: all [10]")
          ->type_name("N")
          ->check(CLI::Range(std::size_t{0}, std::size_t{1} << 32))
          ->group("Query"),
      app.add_option("--threshold", options.threshold,
                     "Leave out images of a lower similarity (cosine, -1 to 1)")
          ->type_name("S")
          ->group("Query")};
  of_queries.push_back(
      app.add_option(
             "--index", options.index,
             "FILE.npy: exact looks at every row; hnsw at some, by an index\nthat is made the first "
             "time (minutes for a million rows) and finds\nnearly all; auto: hnsw above 1,000,000 rows, "
             "once it is made [auto]")
          ->type_name("HOW")
          ->check(CLI::IsMember({"auto", "exact", "hnsw"}))
          ->group("Query"));
  auto* duplicates = app.add_option("--duplicates", options.duplicates,
                                    "In place of a query: groups of images whose similarity to the\nfirst of "
                                    "the group is at least S: 0.95")
                         ->type_name("S")
                         ->group("Query");
  for (auto* option : of_queries) {
    duplicates->excludes(option);
  }
  app.add_flag("--omit-first", options.omit_first, "Leave out the first of each group of duplicates")
      ->needs(duplicates)
      ->group("Query");
}

/// The first argument is the query unless an option says what is looked for.
void take_queries(SearchOptions& options, const GivenQueries& given) {
  auto& paths = options.inputs.paths;
  const bool by_option = !given.texts.empty() || !given.files.empty() || !options.images.empty();
  if (!by_option) {
    if (paths.empty()) {
      throw usage_error(
          "no query: clip-classify search 'a cat on a sofa' photos/ (see clip-classify search --help)");
    }
    options.queries.push_back(trimmed_text(paths.front(), "the query " + utf8::quoted(paths.front())));
    paths.erase(paths.begin());
  }
  for (const auto& text : given.texts) {
    options.queries.push_back(trimmed_text(text, "--query " + utf8::quoted(text)));
  }
  for (const auto& path : given.files) {
    const TextFile file("--queries-file", path);
    const auto before = options.queries.size();
    file.for_each_line([&](std::string_view line, const std::string& where) {
      options.queries.push_back(trimmed_text(line, where));
    });
    if (options.queries.size() == before) {
      throw usage_error(file.name() + ": holds no queries");
    }
  }
}

void trim_terms(std::vector<std::string>& terms, const std::string& option) {
  for (auto& term : terms) {
    std::string where = option;
    term = trimmed_text(term, where.append(" ").append(utf8::quoted(term)));
  }
}

void take_weights(SearchOptions& options, const std::vector<std::string>& given) {
  for (const auto& text : given) {
    const auto where = "--weight " + utf8::quoted(text);
    const auto equals = text.rfind('=');
    if (equals == std::string::npos) {
      throw usage_error(where + " is not TERM=W, as in --weight dog=0.5");
    }
    double weight = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + equals + 1, end, weight);
    if (read.ec != std::errc() || read.ptr != end || !std::isfinite(weight) || weight < 0) {
      throw usage_error(where + ": a weight is a number from 0 on; --not takes a text away");
    }
    const auto term = text.substr(0, equals);
    const auto lists = {&options.queries, &options.images, &options.with, &options.without};
    if (std::ranges::none_of(
            lists, [&](const auto* list) { return std::ranges::find(*list, term) != list->end(); })) {
      throw usage_error(where + ": " + utf8::quoted(term) +
                        " is none of the queries, nor given with --image, --with or --not");
    }
    options.weights[term] = weight;
  }
}

void check_images(const SearchOptions& options) {
  std::error_code ignored;
  for (const auto& path : options.images) {
    if (is_embedding_file(path) || std::filesystem::is_directory(path, ignored)) {
      throw usage_error("--image " + utf8::printable(path) +
                        ": name one image; what is searched stands by itself");
    }
  }
  const auto on_stdin = std::ranges::count(options.images, "-") +
                        std::ranges::count(options.inputs.paths, "-") +
                        (options.inputs.files_from == "-" ? 1 : 0);
  if (on_stdin > 1) {
    throw usage_error("standard input can be read only once; save the image of --image - in a file");
  }
}

void check_index(const SearchOptions& options) {
  if (options.index != "hnsw") {
    return;
  }
  if (options.whole_store() || options.inputs.files_from ||
      !std::ranges::all_of(options.inputs.paths, is_embedding_file)) {
    throw usage_error("--index hnsw is for embedding files (clip-classify embed photos/ -o photos.npy)");
  }
  if (options.top_k == 0) {
    throw usage_error("--index hnsw finds the best few, not all: leave out -k 0");
  }
  if (options.stores.no_cache || !cache_folder()) {
    throw usage_error("--index hnsw keeps the index in the cache, which is turned off");
  }
}

void check_inputs(const SearchOptions& options) {
  if (options.inputs.shard.count > 1) {
    throw usage_error(
        "--shard: parts of a ranking don't add up to it; embed the parts, then search the .npy files");
  }
  if (!options.whole_store()) {
    return;
  }
  if (!options.stores.images) {
    const auto query =
        options.queries.empty() ? "" : " beside the query " + utf8::quoted(options.queries.front());
    throw usage_error("no images given" + query +
                      ": name files or folders, or --store FILE to search all it knows");
  }
  std::error_code ignored;
  if (!std::filesystem::exists(*options.stores.images, ignored)) {
    throw usage_error(utf8::printable(*options.stores.images) +
                      ": no such store; name images to be searched, which are then kept in it");
  }
}

void check_similarity(const std::optional<double>& given, const std::string& option) {
  if (given && !(*given >= -1 && *given <= 1)) {
    throw usage_error(option + " is a similarity, from -1 to 1");
  }
}

}  // namespace

SearchOptions parse_search(const Arguments& arguments) {
  SearchOptions options;
  GivenQueries given;
  CLI::App app("Finds the images that fit a text or another image best, or that are nearly the same.\n",
               "clip-classify search");
  app.footer(kSearchExamples);
  add_query_options(app, options, given);
  add_common_options(app, options);
  app.get_option("--null")->description(
      "Paths end with NUL: those of --files-from and those that are printed");
  parse(app, "clip-classify search QUERY [IMAGE | FOLDER | FILE.npy]... [OPTIONS]", arguments);
  settle_common_options(options);
  if (!options.duplicates) {
    take_queries(options, given);
  }
  trim_terms(options.with, "--with");
  trim_terms(options.without, "--not");
  take_weights(options, given.weights);
  check_similarity(options.threshold, "--threshold");
  check_similarity(options.duplicates, "--duplicates");
  check_images(options);
  check_index(options);
  check_inputs(options);
  return options;
}

}  // namespace clip_classify::cli
