#include "domain/tracking/service.h"
#include "protocol/control/mlflow/api.h"
#include "protocol/control/mlflow/convert.h"
#include "protocol/control/mlflow/filter.h"
#include "protocol/control/mlflow/limits.h"
#include "protocol/control/mlflow/messages.h"

namespace galley::mlflow {
namespace {

using journal::Change;
using journal::View;

constexpr std::int64_t kRunsDefault = 1000;
constexpr std::int64_t kRunsMax = 50'000;
constexpr std::int64_t kHistoryDefault = 25'000;
constexpr std::int64_t kHistoryMax = 25'000;
constexpr std::size_t kInputsMax = 1000;
constexpr std::string_view kNameTag = "mlflow.runName";
constexpr std::string_view kUserTag = "mlflow.user";

Result<RunAnswer> Create(Change& change, const CreateRun& message) {
  if (!message.experiment_id.empty()) TRY(CheckExperimentNumber(message.experiment_id));
  tracking::NewRun run{.experiment = message.experiment_id.empty() ? "0" : message.experiment_id,
                       .name = message.run_name,
                       .user = message.user_id,
                       .started_ms = message.start_time,
                       .tags = FromMessages(message.tags)};
  for (std::size_t at = 0; at < message.tags.size(); ++at) {
    const KeyValue& tag = message.tags[at];
    TRY(CheckPair(tag, fmt::format("tags[{}]", at), "key"));
    if (tag.key == kUserTag && run.user.empty()) run.user = tag.value;
    if (tag.key != kNameTag) continue;
    if (!run.name.empty() && run.name != tag.value) {
      return Fail(Code::kInvalidArgument,
                  "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with "
                  "different values (run_name='{}', mlflow.runName='{}').",
                  run.name, tag.value);
    }
    run.name = tag.value;
  }
  return RunAnswer{ToMessage(TRY(tracking::CreateRun(change, run)))};
}

Result<RunAnswer> Get(const View& view, const RunId& message) {
  const Id id = TRY(RunIdOf(message.run_id, message.run_uuid));
  return RunAnswer{ToMessage(TRY(tracking::GetRun(view.db, view.project, id)))};
}

Result<RunInfoAnswer> Update(Change& change, const UpdateRun& message) {
  const Id id = TRY(RunIdOf(message.run_id, message.run_uuid));
  tracking::RunUpdate update{.ended_ms = message.end_time, .name = message.run_name};
  if (message.status) update.status = TRY(RunStatusOf(*message.status));
  return RunInfoAnswer{InfoOf(TRY(tracking::UpdateRun(change, id, update)))};
}

Result<Empty> Delete(Change& change, const RunId& message) {
  const Id id = TRY(RunIdOf(message.run_id, message.run_uuid));
  TRY(tracking::SetRunState(change, id, tracking::State::kDeleted));
  return Empty{};
}

Result<Empty> Restore(Change& change, const RunId& message) {
  const Id id = TRY(RunIdOf(message.run_id, message.run_uuid));
  TRY(tracking::SetRunState(change, id, tracking::State::kActive));
  return Empty{};
}

Result<RunsAnswer> Search(const View& view, const SearchRuns& message) {
  for (const std::string& number : message.experiment_ids) TRY(CheckExperimentNumber(number));
  db::Query query;
  query.limit = TRY(PageSize(message.max_results, kRunsDefault, kRunsMax));
  query.offset = TRY(OffsetOf(message.page_token));
  query.view = TRY(ViewOf(message.run_view_type));
  query.where = TRY(ParseFilter(message.filter, Searched::kRuns));
  query.order = TRY(ParseOrder(message.order_by, Searched::kRuns));
  const auto page = TRY(tracking::SearchRuns(view.db, view.project, message.experiment_ids, query));
  RunsAnswer answer;
  for (const auto& run : page.items) answer.runs.push_back(ToMessage(run));
  if (page.has_more) answer.next_page_token = PageToken(query.offset + query.limit);
  return answer;
}

Result<Empty> LogOne(Change& change, const LogMetric& message) {
  const Id id = TRY(RunIdOf(message.run_id, message.run_uuid));
  const Metric metric{.key = message.key,
                      .value = message.value,
                      .timestamp = message.timestamp,
                      .step = message.step,
                      .dataset_name = message.dataset_name,
                      .dataset_digest = message.dataset_digest,
                      .model_id = message.model_id};
  TRY(CheckMetric(metric, ""));
  TRY(tracking::LogBatch(change, id, {.metrics = {TRY(FromMessage(metric))}}));
  return Empty{};
}

Result<Empty> LogParameter(Change& change, const LogKeyValue& message) {
  const Id id = TRY(RunIdOf(message.run_id, message.run_uuid));
  TRY(CheckPair({message.key, message.value}, "", "Param key"));
  TRY(tracking::LogBatch(change, id, {.params = {{message.key, message.value}}}));
  return Empty{};
}

Result<Empty> SetTag(Change& change, const LogKeyValue& message) {
  const Id id = TRY(RunIdOf(message.run_id, message.run_uuid));
  TRY(CheckPair({message.key, message.value}, "", "key"));
  TRY(tracking::LogBatch(change, id, {.tags = {{message.key, message.value}}}));
  return Empty{};
}

Result<Empty> RemoveTag(Change& change, const DeleteTag& message) {
  TRY(tracking::DeleteTag(change, TRY(RunIdOf(message.run_id)), message.key));
  return Empty{};
}

Result<Empty> LogAll(Change& change, const LogBatch& message) {
  const Id id = TRY(RunIdOf(message.run_id));
  TRY(CheckBatch(message));
  tracking::Batch batch{.params = FromMessages(message.params), .tags = FromMessages(message.tags)};
  batch.metrics.reserve(message.metrics.size());
  for (const Metric& metric : message.metrics) batch.metrics.push_back(TRY(FromMessage(metric)));
  TRY(tracking::LogBatch(change, id, batch));
  return Empty{};
}

Result<Empty> AddInputs(Change& change, const LogInputs& message) {
  const Id id = TRY(RunIdOf(message.run_id));
  if (message.datasets.size() > kInputsMax) {
    return Fail(Code::kInvalidArgument, "'datasets' has {} items; the limit is {}",
                message.datasets.size(), kInputsMax);
  }
  tracking::Inputs inputs;
  for (const auto& dataset : message.datasets) {
    inputs.datasets.push_back(TRY(FromMessage(dataset)));
  }
  for (const auto& model : message.models) {
    inputs.models.push_back({.model = TRY(ModelIdOf(model.model_id))});
  }
  TRY(tracking::LogInputs(change, id, inputs));
  return Empty{};
}

Result<Empty> AddOutputs(Change& change, const LogOutputs& message) {
  const Id id = TRY(RunIdOf(message.run_id));
  std::vector<tracking::ModelLink> models;
  for (const auto& model : message.models) {
    models.push_back({TRY(ModelIdOf(model.model_id)), model.step});
  }
  TRY(tracking::LogOutputs(change, id, models));
  return Empty{};
}

Result<MetricsAnswer> History(const View& view, const GetMetricHistory& message) {
  const Id id = TRY(RunIdOf(message.run_id, message.run_uuid));
  const std::int64_t limit = TRY(PageSize(message.max_results, kHistoryDefault, kHistoryMax));
  const std::int64_t offset = TRY(OffsetOf(message.page_token));
  const auto page =
      TRY(tracking::MetricHistory(view.db, view.project, id, message.metric_key, offset, limit));
  MetricsAnswer answer;
  for (const auto& point : page.items) answer.metrics.push_back(ToMessage(point));
  if (page.has_more) answer.next_page_token = PageToken(offset + limit);
  return answer;
}

}  // namespace

std::vector<http::Route> RunRoutes(const Api& api) {
  using http::Method;
  std::vector<http::Route> routes;
  AddWrite(routes, api, Method::kPost, "mlflow/runs/create", Create);
  AddRead(routes, api, Method::kGet, "mlflow/runs/get", Get);
  AddWrite(routes, api, Method::kPost, "mlflow/runs/update", Update);
  AddWrite(routes, api, Method::kPost, "mlflow/runs/delete", Delete);
  AddWrite(routes, api, Method::kPost, "mlflow/runs/restore", Restore);
  AddRead(routes, api, Method::kPost, "mlflow/runs/search", Search);
  AddWrite(routes, api, Method::kPost, "mlflow/runs/log-metric", LogOne);
  AddWrite(routes, api, Method::kPost, "mlflow/runs/log-parameter", LogParameter);
  AddWrite(routes, api, Method::kPost, "mlflow/runs/set-tag", SetTag);
  AddWrite(routes, api, Method::kPost, "mlflow/runs/delete-tag", RemoveTag);
  AddWrite(routes, api, Method::kPost, "mlflow/runs/log-batch", LogAll, db::WriteClass::kBulk);
  AddWrite(routes, api, Method::kPost, "mlflow/runs/log-inputs", AddInputs);
  AddWrite(routes, api, Method::kPost, "mlflow/runs/outputs", AddOutputs);
  AddRead(routes, api, Method::kGet, "mlflow/metrics/get-history", History);
  return routes;
}

}  // namespace galley::mlflow
