#include "domain/observe/service.h"

namespace galley::observe {
namespace {

constexpr std::string_view kSteps[] = {R"(
  CREATE TABLE segment(
    id TEXT PRIMARY KEY,
    records INTEGER NOT NULL,
    taken_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE prediction(
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL,
    rows INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    endpoint TEXT NOT NULL,
    variant BLOB NOT NULL,
    version BLOB NOT NULL,
    request TEXT NOT NULL,
    response TEXT NOT NULL,
    PRIMARY KEY(project, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE label(
    project INTEGER NOT NULL REFERENCES project,
    prediction BLOB NOT NULL,
    at_ms INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY(project, prediction, at_ms, value)
  ) STRICT, WITHOUT ROWID;
)",
                                       R"(
  ALTER TABLE prediction ADD COLUMN content_type TEXT NOT NULL DEFAULT 'application/json';
  CREATE TABLE monitor(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    actor TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    watermark REAL,
    untimed INTEGER NOT NULL DEFAULT 0,
    UNIQUE(project, id),
    UNIQUE(project, name)
  ) STRICT;
  CREATE TABLE measured(
    monitor INTEGER NOT NULL REFERENCES monitor,
    slice TEXT NOT NULL,
    variant BLOB NOT NULL,
    window INTEGER NOT NULL,
    value TEXT NOT NULL,
    counts TEXT NOT NULL,
    PRIMARY KEY(monitor, slice, variant, window, value)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX measured_by_window ON measured(monitor, slice, window);
  CREATE TABLE monitor_reference(
    monitor INTEGER NOT NULL REFERENCES monitor,
    name TEXT NOT NULL,
    histogram BLOB NOT NULL,
    threshold REAL NOT NULL,
    blocks INTEGER NOT NULL,
    PRIMARY KEY(monitor, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE measured_input(
    monitor INTEGER NOT NULL REFERENCES monitor,
    name TEXT NOT NULL,
    window INTEGER NOT NULL,
    histogram BLOB NOT NULL,
    PRIMARY KEY(monitor, name, window)
  ) STRICT, WITHOUT ROWID;
)"};

}  // namespace

const db::Part kTables{"observe", kSteps};

}  // namespace galley::observe
