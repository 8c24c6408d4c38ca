#include "domain/observe/overview.h"

#include <string>

#include "domain/observe/service.h"
#include "domain/observe/windows.h"

namespace galley::observe {
namespace {

constexpr std::int64_t kWindowsMax = 1000;

constexpr std::string_view kMonitors = R"(
  SELECT m.name, m.name, json_extract(m.settings, '$.endpoint'), f.field, f.match, m.created_ms
  FROM (
    SELECT row, min(rank), field, match FROM (
      SELECT row, 0 AS rank, 'id' AS field, lower(hex(id)) AS match FROM monitor
        WHERE project = ?1 AND id >= ?5 AND id <= ?6
      UNION ALL SELECT row, 1, 'name', name FROM monitor
        WHERE project = ?1 AND name LIKE ?2 ESCAPE '\'
      UNION ALL SELECT row, 2, 'endpoint', json_extract(settings, '$.endpoint') FROM monitor
        WHERE project = ?1 AND json_extract(settings, '$.endpoint') LIKE ?2 ESCAPE '\'
    ) GROUP BY row
  ) AS f JOIN monitor AS m ON m.row = f.row WHERE m.project = ?1)";

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& it : lower) {
    if (it >= 'A' && it <= 'F') it = static_cast<char>(it - 'A' + 'a');
  }
  return lower;
}

}  // namespace

Result<db::Found> FindMonitors(db::Connection& db, std::int64_t project, const db::Sought& sought) {
  return db::Find(db, kMonitors, project, sought);
}

Result<db::Found> FindPredictions(db::Connection& db, std::int64_t project,
                                  const db::Sought& sought) {
  const auto id = Id::Parse(Lower(sought.text));
  if (!id) return db::Found{};
  const auto found = GetPrediction(db, project, *id);
  if (!found && found.error().code == Code::kNotFound) return db::Found{};
  if (!found) return std::unexpected(found.error());
  db::Found one{.hits = {}, .count = 1};
  if (sought.offset > 0) return one;
  one.hits.push_back({.id = id->Hex(),
                      .title = id->Hex(),
                      .detail = found->endpoint,
                      .field = "id",
                      .match = id->Hex(),
                      .at_ms = found->at_ms});
  return one;
}

Result<std::optional<LiveQuality>> LastQuality(db::Connection& db, const Monitor& monitor,
                                               const Id& variant) {
  const auto closed = TRY(ClosedThrough(db, monitor));
  std::optional<LiveQuality> last;
  if (!closed) return last;
  for (const Measured& it : TRY(ListMeasured(db, monitor, "", *closed - kWindowsMax + 1))) {
    if (it.window > *closed || it.variant != variant || it.counts.labels() == 0) continue;
    last = LiveQuality{.window = it.window, .counts = it.counts};
  }
  return last;
}

Result<bool> HasPredictions(db::Connection& db, std::int64_t project) {
  auto rows = TRY(db.Query("SELECT 1 FROM prediction WHERE project = ? LIMIT 1", {project}));
  return rows.Next();
}

Result<db::Pulse> LabelPulse(db::Connection& db, std::int64_t project, std::int64_t now_ms) {
  db::Pulse pulse;
  {
    auto rows = TRY(db.Query("SELECT max(at_ms) FROM label WHERE project = ?", {project}));
    if (TRY(rows.Next())) pulse.last_ms = rows.MaybeInteger(0);
  }
  pulse.total = pulse.last_ms ? 1 : 0;
  TRY(db::CountDays(db, "SELECT at_ms FROM label WHERE project = ?1 AND at_ms > ?2", project,
                    now_ms, pulse));
  return pulse;
}

}  // namespace galley::observe
