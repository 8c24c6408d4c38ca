#include <algorithm>
#include <cmath>
#include <map>

#include "domain/ledger/parts.h"
#include "domain/observe/service.h"
#include "domain/observe/windows.h"

namespace galley::ledger {
namespace {

constexpr double kMsPerSecond = 1000;

/// What the guide that this program follows says of itself: before, and what is to be reached.
struct GoalRow {
  std::string_view name;
  std::string_view goal;
};
constexpr std::string_view kDeployment = "deployment time";
constexpr std::string_view kCycle = "experiment cycle";
constexpr std::string_view kDiagnosis = "diagnosis time";
constexpr std::string_view kRanking = "time to a ranking of causes";
constexpr std::string_view kAvailability = "availability";
constexpr std::string_view kMedian = "response time p50";
constexpr std::string_view kResponse = "response time p99";
constexpr std::string_view kThroughput = "throughput";
constexpr GoalRow kGoals[] = {{kDeployment, "2 h"},    {kCycle, "2 days"},
                              {kDiagnosis, "30 min"},  {kAvailability, "99.9 %"},
                              {kResponse, "< 100 ms"}, {kThroughput, "> 1000 per s"}};

Effect Named(std::string_view name, std::string_view unit, std::string_view seen_by) {
  Effect effect{
      .name = std::string(name), .unit = std::string(unit), .seen_by = std::string(seen_by)};
  const auto* goal = std::ranges::find(kGoals, name, &GoalRow::name);
  if (goal != std::end(kGoals)) effect.goal = goal->goal;
  return effect;
}

struct Sample {
  double ms = 0;
  std::int64_t event = 0;
};

/// Nearest rank.
double QuantileOf(const std::vector<Sample>& sorted, double q) {
  const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1].ms;
}

Effect OfSamples(std::string_view name, std::vector<Sample> samples) {
  Effect effect = Named(name, "ms", "journal");
  effect.samples = static_cast<std::int64_t>(samples.size());
  for (const Sample& sample : samples) effect.events.push_back(sample.event);
  if (samples.empty()) return effect;
  std::ranges::sort(samples, {}, &Sample::ms);
  effect.value = QuantileOf(samples, 0.5);
  effect.p90 = QuantileOf(samples, 0.9);
  return effect;
}

/// From the registration of a version to its first answer as the champion.
Result<std::vector<Sample>> Deployments(Making& making) {
  std::map<std::string, std::int64_t> registered;  // By version id.
  for (const TrainedVersion& trained : making.report.trained) {
    registered[trained.version_id] = trained.registered_ms;
  }
  std::vector<Sample> samples;
  const auto add = [&](const std::string& id, std::int64_t at_ms, std::int64_t event) -> Status {
    const auto variant = std::ranges::find(making.report.served, id, &ServedVariant::id);
    if (variant == making.report.served.end()) return {};
    const auto began = registered.find(variant->version_id);
    const auto parsed = Id::Parse(id);
    if (!parsed || began == registered.end() || began->second == 0) return {};
    const auto predicted = TRY(observe::PredictedBy(making.db, making.project, *parsed));
    if (predicted.rows == 0) return {};
    const std::int64_t end_ms = std::max(at_ms, predicted.first_ms);
    samples.push_back({static_cast<double>(end_ms - began->second), event});
    return {};
  };
  for (const Happening& it : making.happenings) {
    if (it.what == What::kEndpointCreated && IsOurs(making, it)) {
      TRY(add(it.variant, it.at_ms, it.sequence));
    }
  }
  for (const PromotionEntry& promotion : making.report.promotions) {
    std::string variant = promotion.variant;
    for (const ServedVariant& served : making.report.served) {
      if (variant.empty() && served.model == promotion.model) variant = served.id;
    }
    TRY(add(variant, promotion.at_ms, promotion.event));
  }
  return samples;
}

/// From the newest dataset version that went into a version to its gate's decision, else to its
/// registration.
std::vector<Sample> Cycles(const Making& making) {
  std::vector<Sample> samples;
  for (const TrainedVersion& trained : making.report.trained) {
    std::int64_t began_ms = 0;
    std::int64_t ended_ms = 0;
    std::int64_t ended = 0;
    for (const Happening& it : making.happenings) {
      const bool is_registered =
          it.what == What::kVersionCreated && it.subject == trained.version_id;
      const bool is_decided =
          it.what == What::kGateDecided && trained.gate_event && it.sequence == *trained.gate_event;
      if (is_decided || (is_registered && !trained.gate_event)) {
        ended_ms = it.at_ms;
        ended = it.sequence;
      }
      if (it.what != What::kDatasetCommitted) continue;
      for (const TrainedDataset& used : trained.datasets) {
        if (it.dataset == fmt::format("{}@{}", used.name, used.version)) {
          began_ms = std::max(began_ms, it.at_ms);
        }
      }
    }
    if (began_ms > 0 && ended_ms >= began_ms) {
      samples.push_back({static_cast<double>(ended_ms - began_ms), ended});
    }
  }
  return samples;
}

/// From the first alert of an incident: to its cause as somebody set it, or to Galley's ranking.
std::vector<Sample> Diagnoses(const Report& report, bool by_people) {
  std::vector<Sample> samples;
  for (const IncidentEntry& incident : report.incidents) {
    std::optional<std::int64_t> began_ms;
    for (const AlertEntry& alert : report.alerts) {
      const bool is_same = alert.window && incident.window ? alert.window == incident.window
                                                           : alert.event <= incident.event;
      if (is_same && !(began_ms && alert.window && incident.window)) began_ms = alert.at_ms;
    }
    if (!began_ms) continue;
    const auto end_ms = by_people ? incident.cause_ms : std::optional(incident.at_ms);
    if (!end_ms || (!by_people && incident.causes.empty())) continue;
    samples.push_back({static_cast<double>(*end_ms - *began_ms),
                       by_people ? *incident.cause_event : incident.event});
  }
  return samples;
}

void AddValue(std::string_view name, std::string_view unit, std::string_view seen_by,
              std::int64_t samples, std::optional<double> value, Report& report) {
  Effect effect = Named(name, unit, seen_by);
  effect.samples = samples;
  effect.value = value;
  report.effects.push_back(std::move(effect));
}

std::optional<double> Availability(std::int64_t requests, std::int64_t failed) {
  if (requests == 0) return std::nullopt;
  return 1 - static_cast<double>(failed) / static_cast<double>(requests);
}

Status AddTraffic(Making& making) {
  const std::int64_t from_ms = making.endpoint.created_ms;
  const auto traffic = TRY(observe::TrafficBetween(making.db, making.project, making.endpoint.name,
                                                   std::nullopt, from_ms, making.now_ms + 1));
  std::optional<double> throughput;
  std::optional<std::int64_t> first_ms;
  std::int64_t last_ms = 0;
  for (const rollout::Variant& variant : making.history) {
    const auto predicted = TRY(observe::PredictedBy(making.db, making.project, variant.id));
    if (predicted.rows == 0) continue;
    first_ms = std::min(first_ms.value_or(predicted.first_ms), predicted.first_ms);
    last_ms = std::max(last_ms, predicted.last_ms);
  }
  if (first_ms && last_ms > *first_ms && traffic.requests > 0) {
    throughput = static_cast<double>(traffic.requests) * kMsPerSecond /
                 static_cast<double>(last_ms - *first_ms);
  }
  Report& report = making.report;
  constexpr std::string_view kGateway = "gateway";
  AddValue(kAvailability, "ratio", kGateway, traffic.requests,
           Availability(traffic.requests, traffic.failed), report);
  AddValue(kMedian, "ms", kGateway, traffic.requests, traffic.QuantileMs(0.5), report);
  AddValue(kResponse, "ms", kGateway, traffic.requests, traffic.QuantileMs(0.99), report);
  AddValue(kThroughput, "per s", kGateway, traffic.requests, throughput, report);
  return {};
}

struct BeforeRow {
  std::string_view key;
  std::string_view effect;
  double factor;  ///< To the effect's unit.
  std::optional<double> Before::* value;
};
constexpr BeforeRow kBefore[] = {
    {"deployment_s", kDeployment, kMsPerSecond, &Before::deployment_s},
    {"experiment_cycle_s", kCycle, kMsPerSecond, &Before::experiment_cycle_s},
    {"diagnosis_s", kDiagnosis, kMsPerSecond, &Before::diagnosis_s},
    {"availability", kAvailability, 1, &Before::availability},
    {"response_ms", kResponse, 1, &Before::response_ms},
    {"throughput_per_s", kThroughput, 1, &Before::throughput_per_s}};

Status CheckNumber(std::string_view key, const std::optional<double>& value, double max) {
  if (!value || (std::isfinite(*value) && *value >= 0 && *value <= max)) return {};
  return Fail(Code::kInvalidArgument, "'{}' must be from 0 to {}, not {}", key, max, *value);
}

constexpr double kNumberMax = 1e12;

}  // namespace

