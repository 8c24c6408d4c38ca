#include <algorithm>
#include <map>

#include "domain/ledger/bootstrap.h"
#include "domain/ledger/parts.h"

namespace galley::ledger {
namespace {

/// Windows with labels, as far as a part of the report looks at them.
struct Span {
  std::vector<std::int64_t> windows;
  std::vector<Hits> hits;
};

Span SpanOf(const Arm& arm, std::int64_t first, std::int64_t last) {
  Span span;
  for (const ArmPoint& point : arm.points) {
    if (point.labels == 0 || point.window < first || point.window > last) continue;
    span.windows.push_back(point.window);
    span.hits.push_back({point.right, point.labels});
  }
  return span;
}

void PutInterval(const std::optional<stats::Interval>& interval, Ratio& ratio) {
  if (!interval) return;
  ratio.low = interval->low;
  ratio.high = interval->high;
}

Ratio RatioOf(const Span& span) {
  Ratio ratio{.windows = static_cast<std::int64_t>(span.windows.size())};
  if (span.windows.empty()) return ratio;
  ratio.first_window = span.windows.front();
  ratio.last_window = span.windows.back();
  std::int64_t right = 0;
  for (const Hits& hits : span.hits) {
    right += hits.right;
    ratio.labels += hits.rows;
  }
  ratio.value = static_cast<double>(right) / static_cast<double>(ratio.labels);
  PutInterval(RatioInterval(span.hits), ratio);
  return ratio;
}

std::optional<double> Difference(const Ratio& one, const Ratio& other) {
  if (!one.value || !other.value) return std::nullopt;
  return *one.value - *other.value;
}

/// The window since which the first alert's expression holds.
std::optional<std::int64_t> FirstAlert(const Report& report) {
  std::optional<std::int64_t> first;
  for (const AlertEntry& alert : report.alerts) {
    const auto window = alert.active_window ? alert.active_window : alert.window;
    if (window) first = std::min(first.value_or(*window), *window);
  }
  return first;
}

std::string WhyNoGap(const Report& report) {
  if (report.FindServed() == nullptr) return "nothing was measured";
  if (!FirstAlert(report)) return "no alert fired";
  if (report.promotions.empty()) return "nothing was promoted";
  if (!report.promotions.back().window) return "it is not known since when the promoted answers";
  return {};
}

void AddNotCured(Report& report) {
  NotCured& result = report.not_cured;
  const std::int64_t promoted = report.promotions.empty() ? 0 : report.promotions.back().event;
  for (const AlertEntry& alert : report.alerts) {
    if (!alert.resolved_event) result.still_firing.push_back(alert.event);
    if (promoted > 0 && alert.event > promoted) result.fired_again.push_back(alert.event);
  }
  for (const DriftingColumn& column : report.drift) {
    if (column.is_alarming) result.still_drifting.push_back(column.column);
  }
  result.missing = WhyNoGap(report);
  const Arm* served = report.FindServed();
  const auto first = FirstAlert(report);
  if (served == nullptr) return;
  Span before;
  Span after;
  if (first) before = SpanOf(*served, INT64_MIN, *first - 1);
  if (!report.promotions.empty() && report.promotions.back().window) {
    after = SpanOf(*served, *report.promotions.back().window, INT64_MAX);
  }
  result.before = RatioOf(before);
  result.after = RatioOf(after);
  result.gap.value = Difference(result.before, result.after);
  if (!result.gap.value) {
    if (result.missing.empty()) result.missing = "one of the two has no window with labels";
    return;
  }
  result.gap.windows = result.before.windows + result.after.windows;
  result.gap.labels = result.before.labels + result.after.labels;
  PutInterval(ApartInterval(before.hits, after.hits), result.gap);
}

/// Windows of both arms with labels.
void KeepCommon(Span& one, Span& other) {
  const auto keep = [](const Span& span, const Span& by) {
    Span kept;
    for (std::size_t at = 0; at < span.windows.size(); ++at) {
      if (!std::ranges::binary_search(by.windows, span.windows[at])) continue;
      kept.windows.push_back(span.windows[at]);
      kept.hits.push_back(span.hits[at]);
    }
    return kept;
  };
  Span kept = keep(one, other);
  other = keep(other, one);
  one = std::move(kept);
}

void AddGain(Report& report) {
  Gain& gain = report.gain;
  gain.draws = kDraws;
  gain.seed = static_cast<std::int64_t>(kSeed);
  const Arm* served = report.FindServed();
  const Arm* first = report.FindFirst();
  if (report.promotions.empty()) {
    gain.missing = "nothing was promoted";
  } else if (!report.promotions.front().window) {
    gain.missing = "it is not known since when the promoted version answers";
  } else if (served == nullptr || first == nullptr) {
    gain.missing = "nothing was measured of the first version";
  }
  if (!gain.missing.empty()) return;
  const std::int64_t since = *report.promotions.front().window;
  Span ours = SpanOf(*served, since, INT64_MAX);
  Span frozen = SpanOf(*first, since, INT64_MAX);
  KeepCommon(ours, frozen);
  if (ours.windows.empty()) {
    gain.missing = "since the promotion no window has labels of the first version: it is no shadow";
    return;
  }
  gain.served = RatioOf(ours);
  gain.frozen = RatioOf(frozen);
  gain.difference = gain.served;
  gain.difference.value = Difference(gain.served, gain.frozen);
  gain.difference.low.reset();
  gain.difference.high.reset();
  PutInterval(PairedInterval(ours.hits, frozen.hits), gain.difference);
}

}  // namespace

void AddOutcome(Report& report) {
  AddNotCured(report);
  AddGain(report);
}

}  // namespace galley::ledger
