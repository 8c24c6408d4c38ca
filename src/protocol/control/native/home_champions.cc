#include "domain/observe/overview.h"
#include "domain/observe/windows.h"
#include "domain/rollout/rollouts.h"
#include "foundation/stats/interval.h"
#include "protocol/control/native/home_parts.h"
#include "protocol/control/native/serving_routes.h"

namespace galley::native {
namespace {

constexpr std::int64_t kMinutes = 60;
constexpr std::int64_t kMsPerMinute = 60'000;
constexpr double kTail = 0.99;

/// What the first of the endpoint's monitors says that has labels of the variant.
Result<std::optional<HomeQuality>> QualityOf(const HomeMaking& making,
                                             const std::vector<observe::Monitor>& monitors,
                                             std::string_view endpoint, const Id& variant) {
  db::Connection& db = making.view.db;
  for (const observe::Monitor& monitor : monitors) {
    if (monitor.settings.endpoint != endpoint) continue;
    const auto last = TRY(observe::LastQuality(db, monitor, variant));
    const auto accuracy = last ? last->counts.Accuracy() : std::nullopt;
    if (!accuracy) continue;
    const auto& counts = last->counts;
    const auto right = static_cast<double>(counts.true_positives + counts.true_negatives);
    const auto interval = stats::WilsonInterval(right, static_cast<double>(counts.labels()));
    const double width = monitor.settings.width();
    HomeQuality quality{.name = "accuracy",
                        .value = *accuracy,
                        .lo = interval.low,
                        .hi = interval.high,
                        .n = counts.labels(),
                        .from = static_cast<double>(last->window) * width,
                        .to = static_cast<double>(last->window + 1) * width,
                        .monitor = monitor.name,
                        .time = monitor.settings.time};
    if (const auto closed = TRY(observe::ClosedThrough(db, monitor))) {
      quality.closed_through = static_cast<double>(*closed + 1) * width;
    }
    if (const auto newest = TRY(observe::NewestWindow(db, monitor))) {
      quality.newest = static_cast<double>(*newest) * width;
    }
    return std::optional(std::move(quality));
  }
  return std::optional<HomeQuality>();
}

Status AddTraffic(const HomeMaking& making, const Id& variant, HomeChampion& champion) {
  champion.minutes = kMinutes;
  const auto traffic =
      TRY(observe::TrafficBetween(making.view.db, making.view.project, champion.endpoint, variant,
                                  making.now_ms - kMinutes * kMsPerMinute, making.now_ms));
  champion.requests = traffic.requests;
  champion.failed = traffic.failed;
  champion.p99_ms = traffic.QuantileMs(kTail);
  return {};
}

}  // namespace

Status AddChampions(HomeMaking& making) {
  const journal::View& view = making.view;
  const auto monitors = TRY(observe::ListMonitors(view.db, view.project));
  for (const auto& endpoint : TRY(rollout::ListEndpoints(view.db, view.project))) {
    if (endpoint.variants.empty()) continue;
    const rollout::Variant& variant = endpoint.variants.front();
    HomeChampion champion{.endpoint = endpoint.name,
                          .model = variant.model,
                          .version = variant.version,
                          .variant = variant.id.Hex(),
                          .since_ms = variant.created_ms,
                          .state = MessageOf(endpoint, making.project, making.gateway).state};
    for (const auto& revision : TRY(rollout::ListRevisions(view.db, endpoint.row, 1))) {
      champion.since_ms = revision.at_ms;
    }
    champion.accuracy = TRY(QualityOf(making, monitors, endpoint.name, variant.id));
    TRY(AddTraffic(making, variant.id, champion));
    making.answer.champions.push_back(std::move(champion));
  }
  return {};
}

}  // namespace galley::native
