#include "output/evaluation_numbers.h"

#include <cmath>

#include "text/utf8.h"

namespace clip_classify {

std::string percent(double share) {
  return std::isfinite(share) ? formatted("%.1f%%", 100 * share) : "-";
}

std::string plain(double value) {
  return std::isfinite(value) ? formatted("%.3f", value) : "-";
}

std::string shown(Figure figure, double value) {
  return name_of(figure).share ? percent(value) : plain(value);
}

std::string shown(Figure figure, const Interval& interval) {
  if (!std::isfinite(interval.low)) {
    return "";
  }
  return name_of(figure).share ? formatted("(%.1f to %.1f)", 100 * interval.low, 100 * interval.high)
                               : formatted("(%.3f to %.3f)", interval.low, interval.high);
}

std::string points(Figure figure, const Estimate& difference) {
  const bool share = name_of(figure).share;
  const auto value =
      share ? formatted("%+.1f points", 100 * difference.value) : formatted("%+.3f", difference.value);
  return value + " " + shown(figure, difference.interval);
}

std::string p_value(double p) {
  return p < 0.001 ? "p < 0.001" : formatted("p = %.3f", p);
}

std::string label_of(const std::string& name, int widest) {
  return utf8::shorten(utf8::printable(name), widest);
}

}  // namespace clip_classify
