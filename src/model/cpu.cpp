#include "model/cpu.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIterator.h>
#include <ATen/cpu/Utils.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <mutex>
#include <thread>

namespace clip_classify {

bool cpu_has_bf16() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bf16") != 0;  // every CPU with AMX has it, too
#else
  return false;
#endif
}

bool cpu_has_vnni() {
  return at::cpu::is_avx512_vnni_supported();
}

bool cpu_lets_use_amx() {
#if defined(__x86_64__) && defined(SYS_arch_prctl)
  static const bool allowed = [] {
    constexpr int request_permission = 0x1023;  // ARCH_REQ_XCOMP_PERM
    constexpr int tile_data = 18;               // XFEATURE_XTILEDATA
    return __builtin_cpu_supports("amx-tile") && __builtin_cpu_supports("amx-bf16") &&
           __builtin_cpu_supports("amx-int8") && syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
  }();
  return allowed;
#else
  return false;
#endif
}

bool cores_are_contended(int threads) {
  std::ifstream file("/proc/loadavg");  // "0.20 0.18 0.12 1/80 11206": 1 thread of 80 runs, this one
  double average = 0;
  int running = 0;
  if (!(file >> average >> average >> average >> running)) {
    return true;
  }
  return running - 1 + threads > static_cast<int>(std::thread::hardware_concurrency());
}

void let_openmp_threads_sleep() {
  static std::once_flag once;
  std::call_once(once, [] {
    // OMP_WAIT_POLICY is read before main. But libgomp spins a thousandth as long while it manages more
    // threads than there are cores, so a team that is kept, asleep, makes it do so for good.
    const int threads = at::get_num_threads();
    std::promise<void> made;
    std::thread([&made] {
      const int team = static_cast<int>(std::thread::hardware_concurrency()) + 1;
      at::set_num_threads(team);
      // An operator that takes so many; at::parallel_for is compiled here, without OpenMP.
      at::ones({team * std::int64_t{at::internal::GRAIN_SIZE}});
      made.set_value();
      std::promise<void>().get_future().wait();
    }).detach();
    made.get_future().wait();
    at::set_num_threads(threads);
  });
}

}  // namespace clip_classify
