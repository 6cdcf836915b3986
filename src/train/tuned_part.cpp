#include "train/tuned_part.h"

#include <algorithm>
#include <map>
#include <set>

#include "clip_classify/error.h"

namespace clip_classify {
namespace {

/// The parts of a module that are named by numbers: by number the names below it, and where they begin.
struct NumberedParts {
  std::map<std::size_t, std::set<std::string>> names;
  std::map<std::size_t, std::size_t> starts;
};

std::map<std::string, NumberedParts> numbered_parts(const std::vector<std::string>& names) {
  std::map<std::string, NumberedParts> found;
  for (std::size_t place = 0; place < names.size(); ++place) {
    const auto& name = names[place];
    for (std::size_t begin = 0, end = 0; (end = name.find('.', begin)) != std::string::npos;
         begin = end + 1) {
      const auto part = name.substr(begin, end - begin);
      if (part.empty() || part.size() > 6 || part.find_first_not_of("0123456789") != std::string::npos) {
        continue;
      }
      auto& parts = found[name.substr(0, begin)];
      const auto number = std::stoul(part);
      parts.names[number].insert(name.substr(end + 1));
      parts.starts.emplace(number, place);
    }
  }
  return found;
}

}  // namespace

std::vector<std::size_t> block_starts(const std::vector<std::string>& names) {
  std::vector<std::size_t> best;
  std::size_t most = 0;
  for (const auto& [module, parts] : numbered_parts(names)) {
    const auto& first = parts.names.begin()->second;
    const bool alike =
        std::ranges::all_of(parts.names, [&](const auto& part) { return part.second == first; });
    const auto parameters = parts.names.size() * first.size();
    if (alike && parameters > most) {
      most = parameters;
      best.clear();
      for (const auto& [number, start] : parts.starts) {
        best.push_back(start);
      }
    }
  }
  std::ranges::sort(best);
  return best;
}

std::vector<std::string> tuned_names(const ParameterOrder& order, const TunedPart& part,
                                     const std::string& what) {
  if (part.kind == TunedPart::Kind::all || order.names.empty()) {
    return order.names;
  }
  if (part.kind == TunedPart::Kind::projection) {
    return order.last;
  }
  const auto starts = block_starts(order.names);
  if (starts.size() < part.blocks) {
    throw usage_error("--tune last:" + std::to_string(part.blocks) + ": the " + what + " has " +
                      (starts.empty() ? "no blocks that are alike; give projection or all"
                                      : std::to_string(starts.size()) + " blocks"));
  }
  const auto begin = starts[starts.size() - part.blocks];
  return {order.names.begin() + static_cast<std::ptrdiff_t>(begin), order.names.end()};
}

}  // namespace clip_classify
