#include <algorithm>

#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/print.h"
#include "app/cli/project_file.h"
#include "domain/observe/drift.h"
#include "domain/observe/monitor.h"
#include "foundation/http/url.h"
#include "foundation/io/clock.h"
#include "foundation/io/file.h"
#include "protocol/control/native/monitor_messages.h"

namespace galley::cli {
namespace {

struct Named {
  std::string name;
  observe::MonitorSettings settings;
};

Result<std::vector<Named>> ReadMonitors(const std::string& path) {
  const yaml::Document document = TRY(ReadProjectFile(path));
  std::vector<Named> monitors;
  const yaml::Node* all = document.root.Find("monitors");
  if (all == nullptr || all->kind == yaml::Kind::kNull) return monitors;
  if (all->kind != yaml::Kind::kMap) {
    return std::unexpected(
        yaml::ErrorAt(document, all->place, "'monitors' must be a mapping of names"));
  }
  for (const auto& [name, place, node] : all->entries) {
    monitors.push_back(
        {name, TRY(observe::ReadMonitor(document, node, fmt::format("monitors.{}", name)))});
  }
  return monitors;
}

std::string PathOf(const std::string& name) {
  return "monitors/" + http::PercentEncode(name);
}

std::string Optional(const std::optional<double>& value) {
  return value ? Number(*value) : "–";
}

std::string Percent(const std::optional<double>& value) {
  return value ? fmt::format("{:.1f} %", *value * 100) : "–";
}

std::string Interval(const native::MeasuredWindow& window) {
  if (!window.accuracy_low || !window.accuracy_high) return "";
  return fmt::format("{:.3f}–{:.3f}", *window.accuracy_low, *window.accuracy_high);
}

Colour ColourOfState(std::string_view state) {
  return state == "complete" ? Colour::kGreen : Colour::kYellow;
}

void PrintWindows(const native::WindowsAnswer& answer, const std::string& slice) {
  const auto& monitor = answer.monitor;
  PrintTitle(fmt::format("Monitor {}: endpoint {}", monitor.name, monitor.settings.endpoint));
  if (answer.windows.empty()) {
    fmt::print(stderr, "No prediction was made since it is in force.\n");
    return;
  }
  Table table({{.title = slice.empty() ? "WINDOW" : slice, .shrinks = true},
               {.title = "MODEL", .shrinks = true},
               {.title = "PREDICTIONS", .right = true},
               {.title = "LABELS", .right = true},
               {.title = "ACCURACY", .right = true},
               {.title = "95 %"},
               {.title = "BAL. ACC", .right = true},
               {.title = "LOG LOSS", .right = true},
               {.title = "YES", .right = true},
               {.title = "STATE"}},
              2);
  for (const native::MeasuredWindow& window : answer.windows) {
    const std::string place = slice.empty()
                                  ? fmt::format("{}–{}", Number(window.from), Number(window.to))
                                  : window.value.value_or("");
    table.Add({{place, Colour::kCyan},
               {window.model.empty() ? window.variant
                                     : fmt::format("{}@{}", window.model, window.version)},
               {std::to_string(window.predictions)},
               {Percent(window.coverage)},
               {Optional(window.accuracy)},
               {Interval(window), Colour::kDim},
               {Optional(window.balanced_accuracy)},
               {Optional(window.log_loss)},
               {Percent(window.base_rate)},
               {window.state, ColourOfState(window.state)}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
  if (monitor.without_time > 0) {
    fmt::print("{} rows have no '{}' and are in no window.\n", monitor.without_time,
               Clean(monitor.settings.time));
  }
}

void PrintReference(const native::DriftAnswer& answer) {
  Table table({{.title = "COLUMN", .shrinks = true},
               {.title = "ROWS", .right = true},
               {.title = "BLOCKS", .right = true},
               {.title = "THRESHOLD", .right = true}},
              2);
  for (const native::DriftColumn& column : answer.reference) {
    table.Add({{column.column, Colour::kCyan},
               {std::to_string(column.rows)},
               {std::to_string(column.blocks)},
               {Number(column.threshold)}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

void PrintDrift(const native::DriftAnswer& answer) {
  PrintTitle(fmt::format("Drift of monitor {}: population stability index of {} windows together",
                         answer.monitor, answer.span));
  std::vector<Column> columns = {{.title = "WINDOW"}, {.title = "ROWS", .right = true}};
  for (const native::DriftColumn& column : answer.reference) {
    columns.push_back({.title = column.column, .right = true});
  }
  columns.push_back({.title = "ALARM"});
  Table table(std::move(columns), 2);
  std::vector<Cell> limits = {{"threshold", Colour::kDim}, {}};
  for (const native::DriftColumn& column : answer.reference) {
    limits.push_back({fmt::format("{:.3f}", column.threshold), Colour::kDim});
  }
  limits.emplace_back();
  table.Add(std::move(limits));
  for (const native::DriftWindow& window : answer.windows) {
    std::vector<Cell> row = {{fmt::format("{}–{}", Number(window.from), Number(window.to))},
                             {std::to_string(window.rows)}};
    std::string alarm;
    for (const native::DriftValue& value : window.columns) {
      row.push_back({fmt::format("{}{:.3f}", value.beyond ? "> " : "", value.psi),
                     value.beyond ? Colour::kRed : Colour::kPlain});
      if (value.alarm) alarm += (alarm.empty() ? "" : ", ") + value.column;
    }
    if (window.state == "open") alarm += alarm.empty() ? "(open)" : " (open)";
    row.push_back({alarm, Colour::kRed});
    table.Add(std::move(row));
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

}  // namespace

Result<int> SetReference(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  std::string rows = TRY(io::ReadFile(arguments.file, observe::kReferenceBytesMax));
  const std::string body = TRY(Tell(server, arguments, http::Method::kPut,
                                    PathOf(arguments.id) + "/reference", std::move(rows)));
  if (arguments.json) {
    fmt::print("{}\n", body);
  } else {
    PrintReference(TRY(Understood<native::DriftAnswer>(body)));
  }
  return 0;
}

Result<int> ShowDrift(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(Ask(server, arguments, PathOf(arguments.id) + "/drift",
                                   {{"last", std::to_string(arguments.limit.value_or(20))}}));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::DriftAnswer>(body));
  if (answer.reference.empty()) {
    return Fail(
        Code::kFailedPrecondition,
        "the monitor '{}' has no reference yet: galley monitor reference {} --file ROWS.csv",
        answer.monitor, answer.monitor);
  }
  PrintDrift(answer);
  return 0;
}

Result<int> ApplyMonitors(const Arguments& arguments) {
  const auto monitors = TRY(ReadMonitors(arguments.file));
  if (monitors.empty()) {
    return Fail(Code::kNotFound, "'{}' has no monitors; see 'galley monitor --help'",
                arguments.file);
  }
  if (arguments.dry_run) {
    fmt::print("{} monitors, nothing is wrong with them.\n", monitors.size());
    return 0;
  }
  const Server server = TRY(FindServer(arguments));
  for (const auto& [name, settings] : monitors) {
    TRY(Tell(server, arguments, http::Method::kPut, PathOf(name), observe::SettingsJson(settings)));
    fmt::print("{}: endpoint {} is measured\n", Clean(name), Clean(settings.endpoint));
  }
  return 0;
}

Result<int> ListMonitors(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(Ask(server, arguments, "monitors"));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  Table table({{.title = "NAME", .shrinks = true},
               {.title = "ENDPOINT"},
               {.title = "TIME"},
               {.title = "WINDOW", .right = true},
               {.title = "NEWEST", .right = true},
               {.title = "WATERMARK", .right = true},
               {.title = "SINCE"}});
  const std::int64_t now_ms = io::SystemClock().NowMs();
  for (const auto& it : TRY(Understood<native::MonitorsAnswer>(body)).monitors) {
    table.Add({{it.name, Colour::kCyan},
               {it.settings.endpoint},
               {it.settings.time.empty() ? "when asked" : it.settings.time},
               {Number(it.settings.width())},
               {Optional(it.newest)},
               {Optional(it.watermark)},
               {Ago(it.created_ms, now_ms), Colour::kDim}});
  }
  if (table.empty()) {
    fmt::print(stderr,
               "There are no monitors; 'galley monitor apply' puts those of galley.yaml in "
               "force.\n");
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
  return 0;
}

Result<int> ShowMonitor(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  Parameters parameters = {{"span", std::to_string(arguments.span)},
                           {"last", std::to_string(arguments.limit.value_or(20))}};
  if (!arguments.slice.empty()) parameters.emplace_back("slice", arguments.slice);
  const std::string body =
      TRY(Ask(server, arguments, PathOf(arguments.id) + "/windows", parameters));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  auto answer = TRY(Understood<native::WindowsAnswer>(body));
  if (!arguments.slice.empty()) {  // The worst first.
    std::ranges::sort(answer.windows, {}, [](const native::MeasuredWindow& window) {
      return window.accuracy.value_or(2);
    });
  }
  PrintWindows(answer, arguments.slice);
  return 0;
}

Result<int> RemoveMonitor(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  TRY(Tell(server, arguments, http::Method::kDelete, PathOf(arguments.id), ""));
  fmt::print("Monitor {} is removed.\n", Clean(arguments.id));
  return 0;
}

}  // namespace galley::cli
