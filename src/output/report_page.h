// The parts of report's page, as they stand in src/output/report/; the build makes the definitions.
#pragma once

#include <string_view>

namespace clip_classify {

/// With {{policy}}, {{style}}, {{data}} and {{script}}, in this order, where those go.
extern const std::string_view kReportHtml;
extern const std::string_view kReportCss;
extern const std::string_view kReportJs;

}  // namespace clip_classify
