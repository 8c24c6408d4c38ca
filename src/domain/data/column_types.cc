#include "domain/data/column_types.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace galley::data {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr Pair kToDelta[] = {
    {"BOOLEAN", "boolean"},
    {"TINYINT", "byte"},
    {"SMALLINT", "short"},
    {"INTEGER", "integer"},
    {"BIGINT", "long"},
    {"UTINYINT", "short"},
    {"USMALLINT", "integer"},
    {"UINTEGER", "long"},
    {"UBIGINT", "decimal(20,0)"},
    {"HUGEINT", "decimal(38,0)"},
    {"UHUGEINT", "decimal(38,0)"},
    {"FLOAT", "float"},
    {"DOUBLE", "double"},
    {"VARCHAR", "string"},
    {"BLOB", "binary"},
    {"DATE", "date"},
    {"TIMESTAMP", "timestamp"},
    {"TIMESTAMP_S", "timestamp"},
    {"TIMESTAMP_MS", "timestamp"},
    {"TIMESTAMP_NS", "timestamp"},
    {"UUID", "string"},
    {"TIMESTAMP WITH TIME ZONE", "timestamp"},
    {"\"NULL\"", "string"},
    {"JSON", "string"},
};
constexpr Pair kToDuck[] = {
    {"boolean", "BOOLEAN"}, {"byte", "TINYINT"},          {"short", "SMALLINT"},
    {"integer", "INTEGER"}, {"long", "BIGINT"},           {"float", "FLOAT"},
    {"double", "DOUBLE"},   {"string", "VARCHAR"},        {"binary", "BLOB"},
    {"date", "DATE"},       {"timestamp", "TIMESTAMPTZ"},
};
constexpr std::string_view kIntegers[] = {"byte", "short", "integer", "long"};

}  // namespace

std::optional<std::string> DeltaTypeOf(std::string_view duck_type) {
  const auto* row = std::ranges::find(kToDelta, duck_type, &Pair::first);
  if (row != std::end(kToDelta)) return std::string(row->second);
  if (duck_type.ends_with(']')) return std::nullopt;  // A list, also of those below.
  if (duck_type.starts_with("ENUM(")) return "string";
  if (!duck_type.starts_with("DECIMAL(")) return std::nullopt;
  return "decimal(" + std::string(duck_type.substr(duck_type.find('(') + 1));
}

std::string DuckTypeOf(std::string_view delta_type) {
  const auto* row = std::ranges::find(kToDuck, delta_type, &Pair::first);
  // A decimal is called alike in both.
  return std::string(row == std::end(kToDuck) ? delta_type : row->second);
}

bool Widens(std::string_view from, std::string_view to) {
  if (from == to || (from == "float" && to == "double")) return true;
  const auto* narrow = std::ranges::find(kIntegers, from);
  const auto* wide = std::ranges::find(kIntegers, to);
  return narrow != std::end(kIntegers) && wide != std::end(kIntegers) && narrow < wide;
}

stats::Kind KindOf(std::string_view delta_type) {
  if (delta_type == "boolean") return stats::Kind::kBoolean;
  if (delta_type == "string") return stats::Kind::kText;
  if (delta_type == "binary") return stats::Kind::kBinary;
  if (delta_type == "date") return stats::Kind::kDate;
  if (delta_type == "timestamp") return stats::Kind::kTimestamp;
  if (std::ranges::find(kIntegers, delta_type) != std::end(kIntegers)) {
    return stats::Kind::kInteger;
  }
  return stats::Kind::kFloating;
}

bool IsDeltaType(std::string_view type) {
  if (std::ranges::find(kToDuck, type, &Pair::first) != std::end(kToDuck)) return true;
  return type.starts_with("decimal(") && type.ends_with(')') &&
         std::ranges::count(type, ',') == 1 &&
         type.find_first_not_of("0123456789,", sizeof("decimal(") - 1) == type.size() - 1;
}

bool IsAsContracted(std::string_view type, std::string_view contracted) {
  const stats::Kind kind = KindOf(type);
  if (contracted == kAnyInteger) return kind == stats::Kind::kInteger;
  if (contracted == kAnyNumber) {
    return kind == stats::Kind::kInteger || kind == stats::Kind::kFloating;
  }
  return type == contracted;
}

}  // namespace galley::data
