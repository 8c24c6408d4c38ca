#include "domain/tracking/bulk.h"

#include "domain/tracking/service.h"

namespace galley::tracking {
namespace {

using Kind = BulkChange::Kind;
using What = BulkEffect::What;

BulkEffect Refused(BulkEffect effect, std::string reason) {
  effect.what = What::kRefused;
  effect.reason = std::move(reason);
  return effect;
}

/// A run, by what a change looks at, and not with all that it logged.
struct Seen {
  State state = State::kActive;
  State experiment = State::kActive;
  std::string experiment_name;
};

Result<std::optional<Seen>> Look(db::Connection& db, std::int64_t project, const Id& run,
                                 BulkEffect& effect) {
  auto rows = TRY(
      db.Query("SELECT r.name, r.status, r.state, e.state, e.name FROM run AS r JOIN experiment AS "
               "e ON e.row = r.experiment WHERE r.project = ? AND r.id = ?",
               {project, run}));
  if (!TRY(rows.Next())) return std::nullopt;
  effect.name = std::string(rows.Text(0));
  effect.is_running = static_cast<RunStatus>(rows.Integer(1)) == RunStatus::kRunning;
  return Seen{.state = static_cast<State>(rows.Integer(2)),
              .experiment = static_cast<State>(rows.Integer(3)),
              .experiment_name = std::string(rows.Text(4))};
}

Result<std::optional<std::string>> TagOf(db::Connection& db, std::int64_t project, const Id& run,
                                         std::string_view key) {
  auto rows =
      TRY(db.Query("SELECT t.value FROM run AS r JOIN run_tag AS t ON t.run = r.row "
                   "WHERE r.project = ? AND r.id = ? AND t.key = ?",
                   {project, run, key}));
  if (!TRY(rows.Next())) return std::nullopt;
  return std::string(rows.Text(0));
}

}  // namespace

Result<BulkEffect> EffectOn(db::Connection& db, std::int64_t project, const Id& run,
                            const BulkChange& change) {
  BulkEffect effect;
  const auto seen = TRY(Look(db, project, run, effect));
  if (!seen) return Refused(std::move(effect), "there is no such run");
  if (change.kind == Kind::kDelete || change.kind == Kind::kRestore) {
    const State wanted = change.kind == Kind::kDelete ? State::kDeleted : State::kActive;
    if (seen->state == wanted) effect.what = What::kIsSo;
    if (wanted == State::kActive && seen->experiment == State::kDeleted) {
      return Refused(std::move(effect), fmt::format("its experiment '{}' is deleted; restore that",
                                                    seen->experiment_name));
    }
    return effect;
  }
  if (seen->state == State::kDeleted) {
    return Refused(std::move(effect), "it is archived; restore it first");
  }
  effect.before = TRY(TagOf(db, project, run, change.tag.key));
  const bool is_so = change.kind == Kind::kTag ? effect.before == change.tag.value : !effect.before;
  if (is_so) effect.what = What::kIsSo;
  return effect;
}

Result<BulkEffect> ApplyTo(journal::Change& change, const Id& run, const BulkChange& wanted) {
  BulkEffect effect = TRY(EffectOn(change.db, change.project, run, wanted));
  if (effect.what != What::kChanges) return effect;
  switch (wanted.kind) {
    case Kind::kDelete: TRY(SetRunState(change, run, State::kDeleted)); break;
    case Kind::kRestore: TRY(SetRunState(change, run, State::kActive)); break;
    case Kind::kTag: TRY(LogBatch(change, run, {.tags = {wanted.tag}})); break;
    case Kind::kUntag: TRY(DeleteTag(change, run, wanted.tag.key)); break;
  }
  return effect;
}

}  // namespace galley::tracking
