#pragma once

#include <string>
#include <string_view>

#include "app/cli/report_sections.h"
#include "domain/ledger/report.h"

/// A report's charts as SVG that stands inside of a page, coloured by the page's style.
namespace galley::cli {

/// Text for HTML and its attributes: cleaned, then with `&`, `<`, `>`, `"` and `'` escaped.
std::string Escaped(std::string_view text);

/// Empty: there is nothing to draw.
std::string DrawChart(ReportChart chart, const ledger::Report& report);

}  // namespace galley::cli
