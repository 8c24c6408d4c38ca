#include "storage/db/pulse.h"

#include <numeric>

namespace galley::db {

std::int64_t Pulse::InSevenDays() const {
  return std::accumulate(days.begin(), days.end(), std::int64_t{0});
}

Status CountDays(Connection& db, std::string_view select, std::int64_t project, std::int64_t now_ms,
                 Pulse& pulse) {
  const std::int64_t from_ms = now_ms - static_cast<std::int64_t>(kPulseDays) * kDayMs;
  auto rows = TRY(db.QueryOnce(
      fmt::format("WITH begun(at_ms) AS ({}) SELECT (?3 - at_ms) / ?4 AS back, count(*) "
                  "FROM begun WHERE at_ms > ?2 AND at_ms <= ?3 GROUP BY back",
                  select),
      {project, from_ms, now_ms, kDayMs}));
  while (TRY(rows.Next())) {
    const auto back = static_cast<std::size_t>(rows.Integer(0));
    if (back < kPulseDays) pulse.days[kPulseDays - 1 - back] = rows.Integer(1);
  }
  return {};
}

}  // namespace galley::db
