#include "cli/app.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <map>
#include <new>
#include <string_view>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "clip_classify/error.h"
#include "clip_classify/image.h"
#include "clip_classify/model.h"
#include "clip_classify/text.h"
#include "clip_classify/writer.h"

namespace clip_classify::cli {
namespace {

std::string version_text() {
  std::string text = "clip-classify " CLIP_CLASSIFY_VERSION "\n";
  for (const auto& line : runtime_description()) {
    text += line + "\n";
  }
  text += "OpenCV " + opencv_version() + "\nsentencepiece " + sentencepiece_version() + "\nimage formats:";
  for (const auto& format : decodable_formats()) {
    text += " " + format;
  }
  return text + "\n";
}

void print(const std::string& text) {
  const auto out = open_sink(std::nullopt);
  out->write(text);
  out->commit();
}

int run_command(Arguments arguments, Context& context) {
  using Command = int (*)(const Arguments&, Context&);
  static const std::map<std::string, Command> commands{
      {"ask", run_ask},       {"classify", run_classify}, {"describe", run_describe},
      {"embed", run_embed},   {"evaluate", run_evaluate}, {"explain", run_explain},
      {"model", run_model},   {"report", run_report},     {"score", run_score},
      {"search", run_search}, {"train", run_train},
  };
  if (arguments.empty()) {
    throw usage_error("nothing to do; try clip-classify img.jpg --labels cat,dog (see clip-classify --help)");
  }
  if (arguments.front() == "--version") {
    print(version_text());
    return kDone;
  }
  const auto named = commands.find(arguments.front());
  if (named == commands.end()) {
    return run_classify(arguments, context);
  }
  arguments.erase(arguments.begin());
  return named->second(arguments, context);
}

int run_guarded(const Arguments& arguments, Context& context) {
  try {
    return run_command(arguments, context);
  } catch (const HelpRequested& help) {
    print(help.text);
    return kDone;
  }
}

std::atomic<int> message_descriptor{STDERR_FILENO};

/// A model's weights are mapped from its file, and can't be read once that is cut short.
void end_without_file(int /*signal*/) {
  constexpr std::string_view line =
      "clip-classify: a file was cut short, or its disk failed, while it was in use; run this again\n";
  [[maybe_unused]] const auto written = ::write(message_descriptor, line.data(), line.size());
  ::_exit(kNothingReliable);
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  std::signal(SIGPIPE, SIG_IGN);
  Console console;
  message_descriptor = console.descriptor();
  std::signal(SIGBUS, end_without_file);
  const Interrupt interrupt;
  Context context{console, interrupt.token()};
  int code = kNothingReliable;
  try {
    code = run_guarded(arguments, context);
  } catch (const ClosedPipe&) {
    code = kDone;
  } catch (const Interrupted& interrupted) {
    console.error(interrupted.what());
  } catch (const Error& error) {
    console.error(error.what());
  } catch (const std::bad_alloc&) {
    console.error("out of memory; try a smaller --batch-size or fewer labels");
  } catch (const std::exception& failure) {
    console.error(std::string("unexpected error, please report it: ") + failure.what());
  }
  console.end_progress();
  interrupt.end_process_if_interrupted();
  return code;
}

}  // namespace clip_classify::cli
