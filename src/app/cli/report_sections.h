#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/print.h"
#include "domain/ledger/report.h"

/// What a report says, in the order in which it is said, whether on a terminal or on a page.
namespace galley::cli {

enum class ReportChart : std::uint8_t { kNone, kAccuracy, kDrift, kEvidence };

struct ReportTable {
  std::string title;  ///< May be empty.
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
};
struct ReportSection {
  std::string title;
  std::vector<std::string> lines;
  std::vector<ReportChart> charts;  ///< Of the page alone.
  std::vector<ReportTable> tables;  ///< None is empty.
};
/// The first has no title: it says the most important. Texts are as they came: who shows them
/// cleans and escapes them.
std::vector<ReportSection> SectionsOf(const ledger::Report& report);

/// What it is a report of, and how far it goes.
std::string AboutText(const ledger::Report& report);
/// Where a window begins, in event time.
std::string WindowText(const ledger::Report& report, std::optional<std::int64_t> window);
/// How a version answered from the first to the last of a ratio's windows.
std::string SpanText(const ledger::Report& report, const ledger::Ratio& ratio);

}  // namespace galley::cli
