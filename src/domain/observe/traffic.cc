#include "domain/observe/traffic.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"

namespace galley::observe {
namespace {

using schema::Field;
using schema::Of;

constexpr std::int64_t kStepMs = 10'000;
constexpr std::int64_t kKeptMs = std::int64_t{30} * 24 * 3600 * 1000;
constexpr std::int64_t kCountMax = 1'000'000'000;  // Of a record; nobody answers so many.
constexpr double kUsPerMs = 1000;

constexpr Field kTraffic[] = {Of<&Traffic::requests>("requests"), Of<&Traffic::failed>("failed"),
                              Of<&Traffic::degraded>("degraded"), Of<&Traffic::latency>("latency")};

Result<Traffic> Parse(std::string_view json) {
  auto traffic = schema::FromJson<Traffic>(json, schema::Dialect{});
  if (traffic) return *std::move(traffic);
  return Fail(Code::kDataLoss, "{}", schema::ErrorOf(traffic.error()).message);
}

void Add(Traffic& to, const Traffic& other) {
  to.requests += other.requests;
  to.failed += other.failed;
  to.degraded += other.degraded;
  to.latency.resize(std::max(to.latency.size(), other.latency.size()));
  for (std::size_t at = 0; at < other.latency.size(); ++at) to.latency[at] += other.latency[at];
}

bool IsCount(std::int64_t count) {
  return count >= 0 && count <= kCountMax;
}

/// Where the step begins that a time lies in.
std::int64_t StepOf(std::int64_t ms) {
  return ms / kStepMs * kStepMs;
}

}  // namespace

const schema::Message Traffic::kSchema{"Traffic", kTraffic};

std::optional<double> Traffic::QuantileMs(double q) const {
  const auto all = std::accumulate(latency.begin(), latency.end(), std::int64_t{0});
  if (all == 0) return std::nullopt;
  const double rank = std::max(1.0, std::ceil(q * static_cast<double>(all)));
  std::int64_t below = 0;
  std::size_t bucket = 0;
  for (; bucket + 1 < latency.size(); ++bucket) {
    below += latency[bucket];
    if (static_cast<double>(below) >= rank) break;
  }
  return snapshot::LatencyBucketUs(bucket) / kUsPerMs;
}

Result<bool> StoreTraffic(journal::Change& change, std::int64_t project,
                          const snapshot::TrafficRecord& record) {
  const auto variant = record.variant.empty() ? std::optional(Id{}) : Id::Parse(record.variant);
  if (!variant || record.to_ms < 0 || record.latency.size() > snapshot::kLatencyBuckets ||
      !IsCount(record.requests) || !IsCount(record.failed) || !IsCount(record.degraded) ||
      !std::ranges::all_of(record.latency, IsCount)) {
    return false;
  }
  const std::int64_t step = StepOf(record.to_ms);
  Traffic traffic{record.requests, record.failed, record.degraded, record.latency};
  {
    auto rows = TRY(change.db.Query(
        "SELECT counts FROM traffic WHERE project = ? AND endpoint = ? AND variant = ? AND to_ms = "
        "?",
        {project, record.endpoint, *variant, step}));
    if (TRY(rows.Next())) Add(traffic, TRY(Parse(rows.Text(0))));
  }
  TRY(change.db.Run(
      "INSERT OR REPLACE INTO traffic(project, endpoint, variant, to_ms, counts) VALUES(?, ?, ?, "
      "?, ?)",
      {project, record.endpoint, *variant, step,
       schema::ToJson(traffic, schema::EmptyLists::kOmit)}));
  return true;
}

Status DropOldTraffic(journal::Change& change) {
  return change.db.Run("DELETE FROM traffic WHERE to_ms < ?", {change.now_ms - kKeptMs});
}

Result<std::vector<VariantTraffic>> TrafficOf(db::Connection& db, std::int64_t project,
                                              std::string_view endpoint, std::int64_t from_ms,
                                              std::int64_t to_ms) {
  std::map<Id, Traffic> by_variant;
  if (from_ms < to_ms) {
    auto rows = TRY(
        db.Query("SELECT variant, counts FROM traffic WHERE project = ? AND endpoint = ? AND to_ms "
                 ">= ? AND to_ms < ?",
                 {project, endpoint, StepOf(std::max(from_ms, std::int64_t{0})), to_ms}));
    while (TRY(rows.Next())) Add(by_variant[rows.AsId(0)], TRY(Parse(rows.Text(1))));
  }
  std::vector<VariantTraffic> all;
  for (auto& [variant, traffic] : by_variant) all.push_back({variant, std::move(traffic)});
  return all;
}

Result<Traffic> TrafficBetween(db::Connection& db, std::int64_t project, std::string_view endpoint,
                               const std::optional<Id>& variant, std::int64_t from_ms,
                               std::int64_t to_ms) {
  Traffic traffic;
  for (const auto& one : TRY(TrafficOf(db, project, endpoint, from_ms, to_ms))) {
    if (!variant || one.variant == *variant) Add(traffic, one.traffic);
  }
  return traffic;
}

Result<std::vector<TrafficPoint>> TrafficSeries(db::Connection& db, std::int64_t project,
                                                std::string_view endpoint, std::int64_t from_ms,
                                                std::int64_t to_ms, std::int64_t step_ms) {
  std::map<std::pair<Id, std::int64_t>, Traffic> points;
  if (from_ms < to_ms) {
    auto rows = TRY(
        db.Query("SELECT variant, to_ms, counts FROM traffic WHERE project = ? AND endpoint = ? "
                 "AND to_ms >= ? AND to_ms < ?",
                 {project, endpoint, from_ms, to_ms}));
    while (TRY(rows.Next())) {
      const std::int64_t at = from_ms + (rows.Integer(1) - from_ms) / step_ms * step_ms;
      Add(points[{rows.AsId(0), at}], TRY(Parse(rows.Text(2))));
    }
  }
  std::vector<TrafficPoint> all;
  for (auto& [key, traffic] : points) all.push_back({key.first, key.second, std::move(traffic)});
  return all;
}

}  // namespace galley::observe
