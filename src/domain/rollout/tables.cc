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
)"};

}  // namespace

const db::Part kTables{"rollout", kSteps};

}  // namespace galley::rollout
