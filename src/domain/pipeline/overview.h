#pragma once

#include <cstdint>
#include <vector>

#include "domain/pipeline/types.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/db/find.h"
#include "storage/db/pulse.h"

/// What the page's home and its search ask of this room. `project` is a project's row.
namespace galley::pipeline {

/// Pipelines that had a run, by name or folder. A hit's id is the number of the newest run.
Result<db::Found> FindPipelines(db::Connection& db, std::int64_t project, const db::Sought& sought);
/// Runs by number, id, `NAME #N`, commit, what started them, or the id of one of their jobs. A
/// hit's id is its number.
Result<db::Found> FindPipelineRuns(db::Connection& db, std::int64_t project,
                                   const db::Sought& sought);
/// Newest runs of pipelines that failed or were refused: nothing was tried since. Newest first,
/// without their jobs.
Result<std::vector<Run>> ListBroken(db::Connection& db, std::int64_t project, std::int64_t limit);

/// `failed`: how many ListBroken lists without limit; `last_ms` when a run succeeded.
Result<db::Pulse> PipelinePulse(db::Connection& db, std::int64_t project, std::int64_t now_ms);

}  // namespace galley::pipeline
