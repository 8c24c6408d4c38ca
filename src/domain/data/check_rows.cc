#include "domain/data/check_rows.h"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "domain/data/column_types.h"

namespace galley::data {
namespace {

constexpr std::string_view kBatch = "batch";
constexpr std::string_view kOthers = "others";

std::string Joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : std::string(between)) + part;
  return text;
}

std::string Names(const std::vector<std::string>& columns, std::string_view before = "") {
  std::vector<std::string> names;
  for (const std::string& column : columns) {
    names.push_back(fmt::format("{}{}", before, QuotedName(column)));
  }
  return Joined(names, ", ");
}

/// `a IS NULL OR b IS NULL` and the like: `{}` stands for each column.
std::string Any(const std::vector<std::string>& columns, std::string_view condition,
                std::string_view between = " OR ") {
  std::vector<std::string> parts;
  for (const std::string& column : columns) {
    parts.push_back(fmt::format(fmt::runtime(condition), QuotedName(column)));
  }
  return Joined(parts, between);
}

/// A value of the contract in SQL.
std::string ValueSql(const schema::JsonScalar& value) {
  if (!value.text.starts_with('"')) return value.text;
  return fmt::format("(CAST({} AS JSON) ->> '$')", QuotedText(value.text));
}

/// Checks of one batch.
class RowChecks {
 public:
  RowChecks(DuckDb& duck, const EngineRequest& request, const Batch& batch)
      : duck_(duck), request_(request), batch_(batch) {}

  Result<std::vector<CheckOutcome>> Run();

 private:
  Result<CheckOutcome> Evaluate(const Check& check);
  Result<std::string> Broken(const Check& check);
  Result<std::string> Condition(const Check& check) const;
  Result<std::string> ByExpression(const Check& check) const;
  Result<std::string> ByWholeNumber(const Check& check) const;
  Result<std::string> ByRange(const Check& check) const;
  Result<std::string> ByNext(const Check& check) const;
  Result<std::string> Unique(const Check& check) const;
  Result<std::string> Reference(const Check& check);
  Result<std::string> Groups(const Check& check) const;
  Result<CheckOutcome> Query(const Check& check);
  Status ColumnsExist(const std::vector<std::string>& names) const;

  DuckDb& duck_;
  const EngineRequest& request_;
  const Batch& batch_;
};

Status RowChecks::ColumnsExist(const std::vector<std::string>& names) const {
  for (const std::string& name : names) {
    if (FindColumn(batch_.columns, name) != nullptr) continue;
    return Fail(Code::kInvalidArgument, "there is no column '{}'", name);
  }
  return {};
}

Result<std::string> RowChecks::ByExpression(const Check& check) const {
  if (!IsEnclosed(check.sql)) return Fail(Code::kInvalidArgument, "'sql' is not one condition");
  // On a line of its own, so that a comment cannot hide the bracket.
  return fmt::format("NOT (\n{}\n)", check.sql);
}

Result<std::string> RowChecks::ByWholeNumber(const Check& check) const {
  std::vector<std::string> values;
  if (!check.sql.empty()) {
    if (!IsEnclosed(check.sql)) return Fail(Code::kInvalidArgument, "'sql' is not one expression");
    values.push_back(fmt::format("(\n{}\n)", check.sql));
  }
  for (const std::string& column : check.columns) values.push_back(QuotedName(column));
  std::vector<std::string> parts;
  for (const std::string& value : values) {
    const std::string number = fmt::format("CAST({} AS DOUBLE)", value);
    const std::string growth = check.relative_above ? fmt::format(" * greatest(1, abs({}) / {})",
                                                                  number, *check.relative_above)
                                                    : "";
    parts.push_back(fmt::format("isnan({0}) OR isinf({0})", number));
    parts.push_back(
        fmt::format("abs({0} - round({0})) > {1}{2}", number, check.tolerance.value_or(0), growth));
    if (check.min) parts.push_back(fmt::format("round({}) < {}", number, *check.min));
    if (check.max) parts.push_back(fmt::format("round({}) > {}", number, *check.max));
  }
  return Joined(parts, " OR ");
}

