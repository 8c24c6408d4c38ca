#include "domain/data/service.h"

namespace galley::data {
namespace {

constexpr std::string_view kSteps[] = {R"(
  CREATE TABLE versioned_dataset(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    UNIQUE(project, id),
    UNIQUE(project, name)
  ) STRICT;
  CREATE TABLE dataset_version(
    dataset INTEGER NOT NULL REFERENCES versioned_dataset,
    number INTEGER NOT NULL,
    id BLOB NOT NULL UNIQUE,
    digest BLOB NOT NULL,
    parent BLOB,
    mode TEXT NOT NULL,
    columns TEXT NOT NULL,
    added INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    total INTEGER NOT NULL,
    files INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    actor TEXT NOT NULL,
    source TEXT NOT NULL,
    message TEXT NOT NULL,
    batch TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY(dataset, number)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX dataset_batch ON dataset_version(dataset, batch) WHERE batch <> '';
  CREATE INDEX dataset_version_by_digest ON dataset_version(digest);
  CREATE TABLE dataset_file(
    dataset INTEGER NOT NULL REFERENCES versioned_dataset,
    path TEXT NOT NULL,
    added INTEGER NOT NULL,
    removed INTEGER,
    digest BLOB NOT NULL,
    rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY(dataset, path, added)
  ) STRICT, WITHOUT ROWID;
)",
                                       R"(
  ALTER TABLE versioned_dataset ADD COLUMN kind TEXT NOT NULL DEFAULT 'table';
  ALTER TABLE dataset_version ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE dataset_version ADD COLUMN event_max INTEGER;
  ALTER TABLE dataset_version ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
  CREATE TABLE dataset_report(
    version BLOB PRIMARY KEY,
    report TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE dataset_contract(
    dataset INTEGER NOT NULL REFERENCES versioned_dataset,
    number INTEGER NOT NULL,
    contract TEXT NOT NULL,
    actor TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY(dataset, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE dataset_rejection(
    dataset INTEGER NOT NULL REFERENCES versioned_dataset,
    number INTEGER NOT NULL,
    id BLOB NOT NULL UNIQUE,
    mode TEXT NOT NULL,
    columns TEXT NOT NULL,
    rows INTEGER NOT NULL,
    files INTEGER NOT NULL,
    actor TEXT NOT NULL,
    source TEXT NOT NULL,
    message TEXT NOT NULL,
    batch TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    report TEXT NOT NULL,
    PRIMARY KEY(dataset, number)
  ) STRICT, WITHOUT ROWID;
)"};

}  // namespace

const db::Part kTables{"data", kSteps};

}  // namespace galley::data
