#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "foundation/base/error.h"
#include "storage/db/connection.h"

/// All points of a series at hand.
namespace galley::tracking {

/// One column each, by (step, timestamp, value). A value may be NaN or infinite.
struct Points {
  std::vector<std::int64_t> step;
  std::vector<std::int64_t> timestamp_ms;
  std::vector<double> value;

  std::size_t size() const { return step.size(); }
};

/// A run's series of a key.
struct SeriesRow {
  std::int64_t row = 0;
  std::int64_t points = 0;
};
/// Null: the run has no such metric.
Result<std::optional<SeriesRow>> FindSeries(db::Connection& db, std::int64_t run,
                                            std::string_view key);

/// Series that were read lately, within a bound of memory. A series only grows, and its row says
/// how many points it has: as long as that number is the same, so are the points. Any thread.
class PointCache {
 public:
  /// At most `points_max` points are kept, of all series together.
  explicit PointCache(std::size_t points_max) : points_max_(points_max) {}

  /// The points of a series as the connection's snapshot has them. Of one that has grown only what
  /// comes after the last known point is read, unless points came in between.
  Result<std::shared_ptr<const Points>> Get(db::Connection& db, const SeriesRow& series);

 private:
  struct Entry {
    std::int64_t row;
    std::shared_ptr<const Points> points;
  };
  std::shared_ptr<const Points> Find(std::int64_t row);
  void Keep(std::int64_t row, std::shared_ptr<const Points> points);

  const std::size_t points_max_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // Newest first. This and the rest under mutex_.
  std::unordered_map<std::int64_t, std::list<Entry>::iterator> by_row_;
  std::size_t points_ = 0;
};

}  // namespace galley::tracking
