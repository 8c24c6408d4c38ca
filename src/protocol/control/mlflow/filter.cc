#include "protocol/control/mlflow/filter.h"

#include <algorithm>
#include <set>

#include "foundation/expr/expr.h"
#include "protocol/control/mlflow/errors.h"

namespace galley::mlflow {
namespace {

using db::Field;
using db::Predicate;
using expr::Expression;
using expr::Node;
using expr::Op;

constexpr std::size_t kFilterBytesMax = std::size_t{256} * 1024;

// What MLflow refuses by name is read, so that it can be refused in MLflow's words.
constexpr expr::Spelling kOperators[] = {
    {"=", Op::kEqual},
    {"!=", Op::kNotEqual},
    {"<", Op::kLess},
    {"<=", Op::kLessEqual},
    {">", Op::kGreater},
    {">=", Op::kGreaterEqual},
    {"LIKE", Op::kLike},
    {"ILIKE", Op::kILike},
    {"IN", Op::kIn},
    {"NOT IN", Op::kNotIn},
    {"IS NULL", Op::kIsNull},
    {"IS NOT NULL", Op::kIsNotNull},
    {"AND", Op::kAnd},
    {"OR", Op::kOr},
    {"NOT", Op::kNot},
    {"==", Op::kEqual, false},
    {"<>", Op::kNotEqual, false},
    {"NOT LIKE", Op::kNotLike, false},
    {"RLIKE", Op::kRLike, false},
};
constexpr expr::Quote kQuotes[] = {
    {.mark = '`', .starts_name = true, .in_name = true},
    {.mark = '"', .starts_name = true, .in_name = true, .string = true, .backslash = true},
    {.mark = '\'', .in_name = true, .string = true, .backslash = true},
};
constexpr expr::Grammar kGrammar{.operators = kOperators,
                                 .quotes = kQuotes,
                                 .name_values = true,
                                 .loose_and = true,
                                 .allow_empty = true,
                                 .limits = {.bytes = kFilterBytesMax}};

/// The kinds of things that a name can mean, with MLflow's word for each.
enum class Entity : std::uint8_t { kMetric, kParam, kTag, kText, kNumber, kDataset };

struct Attribute {
  std::string_view name;
  Field field;
  bool is_number = false;
  bool lists = false;  ///< May be compared with a list.
  bool orders = true;  ///< May stand in order_by.
};

constexpr Attribute kRunAttributes[] = {
    {"run_id", Field::kId, false, true},
    {"run_name", Field::kName},
    {"run name", Field::kName, false, false, false},
    {"Run name", Field::kName, false, false, false},
    {"Run Name", Field::kName, false, false, false},
    {"user_id", Field::kUser},
    {"status", Field::kStatus},
    {"artifact_uri", Field::kArtifactUri},
    {"start_time", Field::kStarted, true},
    {"created", Field::kStarted, true},
    {"Created", Field::kStarted, true},
    {"end_time", Field::kEnded, true},
};
constexpr Attribute kExperimentAttributes[] = {
    {"name", Field::kName},
    {"experiment_id", Field::kId, true, true},
    {"creation_time", Field::kCreated, true},
    {"last_update_time", Field::kUpdated, true},
};
constexpr Attribute kModelAttributes[] = {
    {"name", Field::kName, false, true},         {"model_id", Field::kId, false, true},
    {"model_type", Field::kType, false, true},   {"status", Field::kStatus, false, true},
    {"source_run_id", Field::kRun, false, true}, {"creation_timestamp", Field::kCreated, true},
    {"creation_time", Field::kCreated, true},    {"last_updated_timestamp", Field::kUpdated, true},
};
constexpr Attribute kRegisteredModelAttributes[] = {
    {"name", Field::kName, false, true},
    {"timestamp", Field::kUpdated, true},
    {"last_updated_timestamp", Field::kUpdated, true},
    {"creation_timestamp", Field::kCreated, true},
};
constexpr Attribute kModelVersionAttributes[] = {
    {"name", Field::kName, false, true},
    {"version_number", Field::kVersion, true},
    {"run_id", Field::kRun, false, true},
    {"source_path", Field::kSource},
    {"creation_timestamp", Field::kCreated, true},
    {"last_updated_timestamp", Field::kUpdated, true},
};
constexpr Attribute kDatasetKeys[] = {
    {"name", Field::kDatasetName, false, true},
    {"digest", Field::kDatasetDigest, false, true},
    {"context", Field::kDatasetContext, false, true},
};

std::span<const Attribute> AttributesOf(Searched searched) {
  switch (searched) {
    case Searched::kRuns: return kRunAttributes;
    case Searched::kExperiments: return kExperimentAttributes;
    case Searched::kLoggedModels: return kModelAttributes;
    case Searched::kRegisteredModels: return kRegisteredModelAttributes;
    case Searched::kModelVersions: return kModelVersionAttributes;
  }
  return {};
}

/// What a name in a filter means.
struct Target {
  Entity entity;
  Field field;
  std::string key;
  bool lists = false;
  bool orders = true;
};

/// Python's way to print a set of texts, sorted here, where Python's order is by chance.
std::string PythonSet(const std::set<std::string_view>& texts) {
  std::string out = "{";
  for (const std::string_view text : texts) {
    out += fmt::format("{}'{}'", out.size() == 1 ? "" : ", ", text);
  }
  return out + "}";
}

Result<Target> AttributeTarget(std::string_view key, std::span<const Attribute> table,
                               std::string_view what) {
  std::set<std::string_view> known;
  for (const Attribute& row : table) {
    if (row.name == key) {
      const Entity entity = what == "dataset" ? Entity::kDataset
                            : row.is_number   ? Entity::kNumber
                                              : Entity::kText;
      return Target{entity, row.field, std::string(key), row.lists, row.orders};
    }
    known.insert(row.name);
  }
  return Fail(Code::kInvalidArgument, "Invalid {} key '{}' specified. Valid keys are '{}'", what,
              key, PythonSet(known));
}

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> list) {
  return std::ranges::find(list, text) != list.end();
}

Result<Target> Resolve(const std::vector<std::string>& path, Searched searched) {
  if (path.size() == 1) return AttributeTarget(path[0], AttributesOf(searched), "attribute");
  std::string key = path[1];
  for (std::size_t at = 2; at < path.size(); ++at) (key += '.') += path[at];
  const std::string_view prefix = path[0];
  const bool plain = searched != Searched::kRuns && searched != Searched::kLoggedModels;
  if (IsOneOf(prefix, {"tag", "tags"})) return Target{Entity::kTag, Field::kTag, std::move(key)};
  if (prefix == "attribute" || (!plain && IsOneOf(prefix, {"attributes", "attr", "run"}))) {
    return AttributeTarget(key, AttributesOf(searched), "attribute");
  }
  if (plain) {
    return Fail(Code::kInvalidArgument,
                "Invalid entity type '{}'. Valid entity types are ('attribute', 'tag', 'tags')",
                prefix);
  }
  if (IsOneOf(prefix, {"metric", "metrics"})) {
    return Target{Entity::kMetric, Field::kMetric, std::move(key)};
  }
  if (IsOneOf(prefix, {"param", "params", "parameter", "parameters"})) {
    return Target{Entity::kParam, Field::kParam, std::move(key)};
  }
  if (IsOneOf(prefix, {"dataset", "datasets"}) && searched == Searched::kRuns) {
    return AttributeTarget(key, kDatasetKeys, "dataset");
  }
  return Fail(Code::kInvalidArgument,
              "Invalid entity type '{}'. Valid values are ['metric', 'parameter', 'tag', "
              "'attribute', 'dataset']",
              prefix);
}

/// The comparators that MLflow allows for an entity.
std::set<std::string_view> ComparatorsOf(Entity entity) {
  switch (entity) {
    case Entity::kMetric:
    case Entity::kNumber: return {"=", "!=", "<", "<=", ">", ">="};
    case Entity::kParam:
    case Entity::kTag: return {"=", "!=", "LIKE", "ILIKE", "IS NULL", "IS NOT NULL"};
    case Entity::kText:
    case Entity::kDataset: return {"=", "!=", "LIKE", "ILIKE", "IN", "NOT IN"};
  }
  return {};
}

db::Compare CompareOf(Op op) {
  switch (op) {
    case Op::kNotEqual: return db::Compare::kNotEqual;
    case Op::kLess: return db::Compare::kLess;
    case Op::kLessEqual: return db::Compare::kLessEqual;
    case Op::kGreater: return db::Compare::kGreater;
    case Op::kGreaterEqual: return db::Compare::kGreaterEqual;
    case Op::kLike: return db::Compare::kLike;
    case Op::kILike: return db::Compare::kILike;
    case Op::kIn: return db::Compare::kIn;
    case Op::kNotIn: return db::Compare::kNotIn;
    case Op::kIsNull: return db::Compare::kIsNull;
    case Op::kIsNotNull: return db::Compare::kIsNotNull;
    default: return db::Compare::kEqual;
  }
}

constexpr std::string_view kPromptTag = "mlflow.prompt.is_prompt";

bool IsPromptTag(const Predicate& leaf, Searched searched) {
  return (searched == Searched::kRegisteredModels || searched == Searched::kModelVersions) &&
         leaf.field == Field::kTag && leaf.key == kPromptTag;
}

/// Clients end each search of the registry with "tag.`mlflow.prompt.is_prompt` != 'true'", and mean
/// by it the models that do not have the tag as well.
Predicate WhetherPrompt(Predicate leaf) {
  if (leaf.compare != db::Compare::kNotEqual) return leaf;
  leaf.compare = db::Compare::kEqual;
  Predicate negated{.kind = Predicate::Kind::kNot};
  negated.children.push_back(std::move(leaf));
  return negated;
}

/// Turns one parsed filter into a predicate.
class Translator {
 public:
  Translator(std::string_view text, const Expression& expression, Searched searched)
      : text_(text), expression_(expression), searched_(searched) {}

