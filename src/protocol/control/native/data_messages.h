#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/data/report.h"
#include "foundation/schema/message.h"

/// What the native API takes and answers of datasets (docs/formats/native_api.md).
namespace galley::native {

struct UploadAnswer {
  std::string sha256;
  std::int64_t size = 0;
  static const schema::Message kSchema;
};

struct DataColumn {
  std::string name;
  std::string type;
  static const schema::Message kSchema;
};
struct DataFile {
  std::string path;
  std::string sha256;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  static const schema::Message kSchema;
};
struct DatasetVersion {
  std::int64_t version = 0;
  std::string id;
  std::string digest;
  std::optional<std::string> parent;
  std::string mode;
  std::vector<DataColumn> columns;
  std::int64_t added = 0;
  std::int64_t removed = 0;
  std::int64_t changed = 0;
  std::int64_t rows = 0;
  std::int64_t files = 0;
  std::int64_t bytes = 0;
  std::string actor;
  std::string source;
  std::string message;
  std::string batch;
  std::int64_t created_ms = 0;
  std::string outcome;  ///< By the contract: `passed`, `warned`; empty: there was none.
  std::optional<data::CheckCounts> checks;  ///< In lists; absent: no contract was in force.
  static const schema::Message kSchema;
};
struct Dataset {
  std::string id;
  std::string name;
  std::string kind;
  std::string location;  ///< The table's folder on the server's machine.
  std::int64_t created_ms = 0;
  std::optional<DatasetVersion> latest;
  static const schema::Message kSchema;
};
struct DatasetsAnswer {
  std::vector<Dataset> datasets;
  static const schema::Message kSchema;
};
struct DatasetAnswer {
  Dataset dataset;
  static const schema::Message kSchema;
};
struct ListDatasetVersions {
  std::int64_t limit = 100;
  std::optional<std::int64_t> before;
  static const schema::Message kSchema;
};
struct DatasetVersionsAnswer {
  std::vector<DatasetVersion> versions;
  bool has_more = false;
  static const schema::Message kSchema;
};
struct DatasetVersionAnswer {
  DatasetVersion version;
  std::vector<DataFile> files;
  static const schema::Message kSchema;
};

struct UploadedFile {
  std::string sha256;
  std::string name;
  std::string format;
  static const schema::Message kSchema;
};
struct CommitDataset {
  std::string mode = "append";
  std::vector<UploadedFile> uploads;
  std::vector<std::string> keys;
  std::string where;
  std::string source;
  std::string message;
  std::string batch;
  static const schema::Message kSchema;
};

struct CompareDataset {
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::string keys;          ///< Column names with commas between.
  std::int64_t limit = 100;  ///< Of files.
  std::int64_t samples = 0;  ///< Rows of each kind.
  static const schema::Message kSchema;
};
struct DataColumnChange {
  std::string name;
  std::string before;
  std::string after;
  static const schema::Message kSchema;
};
/// A file of a version of files, or one that differs between two.
struct TreeFile {
  std::string path;
  std::string change;                 ///< `added`, `removed`, `changed`; empty in a list.
  std::optional<std::string> sha256;  ///< Absent if it is gone.
  std::optional<std::string> before;  ///< Its SHA-256 in the version before.
  std::int64_t bytes = 0;
  bool executable = false;
  static const schema::Message kSchema;
};
struct ListTreeFiles {
  std::int64_t limit = 100;
  std::string after;
  static const schema::Message kSchema;
};
struct TreeFilesAnswer {
  std::vector<TreeFile> files;
  bool has_more = false;
  static const schema::Message kSchema;
};
struct CommitTree {
  std::string tree;  ///< SHA-256 of the topmost folder's object.
  std::string source;
  std::string message;
  std::string batch;
  static const schema::Message kSchema;
};
/// Names of objects: those that are asked for, missing, or were stored.
struct ObjectList {
  std::vector<std::string> sha256;
  static const schema::Message kSchema;
};

/// A row that differs between two versions.
struct DataRowChange {
  std::string change;                        ///< `added`, `removed`, `changed`.
  std::optional<schema::JsonObject> before;  ///< Absent: it was not there.
  std::optional<schema::JsonObject> after;   ///< Absent: it is gone.
  static const schema::Message kSchema;
};
struct DataRowChanges {
  std::vector<DataRowChange> samples;
  static const schema::Message kSchema;
};
struct DifferenceAnswer {
  std::vector<DataColumnChange> columns;
  std::vector<DataRowChange> samples;  ///< The first ones of each kind, as many as asked for.
  std::int64_t added = 0;
  std::int64_t removed = 0;
  std::int64_t changed = 0;
  std::int64_t same = 0;
  static const schema::Message kSchema;
};
/// The same of a dataset of files.
struct TreeDifferenceAnswer {
  std::vector<TreeFile> files;
  bool has_more = false;  ///< Of `files`.
  std::int64_t added = 0;
  std::int64_t removed = 0;
  std::int64_t changed = 0;
  std::int64_t same = 0;
  static const schema::Message kSchema;
};
struct HeadDataset {
  std::int64_t limit = 10;
  static const schema::Message kSchema;
};
struct RowsAnswer {
  std::vector<schema::JsonObject> rows;
  static const schema::Message kSchema;
};
struct ExportDataset {
  std::string format = "parquet";
  static const schema::Message kSchema;
};

}  // namespace galley::native
