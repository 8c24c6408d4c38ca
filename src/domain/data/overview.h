#pragma once

#include <cstdint>

#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/db/find.h"
#include "storage/db/pulse.h"

/// What the page's home and its search ask of this room. `project` is a project's row.
namespace galley::data {

/// Datasets by id or name.
Result<db::Found> FindDatasets(db::Connection& db, std::int64_t project, const db::Sought& sought);
/// Versions by id, `NAME@V`, digest (its first 6 digits or more), batch or message. A hit's id is
/// `NAME@V`.
Result<db::Found> FindDatasetVersions(db::Connection& db, std::int64_t project,
                                      const db::Sought& sought);

/// `total` datasets, `days` of versions, `last_ms` when the newest one was published; `failed`: of
/// how many datasets the newest commit was refused, `warned`: the newest version passed with
/// warnings.
Result<db::Pulse> DatasetPulse(db::Connection& db, std::int64_t project, std::int64_t now_ms);

}  // namespace galley::data
