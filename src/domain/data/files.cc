#include <utility>

#include "domain/data/admission.h"
#include "domain/data/rows.h"
#include "domain/data/service.h"
#include "domain/data/tree_walk.h"

namespace galley::data {
namespace {

FileRow RowOf(FileChange change) {
  const TreeEntry& entry = change.after ? *change.after : *change.before;
  FileRow row{.path = std::move(change.path),
              .bytes = entry.bytes,
              .executable = entry.kind == EntryKind::kExecutable};
  if (change.before) row.before = change.before->digest;
  if (change.after) row.digest = change.after->digest;
  return row;
}

/// Takes up to `limit` files, and notes whether there are more.
Take Into(FileRows& rows, std::size_t limit) {
  return [&rows, limit](FileChange change) {
    rows.has_more = rows.files.size() == limit;
    if (!rows.has_more) rows.files.push_back(RowOf(std::move(change)));
    return !rows.has_more;
  };
}

}  // namespace

Result<Version> Service::FilesAt(const std::string& project, const std::string& dataset,
                                 std::int64_t number) const {
  Version version;
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    const Dataset found = TRY(GetDataset(view.db, view.project, dataset));
    TRY(CheckKind(found, Kind::kFiles));
    version = TRY(GetVersion(view.db, found.row, number));
    return {};
  }));
  return version;
}

Result<Version> Service::CommitFiles(const std::string& project, const NewTree& wanted) {
  TRY(CheckName(wanted.dataset, "dataset"));
  TRY(CheckName(project, "project"));
  const Call call(calls_, kCallsMax);
  TRY(call.Admitted());
  const auto lock = LockOf(FolderOf(project, wanted.dataset));
  const std::scoped_lock held(*lock);
  std::optional<Dataset> dataset;
  std::optional<Version> known;
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    dataset = TRY(FindDataset(view.db, view.project, wanted.dataset));
    if (!dataset) return {};
    TRY(CheckKind(*dataset, Kind::kFiles));
    known = TRY(FindBatch(view.db, dataset->row, wanted.batch));
    return {};
  }));
  if (known) return *std::move(known);
  const auto before = dataset ? dataset->latest : std::optional<Version>();
  if (before && before->digest == wanted.root) return *before;
  TreeWalk walk(blobs_);
  TRY(Context(walk.Check(wanted.root, before ? &before->digest : nullptr), "'tree'"));
  const TreeTotals totals = TotalsOf(TRY(walk.Read(wanted.root)));
  Indexed next{.dataset = wanted.dataset,
               .dataset_id = dataset ? dataset->id : store_.ids.Next(),
               .version = {.number = before ? before->number + 1 : 0,
                           .id = store_.ids.Next(),
                           .digest = wanted.root,
                           .mode = Mode::kFiles,
                           .rows = {.added = totals.files},
                           .files = totals.files,
                           .bytes = totals.bytes,
                           .actor = wanted.actor,
                           .source = wanted.source,
                           .message = wanted.message,
                           .batch = wanted.batch,
                           .created_ms = store_.clock.NowMs()}};
  if (before) {
    const TreeChanges changes = TRY(walk.Count(before->digest, wanted.root));
    next.version.parent = before->digest;
    next.version.rows = {
        .added = changes.added, .removed = changes.removed, .changed = changes.changed};
  }
  TRY(store_.WriteAndWait(db::WriteClass::kInteractive, project, wanted.actor,
                          [&](journal::Change& change) { return Index(change, next); }));
  return std::move(next.version);
}

Result<FileDifference> Service::CompareFiles(const std::string& project, const std::string& dataset,
                                             std::int64_t before, std::int64_t after,
                                             std::size_t limit) {
  const Call call(calls_, kCallsMax);
  TRY(call.Admitted());
  const Version one = TRY(FilesAt(project, dataset, before));
  const Version other = TRY(FilesAt(project, dataset, after));
  TreeWalk walk(blobs_);
  const TreeChanges changes = TRY(walk.Count(one.digest, other.digest));
  FileDifference difference{
      .counts = {.added = changes.added, .removed = changes.removed, .changed = changes.changed}};
  difference.counts.total = one.files - changes.removed - changes.changed;
  TRY(walk.Compare(one.digest, other.digest, Into(difference.rows, limit)));
  return difference;
}

Result<FileRows> Service::ListFiles(const std::string& project, const std::string& dataset,
                                    std::int64_t number, std::size_t limit,
                                    const std::string& behind) {
  const Version version = TRY(FilesAt(project, dataset, number));
  FileRows rows;
  TRY(TreeWalk(blobs_).List(version.digest, behind, Into(rows, limit)));
  return rows;
}

}  // namespace galley::data
