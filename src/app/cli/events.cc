#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/print.h"
#include "foundation/base/id.h"
#include "foundation/io/clock.h"
#include "protocol/control/native/messages.h"

namespace galley::cli {
namespace {

constexpr std::int64_t kShown = 20;

void Print(const native::EventsAnswer& answer) {
  Table table({{.title = "NUMBER", .right = true},
               {.title = "WHEN"},
               {.title = "WHAT"},
               {.title = "SUBJECT", .shrinks = true},
               {.title = "WHO"},
               {.title = "DETAIL", .shrinks = true}});
  const std::int64_t now_ms = io::SystemClock().NowMs();
  std::vector<std::string> ids;
  for (const native::Event& event : answer.events) {
    if (Id::Parse(event.subject)) ids.push_back(event.subject);
  }
  const std::size_t digits = ShortIdDigits(ids);
  for (const native::Event& event : answer.events) {
    const bool is_id = Id::Parse(event.subject).has_value();
    table.Add({{fmt::format("{}", event.sequence), Colour::kDim},
               {Ago(event.at_ms, now_ms)},
               {event.kind, Colour::kBold},
               {is_id ? event.subject.substr(0, digits) : event.subject},
               {event.actor},
               {event.detail.text == "{}" ? "" : event.detail.text, Colour::kDim}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

}  // namespace

Result<int> ListEvents(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  Parameters parameters{{"limit", fmt::format("{}", arguments.limit.value_or(kShown))}};
  if (!arguments.subject.empty()) parameters.emplace_back("subject", arguments.subject);
  const std::string body = TRY(Ask(server, arguments, "events", parameters));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::EventsAnswer>(body));
  if (!answer.events.empty()) {
    Print(answer);
  } else if (arguments.subject.empty()) {
    fmt::print(stderr, "Nothing has happened yet in project '{}'.\n", arguments.project);
  } else {
    fmt::print(stderr,
               "There are no events of '{}'. A subject is a whole id, the first digits of a run's "
               "id, or an artifact's path; 'galley event list' shows what happened last.\n",
               Clean(arguments.subject));
  }
  if (answer.has_more) SayMore(arguments);
  return 0;
}

}  // namespace galley::cli
