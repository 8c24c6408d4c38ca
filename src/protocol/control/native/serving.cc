#include <algorithm>
#include <functional>

#include "domain/observe/service.h"
#include "domain/registry/service.h"
#include "domain/rollout/service.h"
#include "foundation/io/command.h"
#include "foundation/io/file.h"
#include "foundation/schema/decode.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/messages.h"
#include "protocol/control/native/serving_messages.h"
#include "protocol/control/native/serving_routes.h"
#include "protocol/control/native/whole_number.h"

namespace galley::native {
namespace {

using journal::View;

constexpr std::uint64_t kBodyBytesMax = std::uint64_t{64} * 1024;
constexpr std::size_t kHistoryMax = 100;

Result<Id> IdOf(std::string_view text, std::string_view what) {
  if (const auto id = Id::Parse(text)) return *id;
  return Fail(Code::kInvalidArgument, "'{}' is no {} id; one has 32 hexadecimal digits", text,
              what);
}

std::optional<std::string> HexOf(const std::optional<Id>& id) {
  if (!id) return std::nullopt;
  return id->Hex();
}

/// An endpoint with what it served before.
Result<EndpointAnswer> AnswerOf(db::Connection& db, const rollout::Endpoint& endpoint,
                                std::string_view project, const Result<snapshot::Status>& gateway) {
  EndpointAnswer answer{.endpoint = MessageOf(endpoint, project, gateway)};
  auto history = TRY(rollout::EndpointHistory(db, endpoint.row, kHistoryMax + 1));
  answer.history_has_more = history.size() > kHistoryMax;
  if (answer.history_has_more) history.resize(kHistoryMax);
  for (const auto& variant : history) {
    answer.history.push_back(MessageOf(variant, endpoint.name));
  }
  return answer;
}

Result<ModelVersion> ToMessage(const View& view, const registry::ModelVersion& version) {
  ModelVersion message{.id = version.id.Hex(),
                       .model = version.model,
                       .version = version.version,
                       .stage = version.stage,
                       .aliases = version.aliases,
                       .source = version.source,
                       .run = HexOf(version.run),
                       .logged_model = HexOf(version.logged_model),
                       .created_ms = version.created_ms};
  if (!version.commit.empty()) message.commit = version.commit;
  for (const auto& file : TRY(registry::VersionFiles(view.db, version.row))) {
    message.files.push_back({file.path, file.digest.Hex(), file.size});
  }
  return message;
}

Result<std::int64_t> VersionOf(std::string_view text) {
  const auto version = WholeNumber(text);
  if (version && *version > 0) return *version;
  return Fail(Code::kInvalidArgument, "'{}' is no version number; versions count from 1", text);
}

Result<ModelVersionAnswer> GetVersion(const View& view, const Nothing& /*message*/,
                                      const http::Request& request) {
  const auto version = TRY(registry::GetVersion(view.db, view.project, request.Captured("name"),
                                                TRY(VersionOf(request.Captured("version")))));
  return ModelVersionAnswer{TRY(ToMessage(view, version))};
}

Result<ModelVersionAnswer> GetVersionById(const View& view, const Nothing& /*message*/,
                                          const http::Request& request) {
  const Id id = TRY(IdOf(request.Captured("id"), "model version"));
  return ModelVersionAnswer{
      TRY(ToMessage(view, TRY(registry::GetVersionById(view.db, view.project, id))))};
}

Result<VariantAnswer> GetVariant(const View& view, const Nothing& /*message*/,
                                 const http::Request& request) {
  const Id id = TRY(IdOf(request.Captured("id"), "variant"));
  const auto found = TRY(rollout::GetVariant(view.db, view.project, id));
  return VariantAnswer{MessageOf(found.variant, found.endpoint)};
}

Result<PredictionAnswer> GetPrediction(const View& view, const Nothing& /*message*/,
                                       const http::Request& request) {
  const Id id = TRY(IdOf(request.Captured("id"), "prediction"));
  const auto found = TRY(observe::GetPrediction(view.db, view.project, id));
  PredictionAnswer answer{{.id = id.Hex(),
                           .row = found.row,
                           .rows = found.rows,
                           .at_ms = found.at_ms,
                           .endpoint = found.endpoint,
                           .variant = found.variant.Hex(),
                           .version_id = found.version.Hex(),
                           .mirror_of = HexOf(found.mirror_of),
                           .request = found.request,
                           .response = found.response}};
  for (const auto& label : found.labels) {
    answer.prediction.labels.push_back({label.at_ms, label.name, label.value});
  }
  return answer;
}

/// Does what `work` says to an endpoint, lets gateways know, and answers with the endpoint.
Result<http::Response> ChangeEndpoint(
    const Api& api, const http::Request& request,
    const std::function<Result<rollout::Endpoint>(journal::Change&)>& work) {
  const std::string project(request.Captured("project"));
  rollout::Endpoint endpoint;
  TRY(api.store.WriteAndWait(db::WriteClass::kInteractive, project, "administrator",
                             [&](journal::Change& change) -> Status {
                               endpoint = TRY(work(change));
                               return {};
                             }));
  TRY(api.serving.Publish());
  EndpointAnswer answer;
  TRY(api.store.Read(project, [&](const View& view) -> Status {
    answer = TRY(AnswerOf(view.db, endpoint, project, api.serving.GatewayStatus()));
    return {};
  }));
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

Result<http::Response> Create(const Api& api, const http::Request& request) {
  const auto message = TRY(BodyOf<CreateEndpoint>(request));
  const std::string python = TRY(InterpreterOf(message.python));
  return ChangeEndpoint(api, request, [&](journal::Change& change) {
    return rollout::CreateEndpoint(change, {.name = message.name,
                                            .model = message.model,
                                            .version = message.version,
                                            .python = python});
  });
}

Result<http::Response> SetVersion(const Api& api, const http::Request& request) {
  const auto message = TRY(BodyOf<SetEndpointVersion>(request));
  rollout::NewVersion version{.endpoint = std::string(request.Captured("name")),
                              .model = message.model,
                              .version = message.version,
                              .again = message.again};
  if (message.python) version.python = TRY(InterpreterOf(*message.python));
  return ChangeEndpoint(api, request, [&](journal::Change& change) {
    return rollout::SetEndpointVersion(change, version);
  });
}

Result<http::Response> Delete(const Api& api, const http::Request& request) {
  TRY(api.store.WriteAndWait(db::WriteClass::kInteractive, std::string(request.Captured("project")),
                             "administrator", [&](journal::Change& change) {
                               return rollout::DeleteEndpoint(change, request.Captured("name"));
                             }));
  TRY(api.serving.Publish());
  return http::Response{.body = "{}"};
}

Result<http::Response> List(const Api& api, const http::Request& request) {
  const auto gateway = api.serving.GatewayStatus();
  const std::string_view project = request.Captured("project");
  EndpointsAnswer answer;
  TRY(api.store.Read(project, [&](const View& view) -> Status {
    for (const auto& endpoint : TRY(rollout::ListEndpoints(view.db, view.project))) {
      answer.endpoints.push_back(MessageOf(endpoint, project, gateway));
    }
    return {};
  }));
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

Result<http::Response> Show(const Api& api, const http::Request& request) {
  const auto gateway = api.serving.GatewayStatus();
  const std::string_view project = request.Captured("project");
  EndpointAnswer answer;
  TRY(api.store.Read(project, [&](const View& view) -> Status {
    const auto endpoint =
        TRY(rollout::GetEndpoint(view.db, view.project, request.Captured("name")));
    answer = TRY(AnswerOf(view.db, endpoint, project, gateway));
    return {};
  }));
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

http::Route RouteTo(const Api& api, http::Method method, std::string_view path, policy::Right right,
                    Result<http::Response> (*handle)(const Api&, const http::Request&),
                    const Shapes& shapes) {
  const auto call = [api, handle](const http::Request& request) {
    auto response = handle(api, request);
    return response ? *std::move(response) : http::ErrorResponse(response.error());
  };
  return {method,
          fmt::format("/api/v1/projects/{{project}}/{}", path),
          http::BlockingHandler{call},
          right,
          kBodyBytesMax,
          shapes.parameters,
          shapes.body,
          shapes.answer};
}

}  // namespace

Variant MessageOf(const rollout::Variant& variant, const std::string& endpoint) {
  return {.id = variant.id.Hex(),
          .name = variant.name,
          .endpoint = endpoint,
          .weight = variant.weight,
          .mirror = variant.mirror,
          .model = variant.model,
          .version = variant.version,
          .version_id = variant.version_id.Hex(),
          .python = variant.python,
          .created_ms = variant.created_ms,
          .retired_ms = variant.retired_ms};
}

Endpoint MessageOf(const rollout::Endpoint& endpoint, std::string_view project,
                   const Result<snapshot::Status>& gateway) {
  Endpoint message{.id = endpoint.id.Hex(),
                   .name = endpoint.name,
                   .state = "unknown",
                   .created_ms = endpoint.created_ms};
  for (const auto& variant : endpoint.variants) {
    message.variants.push_back(MessageOf(variant, endpoint.name));
  }
  if (!gateway) return message;
  message.state = "loading";
  // Until the gateway has seen the newest snapshot it may still speak of an older endpoint.
  const std::string variant =
      message.variants.empty() ? std::string() : message.variants.front().id;
  for (const auto& status : gateway->endpoints) {
    if (status.name != endpoint.name || status.project != project) continue;
    if (status.variant != variant) continue;
    message.state = status.state;
    message.reason = status.reason;
    message.runtime = status.runtime;
    message.answering = status.answering;
  }
  return message;
}

Result<std::string> InterpreterOf(const std::string& python) {
  // Relative paths are refused with the rest of what is wrong, in `CreateEndpoint`.
  if (!python.starts_with('/')) return python;
  const bool is_folder = io::IsFolder(python);
  std::string interpreter = is_folder ? python + "/bin/python" : python;
  const Status status = Context(io::CheckExecutable(interpreter), "'python'");
  if (status) return interpreter;
  return Fail(Code::kInvalidArgument, "{}{}", status.error().message,
              is_folder ? fmt::format("; {} is no environment of Python", python)
                        : "; it must be an interpreter of Python or an environment's folder");
}

std::vector<http::Route> ServingRoutes(const Api& api) {
  using http::Method;
  constexpr auto kRead = policy::Right::kRead;
  constexpr auto kAdminister = policy::Right::kAdminister;
  std::vector<http::Route> routes;
  routes.push_back(RouteTo(api, Method::kPost, "endpoints", kAdminister, Create,
                           {.body = &CreateEndpoint::kSchema, .answer = &EndpointAnswer::kSchema}));
  routes.push_back(
      RouteTo(api, Method::kGet, "endpoints", kRead, List, {.answer = &EndpointsAnswer::kSchema}));
  routes.push_back(RouteTo(api, Method::kGet, "endpoints/{name}", kRead, Show,
                           {.answer = &EndpointAnswer::kSchema}));
  routes.push_back(
      RouteTo(api, Method::kPost, "endpoints/{name}/version", kAdminister, SetVersion,
              {.body = &SetEndpointVersion::kSchema, .answer = &EndpointAnswer::kSchema}));
  routes.push_back(RouteTo(api, Method::kDelete, "endpoints/{name}", kAdminister, Delete,
                           {.answer = &Nothing::kSchema}));
  AddRead(routes, api, "variants/{id}", GetVariant);
  AddRead(routes, api, "model-versions/{id}", GetVersionById);
  AddRead(routes, api, "registered-models/{name}/versions/{version}", GetVersion);
  AddRead(routes, api, "predictions/{id}", GetPrediction);
  return routes;
}

}  // namespace galley::native
