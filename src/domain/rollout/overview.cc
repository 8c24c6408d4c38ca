#include "domain/rollout/overview.h"

#include <string_view>
#include <utility>

#include "domain/rollout/rollout_rows.h"
#include "storage/journal/journal.h"

namespace galley::rollout {
namespace {

constexpr std::string_view kEndpoints = R"(
  SELECT name, name, '', CASE WHEN id >= ?5 AND id <= ?6 THEN 'id' ELSE 'name' END,
    CASE WHEN id >= ?5 AND id <= ?6 THEN lower(hex(id)) ELSE name END, created_ms
  FROM endpoint
  WHERE project = ?1 AND state = 0
    AND (name LIKE ?2 ESCAPE '\' OR (id >= ?5 AND id <= ?6)))";

constexpr std::string_view kRollouts = R"(
  SELECT CAST(r.number AS TEXT), e.name || ' #' || r.number, r.phase, f.field, f.match,
    r.created_ms
  FROM (
    SELECT row, min(rank), field, match FROM (
      SELECT row, 0 AS rank, 'number' AS field, CAST(number AS TEXT) AS match FROM rollout
        WHERE project = ?1 AND number = ?7
      UNION ALL SELECT row, 1, 'id', lower(hex(id)) FROM rollout
        WHERE project = ?1 AND id >= ?5 AND id <= ?6
      UNION ALL SELECT r.row, 2, 'endpoint', e.name FROM rollout AS r
        JOIN endpoint AS e ON e.row = r.endpoint
        WHERE r.project = ?1 AND e.name LIKE ?2 ESCAPE '\'
      UNION ALL SELECT r.row, 3, 'version', v.model || '@' || v.version FROM rollout AS r
        JOIN variant AS v ON v.project = r.project AND v.id IN (r.champion, r.challenger)
        WHERE r.project = ?1 AND v.model || '@' || v.version LIKE ?3 ESCAPE '\'
      UNION ALL SELECT row, 4, 'reason', reason FROM rollout
        WHERE project = ?1 AND reason LIKE ?2 ESCAPE '\'
    ) GROUP BY row
  ) AS f
  JOIN rollout AS r ON r.row = f.row
  JOIN endpoint AS e ON e.row = r.endpoint
  WHERE r.project = ?1)";

}  // namespace

Result<db::Found> FindEndpoints(db::Connection& db, std::int64_t project,
                                const db::Sought& sought) {
  return db::Find(db, kEndpoints, project, sought);
}

Result<db::Found> FindRollouts(db::Connection& db, std::int64_t project, const db::Sought& sought) {
  return db::Find(db, kRollouts, project, sought);
}

Result<std::vector<Rollout>> ListUnderWay(db::Connection& db, std::int64_t project) {
  std::vector<Rollout> under_way = TRY(ListOpen(db, project));
  std::erase_if(under_way, [](const Rollout& it) { return it.ended_ms.has_value(); });
  return under_way;
}

std::vector<std::string> AllowedVerbs(const Rollout& rollout, std::int64_t now_ms) {
  const Plan plan = PlanOf(rollout.strategy);
  const World world{.now_ms = now_ms, .next_version = 0, .newest = {}};
  const std::int64_t turn = rollout.state.turn;
  const std::pair<std::string_view, Event> verbs[] = {
      {"promote", {rollout.number, Promote{.turn = turn, .full = false, .reason = ""}}},
      {"pause", {rollout.number, Pause{}}},
      {"resume", {rollout.number, Resume{.turn = turn, .reason = ""}}},
      {"abort", {rollout.number, Abort{}}},
      {"retry", {rollout.number, Retry{.turn = turn, .reason = ""}}}};
  std::vector<std::string> allowed;
  for (const auto& [verb, event] : verbs) {
    if (Step(plan, rollout.state, event, world).refusal.empty()) allowed.emplace_back(verb);
  }
  return allowed;
}

Result<std::int64_t> LastChanged(db::Connection& db, std::int64_t project, const Rollout& rollout) {
  const auto newest = TRY(journal::ReadEvents(
      db, project, {.before = std::nullopt, .subject = rollout.id.Hex(), .limit = 1}));
  return newest.empty() ? rollout.created_ms : newest.front().at_ms;
}

Result<std::optional<Approval>> FindApproval(db::Connection& db, std::int64_t project,
                                             const Id& variant) {
  auto rows =
      TRY(db.Query("SELECT n.cause, n.rollout, n.actor, n.reason, n.at_ms FROM variant AS v JOIN "
                   "endpoint_revision AS n ON n.endpoint = v.endpoint AND n.variant = v.id WHERE "
                   "v.project = ? AND v.id = ? ORDER BY n.number LIMIT 1",
                   {project, variant}));
  if (!TRY(rows.Next())) return std::optional<Approval>();
  return std::optional(Approval{.cause = std::string(rows.Text(0)),
                                .rollout = rows.MaybeInteger(1),
                                .actor = std::string(rows.Text(2)),
                                .reason = std::string(rows.Text(3)),
                                .at_ms = rows.Integer(4)});
}

Result<std::vector<registry::VersionFile>> VariantFiles(db::Connection& db, std::int64_t project,
                                                        const Id& variant) {
  std::vector<registry::VersionFile> files;
  auto rows =
      TRY(db.Query("SELECT f.path, f.digest, f.size FROM variant AS v JOIN variant_file AS f ON "
                   "f.variant = v.row WHERE v.project = ? AND v.id = ? ORDER BY f.path",
                   {project, variant}));
  while (TRY(rows.Next())) {
    const auto digest = blob::Digest::FromRaw(rows.Bytes(1));
    if (!digest) return Fail(Code::kDataLoss, "the digest of a model's file is damaged");
    files.push_back({std::string(rows.Text(0)), *digest, rows.Integer(2)});
  }
  return files;
}

Result<db::Pulse> RolloutPulse(db::Connection& db, std::int64_t project, std::int64_t now_ms) {
  db::Pulse pulse;
  {
    auto rows = TRY(
        db.Query("SELECT count(*), count(*) FILTER (WHERE ended_ms IS NULL), max(ended_ms) FILTER "
                 "(WHERE phase = 'promoted') FROM rollout WHERE project = ?",
                 {project}));
    if (TRY(rows.Next())) {
      pulse.total = rows.Integer(0);
      pulse.under_way = rows.Integer(1);
      pulse.last_ms = rows.MaybeInteger(2);
    }
  }
  for (const Rollout& newest : TRY(ListRollouts(db, project, "", 1))) {
    pulse.newest = fmt::format("{} #{}", newest.endpoint, newest.number);
  }
  TRY(db::CountDays(db, "SELECT created_ms FROM rollout WHERE project = ?1", project, now_ms,
                    pulse));
  return pulse;
}

}  // namespace galley::rollout
