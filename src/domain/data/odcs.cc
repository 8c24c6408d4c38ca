#include <algorithm>
#include <array>

#include "domain/data/column_types.h"
#include "domain/data/contract.h"
#include "domain/data/duckdb.h"

/// Open Data Contract Standard 3 (bitol.io), as far as docs/formats/contract.md says.
namespace galley::data {
namespace {

using yaml::Kind;
using yaml::Node;

constexpr std::string_view kOperators[] = {
    "mustBe",         "mustNotBe",           "mustBeGreaterThan", "mustBeGreaterOrEqualTo",
    "mustBeLessThan", "mustBeLessOrEqualTo", "mustBeBetween",     "mustNotBeBetween"};

std::string TextAt(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found != nullptr && found->IsScalar() ? found->text : std::string();
}

bool IsTrue(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found != nullptr && found->kind == Kind::kBool && found->text[0] != 'f';
}

const std::vector<Node>& ListAt(const Node& node, std::string_view key) {
  static const std::vector<Node> none;
  const Node* found = node.Find(key);
  return found == nullptr ? none : found->items;
}

/// A list in SQL of the texts of values.
std::string SqlList(const std::vector<Node>& values) {
  std::string list;
  for (const Node& value : values) {
    if (value.kind == Kind::kNull) continue;
    list += (list.empty() ? "" : ", ") + QuotedText(value.text);
  }
  return list.empty() ? "NULL" : list;
}

class OdcsReader {
 public:
  OdcsReader(const yaml::Document& document, std::string_view dataset)
      : document_(document), dataset_(dataset) {}

  Result<Contract> Read();

 private:
  std::unexpected<Error> Wrong(const Node& node, std::string_view text) const {
    return std::unexpected(yaml::ErrorAt(document_, node.place, text));
  }
  Result<const Node*> Object() const;
  Status Property(const Node& property);
  Status Quality(const Node& quality, const std::string& column);
  Result<std::string> Metric(const Node& quality, std::string_view metric,
                             const std::vector<std::string>& columns) const;
  Status Bounds(const Node& quality, Check& check) const;
  Status Custom(const Node& quality);
  Status Service(const Node& sla);
  bool AsRule(const Node& quality, std::string_view metric, Check& check) const;
  Check Begin(const Node& node, std::string_view standard) const;
  void Add(Check check);

