#include "domain/registry/service.h"

namespace galley::registry {
namespace {

constexpr std::string_view kSteps[] = {R"(
  CREATE TABLE registered_model(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    last_version INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    UNIQUE(project, id),
    UNIQUE(project, name)
  ) STRICT;
  CREATE TABLE registered_model_tag(
    model INTEGER NOT NULL REFERENCES registered_model ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY(model, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE model_version(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL,
    model INTEGER NOT NULL REFERENCES registered_model ON DELETE CASCADE,
    version INTEGER NOT NULL,
    state INTEGER NOT NULL,
    description TEXT NOT NULL,
    source TEXT NOT NULL,
    location TEXT NOT NULL,
    run BLOB,
    logged_model BLOB,
    run_link TEXT NOT NULL,
    user TEXT NOT NULL,
    stage TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    UNIQUE(project, id),
    UNIQUE(model, version)
  ) STRICT;
  CREATE INDEX model_version_of_run ON model_version(run);
  CREATE TABLE model_version_tag(
    version INTEGER NOT NULL REFERENCES model_version ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY(version, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE model_version_file(
    version INTEGER NOT NULL REFERENCES model_version ON DELETE CASCADE,
    path TEXT NOT NULL,
    digest BLOB NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY(version, path)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE model_alias(
    model INTEGER NOT NULL REFERENCES registered_model ON DELETE CASCADE,
    alias TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY(model, alias)
  ) STRICT, WITHOUT ROWID;
)"};

}  // namespace

const db::Part kTables{"registry", kSteps};

}  // namespace galley::registry
