#include "protocol/control/mlflow/convert.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "protocol/control/mlflow/errors.h"

namespace galley::mlflow {
namespace {

constexpr std::size_t kDatasetNameMax = 500;
constexpr std::size_t kDatasetDigestMax = 36;
constexpr std::size_t kDatasetSourceMax = 65535;
constexpr std::size_t kDatasetSchemaMax = 1048575;
constexpr std::size_t kDatasetProfileMax = 16777215;
constexpr std::size_t kRunIdMax = 256;

template <typename Value>
struct Named {
  std::string_view name;
  std::string_view number;
  Value value;
};
constexpr Named<tracking::RunStatus> kRunStatuses[] = {
    {"RUNNING", "1", tracking::RunStatus::kRunning},
    {"SCHEDULED", "2", tracking::RunStatus::kScheduled},
    {"FINISHED", "3", tracking::RunStatus::kFinished},
    {"FAILED", "4", tracking::RunStatus::kFailed},
    {"KILLED", "5", tracking::RunStatus::kKilled},
};
constexpr Named<tracking::ModelStatus> kModelStatuses[] = {
    {"LOGGED_MODEL_STATUS_UNSPECIFIED", "0", tracking::ModelStatus::kUnspecified},
    {"LOGGED_MODEL_PENDING", "1", tracking::ModelStatus::kPending},
    {"LOGGED_MODEL_READY", "2", tracking::ModelStatus::kReady},
    {"LOGGED_MODEL_UPLOAD_FAILED", "3", tracking::ModelStatus::kUploadFailed},
};

template <typename Value, std::size_t kSize>
Result<Value> Lookup(const Named<Value> (&table)[kSize], std::string_view text,
                     std::string_view parameter) {
  std::string known;
  for (const auto& row : table) {
    if (row.name == text || row.number == text) return row.value;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", row.name);
  }
  return std::unexpected(InvalidValue(text, parameter, "it must be one of " + known));
}

template <typename Value, std::size_t kSize>
std::string_view NameIn(const Named<Value> (&table)[kSize], Value value) {
  for (const auto& row : table) {
    if (row.value == value) return row.name;
  }
  return table[0].name;
}

std::string_view StageOf(tracking::State state) {
  return state == tracking::State::kActive ? "active" : "deleted";
}

std::vector<KeyValue> ToMessages(const std::vector<tracking::KeyValue>& pairs) {
  std::vector<KeyValue> messages;
  messages.reserve(pairs.size());
  for (const auto& [key, value] : pairs) messages.push_back({key, value});
  return messages;
}

/// MLflow's wire has no infinity: its databases do not either.
double WireValue(double value) {
  if (!std::isinf(value)) return value;
  return std::copysign(std::numeric_limits<double>::max(), value);
}

DatasetInput ToMessage(const tracking::DatasetInput& input) {
  const tracking::Dataset& from = input.dataset;
  return {.tags = ToMessages(input.tags),
          .dataset = {.name = from.name,
                      .digest = from.digest,
                      .source_type = from.source_type,
                      .source = from.source,
                      .schema = from.schema,
                      .profile = from.profile}};
}

std::optional<std::string> NonEmpty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

Status CheckLength(std::string_view what, std::string_view text, std::size_t max) {
  if (text.size() <= max) return {};
  return Fail(Code::kInvalidArgument, "'{}' exceeds the maximum length of {} characters", what,
              max);
}

}  // namespace

Experiment ToMessage(const tracking::Experiment& experiment) {
  return {.experiment_id = experiment.number,
          .name = experiment.name,
          .artifact_location = experiment.artifact_root,
          .lifecycle_stage = std::string(StageOf(experiment.state)),
          .last_update_time = experiment.updated_ms,
          .creation_time = experiment.created_ms,
          .tags = ToMessages(experiment.tags)};
}

RunInfo InfoOf(const tracking::Run& run) {
  return {.run_uuid = run.id.Hex(),
          .experiment_id = run.experiment,
          .run_name = run.name,
          .user_id = run.user,
          .status = std::string(NameOf(run.status)),
          .start_time = run.started_ms,
          .end_time = run.ended_ms,
          .artifact_uri = run.artifact_uri,
          .lifecycle_stage = std::string(StageOf(run.state)),
          .run_id = run.id.Hex()};
}

Metric ToMessage(const tracking::MetricPoint& point) {
  Metric metric{.key = point.key,
                .value = WireValue(point.value),
                .timestamp = point.timestamp_ms,
                .step = point.step,
                .dataset_name = NonEmpty(point.dataset_name),
                .dataset_digest = NonEmpty(point.dataset_digest)};
  if (point.model) metric.model_id = ModelIdText(*point.model);
  // A run's own metrics do not repeat it.
  if (point.run && point.model) metric.run_id = point.run->Hex();
  return metric;
}

Run ToMessage(const tracking::Run& run) {
  Run message{.info = InfoOf(run)};
  for (const auto& point : run.metrics) {
    message.data.metrics.push_back(ToMessage(point));
  }
  message.data.params = ToMessages(run.params);
  message.data.tags = ToMessages(run.tags);
  for (const auto& input : run.inputs) message.inputs.dataset_inputs.push_back(ToMessage(input));
  for (const auto& link : run.model_inputs) {
    message.inputs.model_inputs.push_back({ModelIdText(link.model)});
  }
  for (const auto& link : run.model_outputs) {
    message.outputs.model_outputs.push_back({ModelIdText(link.model), link.step});
  }
  return message;
}

LoggedModel ToMessage(const tracking::LoggedModel& model) {
  LoggedModel message{.info = {.model_id = ModelIdText(model.id),
                               .experiment_id = model.experiment,
                               .name = model.name,
                               .creation_timestamp_ms = model.created_ms,
                               .last_updated_timestamp_ms = model.updated_ms,
                               .artifact_uri = model.artifact_uri,
                               .status = std::string(NameOf(model.status)),
                               .model_type = model.type,
                               .tags = ToMessages(model.tags)},
                      .data = {.params = ToMessages(model.params)}};
  if (model.source_run) message.info.source_run_id = model.source_run->Hex();
  for (const auto& point : model.metrics) message.data.metrics.push_back(ToMessage(point));
  return message;
}

std::vector<tracking::KeyValue> FromMessages(const std::vector<KeyValue>& pairs) {
  std::vector<tracking::KeyValue> values;
  values.reserve(pairs.size());
  for (const auto& [key, value] : pairs) values.push_back({key, value});
  return values;
}

Result<tracking::MetricPoint> FromMessage(const Metric& metric) {
  tracking::MetricPoint point{.key = metric.key,
                              .value = metric.value.value_or(0),
                              .timestamp_ms = metric.timestamp.value_or(0),
                              .step = metric.step,
                              .dataset_name = metric.dataset_name.value_or(""),
                              .dataset_digest = metric.dataset_digest.value_or("")};
  if (metric.model_id && !metric.model_id->empty()) {
    point.model = TRY(ModelIdOf(*metric.model_id));
  }
  return point;
}

Result<tracking::DatasetInput> FromMessage(const DatasetInput& input) {
  const Dataset& from = input.dataset;
  TRY(CheckLength("dataset.name", from.name, kDatasetNameMax));
  TRY(CheckLength("dataset.digest", from.digest, kDatasetDigestMax));
  TRY(CheckLength("dataset.source", from.source, kDatasetSourceMax));
  TRY(CheckLength("dataset.schema", from.schema.value_or(""), kDatasetSchemaMax));
  TRY(CheckLength("dataset.profile", from.profile.value_or(""), kDatasetProfileMax));
  return tracking::DatasetInput{.dataset = {.name = from.name,
                                            .digest = from.digest,
                                            .source_type = from.source_type,
                                            .source = from.source,
                                            .schema = from.schema,
                                            .profile = from.profile},
                                .tags = FromMessages(input.tags)};
}

Result<Id> RunIdOf(std::string_view run_id, std::string_view run_uuid) {
  const std::string_view text = run_id.empty() ? run_uuid : run_id;
  if (text.empty()) return std::unexpected(Missing("run_id"));
  if (const auto id = Id::Parse(text)) return *id;
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  if (text.size() > kRunIdMax || !std::ranges::all_of(text, is_word)) {
    return std::unexpected(InvalidValue(text, "run_id"));
  }
  return Fail(Code::kNotFound, "Run with id={} not found", text);
}

Result<Id> ModelIdOf(std::string_view model_id) {
  if (model_id.empty()) return std::unexpected(Missing("model_id"));
  if (model_id.starts_with("m-")) {
    if (const auto id = Id::Parse(model_id.substr(2))) return *id;
  }
  return Fail(Code::kNotFound, "Logged model with ID '{}' not found.", model_id);
}

std::string ModelIdText(const Id& id) {
  return "m-" + id.Hex();
}

Result<tracking::RunStatus> RunStatusOf(std::string_view text) {
  return Lookup(kRunStatuses, text, "status");
}
std::string_view NameOf(tracking::RunStatus status) {
  return NameIn(kRunStatuses, status);
}
Result<tracking::ModelStatus> ModelStatusOf(std::string_view text) {
  return Lookup(kModelStatuses, text, "status");
}
std::string_view NameOf(tracking::ModelStatus status) {
  return NameIn(kModelStatuses, status);
}

}  // namespace galley::mlflow
