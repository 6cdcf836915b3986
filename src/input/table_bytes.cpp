#include "input/table_bytes.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "text/utf8.h"

namespace clip_classify {
namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kExcerpt = 20;

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80;
}

/// What stands around a byte, without half a character at either end.
std::string excerpt(std::string_view text, std::size_t at) {
  std::size_t begin = at - std::min(at, kExcerpt);
  while (begin < at && continues_character(text[begin])) {
    ++begin;
  }
  std::size_t end = std::min(text.size(), at + kExcerpt);
  while (end < text.size() && end < at + kExcerpt + 3 && continues_character(text[end])) {
    ++end;
  }
  return utf8::quoted(text.substr(begin, end - begin));
}

}  // namespace

TableBytes::TableBytes(const std::string& path, std::stop_token stop)
    : name_(path == "-" ? "standard input" : utf8::printable(path)),
      on_stop_(std::move(stop), RaiseStop{stop_.get()}) {
  source_ = open_source(path, file_);
  struct stat status {};
  if (source_ < 0 || fstat(source_, &status) != 0) {
    throw error(reason_for(errno));
  }
  if (S_ISDIR(status.st_mode)) {
    throw error("is a folder; name a table of rows, as CSV, TSV or JSON lines");
  }
}

bool TableBytes::fill() {
  buffer_.erase(0, position_);
  position_ = 0;
  if (ended_ || !stop_->wait_readable(source_)) {
    return false;
  }
  const auto got = append_some(source_, buffer_, kChunk);
  ended_ = got <= 0;
  if (got < 0) {
    throw error("can't be read: " + reason_for(errno));
  }
  return got > 0;
}

void TableBytes::check_start() {
  begun_ = true;
  while (buffer_.size() < 4 && fill()) {
  }
  if (buffer_.starts_with("\xFF\xFE") || buffer_.starts_with("\xFE\xFF")) {
    throw error("is UTF-16; save it as UTF-8");
  }
  if (buffer_.starts_with("PK\x03\x04")) {
    throw error("is an Excel file or another archive; save the sheet as CSV (UTF-8)");
  }
  if (buffer_.starts_with(kByteOrderMark)) {
    consume(kByteOrderMark.size());
  }
}

std::string_view TableBytes::available() {
  if (!begun_) {
    check_start();
  }
  if (position_ == buffer_.size()) {
    fill();
  }
  return std::string_view(buffer_).substr(position_);
}

std::string_view TableBytes::first_line() {
  bool more = !available().empty();
  while (true) {
    std::string_view text = std::string_view(buffer_).substr(position_);
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    const std::size_t end = text.find('\n');
    if (end != std::string_view::npos || buffer_.size() >= kChunk || !more) {
      return text.substr(0, end);
    }
    more = fill();
  }
}

bool TableBytes::next_line(std::string& line) {
  line.clear();
  std::string_view rest = available();
  if (rest.empty()) {
    return false;
  }
  ++line_;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    line += rest.substr(0, end);
    consume(std::min(rest.size(), end == std::string_view::npos ? rest.size() : end + 1));
    if (end != std::string_view::npos) {
      break;
    }
    if (line.size() > kLongestRow) {
      throw error(line_, "the line is over the limit of 256 MiB");
    }
    rest = available();
  }
  return !stopped();
}

std::size_t find_unfit(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const char byte = text[at];
    if (byte >= ' ' && byte < '\x7F') {
      ++at;
      continue;
    }
    const utf8::CodePoint point = utf8::decode(text.substr(at));
    const bool space = byte == '\t' || byte == '\n' || text.substr(at).starts_with("\r\n");
    if (!point.valid || (utf8::is_control(point.value) && !space)) {
      return at;
    }
    at += point.size;
  }
  return std::string_view::npos;
}

Error unfit_error(const TableBytes& bytes, std::size_t line, std::string_view text, std::size_t at) {
  if (!utf8::decode(text.substr(at)).valid) {
    return bytes.error(line, "not UTF-8: " + excerpt(text, at) + "; save the table as UTF-8");
  }
  if (text[at] == '\0') {
    return bytes.error(line, "holds a NUL byte; is it UTF-16, or no table at all?");
  }
  return bytes.error(line, "holds a control character: " + excerpt(text, at));
}

void check_table_text(const TableBytes& bytes, std::size_t line, std::string_view text) {
  const std::size_t unfit = find_unfit(text);
  if (unfit != std::string_view::npos) {
    throw unfit_error(bytes, line, text, unfit);
  }
}

}  // namespace clip_classify
