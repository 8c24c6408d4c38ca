#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/data/contracts.h"
#include "domain/data/engine.h"
#include "domain/data/merged.h"
#include "domain/data/types.h"
#include "foundation/base/error.h"
#include "storage/blob/blob_store.h"
#include "storage/db/migrate.h"
#include "storage/journal/store.h"

/// Versioned datasets (docs/formats/dataset.md).
namespace galley::data {

/// The tables of this room.
extern const db::Part kTables;

struct Indexed;  // rows.h; inside of this room only.

/// A file that a commit reads: a blob that was uploaded before.
struct Upload {
  blob::Digest digest;
  std::string name;    ///< The user's own file name, for errors.
  std::string format;  ///< `parquet`, `csv` or `json`.
};

struct NewVersion {
  std::string dataset;  ///< Letters, digits, `-`, `_` and `.`, at most 63; made if it is not there.
  Mode mode = Mode::kAppend;
  std::vector<Upload> uploads;
  std::vector<std::string> keys;  ///< For kUpsert: columns that name a row.
  std::string where;              ///< For kDelete: a condition in SQL.
  std::string source;
  std::string message;
  std::string batch;
  std::string actor;
};

/// What became of a commit: a version, or a rejection because it broke the contract.
struct Committed {
  Version version;
  std::optional<Rejection> rejection;
};

/// A version by its number, or a rejected one.
struct VersionName {
  std::int64_t number = 0;
  bool is_rejected = false;
};

/// A tree of files whose objects were stored before.
struct NewTree {
  std::string dataset;  ///< As of NewVersion.
  blob::Digest root;    ///< Of the topmost folder's object (docs/formats/pack.md).
  std::string source;
  std::string message;
  std::string batch;
  std::string actor;
};

/// Of a version of files: one that it has, or one that differs.
struct FileRow {
  std::string path;
  std::optional<blob::Digest> before;  ///< Null: it was not there.
  std::optional<blob::Digest> digest;  ///< Null: it is gone.
  std::int64_t bytes = 0;              ///< As it is, or was.
  bool executable = false;             ///< The same.
};
struct FileRows {
  std::vector<FileRow> files;  ///< In the order of the tree: by the names on the way.
  bool has_more = false;
};
struct FileDifference {
  RowCounts counts;
  FileRows rows;
};

struct ColumnChange {
  std::string name;
  std::string before;  ///< Type; empty: the column is new.
  std::string after;   ///< Type; empty: the column is gone.
};
struct Difference {
  std::vector<ColumnChange> columns;
  std::int64_t added = 0;
  std::int64_t removed = 0;
  std::int64_t changed = 0;  ///< With keys: of equal key, with other values.
  std::int64_t same = 0;
  /// The first rows of each kind: a JSON array of `change` (`added`, `removed`, `changed`),
  /// `before`?, `after`?. Empty: none were asked for.
  std::string samples;
};

/// Datasets of all projects. Any thread; calls that touch a table wait for children and the disk:
/// not on an event loop. At most `kCallsMax` at once; more are kUnavailable.
class Service {
 public:
  struct Options {
    std::string data;            ///< The data directory.
    std::string duckdb_library;  ///< Path of libduckdb.so; empty: table commits are refused.
  };
  static constexpr int kCallsMax = 4;

  /// Removes what was staged and takes in what the logs know and the database does not.
  static Result<std::unique_ptr<Service>> Open(const Options& options, const journal::Store& store,
                                               blob::BlobStore& blobs);

  /// Commits a version: durable, published and in the journal when this returns. A batch that was
  /// committed before returns that version again, and a commit that changes nothing the newest one.
  /// One that breaks the dataset's contract is kept as a rejection, and not published.
  /// kFailedPrecondition without DuckDB; kInvalidArgument names the file, column or field and what
  /// is wrong with it.
  Result<Committed> Commit(const std::string& project, const NewVersion& wanted);

  /// Puts a contract in force from the next commit on; null takes it away.
  Status SetContract(const std::string& project, const std::string& dataset,
                     const std::optional<Contract>& contract, const std::string& actor);
  /// Checks all rows of a version by the contract in force.
  Result<Report> CheckVersion(const std::string& project, const std::string& dataset,
                              std::int64_t number);
  /// What a version's columns come to, from its files' statistics.
  Result<std::shared_ptr<const stats::TableStatistics>> Statistics(const std::string& project,
                                                                   const std::string& dataset,
                                                                   std::int64_t number);

  /// Compares two versions; with `keys` rows are told apart by them. `samples`: how many rows of
  /// each kind to give.
  Result<Difference> Compare(const std::string& project, const std::string& dataset,
                             std::int64_t before, std::int64_t after,
                             const std::vector<std::string>& keys, std::int64_t samples = 0);

