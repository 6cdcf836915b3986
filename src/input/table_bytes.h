// The bytes of a table as they arrive, and errors that name the line.
#pragma once

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "input/descriptor.h"

namespace clip_classify {

/// More in one row is a quote that was never closed, or no table at all.
inline constexpr std::size_t kLongestRow = std::size_t{256} << 20;

class TableBytes {
 public:
  /// `path` is a file or "-". Throws Error (usage) when it can't be opened.
  TableBytes(const std::string& path, std::stop_token stop);

  /// What is read and not yet consumed, after reading more if that is nothing; empty at the end or when
  /// stopped. Without the byte order mark.
  std::string_view available();
  void consume(std::size_t size) { position_ += size; }

  /// The first line that is not blank, or as much of it as 64 KiB from the start hold. To be called before
  /// anything is consumed, and consumes nothing.
  std::string_view first_line();

  /// Up to a line feed, which is consumed and left out, or the end. Throws Error (usage) when that is longer
  /// than kLongestRow. False at the end, or when stopped.
  bool next_line(std::string& line);

  /// The line that was read last, from 1.
  std::size_t line() const { return line_; }
  bool stopped() const { return stop_->raised(); }

  std::string where(std::size_t line) const { return name_ + ":" + std::to_string(line); }
  Error error(const std::string& reason) const { return usage_error(name_ + ": " + reason); }
  Error error(std::size_t line, const std::string& reason) const {
    return usage_error(where(line) + ": " + reason);
  }

 private:
  struct RaiseStop {
    StopSignal* signal;
    void operator()() const noexcept { signal->raise(); }
  };

  bool fill();
  /// Drops a byte order mark, and refuses what is no text.
  void check_start();

  std::string name_;
  Descriptor file_;
  int source_ = -1;
  bool ended_ = false;
  bool begun_ = false;
  std::size_t line_ = 0;
  std::string buffer_;
  std::size_t position_ = 0;
  std::unique_ptr<StopSignal> stop_ = std::make_unique<StopSignal>();
  std::stop_callback<RaiseStop> on_stop_;
};

/// Where `text` has what a table may not hold: what is not UTF-8, or a control character other than tabs and
/// line breaks (LF, CRLF). npos when nowhere.
std::size_t find_unfit(std::string_view text);
Error unfit_error(const TableBytes& bytes, std::size_t line, std::string_view text, std::size_t at);

/// Throws that error, if there is one.
void check_table_text(const TableBytes& bytes, std::size_t line, std::string_view text);

}  // namespace clip_classify
