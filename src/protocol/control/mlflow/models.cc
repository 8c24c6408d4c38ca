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

constexpr std::int64_t kPageDefault = 50;
constexpr std::int64_t kPageMax = 1000;

Status CheckPairs(const std::vector<KeyValue>& pairs, std::string_view list) {
  for (std::size_t at = 0; at < pairs.size(); ++at) {
    TRY(CheckPair(pairs[at], fmt::format("{}[{}]", list, at), "key"));
  }
  return {};
}

Result<LoggedModelAnswer> Create(Change& change, const CreateLoggedModel& message) {
  TRY(CheckModelName(message.name));
  TRY(CheckPairs(message.params, "params"));
  TRY(CheckPairs(message.tags, "tags"));
  tracking::NewModel model{.experiment = message.experiment_id,
                           .name = message.name,
                           .type = message.model_type,
                           .params = FromMessages(message.params),
                           .tags = FromMessages(message.tags)};
  if (!message.source_run_id.empty()) model.source_run = TRY(RunIdOf(message.source_run_id));
  return LoggedModelAnswer{ToMessage(TRY(tracking::CreateModel(change, model)))};
}

Result<LoggedModelAnswer> Get(const View& view, const LoggedModelId& message) {
  const Id id = TRY(ModelIdOf(message.model_id));
  return LoggedModelAnswer{ToMessage(TRY(tracking::GetModel(view.db, view.project, id)))};
}

Result<LoggedModelAnswer> Finalize(Change& change, const FinalizeLoggedModel& message) {
  const Id id = TRY(ModelIdOf(message.model_id));
  const auto status = TRY(ModelStatusOf(message.status));
  return LoggedModelAnswer{ToMessage(TRY(tracking::SetModelStatus(change, id, status)))};
}

Result<Empty> Delete(Change& change, const LoggedModelId& message) {
  TRY(tracking::DeleteModel(change, TRY(ModelIdOf(message.model_id))));
  return Empty{};
}

Result<LoggedModelAnswer> SetTags(Change& change, const LoggedModelTags& message) {
  const Id id = TRY(ModelIdOf(message.model_id));
  TRY(CheckPairs(message.tags, "tags"));
  TRY(tracking::SetModelTags(change, id, FromMessages(message.tags)));
  return LoggedModelAnswer{ToMessage(TRY(tracking::GetModel(change.db, change.project, id)))};
}

Result<Empty> RemoveTag(Change& change, const LoggedModelTagKey& message) {
  TRY(tracking::DeleteModelTag(change, TRY(ModelIdOf(message.model_id)), message.tag_key));
  return Empty{};
}

Result<Empty> LogParams(Change& change, const LoggedModelParams& message) {
  TRY(CheckPairs(message.params, "params"));
  TRY(tracking::LogModelParams(change, TRY(ModelIdOf(message.model_id)),
                               FromMessages(message.params)));
  return Empty{};
}

Result<std::vector<db::OrderKey>> OrderOf(const SearchLoggedModels& message) {
  std::vector<db::OrderKey> order;
  for (const LoggedModelOrder& key : message.order_by) {
    if (!key.dataset_name.empty() || !key.dataset_digest.empty()) {
      return Fail(Code::kUnimplemented,
                  "ordering logged models by a metric on one dataset is not offered yet");
    }
    const std::string text =
        fmt::format("{} {}", key.field_name, key.ascending.value_or(true) ? "ASC" : "DESC");
    const auto parsed = TRY(ParseOrder({&text, 1}, Searched::kLoggedModels));
    order.push_back(parsed.front());
  }
  return order;
}

Result<LoggedModelsAnswer> Search(const View& view, const SearchLoggedModels& message) {
  if (!message.datasets.empty()) {
    return Fail(Code::kUnimplemented,
                "searching logged models by the dataset of their metrics is not offered yet");
  }
  db::Query query;
  query.limit = TRY(PageSize(message.max_results, kPageDefault, kPageMax));
  query.offset = TRY(OffsetOf(message.page_token));
  query.where = TRY(ParseFilter(message.filter, Searched::kLoggedModels));
  query.order = TRY(OrderOf(message));
  const auto page =
      TRY(tracking::SearchModels(view.db, view.project, message.experiment_ids, query));
  LoggedModelsAnswer answer;
  for (const auto& model : page.items) answer.models.push_back(ToMessage(model));
  if (page.has_more) answer.next_page_token = PageToken(query.offset + query.limit);
  return answer;
}

}  // namespace

std::vector<http::Route> ModelRoutes(const Api& api) {
  using http::Method;
  std::vector<http::Route> routes;
  AddWrite(routes, api, Method::kPost, "mlflow/logged-models", Create);
  AddRead(routes, api, Method::kPost, "mlflow/logged-models/search", Search);
  AddRead(routes, api, Method::kGet, "mlflow/logged-models/{model_id}", Get);
  AddWrite(routes, api, Method::kPatch, "mlflow/logged-models/{model_id}", Finalize);
  AddWrite(routes, api, Method::kDelete, "mlflow/logged-models/{model_id}", Delete);
  AddWrite(routes, api, Method::kPatch, "mlflow/logged-models/{model_id}/tags", SetTags);
  AddWrite(routes, api, Method::kDelete, "mlflow/logged-models/{model_id}/tags/{tag_key}",
           RemoveTag);
  AddWrite(routes, api, Method::kPost, "mlflow/logged-models/{model_id}/params", LogParams);
  return routes;
}

}  // namespace galley::mlflow
