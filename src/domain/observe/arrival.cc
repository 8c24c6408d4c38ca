#include "domain/observe/arrival.h"

#include <algorithm>
#include <cmath>

namespace galley::observe {
namespace {

constexpr double kPerDoubling = 4;

}  // namespace

std::int64_t LagBucket(std::int64_t lag_ms) {
  if (lag_ms <= 1) return 0;
  const double bucket = std::ceil(kPerDoubling * std::log2(static_cast<double>(lag_ms)));
  return std::min(kLagBuckets - 1, static_cast<std::int64_t>(bucket));
}

double LagBucketMs(std::int64_t bucket) {
  return std::exp2(static_cast<double>(bucket) / kPerDoubling);
}

Result<std::vector<LagCount>> ListLags(db::Connection& db, const Monitor& monitor,
                                       std::int64_t first) {
  std::vector<LagCount> lags;
  auto rows = TRY(db.Query(
      "SELECT window, bucket, rows FROM label_lag WHERE monitor = ? AND window >= ? AND rows > 0 "
      "ORDER BY window, bucket",
      {monitor.row, first}));
  while (TRY(rows.Next())) {
    lags.push_back({.window = rows.Integer(0), .bucket = rows.Integer(1), .rows = rows.Integer(2)});
  }
  return lags;
}

}  // namespace galley::observe
