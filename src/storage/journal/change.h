#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "foundation/io/random.h"
#include "foundation/json/writer.h"
#include "storage/db/connection.h"

namespace galley::journal {

class Feed;

/// A write in progress, within the writer's transaction. Lives as long as the work does.
struct Change {
  db::Connection& db;
  io::IdSource& ids;
  std::int64_t project;  ///< Row of the project that everything in this change belongs to.
  std::int64_t now_ms;   ///< The date of everything in this change.
  std::string actor;     ///< Who does it, for the journal: `anonymous` until somebody says.

  Feed* feed = nullptr;  ///< Null: nobody is told of what has no event.

  /// Tells who looks on of a change that has no event; see Feed.
  void Touch(std::string_view kind, std::string_view subject) const {
    Touch(project, kind, subject);
  }
  void Touch(std::int64_t of_project, std::string_view kind, std::string_view subject) const;

  /// Writes an event. `kind` is `noun.verb` in the past tense: `run.created`; `subject` the id of
  /// the noun; `detail` an object with the facts that the change rests on.
  Status Record(std::string_view kind, std::string_view subject, json::Writer detail);
};

}  // namespace galley::journal
