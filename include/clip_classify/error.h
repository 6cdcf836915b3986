// What can go wrong, as one exception type that callers can map to an exit code or a record.
#pragma once

#include <stdexcept>
#include <string>

namespace clip_classify {

/// Who has to act on an error. `input` concerns one image and leaves the others usable; the rest end a run.
enum class ErrorKind { usage, model, input, output };

/// An error that a user can act on. `what()` is one line that names the thing and, where there is one, the
/// remedy; it never holds a line break, control character or a library's backtrace.
class Error : public std::runtime_error {
 public:
  /// `code` is a short stable word for programs ("missing", "decode", "too_large"); it goes into records.
  Error(ErrorKind kind, std::string code, const std::string& message)
      : std::runtime_error(message), kind_(kind), code_(std::move(code)) {}

  ErrorKind kind() const { return kind_; }
  const std::string& code() const { return code_; }

 private:
  ErrorKind kind_;
  std::string code_;
};

/// The user asked for a stop; thrown where work is given up because of it. `what()` says what became of the
/// work.
class Interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline Error usage_error(const std::string& message) {
  return {ErrorKind::usage, "usage", message};
}
inline Error model_error(const std::string& message) {
  return {ErrorKind::model, "model", message};
}
inline Error output_error(const std::string& message) {
  return {ErrorKind::output, "output", message};
}
inline Error input_error(std::string code, const std::string& message) {
  return {ErrorKind::input, std::move(code), message};
}

}  // namespace clip_classify
