#include "domain/tracking/service.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/messages.h"
#include "storage/journal/journal.h"

namespace galley::native {
namespace {

/// A subject as the journal writes it. The beginning of a run's id stands for the run.
Result<std::string> SubjectOf(const journal::View& view, const std::string& text) {
  const auto run = tracking::ResolveRun(view.db, view.project, text);
  if (run) return run->Hex();
  if (run.error().code == Code::kNotFound || run.error().code == Code::kInvalidArgument) {
    return text;
  }
  return std::unexpected(run.error());
}

Result<EventsAnswer> List(const journal::View& view, const ListEvents& message,
                          const http::Request& /*request*/) {
  TRY(CheckPage(message.limit, kPageMax));
  journal::EventQuery query{.before = message.before,
                            .subject = "",
                            .kind = message.kind,
                            .actor = message.actor,
                            .limit = message.limit + 1};
  if (!message.subject.empty()) query.subject = TRY(SubjectOf(view, message.subject));
  EventsAnswer answer;
  for (journal::Event& event : TRY(journal::ReadEvents(view.db, view.project, query))) {
    if (answer.events.size() == static_cast<std::size_t>(message.limit)) {
      answer.has_more = true;
      break;
    }
    answer.events.push_back({.sequence = event.sequence,
                             .at_ms = event.at_ms,
                             .kind = std::move(event.kind),
                             .subject = std::move(event.subject),
                             .actor = std::move(event.actor),
                             .detail = {std::move(event.detail)}});
  }
  return answer;
}

Result<EventFacets> Facets(const journal::View& view, const AskEventFacets& message,
                           const http::Request& /*request*/) {
  constexpr std::int64_t kLastMax = 100'000;
  if (message.last < 1 || message.last > kLastMax) {
    return Fail(Code::kInvalidArgument, "'last' must be from 1 to {}, not {}", kLastMax,
                message.last);
  }
  const auto counted = TRY(journal::CountEvents(view.db, view.project, message.last));
  EventFacets answer{.events = counted.events, .kinds = {}, .actors = {}};
  for (const auto& [value, count] : counted.kinds) answer.kinds.push_back({value, count});
  for (const auto& [value, count] : counted.actors) answer.actors.push_back({value, count});
  return answer;
}

}  // namespace

std::vector<http::Route> EventRoutes(const Api& api) {
  std::vector<http::Route> routes;
  AddRead(routes, api, "events", List);
  AddRead(routes, api, "event-facets", Facets);
  return routes;
}

}  // namespace galley::native
