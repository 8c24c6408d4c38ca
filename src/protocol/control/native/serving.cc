#include <algorithm>
#include <charconv>
#include <functional>

#include "domain/data/service.h"
#include "domain/observe/service.h"
#include "domain/pipeline/service.h"
#include "domain/registry/service.h"
#include "domain/rollout/service.h"
#include "domain/tracking/service.h"
#include "foundation/io/command.h"
#include "foundation/io/file.h"
#include "foundation/schema/decode.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/messages.h"
#include "protocol/control/native/serving_messages.h"
#include "protocol/control/native/serving_routes.h"

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

Endpoint ToMessage(const rollout::Endpoint& endpoint, std::string_view project,
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

/// An endpoint with what it served before.
Result<EndpointAnswer> AnswerOf(db::Connection& db, const rollout::Endpoint& endpoint,
                                std::string_view project, const Result<snapshot::Status>& gateway) {
  EndpointAnswer answer{.endpoint = ToMessage(endpoint, project, gateway)};
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
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error == std::errc() && end == text.data() + text.size() && version > 0) return version;
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

WhyLink GapAt(std::string_view what, std::string_view why) {
  return {.what = std::string(what), .text = std::string(why), .gap = true};
}

/// What a gate said of the model that a job made.
Status AddGate(const View& view, const Id& job, std::vector<WhyLink>& chain) {
  const auto decision = TRY(pipeline::FindDecision(view.db, view.project, job));
  if (!decision) {
    chain.push_back(GapAt("gate", "no gate looked at what the job made"));
    return {};
  }
  const auto& evidence = decision->evidence;
  const pipeline::CandidateEvidence* winner = evidence.Winner();
  const bool won = winner != nullptr && winner->job_id == job.Hex();
  std::string champion;
  if (evidence.champion) {
    champion = evidence.champion->missing.empty()
                   ? fmt::format("; champion: {}", evidence.champion->model)
                   : "; " + evidence.champion->missing;
  }
  const std::string text = fmt::format("'{}' of run {} of pipeline {} {}: {}{}", evidence.job,
                                       decision->run, decision->pipeline,
                                       won               ? "let it pass"
                                       : evidence.passed ? "preferred another"
                                                         : "refused it",
                                       evidence.summary, champion);
  chain.push_back({.what = "gate", .id = decision->job.Hex(), .text = text, .gap = !won});
  return {};
}

/// What a run that a pipeline's job started adds to the chain: the job, its gate, and the datasets
/// behind it.
Status AddOrigin(const View& view, const tracking::Run& run, std::vector<WhyLink>& chain) {
  const auto tag = std::ranges::find(run.tags, "galley.job_id", &tracking::KeyValue::key);
  const auto job = tag == run.tags.end() ? std::nullopt : Id::Parse(tag->value);
  if (!job) return {};
  const auto origin = TRY(pipeline::FindOrigin(view.db, view.project, *job));
  if (!origin) {
    chain.push_back(GapAt("job", fmt::format("there is no job {}", job->Hex())));
    return {};
  }
  const std::string code = origin->run.code.Text();
  chain.push_back({.what = "job",
                   .id = job->Hex(),
                   .text = fmt::format("'{}' of run {} of pipeline {}, started by {} ({}){}{}",
                                       origin->job.name, origin->run.number, origin->run.pipeline,
                                       origin->run.actor, origin->run.trigger,
                                       code.empty() ? "" : ", ", code)});
  TRY(AddGate(view, *job, chain));
  if (origin->datasets.empty()) {
    chain.push_back(GapAt("dataset", "neither the job nor one before it read a dataset"));
  }
  for (const auto& used : origin->datasets) {
    const auto dataset = data::GetDataset(view.db, view.project, used.name);
    const auto version = dataset ? data::GetVersion(view.db, dataset->row, used.version)
                                 : Result<data::Version>(std::unexpected(dataset.error()));
    if (!version || version->digest.Hex() != used.digest) {
      chain.push_back(
          GapAt("dataset", fmt::format("{}@{} is not what it was", used.name, used.version)));
      continue;
    }
    chain.push_back(
        {.what = "dataset",
         .id = version->id.Hex(),
         .text = fmt::format("{}@{}, {} rows, checks: {}; read by '{}'", used.name, used.version,
                             version->rows.total,
                             version->outcome.empty() ? "none" : version->outcome, used.by)});
  }
  return {};
}

/// What a run adds to the chain: itself, its parameters, its commit, and what is behind it.
Status AddRun(const View& view, const registry::ModelVersion& version,
              std::vector<WhyLink>& chain) {
  if (!version.run) {
    chain.push_back(GapAt("run", "the model version names no run"));
    return {};
  }
  const auto found = tracking::GetRun(view.db, view.project, *version.run);
  if (!found && found.error().code != Code::kNotFound) return std::unexpected(found.error());
  if (!found) {
    chain.push_back(GapAt("run", found.error().message));
    return {};
  }
  const tracking::Run& run = *found;
  chain.push_back({.what = "run",
                   .id = run.id.Hex(),
                   .text = fmt::format("{} (experiment {})", run.name, run.experiment)});
  std::string params;
  for (const auto& [key, value] : run.params) {
    params += fmt::format("{}{}={}", params.empty() ? "" : ", ", key, value);
  }
  chain.push_back(params.empty() ? GapAt("parameters", "the run logged none")
                                 : WhyLink{.what = "parameters", .text = std::move(params)});
  chain.push_back(version.commit.empty() ? GapAt("commit", "the run does not say which code it ran")
                                         : WhyLink{.what = "commit", .text = version.commit});
  return AddOrigin(view, run, chain);
}

Result<WhyAnswer> Why(const View& view, const Nothing& /*message*/, const http::Request& request) {
  const Id id = TRY(IdOf(request.Captured("id"), "prediction"));
  const auto prediction = TRY(observe::GetPrediction(view.db, view.project, id));
  WhyAnswer answer;
  answer.chain.push_back(
      {.what = "prediction",
       .id = id.Hex(),
       .text = fmt::format("row {} of {} asked of endpoint '{}'{}", prediction.row + 1,
                           prediction.rows, prediction.endpoint,
                           prediction.mirror_of
                               ? ", mirrored: the caller got " + prediction.mirror_of->Hex()
                               : "")});
  const auto variant = rollout::GetVariant(view.db, view.project, prediction.variant);
  if (variant) {
    answer.chain.push_back(
        {.what = "variant",
         .id = variant->variant.id.Hex(),
         .text = fmt::format("'{}' of endpoint '{}'", variant->variant.name, variant->endpoint)});
  } else {
    answer.chain.push_back(GapAt("variant", variant.error().message));
  }
  const auto version = registry::GetVersionById(view.db, view.project, prediction.version);
  if (!version) {
    answer.chain.push_back(GapAt("model version", version.error().message));
    return answer;
  }
  answer.chain.push_back({.what = "model version",
                          .id = version->id.Hex(),
                          .text = fmt::format("{}@{}", version->model, version->version)});
  TRY(AddRun(view, *version, answer.chain));
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
      answer.endpoints.push_back(ToMessage(endpoint, project, gateway));
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
                    Result<http::Response> (*handle)(const Api&, const http::Request&)) {
  const auto call = [api, handle](const http::Request& request) {
    auto response = handle(api, request);
    return response ? *std::move(response) : http::ErrorResponse(response.error());
  };
  return {method, fmt::format("/api/v1/projects/{{project}}/{}", path), http::BlockingHandler{call},
          right, kBodyBytesMax};
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
  routes.push_back(RouteTo(api, Method::kPost, "endpoints", kAdminister, Create));
  routes.push_back(RouteTo(api, Method::kGet, "endpoints", kRead, List));
  routes.push_back(RouteTo(api, Method::kGet, "endpoints/{name}", kRead, Show));
  routes.push_back(
      RouteTo(api, Method::kPost, "endpoints/{name}/version", kAdminister, SetVersion));
  routes.push_back(RouteTo(api, Method::kDelete, "endpoints/{name}", kAdminister, Delete));
  AddRead(routes, api, "variants/{id}", GetVariant);
  AddRead(routes, api, "model-versions/{id}", GetVersionById);
  AddRead(routes, api, "registered-models/{name}/versions/{version}", GetVersion);
  AddRead(routes, api, "predictions/{id}", GetPrediction);
  AddRead(routes, api, "why/{id}", Why);
  return routes;
}

}  // namespace galley::native
