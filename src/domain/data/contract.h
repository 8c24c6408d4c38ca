#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/schema/message.h"
#include "foundation/yaml/yaml.h"
#include "storage/blob/digest.h"

/// What the rows of a dataset must be like (docs/formats/contract.md).
namespace galley::data {

struct ContractColumn {
  std::string name;
  std::string type;  ///< As `Column::type`.
  static const schema::Message kSchema;
};

/// One rule with its parameters; which of them belong to a rule, `AllRules` says.
struct Check {
  std::string id;
  std::string rule;
  std::string severity = "error";
  std::string description;
  std::vector<std::string> columns;
  std::vector<std::string> by;
  std::vector<schema::JsonScalar> values;
  std::string sql;
  std::string scope;  ///< `batch` or `dataset`; empty: the rule's own.
  std::string extra;
  std::string dataset;
  std::vector<std::string> to;
  std::string of;
  std::string max_age;
  std::optional<double> min;
  std::optional<double> max;
  std::optional<double> above;
  std::optional<double> below;
  std::optional<double> equals;
  std::optional<double> step;
  std::optional<double> tolerance;
  std::optional<double> relative_above;
  std::optional<double> quantile;
  std::optional<double> within;
  std::optional<std::int64_t> history;
  static const schema::Message kSchema;

  bool IsWarning() const { return severity == "warning"; }
  /// Whether it looks at all rows of the dataset, not only at what comes in.
  bool IsOfDataset() const;
};

struct Watermark {
  std::string column;
  schema::JsonScalar lateness;  ///< Units of a number, or for times a text such as `2 d`.
  static const schema::Message kSchema;
};

struct Contract {
  std::vector<ContractColumn> columns;
  std::vector<Check> checks;
  std::optional<Watermark> watermark;
  static const schema::Message kSchema;

  const Check* Find(std::string_view id) const;
  bool HasRule(std::string_view rule) const;
};

/// Who decides whether a check is broken.
enum class Judge : std::uint8_t {
  kColumns,     ///< The child, by the columns that came.
  kRows,        ///< The child, by a condition on single rows.
  kGroups,      ///< The child, by several rows together or by other tables.
  kQuery,       ///< The child, by a number that a query gives.
  kStatistics,  ///< The server, by merged statistics and the log.
};

struct Rule {
  std::string_view name;
  Judge judge;
  std::string_view required;  ///< Parameters that must be there; names with spaces between.
  std::string_view optional;
};
/// Null if there is no rule of that name.
const Rule* FindRule(std::string_view name);

/// What is wrong with a contract: `path` leads to it, as `checks[3].min`.
struct Fault {
  std::string path;
  std::string text;
};
/// Nothing if the contract is sound: names are there once, rules have the parameters that they need
/// and no others, numbers make sense.
std::optional<Fault> FindFault(const Contract& contract);

/// A length of time, `90 s`, `15 min`, `6 h`, `2 d`, in milliseconds; nothing if it is none.
std::optional<std::int64_t> ParseDuration(std::string_view text);

/// The contract as JSON that is the same for equal ones, and back. `ParseContract` checks it, too.
std::string ContractJson(const Contract& contract);
Result<Contract> ParseContract(std::string_view json);
blob::Digest DigestOf(const Contract& contract);

/// The contract that stands at `node` of a project's file, `where` its path there. The error names
/// file, line, key and what was expected.
Result<Contract> ReadContract(const yaml::Document& document, const yaml::Node& node,
                              std::string_view where);

/// The contract for `dataset` in an ODCS file.
Result<Contract> ReadOdcs(const yaml::Document& document, std::string_view dataset);

}  // namespace galley::data
