#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/pipeline/alert_cycle.h"
#include "domain/pipeline/trigger.h"
#include "domain/pipeline/triggers.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/journal/change.h"

/// Rows of what was applied and of the events that came. Inside of this room only.
namespace galley::pipeline {

/// Whether its triggers are in force or not; null: nothing of this file was ever applied.
Result<std::optional<Source>> FindSource(db::Connection& db, std::int64_t project,
                                         std::string_view folder, std::string_view file);

/// Puts a source's triggers in force in place of those it had, with the event
/// `pipeline_trigger.applied`. One that was in force before goes on from where it is; `positions`
/// are where the others begin, one for each.
Status StoreTriggers(journal::Change& change, Source& source, const std::vector<Trigger>& triggers,
                     const std::vector<std::int64_t>& positions);

/// Takes all of a source's triggers away, with `pipeline_trigger.removed`.
Status RemoveTriggers(journal::Change& change, const Source& source);

/// A trigger in force.
struct InForce {
  std::int64_t row = 0;
  std::string project;
  Trigger trigger;
  /// What it was last begun for, or passed over: of a schedule the time in milliseconds, of a
  /// dataset the version.
  std::int64_t position = 0;
  Source source;
};
/// Of all projects, in the order they were applied.
Result<std::vector<InForce>> ListInForce(db::Connection& db);
/// Those of a project, with the newest event of each.
Result<std::vector<TriggerState>> ListStates(db::Connection& db, std::int64_t project);
/// That of pushes to a source by its id; null: there is none.
Result<std::optional<InForce>> FindPush(db::Connection& db, std::int64_t project, const Id& source);

/// What came.
struct Event {
  std::string id;
  std::int64_t position = 0;
  std::string checkout;  ///< The folder that was made for its run.
};
/// Writes an event with its run, or with why it has none, and moves the trigger on.
/// kAlreadyExists: it came before.
Status StoreEvent(journal::Change& change, std::int64_t trigger, const Event& event,
                  std::optional<std::int64_t> run, std::string_view error);
/// Moves a trigger on without an event.
Status SetPosition(journal::Change& change, std::int64_t trigger, std::int64_t position);

/// What an alert's trigger remembers of a monitor.
Result<AlertCycle> LoadCycle(db::Connection& db, std::int64_t trigger, const Id& monitor);
Status StoreCycle(journal::Change& change, std::int64_t trigger, const Id& monitor,
                  const AlertCycle& cycle);

/// What became of an event; null: it did not come.
Result<std::optional<PastEvent>> FindEvent(db::Connection& db, std::int64_t trigger,
                                           std::string_view event);

/// A checkout that is still there for a run.
struct Checkout {
  std::string folder;
  std::string project;
  std::int64_t source = 0;
  RunState state = RunState::kWaiting;
};
/// Newest first.
Result<std::vector<Checkout>> ListCheckouts(db::Connection& db);
Status ForgetCheckout(journal::Change& change, std::string_view folder);

}  // namespace galley::pipeline
