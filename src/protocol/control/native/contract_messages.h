#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/data/contract.h"
#include "domain/data/report.h"
#include "foundation/schema/message.h"

/// What the native API takes and answers of contracts, reports and statistics
/// (docs/formats/native_api.md).
namespace galley::native {

struct ContractAnswer {
  std::int64_t number = 0;
  std::string digest;
  data::Contract contract;
  std::string actor;
  std::int64_t created_ms = 0;
  static const schema::Message kSchema;
};

struct RejectedVersion {
  std::string version;  ///< `r3`
  std::string id;
  std::string mode;
  std::int64_t rows = 0;
  std::int64_t files = 0;
  std::string actor;
  std::string source;
  std::string message;
  std::string batch;
  std::int64_t created_ms = 0;
  std::string failures;  ///< What the report says of broken rules, in a sentence.
  data::CheckCounts checks;
  static const schema::Message kSchema;
};
struct RejectedAnswer {
  std::vector<RejectedVersion> rejected;
  bool has_more = false;
  static const schema::Message kSchema;
};
struct ListRejected {
  std::int64_t limit = 100;
  static const schema::Message kSchema;
};

struct FrequentValue {
  schema::JsonScalar value;
  std::int64_t count = 0;  ///< At least so often.
  static const schema::Message kSchema;
};
/// Times are texts, whole numbers exact. Absent: the column has no such statistic.
struct ColumnSummary {
  std::string name;
  std::string kind;
  std::int64_t nulls = 0;
  std::optional<std::int64_t> nans;
  std::optional<std::int64_t> distinct;  ///< An estimate above 512.
  std::optional<schema::JsonScalar> min;
  std::optional<schema::JsonScalar> max;
  std::optional<double> mean;
  std::optional<double> stddev;
  std::optional<double> q25;
  std::optional<double> median;
  std::optional<double> q75;
  /// Of numbers: about how many values lie in each of 20 equal parts from `min` to `max`, the last
  /// one with `max`; from the quantiles, exact below 256 values. Empty: all are equal, or one is
  /// infinite.
  std::vector<std::int64_t> histogram;
  std::optional<std::int64_t> shortest;  ///< In characters.
  std::optional<std::int64_t> longest;
  std::vector<FrequentValue> frequent;  ///< The most frequent ones, at most five.
  static const schema::Message kSchema;
};
struct StatisticsAnswer {
  std::int64_t rows = 0;
  std::vector<ColumnSummary> columns;
  static const schema::Message kSchema;
};

}  // namespace galley::native
