#include "app/cli/report_sections.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "app/cli/report_effects.h"

namespace galley::cli {
namespace {

using ledger::Report;

constexpr std::string_view kNone = "–";
constexpr double kPoints = 100;
constexpr std::size_t kCausesShown = 8;
constexpr std::size_t kIdDigits = 12;

std::string Share(const std::optional<double>& value) {
  return value ? fmt::format("{:.4f}", *value) : std::string(kNone);
}
std::string Value(const std::optional<double>& value) {
  return value ? Number(*value) : std::string(kNone);
}
std::string Interval(const std::optional<double>& low, const std::optional<double>& high) {
  return low && high ? fmt::format("[{:.4f}, {:.4f}]", *low, *high) : std::string();
}
std::string Points(const ledger::Ratio& ratio) {
  if (!ratio.value) return "n/a";
  std::string text = fmt::format("{:+.2f} points", *ratio.value * kPoints);
  if (ratio.low && ratio.high) {
    text += fmt::format(" [{:+.2f}, {:+.2f}]", *ratio.low * kPoints, *ratio.high * kPoints);
  }
  return text;
}
std::string EventText(std::optional<std::int64_t> event) {
  return event ? fmt::format("#{}", *event) : std::string();
}
std::string Short(const std::string& id) {
  return id.substr(0, kIdDigits);
}
std::string Cpu(std::int64_t ms) {
  return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000);
}

void Add(ReportSection& section, ReportTable table) {
  if (!table.rows.empty()) section.tables.push_back(std::move(table));
}

ReportSection Summary(const Report& report) {
  ReportSection section;
  if (!report.note.empty()) section.lines.push_back(report.note);
  if (report.monitor.empty()) {
    section.lines.emplace_back("No monitor measures this endpoint: how good it was is not known.");
    return section;
  }
  for (const ledger::Arm& arm : report.arms) {
    const bool is_served = &arm == &report.arms.front();
    if (!is_served && !arm.is_first) continue;
    section.lines.push_back(fmt::format(
        "{}: accuracy {} {}, balanced accuracy {}, over {} labels in {} windows",
        is_served ? "What callers got" : "The first version, " + arm.name, Share(arm.accuracy),
        Interval(arm.low, arm.high), Share(arm.balanced_accuracy), arm.labels, arm.points.size()));
  }
  const auto& gain = report.gain;
  section.lines.push_back(gain.difference.value
                              ? fmt::format("Gain over the first version since the first "
                                            "promotion ({}): {}",
                                            SpanText(report, gain.difference),
                                            Points(gain.difference))
                              : fmt::format("Gain over the first version: n/a, {}", gain.missing));
  const auto& left = report.not_cured;
  section.lines.push_back(
      fmt::format("Not cured: {} alerts fire, {} fired since the last promotion; accuracy since "
                  "then below that before the first alert: {}",
                  left.still_firing.size(), left.fired_again.size(),
                  left.gap.value ? Points(left.gap) : "n/a, " + left.missing));
  return section;
}

std::string DatasetsText(const ledger::TrainedVersion& trained) {
  std::string text;
  for (const auto& used : trained.datasets) {
    text += fmt::format("{}{}@{}", text.empty() ? "" : ", ", used.name, used.version);
  }
  return text;
}

ReportTable RulesOf(const ledger::TrainedVersion& trained) {
  const auto& gate = *trained.gate;
  ReportTable table{
      .title = fmt::format("Gate '{}' of run {} {} (event {}, job {}): {}", gate.job,
                           trained.run.value_or(0), gate.passed ? "let pass" : "refused",
                           EventText(trained.gate_event), trained.gate_job, gate.summary),
      .columns = {{.title = "CANDIDATE", .shrinks = true},
                  {.title = "MODEL"},
                  {.title = "RULE"},
                  {.title = "METRIC", .shrinks = true},
                  {.title = "VALUE", .right = true},
                  {},
                  {.title = "LIMIT", .right = true},
                  {.title = "HOLDS"},
                  {.title = "AGAINST", .shrinks = true}},
      .rows = {}};
  for (const auto& candidate : gate.candidates) {
    for (const auto& rule : candidate.rules) {
      table.rows.push_back(
          {{candidate.job, candidate.won ? Colour::kGreen : Colour::kPlain},
           {candidate.model},
           {rule.id},
           {rule.metric},
           {rule.value},
           {rule.relation},
           {rule.limit},
           {rule.passed ? "yes" : "no", rule.passed ? Colour::kGreen : Colour::kRed},
           {rule.against, Colour::kDim}});
    }
  }
  return table;
}

ReportTable MetricsOf(const ledger::TrainedVersion& trained) {
  ReportTable table{.title = fmt::format("Metrics of run {} of pipeline {}",
                                         trained.run.value_or(0), trained.pipeline),
                    .columns = {{.title = "JOB"},
                                {.title = "STATE"},
                                {.title = "CPU", .right = true},
                                {.title = "METRIC", .shrinks = true},
                                {.title = "VALUE", .right = true}},
                    .rows = {}};
  for (const auto& job : trained.jobs) {
    std::string name = job.name;
    if (job.metrics.empty()) table.rows.push_back({{name}, {job.state}, {Cpu(job.cpu_ms)}, {}, {}});
    for (const auto& metric : job.metrics) {
      table.rows.push_back({{name},
                            {name.empty() ? "" : job.state},
                            {name.empty() ? "" : Cpu(job.cpu_ms)},
                            {metric.name},
                            {Number(metric.value)}});
      name.clear();
    }
  }
  return table;
}

ReportSection Trained(const Report& report) {
  ReportSection section{.title = "1. What was trained, and how good it was"};
  ReportTable versions{.columns = {{.title = "VERSION"},
                                   {.title = "REGISTERED"},
                                   {.title = "RUN"},
                                   {.title = "BECAUSE", .shrinks = true},
                                   {.title = "DATA", .shrinks = true},
                                   {.title = "CPU", .right = true},
                                   {.title = "ID"}},
                       .rows = {}};
  for (const auto& trained : report.trained) {
    versions.rows.push_back(
        {{trained.model, Colour::kCyan},
         {trained.registered_ms > 0 ? Date(trained.registered_ms) : std::string(kNone)},
         {trained.run ? fmt::format("{} of {}", *trained.run, trained.pipeline) : "–"},
         {trained.missing.empty() ? trained.trigger : trained.missing},
         {DatasetsText(trained)},
         {trained.run ? Cpu(trained.cpu_ms) : std::string(kNone)},
         {trained.version_id, Colour::kDim}});
  }
  Add(section, std::move(versions));
  for (const auto& trained : report.trained) {
    if (trained.gate) Add(section, RulesOf(trained));
    if (trained.run) Add(section, MetricsOf(trained));
  }
  return section;
}

ReportSection Served(const Report& report) {
  ReportSection section{.title = "2. What is served, and was", .charts = {ReportChart::kAccuracy}};
  ReportTable table{.columns = {{.title = "VERSION"},
                                {.title = "AS"},
                                {.title = "FROM"},
                                {.title = "TO"},
                                {.title = "WINDOWS"},
                                {.title = "PREDICTIONS", .right = true},
                                {.title = "VARIANT"}},
                    .rows = {}};
  for (const auto& served : report.served) {
    table.rows.push_back(
        {{served.model, Colour::kCyan},
         {fmt::format("{}, {} of 1000", served.name, served.weight)},
         {Date(served.created_ms)},
         {served.retired_ms ? Date(*served.retired_ms) : "now"},
         {served.first_window ? fmt::format("{}–{}", WindowText(report, served.first_window),
                                            WindowText(report, served.last_window))
                              : std::string(kNone)},
         {std::to_string(served.predictions)},
         {served.id, Colour::kDim}});
  }
  Add(section, std::move(table));
  ReportTable arms{.title = "Measured, all windows together; 95 % by a bootstrap over windows",
                   .columns = {{.title = "ARM"},
                               {.title = "PREDICTIONS", .right = true},
                               {.title = "LABELS", .right = true},
                               {.title = "ACCURACY", .right = true},
                               {.title = "95 %"},
                               {.title = "BAL. ACC", .right = true},
                               {.title = "LOG LOSS", .right = true},
                               {.title = "CONVERSION", .right = true}},
                   .rows = {}};
  for (const auto& arm : report.arms) {
    arms.rows.push_back({{arm.name, Colour::kCyan},
                         {std::to_string(arm.predictions)},
                         {std::to_string(arm.labels)},
                         {Share(arm.accuracy)},
                         {Interval(arm.low, arm.high), Colour::kDim},
                         {Share(arm.balanced_accuracy)},
                         {Share(arm.log_loss)},
                         {Share(arm.conversion)}});
  }
  Add(section, std::move(arms));
  return section;
}

ReportTable AlertsOf(const Report& report) {
  ReportTable table{.title = "Alerts",
                    .columns = {{.title = "EVENT"},
                                {.title = "RULE"},
                                {.title = "COLUMN"},
                                {.title = "VALUE", .right = true},
                                {.title = "LIMIT", .right = true},
                                {.title = "HOLDS SINCE", .right = true},
                                {.title = "FIRED IN", .right = true},
                                {.title = "RESOLVED IN", .right = true},
                                {.title = "WHEN"}},
                    .rows = {}};
  for (const auto& alert : report.alerts) {
    const bool is_over = alert.resolved_event.has_value();
    table.rows.push_back({{EventText(alert.event), Colour::kDim},
                          {alert.rule, Colour::kBold},
                          {alert.column},
                          {Value(alert.value)},
                          {Value(alert.limit)},
                          {WindowText(report, alert.active_window)},
                          {WindowText(report, alert.window)},
                          {is_over ? fmt::format("{} {}", WindowText(report, alert.resolved_window),
                                                 EventText(alert.resolved_event))
                                   : "fires",
                           is_over ? Colour::kPlain : Colour::kRed},
                          {Date(alert.at_ms)}});
  }
  return table;
}

void AddIncidents(const Report& report, ReportSection& section) {
  for (const auto& incident : report.incidents) {
    std::string title = fmt::format("Incident {} in window {} (event {})", Short(incident.id),
                                    WindowText(report, incident.window), EventText(incident.event));
    if (!incident.acked_by.empty()) {
      title += fmt::format(", acknowledged by {} ({})", incident.acked_by,
                           EventText(incident.acked_event));
    }
    if (!incident.cause.empty()) {
      title +=
          fmt::format(", cause as set: {} ({})", incident.cause, EventText(incident.cause_event));
    }
    if (incident.closed_event) {
      title += fmt::format(", closed ({})", EventText(incident.closed_event));
    }
    ReportTable table{.title = std::move(title),
                      .columns = {{.title = "RANK", .right = true},
                                  {.title = "KIND"},
                                  {.title = "SUSPECT", .shrinks = true},
                                  {.title = "SCORE", .right = true},
                                  {.title = "WHY", .shrinks = true}},
                      .rows = {}};
    for (const auto& cause : incident.causes) {
      if (table.rows.size() == kCausesShown) break;
      table.rows.push_back({{std::to_string(cause.rank)},
                            {cause.kind},
                            {cause.name, Colour::kCyan},
                            {Value(cause.score)},
                            {cause.what}});
    }
    if (table.rows.empty()) section.lines.push_back(table.title);
    Add(section, std::move(table));
  }
}

ReportSection Broke(const Report& report) {
  ReportSection section{.title = "3. What broke", .charts = {ReportChart::kDrift}};
  if (report.alerts.empty()) section.lines.emplace_back("No alert fired.");
  if (report.drift.empty()) section.lines.emplace_back("No column raised a drift alarm.");
  Add(section, AlertsOf(report));
  ReportTable drift{.title = fmt::format("Drift alarms, as monitor {} ({}) measures it now",
                                         report.monitor, Short(report.monitor_id)),
                    .columns = {{.title = "COLUMN"},
                                {.title = "THRESHOLD", .right = true},
                                {.title = "ALARM BEGAN IN"},
                                {.title = "GREATEST", .right = true},
                                {.title = "NOW"}},
                    .rows = {}};
  for (const auto& column : report.drift) {
    std::string began;
    for (const auto window : column.began) {
      began += (began.empty() ? "" : ", ") + WindowText(report, window);
    }
    const auto greatest =
        std::ranges::max_element(column.points, {}, &ledger::DriftPoint::distance);
    drift.rows.push_back(
        {{column.column, Colour::kCyan},
         {Number(column.threshold)},
         {began},
         {greatest == column.points.end() ? std::string(kNone)
                                          : fmt::format("{} in {}", Number(greatest->distance),
                                                        WindowText(report, greatest->window))},
         {column.is_alarming ? "alarm" : "over",
          column.is_alarming ? Colour::kRed : Colour::kPlain}});
  }
  Add(section, std::move(drift));
  AddIncidents(report, section);
  return section;
}

ReportSection Done(const Report& report) {
  ReportSection section{.title = "4. What was done, and why", .charts = {ReportChart::kEvidence}};
  ReportTable rollouts{.title = "Rollouts: evidence per window, log E",
                       .columns = {{.title = "EVENT"},
                                   {.title = "CHALLENGER"},
                                   {.title = "BEGAN IN", .right = true},
                                   {.title = "LOG E", .shrinks = true},
                                   {.title = "OUTCOME"},
                                   {.title = "IN", .right = true},
                                   {.title = "WHY", .shrinks = true}},
                       .rows = {}};
  for (const auto& rollout : report.rollouts) {
    std::string evidence;
    for (const auto& look : rollout.looks) {
      if (!look.log_e) continue;
      evidence += fmt::format("{}{:.2f}", evidence.empty() ? "" : " ", *look.log_e);
    }
    rollouts.rows.push_back({{EventText(rollout.event), Colour::kDim},
                             {rollout.model, Colour::kCyan},
                             {WindowText(report, rollout.window)},
                             {evidence},
                             {rollout.outcome.empty() ? "under way" : rollout.outcome,
                              rollout.outcome == "promoted" ? Colour::kGreen : Colour::kYellow},
                             {fmt::format("{} {}", WindowText(report, rollout.end_window),
                                          EventText(rollout.end_event))},
                             {rollout.reason}});
  }
  Add(section, std::move(rollouts));
  ReportTable actions{.title = "All of it",
                      .columns = {{.title = "EVENT"},
                                  {.title = "WHEN"},
                                  {.title = "WINDOW", .right = true},
                                  {.title = "WHAT"},
                                  {.title = "WHO"},
                                  {.title = "HOW, AND WHY", .shrinks = true}},
                      .rows = {}};
  for (const auto& action : report.actions) {
    actions.rows.push_back({{EventText(action.event), Colour::kDim},
                            {Date(action.at_ms)},
                            {WindowText(report, action.window)},
                            {action.kind, Colour::kBold},
                            {action.actor},
                            {action.text}});
  }
  if (actions.rows.empty()) section.lines.emplace_back("Nothing.");
  Add(section, std::move(actions));
  return section;
}

std::vector<Cell> RatioRow(const Report& report, std::string name, const ledger::Ratio& ratio) {
  return {{std::move(name)},
          {SpanText(report, ratio)},
          {std::to_string(ratio.windows)},
          {std::to_string(ratio.labels)},
          {Share(ratio.value)},
          {Interval(ratio.low, ratio.high), Colour::kDim}};
}
std::vector<Column> RatioColumns() {
  return {{.title = "ACCURACY"},
          {.title = "FROM–TO"},
          {.title = "WINDOWS", .right = true},
          {.title = "LABELS", .right = true},
          {.title = "VALUE", .right = true},
          {.title = "95 %"}};
}

std::string EventsText(const std::vector<std::int64_t>& events) {
  std::string text;
  for (const auto event : events) text += (text.empty() ? "" : ", ") + EventText(event);
  return text.empty() ? "none" : text;
}

ReportSection NotCured(const Report& report) {
  ReportSection section{.title = "5. What was not cured"};
  const auto& left = report.not_cured;
  section.lines.push_back("Alerts that fire: " + EventsText(left.still_firing));
  section.lines.push_back("Alerts that fired since the last promotion: " +
                          EventsText(left.fired_again));
  std::string columns;
  for (const auto& name : left.still_drifting) columns += (columns.empty() ? "" : ", ") + name;
  section.lines.push_back("Columns that drift: " + (columns.empty() ? "none" : columns));
  section.lines.push_back(left.gap.value ? "The gap that remains: " + Points(left.gap)
                                         : "The gap that remains: n/a, " + left.missing);
  ReportTable table{.columns = RatioColumns(), .rows = {}};
  if (left.before.value) {
    table.rows.push_back(RatioRow(report, "served before the first alert", left.before));
  }
  if (left.after.value) {
    table.rows.push_back(RatioRow(report, "served since the last promotion", left.after));
  }
  if (left.gap.value) table.rows.push_back(RatioRow(report, "the gap", left.gap));
  Add(section, std::move(table));
  return section;
}

ReportSection Gained(const Report& report) {
  const auto& gain = report.gain;
  ReportSection section{.title = "6. What was gained"};
  if (!gain.difference.value) {
    section.lines.push_back("n/a: " + gain.missing);
    return section;
  }
  section.lines.push_back(fmt::format(
      "Served minus the first version, on the same windows since the first promotion: {}. 95 % by "
      "{} draws of whole windows, seed {}.",
      Points(gain.difference), gain.draws, gain.seed));
  ReportTable table{.columns = RatioColumns(), .rows = {}};
  table.rows.push_back(RatioRow(report, "served", gain.served));
  table.rows.push_back(RatioRow(report, "the first version", gain.frozen));
  table.rows.push_back(RatioRow(report, "difference", gain.difference));
  Add(section, std::move(table));
  return section;
}

}  // namespace