  /// Commits a tree of files. Checks that all of it is there and right, but for what the version
  /// before has. A tree that changes nothing returns the newest version, a batch that was committed
  /// before its own. kFailedPrecondition if the dataset is a table.
  Result<Version> CommitFiles(const std::string& project, const NewTree& wanted);
  /// How two versions of files differ: counts, and the first `limit` files.
  Result<FileDifference> CompareFiles(const std::string& project, const std::string& dataset,
                                      std::int64_t before, std::int64_t after, std::size_t limit);
  /// The first `limit` files of a version behind a path.
  Result<FileRows> ListFiles(const std::string& project, const std::string& dataset,
                             std::int64_t number, std::size_t limit, const std::string& behind);

  /// All rows of a version in one file of `format` (`parquet`, `csv`, `json`), as a blob.
  Result<blob::Blob> Export(const std::string& project, const std::string& dataset,
                            VersionName version, const std::string& format);
  /// The table's folder, which other readers of Delta open.
  std::string FolderOf(std::string_view project, std::string_view dataset) const;

  /// The first rows as a JSON array of objects.
  Result<std::string> Head(const std::string& project, const std::string& dataset,
                           VersionName version, std::int64_t rows);
  /// Columns of all rows as CSV with a header: numbers with all of their digits, yes as 1, `nan`
  /// where there is none. kInvalidArgument: the version has no such column, or no rows;
  /// kResourceExhausted: it would be longer than `bytes_max`.
  Result<std::string> Numbers(const std::string& project, const std::string& dataset,
                              std::int64_t number, const std::vector<std::string>& columns,
                              std::size_t bytes_max);

 private:
  struct Current;
  struct Stage;

  Service(Options options, const journal::Store& store, blob::BlobStore& blobs)
      : options_(std::move(options)), store_(store), blobs_(blobs) {}

  std::shared_ptr<std::mutex> LockOf(const std::string& folder);
  Status CatchUp(const std::string& project, const std::string& dataset);
  Status TakeIn(const std::string& project, const std::string& dataset, std::int64_t number);
  Status CatchUpAll();
  Status Inspect(const std::string& folder, const std::vector<Column>& columns,
                 std::vector<TableFile>& files) const;
  Result<EngineAnswer> Ask(const std::string& project, const std::string& dataset,
                           VersionName version, const Stage& stage, EngineRequest question);
  Result<Version> FilesAt(const std::string& project, const std::string& dataset,
                          std::int64_t number) const;
  Result<Current> Look(const std::string& project, const std::string& dataset,
                       std::optional<std::int64_t> number);
  Result<Stage> MakeStage() const;
  Result<EngineAnswer> Run(const EngineRequest& request, const Stage& stage) const;
  Result<EngineRequest> RequestFor(const NewVersion& wanted, const Current& current,
                                   const std::string& folder) const;
  Result<std::vector<TableFile>> Adopt(const EngineAnswer& answer, const Stage& stage,
                                       const std::string& folder) const;
  Result<std::optional<Version>> Known(const std::string& project, const Current& current,
                                       const std::string& batch);
  Indexed NextOf(const Current& current, const NewVersion& wanted, const EngineAnswer& answer,
                 std::vector<TableFile> added, const std::string& folder) const;
  Status Publish(const std::string& project, const Indexed& next, bool other_columns,
                 const std::string& folder);
  Result<Committed> CommitOnce(const std::string& project, const NewVersion& wanted,
                               const std::string& late_batch);
  Result<Committed> CommitLocked(const std::string& project, const NewVersion& wanted);
  Result<blob::Blob> Keep(const std::string& path);

  Result<std::optional<Contract>> ContractOf(const std::string& project, const Current& current);
  Status PrepareAudit(const std::string& project, const Contract& contract, const Current& current,
                      const std::string& folder, EngineRequest& request);
  Result<Report> Audit(const std::string& project, const Contract& contract, Mode mode,
                       const Current& current, const EngineAnswer& answer, const Stage& stage);
  Result<Rejection> Reject(const std::string& project, const NewVersion& wanted,
                           const Current& current, const EngineAnswer& answer, const Stage& stage,
                           Report report);
  Status PutAside(const std::string& project, const NewVersion& wanted, const EngineAnswer& answer,
                  const Stage& stage, const std::string& batch);
  Result<Current> LookRejected(const std::string& project, const std::string& dataset,
                               std::int64_t number);
  Status ClearRejected(const std::string& project, const std::string& dataset);

  const Options options_;
  const journal::Store& store_;
  blob::BlobStore& blobs_;
  Merged merged_;
  std::atomic<int> calls_ = 0;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<std::mutex>> locks_;  // Under mutex_; by table folder.
};

/// The files of a version, by path.
Result<std::vector<TableFile>> LiveFiles(db::Connection& db, std::int64_t dataset,
                                         std::int64_t number);

// What the database knows. `project` is a project's row.
Result<std::vector<Dataset>> ListDatasets(db::Connection& db, std::int64_t project);
Result<Dataset> GetDataset(db::Connection& db, std::int64_t project, std::string_view name);
/// Newest first.
Result<std::vector<Version>> ListVersions(db::Connection& db, std::int64_t dataset,
                                          std::int64_t limit, std::optional<std::int64_t> before);
/// kNotFound names the versions there are.
Result<Version> GetVersion(db::Connection& db, std::int64_t dataset, std::int64_t number);

}  // namespace galley::data
