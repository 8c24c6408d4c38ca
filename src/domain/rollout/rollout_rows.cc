#include "domain/rollout/rollout_rows.h"

#include <algorithm>

#include "domain/rollout/variants.h"
#include "foundation/schema/decode.h"

namespace galley::rollout {
namespace {

Result<Rollout> RolloutAt(const db::Rows& rows) {
  Rollout rollout{.row = rows.Integer(0),
                  .id = rows.AsId(1),
                  .number = rows.Integer(2),
                  .endpoint_row = rows.Integer(3),
                  .endpoint = std::string(rows.Text(4)),
                  .champion = rows.AsId(5),
                  .challenger = rows.AsId(6),
                  .is_open = rows.Integer(9) != 0,
                  .actor = std::string(rows.Text(10)),
                  .reason = std::string(rows.Text(11)),
                  .created_ms = rows.Integer(12),
                  .ended_ms = rows.MaybeInteger(13)};
  rollout.strategy = TRY(ParseStrategy(rows.Text(7)));
  auto state = schema::FromJson<State>(rows.Text(8), {.refuse_unknown = true});
  if (!state || !IsWhole(PlanOf(rollout.strategy), *state)) {
    return Fail(Code::kDataLoss, "the state of rollout {} is damaged", rollout.number);
  }
  rollout.state = *std::move(state);
  return rollout;
}

Result<std::optional<Rollout>> FirstOf(Result<db::Rows> found) {
  auto rows = TRY(std::move(found));
  if (!TRY(rows.Next())) return std::optional<Rollout>();
  return std::optional(TRY(RolloutAt(rows)));
}

Result<std::vector<Rollout>> AllOf(Result<db::Rows> found) {
  auto rows = TRY(std::move(found));
  std::vector<Rollout> rollouts;
  while (TRY(rows.Next())) rollouts.push_back(TRY(RolloutAt(rows)));
  return rollouts;
}

/// A query for RolloutAt.
std::string Select(std::string_view where) {
  return fmt::format(
      "SELECT r.row, r.id, r.number, r.endpoint, e.name, r.champion, r.challenger, r.strategy, "
      "r.state, r.is_open, r.actor, r.reason, r.created_ms, r.ended_ms FROM rollout AS r "
      "JOIN endpoint AS e ON e.row = r.endpoint WHERE {}",
      where);
}

}  // namespace

Result<std::optional<Rollout>> FindActive(db::Connection& db, std::int64_t endpoint) {
  return FirstOf(db.Query(Select("r.endpoint = ? AND r.ended_ms IS NULL"), {endpoint}));
}

Result<std::optional<Rollout>> FindNewest(db::Connection& db, std::int64_t endpoint) {
  return FirstOf(db.Query(Select("r.endpoint = ? ORDER BY r.row DESC LIMIT 1"), {endpoint}));
}

Result<std::optional<Rollout>> FindByNumber(db::Connection& db, std::int64_t project,
                                            std::int64_t number) {
  return FirstOf(db.Query(Select("r.project = ? AND r.number = ?"), {project, number}));
}

Result<std::optional<Rollout>> FindPromoted(db::Connection& db, std::int64_t endpoint,
                                            const Id& challenger) {
  return FirstOf(db.Query(Select("r.endpoint = ? AND r.challenger = ? AND r.phase = 'promoted'"),
                          {endpoint, challenger}));
}

Result<std::vector<Rollout>> ListOpen(db::Connection& db, std::int64_t project) {
  return AllOf(db.Query(Select("r.project = ? AND r.is_open = 1 ORDER BY r.row"), {project}));
}

Result<std::vector<Rollout>> ListRollouts(db::Connection& db, std::int64_t project,
                                          std::string_view endpoint, std::int64_t limit) {
  return AllOf(
      db.Query(Select("r.project = ? AND (? = '' OR e.name = ?) ORDER BY r.row DESC LIMIT ?"),
               {project, endpoint, endpoint, limit}));
}

Result<Rollout> GetRollout(db::Connection& db, std::int64_t project, std::string_view endpoint) {
  auto found = TRY(ListRollouts(db, project, endpoint, 1));
  if (!found.empty() && !endpoint.empty()) return std::move(found.front());
  TRY(GetEndpoint(db, project, endpoint));
  return Fail(Code::kNotFound, "the endpoint '{}' had no rollout yet", endpoint);
}

Result<std::vector<std::string>> ProjectsWithRollouts(db::Connection& db) {
  std::vector<std::string> names;
  auto rows =
      TRY(db.Query("SELECT name FROM project WHERE row IN (SELECT project FROM rollout WHERE "
                   "is_open = 1 UNION SELECT project FROM contingency WHERE ended_ms IS NULL AND "
                   "plan = 'rollback') ORDER BY row"));
  while (TRY(rows.Next())) names.emplace_back(rows.Text(0));
  return names;
}

Status Insert(journal::Change& change, Rollout& rollout) {
  {
    auto rows = TRY(change.db.Query(
        "SELECT coalesce(max(number), 0) + 1 FROM rollout WHERE project = ?", {change.project}));
    if (TRY(rows.Next())) rollout.number = rows.Integer(0);
  }
  rollout.id = change.ids.Next();
  rollout.created_ms = change.now_ms;
  rollout.actor = change.actor;
  rollout.is_open = true;
  rollout.state.rollout = rollout.number;
  TRY(change.db.Run(
      "INSERT INTO rollout(project, id, number, endpoint, champion, challenger, strategy, state, "
      "phase, is_open, actor, reason, created_ms) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)",
      {change.project, rollout.id, rollout.number, rollout.endpoint_row, rollout.champion,
       rollout.challenger, StrategyJson(rollout.strategy), StateJson(rollout.state),
       rollout.state.phase, rollout.actor, rollout.reason, rollout.created_ms}));
  rollout.row = change.db.LastInsertRow();
  return {};
}

Status StoreState(journal::Change& change, Rollout& rollout) {
  const bool is_end = IsEnd(rollout.state.Now());
  rollout.is_open = !is_end || rollout.state.awaits != 0;
  if (is_end && !rollout.ended_ms) rollout.ended_ms = change.now_ms;
  return change.db.Run(
      "UPDATE rollout SET state = ?, phase = ?, is_open = ?, ended_ms = ? WHERE row = ?",
      {StateJson(rollout.state), rollout.state.phase, rollout.is_open, rollout.ended_ms,
       rollout.row});
}

Status StoreLook(journal::Change& change, const Rollout& rollout, const std::string& monitor,
                 const Look& look) {
  return change.db.Run(
      "INSERT OR REPLACE INTO rollout_look(rollout, attempt, window, monitor, windows, verdict, "
      "reason, log_e_better, log_e_worse, rows, blocks) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {rollout.row, rollout.state.attempt, look.window, monitor, look.windows,
       VerdictName(look.verdict), look.reason, look.log_e_better, look.log_e_worse, look.rows,
       look.blocks});
}