std::string AboutText(const Report& report) {
  std::string text = fmt::format("Endpoint {}", report.endpoint_id);
  if (!report.monitor.empty()) {
    text += fmt::format(", monitor {} {}, windows of {} {}", report.monitor, report.monitor_id,
                        Number(report.width), report.time.empty() ? "s" : report.time);
  }
  return text + fmt::format(
                    ". Made {}, from events up to #{}. '#' is an event's number: 'galley "
                    "event list'.",
                    Date(report.made_ms), report.last_event);
}

std::string WindowText(const Report& report, std::optional<std::int64_t> window) {
  if (!window) return std::string(kNone);
  const double begin = static_cast<double>(*window) * report.width;
  return report.time.empty() ? Date(std::llround(begin * 1000)) : Number(begin);
}

std::string SpanText(const Report& report, const ledger::Ratio& ratio) {
  if (!ratio.first_window || !ratio.last_window) return {};
  return fmt::format("{}–{}", WindowText(report, ratio.first_window),
                     WindowText(report, ratio.last_window));
}

std::vector<ReportSection> SectionsOf(const Report& report) {
  return {Summary(report),     Trained(report),      Served(report), Broke(report),
          Done(report),        NotCured(report),     Gained(report), CostSection(report),
          LoopSection(report), EffectSection(report)};
}

}  // namespace galley::cli
