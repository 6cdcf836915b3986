#include "model/cpu.h"

#include <ATen/Parallel.h>
#include <ATen/cpu/Utils.h>

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
      at::parallel_for(0, team, 1, [](std::int64_t, std::int64_t) {});
      made.set_value();
      std::promise<void>().get_future().wait();
    }).detach();
    made.get_future().wait();
    at::set_num_threads(threads);
  });
}

}  // namespace clip_classify
