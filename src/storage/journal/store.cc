#include "storage/journal/store.h"

#include "storage/journal/journal.h"

namespace galley::journal {
namespace {

db::Writer::Work InProject(const Store& store, std::string project, std::string actor,
                           std::move_only_function<Status(Change&)> work) {
  return [&ids = store.ids, &clock = store.clock, feed = store.feed, project = std::move(project),
          actor = std::move(actor), work = std::move(work)](db::Connection& db) mutable -> Status {
    Change change{.db = db,
                  .ids = ids,
                  .project = TRY(ProjectRow(db, project)),
                  .now_ms = clock.NowMs(),
                  .actor = std::move(actor),
                  .feed = feed};
    return work(change);
  };
}

}  // namespace

void Store::Write(db::WriteClass write_class, std::string project, std::string actor,
                  std::move_only_function<Status(Change&)> work,
                  std::move_only_function<void(Status)> done) const {
  writer.Submit(write_class,
                InProject(*this, std::move(project), std::move(actor), std::move(work)),
                std::move(done));
}

Status Store::WriteAndWait(db::WriteClass write_class, std::string project, std::string actor,
                           std::move_only_function<Status(Change&)> work) const {
  return writer.Call(write_class,
                     InProject(*this, std::move(project), std::move(actor), std::move(work)));
}

Status Store::Read(std::string_view project, const std::function<Status(const View&)>& look) const {
  const db::Readers::Lease lease = TRY(readers.Take());
  return look({.db = *lease, .project = TRY(ProjectRow(*lease, project))});
}

}  // namespace galley::journal
