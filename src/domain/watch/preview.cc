#include "domain/watch/preview.h"

#include <algorithm>
#include <map>
#include <utility>

#include "domain/observe/drift.h"
#include "domain/observe/windows.h"

namespace galley::watch {
namespace {

using observe::Monitor;

/// One alert on its way through the windows.
class Track {
 public:
  Track(Timing timing, std::string column) : timing_(timing), column_(std::move(column)) {}

  State Look(const Reading& reading, std::int64_t window, double now, Preview& preview) {
    const State before = state_.state;
    state_ = Step(timing_, state_, reading.seen, now);
    const bool was_open = before == State::kPending || before == State::kFiring;
    if (!was_open) active_ = window;
    if (before != State::kFiring && state_.state == State::kFiring) {
      fired_ = preview.alerts.size();
      preview.alerts.push_back({.column = column_,
                                .active_window = active_,
                                .fired_window = window,
                                .resolved_window = {},
                                .value = reading.value,
                                .limit = reading.limit});
    }
    if (before == State::kFiring && state_.state != State::kFiring) {
      preview.alerts[fired_].resolved_window = window;
    }
    return state_.state;
  }

 private:
  Timing timing_;
  std::string column_;
  AlertState state_;
  std::int64_t active_ = 0;
  std::size_t fired_ = 0;  // Place of the alert that fires.
};

/// First and last window to look at.
using Range = std::pair<std::int64_t, std::int64_t>;

Result<std::optional<Range>> RangeOf(db::Connection& db, const Monitor& monitor,
                                     std::int64_t last) {
  const auto closed = TRY(observe::ClosedThrough(db, monitor));
  const auto oldest = TRY(observe::OldestWindow(db, monitor));
  if (!closed || !oldest) return std::optional<Range>();
  // A watermark may be far ahead of all rows.
  const auto newest = TRY(observe::NewestWindow(db, monitor));
  const std::int64_t end = std::min(*closed, newest.value_or(*closed));
  const std::int64_t first = std::max(*oldest, end - last + 1);
  if (first > end) return std::optional<Range>();
  return std::optional(Range{first, end});
}

Status LookAtDrift(db::Connection& db, const Monitor& monitor, const RuleSettings& settings,
                   const Range& range, Preview& preview) {
  const auto references = TRY(observe::ListReferences(db, monitor));
  const auto windows = TRY(observe::ListDrift(
      db, monitor, references, {.through = range.second, .last = range.second - range.first + 1}));
  std::map<std::int64_t, const observe::WindowDrift*> by_window;
  for (const auto& window : windows) by_window[window.window] = &window;
  for (std::size_t at = 0; at < references.size(); ++at) {
    Track track(settings.timing(), references[at].column);
    for (std::int64_t window = range.first; window <= range.second; ++window) {
      Reading reading{.column = references[at].column};
      const auto found = by_window.find(window);
      if (found != by_window.end() && found->second->rows > 0) {
        const auto& drift = found->second->columns[at];
        reading.seen = drift.alarm ? Seen::kHit : Seen::kMiss;
        reading.value = drift.distance;
        reading.limit = references[at].threshold;
        reading.sample = found->second->rows;
      }
      track.Look(reading, window, static_cast<double>(window) * preview.width, preview);
    }
  }
  return {};
}

Status LookAtQuality(db::Connection& db, const Monitor& monitor, const RuleSettings& settings,
                     const Range& range, Preview& preview) {
  Track track(settings.timing(), "");
  for (std::int64_t window = range.first; window <= range.second; ++window) {
    const auto counts = TRY(observe::Together(db, monitor, window - settings.windows() + 1, window,
                                              {.variant = std::nullopt, .mirrored = false}));
    PreviewPoint& point = preview.points.emplace_back();
    point.window = window;
    point.reading = TRY(Read(settings, counts));
    point.state =
        track.Look(point.reading, window, static_cast<double>(window) * preview.width, preview);
  }
  return {};
}

}  // namespace

Result<Preview> PreviewRule(db::Connection& db, std::int64_t project, const RuleSettings& settings,
                            std::int64_t last) {
  const RuleSettings rule = TRY(Checked(settings));
  if (rule.monitor.empty()) {
    return Fail(Code::kInvalidArgument,
                "a preview is of rules with 'monitor': what an endpoint's rule reads is the time "
                "just before now");
  }
  const Monitor monitor = TRY(observe::GetMonitor(db, project, rule.monitor));
  TRY(CheckAgainst(rule, monitor));
  Preview preview{.width = monitor.settings.width(), .points = {}, .alerts = {}};
  const auto range = TRY(RangeOf(db, monitor, last));
  if (!range) return preview;
  preview.evaluated = range->second - range->first + 1;
  TRY(rule.IsDrift() ? LookAtDrift(db, monitor, rule, *range, preview)
                     : LookAtQuality(db, monitor, rule, *range, preview));
  std::ranges::sort(preview.alerts, {}, [](const PreviewAlert& alert) {
    return std::pair(alert.fired_window, alert.column);
  });
  return preview;
}

}  // namespace galley::watch
