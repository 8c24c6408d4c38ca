#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/db/migrate.h"

namespace galley::journal {

/// The tables of this room.
extern const db::Part kTables;

/// The project that everything belongs to that names none.
inline constexpr std::string_view kDefaultProject = "default";

/// The row of a project; kNotFound if there is none of that name.
Result<std::int64_t> ProjectRow(db::Connection& db, std::string_view name);

struct Event {
  std::int64_t sequence = 0;
  std::int64_t at_ms = 0;
  std::string kind;
  std::string subject;
  std::string actor;
  std::string detail;  ///< A JSON object.
};

/// Which events to read; newest first.
struct EventQuery {
  std::optional<std::int64_t> before;  ///< Only those with a smaller sequence.
  std::string subject;                 ///< Only those of this subject; empty: of all.
  std::string kind = {};   ///< Only of this kind or, if it ends in a dot, of all that begin so.
  std::string actor = {};  ///< Only of this actor; empty: of all.
  std::int64_t limit = 100;
};

/// With neither subject nor kind nor actor that is rare it reads what it answers; else it may look
/// at every event of the project.
Result<std::vector<Event>> ReadEvents(db::Connection& db, std::int64_t project,
                                      const EventQuery& query);

/// The sequence of the newest event of any project; 0 if there is none.
Result<std::int64_t> LastSequence(db::Connection& db);

struct FollowedEvent {
  Event event;
  std::int64_t project = 0;  ///< Its row.
};
/// Events of all projects behind `after`, oldest first; at most `limit`.
Result<std::vector<FollowedEvent>> ReadEventsAfter(db::Connection& db, std::int64_t after,
                                                   std::int64_t limit);
/// How often something stands in the newest events.
struct EventCount {
  std::string value;
  std::int64_t count = 0;
};
struct EventFacets {
  std::int64_t events = 0;        ///< How many were looked at.
  std::vector<EventCount> kinds;  ///< The most frequent first, as the next ones.
  std::vector<EventCount> actors;
};
/// Of the newest `last` events.
Result<EventFacets> CountEvents(db::Connection& db, std::int64_t project, std::int64_t last);

}  // namespace galley::journal
