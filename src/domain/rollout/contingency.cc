#include "domain/rollout/contingency.h"

#include <algorithm>
#include <utility>

#include "domain/rollout/rollout_rows.h"
#include "domain/rollout/strategy.h"
#include "domain/rollout/variants.h"

namespace galley::rollout {
namespace {

constexpr std::int64_t kRevisionsMax = 10'000;
constexpr std::string_view kPlans[] = {kFreeze, kDegrade, kRollback};

Contingency ContingencyAt(const db::Rows& rows) {
  return {.row = rows.Integer(0),
          .id = rows.AsId(1),
          .endpoint_row = rows.Integer(2),
          .endpoint = std::string(rows.Text(3)),
          .plan = std::string(rows.Text(4)),
          .rule = std::string(rows.Text(5)),
          .rollout = rows.MaybeInteger(6),
          .snapshot = rows.Integer(7),
          .actor = std::string(rows.Text(8)),
          .reason = std::string(rows.Text(9)),
          .created_ms = rows.Integer(10),
          .ended_by = std::string(rows.Text(11)),
          .ended_because = std::string(rows.Text(12)),
          .ended_ms = rows.MaybeInteger(13)};
}

/// A query for ContingencyAt.
std::string Select(std::string_view where) {
  return fmt::format(
      "SELECT c.row, c.id, c.endpoint, e.name, c.plan, c.rule, c.rollout, c.snapshot, c.actor, "
      "c.reason, c.created_ms, c.ended_by, c.ended_because, c.ended_ms FROM contingency AS c "
      "JOIN endpoint AS e ON e.row = c.endpoint WHERE {}",
      where);
}

Result<std::vector<Contingency>> AllOf(Result<db::Rows> found) {
  auto rows = TRY(std::move(found));
  std::vector<Contingency> all;
  while (TRY(rows.Next())) all.push_back(ContingencyAt(rows));
  return all;
}

Result<std::vector<Contingency>> ListRollbacks(db::Connection& db, std::int64_t project) {
  return AllOf(
      db.Query(Select("c.project = ? AND c.plan = 'rollback' AND c.ended_ms IS NULL"), {project}));
}

std::unexpected<Error> Refused(const Contingency& it, std::string_view done) {
  return Fail(Code::kFailedPrecondition,
              "plan {} is in force at endpoint '{}' (by {}{}{}): until it ends the endpoint cannot "
              "be {}; 'galley plan end {}' ends it",
              it.plan, it.endpoint, it.actor, it.reason.empty() ? "" : ": ", it.reason, done,
              it.endpoint);
}

Status Record(journal::Change& change, const Endpoint& endpoint, const Contingency& it,
              std::string_view kind, std::string_view reason) {
  json::Writer detail;
  detail.BeginObject().Key("plan").String(it.plan).Key("endpoint").String(endpoint.name);
  detail.Key("actor").String(change.actor).Key("reason").String(reason);
  if (!it.rule.empty()) detail.Key("rule").String(it.rule);
  if (it.rollout) detail.Key("rollout").Int(*it.rollout);
  detail.Key("snapshot").Int(it.snapshot).EndObject();
  return change.Record(kind, endpoint.id.Hex(), std::move(detail));
}

/// Pauses an endpoint's open rollout, unless something holds it already. Its number.
Result<std::optional<std::int64_t>> PauseOpen(journal::Change& change, const Endpoint& endpoint,
                                              std::string_view plan) {
  const auto active = TRY(FindActive(change.db, endpoint.row));
  if (!active || active->state.held) return std::optional<std::int64_t>();
  TRY(Act(change, endpoint.name, {.verb = "pause", .reason = fmt::format("plan {}", plan)}));
  return std::optional(active->number);
}

Status CheckDefault(const Endpoint& endpoint) {
  if (TRY(ParseEndpoint(endpoint.settings)).fallback) return {};
  return Fail(Code::kFailedPrecondition,
              "the endpoint '{}' has no default answer to degrade to: galley.yaml must have "
              "endpoints.{}.fallback.default, and 'galley endpoint apply' puts it in force",
              endpoint.name, endpoint.name);
}

/// Aborts the open rollout and goes back. The rollout's number.
Result<std::optional<std::int64_t>> GoBack(journal::Change& change, const Endpoint& endpoint,
                                           std::string_view reason) {
  const auto revisions = TRY(ListRevisions(change.db, endpoint.row, kRevisionsMax));
  const auto before = RevisionBefore(revisions);
  if (!before) {
    return Fail(Code::kFailedPrecondition,
                "the endpoint '{}' has no earlier revision to go back to; 'galley rollout abort "
                "{}' takes a challenger out, 'galley endpoint set {} --model NAME@V' sets another "
                "version, and 'galley plan start degrade {}' answers with the default",
                endpoint.name, endpoint.name, endpoint.name, endpoint.name);
  }
  std::optional<std::int64_t> aborted;
  if (const auto active = TRY(FindActive(change.db, endpoint.row))) {
    TRY(EndWith(change, endpoint, "plan rollback"));
    aborted = active->number;
  }
  TRY(UndoRevision(change, endpoint.name, revisions[*before].number,
                   reason.empty() ? "plan rollback" : fmt::format("plan rollback: {}", reason)));
  return aborted;
}

Status End(journal::Change& change, const Endpoint& endpoint, Contingency& it,
           std::string_view reason) {
  it.ended_by = change.actor;
  it.ended_because = reason;
  it.ended_ms = change.now_ms;
  TRY(
      change.db.Run("UPDATE contingency SET ended_by = ?, ended_because = ?, ended_ms = ? "
                    "WHERE row = ?",
                    {it.ended_by, it.ended_because, it.ended_ms, it.row}));
  if (it.plan == kDegrade) TRY(Bump(change.db));
  it.snapshot = TRY(SnapshotVersion(change.db));
  return Record(change, endpoint, it, "plan.ended", reason);
}

/// Lets the rollout go on that a plan paused, if it stands where the plan left it.
Status ResumePaused(journal::Change& change, const Endpoint& endpoint, const Contingency& it) {
  if (!it.rollout || it.plan == kRollback) return {};
  const auto active = TRY(FindActive(change.db, endpoint.row));
  if (!active || active->number != *it.rollout) return {};
  if (!active->state.held || !active->state.blocked.empty()) return {};
  TRY(Act(change, endpoint.name,
          {.verb = "resume", .reason = fmt::format("plan {} has ended", it.plan)}));
  return {};
}

}  // namespace

Status CheckPlanName(std::string_view plan) {
  if (std::ranges::find(kPlans, plan) != std::end(kPlans)) return {};
  return Fail(Code::kInvalidArgument, "'plan' must be freeze, degrade or rollback, not '{}'", plan);
}

Result<Contingency> StartContingency(journal::Change& change, const NewContingency& wanted) {
  TRY(CheckPlanName(wanted.plan));
  TRY(CheckReason(wanted.reason));
  const Endpoint endpoint = TRY(GetEndpoint(change.db, change.project, wanted.endpoint));
  TRY(CheckNoContingency(change.db, endpoint, fmt::format("given plan {}", wanted.plan)));
  Contingency started{.id = change.ids.Next(),
                      .endpoint_row = endpoint.row,
                      .endpoint = endpoint.name,
                      .plan = wanted.plan,
                      .rule = wanted.rule,
                      .actor = change.actor,
                      .reason = wanted.reason,
                      .created_ms = change.now_ms};
  if (wanted.plan == kRollback) {
    started.rollout = TRY(GoBack(change, endpoint, wanted.reason));
  } else {
    if (wanted.plan == kDegrade) TRY(CheckDefault(endpoint));
    started.rollout = TRY(PauseOpen(change, endpoint, wanted.plan));
  }
  if (wanted.plan == kDegrade) TRY(Bump(change.db));
  started.snapshot = TRY(SnapshotVersion(change.db));
  TRY(change.db.Run(
      "INSERT INTO contingency(project, id, endpoint, plan, rule, rollout, snapshot, actor, "
      "reason, created_ms, ended_by, ended_because) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '')",
      {change.project, started.id, started.endpoint_row, started.plan, started.rule,
       started.rollout, started.snapshot, started.actor, started.reason, started.created_ms}));
  started.row = change.db.LastInsertRow();
  TRY(Record(change, endpoint, started, "plan.started", started.reason));
  return started;
}

Result<std::string> StartByRule(journal::Change& change, const NewContingency& wanted) {
  journal::Change by_rule = change;
  by_rule.actor = fmt::format("alert {}", wanted.rule);
  TRY(change.db.Run("SAVEPOINT contingency"));
  const auto started = StartContingency(by_rule, wanted);
  if (!started) TRY(change.db.Run("ROLLBACK TO contingency"));
  TRY(change.db.Run("RELEASE contingency"));
  return started ? std::string() : started.error().message;
}

Result<Contingency> EndContingency(journal::Change& change, std::string_view name,
                                   std::string_view reason) {
  TRY(CheckReason(reason));
  const Endpoint endpoint = TRY(GetEndpoint(change.db, change.project, name));
  auto found = TRY(InForceAt(change.db, endpoint.row));
  if (!found) {
    return Fail(Code::kFailedPrecondition, "no plan is in force at endpoint '{}'", name);
  }
  TRY(End(change, endpoint, *found, reason));
  TRY(ResumePaused(change, endpoint, *found));
  found->snapshot = TRY(SnapshotVersion(change.db));
  return *std::move(found);
}

Result<std::optional<Contingency>> InForceAt(db::Connection& db, std::int64_t endpoint) {
  auto found = TRY(AllOf(db.Query(Select("c.endpoint = ? AND c.ended_ms IS NULL"), {endpoint})));
  if (found.empty()) return std::optional<Contingency>();
  return std::optional(std::move(found.front()));
}

Result<std::vector<Contingency>> ListContingencies(db::Connection& db, std::int64_t project,
                                                   std::string_view endpoint, std::int64_t limit) {
  return AllOf(
      db.Query(Select("c.project = ? AND (? = '' OR e.name = ?) ORDER BY c.row DESC LIMIT ?"),
               {project, endpoint, endpoint, limit}));
}

Result<bool> IsDone(db::Connection& db, std::int64_t project, const Contingency& contingency,
                    const snapshot::Status* status) {
  if (status == nullptr) return true;
  if (status->version < contingency.snapshot) return false;
  if (contingency.plan != kRollback) return true;
  // The snapshot is acknowledged while the version that goes may answer on for the one that loads.
  const Endpoint endpoint = TRY(GetEndpoint(db, project, contingency.endpoint));
  const std::string champion = endpoint.variants.front().id.Hex();
  return std::ranges::any_of(status->endpoints, [&](const auto& it) {
    return it.name == endpoint.name && it.answering == champion;
  });
}

Result<bool> HasDone(db::Connection& db, std::int64_t project, const snapshot::Status* status) {
  for (const Contingency& it : TRY(ListRollbacks(db, project))) {
    if (TRY(IsDone(db, project, it, status))) return true;
  }
  return false;
}

Status EndDone(journal::Change& change, const snapshot::Status* status) {
  for (Contingency& it : TRY(ListRollbacks(change.db, change.project))) {
    if (!TRY(IsDone(change.db, change.project, it, status))) continue;
    const Endpoint endpoint = TRY(GetEndpoint(change.db, change.project, it.endpoint));
    TRY(End(change, endpoint, it, "the version before answers"));
  }
  return {};
}

Status CheckNoContingency(db::Connection& db, const Endpoint& endpoint, std::string_view done) {
  const auto found = TRY(InForceAt(db, endpoint.row));
  if (!found) return {};
  return Refused(*found, done);
}

Status CheckNotFrozen(db::Connection& db, const Endpoint& endpoint, std::string_view done) {
  const auto found = TRY(InForceAt(db, endpoint.row));
  if (!found || found->plan == kDegrade) return {};
  return Refused(*found, done);
}

Status EndContingencyWith(journal::Change& change, const Endpoint& endpoint,
                          std::string_view reason) {
  auto found = TRY(InForceAt(change.db, endpoint.row));
  return found ? End(change, endpoint, *found, reason) : Status();
}

std::optional<std::size_t> RevisionBefore(const std::vector<Revision>& revisions) {
  if (revisions.empty()) return std::nullopt;
  const Variant& now = revisions.front().variant;
  std::size_t at = 0;
  if (revisions.front().cause == "undone") {
    const auto is_origin = [&](const Revision& it) {
      return it.cause != "undone" && it.variant.version_id == now.version_id &&
             it.variant.python == now.python;
    };
    const auto origin = std::ranges::find_if(revisions, is_origin);
    if (origin == revisions.end()) return std::nullopt;
    at = static_cast<std::size_t>(origin - revisions.begin());
  }
  if (at + 1 == revisions.size()) return std::nullopt;
  return at + 1;
}

}  // namespace galley::rollout
