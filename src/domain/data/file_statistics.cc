#include "domain/data/file_statistics.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>
#include <span>

#include "domain/data/column_types.h"
#include "foundation/json/writer.h"
#include "foundation/stats/hash.h"

namespace galley::data {
namespace {

constexpr std::size_t kBoundedColumnsMax = 32;  // As Delta's own writers have it.
constexpr std::size_t kCharactersMax = 32;
constexpr std::size_t kDateCharacters = 10;       // 2024-01-31
constexpr std::size_t kTimestampCharacters = 24;  // 2024-01-31T01:02:03.004Z
constexpr std::int64_t kDoubleDigits = 15;        // That a double keeps of any decimal.
constexpr char kLastAscii = '\x7F';
constexpr std::string_view kLastCharacter = "\xF4\x8F\xBF\xBF";  // U+10FFFF.

/// The beginning of a text; as an upper bound, something that is not below the text: cut where a
/// larger character can stand, or else the whole of it. Left out it must not be: there are readers
/// that take a missing bound for one that nothing meets.
std::string Bound(std::string_view text, bool is_upper) {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (!begins || ++characters <= kCharactersMax) continue;
    std::string bound(text.substr(0, at));
    if (!is_upper) return bound;
    // As Spark does: what readers of JSON have most trouble with only where it must be.
    if (static_cast<unsigned char>(text[at]) < kLastAscii) return bound += kLastAscii;
    if (!text.substr(at).starts_with(kLastCharacter)) return bound += kLastCharacter;
  }
  return std::string(text);
}

/// SQL for a column's lower and upper bound as text; empty if it has none.
struct Bounds {
  std::string lower;
  std::string upper;
};
Bounds BoundsOf(const Column& column) {
  const std::string name = QuotedName(column.name);
  switch (KindOf(column.type)) {
    case stats::Kind::kBoolean:
    case stats::Kind::kBinary: return {};
    case stats::Kind::kTimestamp: {
      constexpr auto kText =
          "CASE WHEN bool_and(isfinite({1})) THEN strftime(CAST({0} AS TIMESTAMP), "
          "'%Y-%m-%dT%H:%M:%S.%gZ') END";
      const std::string lower = fmt::format("date_trunc('millisecond', min({}))", name);
      const std::string upper =
          fmt::format("date_trunc('millisecond', max({}) + INTERVAL 999 MICROSECOND)", name);
      return {fmt::format(fmt::runtime(kText), lower, name),
              fmt::format(fmt::runtime(kText), upper, name)};
    }
    case stats::Kind::kFloating: {
      if (column.type.starts_with("decimal")) break;
      // A float's own shortest text may be below or above it as a double.
      constexpr auto kFinite =
          "CASE WHEN bool_and(isfinite({0})) THEN CAST(CAST({1}({0}) AS DOUBLE) AS VARCHAR) END";
      return {fmt::format(fmt::runtime(kFinite), name, "min"),
              fmt::format(fmt::runtime(kFinite), name, "max")};
    }
    default: break;
  }
  return {fmt::format("CAST(min({}) AS VARCHAR)", name),
          fmt::format("CAST(max({}) AS VARCHAR)", name)};
}

bool IsNumber(const Column& column) {
  const stats::Kind kind = KindOf(column.type);
  return kind == stats::Kind::kInteger || kind == stats::Kind::kFloating;
}

/// Whether every reader understands the value as it is meant.
bool IsPlain(const Column& column, std::string_view value) {
  if (column.type == "date") return value.size() == kDateCharacters;
  if (column.type == "timestamp") return value.size() == kTimestampCharacters;
  if (!column.type.starts_with("decimal")) return true;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::ranges::count_if(value, is_digit) <= kDoubleDigits;
}

void Put(json::Writer& writer, const Column& column, const std::string& value, bool is_upper) {
  if (!IsPlain(column, value)) return;
  if (IsNumber(column)) {
    writer.Key(column.name).Raw(value);
  } else if (column.type != "string") {
    writer.Key(column.name).String(value);
  } else {
    writer.Key(column.name).String(Bound(value, is_upper));
  }
}

/// SQL that gives a column the one of four physical types in which statistics take it.
std::string Fed(const Column& column) {
  std::string name = QuotedName(column.name);
  switch (KindOf(column.type)) {
    case stats::Kind::kInteger: return fmt::format("CAST({} AS BIGINT)", name);
    case stats::Kind::kFloating: return fmt::format("CAST({} AS DOUBLE)", name);
    case stats::Kind::kTimestamp:
    case stats::Kind::kDate: {
      const std::string time = fmt::format("TRY_CAST({} AS TIMESTAMP)", name);
      return fmt::format("CASE WHEN isfinite({0}) THEN epoch_us({0}) END", time);
    }
    default: return name;
  }
}

void Feed(stats::ColumnStatistics& column, const DuckVector& vector, std::uint64_t rows) {
  const stats::Validity validity = vector.validity == nullptr
                                       ? stats::Validity()
                                       : stats::Validity(vector.validity, (rows + 63) / 64);
  switch (column.kind) {
    case stats::Kind::kFloating:
      return column.AddDoubles({static_cast<const double*>(vector.data), rows}, validity);
    case stats::Kind::kBoolean:
      return column.AddBooleans({static_cast<const bool*>(vector.data), rows}, validity);
    case stats::Kind::kText:
    case stats::Kind::kBinary: {
      std::vector<std::string_view> texts(rows);
      for (std::uint64_t row = 0; row < rows; ++row) {
        if (!vector.IsNull(row)) texts[row] = vector.Text(row);
      }
      return column.AddTexts(texts, validity);
    }
    default:
      return column.AddIntegers({static_cast<const std::int64_t*>(vector.data), rows}, validity);
  }
}

}  // namespace

