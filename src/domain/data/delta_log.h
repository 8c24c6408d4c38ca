#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/data/types.h"
#include "foundation/base/error.h"

/// A table's `_delta_log`: protocol (1,2) of Delta Lake, as written in its PROTOCOL.md. The log is
/// the truth about a table; the database indexes it.
namespace galley::data {

/// What one commit changes.
struct DeltaCommit {
  std::int64_t version = 0;
  std::int64_t timestamp_ms = 0;
  std::optional<std::vector<Column>> columns;  ///< Set by the first commit and where they change.
  std::vector<TableFile> added;
  std::vector<std::string> removed;  ///< Paths.
  std::string operation;     ///< As other engines call it: `WRITE`, `MERGE`, `DELETE`, `OPTIMIZE`.
  bool changes_data = true;  ///< `dataChange`: false where only the files are other ones.
  std::string application;   ///< `txn`: with `batch` names an ingestion; empty without one.
  std::int64_t application_version = 0;
  std::string galley;    ///< JSON object in commitInfo under `galley`; empty for another writer's.
  std::string table_id;  ///< When read: the `id` of its metaData, if it has one.
};

/// The table's identity: Delta wants one in its metadata that never changes.
struct DeltaTable {
  std::string folder;  ///< Absolute; holds `_delta_log`.
  Id id;
};

/// Writes a commit, durably, unless that version exists already: kAlreadyExists, nothing written.
/// Whoever reads sees all of it or nothing.
Status AppendCommit(const DeltaTable& table, const DeltaCommit& commit);

/// One commit, as any writer wrote it. kNotFound if there is none, kUnimplemented if it needs a
/// protocol that is not spoken here (naming the feature), kDataLoss if it is damaged.
Result<DeltaCommit> ReadCommit(const std::string& folder, std::int64_t version);

/// The newest version; null for a folder without a log.
Result<std::optional<std::int64_t>> NewestVersion(const std::string& folder);

}  // namespace galley::data
