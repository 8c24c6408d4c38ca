#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/data/duckdb.h"
#include "domain/data/types.h"
#include "foundation/base/error.h"
#include "foundation/stats/table_statistics.h"

/// What the rows of one data file come to. Children of kind `table` only.
namespace galley::data {

/// Delta's `stats` of an add action (PROTOCOL.md, "Per-file Statistics"), and the number of rows.
/// `from` is SQL for the file's rows. Texts are cut to 32 characters, timestamps to milliseconds,
/// upper bounds rounded up. No bounds have booleans, bytes, columns with NaN or an infinity, years
/// out of 1 to 9999, and decimals of more digits than a reader's double keeps: none are right,
/// wrong ones lose rows silently.
struct DeltaStats {
  std::int64_t rows = 0;
  std::string json;
};
Result<DeltaStats> MakeDeltaStats(DuckDb& duck, const std::vector<Column>& columns,
                                  const std::string& from);

/// The mergeable statistics of docs/formats/statistics.md. `seed` differs between files: it is for
/// the sketches' random bits.
Result<stats::TableStatistics> MakeStatistics(DuckDb& duck, const std::vector<Column>& columns,
                                              const std::string& from, std::string_view seed);

}  // namespace galley::data
