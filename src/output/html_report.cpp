#include "output/html_report.h"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "model/sha256.h"
#include "output/formatted.h"
#include "output/heat_map_json.h"
#include "output/report_page.h"
#include "output/writers.h"
#include "text/base64.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kBlock = 64;  ///< images that are parsed at once

/// What stands in the page's HTML before the mark, of what `rest` has left.
std::string_view take_until(std::string_view& rest, std::string_view mark) {
  const auto place = rest.find(mark);
  const auto before = rest.substr(0, place);
  rest.remove_prefix(place + mark.size());
  return before;
}

std::string source_of(std::string_view text) {
  return "'sha256-" + to_base64(Sha256().add(text).sum()) + "'";
}

std::string policy() {
  return "default-src 'none'; img-src data:; style-src " + source_of(kReportCss) + "; script-src " +
         source_of(kReportJs) + "; base-uri 'none'; form-action 'none'";
}

/// JSON that stands safely in a script element: ASCII alone, and nothing that HTML takes for its own.
std::string embeddable(const Json& json) {
  std::string text;
  for (const char c : json.dump(-1, ' ', true)) {
    switch (c) {
      case '<':
        text += "\\u003c";
        break;
      case '>':
        text += "\\u003e";
        break;
      case '&':
        text += "\\u0026";
        break;
      default:
        text += c;
    }
  }
  return text;
}

Json repaired(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const auto& text : texts) {
    list.push_back(utf8::replace_invalid(text));
  }
  return list;
}

/// As much of a number as can be seen, so that pages stay small.
double rounded(double number) {
  return std::strtod(formatted("%.3g", number).c_str(), nullptr);
}

Json json_of(const ReportMaps& maps) {
  const auto& region = maps.region;
  Json json{{"region",
             {{"x", rounded(region.x)},
              {"y", rounded(region.y)},
              {"width", rounded(region.width)},
              {"height", rounded(region.height)}}}};
  for (const auto& [label, map] : maps.of) {
    json["labels"].push_back({{"label", utf8::replace_invalid(label)}, {"map", heat_map_json(map, rounded)}});
  }
  return json;
}

}  // namespace

HtmlReport::HtmlReport(Sink& sink) : sink_(sink) {
  auto html = kReportHtml;
  sink_.write(take_until(html, "{{policy}}"));
  sink_.write(policy());
  sink_.write(take_until(html, "{{style}}"));
  sink_.write(kReportCss);
  sink_.write(take_until(html, "{{data}}"));
}

void HtmlReport::add(const ReportCard& card) {
  auto json = Json::parse(record_json(card.record, {}));
  if (card.truth) {
    json["truth"] = repaired(*card.truth);
  }
  if (card.maps) {
    json["maps"] = json_of(*card.maps);
  }
  block_ += (block_.empty() ? "" : ",\n") + embeddable(json);
  if (!card.picture.empty()) {
    block_.pop_back();  // base64 needs no escaping
    block_ += R"(,"picture":"data:image/jpeg;base64,)" + to_base64(card.picture) + "\"}";
  }
  if (++in_block_ == kBlock) {
    write_block();
  }
}

void HtmlReport::write_block() {
  if (in_block_ > 0) {
    sink_.write("<script type=\"application/json\" class=\"images\">[" + block_ + "]</script>\n");
    block_.clear();
    in_block_ = 0;
  }
}

void HtmlReport::end(const ReportHead& head) {
  write_block();
  const Json run{{"title", utf8::replace_invalid(head.title)},
                 {"facts", repaired(head.facts)},
                 {"percent", head.percent}};
  sink_.write("<script type=\"application/json\" id=\"run\">" + embeddable(run) + "</script>\n");
  auto html = kReportHtml;
  take_until(html, "{{data}}");
  sink_.write(take_until(html, "{{script}}"));
  sink_.write(kReportJs);
  sink_.write(html);
}

}  // namespace clip_classify
