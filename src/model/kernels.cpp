#include "model/kernels.h"

#include "model/cpu.h"

namespace clip_classify {

const Kernels* kernels_for(Precision precision) {
#if defined(__x86_64__)
  const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  switch (precision) {
    case Precision::fp32:
      if (wide) {
        return &kAvx512Fp32;
      }
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kAvx2Fp32 : nullptr;
    case Precision::bf16:
      if (!wide || !__builtin_cpu_supports("avx512bf16")) {
        return nullptr;
      }
      return cpu_lets_use_amx() ? &kAmxBf16 : &kAvx512Bf16;
    case Precision::int8:
      if (!wide || !__builtin_cpu_supports("avx512vnni")) {
        return nullptr;
      }
      return cpu_lets_use_amx() ? &kAmxInt8 : &kAvx512Int8;
    case Precision::fp16:
      return nullptr;
  }
#endif
  static_cast<void>(precision);
  return nullptr;
}

}  // namespace clip_classify
