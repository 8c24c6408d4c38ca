#include "app/cli/report_charts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace galley::cli {
namespace {

using ledger::Report;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kWidth = 880;
constexpr double kLeft = 52;
constexpr double kRight = 868;
constexpr double kBottom = 276;
constexpr double kHeight = 310;
constexpr double kLaneHeight = 15;
constexpr std::size_t kLanes = 4;
constexpr double kPlotTop = 10 + kLaneHeight * kLanes;
constexpr std::size_t kSeriesMax = 6;  // As many as there are colours.
constexpr double kLetter = 6.2;        // Width of one, about.

struct Point {
  double x = 0;
  double y = 0;
};
struct Series {
  std::string name;
  std::vector<Point> points;
  std::optional<double> limit;  ///< Drawn dashed, in the same colour.
};
struct Mark {
  double x = 0;
  std::string_view style;
  std::string label;
};
struct Plot {
  std::string title;
  std::vector<Series> series;
  std::vector<Mark> marks;
  double low = 0;
  double high = 1;
  double step = 0.1;
  double x_step_least = 1;
  bool is_clock = false;  ///< x is seconds since 1970.
};

/// Where things are on the picture.
struct Scale {
  double first = 0;
  double last = 1;
  double low = 0;
  double high = 1;
  double X(double x) const {
    return last > first ? kLeft + (x - first) / (last - first) * (kRight - kLeft)
                        : (kLeft + kRight) / 2;
  }
  double Y(double y) const { return kBottom - (y - low) / (high - low) * (kBottom - kPlotTop); }
};

/// 1, 2 or 5 times a power of ten, so that there are about `lines` of them.
double NiceStep(double range, double lines) {
  if (!(range > 0)) return 1;
  const double rough = range / lines;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough) return factor * power;
  }
  return 10 * power;
}

void FitY(Plot& plot) {
  double low = kInfinity;
  double high = -kInfinity;
  for (const Series& series : plot.series) {
    for (const Point& point : series.points) {
      low = std::min(low, point.y);
      high = std::max(high, point.y);
    }
    if (series.limit) {
      low = std::min(low, *series.limit);
      high = std::max(high, *series.limit);
    }
  }
  if (!(low < high)) {
    low -= 0.05;
    high += 0.05;
  }
  constexpr double kLines = 5;
  plot.step = NiceStep(high - low, kLines);
  plot.low = std::floor(low / plot.step) * plot.step;
  plot.high = std::ceil(high / plot.step) * plot.step;
}

Scale ScaleOf(const Plot& plot) {
  Scale scale{.first = kInfinity, .last = -kInfinity, .low = plot.low, .high = plot.high};
  for (const Series& series : plot.series) {
    for (const Point& point : series.points) {
      scale.first = std::min(scale.first, point.x);
      scale.last = std::max(scale.last, point.x);
    }
  }
  return scale;
}

std::string Text(double x, double y, std::string_view style, std::string_view text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\">{}</text>\n", x, y, style,
                     Escaped(text));
}

std::string Line(double x1, double y1, double x2, double y2, std::string_view style) {
  return fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n", x1, y1, x2,
      y2, style);
}

std::string Axes(const Plot& plot, const Scale& scale) {
  constexpr int kLinesMax = 50;
  std::string out;
  const int lines =
      std::min(static_cast<int>(std::lround((plot.high - plot.low) / plot.step)), kLinesMax);
  for (int at = 0; at <= lines; ++at) {
    const double value = plot.low + at * plot.step;
    const double y = scale.Y(value);
    out += Line(kLeft, y, kRight, y, "grid");
    out += Text(kLeft - 6, y + 4, "tick end", Number(std::round(value * 1e6) / 1e6));
  }
  // Dates take more room than numbers.
  const double ticks = plot.is_clock ? 4 : 12;
  const double step = std::max(NiceStep(scale.last - scale.first, ticks), plot.x_step_least);
  const double first = std::ceil(scale.first / step) * step;
  for (int at = 0; at <= kLinesMax; ++at) {
    const double x = first + at * step;
    if (x > scale.last + step / 1e3) break;
    out += Text(scale.X(x), kBottom + 18, "tick middle",
                plot.is_clock ? Date(std::llround(x * 1e3)) : Number(std::round(x * 1e6) / 1e6));
  }
  return out;
}

std::string Curve(const Series& series, std::size_t number, const Scale& scale) {
  std::string points;
  std::string dots;
  for (const Point& point : series.points) {
    points += fmt::format("{}{:.1f},{:.1f}", points.empty() ? "" : " ", scale.X(point.x),
                          scale.Y(point.y));
    dots += fmt::format(
        "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.5\" class=\"dot c{}\"><title>{}: {} in "
        "{}</title></circle>\n",
        scale.X(point.x), scale.Y(point.y), number, Escaped(series.name), Number(point.y),
        Number(point.x));
  }
  std::string out =
      fmt::format("<polyline points=\"{}\" class=\"line c{}\"/>\n", points, number) + dots;
  if (series.limit) {
    const double y = scale.Y(*series.limit);
    out += Line(kLeft, y, kRight, y, fmt::format("limit c{}", number));
  }
  return out;
}

