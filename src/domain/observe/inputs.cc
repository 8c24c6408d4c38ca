#include "domain/observe/inputs.h"

namespace galley::observe {

Result<stats::Histogram> InputsBetween(db::Connection& db, const Monitor& monitor,
                                       const ColumnReference& reference, std::int64_t first,
                                       std::int64_t last) {
  stats::Histogram together = reference.histogram.Empty();
  auto rows =
      TRY(db.Query("SELECT histogram FROM measured_input WHERE monitor = ? AND name = ? AND "
                   "window BETWEEN ? AND ?",
                   {monitor.row, reference.column, first, last}));
  while (TRY(rows.Next())) {
    TRY(together.Merge(TRY(stats::Histogram::Decode(rows.Bytes(0)))));
  }
  return together;
}

}  // namespace galley::observe
