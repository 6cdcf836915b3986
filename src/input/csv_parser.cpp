#include "input/csv_parser.h"

#include <algorithm>

namespace clip_classify {

bool CsvParser::next() {
  fields_.clear();
  row_size_ = 0;
  state_ = State::row_start;
  while (state_ != State::row_end) {
    const std::string_view text = bytes_.available();
    if (text.empty()) {
      return !bytes_.stopped() && end_input();
    }
    bytes_.consume(take(text));
  }
  return true;
}

std::size_t CsvParser::take(std::string_view text) {
  switch (state_) {
    case State::row_start:
      return take_row_start(text.front());
    case State::field_start:
      return take_field_start(text.front());
    case State::plain:
      return take_plain(text);
    case State::quoted:
      return take_quoted(text);
    case State::after_quote:
      return take_after_quote(text.front());
    case State::after_return:
      return take_after_return(text.front());
    case State::row_end:
      break;
  }
  return 0;
}

std::size_t CsvParser::take_row_start(char byte) {
  if (byte == '\n') {
    ++line_;
    return 1;
  }
  if (byte == '\r') {
    state_ = State::after_return;
    return 1;
  }
  row_line_ = line_;
  state_ = State::field_start;
  return 0;
}

std::size_t CsvParser::take_field_start(char byte) {
  begin_field();
  state_ = byte == '"' ? State::quoted : State::plain;
  return byte == '"' ? 1 : 0;
}

std::size_t CsvParser::take_plain(std::string_view text) {
  const bool strict = separator_ != '\t';
  const auto* const end =
      std::ranges::find_if(text, [&](char byte) { return ends_field(byte) || (byte == '"' && strict); });
  const auto size = static_cast<std::size_t>(end - text.begin());
  if (size > 0) {
    append(text.substr(0, size));
    return size;
  }
  if (text.front() == '"' && strict) {
    throw bytes_.error(line_,
                       "a quote inside a field that does not begin with one; put the whole field in quotes, "
                       "without a space before, and write each quote in it twice");
  }
  return take_field_end(text.front());
}

std::size_t CsvParser::take_quoted(std::string_view text) {
  const std::size_t end = text.find('"');
  const std::string_view part = text.substr(0, end);
  append(part);
  line_ += static_cast<std::size_t>(std::ranges::count(part, '\n'));
  if (end == std::string_view::npos) {
    return text.size();
  }
  state_ = State::after_quote;
  return end + 1;
}

std::size_t CsvParser::take_after_quote(char byte) {
  if (byte == '"') {
    append("\"");
    state_ = State::quoted;
    return 1;
  }
  if (!ends_field(byte)) {
    throw bytes_.error(line_, "text after a closing quote (the field begins in line " +
                                  std::to_string(field_line_) +
                                  "); write each quote inside a quoted field twice");
  }
  return take_field_end(byte);
}

std::size_t CsvParser::take_after_return(char byte) {
  if (byte != '\n') {
    throw lone_return();
  }
  ++line_;
  state_ = fields_.empty() ? State::row_start : State::row_end;
  return 1;
}

std::size_t CsvParser::take_field_end(char byte) {
  end_field();
  if (byte == separator_) {
    state_ = State::field_start;
  } else if (byte == '\r') {
    state_ = State::after_return;
  } else {
    ++line_;
    state_ = State::row_end;
  }
  return 1;
}

void CsvParser::append(std::string_view text) {
  row_size_ += text.size();
  if (row_size_ > longest_row_) {
    throw bytes_.error(row_line_,
                       "the row is over the limit of " + std::to_string(longest_row_) + " bytes" +
                           (state_ == State::quoted ? "; is the quote that opens in line " +
                                                          std::to_string(field_line_) + " never closed?"
                                                    : std::string()));
  }
  fields_.back() += text;
}

void CsvParser::begin_field() {
  fields_.emplace_back();
  field_line_ = line_;
}

void CsvParser::end_field() {
  const std::string_view text = fields_.back();
  const std::size_t unfit = find_unfit(text);
  if (unfit != std::string_view::npos) {
    const auto lines_before = static_cast<std::size_t>(std::ranges::count(text.substr(0, unfit), '\n'));
    throw unfit_error(bytes_, field_line_ + lines_before, text, unfit);
  }
}

bool CsvParser::end_input() {
  switch (state_) {
    case State::quoted:
      throw bytes_.error(field_line_,
                         "the quote that opens a field here is never closed; write each quote inside "
                         "a quoted field twice");
    case State::after_return:
      throw lone_return();
    case State::field_start:
      begin_field();
      return true;
    case State::plain:
    case State::after_quote:
      end_field();
      return true;
    case State::row_start:
    case State::row_end:
      break;
  }
  return false;
}

Error CsvParser::lone_return() const {
  return bytes_.error(line_, "a carriage return that ends no line; save the table with LF or CRLF line ends");
}

}  // namespace clip_classify
