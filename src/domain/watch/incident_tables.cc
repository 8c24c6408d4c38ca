#include "domain/watch/incident.h"

namespace galley::watch {
namespace {

constexpr std::string_view kSteps[] = {R"(
  CREATE TABLE incident(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    number INTEGER NOT NULL,
    id BLOB NOT NULL,
    monitor BLOB NOT NULL,
    monitor_name TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    width REAL NOT NULL,
    window INTEGER NOT NULL,
    opened_ms INTEGER NOT NULL,
    acked_ms INTEGER,
    acked_by TEXT NOT NULL DEFAULT '',
    cause TEXT NOT NULL DEFAULT '',
    cause_rank INTEGER,
    cause_ranking INTEGER,
    cause_ms INTEGER,
    cause_by TEXT NOT NULL DEFAULT '',
    closed_ms INTEGER,
    closed_by TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    UNIQUE(project, number),
    UNIQUE(project, id)
  ) STRICT;
  CREATE UNIQUE INDEX incident_open ON incident(project, monitor) WHERE closed_ms IS NULL;
  CREATE TABLE incident_alert(
    row INTEGER PRIMARY KEY,
    incident INTEGER NOT NULL REFERENCES incident,
    alert BLOB NOT NULL,
    rule TEXT NOT NULL,
    name TEXT NOT NULL,
    value REAL NOT NULL,
    bound REAL NOT NULL,
    active_window INTEGER NOT NULL,
    window INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX incident_alert_of ON incident_alert(incident);
  CREATE TABLE incident_ranking(
    incident INTEGER NOT NULL REFERENCES incident,
    number INTEGER NOT NULL,
    first INTEGER NOT NULL,
    window INTEGER NOT NULL,
    fall INTEGER,
    made_ms INTEGER NOT NULL,
    candidates TEXT NOT NULL,
    PRIMARY KEY(incident, number)
  ) STRICT;
)"};

}  // namespace

const db::Part kIncidentTables{"incident", kSteps};

}  // namespace galley::watch
