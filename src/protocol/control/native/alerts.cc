#include "domain/watch/alerts.h"

#include "domain/watch/preview.h"
#include "foundation/schema/encode.h"
#include "protocol/control/native/alert_messages.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/messages.h"
#include "protocol/control/native/read_post.h"

namespace galley::native {
namespace {

using http::Method;
using journal::View;
using watch::State;

constexpr std::string_view kActor = "anonymous";
constexpr std::int64_t kPastShown = 20;
constexpr std::int64_t kPreviewMax = 200;

Result<http::Response> Set(const Api& api, const http::Request& request) {
  const auto message = TRY(BodyOf<SetAlerts>(request));
  if (message.defaults && !message.rules.empty()) {
    return Fail(Code::kInvalidArgument, "'defaults' is true: there must be no 'rules' beside it");
  }
  std::vector<watch::NamedRule> rules;
  for (const RuleMessage& rule : message.rules) rules.push_back({rule.name, rule.settings});
  TRY(api.store.WriteAndWait(db::WriteClass::kInteractive, Project(request), std::string(kActor),
                             [&](journal::Change& change) -> Status {
                               if (message.defaults) {
                                 rules = TRY(watch::DefaultRules(change.db, change.project));
                               }
                               return watch::SetRules(change, rules);
                             }));
  RulesAnswer answer;
  for (auto& [name, settings] : rules) answer.rules.push_back({name, settings});
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

Result<http::Response> Remove(const Api& api, const http::Request& request) {
  TRY(api.store.WriteAndWait(db::WriteClass::kInteractive, Project(request), std::string(kActor),
                             [&](journal::Change& change) {
                               return watch::RemoveRule(change, request.Captured("name"));
                             }));
  return http::Response{.body = "{}"};
}

AlertMessage ToMessage(const watch::Alert& alert) {
  AlertMessage message{.rule = alert.rule,
                       .settings = alert.settings,
                       .column = alert.column,
                       .state = std::string(watch::StateName(alert.state.state)),
                       .window = alert.window,
                       .value = alert.value,
                       .limit = alert.limit,
                       .sample = alert.sample,
                       .active_window = alert.active_window,
                       .fired_window = alert.fired_window,
                       .resolved_window = alert.resolved_window,
                       .fired_ms = alert.fired_ms,
                       .resolved_ms = alert.resolved_ms,
                       .reason = alert.reason};
  if (alert.id != Id()) {
    message.id = alert.id.Hex();
    message.active_ms = alert.active_ms;
  }
  if (alert.at_ms != 0) {
    message.at_ms = alert.at_ms;
    message.seen = watch::SeenName(alert.seen);
  }
  return message;
}

std::vector<AlertMessage> ToMessages(const std::vector<watch::Alert>& alerts) {
  std::vector<AlertMessage> messages;
  for (const watch::Alert& alert : alerts) messages.push_back(ToMessage(alert));
  return messages;
}

Result<std::optional<State>> StateOf(std::string_view text) {
  if (text.empty()) return std::optional<State>();
  for (const State state : {State::kInactive, State::kPending, State::kFiring, State::kResolved}) {
    if (text == watch::StateName(state)) return std::optional(state);
  }
  return Fail(Code::kInvalidArgument,
              "'state' must be inactive, pending, firing or resolved, not '{}'", text);
}

Result<AlertsAnswer> List(const View& view, const AskAlerts& message,
                          const http::Request& /*request*/) {
  const watch::AlertFilter filter{.rule = message.rule,
                                  .monitor = message.monitor,
                                  .endpoint = message.endpoint,
                                  .state = TRY(StateOf(message.state))};
  return AlertsAnswer{ToMessages(TRY(watch::ListAlerts(view.db, view.project, filter)))};
}

Result<AlertAnswer> Show(const View& view, const Nothing& /*message*/,
                         const http::Request& request) {
  const auto rule = TRY(watch::GetRule(view.db, view.project, request.Captured("name")));
  AlertAnswer answer{.rule = {rule.name, rule.settings},
                     .id = rule.id.Hex(),
                     .actor = rule.actor,
                     .created_ms = rule.created_ms};
  answer.alerts = ToMessages(TRY(watch::ListAlerts(view.db, view.project, {.rule = rule.name})));
  answer.history = ToMessages(TRY(watch::ListPast(view.db, view.project, rule.name, kPastShown)));
  return answer;
}

Result<AlertsAnswer> History(const View& view, const AskPastAlerts& message,
                             const http::Request& /*request*/) {
  TRY(CheckPage(message.limit, kPageMax));
  return AlertsAnswer{
      ToMessages(TRY(watch::ListPast(view.db, view.project, message.rule, message.limit)))};
}

/// What a rule that is not in force yet would have said.
Result<std::string> Preview(const View& view, const PreviewAlerts& message) {
  if (message.last < 1 || message.last > kPreviewMax) {
    return Fail(Code::kInvalidArgument, "'last' must be from 1 to {}, not {}", kPreviewMax,
                message.last);
  }
  const auto preview =
      TRY(watch::PreviewRule(view.db, view.project, message.settings, message.last));
  AlertPreview answer{.evaluated = preview.evaluated, .windows = {}, .alerts = {}};
  for (const auto& [window, reading, state] : preview.points) {
    answer.windows.push_back({.window = window,
                              .from = static_cast<double>(window) * preview.width,
                              .seen = std::string(watch::SeenName(reading.seen)),
                              .state = std::string(watch::StateName(state)),
                              .value = reading.value,
                              .limit = reading.limit,
                              .sample = reading.sample});
  }
  for (const auto& alert : preview.alerts) {
    answer.alerts.push_back({.column = alert.column,
                             .active_window = alert.active_window,
                             .fired_window = alert.fired_window,
                             .resolved_window = alert.resolved_window,
                             .value = alert.value,
                             .limit = alert.limit});
  }
  return schema::ToJson(answer, schema::EmptyLists::kWrite);
}

}  // namespace

std::vector<http::Route> AlertRoutes(const Api& api) {
  constexpr auto kTrack = policy::Right::kTrack;
  std::vector<http::Route> routes;
  routes.push_back(WorkRoute(api, Method::kPut, "alerts", kTrack, Set,
                             {.body = &SetAlerts::kSchema, .answer = &RulesAnswer::kSchema}));
  routes.push_back(WorkRoute(api, Method::kDelete, "alerts/{name}", kTrack, Remove,
                             {.answer = &Nothing::kSchema}));
  AddPostRead<PreviewAlerts, AlertPreview>(routes, api, "alerts/preview", Preview);
  AddRead(routes, api, "alerts", List);
  AddRead(routes, api, "alerts/{name}", Show);
  AddRead(routes, api, "alert-history", History);
  return routes;
}

}  // namespace galley::native
