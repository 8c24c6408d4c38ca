#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/data/contract.h"
#include "foundation/schema/message.h"

/// What came of checking a commit (docs/formats/contract.md, "A report").
namespace galley::data {

inline constexpr std::string_view kPassed = "passed";
inline constexpr std::string_view kFailed = "failed";
inline constexpr std::string_view kSkipped = "skipped";

struct CheckOutcome {
  std::string id;
  std::string rule;
  std::string severity;
  std::string outcome;          ///< `passed`, `failed`, `skipped`.
  std::int64_t rows = 0;        ///< That break the rule; 0 for rules that name no rows.
  std::optional<double> value;  ///< What was measured, of rules that measure a number.
  std::string detail;           ///< What was found, in words; empty where there is nothing to say.
  std::vector<schema::JsonObject> examples;  ///< Rows that break it, at most `kExamplesMax`.
  static const schema::Message kSchema;
};
inline constexpr int kExamplesMax = 5;

struct Report {
  std::string contract;  ///< SHA-256 of `ContractJson`.
  std::string outcome;   ///< `passed`, `warned`, `rejected`.
  std::int64_t late = 0;
  std::vector<CheckOutcome> checks;  ///< In the contract's order.
  static const schema::Message kSchema;

  bool IsRejected() const { return outcome == "rejected"; }
};

/// How many checks of a report came out how.
struct CheckCounts {
  std::int64_t passed = 0;
  std::int64_t warned = 0;  ///< Failed, with severity `warning`.
  std::int64_t failed = 0;  ///< With severity `error`.
  std::int64_t skipped = 0;
  static const schema::Message kSchema;
};
CheckCounts CountsOf(const Report& report);

/// An outcome of a check, to be filled in.
CheckOutcome OutcomeOf(const Check& check, std::string_view outcome);

/// Puts the outcomes in the contract's order and decides.
Report MakeReport(const Contract& contract, std::vector<CheckOutcome> outcomes, std::int64_t late);

/// `R03: 22 rows; R07: 10 rows`: what failed with severity error, for an error's sentence.
std::string FailuresOf(const Report& report);

std::string ReportJson(const Report& report);
Result<Report> ParseReport(std::string_view json);

}  // namespace galley::data
