#include <algorithm>
#include <cmath>
#include <map>

#include "domain/observe/drift.h"
#include "domain/observe/windows.h"
#include "domain/registry/service.h"
#include "domain/rollout/service.h"
#include "foundation/io/clock.h"
#include "foundation/stats/interval.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/messages.h"
#include "protocol/control/native/monitor_messages.h"
#include "protocol/control/native/monitor_shapes.h"
#include "protocol/control/native/reference_dataset.h"

namespace galley::native {
namespace {

using http::Method;
using journal::View;

constexpr std::string_view kActor = "anonymous";
constexpr std::int64_t kSpanMax = 10'000;
constexpr std::int64_t kLastMax = 1000;
constexpr std::int64_t kMinutesMax = 30 * 24 * 60;
constexpr std::int64_t kMsPerMinute = 60'000;
constexpr double kBillion = 1e9;
constexpr double kMedian = 0.5;
constexpr double kTail = 0.99;

/// The reference that settings name, unless it is in force.
Result<std::optional<observe::Reference>> NamedReference(const Api& api,
                                                         const http::Request& request,
                                                         const observe::Monitor& monitor) {
  const auto& drift = monitor.settings.drift;
  if (!drift || drift->reference.empty()) return std::optional<observe::Reference>();
  constexpr std::string_view kKey = "drift.reference";
  ReferredVersion found;
  bool is_in_force = false;
  TRY(api.store.Read(Project(request), [&](const View& view) -> Status {
    found = TRY(FindReferred(view, monitor, drift->reference, kKey));
    for (const auto& known : TRY(observe::ListMonitors(view.db, view.project))) {
      if (known.name != monitor.name) continue;
      const auto source = TRY(observe::FindSource(view.db, known, std::nullopt));
      is_in_force = source && source->source.version_id == found.version.id &&
                    observe::MeasuresAlike(known.settings, monitor.settings);
    }
    return {};
  }));
  if (is_in_force) return std::optional<observe::Reference>();
  return std::optional(TRY(ReadReferred(api, Project(request), monitor, found, kKey)));
}

Result<http::Response> Set(const Api& api, const http::Request& request) {
  const observe::Monitor wanted{.name = std::string(request.Captured("name")),
                                .settings = TRY(observe::ParseMonitor(request.body))};
  // Outside of the transaction: nobody else's write waits for it.
  const auto reference = TRY(NamedReference(api, request, wanted));
  TRY(api.store.WriteAndWait(db::WriteClass::kInteractive, Project(request), std::string(kActor),
                             [&](journal::Change& change) -> Status {
                               TRY(observe::SetMonitor(change, wanted.name, wanted.settings));
                               if (!reference) return {};
                               const auto monitor =
                                   TRY(observe::GetMonitor(change.db, change.project, wanted.name));
                               return observe::SetReference(change, monitor, *reference);
                             }));
  return http::Response{.body = "{}"};
}

Result<http::Response> Remove(const Api& api, const http::Request& request) {
  TRY(api.store.WriteAndWait(db::WriteClass::kInteractive, Project(request), std::string(kActor),
                             [&](journal::Change& change) {
                               return observe::RemoveMonitor(change, request.Captured("name"));
                             }));
  return http::Response{.body = "{}"};
}

Result<MonitorsAnswer> List(const View& view, const Nothing& /*message*/,
                            const http::Request& /*request*/) {
  MonitorsAnswer answer;
  for (const auto& monitor : TRY(observe::ListMonitors(view.db, view.project))) {
    answer.monitors.push_back(TRY(MonitorMessageOf(view, monitor)));
  }
  return answer;
}

void AddMeasures(const observe::QualityCounts& counts, MeasuredWindow& window) {
  window.predictions = counts.predictions;
  window.labels = counts.labels();
  window.unreadable = counts.unreadable;
  window.true_positives = counts.true_positives;
  window.false_positives = counts.false_positives;
  window.false_negatives = counts.false_negatives;
  window.true_negatives = counts.true_negatives;
  if (counts.predictions > 0) {
    window.coverage =
        static_cast<double>(counts.labels()) / static_cast<double>(counts.predictions);
  }
  window.accuracy = counts.Accuracy();
  if (window.accuracy) {
    const auto interval =
        stats::WilsonInterval(static_cast<double>(counts.true_positives + counts.true_negatives),
                              static_cast<double>(counts.labels()));
    window.accuracy_low = interval.low;
    window.accuracy_high = interval.high;
  }
  window.balanced_accuracy = counts.BalancedAccuracy();
  window.precision = counts.Precision();
  window.recall = counts.Recall();
  window.base_rate = counts.BaseRate();
  window.majority = counts.Majority();
  window.log_loss = counts.LogLoss();
  window.brier = counts.Brier();
  window.conversions = counts.conversions;
  window.conversion_labels = counts.conversion_labels;
  window.conversion = counts.Conversion();
  if (window.conversion) {
    const auto interval = stats::WilsonInterval(static_cast<double>(counts.conversions),
                                                static_cast<double>(counts.predictions));
    window.conversion_low = interval.low;
    window.conversion_high = interval.high;
  }
  window.cost_labels = counts.cost_labels;
  window.cost = counts.Cost();
  for (std::size_t bin = 0; bin < counts.bin_rows.size(); ++bin) {
    const auto rows = static_cast<double>(counts.bin_rows[bin]);
    CalibrationBin& shown = window.calibration.emplace_back();
    shown.rows = counts.bin_rows[bin];
    if (counts.bin_rows[bin] == 0) continue;
    shown.mean_probability = static_cast<double>(counts.bin_scores_e9[bin]) / kBillion / rows;
    shown.share_of_yes = static_cast<double>(counts.bin_positives[bin]) / rows;
  }
}

/// Which group of windows, which variant, which answers, which value.
struct GroupKey {
  std::int64_t first = 0;
  Id variant;
  bool mirrored = false;
  std::string value;
  auto operator<=>(const GroupKey&) const = default;
};

/// As `observe::Arm::mirrored`.
Result<std::optional<bool>> MirroredOf(std::string_view arm) {
  if (arm == "served") return std::optional(false);
  if (arm == "mirrored") return std::optional(true);
  if (arm == "all") return std::optional<bool>();
  return Fail(Code::kInvalidArgument, "'arm' must be served, mirrored or all, not '{}'", arm);
}

/// What a variant's model is; it stays empty where the variant is not known.
template <typename Message>
void NameModel(const View& view, const Id& variant, Message& message) {
  if (const auto found = rollout::GetVariant(view.db, view.project, variant)) {
    message.model = found->variant.model;
    message.version = found->variant.version;
  }
}

Result<WindowsAnswer> Windows(const View& view, const AskWindows& message,
                              const http::Request& request) {
  if (message.span < 1 || message.span > kSpanMax || message.last < 1 || message.last > kLastMax) {
    return Fail(Code::kInvalidArgument, "'span' must be from 1 to {} and 'last' from 1 to {}",
                kSpanMax, kLastMax);
  }
  const auto mirrored = TRY(MirroredOf(message.arm));
  const auto monitor = TRY(observe::GetMonitor(view.db, view.project, request.Captured("name")));
  const auto& slices = monitor.settings.slices;
  if (!message.slice.empty() && std::ranges::find(slices, message.slice) == slices.end()) {
    std::string names;
    for (const std::string& name : slices) names += (names.empty() ? "" : ", ") + name;
    return Fail(Code::kInvalidArgument, "the monitor '{}' has no slice '{}'; it has: {}",
                monitor.name, message.slice, names.empty() ? "none" : names);
  }
  WindowsAnswer answer{.monitor = TRY(MonitorMessageOf(view, monitor)), .windows = {}};
  const auto newest = TRY(observe::NewestWindow(view.db, monitor));
  if (!newest) return answer;
  // Blocks of `span` windows, counted back from the newest; of a slice the newest block alone.
  const std::int64_t blocks = message.slice.empty() ? message.last : 1;
  const std::int64_t first = *newest - message.span * blocks + 1;
  std::map<GroupKey, observe::QualityCounts> groups;
  for (const auto& it :
       TRY(observe::ListMeasured(view.db, monitor, message.slice, first, mirrored))) {
    const std::int64_t begin = first + (it.window - first) / message.span * message.span;
    groups[{begin, it.variant, it.mirrored, it.slice}].Merge(it.counts);
  }
  const double width = monitor.settings.width();
  for (const auto& [key, counts] : groups) {
    MeasuredWindow window{.from = static_cast<double>(key.first) * width,
                          .to = static_cast<double>(key.first + message.span) * width,
                          .variant = key.variant.Hex()};
    window.state = WindowState(answer.monitor, counts, window.to);
    window.arm = key.mirrored ? "mirrored" : "served";
    NameModel(view, key.variant, window);
    if (!message.slice.empty()) window.value = key.value;
    AddMeasures(counts, window);
    answer.windows.push_back(std::move(window));
  }
  return answer;
}

std::vector<DriftColumn> ToMessages(const std::vector<observe::ColumnReference>& references) {
  std::vector<DriftColumn> columns;
  for (const auto& reference : references) {
    columns.push_back({.column = reference.column,
                       .threshold = reference.threshold,
                       .blocks = reference.blocks,
                       .rows = static_cast<std::int64_t>(reference.histogram.n())});
  }
  return columns;
}

Result<http::Response> Refer(const Api& api, const http::Request& request) {
  observe::Monitor monitor;
  TRY(api.store.Read(Project(request), [&](const View& view) -> Status {
    monitor = TRY(observe::GetMonitor(view.db, view.project, request.Captured("name")));
    return {};
  }));
  AskReference message;
  TRY(DecodeQuery(request, AskReference::kSchema, &message));
  if (message.model.empty() != !message.version) {
    return Fail(Code::kInvalidArgument, "give both 'model' and 'version', or none of them");
  }
  // Outside of the transaction: nobody else's write waits for it.
  const auto reference = TRY(observe::MakeReference(monitor, request.body));
  TRY(api.store.WriteAndWait(
      db::WriteClass::kInteractive, Project(request), std::string(kActor),
      [&](journal::Change& change) -> Status {
        if (!message.version) return observe::SetReference(change, monitor, reference);
        const auto version =
            TRY(registry::GetVersion(change.db, change.project, message.model, *message.version));
        return observe::KeepReference(change, monitor, reference, version.id);
      }));
  const DriftAnswer answer{.monitor = monitor.name,
                           .measure = monitor.settings.drift->measure,
                           .reference = ToMessages(reference.columns),
                           .windows = {}};
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

Result<DriftAnswer> Drift(const View& view, const AskDrift& message, const http::Request& request) {
  if (message.last < 1 || message.last > kLastMax) {
    return Fail(Code::kInvalidArgument, "'last' must be from 1 to {}", kLastMax);
  }
  const auto monitor = TRY(observe::GetMonitor(view.db, view.project, request.Captured("name")));
  if (!monitor.settings.drift) {
    return Fail(Code::kFailedPrecondition, "the monitor '{}' looks at no drift: it has no 'drift'",
                monitor.name);
  }
  const auto references = TRY(observe::ListReferences(view.db, monitor));
  DriftAnswer answer{.monitor = monitor.name,
                     .measure = monitor.settings.drift->measure,
                     .span = monitor.settings.drift->span,
                     .reference = ToMessages(references),
                     .windows = {}};
  const double width = monitor.settings.width();
  for (const auto& it :
       TRY(observe::ListDrift(view.db, monitor, references, {.last = message.last}))) {
    DriftWindow window{.from = static_cast<double>(it.window - answer.span + 1) * width,
                       .to = static_cast<double>(it.window + 1) * width,
                       .state = it.is_open ? "open" : "closed",
                       .rows = it.rows};
    for (std::size_t at = 0; at < references.size(); ++at) {
      const auto& found = it.columns[at];
      window.columns.push_back({.column = references[at].column,
                                .distance = found.distance,
                                .psi = found.distances.psi,
                                .ks = found.distances.ks,
                                .js = found.distances.js,
                                .wasserstein = found.distances.wasserstein,
                                .beyond = found.beyond,
                                .alarm = found.alarm});
    }
    answer.windows.push_back(std::move(window));
  }
  return answer;
}

Result<Id> VariantOf(std::string_view text, std::string_view parameter) {
  if (const auto id = Id::Parse(text)) return *id;
  return Fail(Code::kInvalidArgument, "'{}': '{}' is no variant id; one has 32 hexadecimal digits",
              parameter, text);
}

/// The variants that a question means; null: there are none yet.
Result<std::optional<observe::Pair>> PairOf(const View& view, const observe::Monitor& monitor,
                                            const AskComparison& message) {
  if (message.champion.empty() != message.challenger.empty()) {
    return Fail(Code::kInvalidArgument, "give both 'champion' and 'challenger', or none of them");
  }
  if (message.champion.empty()) return observe::NewestPair(view.db, monitor);
  return std::optional(
      observe::Pair{.champion = TRY(VariantOf(message.champion, "champion")),
                    .challenger = TRY(VariantOf(message.challenger, "challenger"))});
}

void AddBlocks(const std::vector<observe::PairedBlock>& blocks, double width,
               std::optional<std::int64_t> closed, std::vector<ComparedWindow>& windows) {
  std::optional<std::int64_t> last;
  for (const auto& [number, value, block] : blocks) {
    if (last != number) {
      windows.push_back({.from = static_cast<double>(number) * width,
                         .to = static_cast<double>(number + 1) * width,
                         .state = closed && *closed >= number ? "closed" : "open"});
    }
    last = number;
    ComparedWindow& window = windows.back();
    const auto rows = static_cast<std::int64_t>(block.rows);
    window.rows += rows;
    window.sum += block.sum;
    window.blocks.push_back({.value = value, .rows = rows, .sum = block.sum, .mean = block.Mean()});
  }
}

Result<ComparisonAnswer> Compare(const View& view, const AskComparison& message,
                                 const http::Request& request) {
  if (message.last < 1 || message.last > kLastMax) {
    return Fail(Code::kInvalidArgument, "'last' must be from 1 to {}", kLastMax);
  }
  const auto monitor = TRY(observe::GetMonitor(view.db, view.project, request.Captured("name")));
  if (!monitor.settings.compare) {
    return Fail(Code::kFailedPrecondition, "the monitor '{}' compares nothing: it has no 'compare'",
                monitor.name);
  }
  ComparisonAnswer answer{.monitor = monitor.name};
  const auto pair = TRY(PairOf(view, monitor, message));
  const auto newest = TRY(observe::NewestWindow(view.db, monitor));
  if (!pair) return answer;
  answer.champion = ComparedVariant{.variant = pair->champion.Hex()};
  answer.challenger = ComparedVariant{.variant = pair->challenger.Hex()};
  NameModel(view, pair->champion, *answer.champion);
  NameModel(view, pair->challenger, *answer.challenger);
  if (!newest) return answer;
  AddBlocks(TRY(observe::ListPaired(view.db, monitor, pair->champion, pair->challenger,
                                    *newest - message.last + 1, *newest)),
            monitor.settings.width(), TRY(observe::ClosedThrough(view.db, monitor)),
            answer.windows);
  return answer;
}

Result<TrafficAnswer> Traffic(const View& view, const AskTraffic& message,
                              const http::Request& request) {
  if (message.minutes < 1 || message.minutes > kMinutesMax) {
    return Fail(Code::kInvalidArgument, "'minutes' must be from 1 to {}, not {}", kMinutesMax,
                message.minutes);
  }
  TrafficAnswer answer{.endpoint = std::string(request.Captured("name")),
                       .to_ms = io::SystemClock().NowMs(),
                       .variants = {}};
  answer.from_ms = answer.to_ms - message.minutes * kMsPerMinute;
  TRY(rollout::GetEndpoint(view.db, view.project, answer.endpoint));
  for (const auto& [variant, traffic] : TRY(observe::TrafficOf(
           view.db, view.project, answer.endpoint, answer.from_ms, answer.to_ms))) {
    TrafficOfVariant& shown = answer.variants.emplace_back();
    if (variant != Id{}) {
      shown.variant = variant.Hex();
      NameModel(view, variant, shown);
    }
    shown.requests = traffic.requests;
    shown.failed = traffic.failed;
    shown.degraded = traffic.degraded;
    if (traffic.requests > 0) {
      shown.error_ratio =
          static_cast<double>(traffic.failed) / static_cast<double>(traffic.requests);
    }
    shown.p50_ms = traffic.QuantileMs(kMedian);
    shown.p99_ms = traffic.QuantileMs(kTail);
  }
  return answer;
}

}  // namespace

Result<MonitorMessage> MonitorMessageOf(const View& view, const observe::Monitor& monitor) {
  MonitorMessage message{.id = monitor.id.Hex(),
                         .name = monitor.name,
                         .settings = monitor.settings,
                         .actor = monitor.actor,
                         .created_ms = monitor.created_ms};
  message.watermark = TRY(observe::WatermarkOf(view.db, monitor));
  message.stated_watermark = TRY(observe::StatedWatermark(view.db, monitor));
  if (const auto closed = TRY(observe::ClosedThrough(view.db, monitor))) {
    message.closed_through = static_cast<double>(*closed + 1) * monitor.settings.width();
  }
  message.without_time = TRY(observe::WithoutTime(view.db, monitor));
  if (const auto newest = TRY(observe::NewestWindow(view.db, monitor))) {
    message.newest = static_cast<double>(*newest) * monitor.settings.width();
  }
  if (const auto known = TRY(observe::FindSource(view.db, monitor, std::nullopt))) {
    message.reference = ReferenceMessageOf(*known);
  }
  return message;
}

std::string WindowState(const MonitorMessage& monitor, const observe::QualityCounts& counts,
                        double end) {
  if (counts.predictions > 0 && counts.labels() >= counts.predictions) return "complete";
  if (monitor.stated_watermark && *monitor.stated_watermark >= end) return "closed";
  const bool is_late =
      monitor.watermark && *monitor.watermark >= end + monitor.settings.labels_late;
  return is_late ? "late" : "open";
}

std::vector<http::Route> MonitorRoutes(const Api& api) {
  constexpr auto kTrack = policy::Right::kTrack;
  std::vector<http::Route> routes;
  routes.push_back(
      WorkRoute(api, Method::kPut, "monitors/{name}", kTrack, Set,
                {.body = &observe::MonitorSettings::kSchema, .answer = &Nothing::kSchema}));
  routes.push_back(WorkRoute(api, Method::kDelete, "monitors/{name}", kTrack, Remove,
                             {.answer = &Nothing::kSchema}));
  routes.push_back(
      WorkRoute(api, Method::kPut, "monitors/{name}/reference", kTrack, Refer,
                {.parameters = &AskReference::kSchema, .answer = &DriftAnswer::kSchema}));
  routes.back().body_bytes_max = observe::kReferenceBytesMax;
  AddMonitorReference(routes, api);
  AddRead(routes, api, "monitors/{name}/drift", Drift);
  AddRead(routes, api, "monitors/{name}/compare", Compare);
  AddRead(routes, api, "endpoints/{name}/traffic", Traffic);
  AddRead(routes, api, "monitors", List);
  AddRead(routes, api, "monitors/{name}/windows", Windows);
  AddMonitorPictures(routes, api);
  return routes;
}

}  // namespace galley::native
