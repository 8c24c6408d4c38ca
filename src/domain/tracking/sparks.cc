#include "domain/tracking/sparks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace galley::tracking {
namespace {

struct Row {
  std::int64_t row = 0;
  std::int64_t last_step = 0;
};
using Point = std::pair<std::int64_t, double>;

/// MLflow writes infinities as the greatest finite number.
bool IsDrawn(double value) {
  return std::abs(value) < std::numeric_limits<double>::max();
}

/// Of each part of the points the least and the greatest, in their order.
std::vector<Point> Reduced(const std::vector<Point>& points, std::size_t most) {
  if (points.size() <= most) return points;
  std::vector<Point> kept;
  const std::size_t parts = most / 2;
  for (std::size_t part = 0; part < parts; ++part) {
    const auto begin = points.begin() + static_cast<std::ptrdiff_t>(points.size() * part / parts);
    const auto end =
        points.begin() + static_cast<std::ptrdiff_t>(points.size() * (part + 1) / parts);
    auto [low, high] = std::minmax_element(
        begin, end, [](const Point& a, const Point& b) { return a.second < b.second; });
    if (high < low) std::swap(low, high);
    kept.push_back(*low);
    if (low != high) kept.push_back(*high);
  }
  return kept;
}

Result<std::vector<Point>> ReadAll(db::Connection& db, const Row& series) {
  auto rows =
      TRY(db.Query("SELECT step, value FROM metric_point WHERE series = ? AND is_nan = 0 "
                   "ORDER BY step, timestamp_ms, value, is_nan",
                   {series.row}));
  std::vector<Point> points;
  while (TRY(rows.Next())) {
    if (IsDrawn(rows.Real(1))) points.emplace_back(rows.Integer(0), rows.Real(1));
  }
  const bool is_one_step =
      !points.empty() && points.front().first == points.back().first && points.size() > 1;
  for (std::size_t at = 0; is_one_step && at < points.size(); ++at) {
    points[at].first = static_cast<std::int64_t>(at);
  }
  return points;
}

/// The first points at or behind steps that are evenly apart: a search for each of them.
Result<std::vector<Point>> ReadSome(db::Connection& db, const Row& series, const Spark& spark,
                                    std::size_t most) {
  std::int64_t first_step = 0;
  {
    auto rows = TRY(db.Query("SELECT step FROM metric_point WHERE series = ? ORDER BY step LIMIT 1",
                             {series.row}));
    if (!TRY(rows.Next())) return std::vector<Point>();
    first_step = rows.Integer(0);
  }
  std::vector<Point> points;
  const std::size_t seeks = most - 2;  // The extremes come to them.
  const double width = static_cast<double>(series.last_step) - static_cast<double>(first_step);
  for (std::size_t at = 0; at < seeks; ++at) {
    const double share = static_cast<double>(at) / static_cast<double>(seeks - 1);
    const std::int64_t step =
        at + 1 == seeks ? series.last_step : first_step + static_cast<std::int64_t>(width * share);
    auto rows =
        TRY(db.Query("SELECT step, value FROM metric_point WHERE series = ? AND step >= ? AND "
                     "is_nan = 0 ORDER BY step, timestamp_ms, value, is_nan LIMIT 1",
                     {series.row, step}));
    if (TRY(rows.Next()) && IsDrawn(rows.Real(1))) {
      points.emplace_back(rows.Integer(0), rows.Real(1));
    }
  }
  for (const auto& extreme : {spark.low, spark.high}) {
    if (extreme && IsDrawn(extreme->value)) points.emplace_back(extreme->step, extreme->value);
  }
  std::ranges::sort(points);
  const auto same = std::ranges::unique(points);
  points.erase(same.begin(), same.end());
  return points;
}

Result<std::optional<std::pair<Row, Spark>>> Find(db::Connection& db, std::int64_t project,
                                                  const Id& run, const std::string& key) {
  auto rows =
      TRY(db.Query("SELECT s.row, s.step, s.points, s.low, s.low_step, s.high, s.high_step "
                   "FROM run AS r JOIN metric_series AS s ON s.run = r.row "
                   "WHERE r.project = ? AND r.id = ? AND s.key = ?",
                   {project, run, key}));
  if (!TRY(rows.Next())) return std::nullopt;
  Spark spark{.run = run, .key = key, .points = rows.Integer(2)};
  if (!rows.IsNull(3)) {
    spark.low = AtStep{rows.Real(3), rows.Integer(4)};
    spark.high = AtStep{rows.Real(5), rows.Integer(6)};
  }
  return std::pair(Row{rows.Integer(0), rows.Integer(1)}, std::move(spark));
}

}  // namespace

Result<std::vector<Spark>> ReadSparks(db::Connection& db, std::int64_t project,
                                      std::span<const Id> runs, std::span<const std::string> keys,
                                      std::size_t points) {
  std::vector<Spark> sparks;
  for (const Id& run : runs) {
    for (const std::string& key : keys) {
      auto found = TRY(Find(db, project, run, key));
      if (!found) continue;
      auto& [row, spark] = *found;
      const auto drawn = spark.points <= kSparkReadAll ? Reduced(TRY(ReadAll(db, row)), points)
                                                       : TRY(ReadSome(db, row, spark, points));
      for (const auto& [step, value] : drawn) {
        spark.x.push_back(step);
        spark.y.push_back(value);
      }
      sparks.push_back(std::move(spark));
    }
  }
  return sparks;
}

}  // namespace galley::tracking