  Result<Predicate> Translate(const Node& node) const;

 private:
  Result<Predicate> Chain(const Node& node, Predicate::Kind kind) const;
  Result<Predicate> Comparison(const Node& node) const;
  Status Value(const Node& value, const Target& target, Predicate& leaf) const;
  Status NumberValue(const Node& value, const Target& target, Predicate& leaf) const;
  Status ListValue(const Node& value, const Target& target, Predicate& leaf) const;
  std::string_view Written(const Node& node) const {
    return text_.substr(node.offset, node.length);
  }

  std::string_view text_;
  const Expression& expression_;
  Searched searched_;
};

// NOLINTNEXTLINE(misc-no-recursion): as deep as the grammar's limit.
Result<Predicate> Translator::Translate(const Node& node) const {
  switch (node.kind) {
    case Node::Kind::kAnd: return Chain(node, Predicate::Kind::kAnd);
    case Node::Kind::kOr: return Chain(node, Predicate::Kind::kOr);
    case Node::Kind::kNot: return Chain(node, Predicate::Kind::kNot);
    default: return Comparison(node);
  }
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the grammar's limit.
Result<Predicate> Translator::Chain(const Node& node, Predicate::Kind kind) const {
  Predicate predicate{.kind = kind};
  for (const expr::NodeId child : node.children) {
    predicate.children.push_back(TRY(Translate(expression_[child])));
  }
  return predicate;
}

Result<Predicate> Translator::Comparison(const Node& node) const {
  const Node& left = expression_[node.children.at(0)];
  const Target target = TRY(Resolve(left.path, searched_));
  Predicate leaf{.kind = Predicate::Kind::kCompare,
                 .field = target.field,
                 .key = target.key,
                 .compare = CompareOf(node.op)};
  if (node.kind == Node::Kind::kIsNull) {
    if (target.entity == Entity::kParam || target.entity == Entity::kTag) return leaf;
    return Fail(Code::kInvalidArgument,
                "IS NULL / IS NOT NULL is only supported for tags and params, not for '{}'",
                Written(left));
  }
  TRY(Value(expression_[node.children.at(1)], target, leaf));
  const auto allowed = ComparatorsOf(target.entity);
  const bool lists = target.lists && (node.op == Op::kIn || node.op == Op::kNotIn);
  if (allowed.contains(node.text) || lists) {
    return IsPromptTag(leaf, searched_) ? WhetherPrompt(std::move(leaf)) : leaf;
  }
  return Fail(Code::kInvalidArgument, "Invalid comparator '{}' not one of '{}'", node.text,
              PythonSet(allowed));
}

Status Translator::Value(const Node& value, const Target& target, Predicate& leaf) const {
  if (value.kind == Node::Kind::kList) return ListValue(value, target, leaf);
  if (target.entity == Entity::kMetric || target.entity == Entity::kNumber) {
    return NumberValue(value, target, leaf);
  }
  if (value.kind == Node::Kind::kString) {
    leaf.text = value.text;
    return {};
  }
  if (value.kind == Node::Kind::kName) {
    return Fail(Code::kInvalidArgument,
                "Parameter value is either not quoted or unidentified quote types used for string "
                "value {}. Use either single or double quotes.",
                Written(value));
  }
  const std::string_view what = target.entity == Entity::kParam     ? "parameter"
                                : target.entity == Entity::kTag     ? "tag"
                                : target.entity == Entity::kDataset ? "dataset attributes"
                                                                    : "attributes";
  return Fail(Code::kInvalidArgument, "Expected a quoted string value for {}{}. Got value {}", what,
              what == "parameter" || what == "tag" ? " (e.g. 'my-value')" : "", Written(value));
}

Status Translator::NumberValue(const Node& value, const Target& target, Predicate& leaf) const {
  if (value.kind == Node::Kind::kNumber) {
    leaf.is_number = true;
    leaf.number = value.number;
    return {};
  }
  if (target.entity == Entity::kMetric) {
    return Fail(Code::kInvalidArgument, "Expected numeric value type for metric. Found {}",
                Written(value));
  }
  return Fail(Code::kInvalidArgument,
              "Expected numeric value type for numeric attribute: {}. Found {}", target.key,
              Written(value));
}

Status Translator::ListValue(const Node& value, const Target& target, Predicate& leaf) const {
  if (!target.lists) {
    std::string known;
    for (const Attribute& row : AttributesOf(searched_)) {
      if (row.lists) known += fmt::format("{}'{}'", known.empty() ? "" : ", ", row.name);
    }
    return Fail(Code::kInvalidArgument,
                "Only [{}] attributes support comparison with a list of quoted string values.",
                known);
  }
  for (const expr::NodeId id : value.children) {
    const Node& item = expression_[id];
    if (item.kind != Node::Kind::kString) {
      return Fail(Code::kInvalidArgument,
                  "While parsing a list in the query, expected string value, punctuation, or "
                  "whitespace, but got different type in list: {}",
                  Written(value));
    }
    leaf.list.push_back(item.text);
  }
  return {};
}

Error InvalidOrder(std::string_view clause) {
  const auto words = std::ranges::count(clause, ' ');
  if (words == 1 && clause.find(',') == std::string_view::npos) {
    return {Code::kInvalidArgument,
            fmt::format("Invalid ordering key in order_by clause '{}'.", clause)};
  }
  return {Code::kInvalidArgument,
          fmt::format("Invalid order_by clause '{}'. Could not be parsed.", clause)};
}

}  // namespace

Result<Predicate> ParseFilter(std::string_view filter, Searched searched) {
  auto parsed = expr::Parse(filter, kGrammar);
  if (!parsed) {
    return Fail(Code::kInvalidArgument, "Invalid clause(s) in filter string: {}",
                parsed.error().message);
  }
  if (!parsed->root) return Predicate{};
  return Translator(filter, *parsed, searched).Translate((*parsed)[*parsed->root]);
}

Result<std::vector<db::OrderKey>> ParseOrder(std::span<const std::string> clauses,
                                             Searched searched) {
  std::vector<db::OrderKey> order;
  for (const std::string& clause : clauses) {
    const auto parsed = expr::ParseOrderKey(clause, kGrammar);
    if (!parsed) return std::unexpected(InvalidOrder(clause));
    const Target target = TRY(Resolve(parsed->path, searched));
    if (target.entity == Entity::kDataset) {
      return Fail(Code::kInvalidArgument, "Invalid identifier type 'dataset'");
    }
    if (!target.orders) {
      return Fail(Code::kInvalidArgument, "Invalid ordering key in order_by clause '{}'.", clause);
    }
    const bool is_keyed = target.entity == Entity::kMetric || target.entity == Entity::kParam ||
                          target.entity == Entity::kTag;
    db::OrderKey key{target.field, is_keyed ? target.key : "", parsed->ascending};
    const auto same = [&](const db::OrderKey& other) {
      return other.field == key.field && other.key == key.key;
    };
    if (std::ranges::any_of(order, same)) {
      return Fail(Code::kInvalidArgument, "`order_by` contains duplicate fields: '{}' stands twice",
                  clause);
    }
    order.push_back(std::move(key));
  }
  return order;
}

Result<db::View> ViewOf(std::string_view text) {
  if (IsOneOf(text, {"", "ACTIVE_ONLY", "1"})) return db::View::kActive;
  if (IsOneOf(text, {"DELETED_ONLY", "2"})) return db::View::kDeleted;
  if (IsOneOf(text, {"ALL", "3"})) return db::View::kAll;
  return std::unexpected(
      InvalidValue(text, "view_type", "it must be ACTIVE_ONLY, DELETED_ONLY or ALL"));
}

}  // namespace galley::mlflow
