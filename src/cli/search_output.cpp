#include "cli/search_output.h"

#include "clip_classify/writer.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

void write_text(const CommonOptions& options, bool parted, const std::vector<FoundGroup>& groups,
                Sink& sink) {
  const bool null = options.inputs.nul_separated;
  const bool for_people = !null && results_on_terminal(options.output);
  const auto write_path = [&](const std::string& path) {
    sink.write((for_people ? utf8::printable(path) : path) + (null ? '\0' : '\n'));
  };
  for (const auto& [heading, first, records] : groups) {
    if (&heading != &groups.front().heading && (for_people || (parted && !null))) {
      sink.write("\n");
    }
    if (for_people && !heading.empty()) {
      sink.write("# " + utf8::printable(heading) + "\n");
    }
    if (!first.empty()) {
      write_path(first);
    }
    for (const auto& record : records) {
      write_path(record.path);
    }
  }
}

}  // namespace

void write_found(const CommonOptions& options, const FoundShape& shape,
                 const std::vector<FoundGroup>& groups) {
  const auto sink = open_sink(options.output.file);
  auto written = writer_options(options.output, false, false);
  if (written.format == Format::text) {
    write_text(options, shape.parted, groups, *sink);
  } else {
    written.shape = {.details = shape.details, .name = ""};
    const auto writer = make_writer(written, *sink);
    writer->begin();
    for (const auto& group : groups) {
      for (const auto& record : group.records) {
        writer->add(record);
      }
    }
    writer->end();
  }
  sink->commit();
}

}  // namespace clip_classify::cli
