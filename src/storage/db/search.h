#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/db/query.h"

namespace galley::db {

/// Where the fields of one kind of thing stand in the database.
struct SearchTable {
  struct Column {
    Field field;
    std::string_view sql;
  };
  std::string_view from;  ///< `run AS t`: the row is `t.row`.
  std::span<const Column> columns;
  std::string_view tags;     ///< Table with `owner`, `key`, `value`; empty: none.
  std::string_view params;   ///< The same.
  std::string_view metrics;  ///< Table with `owner`, `key`, `value`, `is_nan`.
  std::string_view owner;    ///< The column of these tables that holds `t.row`.
  std::string_view dataset;  ///< Start of a subquery over `d` (dataset) and `i` (input).
  std::string_view default_order;
};

/// A statement in the making. The values point into the query that it was made from.
struct SearchSql {
  std::string text;
  std::vector<Value> values;
};

/// `SELECT t.row FROM … WHERE scope AND … ORDER BY … LIMIT …` with one row more than the limit.
/// `scope` is SQL with `scope_values`.
Result<SearchSql> CompileSearch(const SearchTable& table, std::string_view scope,
                                std::vector<Value> scope_values, const Query& query);

}  // namespace galley::db
