#pragma once

#include <cstdint>

#include "domain/observe/drift.h"
#include "domain/observe/monitor.h"
#include "foundation/base/error.h"
#include "foundation/stats/histogram.h"
#include "storage/db/connection.h"

namespace galley::observe {

/// What came in a column in windows `first` to `last`, in the reference's bins.
Result<stats::Histogram> InputsBetween(db::Connection& db, const Monitor& monitor,
                                       const ColumnReference& reference, std::int64_t first,
                                       std::int64_t last);

}  // namespace galley::observe
