#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/data/duckdb.h"
#include "domain/data/engine.h"
#include "domain/data/types.h"
#include "foundation/base/error.h"

/// Users' files as relations in SQL.
namespace galley::data {

/// Delta does not tell names apart by the case of letters.
bool SameName(std::string_view a, std::string_view b);
/// Null if there is none of that name.
const Column* FindColumn(const std::vector<Column>& columns, std::string_view name);

/// A column of a file.
struct SourceColumn {
  std::string name;
  std::string duckdb_type;
  std::string type;      ///< Delta's.
  bool is_text = false;  ///< Of CSV: takes the type of its column if its texts fit.
  bool is_json = false;  ///< Of JSON, which has no small types: any number fits that it is.
  bool is_null = false;  ///< Has no value: fits every type.
};
struct Source {
  EngineInput input;
  std::string reader;  ///< `read_parquet('…')`
  std::vector<SourceColumn> columns;
};

/// An expression that is the column in a type of Delta.
std::string CastSql(const SourceColumn& column, std::string_view type);

/// Looks into a file. `known` are the columns of the table that it is for: a CSV's column of that
/// name is not guessed. kInvalidArgument names the file, and the column or line.
Result<Source> OpenSource(DuckDb& duck, const EngineInput& input, const std::vector<Column>& known);

/// The table's columns with those that the sources add behind them. kInvalidArgument if a type does
/// not fit.
Result<std::vector<Column>> MergeColumns(const std::vector<Column>& known,
                                         const std::vector<Source>& sources);

/// `SELECT …` of all rows of the sources in order, in these columns; null where there is none.
Result<std::string> SelectSources(DuckDb& duck, const std::vector<Source>& sources,
                                  const std::vector<Column>& columns);

/// DuckDB's columns of a relation: name and type.
Result<std::vector<SourceColumn>> Describe(DuckDb& duck, const std::string& relation);

/// A list for SELECT whose rows can be JSON, which has neither NaN nor bytes: null and base64.
std::string JsonList(const std::vector<Column>& columns);

/// A path for DuckDB, which would take one with wildcards for many files.
Status CheckPath(std::string_view path);

/// DuckDB's words for a person: without its own paths, hints and what is behind them.
Error CleanError(Error error, const std::vector<EngineInput>& inputs);

}  // namespace galley::data
