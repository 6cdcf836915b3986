// The output formats, one class and one file each. They share how numbers and records are spelled.
#pragma once

#include <memory>
#include <string>

#include "clip_classify/writer.h"

namespace clip_classify {

std::unique_ptr<Writer> make_text_writer(const WriterOptions& options, Sink& sink);
std::unique_ptr<Writer> make_json_writer(const WriterOptions& options, Sink& sink);
std::unique_ptr<Writer> make_jsonl_writer(const WriterOptions& options, Sink& sink);
std::unique_ptr<Writer> make_csv_writer(const WriterOptions& options, Sink& sink);
std::unique_ptr<Writer> make_tsv_writer(const WriterOptions& options, Sink& sink);

/// The record as one line of JSON, without a line break; always valid UTF-8.
std::string record_json(const Record& record, const RecordShape& shape);

/// The same value. Throws Error (model) for what is not a number, which no format can hold.
double finite(double value);

/// The fewest digits that read back as the same double; as finite().
std::string shortest(double value);

}  // namespace clip_classify
