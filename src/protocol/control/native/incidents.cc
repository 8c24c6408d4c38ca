#include <functional>

#include "domain/watch/incident.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/incident_messages.h"
#include "protocol/control/native/messages.h"
#include "protocol/control/native/whole_number.h"

namespace galley::native {
namespace {

using http::Method;
using journal::View;

constexpr std::string_view kActor = "administrator";

Result<std::int64_t> NumberOf(const http::Request& request) {
  const std::string_view text = request.Captured("number");
  const auto number = WholeNumber(text);
  if (number && *number > 0) return *number;
  return Fail(Code::kInvalidArgument, "'{}' is no incident; they count from 1", text);
}

AlertOfIncident ToMessage(const watch::IncidentAlert& alert) {
  return {.alert = alert.fired.alert.Hex(),
          .rule = alert.fired.rule,
          .column = alert.fired.column,
          .value = alert.fired.value,
          .limit = alert.fired.limit,
          .active_window = alert.fired.active_window,
          .window = alert.window,
          .state = alert.is_firing ? "firing" : "resolved"};
}

IncidentMessage ToMessage(const watch::Incident& incident) {
  IncidentMessage message{.number = incident.number,
                          .id = incident.id.Hex(),
                          .state = incident.closed_ms ? "closed" : "open",
                          .monitor = incident.monitor_name,
                          .endpoint = incident.endpoint,
                          .width = incident.width,
                          .window = incident.window,
                          .opened_ms = incident.opened_ms,
                          .acked_ms = incident.acked_ms,
                          .acked_by = incident.acked_by,
                          .cause = incident.cause,
                          .cause_rank = incident.cause_rank,
                          .cause_ranking = incident.cause_ranking,
                          .cause_in_top_three = incident.CauseInTopThree(),
                          .cause_ms = incident.cause_ms,
                          .cause_by = incident.cause_by,
                          .closed_ms = incident.closed_ms,
                          .closed_by = incident.closed_by,
                          .reason = incident.reason};
  for (const auto& alert : incident.alerts) message.alerts.push_back(ToMessage(alert));
  for (const auto& ranking : incident.rankings) {
    message.rankings.push_back({.number = ranking.number,
                                .first_window = ranking.first,
                                .window = ranking.window,
                                .fall = ranking.fall,
                                .made_ms = ranking.made_ms,
                                .claims_data_fault = ranking.ClaimsDataFault(),
                                .candidates = ranking.candidates});
  }
  return message;
}

Result<IncidentsAnswer> List(const View& view, const AskIncidents& message,
                             const http::Request& /*request*/) {
  TRY(CheckPage(message.limit, kPageMax));
  IncidentsAnswer answer;
  for (const auto& incident :
       TRY(watch::ListIncidents(view.db, view.project, message.limit + 1, message.before))) {
    answer.incidents.push_back(ToMessage(incident));
  }
  answer.has_more = std::ssize(answer.incidents) > message.limit;
  if (answer.has_more) answer.incidents.pop_back();
  return answer;
}

Result<IncidentAnswer> Show(const View& view, const Nothing& /*message*/,
                            const http::Request& request) {
  const std::int64_t number = TRY(NumberOf(request));
  return IncidentAnswer{ToMessage(TRY(watch::GetIncident(view.db, view.project, number)))};
}

/// Changes an incident, and answers with what it is then.
Result<http::Response> Change(const Api& api, const http::Request& request,
                              const std::function<Status(journal::Change&, std::int64_t)>& act) {
  const std::int64_t number = TRY(NumberOf(request));
  IncidentAnswer answer;
  TRY(api.store.WriteAndWait(db::WriteClass::kInteractive, Project(request), std::string(kActor),
                             [&](journal::Change& change) -> Status {
                               TRY(act(change, number));
                               answer.incident = ToMessage(
                                   TRY(watch::GetIncident(change.db, change.project, number)));
                               return {};
                             }));
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

Result<http::Response> Acknowledge(const Api& api, const http::Request& request) {
  return Change(api, request, watch::AcknowledgeIncident);
}

Result<http::Response> Explain(const Api& api, const http::Request& request) {
  const auto message = TRY(BodyOf<CauseOfIncident>(request));
  return Change(api, request, [&message](journal::Change& change, std::int64_t number) {
    return watch::SetCause(change, number, {.rank = message.rank, .text = message.text});
  });
}

Result<http::Response> Close(const Api& api, const http::Request& request) {
  const auto message = TRY(BodyOf<CloseOfIncident>(request));
  return Change(api, request, [&message](journal::Change& change, std::int64_t number) {
    return watch::CloseIncident(change, number, message.reason);
  });
}

}  // namespace

std::vector<http::Route> IncidentRoutes(const Api& api) {
  constexpr auto kAdminister = policy::Right::kAdminister;
  std::vector<http::Route> routes;
  AddRead(routes, api, "incidents", List);
  AddRead(routes, api, "incidents/{number}", Show);
  routes.push_back(WorkRoute(api, Method::kPost, "incidents/{number}/ack", kAdminister, Acknowledge,
                             {.answer = &IncidentAnswer::kSchema}));
  routes.push_back(
      WorkRoute(api, Method::kPost, "incidents/{number}/cause", kAdminister, Explain,
                {.body = &CauseOfIncident::kSchema, .answer = &IncidentAnswer::kSchema}));
  routes.push_back(
      WorkRoute(api, Method::kPost, "incidents/{number}/close", kAdminister, Close,
                {.body = &CloseOfIncident::kSchema, .answer = &IncidentAnswer::kSchema}));
  return routes;
}

}  // namespace galley::native
