#include "domain/tracking/points.h"

#include <limits>

namespace galley::tracking {
namespace {

void Append(Points& points, const db::Rows& rows) {
  points.step.push_back(rows.Integer(0));
  points.timestamp_ms.push_back(rows.Integer(1));
  points.value.push_back(rows.Integer(3) != 0 ? std::numeric_limits<double>::quiet_NaN()
                                              : rows.Real(2));
}

Result<Points> ReadAll(db::Connection& db, const SeriesRow& series) {
  Points points;
  points.step.reserve(static_cast<std::size_t>(series.points));
  points.timestamp_ms.reserve(static_cast<std::size_t>(series.points));
  points.value.reserve(static_cast<std::size_t>(series.points));
  auto rows =
      TRY(db.Query("SELECT step, timestamp_ms, value, is_nan FROM metric_point WHERE series = ? "
                   "ORDER BY step, timestamp_ms, value, is_nan",
                   {series.row}));
  while (TRY(rows.Next())) Append(points, rows);
  return points;
}

/// What comes after the last point of `known`; null if points came before it as well.
Result<std::shared_ptr<const Points>> Grown(db::Connection& db, const SeriesRow& series,
                                            const Points& known) {
  const double last = known.value.back();
  const bool is_nan = last != last;
  auto rows = TRY(db.Query(
      "SELECT step, timestamp_ms, value, is_nan FROM metric_point WHERE series = ? "
      "AND (step, timestamp_ms, value, is_nan) > (?, ?, ?, ?) "
      "ORDER BY step, timestamp_ms, value, is_nan",
      {series.row, known.step.back(), known.timestamp_ms.back(), is_nan ? 0.0 : last, is_nan}));
  Points points = known;
  while (TRY(rows.Next())) Append(points, rows);
  if (points.size() != static_cast<std::size_t>(series.points)) return nullptr;
  return std::make_shared<const Points>(std::move(points));
}

}  // namespace

Result<std::optional<SeriesRow>> FindSeries(db::Connection& db, std::int64_t run,
                                            std::string_view key) {
  auto rows =
      TRY(db.Query("SELECT row, points FROM metric_series WHERE run = ? AND key = ?", {run, key}));
  if (!TRY(rows.Next())) return std::nullopt;
  return SeriesRow{.row = rows.Integer(0), .points = rows.Integer(1)};
}

std::shared_ptr<const Points> PointCache::Find(std::int64_t row) {
  const std::lock_guard lock(mutex_);
  const auto found = by_row_.find(row);
  if (found == by_row_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->points;
}

void PointCache::Keep(std::int64_t row, std::shared_ptr<const Points> points) {
  if (points->size() > points_max_) return;
  const std::lock_guard lock(mutex_);
  if (const auto found = by_row_.find(row); found != by_row_.end()) {
    if (found->second->points->size() >= points->size()) return;
    points_ -= found->second->points->size();
    entries_.erase(found->second);
  }
  points_ += points->size();
  entries_.push_front({row, std::move(points)});
  by_row_[row] = entries_.begin();
  while (points_ > points_max_) {
    points_ -= entries_.back().points->size();
    by_row_.erase(entries_.back().row);
    entries_.pop_back();
  }
}

Result<std::shared_ptr<const Points>> PointCache::Get(db::Connection& db, const SeriesRow& series) {
  const auto wanted = static_cast<std::size_t>(series.points);
  auto known = Find(series.row);
  if (known && known->size() == wanted) return known;
  if (known && known->size() > 0 && known->size() < wanted) {
    known = TRY(Grown(db, series, *known));
  } else {
    known = nullptr;
  }
  if (!known) known = std::make_shared<const Points>(TRY(ReadAll(db, series)));
  Keep(series.row, known);
  return known;
}

}  // namespace galley::tracking
