#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/data/duckdb.h"
#include "domain/data/engine.h"
#include "domain/data/report.h"
#include "domain/data/table_input.h"
#include "domain/data/types.h"

/// Checks that look at rows, in the child. Inside of this room only.
namespace galley::data {

/// What a commit brings, as relations in SQL (behind FROM). All have the table's `columns`.
struct Batch {
  std::string rows;    ///< What comes in.
  std::string others;  ///< What stays beside it.
  std::vector<Column> columns;
};

/// Whether some check looks at rows that do not come in.
bool LooksAtOthers(const Contract& contract);

/// One condition in SQL: no bracket closes the one around it, and nothing stands there that hides
/// the closing one or reads quotes in another way.
bool IsEnclosed(std::string_view sql);

/// What the columns that came are against the contract's; the outcome of each `schema` check.
std::vector<CheckOutcome> CheckColumns(const Contract& contract,
                                       const std::vector<Source>& sources);

/// The outcomes of all checks that look at rows. Errors are DuckDB's alone: a check that cannot be
/// evaluated has failed, and says why.
Result<std::vector<CheckOutcome>> CheckRows(DuckDb& duck, const EngineRequest& request,
                                            const Batch& batch);

}  // namespace galley::data
