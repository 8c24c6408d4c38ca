#pragma once

#include <span>
#include <string>

#include "domain/tracking/run_filter.h"
#include "domain/tracking/run_query.h"

/// Small pieces that the files of the run queries share.
namespace galley::tracking {

/// The runs of some experiments (numbers or names; none: of all) in a state and started in a time.
/// kNotFound names the experiment.
Result<Mask> ScopeOf(const RunTable& table, std::span<const std::string> experiments,
                     const db::View& view, std::optional<std::int64_t> from_ms,
                     std::optional<std::int64_t> to_ms);

/// A column's value at a place of its lists.
Scalar ValueAt(const Column& column, std::size_t at, Aggregate aggregate);

/// A metric's numbers that an aggregate means.
const std::vector<double>& NumbersOf(const Column& column, Aggregate aggregate);

/// The groups of `runs`, in the order that `sort` asks for where it can (a key, a column's mean),
/// else by key; cut to RunQueries::kGroupsMax.
struct Groups {
  std::vector<RunGroup> groups;
  std::int64_t total = 0;
};
struct SortKey {
  ColumnSpec column;
  bool ascending = true;
};
Groups GroupsOf(const RunTable& table, std::span<const std::uint32_t> runs,
                std::span<const ColumnSpec> by, std::span<const ColumnSpec> columns,
                std::span<const SortKey> sort);

}  // namespace galley::tracking