Result<DeltaStats> MakeDeltaStats(DuckDb& duck, const std::vector<Column>& columns,
                                  const std::string& from) {
  const auto bounded = std::span(columns).first(std::min(columns.size(), kBoundedColumnsMax));
  std::string sql = "SELECT CAST(count(*) AS VARCHAR)";
  for (const Column& column : bounded) {
    const Bounds bounds = BoundsOf(column);
    sql += fmt::format(", CAST(count(*) - count({}) AS VARCHAR), {}, {}", QuotedName(column.name),
                       bounds.lower.empty() ? "NULL::VARCHAR" : bounds.lower,
                       bounds.upper.empty() ? "NULL::VARCHAR" : bounds.upper);
  }
  const auto rows = TRY(duck.Texts(sql + " FROM " + from));
  if (rows.size() != 1) return Fail(Code::kInternal, "an aggregate gave {} rows", rows.size());
  const DuckDb::Row& found = rows.front();
  DeltaStats stats;
  const std::string& count = found.front().value();
  std::from_chars(count.data(), count.data() + count.size(), stats.rows);
  json::Writer nulls;
  json::Writer lower;
  json::Writer upper;
  nulls.BeginObject();
  lower.BeginObject();
  upper.BeginObject();
  for (std::size_t at = 0; at < bounded.size(); ++at) {
    nulls.Key(bounded[at].name).Raw(found[1 + 3 * at].value());
    if (const auto& value = found[2 + 3 * at]) Put(lower, bounded[at], *value, false);
    if (const auto& value = found[3 + 3 * at]) Put(upper, bounded[at], *value, true);
  }
  nulls.EndObject();
  lower.EndObject();
  upper.EndObject();
  json::Writer writer;
  writer.BeginObject().Key("numRecords").Int(stats.rows);
  writer.Key("minValues").Raw(std::move(lower).Take());
  writer.Key("maxValues").Raw(std::move(upper).Take());
  writer.Key("nullCount").Raw(std::move(nulls).Take()).EndObject();
  stats.json = std::move(writer).Take();
  return stats;
}

Result<stats::TableStatistics> MakeStatistics(DuckDb& duck, const std::vector<Column>& columns,
                                              const std::string& from, std::string_view seed) {
  std::vector<stats::Column> kinds;
  std::string list;
  for (const Column& column : columns) {
    kinds.push_back({column.name, KindOf(column.type)});
    list += (list.empty() ? "" : ", ") + Fed(column);
  }
  auto table = TRY(stats::TableStatistics::Create(kinds, {.seed = stats::Hash(seed)}));
  TRY(duck.Scan(fmt::format("SELECT {} FROM {}", list, from),
                [&](const std::vector<DuckVector>& vectors, std::uint64_t rows) -> Status {
                  table.rows += rows;
                  for (std::size_t at = 0; at < vectors.size(); ++at) {
                    Feed(table.columns[at].statistics, vectors[at], rows);
                  }
                  return {};
                }));
  return table;
}

}  // namespace galley::data
