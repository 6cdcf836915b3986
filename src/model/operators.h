// Operators that libtorch registers but does not declare in C++.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/Scalar.h>

namespace clip_classify {

/// Throws when the operator is not there or refuses its arguments.
inline at::Tensor call_operator(const char* name, const char* overload, torch::jit::Stack arguments) {
  c10::Dispatcher::singleton().findSchemaOrThrow(name, overload).callBoxed(&arguments);
  return arguments.front().toTensor();
}

/// An empty `Scalar?[]`.
inline c10::List<std::optional<at::Scalar>> no_scalars() {
  return c10::List<std::optional<at::Scalar>>();
}

}  // namespace clip_classify
