#include <algorithm>
#include <map>

#include "domain/registry/service.h"
#include "domain/rollout/service.h"
#include "domain/tracking/service.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/registry_messages.h"
#include "protocol/control/native/serving_routes.h"

namespace galley::native {
namespace {

using journal::View;

constexpr std::int64_t kVersionsMax = 200;  // Each with its run.

/// Where the project's models answer, by name.
using Served = std::map<std::string, std::vector<ServedAt>, std::less<>>;

Result<Served> ListServed(const View& view) {
  Served served;
  for (const auto& endpoint : TRY(rollout::ListEndpoints(view.db, view.project))) {
    for (const auto& variant : endpoint.variants) {
      served[variant.model].push_back({.endpoint = endpoint.name,
                                       .variant = variant.name,
                                       .version = variant.version,
                                       .weight = variant.weight,
                                       .mirror = variant.mirror});
    }
  }
  return served;
}

RegisteredModelMessage ToMessage(const registry::RegisteredModel& model, const Served& served) {
  RegisteredModelMessage message{.id = model.id.Hex(),
                                 .name = model.name,
                                 .description = model.description,
                                 .created_ms = model.created_ms,
                                 .updated_ms = model.updated_ms};
  for (const auto& version : model.latest) {
    message.newest = std::max(message.newest, version.version);
  }
  for (const auto& [key, value] : model.tags) message.tags.push_back({key, value});
  for (const auto& [alias, version] : model.aliases) message.aliases.push_back({alias, version});
  const auto found = served.find(model.name);
  if (found != served.end()) message.served = found->second;
  return message;
}

db::Predicate Compare(db::Field field, db::Compare compare, std::string text) {
  return {.kind = db::Predicate::Kind::kCompare,
          .field = field,
          .compare = compare,
          .text = std::move(text)};
}

Result<RegisteredModelsAnswer> List(const View& view, const AskModels& asked,
                                    const http::Request& /*request*/) {
  TRY(CheckPage(asked.limit, kPageMax, asked.offset));
  db::Query query{.order = {{.field = db::Field::kName, .key = ""}},
                  .offset = asked.offset,
                  .limit = asked.limit};
  if (!asked.q.empty()) {
    query.where = Compare(db::Field::kName, db::Compare::kILike, fmt::format("%{}%", asked.q));
  }
  const auto page = TRY(registry::SearchModels(view.db, view.project, query));
  const Served served = TRY(ListServed(view));
  RegisteredModelsAnswer answer{.has_more = page.has_more};
  for (const auto& model : page.items) answer.models.push_back(ToMessage(model, served));
  return answer;
}

/// What the run says that made a version; one that is gone says nothing.
Status AddRun(const View& view, const Id& id, RegisteredVersion& message) {
  const auto run = tracking::GetRun(view.db, view.project, id);
  if (!run && run.error().code == Code::kNotFound) return {};
  if (!run) return std::unexpected(run.error());
  message.run_name = run->name;
  for (const auto& point : run->metrics) {
    message.metrics.push_back({.key = point.key,
                               .value = point.value,
                               .step = point.step,
                               .timestamp_ms = point.timestamp_ms});
  }
  return {};
}

Result<RegisteredVersion> ToMessage(const View& view, const registry::ModelVersion& version,
                                    const std::vector<ServedAt>& served) {
  RegisteredVersion message{.id = version.id.Hex(),
                            .version = version.version,
                            .description = version.description,
                            .stage = version.stage,
                            .aliases = version.aliases,
                            .source = version.source,
                            .user = version.user,
                            .created_ms = version.created_ms};
  if (!version.commit.empty()) message.commit = version.commit;
  for (const auto& file : TRY(registry::VersionFiles(view.db, version.row))) {
    ++message.files;
    message.bytes += file.size;
  }
  for (const ServedAt& at : served) {
    if (at.version == version.version) message.served.push_back(at);
  }
  if (!version.run) return message;
  message.run = version.run->Hex();
  TRY(AddRun(view, *version.run, message));
  return message;
}

Result<RegisteredModelAnswer> Show(const View& view, const AskModel& asked,
                                   const http::Request& request) {
  TRY(CheckPage(asked.limit, kVersionsMax, asked.offset));
  const auto model = TRY(registry::GetModel(view.db, view.project, request.Captured("name")));
  RegisteredModelAnswer answer{.model = ToMessage(model, TRY(ListServed(view)))};
  const auto page = TRY(registry::SearchVersions(
      view.db, view.project,
      {.where = Compare(db::Field::kName, db::Compare::kEqual, model.name),
       .order = {{.field = db::Field::kVersion, .key = "", .ascending = false}},
       .offset = asked.offset,
       .limit = asked.limit}));
  answer.has_more = page.has_more;
  for (const auto& version : page.items) {
    answer.versions.push_back(TRY(ToMessage(view, version, answer.model.served)));
  }
  return answer;
}

}  // namespace

std::vector<http::Route> RegistryRoutes(const Api& api) {
  std::vector<http::Route> routes;
  AddRead(routes, api, "registered-models", List);
  AddRead(routes, api, "registered-models/{name}", Show);
  return routes;
}

}  // namespace galley::native
