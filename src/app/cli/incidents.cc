#include <algorithm>
#include <charconv>
#include <functional>

#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/print.h"
#include "domain/watch/candidate.h"
#include "foundation/http/url.h"
#include "foundation/io/clock.h"
#include "foundation/schema/encode.h"
#include "protocol/control/native/incident_messages.h"

namespace galley::cli {
namespace {

constexpr std::int64_t kShown = 20;

std::string PathOf(const Arguments& arguments, std::string_view verb = "") {
  return fmt::format("incidents/{}{}", http::PercentEncode(arguments.id), verb);
}

std::string Time(const native::IncidentMessage& incident, std::int64_t window) {
  return Number(static_cast<double>(window) * incident.width);
}

std::string RuleOf(const native::AlertOfIncident& alert) {
  return alert.column.empty() ? alert.rule : fmt::format("{} ({})", alert.rule, alert.column);
}

std::string Rules(const native::IncidentMessage& incident) {
  std::string text;
  for (const auto& alert : incident.alerts) {
    text += (text.empty() ? "" : ", ") + RuleOf(alert);
  }
  return text;
}

std::string Suspect(const native::IncidentMessage& incident) {
  if (incident.rankings.empty() || incident.rankings.back().candidates.empty()) return "";
  const watch::Candidate& first = incident.rankings.back().candidates.front();
  if (first.score < watch::kListedOnly) return "nothing stands out";
  return fmt::format("{} {} ({:.2f})", first.kind, first.name, first.score);
}

void AddMoment(Table& facts, std::string_view name, const native::IncidentMessage& incident,
               const std::optional<std::int64_t>& at_ms, const std::string& what) {
  if (!at_ms) return;
  AddFact(facts, name,
          fmt::format("{}, {} after it was opened{}", Date(*at_ms),
                      Duration(*at_ms - incident.opened_ms), what));
}

void PrintFacts(const native::IncidentMessage& incident) {
  PrintTitle(fmt::format("Incident {}: {} of endpoint {}", incident.number, incident.monitor,
                         incident.endpoint));
  Table facts = Facts();
  AddFact(facts, "state", incident.state, incident.state == "open" ? Colour::kRed : Colour::kGreen);
  AddFact(facts, "opened",
          fmt::format("{}, at {}", Date(incident.opened_ms), Time(incident, incident.window)));
  AddMoment(facts, "acknowledged", incident, incident.acked_ms, " by " + incident.acked_by);
  if (incident.cause_ms) {
    const std::string rank =
        incident.cause_rank ? fmt::format(" (was number {} of ranking {})", *incident.cause_rank,
                                          incident.cause_ranking.value_or(0))
                            : " (was no candidate)";
    AddMoment(facts, "cause", incident, incident.cause_ms,
              fmt::format(" by {}: {}{}", incident.cause_by, incident.cause, rank));
  }
  AddMoment(facts, "closed", incident, incident.closed_ms,
            fmt::format(" by {}: {}", incident.closed_by, incident.reason));
  fmt::print("{}", facts.Text(ScreenOfOutput()));
}

void PrintAlerts(const native::IncidentMessage& incident) {
  Table table({{.title = "ALERT", .shrinks = true},
               {.title = "HOLDS SINCE", .right = true},
               {.title = "FIRES SINCE", .right = true},
               {.title = "VALUE", .right = true},
               {.title = "LIMIT", .right = true},
               {.title = "STATE"}},
              2);
  for (const auto& alert : incident.alerts) {
    table.Add({{RuleOf(alert), Colour::kCyan},
               {Time(incident, alert.active_window)},
               {Time(incident, alert.window)},
               {Number(alert.value)},
               {Number(alert.limit)},
               {alert.state, alert.state == "firing" ? Colour::kRed : Colour::kGreen}});
  }
  fmt::print("\n{}", table.Text(ScreenOfOutput()));
}

/// Its first figures, as far as they are numbers, and the events.
std::string EvidenceOf(const watch::Candidate& candidate) {
  constexpr std::size_t kFigures = 3;
  std::string text;
  for (std::size_t at = 0; at < std::min(kFigures, candidate.evidence.size()); ++at) {
    const watch::EvidenceFact& fact = candidate.evidence[at];
    const char* end = fact.value.data() + fact.value.size();
    double number = 0;
    if (std::from_chars(fact.value.data(), end, number).ptr != end) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", fact.name, Number(number));
  }
  for (const std::int64_t sequence : candidate.events) {
    text += fmt::format("{}event {}", text.empty() ? "" : ", ", sequence);
  }
  return text;
}

void PrintRanking(const native::IncidentMessage& incident) {
  if (incident.rankings.empty()) return;
  const native::RankingMessage& ranking = incident.rankings.back();
  fmt::print("\n");
  PrintTitle(fmt::format("What may have caused it, as seen at {} (looking back to {})",
                         Time(incident, ranking.window), Time(incident, ranking.first_window)));
  Table table({{.title = "RANK", .right = true},
               {.title = "SCORE", .right = true},
               {.title = "KIND"},
               {.title = "NAME", .shrinks = true},
               {.title = "WHAT", .shrinks = true},
               {.title = "EVIDENCE", .shrinks = true}},
              2);
  int rank = 0;
  for (const watch::Candidate& candidate : ranking.candidates) {
    const bool is_suspected = candidate.score >= watch::kListedOnly;
    table.Add(
        {{std::to_string(++rank)},
         {fmt::format("{:.2f}", candidate.score), is_suspected ? Colour::kBold : Colour::kDim},
         {candidate.kind, Colour::kCyan},
         {candidate.name},
         {candidate.what, is_suspected ? Colour::kPlain : Colour::kDim},
         {EvidenceOf(candidate), Colour::kDim}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
  if (ranking.fall) {
    fmt::print("  Accuracy is lower since {}.\n", Time(incident, *ranking.fall));
  } else {
    fmt::print("  Accuracy did not fall in these windows.\n");
  }
  if (!ranking.claims_data_fault) {
    fmt::print("  No column is beyond its threshold: no data fault is claimed.\n");
  }
}

Result<int> Answered(const Arguments& arguments, const std::string& body,
                     const std::function<void(const native::IncidentMessage&)>& say) {
  if (arguments.json) {
    fmt::print("{}\n", body);
  } else {
    say(TRY(Understood<native::IncidentAnswer>(body)).incident);
  }
  return 0;
}

}  // namespace

Result<int> ListIncidents(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string body =
      TRY(Ask(server, arguments, "incidents",
              {{"limit", fmt::format("{}", arguments.limit.value_or(kShown))}}));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::IncidentsAnswer>(body));
  Table table({{.title = "NUMBER", .right = true},
               {.title = "STATE"},
               {.title = "MONITOR", .shrinks = true},
               {.title = "AT", .right = true},
               {.title = "ALERTS", .shrinks = true},
               {.title = "FIRST SUSPECT", .shrinks = true},
               {.title = "CAUSE", .shrinks = true},
               {.title = "OPENED"}});
  const std::int64_t now_ms = io::SystemClock().NowMs();
  for (const auto& incident : answer.incidents) {
    table.Add({{std::to_string(incident.number)},
               {incident.state, incident.state == "open" ? Colour::kRed : Colour::kGreen},
               {incident.monitor, Colour::kCyan},
               {Time(incident, incident.window)},
               {Rules(incident)},
               {Suspect(incident)},
               {incident.cause},
               {Ago(incident.opened_ms, now_ms), Colour::kDim}});
  }
  if (table.empty()) fmt::print(stderr, "There are no incidents.\n");
  fmt::print("{}", table.Text(ScreenOfOutput()));
  if (answer.has_more) SayMore(arguments);
  return 0;
}

Result<int> ShowIncident(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(Ask(server, arguments, PathOf(arguments)));
  return Answered(arguments, body, [](const native::IncidentMessage& incident) {
    PrintFacts(incident);
    PrintAlerts(incident);
    PrintRanking(incident);
  });
}

Result<int> AcknowledgeIncident(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string body =
      TRY(Tell(server, arguments, http::Method::kPost, PathOf(arguments, "/ack"), "{}"));
  return Answered(arguments, body, [](const native::IncidentMessage& incident) {
    fmt::print("Incident {} is acknowledged, {} after it was opened.\n", incident.number,
               Duration(incident.acked_ms.value_or(0) - incident.opened_ms));
  });
}

Result<int> SetCause(const Arguments& arguments) {
  if (arguments.rank.has_value() == !arguments.message.empty()) {
    return Fail(Code::kInvalidArgument, "say either --rank or --text");
  }
  const Server server = TRY(FindServer(arguments));
  const native::CauseOfIncident cause{.rank = arguments.rank, .text = arguments.message};
  const std::string body =
      TRY(Tell(server, arguments, http::Method::kPost, PathOf(arguments, "/cause"),
               schema::ToJson(cause, schema::EmptyLists::kOmit)));
  return Answered(arguments, body, [](const native::IncidentMessage& incident) {
    fmt::print("The cause of incident {} is: {}. It was {}among the first three candidates.\n",
               incident.number, Clean(incident.cause), incident.cause_in_top_three ? "" : "not ");
  });
}

Result<int> CloseIncident(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(
      Tell(server, arguments, http::Method::kPost, PathOf(arguments, "/close"),
           schema::ToJson(native::CloseOfIncident{arguments.message}, schema::EmptyLists::kOmit)));
  return Answered(arguments, body, [](const native::IncidentMessage& incident) {
    fmt::print("Incident {} is closed, {} after it was opened.\n", incident.number,
               Duration(incident.closed_ms.value_or(0) - incident.opened_ms));
    for (const auto& alert : incident.alerts) {
      if (alert.state == "firing") fmt::print("{} still fires.\n", Clean(RuleOf(alert)));
    }
  });
}

}  // namespace galley::cli
