#pragma once

#include <string>

#include "domain/ledger/report.h"
#include "foundation/schema/message.h"

/// What the native API takes and answers of reports (docs/formats/report.md).
namespace galley::native {

struct AskReport {
  std::string monitor;
  static const schema::Message kSchema;
};
struct ReportAnswer {
  ledger::Report report;
  static const schema::Message kSchema;
};

}  // namespace galley::native
