// model: list, describe and check model folders.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/options.h"
#include "clip_classify/golden.h"
#include "clip_classify/model_folders.h"
#include "clip_classify/writer.h"

namespace clip_classify::cli {
namespace {

constexpr auto kHelp = R"(Lists, describes and checks models.

Usage: clip-classify model list [--json]
       clip-classify model info [MODEL] [--json]
       clip-classify model verify [MODEL] [--json]

  list     the models that --model finds by name
  info     what a model is, where it comes from, how it sees images and texts
  verify   compares the model's files with their sums and recomputes its golden values

MODEL is a name or a folder [$CLIP_CLASSIFY_MODEL, else compact].
)";

struct ModelCommandOptions {
  RunOptions run;
  bool json = false;
};

ModelCommandOptions parse_options(const std::string& action, const Arguments& arguments, bool takes_model) {
  ModelCommandOptions options;
  CLI::App app("", "clip-classify model " + action);
  add_run_options(app, options.run);
  if (takes_model) {
    app.add_option("MODEL", options.run.model);
  }
  app.add_flag("--json", options.json);
  try {
    parse(app, "", arguments);
  } catch (const HelpRequested&) {
    throw HelpRequested{kHelp};
  }
  return options;
}

std::string megabytes(const Manifest& manifest) {
  std::uintmax_t bytes = 0;
  for (const auto& [name, sum] : manifest.files) {
    bytes += sum.bytes;
  }
  return std::to_string((bytes + 500'000) / 1'000'000) + " MB";
}

std::string list_line(const Manifest& manifest, bool json) {
  if (json) {
    return nlohmann::ordered_json{{"name", manifest.name},
                                  {"folder", manifest.folder.string()},
                                  {"description", manifest.description}}
               .dump() +
           "\n";
  }
  return manifest.name + "  " + megabytes(manifest) + "  " + manifest.description + "\n" +
         std::string(manifest.name.size() + 2, ' ') + manifest.folder.string() + "\n";
}

/// What `info` tells, in the order it is shown.
nlohmann::ordered_json describe(const Manifest& manifest) {
  const auto& image = manifest.image;
  const auto& text = manifest.text;
  return {
      {"name", manifest.name},
      {"description", manifest.description},
      {"source", manifest.source},
      {"licence", manifest.licence},
      {"folder", manifest.folder.string()},
      {"size", megabytes(manifest)},
      {"image size", std::to_string(image.width) + "x" + std::to_string(image.height)},
      {"image resize", image.resize == ImageSpec::Resize::squash
                           ? "squash"
                           : "shortest side to " + std::to_string(image.resize_size) + ", center crop"},
      {"interpolation", image.interpolation == ImageSpec::Interpolation::bicubic ? "bicubic" : "bilinear"},
      {"tokenizer", text.tokenizer_kind},
      {"context length", text.context_length},
      {"embedding width", manifest.embedding_width},
      {"scale", manifest.score.scale},
      {"bias", manifest.score.bias},
      {"activation", manifest.activation == Activation::softmax ? "softmax" : "sigmoid"},
      {"templates", manifest.templates},
  };
}

std::string info_text(const nlohmann::ordered_json& description) {
  std::string text;
  for (const auto& [key, value] : description.items()) {
    std::string shown = value.is_string() ? value.get<std::string>() : value.dump();
    if (value.is_array()) {
      shown.clear();
      for (const auto& entry : value) {
        shown.append(shown.empty() ? "" : " | ").append(entry.get<std::string>());
      }
    }
    text.append(key).append(18 - key.size(), ' ').append(shown).append("\n");
  }
  return text;
}

int list(const Arguments& arguments, Sink& out, Context& context) {
  const auto options = parse_options("list", arguments, false);
  for (const auto& folder : list_models()) {
    try {
      out.write(list_line(read_manifest(folder), options.json));
    } catch (const Error& error) {
      context.console.warning(error.what());
    }
  }
  return kDone;
}

int info(const Arguments& arguments, Sink& out) {
  const auto options = parse_options("info", arguments, true);
  const auto description = describe(read_chosen_manifest(options.run));
  out.write(options.json ? description.dump() + "\n" : info_text(description));
  return kDone;
}

int verify(const Arguments& arguments, Sink& out, Context& context) {
  const auto options = parse_options("verify", arguments, true);
  const auto manifest = read_chosen_manifest(options.run);
  check_other_files(manifest);
  Model model(manifest, options.run.encoder);
  model.load_encoders();
  bool passed = true;
  for (const auto& check : check_golden(model)) {
    passed = passed && check.passed;
    const nlohmann::ordered_json row{{"stage", check.stage},
                                     {"subject", check.subject},
                                     {"difference", check.difference},
                                     {"passed", check.passed}};
    out.write(options.json ? row.dump() + "\n"
                           : std::string(check.passed ? "ok      " : "DIFFERS ") + check.stage + " of \"" +
                                 check.subject + "\": largest difference " +
                                 nlohmann::json(check.difference).dump() + "\n");
  }
  if (!passed) {
    context.console.error(manifest.folder.string() +
                          ": does not give its golden values on this machine; do not rely on its answers");
  }
  return passed ? kDone : kNothingReliable;
}

int dispatch(Arguments arguments, Sink& out, Context& context) {
  const std::string action = arguments.empty() ? "" : arguments.front();
  if (action.empty() || action == "-h" || action == "--help") {
    throw HelpRequested{kHelp};
  }
  arguments.erase(arguments.begin());
  if (action == "list") {
    return list(arguments, out, context);
  }
  if (action == "info") {
    return info(arguments, out);
  }
  if (action == "verify") {
    return verify(arguments, out, context);
  }
  throw usage_error("model " + action + ": no such command; there is list, info and verify");
}

}  // namespace

int run_model(const Arguments& arguments, Context& context) {
  const auto out = open_sink(std::nullopt);
  const int code = dispatch(arguments, *out, context);
  out->commit();
  return code;
}

}  // namespace clip_classify::cli
