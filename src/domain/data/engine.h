#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/data/contract.h"
#include "domain/data/report.h"
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
/// The rows that a check of rule `reference` looks among.
struct EngineReference {
  std::string check;
  std::vector<std::string> paths;
  static const schema::Message kSchema;
};
/// The value that a check of rule `next` expects.
struct EngineExpected {
  std::string check;
  std::int64_t value = 0;
  static const schema::Message kSchema;
};
struct EngineRequest {
  /// `append overwrite upsert delete compact profile diff export head numbers check`
  std::string operation;
  std::string out;
  std::string prefix;
  std::vector<EngineInput> inputs;
  std::vector<EngineColumn> columns;  ///< Of the table so far; empty for a new one.
  std::vector<EngineFile> files;      ///< That the table consists of.
  std::vector<EngineFile> others;     ///< `diff`: of the other version.
  std::vector<std::string> keys;      ///< `upsert`, `diff`; `numbers`: the columns, in order.
  std::string where;                  ///< `delete`: a condition in SQL.
  std::string format;                 ///< `export`: `parquet`, `csv`, `json`.
  std::int64_t limit = 0;             ///< `head`: rows; `diff`: rows of each kind in `text`;
                                      ///< `numbers`: bytes.
  std::int64_t threads = 1;
  std::optional<Contract> contract;         ///< What comes in is checked by it.
  std::vector<EngineReference> references;  ///< None for a check: there is no such dataset.
  std::vector<EngineExpected> expected;     ///< None for a check: the table has no rows yet.
  /// `append`: rows whose event time (the watermark's column as a whole number, times in
  /// microseconds since 1970) is below are late: they are written to `PREFIX-late.parquet`.
  std::optional<std::int64_t> late_below;
  static const schema::Message kSchema;
};
struct EngineAnswer {
  std::vector<EngineColumn> columns;  ///< Of the table afterwards: new ones behind the old.
  std::vector<EngineFile> files;      ///< Written.
  std::vector<std::string> removed;   ///< Paths of the request that the files take the place of.
  std::int64_t added = 0;             ///< As `RowCounts`; `numbers`: bytes, of which more than
                                      ///< `limit` are not written.
  std::int64_t removed_rows = 0;
  std::int64_t same_rows = 0;             ///< `diff`: in both.
  std::int64_t changed_rows = 0;          ///< `diff` with keys: in both, with other values.
  std::string text;                       ///< `head`: a JSON array of row objects. `diff`: of what
                                          ///< differs, each `change`, `before`?, `after`?.
  std::vector<CheckOutcome> checks;       ///< Of the contract's checks that look at rows.
  std::int64_t late = 0;                  ///< Rows in `PREFIX-late.parquet`.
  std::optional<std::int64_t> event_max;  ///< The greatest event time that came in.
  static const schema::Message kSchema;
};

}  // namespace galley::data