Result<std::string> RowChecks::ByRange(const Check& check) const {
  std::vector<std::string> parts;
  for (const std::string& name : check.columns) {
    const std::string column = QuotedName(name);
    const std::string& type = FindColumn(batch_.columns, name)->type;
    if (type == "float" || type == "double") parts.push_back(fmt::format("isnan({})", column));
    if (check.min) parts.push_back(fmt::format("{} < {}", column, *check.min));
    if (check.max) parts.push_back(fmt::format("{} > {}", column, *check.max));
    if (check.above) parts.push_back(fmt::format("{} <= {}", column, *check.above));
    if (check.below) parts.push_back(fmt::format("{} >= {}", column, *check.below));
  }
  return Joined(parts, " OR ");
}

/// In a first commit all rows must have the batch's least value.
Result<std::string> RowChecks::ByNext(const Check& check) const {
  const std::string column = QuotedName(check.columns.front());
  const auto known = std::ranges::find(request_.expected, check.id, &EngineExpected::check);
  if (known != request_.expected.end()) {
    return fmt::format("{} <> {}", column, known->value);
  }
  return fmt::format("{0} <> (SELECT min({0}) FROM {1})", column, kBatch);
}

Result<std::string> RowChecks::Condition(const Check& check) const {
  if (check.rule == "not_null") return Any(check.columns, "{} IS NULL");
  if (check.rule == "range") return ByRange(check);
  if (check.rule == "expression") return ByExpression(check);
  if (check.rule == "whole_number") return ByWholeNumber(check);
  if (check.rule == "next") return ByNext(check);
  std::vector<std::string> values;
  for (const schema::JsonScalar& value : check.values) values.push_back(ValueSql(value));
  return Any(check.columns, "({} NOT IN (" + Joined(values, ", ") + "))");
}

/// Rows of the batch whose values stand in another row, of the batch or of the table.
Result<std::string> RowChecks::Unique(const Check& check) const {
  const std::string names = Names(check.columns);
  const std::string all = Any(check.columns, "{} IS NOT NULL", " AND ");
  const std::string twice =
      fmt::format("(SELECT *, count(*) OVER (PARTITION BY {}) AS __galley_same FROM {} WHERE {})",
                  names, kBatch, all);
  std::string known;
  if (check.IsOfDataset()) {
    known =
        fmt::format(" OR EXISTS (FROM {} WHERE {})", kOthers,
                    Any(check.columns, fmt::format("{}.{{0}} = twice.{{0}}", kOthers), " AND "));
  }
  return fmt::format(
      "(SELECT * EXCLUDE (__galley_same) FROM {} AS twice WHERE __galley_same > 1{})", twice,
      known);
}

Result<std::string> RowChecks::Reference(const Check& check) {
  const auto found = std::ranges::find(request_.references, check.id, &EngineReference::check);
  if (found == request_.references.end() || found->paths.empty()) {
    return Fail(Code::kInvalidArgument, "the dataset '{}' has no rows", check.dataset);
  }
  std::vector<std::string> paths;
  for (const std::string& path : found->paths) {
    TRY(CheckPath(path));
    paths.push_back(QuotedText(path));
  }
  const std::string known =
      fmt::format("read_parquet([{}], union_by_name = true)", Joined(paths, ", "));
  const auto columns = TRY(Describe(duck_, known));
  const std::vector<std::string>& to = check.to.empty() ? check.columns : check.to;
  std::vector<std::string> equal;
  for (std::size_t at = 0; at < to.size(); ++at) {
    const auto is_it = [&](const SourceColumn& column) { return SameName(column.name, to[at]); };
    if (std::ranges::none_of(columns, is_it)) {
      return Fail(Code::kInvalidArgument, "the dataset '{}' has no column '{}'", check.dataset,
                  to[at]);
    }
    equal.push_back(
        fmt::format("batch.{} = known.{}", QuotedName(check.columns[at]), QuotedName(to[at])));
  }
  return fmt::format(
      "(SELECT batch.* FROM {} AS batch WHERE {} AND NOT EXISTS (FROM {} AS known "
      "WHERE {}))",
      kBatch, Any(check.columns, "batch.{} IS NOT NULL", " AND "), known, Joined(equal, " AND "));
}