/// Labels side by side, in lanes, so that near ones do not cover each other. Those for which there
/// is no lane have their line and a title alone.
std::string Marks(const Plot& plot, const Scale& scale) {
  std::string out;
  std::array<double, kLanes> ends;
  ends.fill(-kInfinity);
  for (const Mark& mark : plot.marks) {
    if (mark.x < scale.first || mark.x > scale.last) continue;
    const double x = scale.X(mark.x);
    const double width = static_cast<double>(WidthOf(mark.label)) * kLetter + 8;
    const bool is_left = x + width > kWidth;
    const double begin = is_left ? x - width : x;
    auto* lane = std::ranges::find_if(ends, [begin](double end) { return end <= begin; });
    double top = kPlotTop;
    std::string label;
    if (lane != ends.end()) {
      *lane = begin + width;
      top = 8 + kLaneHeight * static_cast<double>(lane - ends.begin());
      label = Text(is_left ? x - 4 : x + 4, top + 9,
                   fmt::format("mark {}{}", mark.style, is_left ? " end" : ""), mark.label);
    }
    out += fmt::format("<g><title>{}</title>\n{}{}</g>\n", Escaped(mark.label),
                       Line(x, top, x, kBottom, fmt::format("event {}", mark.style)), label);
  }
  return out;
}

std::string Draw(Plot plot) {
  std::erase_if(plot.series, [](const Series& it) { return it.points.empty(); });
  if (plot.series.empty()) return {};
  if (plot.series.size() > kSeriesMax) plot.series.resize(kSeriesMax);
  std::ranges::sort(plot.marks, {}, [](const Mark& it) { return std::pair(it.x, it.label); });
  FitY(plot);
  const Scale scale = ScaleOf(plot);
  std::string out = fmt::format("<figure>\n<figcaption>{}</figcaption>\n<div class=\"keys\">",
                                Escaped(plot.title));
  for (std::size_t at = 0; at < plot.series.size(); ++at) {
    out += fmt::format("<span><i class=\"key k{}\"></i>{}</span>", at + 1,
                       Escaped(plot.series[at].name));
  }
  out += fmt::format("</div>\n<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">\n",
                     kWidth, kHeight, Escaped(plot.title));
  out += Axes(plot, scale);
  out += Marks(plot, scale);
  // The first one above the others.
  for (std::size_t at = plot.series.size(); at > 0; --at) {
    out += Curve(plot.series[at - 1], at, scale);
  }
  return out + "</svg>\n</figure>\n";
}

double Begin(const Report& report, std::int64_t window) {
  return static_cast<double>(window) * report.width;
}

void AddMark(const Report& report, std::optional<std::int64_t> window, std::string_view style,
             std::string label, Plot& plot) {
  if (window) plot.marks.push_back({Begin(report, *window), style, std::move(label)});
}

void MarkRollouts(const Report& report, Plot& plot) {
  for (const auto& promotion : report.promotions) {
    AddMark(report, promotion.window, "good", promotion.model + " promoted", plot);
  }
  for (const auto& rollout : report.rollouts) {
    if (rollout.outcome.empty() || rollout.outcome == "promoted") continue;
    std::string what = rollout.outcome;
    std::ranges::replace(what, '_', ' ');
    AddMark(report, rollout.end_window, "warn", rollout.model + " " + what, plot);
  }
}

void MarkAlerts(const Report& report, bool drift_alone, Plot& plot) {
  for (const auto& alert : report.alerts) {
    if (drift_alone && alert.column.empty()) continue;
    AddMark(report, alert.window, "bad",
            alert.column.empty() ? alert.rule : alert.rule + " " + alert.column, plot);
  }
}

std::string Accuracy(const Report& report) {
  Plot plot{.title = "Accuracy by window: what callers got, and each version that was asked",
            .x_step_least = report.width,
            .is_clock = report.time.empty()};
  std::vector<const ledger::Arm*> arms;
  // `served`, the first version, then the others.
  for (const bool is_first : {true, false}) {
    for (const auto& arm : report.arms) {
      const bool is_served = &arm == &report.arms.front();
      if ((is_served || arm.is_first) == is_first) arms.push_back(&arm);
    }
  }
  for (const ledger::Arm* arm : arms) {
    Series& series = plot.series.emplace_back();
    series.name = arm->name;
    for (const auto& point : arm->points) {
      if (point.accuracy) series.points.push_back({Begin(report, point.window), *point.accuracy});
    }
  }
  MarkAlerts(report, false, plot);
  MarkRollouts(report, plot);
  return Draw(std::move(plot));
}

std::string Drift(const Report& report) {
  Plot plot{.title = "Drift distance of columns that raised an alarm; dashed: the threshold",
            .x_step_least = report.width,
            .is_clock = report.time.empty()};
  for (const auto& column : report.drift) {
    Series& series = plot.series.emplace_back();
    series.name = column.column;
    series.limit = column.threshold;
    for (const auto& point : column.points) {
      series.points.push_back({Begin(report, point.window), point.distance});
    }
  }
  MarkAlerts(report, true, plot);
  return Draw(std::move(plot));
}

std::string Evidence(const Report& report) {
  Plot plot{.title = "Evidence for each challenger by window: log E",
            .x_step_least = report.width,
            .is_clock = report.time.empty()};
  for (const auto& rollout : report.rollouts) {
    Series& series = plot.series.emplace_back();
    series.name = rollout.model;
    for (const auto& look : rollout.looks) {
      if (look.log_e && look.window && std::isfinite(*look.log_e)) {
        series.points.push_back({Begin(report, *look.window), *look.log_e});
      }
    }
  }
  MarkRollouts(report, plot);
  return Draw(std::move(plot));
}

}  // namespace

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : Clean(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string DrawChart(ReportChart chart, const Report& report) {
  switch (chart) {
    case ReportChart::kNone: return {};
    case ReportChart::kAccuracy: return Accuracy(report);
    case ReportChart::kDrift: return Drift(report);
    case ReportChart::kEvidence: return Evidence(report);
  }
  return {};
}

}  // namespace galley::cli
