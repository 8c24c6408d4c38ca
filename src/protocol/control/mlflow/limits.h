#pragma once

#include <cstdint>
#include <string_view>

#include "foundation/base/error.h"
#include "protocol/control/mlflow/messages.h"

/// MLflow's limits (its utils/validation.py), with its texts.
namespace galley::mlflow {

inline constexpr std::size_t kKeyMax = 250;
inline constexpr std::size_t kExperimentNameMax = 500;
inline constexpr std::size_t kBatchMetricsMax = 1000;
inline constexpr std::size_t kBatchPairsMax = 100;
inline constexpr std::size_t kBatchAllMax = 1000;

/// Longer values than MLflow keeps (it cuts parameters at 6,000 and tags at 8,000 characters) are
/// kept whole up to this.
inline constexpr std::size_t kValueBytesMax = std::size_t{64} * 1024;

/// Keys of metrics, parameters and tags: characters, length, and that they stay the same as paths.
Status CheckKey(std::string_view key, std::string_view path, std::string_view what);
Status CheckPair(const KeyValue& pair, std::string_view path, std::string_view what);
Status CheckMetric(const Metric& metric, std::string_view path);
Status CheckBatch(const LogBatch& batch);
/// MLflow's experiment ids are integers.
Status CheckExperimentNumber(std::string_view number);

Status CheckExperimentName(std::string_view name);
Status CheckModelName(std::string_view name);

/// A page size between 1 and `max`; `fallback` where the client gives none.
Result<std::int64_t> PageSize(const std::optional<std::int64_t>& asked, std::int64_t fallback,
                              std::int64_t max);

/// MLflow's page tokens are base64 of `{"offset": N}`; clients treat them as opaque.
std::string PageToken(std::int64_t offset);
Result<std::int64_t> OffsetOf(std::string_view token);

/// Length in characters of UTF-8 text.
std::size_t CharacterCount(std::string_view text);

}  // namespace galley::mlflow
