// Operators that libtorch registers but does not declare in C++.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/Scalar.h>

#include <string>

#include "model/pointwise.h"

namespace clip_classify {

/// Throws when the operator is not there or refuses its arguments.
inline at::Tensor call_operator(const char* name, const char* overload, torch::jit::Stack arguments) {
  c10::Dispatcher::singleton().findSchemaOrThrow(name, overload).callBoxed(&arguments);
  return arguments.front().toTensor();
}

/// A function by the names that oneDNN's linear operators have for it.
struct OneDnnNames {
  std::string attribute;
  std::string algorithm;
};

/// swish has no factor there: who asks for quick_gelu sees to that.
inline OneDnnNames onednn_names(Pointwise pointwise) {
  switch (pointwise) {
    case Pointwise::none:
      break;
    case Pointwise::gelu:
      return {"gelu", "none"};
    case Pointwise::gelu_tanh:
      return {"gelu", "tanh"};
    case Pointwise::quick_gelu:
      return {"swish", ""};
  }
  return {"none", ""};
}

/// An empty `Scalar?[]`.
inline c10::List<std::optional<at::Scalar>> no_scalars() {
  return c10::List<std::optional<at::Scalar>>();
}

}  // namespace clip_classify
