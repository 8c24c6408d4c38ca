#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/data/types.h"
#include "foundation/base/error.h"
#include "foundation/schema/message.h"

/// What the server asks a child of kind `table` (`galley exec table`, DuckDB inside) and what it
/// answers: one JSON object each way. Paths are absolute. The child writes into `out` alone, names
/// its files `PREFIX-N.parquet`, N from 0, and puts `PREFIX-N.statistics` beside each
/// (docs/formats/statistics.md). It syncs nothing.
namespace galley::data {

struct EngineColumn {
  std::string name;
  std::string type;  ///< As `Column::type`.
  static const schema::Message kSchema;
};
struct EngineInput {
  std::string path;
  std::string format;  ///< `parquet`, `csv` or `json` (lines).
  std::string label;   ///< What to call it in errors: the user's own file name.
  static const schema::Message kSchema;
};
struct EngineFile {
  std::string path;  ///< In a request absolute; in an answer the name within `out`.
  std::int64_t rows = 0;
  std::string delta_stats;  ///< JSON; see reference of Delta's protocol, "Per-file Statistics".
  static const schema::Message kSchema;
};
struct EngineRequest {
  std::string operation;  ///< `append overwrite upsert delete compact profile diff export head`
  std::string out;
  std::string prefix;
  std::vector<EngineInput> inputs;
  std::vector<EngineColumn> columns;  ///< Of the table so far; empty for a new one.
  std::vector<EngineFile> files;      ///< That the table consists of.
  std::vector<EngineFile> others;     ///< `diff`: of the other version.
  std::vector<std::string> keys;      ///< `upsert`, `diff`.
  std::string where;                  ///< `delete`: a condition in SQL.
  std::string format;                 ///< `export`: `parquet`, `csv`, `json`.
  std::int64_t limit = 0;             ///< `head`: rows.
  std::int64_t threads = 1;
  static const schema::Message kSchema;
};
struct EngineAnswer {
  std::vector<EngineColumn> columns;  ///< Of the table afterwards: new ones behind the old.
  std::vector<EngineFile> files;      ///< Written.
  std::vector<std::string> removed;   ///< Paths of the request that the files take the place of.
  std::int64_t added = 0;             ///< As `RowCounts`.
  std::int64_t removed_rows = 0;
  std::int64_t same_rows = 0;     ///< `diff`: in both.
  std::int64_t changed_rows = 0;  ///< `diff` with keys: in both, with other values.
  std::string text;               ///< `head`: a JSON array of row objects.
  static const schema::Message kSchema;
};

}  // namespace galley::data
