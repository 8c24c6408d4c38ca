#include <algorithm>
#include <cmath>

#include "domain/watch/rank.h"

namespace galley::watch {
namespace {

constexpr double kSuspected = 0.3;     // A column that is just beyond its threshold.
constexpr double kListedMost = 0.19;   // One that is just not.
constexpr double kAllAlong = 0.6;      // It was beyond before anything fell.
constexpr double kUnknownStart = 0.8;  // Nobody knows what was before.
constexpr double kAfterwards = 0.5;    // It began when accuracy had fallen already.
constexpr double kPerWindowLater = 0.95;
constexpr double kWarned = 0.3;

/// How a column drifted in the look-back.
struct Drift {
  const ColumnFacts* facts;
  DriftPoint most;                    ///< The greatest distance.
  std::optional<std::int64_t> since;  ///< First window of the newest run beyond the threshold.
  bool all_along = false;
  bool is_known_from = true;  ///< Whether there is a distance from before the run.
  bool alarm = false;

  double ratio() const { return facts->threshold > 0 ? most.distance / facts->threshold : 0; }
};

Drift DriftOf(const ColumnFacts& facts) {
  Drift drift{.facts = &facts, .most = {}, .since = std::nullopt};
  bool was_beyond = false;
  for (std::size_t at = 0; at < facts.points.size(); ++at) {
    const DriftPoint& point = facts.points[at];
    const bool beyond = point.distance > facts.threshold;
    if (beyond && !was_beyond) {
      drift.since = point.window;
      drift.all_along = at == 0 && facts.beyond_before.value_or(false);
      drift.is_known_from = at > 0 || facts.beyond_before.has_value();
    }
    was_beyond = beyond;
    if (point.distance > drift.most.distance) drift.most = point;
    drift.alarm = drift.alarm || point.alarm;
  }
  return drift;
}

/// A distance is of `drift_span` windows, so what moved it may have begun so much earlier.
double StartFits(const LookBack& seen, const Drift& drift) {
  if (drift.all_along) return kAllAlong;
  if (!drift.is_known_from) return kUnknownStart;
  const bool may_precede = !seen.fall || *drift.since - seen.drift_span + 1 <= *seen.fall;
  return may_precede ? 1 : kAfterwards;
}

struct Support {
  std::vector<std::int64_t> events;
  std::string detail;
};
/// New warnings of datasets about a column.
Support WarningsOf(const LookBack& seen, const std::string& column) {
  Support support;
  for (const ChangeFacts& change : seen.datasets) {
    for (const Warning& warning : change.warnings) {
      if (!warning.is_new || std::ranges::find(warning.columns, column) == warning.columns.end()) {
        continue;
      }
      support.events.push_back(change.sequence);
      support.detail = fmt::format("{}: {} {}", change.name, warning.check, warning.detail);
    }
  }
  return support;
}

std::string Sentence(const LookBack& seen, const Drift& drift) {
  const ColumnFacts& facts = *drift.facts;
  if (facts.points.empty()) return "there is nothing of it to compare yet";
  if (!drift.since) {
    return fmt::format("did not drift: at most {}, below its threshold {}",
                       Short(drift.most.distance), Short(facts.threshold));
  }
  std::string text =
      fmt::format("drifted to {}, {:.1f} times its threshold {}, {} {}", Short(drift.most.distance),
                  drift.ratio(), Short(facts.threshold),
                  drift.all_along ? "already before" : "since", TimeOf(seen, *drift.since));
  if (!facts.movement.empty()) text += "; " + facts.movement;
  return text;
}

}  // namespace

void RankColumns(const LookBack& seen, std::vector<Candidate>& candidates) {
  if (seen.columns.empty()) {
    candidates.push_back(
        Nothing("column", "no column is compared: the monitor has no drift or no reference"));
    return;
  }
  std::vector<Drift> drifts;
  for (const ColumnFacts& facts : seen.columns) drifts.push_back(DriftOf(facts));
  std::optional<std::int64_t> first;
  double strongest = 1;
  for (const Drift& drift : drifts) {
    strongest = std::max(strongest, drift.ratio());
    if (drift.since && !drift.all_along)
      first = std::min(first.value_or(*drift.since), *drift.since);
  }
  for (const Drift& drift : drifts) {
    Candidate candidate = Nothing("column", Sentence(seen, drift));
    candidate.name = drift.facts->column;
    candidate.since = drift.since;
    candidate.claims_data_fault = drift.since.has_value() || drift.alarm;
    const Support support = WarningsOf(seen, candidate.name);
    candidate.events = support.events;
    AddFact(candidate, "distance", drift.most.distance);
    AddFact(candidate, "threshold", drift.facts->threshold);
    AddFact(candidate, "window", drift.most.window);
    AddText(candidate, "alarm", drift.alarm ? "yes" : "no");
    if (drift.since) {
      const auto later =
          static_cast<double>(first ? std::max<std::int64_t>(*drift.since - *first, 0) : 0);
      const double fits = StartFits(seen, drift) * std::pow(kPerWindowLater, later);
      candidate.score = kSuspected + (1 - kSuspected) * (1 - 1 / drift.ratio()) * fits;
      if (!support.events.empty()) candidate.score += kWarned * (1 - candidate.score);
      AddFact(candidate, "timing", fits);
      AddText(candidate, "first", first && *drift.since == *first ? "yes" : "no");
      AddText(candidate, "strongest", drift.ratio() >= strongest ? "yes" : "no");
    } else {
      candidate.score = kListedMost * std::min(drift.ratio(), 1.0);
    }
    if (!support.detail.empty()) {
      AddText(candidate, "warning", support.detail);
      candidate.what += "; a check warned: " + support.detail;
    }
    candidates.push_back(std::move(candidate));
  }
}

}  // namespace galley::watch
