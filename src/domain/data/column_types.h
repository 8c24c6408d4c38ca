#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "foundation/stats/column_statistics.h"

/// Types of columns: DuckDB's, Delta's (docs/formats/dataset.md), and what statistics make of them.
namespace galley::data {

/// Delta's name for a type of DuckDB; nothing if a table cannot hold it.
std::optional<std::string> DeltaTypeOf(std::string_view duck_type);
/// What DuckDB stores a Delta type as.
std::string DuckTypeOf(std::string_view delta_type);

/// Whether every value of `from` is one of `to`: equal, or wider integers and floating numbers.
bool Widens(std::string_view from, std::string_view to);

/// Whether a column of a table can have this type.
bool IsDeltaType(std::string_view type);

/// What a contract may say instead of a type.
inline constexpr std::string_view kAnyInteger = "any integer";
inline constexpr std::string_view kAnyNumber = "any number";
/// Whether a column of type `type` is what a contract says.
bool IsAsContracted(std::string_view type, std::string_view contracted);

stats::Kind KindOf(std::string_view delta_type);

}  // namespace galley::data
