#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/id.h"
#include "storage/blob/digest.h"

namespace galley::data {

/// A column as Delta's schema names it.
struct Column {
  std::string name;
  std::string type;  ///< `boolean byte short integer long float double string binary date
                     ///< timestamp` or `decimal(P,S)`.
  bool operator==(const Column&) const = default;
};

/// One immutable file of a table.
struct TableFile {
  std::string path;  ///< Within the table's folder: `part-ID-N.parquet`.
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  std::optional<blob::Digest> digest;  ///< Null for a file that another writer of Delta added,
                                       ///< until it has been looked at.
  std::string delta_stats;             ///< The `stats` of Delta's add action: JSON, or empty.
};

/// How a commit changes a table.
enum class Mode : std::uint8_t {
  kAppend,     ///< Rows are added.
  kOverwrite,  ///< The rows are all there is from now on; the schema may be another one.
  kUpsert,     ///< Rows replace those of equal key; the others are added.
  kDelete,     ///< Rows that meet a condition go.
  kCompact,    ///< The same rows in fewer files.
  kFiles,      ///< Of a dataset of files: what comes is all there is from now on.
};
std::string_view ModeName(Mode mode);  ///< `append` and so on.
std::optional<Mode> ParseMode(std::string_view text);

/// What a dataset consists of: all of its versions of the same.
enum class Kind : std::uint8_t { kTable, kFiles };
std::string_view KindName(Kind kind);  ///< `table`, `files`.

/// What a commit did, in rows; of a dataset of files in files.
struct RowCounts {
  std::int64_t added = 0;    ///< New, or in place of an older one.
  std::int64_t removed = 0;  ///< Deleted, or replaced.
  std::int64_t total = 0;    ///< Afterwards. Of files 0: see Version::files.
  std::int64_t changed = 0;  ///< Files of equal path with other bytes. Of rows 0.
};

/// One version of a dataset.
struct Version {
  std::int64_t number = 0;  ///< From 0, as in Delta.
  Id id;
  blob::Digest digest;                 ///< Of schema and files, or of the topmost folder: equal
                                       ///< content has an equal one.
  std::optional<blob::Digest> parent;  ///< Null for the first.
  Mode mode = Mode::kAppend;
  std::vector<Column> columns;
  RowCounts rows;
  std::int64_t files = 0;
  std::int64_t bytes = 0;
  std::string actor;
  std::string source;  ///< Where the data came from, as said at the commit.
  std::string message;
  std::string batch;  ///< The batch's name: a second commit of it changes nothing. Or empty.
  std::int64_t created_ms = 0;
  /// The greatest event time ever committed, where a contract names its column: the number, or
  /// microseconds since 1970.
  std::optional<std::int64_t> event_max;
  std::string outcome;  ///< `passed` or `warned` by the contract; empty: none was in force.
};

struct Dataset {
  std::int64_t row = 0;
  Id id;
  Kind kind = Kind::kTable;
  std::string name;
  std::int64_t created_ms = 0;
  std::optional<Version> latest;
};

}  // namespace galley::data
