#pragma once

#include <cstdint>
#include <vector>

#include "domain/observe/monitor.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"

/// How long labels take: of the labels that count, from the prediction to the label.
namespace galley::observe {

/// Lags are counted in buckets of a quarter of a doubling: the first holds up to 1 ms, negative
/// ones included, the last whatever is longer than two years or so.
constexpr std::int64_t kLagBuckets = 144;
std::int64_t LagBucket(std::int64_t lag_ms);
/// Its upper end, at most 19 % above what lies in it.
double LagBucketMs(std::int64_t bucket);

/// Labelled rows of a window and a bucket.
struct LagCount {
  std::int64_t window = 0;
  std::int64_t bucket = 0;
  std::int64_t rows = 0;
};
/// Of windows from `first` on, by window, then bucket; of what callers got. Labels that came before
/// lags were counted are not among them.
Result<std::vector<LagCount>> ListLags(db::Connection& db, const Monitor& monitor,
                                       std::int64_t first);

}  // namespace galley::observe