/// Rows of groups that have other numbers of different values than they should.
Result<std::string> RowChecks::Groups(const Check& check) const {
  const std::string by = Names(check.by);
  std::string from(kBatch);
  if (check.IsOfDataset()) {
    const std::string names = Names(check.by) + ", " + Names(check.columns);
    from = fmt::format(
        "(SELECT {0} FROM {1} UNION ALL SELECT {0} FROM {2} SEMI JOIN {1} USING "
        "({3}))",
        names, kBatch, kOthers, by);
  }
  std::string having;
  if (check.rule == "one_value_per_group") {
    having = Any(check.columns, "min({0}) <> max({0})");
  } else {
    const std::string count = check.columns.size() == 1
                                  ? fmt::format("count(DISTINCT {})", Names(check.columns))
                                  : fmt::format("count(DISTINCT row({}))", Names(check.columns));
    std::vector<std::string> parts;
    if (check.equals) parts.push_back(fmt::format("{} <> {}", count, *check.equals));
    if (check.min) parts.push_back(fmt::format("{} < {}", count, *check.min));
    if (check.max) parts.push_back(fmt::format("{} > {}", count, *check.max));
    having = Joined(parts, " OR ");
  }
  std::vector<std::string> same;
  for (const std::string& name : check.by) {
    same.push_back(fmt::format("batch.{0} IS NOT DISTINCT FROM bad.{0}", QuotedName(name)));
  }
  return fmt::format(
      "(SELECT batch.* FROM {0} AS batch SEMI JOIN (SELECT {1} FROM {2} GROUP BY "
      "{1} HAVING {3}) AS bad ON {4})",
      kBatch, by, from, having, Joined(same, " AND "));
}

/// The rows that break a check, as a relation.
Result<std::string> RowChecks::Broken(const Check& check) {
  TRY(ColumnsExist(check.columns));
  TRY(ColumnsExist(check.by));
  if (check.rule == "unique") return Unique(check);
  if (check.rule == "reference") return Reference(check);
  if (FindRule(check.rule)->judge == Judge::kGroups) return Groups(check);
  return fmt::format("(SELECT * FROM {} WHERE {})", kBatch, TRY(Condition(check)));
}

Result<CheckOutcome> RowChecks::Query(const Check& check) {
  CheckOutcome outcome = OutcomeOf(check, kFailed);
  if (!IsEnclosed(check.sql)) {
    outcome.detail = "the query is not one SELECT";
    return outcome;
  }
  const auto rows =
      duck_.Texts(fmt::format("SELECT CAST(CAST((\n{}\n) AS DOUBLE) AS VARCHAR)", check.sql));
  if (!rows) {
    outcome.detail = "the query fails: " + CleanError(rows.error(), {}).message;
    return outcome;
  }
  const auto& text = rows->front().front();
  double value = 0;
  if (!text ||
      std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc()) {
    outcome.detail = "the query gives no number";
    return outcome;
  }
  const bool is_out = (check.min && value < *check.min) || (check.max && value > *check.max) ||
                      (check.above && value <= *check.above) ||
                      (check.below && value >= *check.below);
  if (!is_out) outcome.outcome = kPassed;
  outcome.value = value;
  outcome.detail = fmt::format("the query gives {}", value);
  return outcome;
}

Result<CheckOutcome> RowChecks::Evaluate(const Check& check) {
  if (FindRule(check.rule)->judge == Judge::kQuery) return Query(check);
  CheckOutcome outcome = OutcomeOf(check, kFailed);
  const auto broken = Broken(check);
  if (!broken) {
    outcome.detail = broken.error().message;
    return outcome;
  }
  const auto count = duck_.Integer("SELECT count(*) FROM " + *broken);
  if (!count) {
    const Code code = count.error().code;
    if (code != Code::kInvalidArgument && code != Code::kPermissionDenied) {
      return std::unexpected(count.error());
    }
    outcome.detail = "it cannot be evaluated: " + CleanError(count.error(), {}).message;
    return outcome;
  }
  outcome.rows = *count;
  if (*count == 0) {
    outcome.outcome = kPassed;
    return outcome;
  }
  if (check.rule == "unique") {
    outcome.detail = fmt::format(
        "{} different keys",
        TRY(duck_.Integer(fmt::format("SELECT count(*) FROM (SELECT DISTINCT {} FROM {})",
                                      Names(check.columns), *broken))));
  }
  for (const auto& row : TRY(duck_.Texts(
           fmt::format("SELECT CAST(to_json(__galley_object) AS VARCHAR) FROM (SELECT {} "
                       "FROM {} LIMIT {}) AS __galley_object",
                       JsonList(batch_.columns), *broken, kExamplesMax)))) {
    outcome.examples.push_back({row[0].value_or("{}")});
  }
  return outcome;
}

