#include "domain/pipeline/service.h"

namespace galley::pipeline {
namespace {

constexpr std::string_view kSteps[] = {R"(
  CREATE TABLE pipeline_run(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    number INTEGER NOT NULL,
    id BLOB NOT NULL UNIQUE,
    pipeline TEXT NOT NULL,
    folder TEXT NOT NULL,
    file TEXT NOT NULL,
    definition TEXT NOT NULL,
    other_files TEXT NOT NULL,
    inputs TEXT NOT NULL,
    environment TEXT NOT NULL,
    force INTEGER NOT NULL,
    state TEXT NOT NULL,
    cause TEXT NOT NULL,
    actor TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    UNIQUE(project, number)
  ) STRICT;
  CREATE INDEX pipeline_run_active ON pipeline_run(state) WHERE state IN ('waiting', 'running');
  CREATE TABLE pipeline_job(
    run INTEGER NOT NULL REFERENCES pipeline_run,
    position INTEGER NOT NULL,
    id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    stage TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    explanation TEXT NOT NULL,
    key_parts TEXT NOT NULL,
    results TEXT NOT NULL,
    next_ms INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    PRIMARY KEY(run, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pipeline_attempt(
    job BLOB NOT NULL,
    number INTEGER NOT NULL,
    ending TEXT NOT NULL,
    reason TEXT NOT NULL,
    exit_code INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    cpu_ms INTEGER NOT NULL,
    peak_memory_bytes INTEGER NOT NULL,
    PRIMARY KEY(job, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pipeline_cache(
    project INTEGER NOT NULL REFERENCES project,
    key BLOB NOT NULL,
    job BLOB NOT NULL,
    results TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY(project, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pipeline_known(
    project INTEGER NOT NULL REFERENCES project,
    folder TEXT NOT NULL,
    pipeline TEXT NOT NULL,
    name TEXT NOT NULL,
    key_parts TEXT NOT NULL,
    PRIMARY KEY(project, folder, pipeline, name)
  ) STRICT, WITHOUT ROWID;
)",
                                       R"(
  CREATE TABLE pipeline_gate(
    project INTEGER NOT NULL REFERENCES project,
    job BLOB NOT NULL UNIQUE,
    evidence TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY(project, job)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pipeline_gate_candidate(
    project INTEGER NOT NULL REFERENCES project,
    candidate BLOB NOT NULL,
    gate BLOB NOT NULL,
    won INTEGER NOT NULL,
    PRIMARY KEY(project, candidate, gate)
  ) STRICT, WITHOUT ROWID;
)",
                                       R"(
  ALTER TABLE pipeline_run ADD COLUMN event TEXT NOT NULL DEFAULT '';
  ALTER TABLE pipeline_run ADD COLUMN code TEXT NOT NULL DEFAULT '';
  ALTER TABLE pipeline_run ADD COLUMN code_changed INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE pipeline_source(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL UNIQUE,
    folder TEXT NOT NULL,
    file TEXT NOT NULL,
    pipeline TEXT NOT NULL,
    repository TEXT NOT NULL,
    path TEXT NOT NULL,
    environment TEXT NOT NULL,
    actor TEXT NOT NULL,
    applied_ms INTEGER NOT NULL,
    UNIQUE(project, folder, file)
  ) STRICT;
  CREATE TABLE pipeline_trigger(
    row INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES pipeline_source,
    key TEXT NOT NULL,
    settings TEXT NOT NULL,
    in_force INTEGER NOT NULL,
    position INTEGER NOT NULL,
    UNIQUE(source, key)
  ) STRICT;
  CREATE TABLE pipeline_event(
    row INTEGER PRIMARY KEY,
    of_trigger INTEGER NOT NULL REFERENCES pipeline_trigger,
    event TEXT NOT NULL,
    run INTEGER,
    error TEXT NOT NULL,
    checkout TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    UNIQUE(of_trigger, event)
  ) STRICT;
  CREATE INDEX pipeline_event_newest ON pipeline_event(of_trigger);
  CREATE INDEX pipeline_event_checkout ON pipeline_event(row) WHERE checkout <> '';
)",
                                       R"(
  CREATE TABLE pipeline_alert_cycle(
    of_trigger INTEGER NOT NULL REFERENCES pipeline_trigger,
    monitor BLOB NOT NULL,
    cycle TEXT NOT NULL,
    PRIMARY KEY(of_trigger, monitor)
  ) STRICT, WITHOUT ROWID;
)",
                                       R"(
  ALTER TABLE pipeline_run ADD COLUMN begins_at TEXT NOT NULL DEFAULT '';
  ALTER TABLE pipeline_run ADD COLUMN again INTEGER NOT NULL DEFAULT 0;
)"};

}  // namespace

const db::Part kTables{"pipeline", kSteps};

}  // namespace galley::pipeline
