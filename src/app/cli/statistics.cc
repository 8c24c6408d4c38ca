#include <algorithm>

#include <fmt/core.h>

#include "app/cli/datasets.h"
#include "app/cli/print.h"
#include "foundation/yaml/yaml.h"
#include "protocol/control/native/contract_messages.h"

namespace galley::cli {
namespace {

/// A JSON scalar as a person writes it.
std::string Plain(const schema::JsonScalar& value) {
  const auto document = yaml::Parse(value.text, "value");
  if (!document) return value.text;
  if (document->root.kind != yaml::Kind::kFloating) return document->root.text;
  return Number(std::strtod(value.text.c_str(), nullptr));
}

std::string Plain(const std::optional<schema::JsonScalar>& value) {
  return value ? Plain(*value) : "";
}

std::string Plain(const std::optional<double>& value) {
  return value ? Number(*value) : "";
}

std::string Top(const native::ColumnSummary& column) {
  constexpr std::size_t kShown = 3;
  std::string text;
  for (const auto& [value, count] : column.frequent) {
    if (count < 2 || text.size() > 60) break;
    text += fmt::format("{}{} ×{}", text.empty() ? "" : ", ", Plain(value), count);
    if (static_cast<std::size_t>(std::ranges::count(text, ',')) >= kShown) break;
  }
  return text;
}

/// `a → b`, or nothing if they are equal.
std::string Change(const std::string& before, const std::string& after) {
  return before == after ? "" : fmt::format("{} → {}", before, after);
}

std::string Range(const native::ColumnSummary& column) {
  if (column.min) return fmt::format("{} … {}", Plain(column.min), Plain(column.max));
  if (column.longest) return fmt::format("{} … {} long", *column.shortest, *column.longest);
  return "";
}

}  // namespace

Status PrintStatistics(const std::string& body) {
  const auto answer = TRY(Understood<native::StatisticsAnswer>(body));
  Table table({{.title = "NAME", .shrinks = true},
               {.title = "KIND"},
               {.title = "NULLS", .right = true},
               {.title = "DISTINCT", .right = true},
               {.title = "RANGE", .shrinks = true},
               {.title = "MEAN", .right = true},
               {.title = "MEDIAN", .right = true},
               {.title = "MOST FREQUENT", .shrinks = true}},
              2);
  for (const native::ColumnSummary& column : answer.columns) {
    table.Add({{column.name, Colour::kCyan},
               {column.kind, Colour::kDim},
               {std::to_string(column.nulls), column.nulls > 0 ? Colour::kYellow : Colour::kPlain},
               {column.distinct ? std::to_string(*column.distinct) : ""},
               {Range(column)},
               {Plain(column.mean)},
               {Plain(column.median)},
               {Top(column)}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
  return {};
}

Status PrintStatisticsChange(const std::string& before, const std::string& after) {
  const auto one = TRY(Understood<native::StatisticsAnswer>(before));
  const auto other = TRY(Understood<native::StatisticsAnswer>(after));
  Table table({{.title = "COLUMN", .shrinks = true},
               {.title = "NULLS"},
               {.title = "DISTINCT"},
               {.title = "RANGE", .shrinks = true},
               {.title = "MEAN"},
               {.title = "MEDIAN"}},
              2);
  for (const native::ColumnSummary& now : other.columns) {
    const auto was = std::ranges::find(one.columns, now.name, &native::ColumnSummary::name);
    if (was == one.columns.end()) continue;
    const auto number = [](const std::optional<std::int64_t>& value) {
      return value ? std::to_string(*value) : "";
    };
    std::vector<Cell> row = {{now.name, Colour::kCyan},
                             {Change(std::to_string(was->nulls), std::to_string(now.nulls))},
                             {Change(number(was->distinct), number(now.distinct))},
                             {Change(Range(*was), Range(now))},
                             {Change(Plain(was->mean), Plain(now.mean))},
                             {Change(Plain(was->median), Plain(now.median))}};
    const auto is_empty = [](const Cell& cell) { return cell.text.empty(); };
    if (std::all_of(row.begin() + 1, row.end(), is_empty)) continue;
    table.Add(std::move(row));
  }
  if (!table.empty()) fmt::print("{}", table.Text(ScreenOfOutput()));
  return {};
}

}  // namespace galley::cli
