// Time spent in each stage of a run, for --verbose.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace clip_classify::cli {

class Stopwatch {
 public:
  /// Runs `work` and adds the time it took to `stage`; stages are listed in the order they first ran.
  template <typename Work>
  auto time(const std::string& stage, Work&& work) {
    const auto index = find(stage);
    const Measured measured{stages_[index].second};
    return std::forward<Work>(work)();
  }

  /// "loading the model 0.41 s, embedding labels 0.02 s, total 0.60 s"
  std::string summary() const {
    std::string text;
    for (const auto& [stage, seconds] : stages_) {
      text += stage + " " + shown(seconds) + ", ";
    }
    return text + "total " + shown(since(started_));
  }

 private:
  using Clock = std::chrono::steady_clock;

  struct Measured {
    double& seconds;
    Clock::time_point start = Clock::now();
    ~Measured() { seconds += since(start); }
  };

  static double since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  }

  static std::string shown(double seconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f s", seconds);
    return text;
  }

  std::size_t find(const std::string& stage) {
    for (std::size_t index = 0; index < stages_.size(); ++index) {
      if (stages_[index].first == stage) {
        return index;
      }
    }
    stages_.emplace_back(stage, 0.0);
    return stages_.size() - 1;
  }

  Clock::time_point started_ = Clock::now();
  std::vector<std::pair<std::string, double>> stages_;
};

}  // namespace clip_classify::cli
