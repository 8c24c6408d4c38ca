#include "domain/ledger/report.h"

#include <algorithm>

#include "domain/ledger/parts.h"

namespace galley::ledger {
namespace {

Result<std::optional<observe::Monitor>> MonitorOf(db::Connection& db, std::int64_t project,
                                                  const Options& options) {
  if (!options.monitor.empty()) {
    auto monitor = TRY(observe::GetMonitor(db, project, options.monitor));
    if (monitor.settings.endpoint == options.endpoint) return std::optional(std::move(monitor));
    return Fail(Code::kInvalidArgument, "the monitor '{}' is of endpoint '{}', not of '{}'",
                monitor.name, monitor.settings.endpoint, options.endpoint);
  }
  auto monitors = TRY(observe::ListMonitors(db, project));
  std::erase_if(monitors, [&options](const observe::Monitor& it) {
    return it.settings.endpoint != options.endpoint;
  });
  if (monitors.empty()) return std::optional<observe::Monitor>();
  if (monitors.size() == 1) return std::optional(std::move(monitors.front()));
  std::string names;
  for (const auto& monitor : monitors) names += (names.empty() ? "" : ", ") + monitor.name;
  return Fail(Code::kInvalidArgument, "the endpoint '{}' has several monitors, name one: {}",
              options.endpoint, names);
}

void Head(Making& making) {
  Report& report = making.report;
  report.endpoint = making.endpoint.name;
  report.endpoint_id = making.endpoint.id.Hex();
  report.made_ms = making.now_ms;
  if (!making.happenings.empty()) report.last_event = making.happenings.back().sequence;
  if (!making.monitor) return;
  report.monitor = making.monitor->name;
  report.monitor_id = making.monitor->id.Hex();
  report.time = making.monitor->settings.time;
  report.width = making.monitor->settings.width();
}

}  // namespace

const Arm* Report::FindServed() const {
  return arms.empty() ? nullptr : &arms.front();
}

const Arm* Report::FindFirst() const {
  const auto first = std::ranges::find_if(arms, &Arm::is_first);
  return first == arms.end() ? nullptr : &*first;
}

Result<Report> Build(db::Connection& db, std::int64_t project, const Options& options) {
  auto endpoint = TRY(rollout::GetEndpoint(db, project, options.endpoint));
  auto monitor = TRY(MonitorOf(db, project, options));
  Making making{.db = db,
                .project = project,
                .now_ms = options.now_ms,
                .endpoint = std::move(endpoint),
                .monitor = std::move(monitor),
                .happenings = TRY(ReadHappenings(db, project))};
  Head(making);
  TRY(AddServed(making));
  TRY(AddMeasured(making));
  TRY(AddTrained(making));
  AddStory(making);
  TRY(AddActions(making));
  AddLoops(making);
  AddOutcome(making.report);
  TRY(AddCost(making));
  TRY(AddEffects(making));
  return std::move(making.report);
}

}  // namespace galley::ledger
