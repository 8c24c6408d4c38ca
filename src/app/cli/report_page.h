#pragma once

#include <string>

#include "domain/ledger/report.h"

namespace galley::cli {

/// A report as one HTML page that needs nothing else: no script, nothing from elsewhere. Light or
/// dark as the reader's system is, light on paper.
std::string PageOf(const ledger::Report& report);

}  // namespace galley::cli
