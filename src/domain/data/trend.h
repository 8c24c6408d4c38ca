#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/data/report.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"

/// What each check of a dataset measured in its newest commits.
namespace galley::data {

/// A commit that was published or rejected.
struct TrendCommit {
  std::string version;  ///< `12`, or `r3` for a rejected one.
  std::int64_t created_ms = 0;
  std::string outcome;  ///< `passed`, `warned`, `rejected`; empty: no contract was in force.
};

/// One check in one commit.
struct TrendPoint {
  bool is_there = false;        ///< The contract of that commit had it.
  std::string outcome;          ///< `passed`, `failed`, `skipped`.
  std::string severity;         ///< As it was then.
  std::optional<double> value;  ///< Null: there was nothing to measure.
  std::optional<double> low;    ///< What was allowed then; null: no such bound is known.
  std::optional<double> high;
};

struct CheckTrend {
  std::string id;
  std::string rule;
  std::string severity;  ///< As it is in the newest commit that has it.
  std::string measure;   ///< What `value` is: `value`, `rows` (that break it), `seconds`, `none`.
  std::vector<TrendPoint> points;  ///< One for each commit.
};

struct Trend {
  std::vector<TrendCommit> commits;  ///< Oldest first.
  std::vector<CheckTrend> checks;    ///< In the order of the newest contract; then gone ones.
  bool has_more = false;             ///< There are older commits.
};

/// Of the newest `limit` commits of a dataset, by its row.
Result<Trend> TrendOf(db::Connection& db, std::int64_t dataset, std::int64_t limit);

/// What a rule's checks measure, as `CheckTrend::measure`.
std::string_view MeasureOf(std::string_view rule);

}  // namespace galley::data
