#pragma once

#include <cstdint>

#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/db/find.h"
#include "storage/db/pulse.h"

/// What the page's home and its search ask of this room. `project` is a project's row.
namespace galley::tracking {

/// Active runs by id, name, user, or a parameter or tag: its value, or `key=value`. Of the latter
/// the text may be a beginning. Looks at every run of the project.
Result<db::Found> FindRuns(db::Connection& db, std::int64_t project, const db::Sought& sought);
/// Active experiments by number, id, name or a tag's value.
Result<db::Found> FindExperiments(db::Connection& db, std::int64_t project,
                                  const db::Sought& sought);

/// Of the active runs. All but `total` looks at the last seven days: `under_way` still run,
/// `failed` is 1 if the one that ended last failed, `last_ms` when one finished.
Result<db::Pulse> RunPulse(db::Connection& db, std::int64_t project, std::int64_t now_ms);

}  // namespace galley::tracking
