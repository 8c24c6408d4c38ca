#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/observe/drift.h"
#include "domain/observe/monitor.h"
#include "foundation/base/error.h"
#include "foundation/stats/histogram.h"
#include "storage/db/connection.h"

/// One column of requests beside its reference, out of the counts that are kept.
namespace galley::observe {

/// What was counted of a column in windows `first` to `last` together.
struct Feature {
  std::int64_t first = 0;  ///< Not before the reference in force, whose bins count.
  std::int64_t last = 0;
  /// In the reference's bins. Null: these windows were counted with an earlier reference, of which
  /// only distances are kept.
  std::optional<stats::Histogram> current;
  /// As ListDrift has it of the windows that end with `last`, if they are `span`; null without
  /// rows.
  std::optional<ColumnDrift> drift;
};
Result<Feature> GetFeature(db::Connection& db, const Monitor& monitor,
                           const ColumnReference& reference, std::int64_t first, std::int64_t last);

/// The fewest rows, drawn from the reference itself, whose distance is expected to be no greater
/// than its threshold: with fewer, chance alone looks like drift. At least 1.
std::int64_t RowsNeeded(std::string_view measure, const ColumnReference& reference);

/// The value that the share `q` (0 to 1) of the values lies below, taken as spread evenly in their
/// bins, whose outer ends are the least and the greatest value; null if no value is there, or of
/// categories.
std::optional<double> QuantileOf(const stats::Histogram& histogram, double q);

}  // namespace galley::observe
