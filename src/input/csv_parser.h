// Rows of CSV and TSV, as RFC 4180 has them: strict about quotes, since a slip there moves all that follows.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "input/table_bytes.h"

namespace clip_classify {

class CsvParser {
 public:
  /// With a tab as separator, quotes inside a field without quotes are text. Keeps the reference.
  CsvParser(TableBytes& bytes, char separator, std::size_t longest_row = kLongestRow)
      : bytes_(bytes), separator_(separator), longest_row_(longest_row) {}

  /// Goes to the next row that is no empty line; its fields are checked (find_unfit). False at the end,
  /// or when stopped. Throws Error (usage) that names the line.
  bool next();

  /// Of the row at hand; to be moved from at will.
  std::vector<std::string>& fields() { return fields_; }
  std::size_t line() const { return row_line_; }

 private:
  enum class State { row_start, field_start, plain, quoted, after_quote, after_return, row_end };

  /// Each takes a first part of `text`, which is not empty, and returns its length, perhaps 0.
  std::size_t take(std::string_view text);
  std::size_t take_row_start(char byte);
  std::size_t take_field_start(char byte);
  std::size_t take_plain(std::string_view text);
  std::size_t take_quoted(std::string_view text);
  std::size_t take_after_quote(char byte);
  std::size_t take_after_return(char byte);
  /// A separator or the end of a line.
  std::size_t take_field_end(char byte);

  bool ends_field(char byte) const { return byte == separator_ || byte == '\n' || byte == '\r'; }
  void append(std::string_view text);
  void begin_field();
  void end_field();
  /// What the end of all makes of a row. False if there was none.
  bool end_input();
  Error lone_return() const;

  TableBytes& bytes_;
  char separator_;
  std::size_t longest_row_;

  State state_ = State::row_start;
  std::size_t line_ = 1;  ///< of the next byte
  std::size_t row_line_ = 0;
  std::size_t row_size_ = 0;
  std::size_t field_line_ = 0;
  std::vector<std::string> fields_;
};

}  // namespace clip_classify
