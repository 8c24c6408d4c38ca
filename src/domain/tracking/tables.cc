#include "domain/tracking/service.h"

namespace galley::tracking {
namespace {

constexpr std::string_view kSteps[] = {R"(
  CREATE TABLE alias(
    project INTEGER NOT NULL REFERENCES project,
    system TEXT NOT NULL,
    kind TEXT NOT NULL,
    alias TEXT NOT NULL,
    row INTEGER NOT NULL,
    PRIMARY KEY(project, system, kind, alias)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX alias_of_row ON alias(system, kind, row, alias);

  CREATE TABLE experiment(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    artifact_root TEXT NOT NULL,
    state INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    UNIQUE(project, id),
    UNIQUE(project, name)
  ) STRICT;
  CREATE TABLE experiment_tag(
    experiment INTEGER NOT NULL REFERENCES experiment,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY(experiment, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE run(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL,
    experiment INTEGER NOT NULL REFERENCES experiment,
    name TEXT NOT NULL,
    user TEXT NOT NULL,
    status INTEGER NOT NULL,
    state INTEGER NOT NULL,
    started_ms INTEGER,
    ended_ms INTEGER,
    artifact_uri TEXT NOT NULL,
    UNIQUE(project, id)
  ) STRICT;
  CREATE INDEX run_of_experiment ON run(experiment, state, started_ms DESC, id);
  CREATE TABLE run_param(
    run INTEGER NOT NULL REFERENCES run,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY(run, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE run_tag(
    run INTEGER NOT NULL REFERENCES run,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY(run, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE metric_series(
    row INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run,
    key TEXT NOT NULL,
    step INTEGER NOT NULL,
    timestamp_ms INTEGER NOT NULL,
    value REAL NOT NULL,
    is_nan INTEGER NOT NULL,
    UNIQUE(run, key)
  ) STRICT;
  CREATE TABLE metric_point(
    series INTEGER NOT NULL,
    step INTEGER NOT NULL,
    timestamp_ms INTEGER NOT NULL,
    value REAL NOT NULL,
    is_nan INTEGER NOT NULL,
    PRIMARY KEY(series, step, timestamp_ms, value, is_nan)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE dataset(
    row INTEGER PRIMARY KEY,
    experiment INTEGER NOT NULL REFERENCES experiment,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    source_type TEXT NOT NULL,
    source TEXT NOT NULL,
    schema TEXT,
    profile TEXT,
    UNIQUE(experiment, name, digest)
  ) STRICT;
  CREATE TABLE run_input(
    row INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run,
    dataset INTEGER NOT NULL REFERENCES dataset,
    UNIQUE(run, dataset)
  ) STRICT;
  CREATE TABLE run_input_tag(
    input INTEGER NOT NULL REFERENCES run_input,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY(input, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE logged_model(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL,
    experiment INTEGER NOT NULL REFERENCES experiment,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    status INTEGER NOT NULL,
    state INTEGER NOT NULL,
    source_run INTEGER REFERENCES run,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    artifact_uri TEXT NOT NULL,
    UNIQUE(project, id)
  ) STRICT;
  CREATE INDEX logged_model_of_experiment ON logged_model(experiment, state, created_ms DESC, id);
  CREATE INDEX logged_model_of_run ON logged_model(source_run);
  CREATE TABLE logged_model_param(
    model INTEGER NOT NULL REFERENCES logged_model,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY(model, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE logged_model_tag(
    model INTEGER NOT NULL REFERENCES logged_model,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY(model, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE logged_model_metric(
    model INTEGER NOT NULL REFERENCES logged_model,
    key TEXT NOT NULL,
    dataset_name TEXT NOT NULL,
    dataset_digest TEXT NOT NULL,
    run INTEGER NOT NULL REFERENCES run,
    step INTEGER NOT NULL,
    timestamp_ms INTEGER NOT NULL,
    value REAL NOT NULL,
    is_nan INTEGER NOT NULL,
    PRIMARY KEY(model, key, dataset_name, dataset_digest, run, step, timestamp_ms, value, is_nan)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE run_model(
    run INTEGER NOT NULL REFERENCES run,
    role INTEGER NOT NULL,
    model INTEGER NOT NULL REFERENCES logged_model,
    step INTEGER NOT NULL,
    PRIMARY KEY(run, role, model, step)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE artifact(
    project INTEGER NOT NULL REFERENCES project,
    path TEXT NOT NULL,
    digest BLOB NOT NULL,
    size INTEGER NOT NULL,
    stored_ms INTEGER NOT NULL,
    PRIMARY KEY(project, path)
  ) STRICT, WITHOUT ROWID;
)",
                                       // What changed since somebody looked; extremes of series.
                                       R"(
  ALTER TABLE run ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX run_of_change ON run(project, changed);
  ALTER TABLE metric_series ADD COLUMN low REAL;
  ALTER TABLE metric_series ADD COLUMN high REAL;
  UPDATE metric_series SET (low, high) = (
    SELECT min(value), max(value) FROM metric_point
    WHERE series = metric_series.row AND is_nan = 0);
)",
                                       // How many points a series has: it only grows, so equal
                                       // numbers are equal points.
                                       R"(
  ALTER TABLE metric_series ADD COLUMN points INTEGER NOT NULL DEFAULT 0;
  UPDATE metric_series
    SET points = (SELECT count(*) FROM metric_point WHERE series = metric_series.row);
)",
                                       // The first step at which a series has its extremes.
                                       R"(
  ALTER TABLE metric_series ADD COLUMN low_step INTEGER;
  ALTER TABLE metric_series ADD COLUMN high_step INTEGER;
  UPDATE metric_series SET
    low_step = (SELECT min(step) FROM metric_point
                WHERE series = metric_series.row AND is_nan = 0 AND value = low),
    high_step = (SELECT min(step) FROM metric_point
                 WHERE series = metric_series.row AND is_nan = 0 AND value = high);
)",
                                       // A search finds what begins so without looking at all runs.
                                       R"(
  CREATE INDEX run_param_by_value ON run_param(substr(value, 1, 64) COLLATE NOCASE);
  CREATE INDEX run_tag_by_value ON run_tag(substr(value, 1, 64) COLLATE NOCASE);
)",
                                       // It finds parts of names without reading the runs, and
                                       // people at once.
                                       R"(
  CREATE INDEX run_by_name ON run(project, name);
  CREATE INDEX run_by_user ON run(project, user COLLATE NOCASE);
)"};

}  // namespace

const db::Part kTables{"tracking", kSteps};

}  // namespace galley::tracking
