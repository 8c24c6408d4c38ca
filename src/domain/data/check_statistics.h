#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/data/contract.h"
#include "domain/data/report.h"
#include "foundation/stats/table_statistics.h"

/// Checks that need no rows: by merged statistics and the log. Pure.
namespace galley::data {

/// What is known of a commit. The statistics are the caller's.
struct Facts {
  const stats::TableStatistics* batch = nullptr;    ///< Null: nothing comes in, as for a delete.
  const stats::TableStatistics* dataset = nullptr;  ///< As it would be afterwards.
  std::int64_t added = 0;                           ///< Rows that come in.
  std::vector<std::int64_t> history;                ///< Rows that earlier commits added.
  bool counts_rows = true;                          ///< Whether `row_count` applies.
  std::int64_t now_ms = 0;
};

std::vector<CheckOutcome> CheckStatistics(const Contract& contract, const Facts& facts);

/// A statistic of a column by its name in a contract; nothing if the column has no such one, or no
/// values. Times are microseconds since 1970.
std::optional<double> StatisticOf(const stats::TableStatistics& table, std::string_view column,
                                  std::string_view of, double quantile = 0.5);

/// The greatest whole number, date or time of a column; nothing if it has none.
std::optional<std::int64_t> GreatestOf(const stats::TableStatistics& table,
                                       std::string_view column);

}  // namespace galley::data
