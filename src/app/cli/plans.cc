#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/print.h"
#include "foundation/http/url.h"
#include "foundation/io/clock.h"
#include "foundation/json/writer.h"
#include "protocol/control/native/plan_messages.h"

namespace galley::cli {
namespace {

struct PlanRow {
  std::string_view name;
  std::string_view does;
  std::string_view ends;
};
constexpr PlanRow kPlans[] = {
    {"freeze", "nothing more goes out: rollouts pause, versions cannot be set, alerts start no run",
     "by 'galley plan end'"},
    {"degrade", "every request is answered with fallback.default, no model is asked",
     "by 'galley plan end'"},
    {"rollback", "an open rollout is aborted, and the revision before answers at once",
     "by itself, once the gateway answers so"},
};

std::string PathOf(const Arguments& arguments, std::string_view more) {
  return fmt::format("endpoints/{}/{}", http::PercentEncode(arguments.id), more);
}

std::string WhoOf(const std::string& actor, const std::string& reason) {
  return reason.empty() ? actor : fmt::format("{}: {}", actor, reason);
}

/// Prints what became of a plan: the server's answer, or a line.
Result<int> PrintPlan(const Arguments& arguments, const std::string& body) {
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto plan = TRY(Understood<native::PlanAnswer>(body)).plan;
  fmt::print("Plan {} of endpoint {} {}.\n", Clean(plan.plan), Clean(plan.endpoint),
             !plan.in_force && plan.plan == "rollback" ? "is done: the version before answers"
             : plan.in_force                           ? "is in force"
                                                       : "has ended");
  return 0;
}

}  // namespace

Result<int> ExplainPlans(const Arguments& /*arguments*/) {
  Table table({{.title = "PLAN"}, {.title = "DOES", .shrinks = true}, {.title = "ENDS"}});
  for (const PlanRow& plan : kPlans) {
    table.Add({{std::string(plan.name), Colour::kBold},
               {std::string(plan.does)},
               {std::string(plan.ends), Colour::kDim}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
  return 0;
}

Result<int> StartPlan(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  json::Writer body;
  body.BeginObject().Key("plan").String(arguments.plan);
  body.Key("reason").String(arguments.reason).EndObject();
  return PrintPlan(arguments, TRY(Tell(server, arguments, http::Method::kPost,
                                       PathOf(arguments, "plan"), std::move(body).Take())));
}

Result<int> EndPlan(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  json::Writer body;
  body.BeginObject().Key("reason").String(arguments.reason).EndObject();
  return PrintPlan(arguments, TRY(Tell(server, arguments, http::Method::kPost,
                                       PathOf(arguments, "plan/end"), std::move(body).Take())));
}

Result<int> ShowPlans(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  Parameters parameters{{"limit", std::to_string(arguments.limit.value_or(20))}};
  if (!arguments.id.empty()) parameters.emplace_back("endpoint", arguments.id);
  const std::string body = TRY(Ask(server, arguments, "plans", parameters));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  Table table({{.title = "ENDPOINT", .shrinks = true},
               {.title = "PLAN"},
               {.title = "STATE"},
               {.title = "STARTED"},
               {.title = "BY", .shrinks = true},
               {.title = "ENDED", .shrinks = true}});
  const std::int64_t now_ms = io::SystemClock().NowMs();
  for (const auto& it : TRY(Understood<native::PlansAnswer>(body)).plans) {
    table.Add(
        {{it.endpoint, Colour::kBold},
         {it.plan},
         {it.in_force ? "in force" : "ended", it.in_force ? Colour::kYellow : Colour::kDim},
         {Ago(it.created_ms, now_ms), Colour::kDim},
         {WhoOf(it.actor, it.reason)},
         {it.ended_ms ? fmt::format("{} by {}", Ago(*it.ended_ms, now_ms),
                                    WhoOf(it.ended_by.value_or(""), it.ended_because.value_or("")))
                      : "–"}});
  }
  if (table.empty()) fmt::print(stderr, "No plan was ever in force; see 'galley plan list'.\n");
  fmt::print("{}", table.Text(ScreenOfOutput()));
  return 0;
}

}  // namespace galley::cli
