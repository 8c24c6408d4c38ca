#include "storage/db/search.h"

#include <fmt/core.h>

namespace galley::db {
namespace {

/// Turns a query into SQL; all text of users goes into values.
class Compiler {
 public:
  Compiler(const SearchTable& table, SearchSql& sql) : table_(table), sql_(sql) {}

  Status Condition(const Predicate& predicate);
  Status Order(const OrderKey& key, std::size_t index);
  Status Join(const OrderKey& key, std::size_t index);

 private:
  Status Chain(const Predicate& predicate, std::string_view word);
  Status Leaf(const Predicate& leaf);
  Status Keyed(const Predicate& leaf, std::string_view keyed);
  Status DatasetLeaf(const Predicate& leaf, std::string_view column);
  Status Comparison(const Predicate& leaf, std::string_view column);
  Result<std::string_view> ColumnOf(Field field) const;
  Result<std::string_view> KeyedTableOf(Field field) const;
  static bool IsKeyed(Field field) {
    return field == Field::kMetric || field == Field::kParam || field == Field::kTag;
  }

  const SearchTable& table_;
  SearchSql& sql_;
};

std::string_view OperatorOf(Compare compare) {
  switch (compare) {
    case Compare::kEqual: return "=";
    case Compare::kNotEqual: return "!=";
    case Compare::kLess: return "<";
    case Compare::kLessEqual: return "<=";
    case Compare::kGreater: return ">";
    case Compare::kGreaterEqual: return ">=";
    case Compare::kLike:
    case Compare::kILike: return "LIKE";
    case Compare::kIn: return "IN";
    case Compare::kNotIn: return "NOT IN";
    case Compare::kIsNull: return "IS NULL";
    case Compare::kIsNotNull: return "IS NOT NULL";
  }
  return "";
}

Result<std::string_view> Compiler::ColumnOf(Field field) const {
  for (const auto& column : table_.columns) {
    if (column.field == field) return column.sql;
  }
  return Fail(Code::kInvalidArgument, "this search does not know that attribute");
}

Result<std::string_view> Compiler::KeyedTableOf(Field field) const {
  const std::string_view name = field == Field::kMetric  ? table_.metrics
                                : field == Field::kParam ? table_.params
                                                         : table_.tags;
  if (!name.empty()) return name;
  return Fail(Code::kInvalidArgument, "this search does not know metrics or parameters");
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser lets filters nest.
Status Compiler::Condition(const Predicate& predicate) {
  switch (predicate.kind) {
    case Predicate::Kind::kAnd: return Chain(predicate, " AND ");
    case Predicate::Kind::kOr: return Chain(predicate, " OR ");
    case Predicate::Kind::kNot:
      sql_.text += "NOT (";
      TRY(Condition(predicate.children.at(0)));
      sql_.text += ')';
      return {};
    case Predicate::Kind::kCompare: return Leaf(predicate);
  }
  return {};
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser lets filters nest.
Status Compiler::Chain(const Predicate& predicate, std::string_view word) {
  if (predicate.children.empty()) {
    sql_.text += '1';
    return {};
  }
  std::string_view between = "(";
  for (const Predicate& child : predicate.children) {
    sql_.text += between;
    between = word;
    TRY(Condition(child));
  }
  sql_.text += ')';
  return {};
}

Status Compiler::Leaf(const Predicate& leaf) {
  if (IsKeyed(leaf.field)) return Keyed(leaf, TRY(KeyedTableOf(leaf.field)));
  switch (leaf.field) {
    case Field::kDatasetName: return DatasetLeaf(leaf, "d.name");
    case Field::kDatasetDigest: return DatasetLeaf(leaf, "d.digest");
    case Field::kDatasetContext: return DatasetLeaf(leaf, "x.value");
    default: break;
  }
  // Comparing NULL is neither true nor false in SQL; under NOT it must be false.
  sql_.text += "coalesce(";
  TRY(Comparison(leaf, TRY(ColumnOf(leaf.field))));
  sql_.text += ", 0)";
  return {};
}

Status Compiler::Keyed(const Predicate& leaf, std::string_view keyed) {
  const bool absent = leaf.compare == Compare::kIsNull;
  sql_.text += fmt::format("{}EXISTS(SELECT 1 FROM {} AS k WHERE k.{} = t.row AND k.key = ?",
                           absent ? "NOT " : "", keyed, table_.owner);
  sql_.values.emplace_back(leaf.key);
  if (!absent && leaf.compare != Compare::kIsNotNull) {
    sql_.text += leaf.field == Field::kMetric ? " AND k.is_nan = 0 AND " : " AND ";
    TRY(Comparison(leaf, "k.value"));
  }
  sql_.text += ')';
  return {};
}

Status Compiler::DatasetLeaf(const Predicate& leaf, std::string_view column) {
  if (table_.dataset.empty()) {
    return Fail(Code::kInvalidArgument, "this search does not know datasets");
  }
  sql_.text += table_.dataset;
  TRY(Comparison(leaf, column));
  sql_.text += ')';
  return {};
}

Status Compiler::Comparison(const Predicate& leaf, std::string_view column) {
  const std::string_view op = OperatorOf(leaf.compare);
  switch (leaf.compare) {
    case Compare::kIsNull:
    case Compare::kIsNotNull: sql_.text += fmt::format("{} {}", column, op); return {};
    case Compare::kILike:
      sql_.text += fmt::format("lower({}) LIKE lower(?)", column);
      sql_.values.emplace_back(leaf.text);
      return {};
    case Compare::kIn:
    case Compare::kNotIn: {
      sql_.text += fmt::format("{} {} (", column, op);
      for (std::size_t at = 0; at < leaf.list.size(); ++at) {
        sql_.text += at == 0 ? "?" : ", ?";
        sql_.values.emplace_back(leaf.list[at]);
      }
      sql_.text += ')';
      return {};
    }
    default: break;
  }
  sql_.text += fmt::format("{} {} ?", column, op);
  if (leaf.is_number) {
    sql_.values.emplace_back(leaf.number);
  } else {
    sql_.values.emplace_back(leaf.text);
  }
  return {};
}

Status Compiler::Join(const OrderKey& key, std::size_t index) {
  if (!IsKeyed(key.field)) return {};
  sql_.text += fmt::format(" LEFT JOIN {} AS o{} ON o{}.{} = t.row AND o{}.key = ?",
                           TRY(KeyedTableOf(key.field)), index, index, table_.owner, index);
  sql_.values.emplace_back(key.key);
  return {};
}

/// Absent values come last, NaN before them, in both directions.
Status Compiler::Order(const OrderKey& key, std::size_t index) {
  const std::string_view direction = key.ascending ? "ASC" : "DESC";
  if (key.field == Field::kMetric) {
    sql_.text += fmt::format(
        "CASE WHEN o{0}.value IS NULL THEN 2 WHEN o{0}.is_nan THEN 1 ELSE 0 END, o{0}.value {1}, ",
        index, direction);
    return {};
  }
  const std::string column =
      IsKeyed(key.field) ? fmt::format("o{}.value", index) : std::string(TRY(ColumnOf(key.field)));
  sql_.text += fmt::format("{0} IS NULL, {0} {1}, ", column, direction);
  return {};
}

}  // namespace

Result<SearchSql> CompileSearch(const SearchTable& table, std::string_view scope,
                                std::vector<Value> scope_values, const Query& query) {
  SearchSql sql;
  Compiler compiler(table, sql);
  sql.text = fmt::format("SELECT t.row FROM {}", table.from);
  for (std::size_t at = 0; at < query.order.size(); ++at) TRY(compiler.Join(query.order[at], at));
  sql.text += fmt::format(" WHERE {}", scope);
  sql.values.insert(sql.values.end(), scope_values.begin(), scope_values.end());
  if (query.view != View::kAll) {
    sql.text += query.view == View::kActive ? " AND t.state = 0" : " AND t.state = 1";
  }
  sql.text += " AND ";
  TRY(compiler.Condition(query.where));
  sql.text += " ORDER BY ";
  for (std::size_t at = 0; at < query.order.size(); ++at) TRY(compiler.Order(query.order[at], at));
  sql.text += table.default_order;
  sql.text += " LIMIT ? OFFSET ?";
  sql.values.emplace_back(query.limit + 1);
  sql.values.emplace_back(query.offset);
  return sql;
}

}  // namespace galley::db
