#include "domain/watch/lookback.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "domain/observe/drift.h"
#include "domain/observe/inputs.h"
#include "domain/rollout/service.h"
#include "domain/watch/changes.h"
#include "foundation/stats/distance.h"

namespace galley::watch {
namespace {

using observe::Monitor;
using observe::QualityCounts;

// Of chi-square with one degree of freedom, p = 0.01.
constexpr double kFallMin = 6.635;
constexpr std::size_t kWindowsBefore = 2;
constexpr std::int64_t kLabelsMin = 30;

struct Hits {
  double right = 0;
  double all = 0;
};

double LogLikelihood(const Hits& hits) {
  const double wrong = hits.all - hits.right;
  double sum = 0;
  if (hits.right > 0) sum += hits.right * std::log(hits.right / hits.all);
  if (wrong > 0) sum += wrong * std::log(wrong / hits.all);
  return sum;
}

Hits HitsOf(const std::vector<WindowFacts>& windows, std::size_t from, std::size_t to) {
  Hits hits;
  for (std::size_t at = from; at < to; ++at) {
    const QualityCounts& counts = windows[at].counts;
    hits.right += static_cast<double>(counts.true_positives + counts.true_negatives);
    hits.all += static_cast<double>(counts.labels());
  }
  return hits;
}

/// Pearson's chi-square of single windows around what they have together.
double Spread(const std::vector<WindowFacts>& windows, std::size_t from, std::size_t to) {
  const Hits together = HitsOf(windows, from, to);
  const double share = together.right / together.all;
  const double variance = share * (1 - share);
  if (!(variance > 0)) return 0;
  double sum = 0;
  for (std::size_t at = from; at < to; ++at) {
    const Hits hits = HitsOf(windows, at, at + 1);
    if (hits.all == 0) continue;
    const double off = hits.right - hits.all * share;
    sum += off * off / (hits.all * variance);
  }
  return sum;
}

/// How much better two parts explain the labels than one does, measured by how much windows of a
/// part differ from one another: 0 unless the second part is worse.
double Evidence(const std::vector<WindowFacts>& windows, std::size_t split) {
  const Hits before = HitsOf(windows, 0, split);
  const Hits after = HitsOf(windows, split, windows.size());
  if (before.all < kLabelsMin || after.all < kLabelsMin) return 0;
  if (before.right / before.all <= after.right / after.all) return 0;
  const Hits all{.right = before.right + after.right, .all = before.all + after.all};
  const double gain = 2 * (LogLikelihood(before) + LogLikelihood(after) - LogLikelihood(all));
  const double spread = Spread(windows, 0, split) + Spread(windows, split, windows.size());
  const auto freedom = static_cast<double>(windows.size()) - 2;
  return gain / std::max(1.0, freedom > 0 ? spread / freedom : 1.0);
}

std::string Percent(double share) {
  return fmt::format("{:.0f} %", share * 100);
}

/// What moved most: of the bins that grew the one that grew most.
std::string MovementOf(const stats::Histogram& reference, const stats::Histogram& current) {
  const auto shares = stats::SharesOf(reference, current);
  if (!shares) return "";
  std::size_t most = 0;
  const auto grew = [&shares](std::size_t bin) {
    return shares->current[bin] - shares->reference[bin];
  };
  for (std::size_t bin = 1; bin < shares->current.size(); ++bin) {
    if (grew(bin) > grew(most)) most = bin;
  }
  if (!(grew(most) > 0)) return "";
  const auto& edges = reference.edges();
  std::string what;
  if (most + 1 == shares->current.size()) {
    what = "missing values";
  } else if (edges.empty()) {
    what = "values";
  } else if (most == 0) {
    what = fmt::format("values below {:.6g}", edges.front());
  } else if (most == edges.size()) {
    what = fmt::format("values of {:.6g} and more", edges.back());
  } else {
    what = fmt::format("values from {:.6g} to below {:.6g}", edges[most - 1], edges[most]);
  }
  return fmt::format("{}: {} in the reference, {} now", what, Percent(shares->reference[most]),
                     Percent(shares->current[most]));
}

/// Those that have rows: between them may be any number of windows without.
Status GatherWindows(db::Connection& db, std::int64_t project, const Monitor& monitor,
                     LookBack& seen) {
  for (const auto& it : TRY(observe::ListMeasured(db, monitor, "", seen.first, false))) {
    if (it.window > seen.last) break;
    if (seen.windows.empty() || seen.windows.back().window != it.window) {
      seen.windows.push_back({.window = it.window});
    }
    seen.windows.back().counts.Merge(it.counts);
  }
  std::erase_if(seen.windows,
                [](const WindowFacts& window) { return window.counts.predictions == 0; });
  for (WindowFacts& window : seen.windows) {
    window.made = TRY(observe::MadeBetween(db, monitor, window.window, window.window));
    if (!window.made) continue;
    window.traffic =
        TRY(observe::TrafficBetween(db, project, monitor.settings.endpoint, std::nullopt,
                                    window.made->first_ms, window.made->last_ms + 1));
  }
  return {};
}

Status GatherColumns(db::Connection& db, const Monitor& monitor, LookBack& seen) {
  if (!monitor.settings.drift) return {};
  seen.drift_span = monitor.settings.drift->span;
  const auto references = TRY(observe::ListReferences(db, monitor));
  const auto windows = TRY(observe::ListDrift(db, monitor, references, {.through = seen.last}));
  for (std::size_t at = 0; at < references.size(); ++at) {
    const auto& reference = references[at];
    ColumnFacts& facts = seen.columns.emplace_back();
    facts.column = reference.column;
    facts.threshold = reference.threshold;
    for (const auto& window : windows) {
      const observe::ColumnDrift& drift = window.columns[at];
      if (window.window < seen.first) facts.beyond_before = drift.beyond;
      if (window.window < seen.first || window.window > seen.last) continue;
      facts.points.push_back({window.window, drift.distance, drift.alarm});
    }
    const auto now = TRY(
        observe::InputsBetween(db, monitor, reference, seen.last - seen.drift_span + 1, seen.last));
    if (now.n() > 0) facts.movement = MovementOf(reference.histogram, now);
  }
  return {};
}

Status GatherVariants(db::Connection& db, std::int64_t project, const Monitor& monitor,
                      LookBack& seen) {
  std::set<Id> ids;
  for (const auto& it : TRY(observe::ListMeasured(db, monitor, "", seen.first))) {
    if (it.window <= seen.last) ids.insert(it.variant);
  }
  for (const Id& id : ids) {
    VariantFacts facts{.id = id, .name = id.Hex(), .answered = {}, .all = {}};
    if (const auto known = rollout::GetVariant(db, project, id)) {
      facts.name = fmt::format("{}@{}", known->variant.model, known->variant.version);
    }
    for (const WindowFacts& window : seen.windows) {
      const std::int64_t at = window.window;
      facts.answered[at] = TRY(
          observe::Together(db, monitor, at, at, observe::Arm{.variant = id, .mirrored = false}));
      facts.all[at] = TRY(observe::Together(db, monitor, at, at,
                                            observe::Arm{.variant = id, .mirrored = std::nullopt}));
    }
    seen.variants.push_back(std::move(facts));
  }
  return {};
}

Status GatherSlices(db::Connection& db, const Monitor& monitor, LookBack& seen) {
  for (const std::string& slice : monitor.settings.slices) {
    std::map<std::string, SliceFacts> values;
    for (const auto& it : TRY(observe::ListMeasured(db, monitor, slice, seen.first))) {
      if (it.window > seen.last) continue;
      SliceFacts& facts = values[it.slice];
      (it.window < seen.turn() ? facts.before : facts.after).Merge(it.counts);
    }
    for (auto& [value, facts] : values) {
      facts.slice = slice;
      facts.value = value;
      seen.slices.push_back(std::move(facts));
    }
  }
  return {};
}

}  // namespace

std::optional<std::int64_t> FindFall(const std::vector<WindowFacts>& windows) {
  std::optional<std::int64_t> fall;
  double best = kFallMin;
  for (std::size_t split = kWindowsBefore; split < windows.size(); ++split) {
    const double evidence = Evidence(windows, split);
    if (evidence < best) continue;
    best = evidence;
    fall = windows[split].window;
  }
  return fall;
}

std::optional<double> LookBack::Loss() const {
  const auto was = before.Accuracy();
  const auto is = after.Accuracy();
  if (!fall || !was || !is || *was <= *is) return std::nullopt;
  return *was - *is;
}

Result<LookBack> Gather(db::Connection& db, std::int64_t project, const Monitor& monitor,
                        std::int64_t window, std::int64_t active) {
  LookBack seen{.first = std::min(active, window) - kLookBack,
                .active = std::min(active, window),
                .last = window,
                .width = monitor.settings.width()};
  TRY(GatherWindows(db, project, monitor, seen));
  seen.fall = FindFall(seen.windows);
  for (const WindowFacts& it : seen.windows) {
    (it.window < seen.turn() ? seen.before : seen.after).Merge(it.counts);
  }
  TRY(GatherColumns(db, monitor, seen));
  TRY(GatherVariants(db, project, monitor, seen));
  TRY(GatherSlices(db, monitor, seen));
  TRY(GatherChanges(db, project, monitor, seen));
  return seen;
}

}  // namespace galley::watch
