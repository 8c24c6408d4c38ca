#include "domain/pipeline/triggers.h"

#include <initializer_list>

#include "foundation/json/writer.h"
#include "foundation/schema/decode.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/messages.h"
#include "protocol/control/native/trigger_messages.h"

namespace galley::native {
namespace {

using http::Method;

constexpr std::string_view kActor = "administrator";
constexpr std::uint64_t kPushBytesMax = std::uint64_t{8} << 20U;

PipelineTrigger ToMessage(const std::string& project, const pipeline::TriggerState& state) {
  const pipeline::Trigger& trigger = state.trigger;
  PipelineTrigger message{.pipeline = state.source.pipeline,
                          .folder = state.source.folder,
                          .file = state.source.file,
                          .trigger = trigger.kind,
                          .waits_for = trigger.Text(),
                          .monitor = trigger.monitor,
                          .rules = trigger.rules,
                          .supported = trigger.IsSupported(),
                          .next_ms = state.next_ms,
                          .problem = state.problem,
                          .actor = state.source.actor,
                          .applied_ms = state.source.applied_ms};
  if (state.last) {
    message.last = {state.last->id, state.last->run, state.last->error, state.last->created_ms};
  }
  if (trigger.kind != "push") return message;
  message.repository = state.source.repository;
  message.hook = fmt::format("/api/v1/projects/{}/hooks/{}", project, state.source.id.Hex());
  message.secret_file = state.secret_file;
  return message;
}

http::Response Answer(const std::string& project,
                      const std::vector<pipeline::TriggerState>& states) {
  TriggersAnswer answer;
  for (const auto& state : states) answer.triggers.push_back(ToMessage(project, state));
  return {.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

Result<http::Response> Apply(const Api& api, const http::Request& request) {
  auto message = TRY(BodyOf<ApplyTriggers>(request));
  pipeline::NewTriggers wanted{.folder = std::move(message.folder),
                               .file = std::move(message.file),
                               .repository = std::move(message.repository),
                               .secret = std::move(message.secret),
                               .dry_run = message.dry_run,
                               .actor = std::string(kActor)};
  for (auto& [name, value] : message.environment) {
    wanted.environment.emplace_back(name, std::move(value));
  }
  const std::string project = Project(request);
  return Answer(project, TRY(api.triggers.Apply(project, wanted)));
}

Result<http::Response> Remove(const Api& api, const http::Request& request) {
  const auto message = TRY(BodyOf<RemoveTriggers>(request));
  TRY(api.triggers.Remove(Project(request), message.folder, message.file, std::string(kActor)));
  return http::Response{.body = "{}"};
}

Result<http::Response> Start(const Api& api, const http::Request& request) {
  const auto message = TRY(BodyOf<StartTriggered>(request));
  const auto run = TRY(
      api.triggers.StartNow(Project(request), message.folder, message.file, std::string(kActor)));
  return http::Response{
      .body = schema::ToJson(StartedRun{run.number, run.pipeline}, schema::EmptyLists::kWrite)};
}

Result<http::Response> List(const Api& api, const http::Request& request) {
  const std::string project = Project(request);
  return Answer(project, TRY(api.triggers.List(project)));
}

/// The first of these headers that is there.
std::string HeaderOf(const http::Request& request, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const http::Header* header = request.Find(name);
    if (header != nullptr) return std::string(header->value);
  }
  return "";
}

/// In hex. GitHub puts the algorithm in front.
std::string SignatureOf(const http::Request& request) {
  constexpr std::string_view kAlgorithm = "sha256=";
  std::string signature =
      HeaderOf(request, {"X-Hub-Signature-256", "X-Gitea-Signature", "X-Forgejo-Signature"});
  if (signature.starts_with(kAlgorithm)) signature.erase(0, kAlgorithm.size());
  return signature;
}

Result<http::Response> Receive(const Api& api, const http::Request& request) {
  const pipeline::Delivery delivery{
      .id = HeaderOf(request, {"X-GitHub-Delivery", "X-Gitea-Delivery", "X-Forgejo-Delivery"}),
      .kind = HeaderOf(request, {"X-GitHub-Event", "X-Gitea-Event", "X-Forgejo-Event"}),
      .signature = SignatureOf(request),
      .body = request.body};
  const auto received =
      TRY(api.triggers.Receive(Project(request), std::string(request.Captured("hook")), delivery));
  json::Writer answer;
  answer.BeginObject().Key("run");
  if (received.run) {
    answer.Int(*received.run);
  } else {
    answer.Null();
  }
  answer.Key("reason").String(received.reason).EndObject();
  return http::Response{.body = std::move(answer).Take()};
}

}  // namespace

std::vector<http::Route> TriggerRoutes(const Api& api) {
  constexpr auto kAdminister = policy::Right::kAdminister;
  std::vector<http::Route> routes;
  routes.push_back(WorkRoute(api, Method::kGet, "pipelines/triggers", policy::Right::kRead, List,
                             {.answer = &TriggersAnswer::kSchema}));
  routes.push_back(
      WorkRoute(api, Method::kPost, "pipelines/triggers", kAdminister, Apply,
                {.body = &ApplyTriggers::kSchema, .answer = &TriggersAnswer::kSchema}));
  routes.push_back(WorkRoute(api, Method::kPost, "pipelines/triggers/start", kAdminister, Start,
                             {.body = &StartTriggered::kSchema, .answer = &StartedRun::kSchema}));
  routes.push_back(WorkRoute(api, Method::kPost, "pipelines/triggers/remove", kAdminister, Remove,
                             {.body = &RemoveTriggers::kSchema, .answer = &Nothing::kSchema}));
  // Whoever knows the secret may: the sender has no token.
  routes.push_back(
      WorkRoute(api, Method::kPost, "hooks/{hook}", policy::Right::kSigned, Receive, {}));
  routes.back().body_bytes_max = kPushBytesMax;
  return routes;
}

}  // namespace galley::native