Result<std::vector<PastLook>> ListLooks(db::Connection& db, std::int64_t rollout,
                                        std::int64_t limit) {
  std::vector<PastLook> looks;
  auto rows =
      TRY(db.Query("SELECT attempt, window, monitor, windows, verdict, reason, log_e_better, "
                   "log_e_worse, rows, blocks FROM rollout_look WHERE rollout = ? "
                   "ORDER BY attempt DESC, window DESC LIMIT ?",
                   {rollout, limit}));
  while (TRY(rows.Next())) {
    looks.push_back({.attempt = rows.Integer(0),
                     .monitor = std::string(rows.Text(2)),
                     .verdict = std::string(rows.Text(4)),
                     .look = {.window = rows.Integer(1),
                              .windows = rows.Integer(3),
                              .reason = std::string(rows.Text(5)),
                              .log_e_better = rows.Real(6),
                              .log_e_worse = rows.Real(7),
                              .rows = rows.Integer(8),
                              .blocks = rows.Integer(9)}});
  }
  std::ranges::reverse(looks);
  return looks;
}

Status CheckNoRollout(db::Connection& db, const Endpoint& endpoint, std::string_view done) {
  const auto active = TRY(FindActive(db, endpoint.row));
  if (!active) return {};
  return Fail(Code::kFailedPrecondition,
              "rollout {} of endpoint '{}' is under way ({}): until it ends the endpoint cannot be "
              "{}; 'galley rollout abort {}' ends it",
              active->number, endpoint.name, active->state.phase, done, endpoint.name);
}

Result<std::vector<Revision>> ListRevisions(db::Connection& db, std::int64_t endpoint,
                                            std::int64_t limit) {
  std::vector<Revision> revisions;
  auto rows =
      TRY(db.Query("SELECT n.number, n.cause, n.rollout, n.actor, n.reason, n.at_ms, v.id, v.name, "
                   "v.weight, v.mirror, v.model, v.version, v.version_id, v.python, v.created_ms, "
                   "v.retired_ms FROM endpoint_revision AS n "
                   "JOIN variant AS v ON v.endpoint = n.endpoint AND v.id = n.variant "
                   "WHERE n.endpoint = ? ORDER BY n.number DESC LIMIT ?",
                   {endpoint, limit}));
  while (TRY(rows.Next())) {
    revisions.push_back({.number = rows.Integer(0),
                         .variant = VariantAt(rows, 6),
                         .cause = std::string(rows.Text(1)),
                         .rollout = rows.MaybeInteger(2),
                         .actor = std::string(rows.Text(3)),
                         .reason = std::string(rows.Text(4)),
                         .at_ms = rows.Integer(5)});
  }
  return revisions;
}

}  // namespace galley::rollout
