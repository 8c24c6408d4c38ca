#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/ledger/events.h"
#include "domain/ledger/report.h"
#include "domain/observe/monitor.h"
#include "domain/rollout/service.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"

/// The parts of a report, in the order in which they are made: later ones look at earlier ones.
/// Inside of this room only.
namespace galley::ledger {

struct Making {
  db::Connection& db;
  std::int64_t project;
  std::int64_t now_ms;
  rollout::Endpoint endpoint;
  std::vector<rollout::Variant> history;  ///< Oldest first.
  std::optional<observe::Monitor> monitor;
  std::vector<Happening> happenings;
  Report report;
};

/// `served` but for its windows, which AddMeasured adds.
Status AddServed(Making& making);
/// `arms`, `drift`.
Status AddMeasured(Making& making);
/// `trained`.
Status AddTrained(Making& making);
/// `alerts`, `incidents`, `rollouts`, `promotions`.
void AddStory(Making& making);
/// `actions`.
Status AddActions(Making& making);
/// `loops`.
void AddLoops(Making& making);
/// `not_cured`, `gain`: from the report alone.
void AddOutcome(Report& report);
/// `cost`.
Status AddCost(Making& making);
/// `effects`.
Status AddEffects(Making& making);

/// Whether an event is about the report's endpoint or monitor, or names neither.
bool IsOurs(const Making& making, const Happening& happening);
/// Whether what started a run was an alert or drift.
bool IsByAlert(std::string_view trigger);
/// `orange-juice@2`.
std::string ModelText(std::string_view model, std::int64_t version);

}  // namespace galley::ledger
