#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/observe/monitor.h"
#include "domain/rollout/judge.h"
#include "domain/rollout/machine.h"
#include "domain/rollout/service.h"
#include "domain/rollout/strategy.h"
#include "foundation/base/error.h"
#include "serving/snapshot/snapshot.h"
#include "storage/journal/change.h"

/// Rollouts (docs/formats/rollout.md). What changes something stores the state, the variants and
/// the events together; whoever calls it publishes the snapshot after the commit.
namespace galley::rollout {

/// A look that was recorded.
struct PastLook {
  std::int64_t attempt = 0;
  std::string monitor;
  std::string verdict;
  Look look;
};

struct Rollout {
  std::int64_t row = 0;
  Id id;
  std::int64_t number = 0;  ///< In the project.
  std::int64_t endpoint_row = 0;
  std::string endpoint;
  Id champion;  ///< Variants.
  Id challenger;
  Strategy strategy;
  State state;
  bool is_open = false;  ///< Something may still follow, if only an acknowledgement.
  std::string actor;
  std::string reason;  ///< Of who started it.
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> ended_ms;
};

struct NewRollout {
  std::string endpoint;
  std::string model;
  std::int64_t version = 0;
  std::optional<std::string> python;         ///< Null: as the champion's.
  std::optional<EndpointSettings> settings;  ///< Null: as they are stored. Else stored.
  std::string reason;
  std::optional<Strategy> strategy = std::nullopt;  ///< Null: that of the settings.
};
/// Another version goes out, step by step. kFailedPrecondition: a rollout is under way, there is
/// no strategy, the version is served already, or a monitor does not fit.
Result<Rollout> StartRollout(journal::Change& change, const NewRollout& rollout);

/// What a person wants of an endpoint's newest rollout.
struct Order {
  std::string verb;  ///< `promote`, `pause`, `resume`, `abort` or `retry`.
  bool full = false;
  std::string reason;
  std::optional<std::int64_t> turn;     ///< Refused if the rollout has gone on; null: as it is.
  std::optional<std::int64_t> rollout;  ///< Its number: refused if another one came after it.
};
/// kFailedPrecondition says why it does not apply. `retry` of one that was aborted or rolled back
/// starts it again, under the next number.
Result<Rollout> Act(journal::Change& change, std::string_view endpoint, const Order& order);

/// What an endpoint's champion was, from 1 on.
struct Revision {
  std::int64_t number = 0;
  Variant variant;
  std::string cause;  ///< `created`, `set`, `promoted` or `undone`.
  std::optional<std::int64_t> rollout;
  std::string actor;
  std::string reason;
  std::int64_t at_ms = 0;
};
/// Newest first.
Result<std::vector<Revision>> ListRevisions(db::Connection& db, std::int64_t endpoint,
                                            std::int64_t limit);

/// An earlier revision answers at once; `to` null: the one before.
struct Undone {
  Revision revision;         ///< The new one.
  std::int64_t version = 0;  ///< Of the snapshot that says so.
};
Result<Undone> UndoRevision(journal::Change& change, std::string_view endpoint,
                            std::optional<std::int64_t> to, std::string_view reason);

/// A window of a monitor is closed: analyses that look at it go on. Called once for each, in order,
/// in the transaction that also evaluates the alert rules of the window.
Status OnWindow(journal::Change& change, const observe::Monitor& monitor, std::int64_t window);

/// Whether OnGateway would change anything of the project now. `status` null: no gateway has run.
Result<bool> IsDue(db::Connection& db, std::int64_t project, const snapshot::Status* status,
                   std::int64_t now_ms);
/// What the gateway says of the project's rollouts, and the time: acknowledgements, models that
/// cannot be loaded, guardrails, pauses that are over.
Status OnGateway(journal::Change& change, const snapshot::Status* status);
/// Names of the projects that have rollouts, or plans, to which something may follow.
Result<std::vector<std::string>> ProjectsWithRollouts(db::Connection& db);

/// The newest first; `endpoint` empty: of all, also deleted ones.
Result<std::vector<Rollout>> ListRollouts(db::Connection& db, std::int64_t project,
                                          std::string_view endpoint, std::int64_t limit);
/// The endpoint's newest; kNotFound if it had none.
Result<Rollout> GetRollout(db::Connection& db, std::int64_t project, std::string_view endpoint);
/// In order; at most `limit`, the newest.
Result<std::vector<PastLook>> ListLooks(db::Connection& db, std::int64_t rollout,
                                        std::int64_t limit);

/// kFailedPrecondition, naming the rollout, if one is under way: the endpoint cannot be `done`.
Status CheckNoRollout(db::Connection& db, const Endpoint& endpoint, std::string_view done);
/// Aborts the endpoint's rollout, if one is under way.
Status EndWith(journal::Change& change, const Endpoint& endpoint, std::string_view reason);

}  // namespace galley::rollout
