#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/print.h"
#include "app/cli/project_file.h"
#include "domain/watch/rule.h"
#include "foundation/http/url.h"
#include "foundation/io/clock.h"
#include "foundation/schema/encode.h"
#include "protocol/control/native/alert_messages.h"

namespace galley::cli {
namespace {

/// Null if the file has no `alerts`.
const yaml::Node* AlertsIn(const yaml::Document& document) {
  const yaml::Node* all = document.root.Find("alerts");
  return all == nullptr || all->kind == yaml::Kind::kNull ? nullptr : all;
}

Result<native::SetAlerts> ReadRules(const std::string& path) {
  const yaml::Document document = TRY(ReadProjectFile(path));
  native::SetAlerts alerts;
  const yaml::Node* all = AlertsIn(document);
  if (all == nullptr) return alerts;
  if (all->kind != yaml::Kind::kMap) {
    return std::unexpected(
        yaml::ErrorAt(document, all->place, "'alerts' must be a mapping of names"));
  }
  for (const auto& [name, place, node] : all->entries) {
    alerts.rules.push_back(
        {name, TRY(watch::ReadRule(document, node, fmt::format("alerts.{}", name)))});
  }
  return alerts;
}

/// What `--defaults` asks for: there must be no rules in a file here.
Result<native::SetAlerts> Defaults(const Arguments& arguments) {
  if (arguments.dry_run) {
    return Fail(Code::kInvalidArgument, "--dry-run checks a file, and --defaults reads none");
  }
  const auto document = ReadProjectFile(arguments.file);
  if (!document && document.error().code != Code::kNotFound) {
    return std::unexpected(document.error());
  }
  if (document && AlertsIn(*document) != nullptr) {
    return Fail(Code::kInvalidArgument,
                "'{}' has 'alerts', which 'galley alert apply' puts in force; --defaults is for "
                "projects without",
                arguments.file);
  }
  return native::SetAlerts{.rules = {}, .defaults = true};
}

std::string PathOf(const std::string& name) {
  return "alerts/" + http::PercentEncode(name);
}

std::string Optional(const std::optional<double>& value) {
  return value ? Number(*value) : "–";
}

Colour ColourOfState(std::string_view state) {
  if (state == "firing") return Colour::kRed;
  return state == "pending" ? Colour::kYellow : Colour::kGreen;
}

std::string SubjectOf(const native::AlertMessage& alert) {
  return alert.settings.monitor.empty() ? alert.settings.endpoint : alert.settings.monitor;
}

/// `accuracy`, `drift of feat`
std::string NameOf(const native::AlertMessage& alert) {
  return alert.column.empty() ? alert.rule : fmt::format("{} of {}", alert.rule, alert.column);
}

/// Since when the state is as it is: a window's number, else a time.
std::string Since(const native::AlertMessage& alert, std::int64_t now_ms) {
  const bool is_over = alert.state == "resolved";
  const auto window = is_over ? alert.resolved_window : alert.active_window;
  if (window) return fmt::format("window {}", *window);
  const auto at_ms = is_over ? alert.resolved_ms : alert.active_ms;
  return at_ms ? Ago(*at_ms, now_ms) : "–";
}

std::string Seen(const native::AlertMessage& alert, std::int64_t now_ms) {
  if (!alert.at_ms) return "not evaluated yet";
  const std::string when =
      alert.window ? fmt::format("window {}", *alert.window) : Ago(*alert.at_ms, now_ms);
  return alert.seen == "hit" || alert.seen == "miss" ? when
                                                     : fmt::format("{} ({})", when, alert.seen);
}

void PrintAlerts(const std::vector<native::AlertMessage>& alerts, int indent) {
  Table table({{.title = "ALERT", .shrinks = true},
               {.title = "OF", .shrinks = true},
               {.title = "STATE"},
               {.title = "SINCE"},
               {.title = "VALUE", .right = true},
               {.title = "LIMIT", .right = true},
               {.title = "SAMPLE", .right = true},
               {.title = "EVALUATED"},
               {.title = "EXPRESSION", .shrinks = true}},
              indent);
  const std::int64_t now_ms = io::SystemClock().NowMs();
  for (const native::AlertMessage& alert : alerts) {
    table.Add({{NameOf(alert), Colour::kCyan},
               {SubjectOf(alert)},
               {alert.state, ColourOfState(alert.state)},
               {Since(alert, now_ms)},
               {Optional(alert.value)},
               {Optional(alert.limit)},
               {std::to_string(alert.sample)},
               {Seen(alert, now_ms), Colour::kDim},
               {alert.settings.expr, Colour::kDim}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

/// A window's number, else a time.
std::string Moment(const std::optional<std::int64_t>& window,
                   const std::optional<std::int64_t>& at_ms) {
  if (window) return std::to_string(*window);
  return at_ms ? Date(*at_ms) : "–";
}

void PrintPast(const std::vector<native::AlertMessage>& alerts, int indent) {
  Table table({{.title = "ALERT", .shrinks = true},
               {.title = "OF", .shrinks = true},
               {.title = "HELD FROM"},
               {.title = "FIRED"},
               {.title = "RESOLVED"},
               {.title = "VALUE", .right = true},
               {.title = "LIMIT", .right = true},
               {.title = "WHY IT ENDED", .shrinks = true}},
              indent);
  for (const native::AlertMessage& alert : alerts) {
    table.Add(
        {{NameOf(alert), Colour::kCyan},
         {SubjectOf(alert)},
         {Moment(alert.active_window, alert.active_ms)},
         {Moment(alert.fired_window, alert.fired_ms)},
         {alert.state == "resolved" ? Moment(alert.resolved_window, alert.resolved_ms) : "firing",
          alert.state == "resolved" ? Colour::kPlain : Colour::kRed},
         {Optional(alert.value)},
         {Optional(alert.limit)},
         {alert.reason, Colour::kDim}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

}  // namespace

Result<int> ApplyAlerts(const Arguments& arguments) {
  const auto alerts =
      arguments.defaults ? TRY(Defaults(arguments)) : TRY(ReadRules(arguments.file));
  if (!arguments.defaults && alerts.rules.empty()) {
    return Fail(Code::kNotFound,
                "'{}' has no alerts; see 'galley alert --help', or apply the usual ones with "
                "--defaults",
                arguments.file);
  }
  if (arguments.dry_run) {
    fmt::print("{} rules, nothing is wrong with them.\n", alerts.rules.size());
    return 0;
  }
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(Tell(server, arguments, http::Method::kPut, "alerts",
                                    schema::ToJson(alerts, schema::EmptyLists::kWrite)));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::RulesAnswer>(body));
  for (const auto& [name, settings] : answer.rules) {
    fmt::print("{}: {} of {} is in force\n", Clean(name), Clean(settings.expr),
               Clean(settings.monitor.empty() ? settings.endpoint : settings.monitor));
  }
  if (answer.rules.empty()) {
    fmt::print(stderr, "There is no monitor and no endpoint without the usual rules.\n");
  }
  return 0;
}

Result<int> ListAlerts(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  Parameters parameters;
  if (!arguments.monitor.empty()) parameters.emplace_back("monitor", arguments.monitor);
  if (!arguments.state.empty()) parameters.emplace_back("state", arguments.state);
  const std::string body = TRY(Ask(server, arguments, "alerts", parameters));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::AlertsAnswer>(body));
  if (answer.alerts.empty()) {
    fmt::print(stderr, "{}\n",
               parameters.empty()
                   ? "There are no rules; 'galley alert apply' puts those of galley.yaml in force."
                   : "No rule stands so.");
    return 0;
  }
  PrintAlerts(answer.alerts, 0);
  return 0;
}

Result<int> ShowAlert(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(Ask(server, arguments, PathOf(arguments.id)));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::AlertAnswer>(body));
  const watch::RuleSettings& settings = answer.rule.settings;
  PrintTitle(fmt::format("Alert {}: {}", answer.rule.name, settings.expr));
  Table facts = Facts();
  AddFact(facts, settings.monitor.empty() ? "endpoint" : "monitor",
          settings.monitor.empty() ? settings.endpoint : settings.monitor);
  AddFact(facts, "for", Number(settings.hold));
  AddFact(facts, "keep firing for", Number(settings.keep_firing_for));
  AddFact(facts, "no data", settings.no_data);
  if (settings.plan) AddFact(facts, "starts plan", *settings.plan);
  for (const auto& [name, text] : TRY(watch::TextsOf(settings.labels))) AddFact(facts, name, text);
  for (const auto& [name, text] : TRY(watch::TextsOf(settings.annotations))) {
    AddFact(facts, name, text);
  }
  AddFact(facts, "in force since", Date(answer.created_ms));
  fmt::print("{}", facts.Text(ScreenOfOutput()));
  PrintTitle("Now");
  PrintAlerts(answer.alerts, 2);
  if (answer.history.empty()) return 0;
  PrintTitle("Fired");
  PrintPast(answer.history, 2);
  return 0;
}

Result<int> AlertHistory(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  Parameters parameters = {{"limit", std::to_string(arguments.limit.value_or(20))}};
  if (!arguments.id.empty()) parameters.emplace_back("rule", arguments.id);
  const std::string body = TRY(Ask(server, arguments, "alert-history", parameters));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::AlertsAnswer>(body));
  if (answer.alerts.empty()) {
    fmt::print(stderr, "No alert fired yet.\n");
    return 0;
  }
  PrintPast(answer.alerts, 0);
  return 0;
}

Result<int> RemoveAlert(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string body =
      TRY(Tell(server, arguments, http::Method::kDelete, PathOf(arguments.id), ""));
  SayDone(arguments, body, fmt::format("Rule {} is removed.", arguments.id));
  return 0;
}

}  // namespace galley::cli
