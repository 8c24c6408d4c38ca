#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/watch/incident.h"

/// Rows of incidents. Inside of this room only.
namespace galley::watch {

/// The number of a monitor's open incident.
Result<std::optional<std::int64_t>> FindOpen(db::Connection& db, std::int64_t project,
                                             const Id& monitor);
Result<Incident> InsertIncident(journal::Change& change, const observe::Monitor& monitor,
                                std::int64_t window);
Status InsertAlerts(journal::Change& change, std::int64_t incident, std::int64_t window,
                    const std::vector<Fired>& fired);
Status InsertRanking(journal::Change& change, std::int64_t incident, const Ranking& ranking);

}  // namespace galley::watch
