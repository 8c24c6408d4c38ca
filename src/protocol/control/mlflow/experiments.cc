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

constexpr std::int64_t kPageDefault = 1000;
constexpr std::int64_t kPageMax = 50'000;

Status CheckLocation(std::string_view location) {
  if (location.find_first_of("#?") == std::string_view::npos) return {};
  return Fail(Code::kInvalidArgument, "'artifact_location' URL can't include fragments or params.");
}

Result<ExperimentId> Create(Change& change, const CreateExperiment& message) {
  TRY(CheckExperimentName(message.name));
  TRY(CheckLocation(message.artifact_location));
  for (const KeyValue& tag : message.tags) TRY(CheckPair(tag, "", "key"));
  const auto experiment =
      TRY(tracking::CreateExperiment(change, {.name = message.name,
                                              .artifact_root = message.artifact_location,
                                              .tags = FromMessages(message.tags)}));
  return ExperimentId{experiment.number};
}

Result<ExperimentAnswer> Get(const View& view, const ExperimentId& message) {
  TRY(CheckExperimentNumber(message.experiment_id));
  return ExperimentAnswer{
      ToMessage(TRY(tracking::GetExperiment(view.db, view.project, message.experiment_id)))};
}

Result<ExperimentAnswer> GetByName(const View& view, const ExperimentName& message) {
  return ExperimentAnswer{ToMessage(
      TRY(tracking::GetExperimentByName(view.db, view.project, message.experiment_name)))};
}

Result<ExperimentsAnswer> Search(const View& view, const SearchExperiments& message) {
  db::Query query;
  query.limit = TRY(PageSize(message.max_results, kPageDefault, kPageMax));
  query.offset = TRY(OffsetOf(message.page_token));
  query.view = TRY(ViewOf(message.view_type));
  query.where = TRY(ParseFilter(message.filter, Searched::kExperiments));
  query.order = TRY(ParseOrder(message.order_by, Searched::kExperiments));
  const auto page = TRY(tracking::SearchExperiments(view.db, view.project, query));
  ExperimentsAnswer answer;
  for (const auto& experiment : page.items) answer.experiments.push_back(ToMessage(experiment));
  if (page.has_more) answer.next_page_token = PageToken(query.offset + query.limit);
  return answer;
}

Result<Empty> Delete(Change& change, const ExperimentId& message) {
  TRY(CheckExperimentNumber(message.experiment_id));
  TRY(tracking::SetExperimentState(change, message.experiment_id, tracking::State::kDeleted));
  return Empty{};
}

Result<Empty> Restore(Change& change, const ExperimentId& message) {
  TRY(CheckExperimentNumber(message.experiment_id));
  TRY(tracking::SetExperimentState(change, message.experiment_id, tracking::State::kActive));
  return Empty{};
}

Result<Empty> Rename(Change& change, const UpdateExperiment& message) {
  TRY(CheckExperimentNumber(message.experiment_id));
  TRY(CheckExperimentName(message.new_name));
  TRY(tracking::RenameExperiment(change, message.experiment_id, message.new_name));
  return Empty{};
}

Result<Empty> SetTag(Change& change, const ExperimentTag& message) {
  TRY(CheckExperimentNumber(message.experiment_id));
  TRY(CheckPair({message.key, message.value}, "", "key"));
  TRY(tracking::SetExperimentTag(change, message.experiment_id, {message.key, message.value}));
  return Empty{};
}

Result<Empty> RemoveTag(Change& change, const ExperimentTag& message) {
  TRY(CheckExperimentNumber(message.experiment_id));
  TRY(tracking::DeleteExperimentTag(change, message.experiment_id, message.key));
  return Empty{};
}

}  // namespace

std::vector<http::Route> ExperimentRoutes(const Api& api) {
  using http::Method;
  std::vector<http::Route> routes;
  AddWrite(routes, api, Method::kPost, "mlflow/experiments/create", Create);
  AddRead(routes, api, Method::kGet, "mlflow/experiments/get", Get);
  AddRead(routes, api, Method::kGet, "mlflow/experiments/get-by-name", GetByName);
  AddRead(routes, api, Method::kGet, "mlflow/experiments/search", Search);
  AddRead(routes, api, Method::kPost, "mlflow/experiments/search", Search);
  AddWrite(routes, api, Method::kPost, "mlflow/experiments/delete", Delete);
  AddWrite(routes, api, Method::kPost, "mlflow/experiments/restore", Restore);
  AddWrite(routes, api, Method::kPost, "mlflow/experiments/update", Rename);
  AddWrite(routes, api, Method::kPost, "mlflow/experiments/set-experiment-tag", SetTag);
  AddWrite(routes, api, Method::kPost, "mlflow/experiments/delete-experiment-tag", RemoveTag);
  return routes;
}

}  // namespace galley::mlflow
