#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/model_at.h"
#include "app/cli/print.h"
#include "app/cli/project_file.h"
#include "domain/observe/drift.h"
#include "domain/observe/monitor.h"
#include "foundation/http/url.h"
#include "foundation/io/clock.h"
#include "foundation/io/file.h"
#include "foundation/schema/encode.h"
#include "protocol/control/native/monitor_messages.h"

namespace galley::cli {
namespace {

constexpr std::size_t kShortDigest = 12;

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
  return state == "complete" || state == "closed" ? Colour::kGreen : Colour::kYellow;
}

std::string ModelOf(const std::string& model, std::int64_t version, const std::string& variant) {
  return model.empty() ? variant : fmt::format("{}@{}", model, version);
}

std::string ConversionOf(const native::MeasuredWindow& window) {
  if (!window.conversion || !window.conversion_low || !window.conversion_high) return "–";
  return fmt::format("{:.1f} % ({:.1f}–{:.1f})", *window.conversion * 100,
                     *window.conversion_low * 100, *window.conversion_high * 100);
}

/// What a monitor measures that not every one does.
struct Extra {
  bool arm = false;
  bool conversion = false;
  bool cost = false;
};

std::vector<Column> ColumnsOf(const std::string& slice, const Extra& extra) {
  std::vector<Column> columns = {{.title = slice.empty() ? "WINDOW" : slice, .shrinks = true},
                                 {.title = "MODEL", .shrinks = true},
                                 {.title = "PREDICTIONS", .right = true},
                                 {.title = "LABELS", .right = true},
                                 {.title = "ACCURACY", .right = true},
                                 {.title = "95 %"},
                                 {.title = "BAL. ACC", .right = true},
                                 {.title = "LOG LOSS", .right = true},
                                 {.title = "YES", .right = true}};
  if (extra.conversion) columns.push_back({.title = "CONVERSION", .right = true});
  if (extra.cost) columns.push_back({.title = "COST", .right = true});
  if (extra.arm) columns.push_back({.title = "ARM"});
  columns.push_back({.title = "STATE"});
  return columns;
}

std::vector<Cell> CellsOf(const native::MeasuredWindow& window, bool is_slice, const Extra& extra) {
  const std::string place = is_slice ? window.value.value_or("")
                                     : fmt::format("{}–{}", Number(window.from), Number(window.to));
  std::vector<Cell> cells = {{place, Colour::kCyan},
                             {ModelOf(window.model, window.version, window.variant)},
                             {std::to_string(window.predictions)},
                             {Percent(window.coverage)},
                             {Optional(window.accuracy)},
                             {Interval(window), Colour::kDim},
                             {Optional(window.balanced_accuracy)},
                             {Optional(window.log_loss)},
                             {Percent(window.base_rate)}};
  if (extra.conversion) cells.push_back({ConversionOf(window)});
  if (extra.cost) cells.push_back({Optional(window.cost)});
  if (extra.arm) cells.push_back({window.arm});
  cells.push_back({window.state, ColourOfState(window.state)});
  return cells;
}

void PrintSource(const native::MonitorReference& reference) {
  std::string from = "a file";
  if (reference.dataset) {
    from = fmt::format("dataset {}@{}", Clean(*reference.dataset), reference.version.value_or(0));
  } else if (reference.from && reference.to) {
    from = fmt::format("requests of {}–{}", Number(*reference.from), Number(*reference.to));
  }
  fmt::print("Reference: {}, {} rows, {} {}\n", from, reference.rows,
             reference.digest ? "digest" : "SHA-256",
             reference.digest.value_or(reference.sha256).substr(0, kShortDigest));
}

void PrintWindows(const native::WindowsAnswer& answer, const Arguments& arguments) {
  const auto& monitor = answer.monitor;
  PrintTitle(fmt::format("Monitor {}: endpoint {}", monitor.name, monitor.settings.endpoint));
  if (monitor.reference) PrintSource(*monitor.reference);
  if (answer.windows.empty()) {
    fmt::print(stderr, "No prediction was made since it is in force{}.\n",
               arguments.arm == "mirrored" ? " that nobody got" : "");
    return;
  }
  const Extra extra{.arm = arguments.arm != "served",
                    .conversion = !monitor.settings.conversion.empty(),
                    .cost = !monitor.settings.cost.empty()};
  Table table(ColumnsOf(arguments.slice, extra), 2);
  for (const native::MeasuredWindow& window : answer.windows) {
    table.Add(CellsOf(window, !arguments.slice.empty(), extra));
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
  if (monitor.closed_through) {
    fmt::print("Windows up to {} are closed.\n", Number(*monitor.closed_through));
  }
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

std::string_view NameOfMeasure(std::string_view measure) {
  if (measure == "ks") return "Kolmogorov-Smirnov distance";
  if (measure == "js") return "Jensen-Shannon distance";
  if (measure == "wasserstein") return "Wasserstein distance in standard deviations";
  return "population stability index";
}

void PrintDrift(const native::DriftAnswer& answer) {
  PrintTitle(fmt::format("Drift of monitor {}: {} of {} windows together", answer.monitor,
                         NameOfMeasure(answer.measure), answer.span));
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
      row.push_back({fmt::format("{}{:.3f}", value.beyond ? "> " : "", value.distance),
                     value.beyond ? Colour::kRed : Colour::kPlain});
      if (value.alarm) alarm += (alarm.empty() ? "" : ", ") + value.column;
    }
    if (window.state == "open") alarm += alarm.empty() ? "(open)" : " (open)";
    row.push_back({alarm, Colour::kRed});
    table.Add(std::move(row));
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

void PrintComparison(const native::ComparisonAnswer& answer) {
  if (!answer.champion || !answer.challenger) {
    fmt::print(stderr, "No row with a label was predicted by two variants.\n");
    return;
  }
  const auto named = [](const native::ComparedVariant& it) {
    return ModelOf(it.model, it.version, it.variant);
  };
  PrintTitle(fmt::format("Monitor {}: challenger {} against champion {}; above 0 it is better",
                         answer.monitor, named(*answer.challenger), named(*answer.champion)));
  Table table({{.title = "WINDOW"},
               {.title = "BLOCKS", .right = true},
               {.title = "ROWS", .right = true},
               {.title = "SUM", .right = true},
               {.title = "MEAN", .right = true},
               {.title = "BETTER IN", .right = true},
               {.title = "STATE"}},
              2);
  for (const native::ComparedWindow& window : answer.windows) {
    const auto better = std::ranges::count_if(
        window.blocks, [](const native::ComparedBlock& block) { return block.sum > 0; });
    table.Add({{fmt::format("{}–{}", Number(window.from), Number(window.to)), Colour::kCyan},
               {std::to_string(window.blocks.size())},
               {std::to_string(window.rows)},
               {fmt::format("{:+.3f}", window.sum)},
               {fmt::format("{:+.4f}", window.sum / static_cast<double>(window.rows))},
               {std::to_string(better)},
               {window.state, ColourOfState(window.state)}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

void PrintTraffic(const native::TrafficAnswer& answer) {
  Table table({{.title = "MODEL", .shrinks = true},
               {.title = "VARIANT", .shrinks = true},
               {.title = "REQUESTS", .right = true},
               {.title = "ERRORS", .right = true},
               {.title = "DEGRADED", .right = true},
               {.title = "P50 MS", .right = true},
               {.title = "P99 MS", .right = true}});
  for (const native::TrafficOfVariant& it : answer.variants) {
    const std::string model = it.variant.empty() ? "(none)" : ModelOf(it.model, it.version, "–");
    table.Add({{model, Colour::kCyan},
               {it.variant, Colour::kDim},
               {std::to_string(it.requests)},
               {it.error_ratio ? fmt::format("{:.2f} %", *it.error_ratio * 100) : "–"},
               {std::to_string(it.degraded)},
               {Optional(it.p50_ms)},
               {Optional(it.p99_ms)}});
  }
  if (table.empty()) {
    fmt::print(stderr, "Nobody asked the endpoint {} in that time.\n", Clean(answer.endpoint));
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

}  // namespace

Result<int> CompareVariants(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  Parameters parameters = {{"last", std::to_string(arguments.limit.value_or(20))}};
  if (!arguments.champion.empty()) parameters.emplace_back("champion", arguments.champion);
  if (!arguments.challenger.empty()) parameters.emplace_back("challenger", arguments.challenger);
  const std::string body =
      TRY(Ask(server, arguments, PathOf(arguments.id) + "/compare", parameters));
  if (arguments.json) {
    fmt::print("{}\n", body);
  } else {
    PrintComparison(TRY(Understood<native::ComparisonAnswer>(body)));
  }
  return 0;
}

Result<int> ShowTraffic(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string path = "endpoints/" + http::PercentEncode(arguments.id) + "/traffic";
  const std::string body =
      TRY(Ask(server, arguments, path, {{"minutes", std::to_string(arguments.minutes)}}));
  if (arguments.json) {
    fmt::print("{}\n", body);
  } else {
    PrintTraffic(TRY(Understood<native::TrafficAnswer>(body)));
  }
  return 0;
}

namespace {

/// Tells people who wait what for, from the first second on, until it is gone.
class Waiting {
 public:
  explicit Waiting(std::string what)
      : thread_([this, what = std::move(what)](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          const auto stopped = [&stop] { return stop.stop_requested(); };
          for (int seconds = 1;; seconds += kPause) {
            const auto pause = std::chrono::seconds(seconds == 1 ? 1 : kPause);
            if (changed_.wait_for(lock, stop, pause, stopped)) return;
            fmt::print(stderr, "{} ... {} s\n", what, seconds);
          }
        }) {}

 private:
  static constexpr int kPause = 5;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread thread_;  // The last: it uses the others.
};

Result<int> ReferToDataset(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  native::SetReference message{
      .from = {}, .to = {}, .dataset = arguments.dataset, .model = {}, .version = {}};
  if (!arguments.model.empty()) {
    const ModelAt model = TRY(ParseModelAt(arguments.model));
    message.model = model.model;
    message.version = std::strtoll(model.version.c_str(), nullptr, 10);
  }
  const Waiting waiting(fmt::format("Reading the rows of {}", Clean(arguments.dataset)));
  const std::string body =
      TRY(Tell(server, arguments, http::Method::kPost, PathOf(arguments.id) + "/reference",
               schema::ToJson(message, schema::EmptyLists::kWrite)));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::ReferenceAnswer>(body));
  PrintTitle(fmt::format("Reference of {}: {}@{}", answer.monitor, answer.dataset.value_or(""),
                         answer.version.value_or(0)));
  Table table({{.title = "COLUMN", .shrinks = true},
               {.title = "ROWS", .right = true},
               {.title = "BLOCKS", .right = true},
               {.title = "THRESHOLD", .right = true}},
              2);
  for (const native::ReferenceColumn& column : answer.columns) {
    table.Add({{column.column, Colour::kCyan},
               {std::to_string(answer.rows)},
               {std::to_string(column.blocks)},
               {Number(column.threshold)}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
  return 0;
}

}  // namespace

Result<int> SetReference(const Arguments& arguments) {
  if (!arguments.dataset.empty()) return ReferToDataset(arguments);
  if (arguments.file == Arguments().file) {
    return Fail(Code::kInvalidArgument, "give --dataset NAME@VERSION or --file ROWS.csv");
  }
  const Server server = TRY(FindServer(arguments));
  std::string rows = TRY(io::ReadFile(arguments.file, observe::kReferenceBytesMax));
  std::string path = PathOf(arguments.id) + "/reference";
  if (!arguments.model.empty()) {
    const ModelAt model = TRY(ParseModelAt(arguments.model));
    path += fmt::format("?model={}&version={}", http::PercentEncode(model.model), model.version);
  }
  const std::string body = TRY(Tell(server, arguments, http::Method::kPut, path, std::move(rows)));
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
    return Fail(Code::kFailedPrecondition,
                "the monitor '{}' has no reference yet: galley monitor reference {} --dataset "
                "NAME@VERSION, or --file ROWS.csv",
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
                           {"last", std::to_string(arguments.limit.value_or(20))},
                           {"arm", arguments.arm}};
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
  PrintWindows(answer, arguments);
  return 0;
}

Result<int> RemoveMonitor(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string body =
      TRY(Tell(server, arguments, http::Method::kDelete, PathOf(arguments.id), ""));
  SayDone(arguments, body, fmt::format("Monitor {} is removed.", arguments.id));
  return 0;
}

}  // namespace galley::cli
