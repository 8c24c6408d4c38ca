#include "domain/rollout/rollouts.h"

#include <algorithm>
#include <iterator>

#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/messages.h"
#include "protocol/control/native/rollout_messages.h"
#include "protocol/control/native/serving_routes.h"

namespace galley::native {
namespace {

using http::Method;
using journal::View;

constexpr std::string_view kActor = "administrator";
constexpr std::int64_t kLooksMax = 1000;

std::vector<RolloutStep> StepsOf(const rollout::Rollout& rollout) {
  std::vector<RolloutStep> steps;
  const auto planned = rollout::PlanOf(rollout.strategy).steps;
  const std::int64_t now = rollout.state.step;
  for (std::int64_t at = 0; at < std::ssize(planned); ++at) {
    steps.push_back({rollout::Describe(planned[static_cast<std::size_t>(at)]), at < now ? "done"
                                                                               : at == now
                                                                                   ? "now"
                                                                                   : "next"});
  }
  return steps;
}

}  // namespace

Result<RolloutMessage> MessageOf(const View& view, const rollout::Rollout& rollout,
                                 const Result<snapshot::Status>& gateway) {
  const rollout::State& state = rollout.state;
  RolloutMessage message{.id = rollout.id.Hex(),
                         .number = rollout.number,
                         .endpoint = rollout.endpoint,
                         .phase = state.phase,
                         .reason = state.reason,
                         .turn = state.turn,
                         .step = state.step + 1,
                         .steps = StepsOf(rollout),
                         .weight = state.weight,
                         .mirror = state.mirror,
                         .awaits = state.awaits,
                         .actor = rollout.actor,
                         .started_because = rollout.reason,
                         .created_ms = rollout.created_ms,
                         .ended_ms = rollout.ended_ms};
  if (gateway) message.acknowledged = gateway->version;
  const auto variant = [&](const Id& id) -> Result<Variant> {
    const auto found = TRY(rollout::GetVariant(view.db, view.project, id));
    return MessageOf(found.variant, found.endpoint);
  };
  message.champion = TRY(variant(rollout.champion));
  message.challenger = TRY(variant(rollout.challenger));
  for (const auto& [attempt, monitor, verdict, look] :
       TRY(rollout::ListLooks(view.db, rollout.row, kLooksMax))) {
    message.looks.push_back({.monitor = monitor,
                             .attempt = attempt,
                             .window = look.window,
                             .windows = look.windows,
                             .verdict = verdict,
                             .reason = look.reason,
                             .log_e_better = look.log_e_better,
                             .log_e_worse = look.log_e_worse,
                             .rows = look.rows,
                             .blocks = look.blocks});
  }
  return message;
}

namespace {

RevisionMessage ToMessage(const rollout::Revision& revision) {
  return {.number = revision.number,
          .model = revision.variant.model,
          .version = revision.variant.version,
          .variant = revision.variant.id.Hex(),
          .cause = revision.cause,
          .rollout = revision.rollout,
          .actor = revision.actor,
          .reason = revision.reason,
          .at_ms = revision.at_ms};
}

template <typename Answer>
http::Response ResponseOf(const Answer& answer) {
  return {.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

/// An endpoint's newest rollout as it is now.
Result<http::Response> Now(const Api& api, const http::Request& request) {
  const auto gateway = api.serving.GatewayStatus();
  RolloutAnswer answer;
  TRY(api.store.Read(Project(request), [&](const View& view) -> Status {
    const auto found = TRY(rollout::GetRollout(view.db, view.project, request.Captured("name")));
    answer.rollout = TRY(MessageOf(view, found, gateway));
    return {};
  }));
  return ResponseOf(answer);
}

Result<http::Response> List(const Api& api, const http::Request& request) {
  AskRollouts asked;
  TRY(DecodeQuery(request, AskRollouts::kSchema, &asked));
  TRY(CheckPage(asked.limit, kPageMax));
  const auto gateway = api.serving.GatewayStatus();
  RolloutsAnswer answer;
  TRY(api.store.Read(Project(request), [&](const View& view) -> Status {
    for (const auto& found :
         TRY(rollout::ListRollouts(view.db, view.project, asked.endpoint, asked.limit))) {
      answer.rollouts.push_back(TRY(MessageOf(view, found, gateway)));
    }
    return {};
  }));
  return ResponseOf(answer);
}

Result<RevisionsAnswer> Revisions(const View& view, const AskRevisions& message,
                                  const http::Request& request) {
  TRY(CheckPage(message.limit, kPageMax));
  const auto endpoint = TRY(rollout::GetEndpoint(view.db, view.project, request.Captured("name")));
  RevisionsAnswer answer;
  for (const auto& it : TRY(rollout::ListRevisions(view.db, endpoint.row, message.limit))) {
    answer.revisions.push_back(ToMessage(it));
  }
  return answer;
}

/// Changes something as the administrator, and lets gateways know.
Status Change(const Api& api, const http::Request& request,
              std::move_only_function<Status(journal::Change&)> work) {
  TRY(api.store.WriteAndWait(db::WriteClass::kInteractive, Project(request), std::string(kActor),
                             std::move(work)));
  return api.serving.Publish();
}

/// Settings that came with all of their limits checked.
Result<std::optional<rollout::EndpointSettings>> Checked(
    const std::optional<rollout::EndpointSettings>& settings) {
  if (!settings) return std::optional<rollout::EndpointSettings>();
  return std::optional(TRY(rollout::ParseEndpoint(rollout::SettingsJson(*settings))));
}

Result<http::Response> Configure(const Api& api, const http::Request& request) {
  const auto settings = TRY(rollout::ParseEndpoint(request.body));
  TRY(Change(api, request, [&](journal::Change& change) -> Status {
    TRY(rollout::ConfigureEndpoint(change, request.Captured("name"), settings));
    return {};
  }));
  return http::Response{.body = "{}"};
}

Result<http::Response> Settings(const Api& api, const http::Request& request) {
  http::Response response;
  TRY(api.store.Read(Project(request), [&](const View& view) -> Status {
    response.body =
        TRY(rollout::GetEndpoint(view.db, view.project, request.Captured("name"))).settings;
    return {};
  }));
  return response;
}

Result<http::Response> Start(const Api& api, const http::Request& request) {
  const auto message = TRY(BodyOf<StartRollout>(request));
  rollout::NewRollout wanted{.endpoint = std::string(request.Captured("name")),
                             .model = message.model,
                             .version = message.version,
                             .settings = TRY(Checked(message.settings)),
                             .reason = message.reason};
  if (message.python) wanted.python = TRY(InterpreterOf(*message.python));
  TRY(Change(api, request, [&](journal::Change& change) -> Status {
    TRY(rollout::StartRollout(change, wanted));
    return {};
  }));
  return Now(api, request);
}

/// kFailedPrecondition if a revision came after the one that the caller knows.
Status CheckNewest(journal::Change& change, std::string_view name, std::int64_t newest) {
  const auto endpoint = TRY(rollout::GetEndpoint(change.db, change.project, name));
  const auto found = TRY(rollout::ListRevisions(change.db, endpoint.row, 1));
  if (found.empty() || found.front().number == newest) return {};
  return Fail(Code::kFailedPrecondition,
              "endpoint '{}' went on since you looked (revision {}, now {}): look again before you "
              "undo",
              name, newest, found.front().number);
}

Result<http::Response> Undo(const Api& api, const http::Request& request,
                            const RolloutOrder& message) {
  rollout::Undone undone;
  TRY(Change(api, request, [&](journal::Change& change) -> Status {
    if (message.newest) {
      TRY(CheckNewest(change, request.Captured("name"), *message.newest));
    }
    undone =
        TRY(rollout::UndoRevision(change, request.Captured("name"), message.to, message.reason));
    return {};
  }));
  TRY(AwaitGateway(api, undone.version,
                   fmt::format("endpoint '{}' goes back to {}@{}", request.Captured("name"),
                               undone.revision.variant.model, undone.revision.variant.version)));
  return ResponseOf(RevisionAnswer{ToMessage(undone.revision)});
}

Result<http::Response> Act(const Api& api, const http::Request& request) {
  const auto message = TRY(BodyOf<RolloutOrder>(request));
  const std::string verb(request.Captured("verb"));
  if (message.full && verb != "promote") {
    return Fail(Code::kInvalidArgument, "'full' is of 'promote' alone, not of '{}'", verb);
  }
  if (message.to && verb != "undo") {
    return Fail(Code::kInvalidArgument, "'to' is of 'undo' alone, not of '{}'", verb);
  }
  if (message.newest && verb != "undo") {
    return Fail(Code::kInvalidArgument, "'newest' is of 'undo' alone, not of '{}'", verb);
  }
  if (verb == "undo") return Undo(api, request, message);
  rollout::Rollout rollout;
  TRY(Change(api, request, [&](journal::Change& change) -> Status {
    rollout = TRY(rollout::Act(change, request.Captured("name"),
                               {.verb = verb,
                                .full = message.full,
                                .reason = message.reason,
                                .turn = message.turn,
                                .rollout = message.rollout}));
    return {};
  }));
  if (verb == "abort") {
    TRY(AwaitGateway(api, rollout.state.awaits,
                     fmt::format("rollout {} is {}", rollout.number, rollout.state.phase)));
  }
  return Now(api, request);
}

}  // namespace

std::vector<http::Route> RolloutRoutes(const Api& api) {
  constexpr auto kRead = policy::Right::kRead;
  constexpr auto kAdminister = policy::Right::kAdminister;
  std::vector<http::Route> routes;
  routes.push_back(
      WorkRoute(api, Method::kPut, "endpoints/{name}/settings", kAdminister, Configure,
                {.body = &rollout::EndpointSettings::kSchema, .answer = &Nothing::kSchema}));
  routes.push_back(WorkRoute(api, Method::kGet, "endpoints/{name}/settings", kRead, Settings,
                             {.answer = &rollout::EndpointSettings::kSchema}));
  routes.back().leaves_out_empty_lists = true;
  routes.push_back(WorkRoute(api, Method::kPost, "endpoints/{name}/rollouts", kAdminister, Start,
                             {.body = &StartRollout::kSchema, .answer = &RolloutAnswer::kSchema}));
  routes.push_back(WorkRoute(api, Method::kGet, "endpoints/{name}/rollout", kRead, Now,
                             {.answer = &RolloutAnswer::kSchema}));
  routes.push_back(WorkRoute(api, Method::kPost, "endpoints/{name}/rollout/{verb}", kAdminister,
                             Act,
                             {.body = &RolloutOrder::kSchema, .answer = &RolloutAnswer::kSchema}));
  routes.back().other_answer = &RevisionAnswer::kSchema;  // Of undo.
  routes.push_back(
      WorkRoute(api, Method::kGet, "rollouts", kRead, List,
                {.parameters = &AskRollouts::kSchema, .answer = &RolloutsAnswer::kSchema}));
  AddRead(routes, api, "endpoints/{name}/revisions", Revisions);
  std::ranges::move(ReviewRoutes(api), std::back_inserter(routes));
  return routes;
}

}  // namespace galley::native
