#include "domain/data/report.h"

#include <algorithm>

#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"

namespace galley::data {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kCheckOutcome[] = {
    Of<&CheckOutcome::id>("id"),
    Of<&CheckOutcome::rule>("rule"),
    Of<&CheckOutcome::severity>("severity"),
    Of<&CheckOutcome::outcome>("outcome"),
    Of<&CheckOutcome::rows>("rows"),
    Of<&CheckOutcome::value>("value"),
    Of<&CheckOutcome::detail>("detail"),
    Of<&CheckOutcome::examples>("examples"),
};
constexpr Field kReport[] = {Of<&Report::contract>("contract"), Of<&Report::outcome>("outcome"),
                             Of<&Report::late>("late"), Of<&Report::checks>("checks")};

constexpr Field kCheckCounts[] = {
    Of<&CheckCounts::passed>("passed"), Of<&CheckCounts::warned>("warned"),
    Of<&CheckCounts::failed>("failed"), Of<&CheckCounts::skipped>("skipped")};

bool IsFailure(const CheckOutcome& outcome, std::string_view severity) {
  return outcome.outcome == kFailed && outcome.severity == severity;
}

}  // namespace

const schema::Message CheckOutcome::kSchema{"CheckOutcome", kCheckOutcome};
const schema::Message Report::kSchema{"ContractReport", kReport};
const schema::Message CheckCounts::kSchema{"CheckCounts", kCheckCounts};

CheckCounts CountsOf(const Report& report) {
  CheckCounts counts;
  for (const CheckOutcome& check : report.checks) {
    if (check.outcome == kPassed) {
      ++counts.passed;
    } else if (check.outcome != kFailed) {
      ++counts.skipped;
    } else {
      ++(IsFailure(check, "warning") ? counts.warned : counts.failed);
    }
  }
  return counts;
}

CheckOutcome OutcomeOf(const Check& check, std::string_view outcome) {
  return {.id = check.id,
          .rule = check.rule,
          .severity = check.severity,
          .outcome = std::string(outcome)};
}

Report MakeReport(const Contract& contract, std::vector<CheckOutcome> outcomes, std::int64_t late) {
  Report report{.contract = DigestOf(contract).Hex(), .outcome = "passed", .late = late};
  for (const Check& check : contract.checks) {
    const auto found = std::ranges::find(outcomes, check.id, &CheckOutcome::id);
    if (found == outcomes.end()) {
      report.checks.push_back(OutcomeOf(check, kSkipped));
      report.checks.back().detail = "does not apply to such a commit";
    } else {
      report.checks.push_back(std::move(*found));
    }
    if (IsFailure(report.checks.back(), "error")) report.outcome = "rejected";
    if (IsFailure(report.checks.back(), "warning") && report.outcome == "passed") {
      report.outcome = "warned";
    }
  }
  return report;
}

std::string FailuresOf(const Report& report) {
  std::string text;
  for (const CheckOutcome& outcome : report.checks) {
    if (!IsFailure(outcome, "error")) continue;
    text += fmt::format("{}{}: ", text.empty() ? "" : "; ", outcome.id);
    if (outcome.rows > 0)
      text += fmt::format("{} row{}", outcome.rows, outcome.rows == 1 ? "" : "s");
    if (outcome.rows > 0 && !outcome.detail.empty()) text += ", ";
    text += outcome.detail;
  }
  return text;
}

std::string ReportJson(const Report& report) {
  return schema::ToJson(report, schema::EmptyLists::kWrite);
}

Result<Report> ParseReport(std::string_view json) {
  auto report = schema::FromJson<Report>(json, schema::Dialect{});
  if (report) return *std::move(report);
  return Fail(Code::kDataLoss, "a report is damaged: {}", schema::ErrorOf(report.error()).message);
}

}  // namespace galley::data
