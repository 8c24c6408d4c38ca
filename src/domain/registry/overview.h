#pragma once

#include <cstdint>

#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/db/find.h"
#include "storage/db/pulse.h"

/// What the page's home and its search ask of this room. `project` is a project's row.
namespace galley::registry {

/// Registered models by id, name, description or a tag's value.
Result<db::Found> FindModels(db::Connection& db, std::int64_t project, const db::Sought& sought);
/// Versions by id, `NAME@V`, alias (also `NAME@ALIAS`), stage, commit, their run's id, description
/// or a tag's value. A hit's id is `NAME@V`.
Result<db::Found> FindVersions(db::Connection& db, std::int64_t project, const db::Sought& sought);

/// `total` models, `days` of versions, `last_ms` when the newest version was made.
Result<db::Pulse> ModelPulse(db::Connection& db, std::int64_t project, std::int64_t now_ms);

}  // namespace galley::registry
