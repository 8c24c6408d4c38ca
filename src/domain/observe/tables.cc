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
)"};

}  // namespace

const db::Part kTables{"observe", kSteps};

}  // namespace galley::observe
