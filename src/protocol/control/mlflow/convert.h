#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/tracking/types.h"
#include "foundation/base/error.h"
#include "protocol/control/mlflow/messages.h"

/// Domain values as MLflow's messages and back.
namespace galley::mlflow {

Experiment ToMessage(const tracking::Experiment& experiment);
RunInfo InfoOf(const tracking::Run& run);
Run ToMessage(const tracking::Run& run);
Metric ToMessage(const tracking::MetricPoint& point);
LoggedModel ToMessage(const tracking::LoggedModel& model);

std::vector<tracking::KeyValue> FromMessages(const std::vector<KeyValue>& pairs);
Result<tracking::MetricPoint> FromMessage(const Metric& metric);
Result<tracking::DatasetInput> FromMessage(const DatasetInput& input);

/// A run's id; kNotFound in MLflow's words if it is no id of ours. Of `run_id` and the older
/// `run_uuid` either may be there.
Result<Id> RunIdOf(std::string_view run_id, std::string_view run_uuid = {});
/// `m-` and 32 hex digits.
Result<Id> ModelIdOf(std::string_view model_id);
std::string ModelIdText(const Id& id);

/// `FINISHED` or the number that protobuf gives it.
Result<tracking::RunStatus> RunStatusOf(std::string_view text);
std::string_view NameOf(tracking::RunStatus status);
Result<tracking::ModelStatus> ModelStatusOf(std::string_view text);
std::string_view NameOf(tracking::ModelStatus status);

}  // namespace galley::mlflow
