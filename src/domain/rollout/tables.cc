#include "domain/rollout/service.h"

namespace galley::rollout {
namespace {

constexpr std::string_view kSteps[] = {R"(
  CREATE TABLE endpoint(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    state INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    UNIQUE(project, id)
  ) STRICT;
  CREATE UNIQUE INDEX endpoint_by_name ON endpoint(project, name) WHERE state = 0;
  CREATE TABLE variant(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL,
    endpoint INTEGER NOT NULL REFERENCES endpoint,
    name TEXT NOT NULL,
    weight INTEGER NOT NULL,
    model TEXT NOT NULL,
    version INTEGER NOT NULL,
    version_id BLOB NOT NULL,
    python TEXT NOT NULL,
    UNIQUE(project, id),
    UNIQUE(endpoint, name)
  ) STRICT;
  CREATE TABLE variant_file(
    variant INTEGER NOT NULL REFERENCES variant,
    path TEXT NOT NULL,
    digest BLOB NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY(variant, path)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE serving_version(
    one INTEGER PRIMARY KEY CHECK(one = 1),
    version INTEGER NOT NULL
  ) STRICT;
  INSERT INTO serving_version(one, version) VALUES(1, 0);
)",
                                       // Variants that were replaced keep their rows. Both
                                       // tables are made anew, so that no row ever refers to
                                       // one that is gone.
                                       R"(
  CREATE TABLE variant_anew(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL,
    endpoint INTEGER NOT NULL REFERENCES endpoint,
    name TEXT NOT NULL,
    weight INTEGER NOT NULL,
    model TEXT NOT NULL,
    version INTEGER NOT NULL,
    version_id BLOB NOT NULL,
    python TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    retired_ms INTEGER,
    UNIQUE(project, id)
  ) STRICT;
  INSERT INTO variant_anew
    SELECT v.row, v.project, v.id, v.endpoint, v.name, v.weight, v.model, v.version, v.version_id,
      v.python, e.created_ms, NULL
    FROM variant AS v JOIN endpoint AS e ON e.row = v.endpoint;
  CREATE TABLE variant_file_anew(
    variant INTEGER NOT NULL REFERENCES variant_anew,
    path TEXT NOT NULL,
    digest BLOB NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY(variant, path)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO variant_file_anew SELECT variant, path, digest, size FROM variant_file;
  DROP TABLE variant_file;
  DROP TABLE variant;
  ALTER TABLE variant_anew RENAME TO variant;
  ALTER TABLE variant_file_anew RENAME TO variant_file;
  CREATE UNIQUE INDEX variant_by_name ON variant(endpoint, name) WHERE retired_ms IS NULL;
  CREATE INDEX variant_of_endpoint ON variant(endpoint, row);
)",
                                       // Rollouts. Every variant so far was a champion once.
                                       R"(
  ALTER TABLE endpoint ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE variant ADD COLUMN mirror INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE rollout(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL,
    number INTEGER NOT NULL,
    endpoint INTEGER NOT NULL REFERENCES endpoint,
    champion BLOB NOT NULL,
    challenger BLOB NOT NULL,
    strategy TEXT NOT NULL,
    state TEXT NOT NULL,
    phase TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    UNIQUE(project, id),
    UNIQUE(project, number)
  ) STRICT;
  CREATE UNIQUE INDEX rollout_active ON rollout(endpoint) WHERE ended_ms IS NULL;
  CREATE INDEX rollout_open ON rollout(project, row) WHERE is_open = 1;
  CREATE INDEX rollout_of_endpoint ON rollout(endpoint, row);
  CREATE TABLE rollout_look(
    rollout INTEGER NOT NULL REFERENCES rollout,
    attempt INTEGER NOT NULL,
    window INTEGER NOT NULL,
    monitor TEXT NOT NULL,
    windows INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    log_e_better REAL NOT NULL,
    log_e_worse REAL NOT NULL,
    rows INTEGER NOT NULL,
    blocks INTEGER NOT NULL,
    PRIMARY KEY(rollout, attempt, window)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE endpoint_revision(
    endpoint INTEGER NOT NULL REFERENCES endpoint,
    number INTEGER NOT NULL,
    variant BLOB NOT NULL,
    cause TEXT NOT NULL,
    rollout INTEGER,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY(endpoint, number)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO endpoint_revision
    SELECT endpoint, number, id, CASE number WHEN 1 THEN 'created' ELSE 'set' END, NULL, '', '',
      created_ms
    FROM (SELECT endpoint, id, created_ms,
      row_number() OVER (PARTITION BY endpoint ORDER BY row) AS number FROM variant);
)",
                                       // Contingency plans.
                                       R"(
  CREATE TABLE contingency(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL,
    endpoint INTEGER NOT NULL REFERENCES endpoint,
    plan TEXT NOT NULL,
    rule TEXT NOT NULL,
    rollout INTEGER,
    snapshot INTEGER NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    ended_by TEXT NOT NULL,
    ended_because TEXT NOT NULL,
    ended_ms INTEGER,
    UNIQUE(project, id)
  ) STRICT;
  CREATE UNIQUE INDEX contingency_in_force ON contingency(endpoint) WHERE ended_ms IS NULL;
  CREATE INDEX contingency_of_endpoint ON contingency(endpoint, row);
)"};

}  // namespace

const db::Part kTables{"rollout", kSteps};

}  // namespace galley::rollout