Status AddEffects(Making& making) {
  Report& report = making.report;
  report.effects.push_back(OfSamples(kDeployment, TRY(Deployments(making))));
  report.effects.push_back(OfSamples(kCycle, Cycles(making)));
  report.effects.push_back(OfSamples(kDiagnosis, Diagnoses(report, true)));
  report.effects.push_back(OfSamples(kRanking, Diagnoses(report, false)));
  return AddTraffic(making);
}

Status AddBefore(const Before& before, Report& report) {
  for (const BeforeRow& row : kBefore) {
    const auto& value = before.*row.value;
    TRY(CheckNumber(row.key, value, row.key == "availability" ? 1 : kNumberMax));
    if (!value) continue;
    for (Effect& effect : report.effects) {
      if (effect.name == row.effect) effect.before = *value * row.factor;
    }
  }
  return {};
}

Status AddClients(const Clients& clients, Report& report) {
  if (clients.requests < 0 || clients.failed < 0 || clients.failed > clients.requests) {
    return Fail(Code::kInvalidArgument,
                "'requests' and 'failed' must not be negative, nor more have failed than were "
                "sent; they are {} and {}",
                clients.requests, clients.failed);
  }
  TRY(CheckNumber("p50_ms", clients.p50_ms, kNumberMax));
  TRY(CheckNumber("p99_ms", clients.p99_ms, kNumberMax));
  TRY(CheckNumber("seconds", clients.seconds, kNumberMax));
  constexpr std::string_view kClients = "clients";
  std::optional<double> throughput;
  if (clients.seconds && *clients.seconds > 0) {
    throughput = static_cast<double>(clients.requests) / *clients.seconds;
  }
  AddValue(kAvailability, "ratio", kClients, clients.requests,
           Availability(clients.requests, clients.failed), report);
  AddValue(kMedian, "ms", kClients, clients.requests, clients.p50_ms, report);
  AddValue(kResponse, "ms", kClients, clients.requests, clients.p99_ms, report);
  AddValue(kThroughput, "per s", kClients, clients.requests, throughput, report);
  return {};
}

}  // namespace galley::ledger
