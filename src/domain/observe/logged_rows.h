#pragma once

#include <cstdint>
#include <string>

#include "domain/observe/monitor.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"

/// What was asked, as a reference's rows.
namespace galley::observe {

struct LoggedRows {
  std::string csv;  ///< The columns of the monitor's drift and its `time`; numbers, or empty.
  std::int64_t rows = 0;
  std::int64_t unreadable =
      0;                     ///< Rows of requests that were not kept or have none of the columns.
  std::int64_t windows = 0;  ///< With rows.
};
/// The rows that callers asked for in windows `first` to `last`, in the order in which they were
/// made, variant by variant. kFailedPrecondition: the monitor looks at no drift, a window is not
/// closed, or no row is left; kResourceExhausted: more than kReferenceBytesMax.
Result<LoggedRows> LoggedRowsOf(db::Connection& db, std::int64_t project, const Monitor& monitor,
                                std::int64_t first, std::int64_t last);

}  // namespace galley::observe