  const yaml::Document& document_;
  const std::string_view dataset_;
  Contract contract_;
};

/// The object of the file that is the dataset.
Result<const Node*> OdcsReader::Object() const {
  const auto& objects = ListAt(document_.root, "schema");
  if (objects.size() == 1) return &objects.front();
  for (const Node& object : objects) {
    if (TextAt(object, "name") == dataset_ || TextAt(object, "physicalName") == dataset_) {
      return &object;
    }
  }
  return Wrong(document_.root, fmt::format("'schema' has no object with the name '{}'", dataset_));
}

Check OdcsReader::Begin(const Node& node, std::string_view standard) const {
  Check check{.id = TextAt(node, "id"), .rule = {}, .description = TextAt(node, "description")};
  if (check.id.empty()) check.id = TextAt(node, "name");
  if (check.id.empty()) check.id = standard;
  const std::string severity = TextAt(node, "severity");
  if (severity == "warning" || severity == "info") check.severity = "warning";
  return check;
}

/// Ids are free in ODCS, and here once.
void OdcsReader::Add(Check check) {
  const std::string wanted = check.id;
  for (int more = 2; contract_.Find(check.id) != nullptr; ++more) {
    check.id = fmt::format("{}-{}", wanted, more);
  }
  contract_.checks.push_back(std::move(check));
}

Status OdcsReader::Bounds(const Node& quality, Check& check) const {
  int operators = 0;
  for (const std::string_view name : kOperators) {
    const Node* value = quality.Find(name);
    if (value == nullptr) continue;
    ++operators;
    const bool is_between = name == "mustBeBetween";
    const auto is_number = [](const Node& node) {
      return node.kind == Kind::kInteger || node.kind == Kind::kFloating;
    };
    if (name.starts_with("mustNot")) {
      return Wrong(*value, fmt::format("'{}' is not supported; say what it must be", name));
    }
    if (is_between ? value->items.size() != 2 || !std::ranges::all_of(value->items, is_number)
                   : !is_number(*value)) {
      return Wrong(*value,
                   fmt::format("'{}' must be {}", name, is_between ? "two numbers" : "a number"));
    }
    const double number =
        std::strtod((is_between ? value->items[0] : *value).text.c_str(), nullptr);
    if (name == "mustBeGreaterThan") check.above = number;
    if (name == "mustBeLessThan") check.below = number;
    if (name == "mustBe" || name == "mustBeGreaterOrEqualTo" || is_between) check.min = number;
    if (name == "mustBe" || name == "mustBeLessOrEqualTo") check.max = number;
    if (is_between) check.max = std::strtod(value->items[1].text.c_str(), nullptr);
  }
  if (operators > 0) return {};
  return Wrong(quality, "this rule needs an operator, such as 'mustBe'");
}

/// SQL for the number of rows that a metric counts.
Result<std::string> OdcsReader::Metric(const Node& quality, std::string_view metric,
                                       const std::vector<std::string>& columns) const {
  constexpr std::string_view kMetrics[] = {"nullValues", "missingValues", "invalidValues",
                                           "duplicateValues", "rowCount"};
  if (std::ranges::find(kMetrics, metric) == std::end(kMetrics)) {
    return Wrong(quality, fmt::format("there is no metric '{}'; there are: nullValues, "
                                      "missingValues, invalidValues, duplicateValues, rowCount",
                                      metric));
  }
  if (metric == "rowCount") return std::string("count(*)");
  if (columns.empty()) return Wrong(quality, fmt::format("'{}' needs a property", metric));
  const std::string column = QuotedName(columns.front());
  const Node* arguments = quality.Find("arguments");
  static const Node none;
  const Node& given = arguments == nullptr ? none : *arguments;
  if (metric == "nullValues") return fmt::format("count(*) FILTER ({} IS NULL)", column);
  if (metric == "missingValues") {
    return fmt::format("count(*) FILTER ({0} IS NULL OR CAST({0} AS VARCHAR) IN ({1}))", column,
                       SqlList(ListAt(given, "missingValues")));
  }
  if (metric == "invalidValues") {
    // Some examples of the standard have the pattern beside its arguments.
    std::string pattern = TextAt(given, "pattern");
    if (pattern.empty()) pattern = TextAt(quality, "pattern");
    std::string valid = pattern.empty() ? fmt::format("CAST({} AS VARCHAR) IN ({})", column,
                                                      SqlList(ListAt(given, "validValues")))
                                        : fmt::format("regexp_matches(CAST({} AS VARCHAR), {})",
                                                      column, QuotedText(pattern));
    return fmt::format("count(*) FILTER (NOT ({}))", valid);
  }
  std::string list;
  for (const std::string& name : columns) list += (list.empty() ? "" : ", ") + QuotedName(name);
  return fmt::format("count(*) - count(DISTINCT row({}))", list);
}

/// What must be no row at all is a rule that names the rows.
bool OdcsReader::AsRule(const Node& quality, std::string_view metric, Check& check) const {
  if (!check.max || *check.max != 0 || TextAt(quality, "unit") == "percent") return false;
  if (metric == "nullValues") check.rule = "not_null";
  if (metric == "duplicateValues") check.rule = "unique";
  if (check.rule.empty()) return false;
  check.min.reset();
  check.max.reset();
  return true;
}

Status OdcsReader::Custom(const Node& quality) {
  if (TextAt(quality, "engine") != "galley") return {};
  const Node* implementation = quality.Find("implementation");
  if (implementation == nullptr) return Wrong(quality, "'implementation' is missing");
  if (implementation->kind == Kind::kMap) {
    Add(TRY(yaml::Decode<Check>(document_, *implementation, "implementation")));
    return {};
  }
  const auto inner =
      TRY(yaml::Parse(implementation->text, fmt::format("{}:{} (implementation)", document_.label,
                                                        implementation->place.line)));
  Add(TRY(yaml::Decode<Check>(inner, inner.root, "implementation")));
  return {};
}

Status OdcsReader::Quality(const Node& quality, const std::string& column) {
  std::string metric = TextAt(quality, "metric");
  if (metric.empty()) metric = TextAt(quality, "rule");
  std::string type = TextAt(quality, "type");
  if (type.empty()) type = metric.empty() ? "text" : "library";
  if (type == "text") return {};
  if (type == "custom") return Custom(quality);
  if (type != "sql" && type != "library") {
    return Wrong(quality,
                 fmt::format("'type' must be library, text, sql or custom, not '{}'", type));
  }
  const std::string what = type == "sql" ? "sql" : metric;
  Check check = Begin(quality, column.empty() ? what : fmt::format("{}.{}", column, what));
  TRY(Bounds(quality, check));
  if (!column.empty()) check.columns = {column};
  const Node* arguments = quality.Find("arguments");
  if (arguments != nullptr && column.empty()) {
    for (const Node& name : ListAt(*arguments, "properties")) check.columns.push_back(name.text);
  }
  if (type == "library" && AsRule(quality, metric, check)) {
    if (check.columns.empty()) return Wrong(quality, fmt::format("'{}' needs a property", metric));
    Add(std::move(check));
    return {};
  }
  check.rule = "query";
  if (type == "sql") {
    check.sql = TextAt(quality, "query");
    const auto replace = [&check](std::string_view from, const std::string& to) {
      for (auto at = check.sql.find(from); at != std::string::npos;
           at = check.sql.find(from, at + to.size())) {
        check.sql.replace(at, from.size(), to);
      }
    };
    replace("{object}", "dataset");
    replace("${object}", "dataset");
    replace("{property}", QuotedName(column));
  } else {
    const bool is_of_all = metric == "rowCount" || metric == "duplicateValues";
    const std::string count = TRY(Metric(quality, metric, check.columns));
    const bool is_share = TextAt(quality, "unit") == "percent";
    check.sql =
        fmt::format("SELECT {} FROM {}",
                    is_share ? fmt::format("100.0 * ({}) / greatest(count(*), 1)", count) : count,
                    is_of_all ? "dataset" : "batch");
  }
  check.columns.clear();
  Add(std::move(check));
  return {};
}

Status OdcsReader::Property(const Node& property) {
  const std::string name = TextAt(property, "name");
  if (name.empty()) return Wrong(property, "a property must have a 'name'");
  std::string type = TextAt(property, "physicalType");
  if (!IsDeltaType(type)) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kLogical = {
        {{"integer", kAnyInteger},
         {"number", kAnyNumber},
         {"string", "string"},
         {"date", "date"},
         {"timestamp", "timestamp"},
         {"boolean", "boolean"}}};
    const std::string logical = TextAt(property, "logicalType");
    const auto* known =
        std::ranges::find(kLogical, logical, &decltype(kLogical)::value_type::first);
    if (known == kLogical.end()) {
      return Wrong(property, fmt::format("property '{}': neither 'physicalType' nor 'logicalType' "
                                         "is a type that a table can have",
                                         name));
    }
    type = known->second;
  }
  contract_.columns.push_back({name, type});
  const bool is_key = IsTrue(property, "primaryKey");
  if (is_key || IsTrue(property, "required")) {
    Add({.id = name + ".required", .rule = "not_null", .columns = {name}});
  }
  if (IsTrue(property, "unique")) {
    Add({.id = name + ".unique", .rule = "unique", .columns = {name}});
  }
  for (const Node& quality : ListAt(property, "quality")) TRY(Quality(quality, name));
  return {};
}

/// How old the newest value of a column may be.
Status OdcsReader::Service(const Node& sla) {
  const std::string element = TextAt(sla, "element");
  if (TextAt(sla, "property") != "latency" || element.empty()) return {};
  std::string unit = TextAt(sla, "unit");
  if (unit.starts_with("day")) unit = "d";
  if (unit.starts_with("hour")) unit = "h";
  if (unit.starts_with("min")) unit = "min";
  Check check = Begin(sla, "latency");
  check.rule = "freshness";
  check.columns = {element.substr(element.rfind('.') + 1)};
  check.max_age = fmt::format("{} {}", TextAt(sla, "value"), unit);
  if (!ParseDuration(check.max_age)) {
    return Wrong(sla, fmt::format("'{}' is no time such as '4 d'", check.max_age));
  }
  Add(std::move(check));
  return {};
}

Result<Contract> OdcsReader::Read() {
  const Node& root = document_.root;
  if (TextAt(root, "kind") != "DataContract" || !TextAt(root, "apiVersion").starts_with("v3.")) {
    return Wrong(root, "this is no ODCS file: 'kind' must be DataContract and 'apiVersion' v3");
  }
  const Node* object = TRY(Object());
  std::vector<std::pair<long, std::string>> keys;
  for (const Node& property : ListAt(*object, "properties")) {
    TRY(Property(property));
    if (!IsTrue(property, "primaryKey")) continue;
    const std::string position = TextAt(property, "primaryKeyPosition");
    keys.emplace_back(std::strtol(position.c_str(), nullptr, 10), TextAt(property, "name"));
  }
  std::ranges::sort(keys);
  if (!keys.empty()) {
    Check check{.id = "primaryKey", .rule = "unique"};
    for (auto& [position, name] : keys) check.columns.push_back(std::move(name));
    Add(std::move(check));
  }
  if (!contract_.columns.empty()) {
    Add({.id = "schema", .rule = "schema", .extra = "allowed"});
  }
  for (const Node& quality : ListAt(*object, "quality")) TRY(Quality(quality, ""));
  for (const Node& sla : ListAt(root, "slaProperties")) TRY(Service(sla));
  if (const auto fault = FindFault(contract_)) {
    return Wrong(root, fmt::format("'{}': {}", fault->path, fault->text));
  }
  return std::move(contract_);
}

}  // namespace

Result<Contract> ReadOdcs(const yaml::Document& document, std::string_view dataset) {
  return OdcsReader(document, dataset).Read();
}

}  // namespace galley::data
