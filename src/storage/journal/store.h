#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "foundation/base/error.h"
#include "foundation/io/clock.h"
#include "foundation/io/random.h"
#include "storage/db/readers.h"
#include "storage/db/writer.h"
#include "storage/journal/change.h"
#include "storage/journal/feed.h"

namespace galley::journal {

/// A read in progress: a snapshot, and the project that is looked at.
struct View {
  db::Connection& db;
  std::int64_t project;
};

/// The database as the rest of the server uses it. Any thread. What it refers to outlives it.
struct Store {
  db::Writer& writer;
  db::Readers& readers;
  io::IdSource& ids;
  const io::Clock& clock;
  Feed* feed = nullptr;  ///< Of this writer; null: nobody is told.

  /// Queues a change of a project. `work` runs on the writer's thread; `done` is called there after
  /// the commit, or with the reason why nothing was changed.
  void Write(db::WriteClass write_class, std::string project, std::string actor,
             std::move_only_function<Status(Change&)> work,
             std::move_only_function<void(Status)> done) const;

  /// The same, and waits. Not on an event loop.
  Status WriteAndWait(db::WriteClass write_class, std::string project, std::string actor,
                      std::move_only_function<Status(Change&)> work) const;

  /// Looks at a project. Not on an event loop: it may wait for a connection and for the disk.
  Status Read(std::string_view project, const std::function<Status(const View&)>& look) const;
};

}  // namespace galley::journal
