#include "app/cli/report_effects.h"

#include <cmath>

#include <fmt/core.h>

namespace galley::cli {
namespace {

using ledger::Report;

constexpr std::string_view kNotKnown = "n/a";

std::string Usd(const std::optional<double>& value) {
  return value ? fmt::format("{:.6f} USD", *value) : std::string(kNotKnown);
}
std::string Cpu(std::int64_t ms) {
  return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000);
}

/// A measured value in its unit.
std::string InUnit(const std::optional<double>& value, const std::string& unit) {
  constexpr double kWholeMs = 1000;
  if (!value) return std::string(kNotKnown);
  if (unit == "ratio") return fmt::format("{:.3f} %", *value * 100);
  if (unit == "ms" && *value >= kWholeMs) return Duration(std::llround(*value));
  return fmt::format("{} {}", Number(*value), unit);
}

std::string Took(const std::optional<std::int64_t>& ms) {
  return ms ? Duration(*ms) : std::string();
}

}  // namespace

ReportSection CostSection(const Report& report) {
  const auto& cost = report.cost;
  ReportSection section{.title = "7. What it cost"};
  section.lines.push_back(fmt::format(
      "CPU of all pipeline runs of the project: {}; stored: {} = {:.0f} byte hours, from when each "
      "file came until now. Not counted: servers, the database, logs, datasets of files.",
      Cpu(cost.cpu_ms), Bytes(cost.bytes), cost.byte_hours));
  section.lines.push_back(fmt::format("Price: {} (CPU {}, storage {})", Usd(cost.usd),
                                      Usd(cost.cpu_usd), Usd(cost.storage_usd)));
  if (cost.labels) {
    section.lines.push_back("Cost as labelled, of what was served: " + Number(*cost.labels));
  }
  if (cost.has_more_runs) section.lines.emplace_back("Older runs are left out.");
  ReportTable runs{.title = "Pipeline runs",
                   .columns = {{.title = "RUN", .right = true},
                               {.title = "PIPELINE"},
                               {.title = "BECAUSE", .shrinks = true},
                               {.title = "STATE"},
                               {.title = "ATTEMPTS", .right = true},
                               {.title = "CPU", .right = true},
                               {.title = "ID"}},
                   .rows = {}};
  for (const auto& run : cost.runs) {
    runs.rows.push_back({{std::to_string(run.run)},
                         {run.pipeline},
                         {run.trigger},
                         {run.state},
                         {std::to_string(run.attempts)},
                         {Cpu(run.cpu_ms)},
                         {run.run_id, Colour::kDim}});
  }
  if (!runs.rows.empty()) section.tables.push_back(std::move(runs));
  ReportTable stored{.title = "Stored",
                     .columns = {{.title = "WHAT"},
                                 {.title = "FILES", .right = true},
                                 {.title = "SIZE", .right = true},
                                 {.title = "BYTE HOURS", .right = true}},
                     .rows = {}};
  for (const auto& it : cost.stored) {
    stored.rows.push_back({{it.what},
                           {std::to_string(it.files)},
                           {Bytes(it.bytes)},
                           {fmt::format("{:.0f}", it.byte_hours)}});
  }
  if (!stored.rows.empty()) section.tables.push_back(std::move(stored));
  return section;
}

ReportSection LoopSection(const Report& report) {
  ReportSection section{.title = "8. How long each step took"};
  if (report.loops.empty()) {
    section.lines.emplace_back("No alert has started a run, and nothing was rolled out.");
  }
  for (const auto& loop : report.loops) {
    ReportTable table{.title = loop.name,
                      .columns = {{.title = "STEP"},
                                  {.title = "EVENT"},
                                  {.title = "WHEN"},
                                  {.title = "WINDOW", .right = true},
                                  {.title = "TOOK", .right = true},
                                  {.title = "WINDOWS", .right = true}},
                      .rows = {}};
    for (const auto& step : loop.steps) {
      table.rows.push_back({{step.step},
                            {step.event ? fmt::format("#{}", *step.event) : "", Colour::kDim},
                            {step.at_ms ? Date(*step.at_ms) : ""},
                            {WindowText(report, step.window)},
                            {Took(step.took_ms)},
                            {step.took_windows ? std::to_string(*step.took_windows) : ""}});
    }
    section.tables.push_back(std::move(table));
  }
  return section;
}

ReportSection EffectSection(const Report& report) {
  ReportSection section{.title = "9. Effects"};
  section.lines.emplace_back(
      "What was measured here; of several samples the median. 'Before' is the user's, or n/a.");
  ReportTable table{.columns = {{.title = "EFFECT"},
                                {.title = "SEEN BY"},
                                {.title = "BEFORE", .right = true},
                                {.title = "GOAL", .right = true},
                                {.title = "MEASURED", .right = true},
                                {.title = "P90", .right = true},
                                {.title = "SAMPLES", .right = true},
                                {.title = "EVENTS", .shrinks = true}},
                    .rows = {}};
  for (const auto& effect : report.effects) {
    std::string events;
    for (const auto event : effect.events) {
      events += fmt::format("{}#{}", events.empty() ? "" : " ", event);
    }
    table.rows.push_back({{effect.name},
                          {effect.seen_by},
                          {InUnit(effect.before, effect.unit)},
                          {effect.goal.empty() ? "" : effect.goal, Colour::kDim},
                          {InUnit(effect.value, effect.unit)},
                          {effect.p90 ? InUnit(effect.p90, effect.unit) : ""},
                          {std::to_string(effect.samples)},
                          {events, Colour::kDim}});
  }
  section.tables.push_back(std::move(table));
  return section;
}

}  // namespace galley::cli
