#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/stats/column_statistics.h"

namespace galley::stats {

struct Column {
  std::string name;
  Kind kind;
};

/// The statistics of a data file, or of all files of a table's version: merged. One thread. Who
/// feeds it adds each batch's rows to `rows` and to every column.
struct TableStatistics {
  static constexpr std::size_t kColumnsMax = 65'535;
  static constexpr std::size_t kNameBytesMax = 4'096;

  struct NamedColumn {
    std::string name;
    ColumnStatistics statistics;
  };

  /// Without rows, in this order of columns; each column's random bits have a seed of their own.
  /// kInvalidArgument if a name is empty, too long or there twice, or there are too many.
  static Result<TableStatistics> Create(std::span<const Column> columns,
                                        const Options& options = {});

  /// Null if there is none of this name. Valid until columns are added.
  ColumnStatistics* Find(std::string_view name);
  const ColumnStatistics* Find(std::string_view name) const;

  /// Adds the other's rows. A column that one side lacks is null in all its rows; new ones come
  /// last. kFailedPrecondition, naming the column, and nothing is changed, if kinds differ;
  /// kResourceExhausted if there are too many columns.
  Status Merge(const TableStatistics& other);

  std::uint64_t rows = 0;
  std::vector<NamedColumn> columns;
};

/// The bytes of docs/formats/statistics.md. Every column must have `rows` rows (a CHECK).
std::string Encode(const TableStatistics& table);
/// kDataLoss if the bytes are damaged, kUnimplemented if a newer version wrote them. States that
/// are not known are kept (ColumnStatistics::unknown).
Result<TableStatistics> DecodeTable(std::string_view encoded);

}  // namespace galley::stats
