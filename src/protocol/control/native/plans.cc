#include "domain/rollout/contingency.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/messages.h"
#include "protocol/control/native/plan_messages.h"
#include "protocol/control/native/serving_routes.h"

namespace galley::native {
namespace {

using http::Method;
using journal::View;

constexpr std::string_view kActor = "administrator";

PlanMessage ToMessage(const rollout::Contingency& it) {
  PlanMessage message{.id = it.id.Hex(),
                      .plan = it.plan,
                      .endpoint = it.endpoint,
                      .in_force = !it.ended_ms,
                      .actor = it.actor,
                      .reason = it.reason,
                      .rollout = it.rollout,
                      .snapshot = it.snapshot,
                      .created_ms = it.created_ms,
                      .ended_ms = it.ended_ms};
  if (!it.rule.empty()) message.rule = it.rule;
  if (it.ended_ms) {
    message.ended_by = it.ended_by;
    message.ended_because = it.ended_because;
  }
  return message;
}

http::Response ResponseOf(const rollout::Contingency& it) {
  return {.body = schema::ToJson(PlanAnswer{ToMessage(it)}, schema::EmptyLists::kWrite)};
}

Status Change(const Api& api, const http::Request& request,
              std::move_only_function<Status(journal::Change&)> work) {
  return api.store.WriteAndWait(db::WriteClass::kInteractive, Project(request), std::string(kActor),
                                std::move(work));
}

/// The plan as it is stored now.
Result<rollout::Contingency> Reread(const Api& api, const http::Request& request,
                                    const rollout::Contingency& it) {
  rollout::Contingency found = it;
  TRY(api.store.Read(Project(request), [&](const View& view) -> Status {
    for (auto& one :
         TRY(rollout::ListContingencies(view.db, view.project, it.endpoint, kPageMax))) {
      if (one.id == it.id) found = std::move(one);
    }
    return {};
  }));
  return found;
}

/// Ends the rollback if the gateway does already what it says; whoever sees that first does.
Status EndIfDone(const Api& api, const http::Request& request) {
  const auto status = api.serving.GatewayStatus();
  if (!status && status.error().code != Code::kNotFound) return {};
  const snapshot::Status* says = status ? &*status : nullptr;
  return Change(api, request,
                [says](journal::Change& change) { return rollout::EndDone(change, says); });
}

/// Waits until the gateway does what a plan says.
Status AwaitPlan(const Api& api, const http::Request& request, const rollout::Contingency& it,
                 std::string_view verb) {
  const auto is_done = [&](const snapshot::Status& status) -> Result<bool> {
    bool done = false;
    TRY(api.store.Read(Project(request), [&](const View& view) -> Status {
      done = TRY(rollout::IsDone(view.db, view.project, it, &status));
      return {};
    }));
    return done;
  };
  return AwaitGateway(api, it.snapshot,
                      fmt::format("plan {} of endpoint '{}' has {}", it.plan, it.endpoint, verb),
                      is_done);
}

Result<http::Response> Start(const Api& api, const http::Request& request) {
  const auto message = TRY(BodyOf<StartPlan>(request));
  rollout::Contingency started;
  TRY(Change(api, request, [&](journal::Change& change) -> Status {
    started =
        TRY(rollout::StartContingency(change, {.plan = message.plan,
                                               .endpoint = std::string(request.Captured("name")),
                                               .reason = message.reason,
                                               .rule = ""}));
    return {};
  }));
  TRY(api.serving.Publish());
  TRY(AwaitPlan(api, request, started, "begun"));
  if (started.plan == rollout::kRollback) TRY(EndIfDone(api, request));
  return ResponseOf(TRY(Reread(api, request, started)));
}

Result<http::Response> End(const Api& api, const http::Request& request) {
  const auto message = TRY(BodyOf<EndPlan>(request));
  rollout::Contingency ended;
  TRY(Change(api, request, [&](journal::Change& change) -> Status {
    ended = TRY(rollout::EndContingency(change, request.Captured("name"), message.reason));
    return {};
  }));
  TRY(api.serving.Publish());
  TRY(AwaitGateway(api, ended.snapshot,
                   fmt::format("plan {} of endpoint '{}' has ended", ended.plan, ended.endpoint)));
  return ResponseOf(ended);
}

Result<PlansAnswer> List(const View& view, const AskPlans& message,
                         const http::Request& /*request*/) {
  TRY(CheckPage(message.limit, kPageMax));
  PlansAnswer answer;
  for (const auto& it :
       TRY(rollout::ListContingencies(view.db, view.project, message.endpoint, message.limit))) {
    answer.plans.push_back(ToMessage(it));
  }
  if (answer.plans.empty() && !message.endpoint.empty()) {
    TRY(rollout::GetEndpoint(view.db, view.project, message.endpoint));
  }
  return answer;
}

/// Writes down what a drill found.
Result<http::Response> Record(const Api& api, const http::Request& request) {
  auto drill = TRY(BodyOf<Drill>(request));
  TRY(rollout::CheckPlanName(drill.plan));
  drill.endpoint = request.Captured("name");
  TRY(Change(api, request, [&](journal::Change& change) -> Status {
    const auto endpoint = TRY(rollout::GetEndpoint(change.db, change.project, drill.endpoint));
    json::Writer detail;
    detail.Raw(schema::ToJson(drill, schema::EmptyLists::kWrite));
    return change.Record("drill.run", endpoint.id.Hex(), std::move(detail));
  }));
  return http::Response{.body = "{}"};
}

}  // namespace

std::vector<http::Route> PlanRoutes(const Api& api) {
  constexpr auto kAdminister = policy::Right::kAdminister;
  std::vector<http::Route> routes;
  routes.push_back(WorkRoute(api, Method::kPost, "endpoints/{name}/plan", kAdminister, Start,
                             {.body = &StartPlan::kSchema, .answer = &PlanAnswer::kSchema}));
  routes.push_back(WorkRoute(api, Method::kPost, "endpoints/{name}/plan/end", kAdminister, End,
                             {.body = &EndPlan::kSchema, .answer = &PlanAnswer::kSchema}));
  routes.push_back(WorkRoute(api, Method::kPost, "endpoints/{name}/drills", kAdminister, Record,
                             {.body = &Drill::kSchema, .answer = &Nothing::kSchema}));
  AddRead(routes, api, "plans", List);
  return routes;
}

}  // namespace galley::native
