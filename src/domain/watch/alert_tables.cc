#include "domain/watch/alerts.h"

namespace galley::watch {
namespace {

constexpr std::string_view kSteps[] = {R"(
  CREATE TABLE alert_rule(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    actor TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    UNIQUE(project, id),
    UNIQUE(project, name)
  ) STRICT;
  CREATE TABLE alert_reading(
    rule INTEGER NOT NULL REFERENCES alert_rule,
    of_column TEXT NOT NULL,
    window INTEGER,
    at_ms INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    value REAL,
    threshold REAL,
    sample INTEGER NOT NULL,
    PRIMARY KEY(rule, of_column)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE alert(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL,
    rule INTEGER REFERENCES alert_rule,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    of_column TEXT NOT NULL,
    state INTEGER NOT NULL,
    active_at REAL NOT NULL,
    kept_since REAL,
    active_window INTEGER,
    fired_window INTEGER,
    resolved_window INTEGER,
    active_ms INTEGER NOT NULL,
    fired_ms INTEGER,
    resolved_ms INTEGER,
    value REAL,
    threshold REAL,
    sample INTEGER NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    UNIQUE(project, id)
  ) STRICT;
  CREATE INDEX alert_of_rule ON alert(rule, of_column, row);
  CREATE INDEX alert_by_name ON alert(project, name, row);
  CREATE TABLE alert_progress(
    project INTEGER NOT NULL REFERENCES project,
    monitor BLOB NOT NULL,
    created_ms INTEGER NOT NULL,
    through INTEGER NOT NULL,
    PRIMARY KEY(project, monitor)
  ) STRICT, WITHOUT ROWID;
)"};

}  // namespace

const db::Part kAlertTables{"alerts", kSteps};

}  // namespace galley::watch