Result<std::vector<CheckOutcome>> RowChecks::Run() {
  std::vector<std::string> columns;
  for (const Column& column : batch_.columns) columns.push_back(column.name);
  const std::string names = Names(columns);
  TRY(duck_.Run(
      fmt::format("CREATE TEMP VIEW {} AS SELECT {} FROM {}", kBatch, names, batch_.rows)));
  TRY(duck_.Run(
      fmt::format("CREATE TEMP VIEW {} AS SELECT {} FROM {}", kOthers, names, batch_.others)));
  TRY(duck_.Run(
      fmt::format("CREATE TEMP VIEW dataset AS FROM {} UNION ALL FROM {}", kOthers, kBatch)));
  std::vector<CheckOutcome> outcomes;
  for (const Check& check : request_.contract->checks) {
    const Judge judge = FindRule(check.rule)->judge;
    if (judge == Judge::kColumns || judge == Judge::kStatistics) continue;
    if (check.rule == "next" && request_.operation != "append") continue;
    outcomes.push_back(TRY(Evaluate(check)));
  }
  return outcomes;
}

/// What is wrong with a file's columns; empty if nothing is.
std::string WrongColumns(const Contract& contract, bool extra_allowed, const Source& source) {
  const auto find = [&source](std::string_view name) {
    return std::ranges::find_if(
        source.columns, [name](const SourceColumn& column) { return SameName(column.name, name); });
  };
  std::vector<std::string> wrong;
  std::size_t last = 0;
  for (const ContractColumn& column : contract.columns) {
    const auto found = find(column.name);
    if (found == source.columns.end()) {
      wrong.push_back(fmt::format("column '{}' is missing", column.name));
      continue;
    }
    const auto at = static_cast<std::size_t>(found - source.columns.begin());
    if (at < last) wrong.push_back(fmt::format("column '{}' is out of order", column.name));
    last = std::max(last, at);
    const bool is_typed = !found->is_text && !found->is_json && !found->is_null;
    if (is_typed && !IsAsContracted(found->type, column.type)) {
      wrong.push_back(
          fmt::format("column '{}' is {}, not {}", column.name, found->type, column.type));
    }
  }
  for (const SourceColumn& column : source.columns) {
    const auto is_it = [&column](const ContractColumn& known) {
      return SameName(known.name, column.name);
    };
    if (extra_allowed || std::ranges::any_of(contract.columns, is_it)) continue;
    wrong.push_back(fmt::format("column '{}' is not in the contract", column.name));
  }
  return Joined(wrong, "; ");
}

}  // namespace

bool LooksAtOthers(const Contract& contract) {
  return std::ranges::any_of(contract.checks, [](const Check& check) {
    const Judge judge = FindRule(check.rule)->judge;
    return judge == Judge::kQuery || (judge == Judge::kGroups && check.IsOfDataset());
  });
}

bool IsEnclosed(std::string_view sql) {
  int depth = 0;
  char quote = '\0';
  for (std::size_t at = 0; at < sql.size(); ++at) {
    const char c = sql[at];
    const std::string_view two = sql.substr(at, 2);
    if (quote != '\0') {
      if (c == '\\' && quote == '\'') return false;  // Of E'\'', which ends elsewhere.
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    }
    const bool is_out = quote == '\0' && (c == ';' || c == '$' || two == "--" || two == "/*");
    if (is_out || depth < 0) return false;
  }
  return quote == '\0' && depth == 0 && sql.find_first_not_of(" \t\r\n") != std::string_view::npos;
}

std::vector<CheckOutcome> CheckColumns(const Contract& contract,
                                       const std::vector<Source>& sources) {
  std::vector<CheckOutcome> outcomes;
  for (const Check& check : contract.checks) {
    if (FindRule(check.rule)->judge != Judge::kColumns) continue;
    CheckOutcome outcome = OutcomeOf(check, kPassed);
    for (const Source& source : sources) {
      const std::string wrong = WrongColumns(contract, check.extra == "allowed", source);
      if (wrong.empty() || outcome.outcome == kFailed) continue;
      outcome.outcome = kFailed;
      outcome.detail = sources.size() == 1 ? wrong : source.input.label + ": " + wrong;
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

Result<std::vector<CheckOutcome>> CheckRows(DuckDb& duck, const EngineRequest& request,
                                            const Batch& batch) {
  return RowChecks(duck, request, batch).Run();
}

}  // namespace galley::data
