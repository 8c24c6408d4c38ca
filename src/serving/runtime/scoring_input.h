#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "serving/runtime/signature.h"

namespace galley::serving {

/// Values of a model's input, row after row; NaN where one is missing.
struct Matrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<float> values;
};

/// How the values of a column are read. kUntyped: without a signature; numbers and booleans.
enum class ColumnType : std::uint8_t { kUntyped, kFloat, kDouble, kInteger, kLong, kBoolean };

/// What a model takes, in the order in which it takes it.
struct InputSpec {
  std::vector<std::string> names;      ///< One a column; empty if columns are known by place only.
  std::size_t columns = 0;             ///< At least 1.
  std::vector<ColumnType> types;       ///< One a column, or empty: all untyped.
  std::vector<std::uint8_t> optional;  ///< 1 where a column may be left out; or empty: none.
  bool has_signature = false;
  bool is_tensor = false;   ///< The signature declares one unnamed tensor (-1, columns).
  bool has_params = false;  ///< The signature declares params; others are ignored, as in MLflow.
  bool allows_infinity = false;  ///< See `XgboostFlavor::allows_infinity`.

  ColumnType type(std::size_t column) const {
    return types.empty() ? ColumnType::kUntyped : types[column];
  }
  bool is_optional(std::size_t column) const { return !optional.empty() && optional[column] != 0; }
};

/// The spec of a model of trees with `features` columns called `feature_names` (or nothing), under
/// its signature if it has one. kInvalidArgument if they contradict each other; kUnimplemented for
/// a signature with columns that are no numbers.
Result<InputSpec> MakeInputSpec(std::span<const std::string> feature_names, std::size_t features,
                                const Signature* signature, bool allows_infinity);

/// More values in one call are refused (kResourceExhausted).
inline constexpr std::size_t kScoringValuesMax = 10'000'000;

/// The body of a call of MLflow's `/invocations`: JSON in the forms `dataframe_split`,
/// `dataframe_records`, `instances` and `inputs`, or CSV with a header. Answers as MLflow 3.17 does
/// for a model saved by mlflow.xgboost; scoring_test.cc lists where it does not.
///
/// kUnimplemented: the content type is not read here, the only use of this code (HTTP 415);
/// kResourceExhausted: too many values (413); kInvalidArgument: all else (400). The caller bounds
/// the body. Time and memory are linear in it.
Result<Matrix> DecodeScoring(std::string_view content_type, std::string_view body,
                             const InputSpec& spec);

}  // namespace galley::serving
