#include "foundation/stats/table_statistics.h"

#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "foundation/base/check.h"
#include "foundation/stats/bytes.h"
#include "foundation/stats/hash.h"

namespace galley::stats {
namespace {

constexpr std::string_view kMagic = "GALLEYST";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 24;
constexpr std::size_t kChecksumBytes = 8;

std::unexpected<Error> DamagedFile(std::string_view what) {
  return Fail(Code::kDataLoss, "the statistics are damaged: {}", what);
}

}  // namespace

Result<TableStatistics> TableStatistics::Create(std::span<const Column> columns,
                                                const Options& options) {
  if (columns.size() > kColumnsMax) {
    return Fail(Code::kInvalidArgument, "{} columns are too many for statistics, the most is {}",
                columns.size(), kColumnsMax);
  }
  TableStatistics table;
  table.columns.reserve(columns.size());
  std::unordered_set<std::string_view> names;
  for (const Column& column : columns) {
    if (column.name.empty() || column.name.size() > kNameBytesMax) {
      return Fail(Code::kInvalidArgument, "a column's name has {} bytes; 1 to {} are allowed",
                  column.name.size(), kNameBytesMax);
    }
    if (!names.insert(column.name).second) {
      return Fail(Code::kInvalidArgument, "there are two columns '{}'", column.name);
    }
    Options own = options;
    own.seed = HashInteger(options.seed ^ Hash(column.name));
    table.columns.push_back({column.name, ColumnStatistics(column.kind, own)});
  }
  return table;
}

const ColumnStatistics* TableStatistics::Find(std::string_view name) const {
  for (const NamedColumn& column : columns) {
    if (column.name == name) return &column.statistics;
  }
  return nullptr;
}

ColumnStatistics* TableStatistics::Find(std::string_view name) {
  return const_cast<ColumnStatistics*>(std::as_const(*this).Find(name));
}

Status TableStatistics::Merge(const TableStatistics& other) {
  std::unordered_map<std::string_view, const ColumnStatistics*> theirs;
  for (const NamedColumn& column : other.columns) theirs.emplace(column.name, &column.statistics);
  std::unordered_set<std::string_view> ours;
  for (const NamedColumn& column : columns) {
    ours.insert(column.name);
    const auto found = theirs.find(column.name);
    if (found != theirs.end() && found->second->kind != column.statistics.kind) {
      return Fail(Code::kFailedPrecondition, "column '{}' is {} in one file and {} in another",
                  column.name, KindName(column.statistics.kind), KindName(found->second->kind));
    }
  }
  std::vector<NamedColumn> added;
  for (const NamedColumn& column : other.columns) {
    if (ours.contains(column.name)) continue;
    added.push_back(column);
    added.back().statistics.AddNulls(rows);
  }
  if (columns.size() + added.size() > kColumnsMax) {
    return Fail(Code::kResourceExhausted, "{} columns are too many for statistics, the most is {}",
                columns.size() + added.size(), kColumnsMax);
  }
  for (NamedColumn& column : columns) {
    const auto found = theirs.find(column.name);
    if (found == theirs.end()) {
      column.statistics.AddNulls(other.rows);
    } else {
      TRY(column.statistics.Merge(*found->second));
    }
  }
  for (NamedColumn& column : added) columns.push_back(std::move(column));
  rows += other.rows;
  return {};
}

std::string Encode(const TableStatistics& table) {
  bytes::Writer writer;
  writer.Raw(kMagic);
  writer.U32(kVersion);
  writer.U32(static_cast<std::uint32_t>(table.columns.size()));
  writer.U64(table.rows);
  for (const auto& column : table.columns) {
    CHECK(column.statistics.counts.rows == table.rows);
    writer.Text(column.name);
    writer.Raw(EncodeColumn(column.statistics));
  }
  writer.U64(Hash(writer.text()));
  return std::move(writer).Take();
}

Result<TableStatistics> DecodeTable(std::string_view encoded) {
  if (encoded.size() < kHeaderBytes + kChecksumBytes || !encoded.starts_with(kMagic)) {
    return DamagedFile("this is no file of statistics");
  }
  const std::string_view summed = encoded.substr(0, encoded.size() - kChecksumBytes);
  if (bytes::Reader(encoded.substr(summed.size())).U64() != Hash(summed)) {
    return DamagedFile("the checksum is another one");
  }
  bytes::Reader header(summed.substr(kMagic.size(), kHeaderBytes - kMagic.size()));
  const std::uint32_t version = header.U32();
  const std::uint32_t count = header.U32();
  TableStatistics table;
  table.rows = header.U64();
  if (version > kVersion) {
    return Fail(Code::kUnimplemented, "the statistics are in version {}, the newest known is {}",
                version, kVersion);
  }
  if (version == 0 || count > TableStatistics::kColumnsMax || table.rows > kRowsMax) {
    return DamagedFile("a number in the header is out of bounds");
  }
  std::string_view left = summed.substr(kHeaderBytes);
  std::unordered_set<std::string> names;
  for (std::uint32_t i = 0; i < count; ++i) {
    bytes::Reader reader(left);
    std::string name(reader.Text());
    left.remove_prefix(left.size() - reader.left());
    if (reader.failed() || name.empty() || name.size() > TableStatistics::kNameBytesMax ||
        !names.insert(name).second) {
      return DamagedFile(fmt::format("the name of column {} is not valid", i + 1));
    }
    auto column = TRY(Context(DecodeColumn(left), fmt::format("column '{}'", name)));
    if (column.counts.rows != table.rows) {
      return DamagedFile(fmt::format("column '{}' has another number of rows", name));
    }
    table.columns.push_back({std::move(name), std::move(column)});
  }
  if (!left.empty()) return DamagedFile("there is something behind the last column");
  return table;
}

}  // namespace galley::stats
