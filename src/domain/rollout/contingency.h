#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/rollout/rollouts.h"
#include "domain/rollout/service.h"
#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "serving/snapshot/snapshot.h"
#include "storage/journal/change.h"

/// Contingency plans (docs/formats/plan.md). Whoever calls what changes something publishes the
/// snapshot after the commit.
namespace galley::rollout {

inline constexpr std::string_view kFreeze = "freeze";
inline constexpr std::string_view kDegrade = "degrade";
inline constexpr std::string_view kRollback = "rollback";
/// kInvalidArgument unless it is one of them.
Status CheckPlanName(std::string_view plan);

/// A plan that is or was in force.
struct Contingency {
  std::int64_t row = 0;
  Id id;
  std::int64_t endpoint_row = 0;
  std::string endpoint;
  std::string plan;
  std::string rule;                     ///< That started it; empty: a person did.
  std::optional<std::int64_t> rollout;  ///< Number of the one that it paused or aborted.
  std::int64_t snapshot = 0;            ///< Version that says what it changed.
  std::string actor;
  std::string reason;
  std::int64_t created_ms = 0;
  std::string ended_by;
  std::string ended_because;
  std::optional<std::int64_t> ended_ms;  ///< Null: it is in force.
};

struct NewContingency {
  std::string plan;
  std::string endpoint;
  std::string reason;
  std::string rule;  ///< Empty: a person starts it.
};
/// kFailedPrecondition: a plan is in force, or this one has nothing to do it with; part of it may
/// have been done, so the change must not be committed.
Result<Contingency> StartContingency(journal::Change& change, const NewContingency& wanted);
/// The same for a rule that begins to fire; `wanted.rule` is its name. Why nothing was done; empty:
/// it was started. No error of the plan is one of the change.
Result<std::string> StartByRule(journal::Change& change, const NewContingency& wanted);
/// kFailedPrecondition: none is in force.
Result<Contingency> EndContingency(journal::Change& change, std::string_view endpoint,
                                   std::string_view reason);

/// What is in force at an endpoint; null: nothing.
Result<std::optional<Contingency>> InForceAt(db::Connection& db, std::int64_t endpoint);
/// The newest first; `endpoint` empty: of all, also deleted ones.
Result<std::vector<Contingency>> ListContingencies(db::Connection& db, std::int64_t project,
                                                   std::string_view endpoint, std::int64_t limit);

/// Whether the gateway does what a plan says. `status` null: no gateway has run, none has to.
Result<bool> IsDone(db::Connection& db, std::int64_t project, const Contingency& contingency,
                    const snapshot::Status* status);
/// Whether EndDone would end one.
Result<bool> HasDone(db::Connection& db, std::int64_t project, const snapshot::Status* status);
/// Ends the rollbacks that are done.
Status EndDone(journal::Change& change, const snapshot::Status* status);

/// kFailedPrecondition, naming the plan, if one is in force: until it ends the endpoint cannot be
/// `done`.
Status CheckNoContingency(db::Connection& db, const Endpoint& endpoint, std::string_view done);
/// The same, but under `degrade` it can.
Status CheckNotFrozen(db::Connection& db, const Endpoint& endpoint, std::string_view done);
/// Ends what is in force, if anything is, without a rollout going on.
Status EndContingencyWith(journal::Change& change, const Endpoint& endpoint,
                          std::string_view reason);

/// Which of an endpoint's revisions, the newest first, a rollback goes back to; null: there is
/// none. Pure.
std::optional<std::size_t> RevisionBefore(const std::vector<Revision>& revisions);

}  // namespace galley::rollout
