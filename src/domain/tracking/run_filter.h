#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/tracking/run_table.h"
#include "foundation/base/error.h"
#include "foundation/expr/expr.h"

/// The filter language of the runs table (docs/formats/run_query.md), over a RunTable whose mutex
/// the caller holds.
namespace galley::tracking {

/// One byte for each run of a table, by index: 1 where something holds.
using Mask = std::vector<std::uint8_t>;

extern const expr::Grammar kRunGrammar;

/// What a name in a filter means: `metrics.auc`, `user`, or a key that only one kind has among the
/// runs of `scope`. Errors say at which position of `text` the name stands.
Result<ColumnName> ResolveName(const RunTable& table, const Mask& scope, std::string_view text,
                               const expr::Node& name);

/// Whether a run of `scope` has a value in the column.
bool IsIn(const RunTable& table, const Mask& scope, const ColumnName& name);

/// The runs of `scope` for which the filter holds; an empty one holds for all. Comparing what is
/// absent, or not a number, is false. kInvalidArgument: "position 14: …".
Result<Mask> Matching(const RunTable& table, const Mask& scope, std::string_view filter);

/// A name as a filter writes it, in backquotes where it needs them.
std::string NameInFilter(const ColumnName& name, bool bare);

/// `2026-11-24`, `2026-11-24 15:25`, with seconds, with `T`, with `Z`; UTC, as milliseconds.
Result<std::int64_t> TimeOf(std::string_view text);

}  // namespace galley::tracking
