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
)",
                                       R"(
  CREATE TABLE intake(
    segments INTEGER NOT NULL
  ) STRICT;
  INSERT INTO intake(segments) VALUES(0);

  ALTER TABLE prediction ADD COLUMN mirror_of BLOB;
  ALTER TABLE prediction ADD COLUMN taken INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX prediction_by_mirror ON prediction(mirror_of) WHERE mirror_of IS NOT NULL;

  CREATE TABLE label_named(
    project INTEGER NOT NULL REFERENCES project,
    prediction BLOB NOT NULL,
    name TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY(project, prediction, name, at_ms, value)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO label_named SELECT project, prediction, '', at_ms, value FROM label;
  DROP TABLE label;
  ALTER TABLE label_named RENAME TO label;

  ALTER TABLE monitor ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE monitor_reference ADD COLUMN deviation REAL;

  CREATE TABLE measured_by_arm(
    monitor INTEGER NOT NULL REFERENCES monitor,
    slice TEXT NOT NULL,
    variant BLOB NOT NULL,
    mirrored INTEGER NOT NULL,
    window INTEGER NOT NULL,
    value TEXT NOT NULL,
    counts TEXT NOT NULL,
    PRIMARY KEY(monitor, slice, variant, mirrored, window, value)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO measured_by_arm
    SELECT monitor, slice, variant, 0, window, value, counts FROM measured;
  DROP TABLE measured;
  ALTER TABLE measured_by_arm RENAME TO measured;
  CREATE INDEX measured_by_window ON measured(monitor, slice, window);

  CREATE TABLE made(
    monitor INTEGER NOT NULL REFERENCES monitor,
    window INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    PRIMARY KEY(monitor, window)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE paired(
    monitor INTEGER NOT NULL REFERENCES monitor,
    champion BLOB NOT NULL,
    challenger BLOB NOT NULL,
    window INTEGER NOT NULL,
    value TEXT NOT NULL,
    rows INTEGER NOT NULL,
    sum_e9 INTEGER NOT NULL,
    PRIMARY KEY(monitor, champion, challenger, window, value)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE watermark(
    project INTEGER NOT NULL REFERENCES project,
    endpoint TEXT NOT NULL,
    time REAL NOT NULL,
    PRIMARY KEY(project, endpoint)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE traffic(
    project INTEGER NOT NULL REFERENCES project,
    endpoint TEXT NOT NULL,
    variant BLOB NOT NULL,
    to_ms INTEGER NOT NULL,
    counts TEXT NOT NULL,
    PRIMARY KEY(project, endpoint, to_ms, variant)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX traffic_by_time ON traffic(to_ms);
)",
                                       R"(
  CREATE TABLE past_drift(
    monitor INTEGER NOT NULL REFERENCES monitor,
    window INTEGER NOT NULL,
    name TEXT NOT NULL,
    rows INTEGER NOT NULL,
    psi REAL NOT NULL,
    js REAL NOT NULL,
    ks REAL,
    wasserstein REAL,
    distance REAL NOT NULL,
    beyond INTEGER NOT NULL,
    alarm INTEGER NOT NULL,
    PRIMARY KEY(monitor, window, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE kept_reference(
    monitor INTEGER NOT NULL REFERENCES monitor,
    version BLOB NOT NULL,
    name TEXT NOT NULL,
    histogram BLOB NOT NULL,
    threshold REAL NOT NULL,
    blocks INTEGER NOT NULL,
    deviation REAL,
    sha256 TEXT NOT NULL,
    rows INTEGER NOT NULL,
    PRIMARY KEY(monitor, version, name)
  ) STRICT, WITHOUT ROWID;
)",
                                       R"(
  ALTER TABLE monitor ADD COLUMN far REAL;
  ALTER TABLE monitor ADD COLUMN far_request BLOB;
)",
                                       R"(
  CREATE TABLE label_lag(
    monitor INTEGER NOT NULL REFERENCES monitor,
    window INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    PRIMARY KEY(monitor, window, bucket)
  ) STRICT, WITHOUT ROWID;
  )",
                                       // How many labels came, day by day.
                                       R"(
  CREATE INDEX label_by_time ON label(project, at_ms);
)",
                                       // What a variant answered in a stretch of time: samples of
                                       // rollouts, references out of requests.
                                       R"(
  CREATE INDEX prediction_by_variant ON prediction(project, variant, at_ms);
)",
                                       // Where references came from; `model_version` is empty of
                                       // those in force.
                                       R"(
  CREATE TABLE reference_source(
    monitor INTEGER NOT NULL REFERENCES monitor,
    model_version BLOB NOT NULL,
    source TEXT NOT NULL,
    rows INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    from_time REAL,
    to_time REAL,
    dataset TEXT NOT NULL,
    number INTEGER,
    dataset_version BLOB,
    digest TEXT NOT NULL,
    actor TEXT NOT NULL,
    set_ms INTEGER NOT NULL,
    PRIMARY KEY(monitor, model_version)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX reference_by_dataset ON reference_source(dataset) WHERE dataset <> '';
)"};

}  // namespace

const db::Part kTables{"observe", kSteps};

}  // namespace galley::observe
