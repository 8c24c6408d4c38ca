#pragma once

#include <cstdint>
#include <optional>

#include "domain/observe/monitor.h"
#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "storage/db/connection.h"
#include "storage/db/find.h"
#include "storage/db/pulse.h"

/// What the page's home and its search ask of this room. `project` is a project's row.
namespace galley::observe {

/// Monitors by id, name or endpoint.
Result<db::Found> FindMonitors(db::Connection& db, std::int64_t project, const db::Sought& sought);
/// The prediction of that id, if the text is one.
Result<db::Found> FindPredictions(db::Connection& db, std::int64_t project,
                                  const db::Sought& sought);

/// A variant's counts in the last closed window that has labels of it.
struct LiveQuality {
  std::int64_t window = 0;
  QualityCounts counts;
};
/// Null: there is none among the last 1,000 windows.
Result<std::optional<LiveQuality>> LastQuality(db::Connection& db, const Monitor& monitor,
                                               const Id& variant);

/// Whether anything was ever predicted.
Result<bool> HasPredictions(db::Connection& db, std::int64_t project);
/// Of labels: `total` is 1 if there are any, `last_ms` when the newest came.
Result<db::Pulse> LabelPulse(db::Connection& db, std::int64_t project, std::int64_t now_ms);

}  // namespace galley::observe
