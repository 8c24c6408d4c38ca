#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "storage/db/connection.h"

/// The journal as the report reads it. This file and its source alone know the kinds of events and
/// the names of their details. Inside of this room only.
namespace galley::ledger {

/// What an event is for a report, whatever it is called.
enum class What : std::uint8_t {
  kAlertFiring,
  kAlertResolved,
  kIncidentOpened,
  kIncidentJoined,
  kIncidentAcked,
  kIncidentCauseSet,
  kIncidentClosed,
  kRolloutStarted,
  kRolloutAcknowledged,
  kRolloutStepped,
  kRolloutJudged,
  kRolloutPromoted,
  kRolloutEnded,  ///< Aborted, rolled back or undone.
  kRolloutOther,  ///< Paused, resumed, retried.
  kEndpointCreated,
  kEndpointChanged,
  kEndpointOther,
  kRunCreated,
  kRunEnded,
  kJobEnded,
  kGateDecided,
  kVersionCreated,
  kDatasetCommitted,
  kArtifactStored,
  kReferenceSet,
  kPlan,
  kTriggerOther,
};

/// A suspected cause, as an incident lists it.
struct CauseDetail {
  std::string kind;
  std::string name;
  std::optional<double> score;
  std::string what;
  bool claims_data_fault = false;
};
/// A file that came into the stores.
struct StoredFile {
  std::string digest;
  std::int64_t bytes = 0;
};

/// An event. What it does not say is empty, whatever its kind: events of other rooms may grow.
struct Happening {
  std::int64_t sequence = 0;
  std::int64_t at_ms = 0;
  What what = What::kPlan;
  std::string kind;
  std::string subject;
  std::string actor;
  std::string detail;  ///< JSON.

  std::string monitor;   ///< Name or id.
  std::string endpoint;  ///< Name.
  std::optional<std::int64_t> window;
  std::optional<std::int64_t> active_window;
  std::string rule;
  std::string column;
  std::optional<double> value;
  std::optional<double> limit;
  std::string reason;
  std::string cause;
  std::vector<CauseDetail> causes;
  std::vector<std::int64_t> alert_events;
  std::string model;    ///< `orange-juice@2`.
  std::string variant;  ///< Id.
  std::string pipeline;
  std::optional<double> log_evidence;
  std::string verdict;
  std::optional<double> weight;  ///< Thousandths.
  std::optional<std::int64_t> run;
  std::string trigger;
  std::string state;
  std::string dataset;  ///< `sales@3`.
  std::vector<StoredFile> files;
};

/// All that a report may rest on, oldest first. kResourceExhausted: there are too many.
Result<std::vector<Happening>> ReadHappenings(db::Connection& db, std::int64_t project);

/// Reads what an event says. Public for tests.
Happening ToHappening(What what, std::string_view kind, std::string_view detail);

}  // namespace galley::ledger
