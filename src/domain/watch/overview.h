#pragma once

#include <cstdint>
#include <vector>

#include "domain/watch/incident.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/db/find.h"
#include "storage/db/pulse.h"

/// What the page's home and its search ask of this room. `project` is a project's row.
namespace galley::watch {

/// Incidents by number, id, monitor, endpoint or cause. A hit's id is its number.
Result<db::Found> FindIncidents(db::Connection& db, std::int64_t project, const db::Sought& sought);
/// Rules in force by id or name, or of a past alert's id. A hit's id is the rule's name.
Result<db::Found> FindRules(db::Connection& db, std::int64_t project, const db::Sought& sought);
/// All that are open, newest first; of the rankings only the newest.
Result<std::vector<Incident>> ListOpenIncidents(db::Connection& db, std::int64_t project);

/// `total` rules in force, `under_way` alerts that fire, `days` of alerts that began to fire,
/// `last_ms` when a rule was last evaluated.
Result<db::Pulse> AlertPulse(db::Connection& db, std::int64_t project, std::int64_t now_ms);

}  // namespace galley::watch
