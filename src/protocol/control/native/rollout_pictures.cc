#include <algorithm>
#include <map>
#include <utility>

#include "domain/observe/arrival.h"
#include "domain/observe/samples.h"
#include "domain/observe/windows.h"
#include "domain/rollout/review.h"
#include "foundation/io/clock.h"
#include "foundation/schema/decode.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/monitor_shapes.h"
#include "protocol/control/native/rollout_picture_messages.h"
#include "protocol/control/native/serving_routes.h"
#include "storage/journal/journal.h"

namespace galley::native {
namespace {

using journal::View;

constexpr std::int64_t kBucketsMax = 200;
constexpr std::int64_t kWindowsMax = 200;
constexpr std::int64_t kEventsMax = 1000;
constexpr std::int64_t kSamplesMax = 100;
constexpr std::int64_t kStepMs = 10'000;  // Of what is stored.
constexpr std::int64_t kLongestMs = std::int64_t{7} * 24 * 3600 * 1000;
constexpr double kMsPerSecond = 1000;
constexpr double kMedian = 0.5;
constexpr double kMost = 0.9;
constexpr double kNearly = 0.95;
constexpr double kTail = 0.99;

/// What of an event's detail is needed here.
struct Happened {
  std::int64_t step = 0;
  std::int64_t weight = 0;
  std::int64_t mirror = 0;
  static const schema::Message kSchema;
};
constexpr schema::Field kHappened[] = {schema::Of<&Happened::step>("step"),
                                       schema::Of<&Happened::weight>("weight"),
                                       schema::Of<&Happened::mirror>("mirror")};

std::int64_t Floor(std::int64_t ms) {
  return ms / kStepMs * kStepMs;
}

/// The monitor by which a rollout's quality is shown; null, with the reason: there is none.
Result<std::optional<observe::Monitor>> MonitorOf(const View& view, const rollout::Rollout& rollout,
                                                  const std::string& asked, std::string& reason) {
  std::string name = asked;
  for (const auto& step : rollout::PlanOf(rollout.strategy).steps) {
    if (name.empty() && step.kind == rollout::PlannedStep::Kind::kAnalysis) name = step.monitor;
  }
  std::vector<observe::Monitor> found;
  for (auto& monitor : TRY(observe::ListMonitors(view.db, view.project))) {
    if (monitor.settings.endpoint != rollout.endpoint) continue;
    if (name.empty() || monitor.name == name) found.push_back(std::move(monitor));
  }
  if (found.size() == 1) return std::optional(std::move(found.front()));
  if (!asked.empty()) {
    return Fail(Code::kNotFound, "the endpoint '{}' has no monitor '{}'", rollout.endpoint, asked);
  }
  reason = !name.empty()   ? fmt::format("the monitor '{}' of the analysis is gone", name)
           : found.empty() ? fmt::format("the endpoint '{}' has no monitor", rollout.endpoint)
                           : fmt::format(
                                 "the endpoint '{}' has {} monitors, and no analysis "
                                 "names one of them",
                                 rollout.endpoint, found.size());
  return std::optional<observe::Monitor>();
}

SeriesTraffic MessageOf(const observe::TrafficPoint& point, std::int64_t step_ms) {
  const observe::Traffic& traffic = point.traffic;
  SeriesTraffic message{.at_ms = point.at_ms,
                        .requests = traffic.requests,
                        .failed = traffic.failed,
                        .degraded = traffic.degraded};
  const auto requests = static_cast<double>(traffic.requests);
  message.rps = requests * kMsPerSecond / static_cast<double>(step_ms);
  if (traffic.requests > 0) {
    message.error_ratio = static_cast<double>(traffic.failed + traffic.degraded) / requests;
  }
  message.p50_ms = traffic.QuantileMs(kMedian);
  message.p95_ms = traffic.QuantileMs(kNearly);
  message.p99_ms = traffic.QuantileMs(kTail);
  return message;
}

Status AddTraffic(const View& view, const rollout::Rollout& rollout, RolloutSeries& series) {
  for (const auto& point :
       TRY(observe::TrafficSeries(view.db, view.project, rollout.endpoint, series.from_ms,
                                  series.to_ms, series.step_ms))) {
    const auto found =
        std::ranges::find(series.variants, point.variant.Hex(), &SeriesVariant::variant);
    if (found != series.variants.end()) {
      found->traffic.push_back(MessageOf(point, series.step_ms));
    }
  }
  return {};
}

/// Windows of the monitor by when their predictions were made.
Status AddQuality(const View& view, const rollout::Rollout& rollout,
                  const observe::Monitor& monitor, RolloutSeries& series) {
  const auto windows = TRY(observe::WindowsMadeIn(
      view.db, monitor, std::max(series.from_ms, rollout.created_ms), series.to_ms, kWindowsMax));
  if (windows.empty()) return {};
  const MonitorMessage shown = TRY(MonitorMessageOf(view, monitor));
  const double width = monitor.settings.width();
  const std::int64_t first = windows.front().window;
  std::map<std::int64_t, Lags> lags;
  for (const auto& lag : TRY(observe::ListLags(view.db, monitor, first))) {
    lags[lag.window][lag.bucket] += lag.rows;
  }
  std::map<std::int64_t, observe::QualityCounts> whole;
  std::map<std::pair<Id, std::int64_t>, observe::QualityCounts> single;
  for (const auto& it :
       TRY(observe::ListMeasured(view.db, monitor, "", first, std::optional<bool>()))) {
    if (!it.mirrored) whole[it.window].Merge(it.counts);
    single[{it.variant, it.window}].Merge(it.counts);
  }
  for (const auto& [window, made] : windows) {
    const observe::QualityCounts& counts = whole[window];
    SeriesWindow& line = series.windows.emplace_back();
    line.window = window;
    line.state = WindowState(shown, counts, static_cast<double>(window + 1) * width);
    if (counts.predictions > 0) {
      line.coverage =
          static_cast<double>(counts.labels()) / static_cast<double>(counts.predictions);
    }
    line.lag_p50_ms = QuantileMs(lags[window], kMedian);
    line.lag_p90_ms = QuantileMs(lags[window], kMost);
    for (SeriesVariant& variant : series.variants) {
      const auto found = single.find({*Id::Parse(variant.variant), window});
      if (found == single.end()) continue;
      SeriesQuality& quality = variant.quality.emplace_back();
      quality.window = window;
      quality.first_ms = made.first_ms;
      quality.last_ms = made.last_ms;
      AddAccuracy(found->second, quality);
    }
  }
  return {};
}

Status AddMarkers(const View& view, const rollout::Rollout& rollout, RolloutSeries& series) {
  const auto steps = rollout::PlanOf(rollout.strategy).steps;
  const auto events = TRY(journal::ReadEvents(
      view.db, view.project, {.before = {}, .subject = rollout.id.Hex(), .limit = kEventsMax}));
  for (const journal::Event& event : events) {
    // Neither is a change: a look that decides nothing, and the gateway's word for one before.
    if (event.kind == "rollout.judged" || event.kind == "rollout.acknowledged") continue;
    if (event.at_ms < series.from_ms) continue;
    const auto detail = schema::FromJson<Happened>(event.detail, {});
    SeriesMarker marker{.sequence = event.sequence, .at_ms = event.at_ms, .kind = event.kind};
    if (detail) {
      marker.weight = detail->weight;
      marker.mirror = detail->mirror;
      const bool has =
          event.kind == "rollout.stepped" && detail->step >= 1 && detail->step <= std::ssize(steps);
      if (has) marker.step = rollout::Describe(steps[static_cast<std::size_t>(detail->step - 1)]);
    }
    series.markers.push_back(std::move(marker));
  }
  std::ranges::reverse(series.markers);
  return {};
}

Result<SeriesVariant> VariantOf(const View& view, const Id& id, std::string_view role) {
  const auto found = TRY(rollout::GetVariant(view.db, view.project, id)).variant;
  return SeriesVariant{.variant = id.Hex(),
                       .role = std::string(role),
                       .model = found.model,
                       .version = found.version};
}

Result<RolloutSeries> Series(const View& view, const AskSeries& message,
                             const http::Request& request) {
  if (message.buckets < 1 || message.buckets > kBucketsMax) {
    return Fail(Code::kInvalidArgument, "'buckets' must be from 1 to {}, not {}", kBucketsMax,
                message.buckets);
  }
  const auto rollout = TRY(rollout::GetRolloutByNumber(
      view.db, view.project, TRY(RolloutNumberOf(request.Captured("number")))));
  const std::int64_t end = rollout.ended_ms.value_or(io::SystemClock().NowMs());
  RolloutSeries series;
  series.is_cut = end - rollout.created_ms > kLongestMs;
  series.from_ms = Floor(series.is_cut ? end - kLongestMs : rollout.created_ms);
  series.to_ms = Floor(end) + kStepMs;
  const std::int64_t steps = (series.to_ms - series.from_ms) / kStepMs;
  series.step_ms = (steps + message.buckets - 1) / message.buckets * kStepMs;
  series.variants = {TRY(VariantOf(view, rollout.champion, "champion")),
                     TRY(VariantOf(view, rollout.challenger, "challenger"))};
  TRY(AddTraffic(view, rollout, series));
  if (const auto monitor = TRY(MonitorOf(view, rollout, message.monitor, series.monitor_reason))) {
    series.monitor = monitor->name;
    TRY(AddQuality(view, rollout, *monitor, series));
  }
  TRY(AddMarkers(view, rollout, series));
  return series;
}

/// What rows a metric fails by; null, with the reason: no row says anything of it.
Result<std::optional<observe::Fault>> FaultOf(std::string_view metric, std::string& reason) {
  using observe::Fault;
  if (metric == "log_loss" || metric == "brier") return std::optional(Fault::kLoss);
  if (metric == "accuracy" || metric == "balanced_accuracy") return std::optional(Fault::kWrong);
  if (metric == "precision") return std::optional(Fault::kFalsePositive);
  if (metric == "recall") return std::optional(Fault::kFalseNegative);
  if (metric == "error_ratio") {
    reason = "a request that failed leaves no prediction";
  } else if (metric == "p99_ms") {
    reason = "gateways count how long requests took, and not which one took how long";
  } else if (metric == "base_rate" || metric == "conversion") {
    reason = "no single row fails by it";
  } else {
    return Fail(Code::kInvalidArgument,
                "'metric' must be one of the rollout's evidence (log_loss, brier, accuracy, "
                "balanced_accuracy, precision, recall, base_rate, conversion, error_ratio, "
                "p99_ms), not '{}'",
                metric);
  }
  return std::optional<Fault>();
}

std::vector<RolloutSample> MessagesOf(const std::vector<observe::Sample>& samples) {
  std::vector<RolloutSample> messages;
  for (const observe::Sample& sample : samples) {
    RolloutSample& message = messages.emplace_back();
    message.prediction = sample.prediction.Hex();
    message.at_ms = sample.at_ms;
    message.mirrored = sample.is_mirrored;
    message.probability = sample.probability;
    message.label = sample.label;
    message.loss = sample.loss;
    if (sample.other) message.champion = sample.other->Hex();
    message.champion_probability = sample.other_value;
    message.champion_loss = sample.other_loss;
  }
  return messages;
}

Result<RolloutSamples> Samples(const View& view, const AskSamples& message,
                               const http::Request& request) {
  if (message.limit < 1 || message.limit > kSamplesMax) {
    return Fail(Code::kInvalidArgument, "'limit' must be from 1 to {}, not {}", kSamplesMax,
                message.limit);
  }
  const auto rollout = TRY(rollout::GetRolloutByNumber(
      view.db, view.project, TRY(RolloutNumberOf(request.Captured("number")))));
  RolloutSamples answer{.metric = message.metric};
  const auto fault = TRY(FaultOf(message.metric, answer.reason));
  if (!fault) return answer;
  const auto monitor = TRY(MonitorOf(view, rollout, message.monitor, answer.reason));
  if (!monitor) return answer;
  answer.monitor = monitor->name;
  const auto samples =
      TRY(observe::SamplesOf(view.db, view.project, *monitor,
                             {.variant = rollout.challenger,
                              .other = rollout.champion,
                              .from_ms = rollout.created_ms,
                              .to_ms = rollout.ended_ms.value_or(io::SystemClock().NowMs()),
                              .fault = *fault,
                              .limit = static_cast<std::size_t>(message.limit)}));
  answer.looked_at = samples.looked_at;
  if (samples.looked_at == 0) answer.reason = "no row of the challenger has a label yet";
  answer.first = MessagesOf(samples.first);
  answer.failing = MessagesOf(samples.failing);
  return answer;
}

}  // namespace

const schema::Message Happened::kSchema{"rollout_event", kHappened};

void AddRolloutPictures(std::vector<http::Route>& routes, const Api& api) {
  AddRead(routes, api, "rollouts/{number}/series", Series);
  AddRead(routes, api, "rollouts/{number}/samples", Samples);
}

}  // namespace galley::native
