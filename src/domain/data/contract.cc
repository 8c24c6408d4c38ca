#include "domain/data/contract.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "domain/data/column_types.h"
#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"

namespace galley::data {
namespace {

using schema::Field;
using schema::Of;

constexpr std::size_t kChecksMax = 1000;
constexpr std::size_t kColumnsMax = 10'000;
constexpr std::size_t kValuesMax = 10'000;
constexpr std::size_t kSqlBytesMax = 16'384;
constexpr std::size_t kTextBytesMax = 1'024;
constexpr std::int64_t kHistoryMax = 1000;

constexpr Field kContractColumn[] = {Of<&ContractColumn::name>("name").Required(),
                                     Of<&ContractColumn::type>("type").Required()};
constexpr Field kCheck[] = {
    Of<&Check::id>("id").Required().Bytes(100),
    Of<&Check::rule>("rule").Required(),
    Of<&Check::severity>("severity"),
    Of<&Check::description>("description").Bytes(kTextBytesMax),
    Of<&Check::columns>("columns").Items(kColumnsMax),
    Of<&Check::by>("by").Items(kColumnsMax),
    Of<&Check::values>("values").Items(kValuesMax),
    Of<&Check::sql>("sql").Bytes(kSqlBytesMax),
    Of<&Check::scope>("scope"),
    Of<&Check::extra>("extra"),
    Of<&Check::dataset>("dataset"),
    Of<&Check::to>("to").Items(kColumnsMax),
    Of<&Check::of>("of"),
    Of<&Check::max_age>("max_age"),
    Of<&Check::min>("min"),
    Of<&Check::max>("max"),
    Of<&Check::above>("above"),
    Of<&Check::below>("below"),
    Of<&Check::equals>("equals"),
    Of<&Check::step>("step"),
    Of<&Check::tolerance>("tolerance"),
    Of<&Check::relative_above>("relative_above"),
    Of<&Check::quantile>("quantile"),
    Of<&Check::within>("within"),
    Of<&Check::history>("history"),
};
constexpr Field kWatermark[] = {Of<&Watermark::column>("column").Required(),
                                Of<&Watermark::lateness>("lateness").Required()};
constexpr Field kContract[] = {Of<&Contract::columns>("columns").Items(kColumnsMax),
                               Of<&Contract::checks>("checks").Items(kChecksMax),
                               Of<&Contract::watermark>("watermark")};

constexpr Rule kRules[] = {
    {"schema", Judge::kColumns, "", "extra"},
    {"not_null", Judge::kRows, "columns", ""},
    {"in_set", Judge::kRows, "columns values", ""},
    {"range", Judge::kRows, "columns", "min max above below"},
    {"expression", Judge::kRows, "sql", ""},
    {"whole_number", Judge::kRows, "", "sql columns tolerance relative_above min max"},
    {"next", Judge::kRows, "columns", "step"},
    {"unique", Judge::kGroups, "columns", "scope"},
    {"reference", Judge::kGroups, "columns dataset", "to"},
    {"one_value_per_group", Judge::kGroups, "columns by", "scope"},
    {"distinct_per_group", Judge::kGroups, "columns by", "equals min max scope"},
    {"query", Judge::kQuery, "sql", "min max above below"},
    {"row_count", Judge::kStatistics, "", "min max history within"},
    {"statistic", Judge::kStatistics, "of columns", "min max above below quantile scope"},
    {"freshness", Judge::kStatistics, "columns max_age", ""},
};
constexpr std::string_view kCommon = "id rule severity description";
constexpr std::string_view kStatistics[] = {"mean", "stddev",   "min",           "max",
                                            "sum",  "quantile", "null_fraction", "distinct_count"};

template <typename List>
std::string Named(const List& list) {
  std::string names;
  for (const auto& name : list) {
    names += names.empty() ? "" : ", ";
    names += name;
  }
  return names;
}

bool HasWord(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

/// Whether a parameter stands in the contract: lists and texts that are empty do not.
bool IsSet(const Field& field, const Check& check) {
  if (field.count(&check) == 0) return false;
  if (field.kind != schema::Kind::kString || field.form == schema::Form::kRepeated) return true;
  return !static_cast<const std::string*>(field.get(&check, 0))->empty();
}

/// What is wrong with one check; `path` stays relative to it.
class CheckFaults {
 public:
  explicit CheckFaults(const Check& check) : check_(check) {}

  std::optional<Fault> Find() const {
    const Rule* rule = FindRule(check_.rule);
    if (rule == nullptr) {
      std::vector<std::string_view> names;
      for (const Rule& known : kRules) names.push_back(known.name);
      return Fault{"rule",
                   fmt::format("there is no rule '{}'; there are: {}", check_.rule, Named(names))};
    }
    if (auto fault = Parameters(*rule)) return fault;
    if (auto fault = Words()) return fault;
    return Numbers(*rule);
  }

 private:
  std::optional<Fault> Parameters(const Rule& rule) const {
    for (const Field& field : kCheck) {
      const bool is_set = IsSet(field, check_);
      const bool is_required = HasWord(rule.required, field.name);
      if (is_required && !is_set) {
        return Fault{std::string(field.name),
                     fmt::format("rule '{}' needs '{}'", rule.name, field.name)};
      }
      if (!is_set || is_required || HasWord(kCommon, field.name) ||
          HasWord(rule.optional, field.name)) {
        continue;
      }
      std::string keys(rule.required);
      if (!keys.empty() && !rule.optional.empty()) keys += ' ';
      keys += rule.optional;
      return Fault{std::string(field.name), fmt::format("'{}' is no key of rule '{}'; it has: {}",
                                                        field.name, rule.name, keys)};
    }
    return std::nullopt;
  }

  static std::optional<Fault> OneOf(std::string_view key, std::string_view value,
                                    std::initializer_list<std::string_view> words) {
    if (value.empty() || std::ranges::find(words, value) != words.end()) return std::nullopt;
    return Fault{std::string(key),
                 fmt::format("'{}' must be one of {}, not '{}'", key, Named(words), value)};
  }

  std::optional<Fault> Words() const {
    if (auto fault = OneOf("severity", check_.severity, {"error", "warning"})) return fault;
    if (auto fault = OneOf("scope", check_.scope, {"batch", "dataset"})) return fault;
    if (auto fault = OneOf("extra", check_.extra, {"refused", "allowed"})) return fault;
    if (!check_.of.empty() && std::ranges::find(kStatistics, check_.of) == std::end(kStatistics)) {
      return Fault{"of",
                   fmt::format("'of' must be one of {}, not '{}'", Named(kStatistics), check_.of)};
    }
    if (!check_.max_age.empty() && !ParseDuration(check_.max_age)) {
      return Fault{"max_age", fmt::format("'max_age' must be a time such as '90 min', '6 h' or "
                                          "'2 d', not '{}'",
                                          check_.max_age)};
    }
    return std::nullopt;
  }

  bool HasBound() const {
    return check_.min || check_.max || check_.above || check_.below || check_.equals;
  }

  std::optional<Fault> Numbers(const Rule& rule) const {
    const bool is_single =
        rule.name == "next" || rule.name == "statistic" || rule.name == "freshness";
    if (is_single && check_.columns.size() != 1) {
      return Fault{"columns", fmt::format("rule '{}' looks at one column, not {}", rule.name,
                                          check_.columns.size())};
    }
    const bool needs_bound = rule.name == "range" || rule.name == "statistic" ||
                             rule.name == "query" || rule.name == "distinct_per_group";
    if (needs_bound && !HasBound()) {
      return Fault{"rule", fmt::format("rule '{}' needs a bound: {}", rule.name, rule.optional)};
    }
    if (rule.name == "row_count" && !HasBound() && !check_.history) {
      return Fault{"rule", "rule 'row_count' needs 'min', 'max' or 'history' with 'within'"};
    }
    if (check_.history.has_value() != check_.within.has_value()) {
      return Fault{check_.history ? "history" : "within", "'history' and 'within' go together"};
    }
    if (check_.history && (*check_.history < 1 || *check_.history > kHistoryMax)) {
      return Fault{"history", fmt::format("'history' must be from 1 to {}, not {}", kHistoryMax,
                                          *check_.history)};
    }
    if (rule.name == "whole_number" && check_.sql.empty() == check_.columns.empty()) {
      return Fault{"rule", "rule 'whole_number' needs either 'sql' or 'columns'"};
    }
    if (check_.of == "quantile" &&
        (!check_.quantile || *check_.quantile < 0 || *check_.quantile > 1)) {
      return Fault{"quantile", "'quantile' must be from 0 to 1 where 'of' is quantile"};
    }
    if (check_.min && check_.max && *check_.min > *check_.max) {
      return Fault{"min", fmt::format("'min' {} is above 'max' {}", *check_.min, *check_.max)};
    }
    if (!check_.to.empty() && check_.to.size() != check_.columns.size()) {
      return Fault{"to", fmt::format("'to' names {} columns and 'columns' {}", check_.to.size(),
                                     check_.columns.size())};
    }
    return std::nullopt;
  }

  const Check& check_;
};

std::optional<Fault> FaultOfWatermark(const Contract& contract) {
  if (!contract.watermark) return std::nullopt;
  const std::string& lateness = contract.watermark->lateness.text;
  if (lateness.starts_with('"')) {
    if (ParseDuration(std::string_view(lateness).substr(1, lateness.size() - 2))) return {};
  } else {
    std::int64_t number = -1;
    const char* end = lateness.data() + lateness.size();
    const auto parsed = std::from_chars(lateness.data(), end, number);
    if (parsed.ec == std::errc() && parsed.ptr == end && number >= 0) return std::nullopt;
  }
  return Fault{
      "watermark.lateness",
      fmt::format("'lateness' must be a whole number or a time such as '2 d', not {}", lateness)};
}

}  // namespace

const schema::Message ContractColumn::kSchema{"ContractColumn", kContractColumn};
const schema::Message Check::kSchema{"ContractCheck", kCheck};
const schema::Message Watermark::kSchema{"Watermark", kWatermark};
const schema::Message Contract::kSchema{"Contract", kContract};

bool Check::IsOfDataset() const {
  if (!scope.empty()) return scope == "dataset";
  return rule == "unique" || rule == "freshness";
}

const Check* Contract::Find(std::string_view id) const {
  const auto found = std::ranges::find(checks, id, &Check::id);
  return found == checks.end() ? nullptr : &*found;
}

bool Contract::HasRule(std::string_view rule) const {
  return std::ranges::find(checks, rule, &Check::rule) != checks.end();
}

const Rule* FindRule(std::string_view name) {
  const auto* rule = std::ranges::find(kRules, name, &Rule::name);
  return rule == std::end(kRules) ? nullptr : rule;
}

std::optional<Fault> FindFault(const Contract& contract) {
  std::set<std::string_view> ids;
  for (std::size_t at = 0; at < contract.checks.size(); ++at) {
    const Check& check = contract.checks[at];
    const std::string path = fmt::format("checks[{}]", at);
    if (!ids.insert(check.id).second) {
      return Fault{path + ".id", fmt::format("there are two checks '{}'", check.id)};
    }
    if (auto fault = CheckFaults(check).Find()) {
      return Fault{fmt::format("{}.{}", path, fault->path), fault->text};
    }
  }
  std::set<std::string_view> names;
  for (std::size_t at = 0; at < contract.columns.size(); ++at) {
    const auto& [name, type] = contract.columns[at];
    if (!names.insert(name).second) {
      return Fault{fmt::format("columns[{}].name", at),
                   fmt::format("there are two columns '{}'", name)};
    }
    if (IsDeltaType(type) || type == kAnyInteger || type == kAnyNumber) continue;
    return Fault{fmt::format("columns[{}].type", at),
                 fmt::format("there is no type '{}'; there are: boolean, byte, short, integer, "
                             "long, float, double, decimal(P,S), string, binary, date, timestamp, "
                             "{}, {}",
                             type, kAnyInteger, kAnyNumber)};
  }
  if (contract.HasRule("schema") && contract.columns.empty()) {
    return Fault{"columns", "rule 'schema' needs 'columns' of the contract"};
  }
  return FaultOfWatermark(contract);
}

std::optional<std::int64_t> ParseDuration(std::string_view text) {
  constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
      {"ms", 1}, {"s", 1000}, {"min", 60'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  while (text.starts_with(' ')) text.remove_prefix(1);
  for (const auto& [unit, ms] : kUnits) {
    if (text != unit) continue;
    if (number > std::int64_t{1'000'000'000'000'000} / ms) return std::nullopt;
    return number * ms;
  }
  return std::nullopt;
}

std::string ContractJson(const Contract& contract) {
  return schema::ToJson(contract, schema::EmptyLists::kOmit);
}

Result<Contract> ParseContract(std::string_view json) {
  auto contract = schema::FromJson<Contract>(json, {.refuse_unknown = true});
  if (!contract) return std::unexpected(schema::ErrorOf(contract.error()));
  if (const auto fault = FindFault(*contract)) {
    return Fail(Code::kInvalidArgument, "'{}': {}", fault->path, fault->text);
  }
  return *std::move(contract);
}

blob::Digest DigestOf(const Contract& contract) {
  return blob::DigestOf(ContractJson(contract));
}

Result<Contract> ReadContract(const yaml::Document& document, const yaml::Node& node,
                              std::string_view where) {
  auto contract = TRY(yaml::Decode<Contract>(document, node, where));
  if (const auto fault = FindFault(contract)) {
    return std::unexpected(
        yaml::ErrorAt(document, yaml::PlaceOf(node, fault->path),
                      fmt::format("'{}.{}': {}", where, fault->path, fault->text)));
  }
  return contract;
}

}  // namespace galley::data
