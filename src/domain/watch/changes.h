#pragma once

#include <cstdint>

#include "domain/watch/lookback.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"

/// What was done while the windows of a look-back were made. Inside of this room only.
namespace galley::watch {

/// From the journal: deployments, rollouts, datasets, pipelines; each with the window whose
/// predictions it was followed by.
Status GatherChanges(db::Connection& db, std::int64_t project, const observe::Monitor& monitor,
                     LookBack& seen);

}  // namespace galley::watch
