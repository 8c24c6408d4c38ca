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
  std::int64_t limit = 100;
};

Result<std::vector<Event>> ReadEvents(db::Connection& db, std::int64_t project,
                                      const EventQuery& query);

}  // namespace galley::journal
