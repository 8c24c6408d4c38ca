#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/observe/monitor.h"
#include "domain/watch/candidate.h"
#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "storage/db/connection.h"
#include "storage/db/migrate.h"
#include "storage/journal/change.h"

/// Incidents: what may have caused an alert (docs/formats/incident.md).
namespace galley::watch {

/// The tables of incidents.
extern const db::Part kIncidentTables;

/// What an alert that has just begun to fire says of itself.
struct Fired {
  Id alert;
  std::string rule;    ///< `accuracy`
  std::string column;  ///< Of a drift rule; else empty.
  double value = 0;
  double limit = 0;
  std::int64_t active_window = 0;  ///< Since when its expression holds.
};

/// Alerts that began to fire at the same closed window of a monitor: a new incident, or, if one of
/// the monitor is open, they join it. With its event `incident.opened` or `incident.joined`.
Status OnFired(journal::Change& change, const observe::Monitor& monitor, std::int64_t window,
               const std::vector<Fired>& fired);

/// Candidates as they were ranked at a window.
struct Ranking {
  std::int64_t number = 0;           ///< Of the incident's, from 1.
  std::int64_t first = 0;            ///< Oldest window that was looked at.
  std::int64_t window = 0;           ///< Newest.
  std::optional<std::int64_t> fall;  ///< Since when accuracy was lower.
  std::int64_t made_ms = 0;
  std::vector<Candidate> candidates;
  static const schema::Message kSchema;

  /// Whether a column of the candidates was beyond what it is like without drift.
  bool ClaimsDataFault() const;
};

struct IncidentAlert {
  Fired fired;
  std::int64_t window = 0;  ///< When it began to fire.
  bool is_firing = true;    ///< As the journal says by now.
};

struct Incident {
  std::int64_t row = 0;
  std::int64_t number = 0;  ///< Of the project's incidents, from 1.
  Id id;
  Id monitor;
  std::string monitor_name;
  std::string endpoint;
  double width = 1;  ///< Of the monitor's windows.
  std::int64_t window = 0;
  std::int64_t opened_ms = 0;
  std::optional<std::int64_t> acked_ms;
  std::string acked_by;
  std::string cause;                          ///< Empty: none was set.
  std::optional<std::int64_t> cause_rank;     ///< Null: free text.
  std::optional<std::int64_t> cause_ranking;  ///< Which ranking it is of.
  std::optional<std::int64_t> cause_ms;
  std::string cause_by;
  std::optional<std::int64_t> closed_ms;
  std::string closed_by;
  std::string reason;
  std::vector<IncidentAlert> alerts;
  std::vector<Ranking> rankings;  ///< Oldest first. Of a list only the newest.

  bool CauseInTopThree() const { return cause_rank && *cause_rank <= 3; }
};

/// Newest first; only those with a smaller number than `before`.
Result<std::vector<Incident>> ListIncidents(db::Connection& db, std::int64_t project,
                                            std::int64_t limit, std::optional<std::int64_t> before);
/// kNotFound says which there are.
Result<Incident> GetIncident(db::Connection& db, std::int64_t project, std::int64_t number);

// All three: kFailedPrecondition if it is closed, kInvalidArgument for a text that is too long.

/// Somebody looks at it. With `incident.acked`; a second time is kFailedPrecondition.
Status AcknowledgeIncident(journal::Change& change, std::int64_t number);
/// What it was: the candidate of that rank in the newest ranking, or a text. May be set again, also
/// of a closed incident. With `incident.cause_set`.
struct Cause {
  std::optional<std::int64_t> rank;
  std::string text;
};
Status SetCause(journal::Change& change, std::int64_t number, const Cause& cause);
/// It is over. Alerts may still fire; the event `incident.closed` says which.
Status CloseIncident(journal::Change& change, std::int64_t number, std::string_view reason);

}  // namespace galley::watch
