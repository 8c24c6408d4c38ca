#pragma once

#include "app/cli/report_sections.h"
#include "domain/ledger/report.h"

/// The sections of a report about cost, time and effects: where numbers may be missing.
namespace galley::cli {

ReportSection CostSection(const ledger::Report& report);
ReportSection LoopSection(const ledger::Report& report);
ReportSection EffectSection(const ledger::Report& report);

}  // namespace galley::cli
