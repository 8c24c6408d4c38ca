#include "domain/rollout/review.h"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/observe/windows.h"
#include "domain/rollout/contingency.h"
#include "domain/rollout/rollout_rows.h"
#include "domain/rollout/variants.h"
#include "foundation/schema/decode.h"
#include "foundation/stats/sequential.h"

namespace galley::rollout {
namespace {

constexpr std::int64_t kTrafficStepMs = 10'000;                 // Of what is stored.
constexpr std::int64_t kMeasuredMs = 5 * std::int64_t{60'000};  // At most.
constexpr double kMsPerSecond = 1000;
constexpr double kMedian = 0.5;
constexpr double kTail = 0.99;
constexpr double kMismatchP = 0.001;

/// What events of rollouts say that is needed here.
struct EventDetail {
  std::int64_t step = 0;
  std::int64_t window = 0;
  std::string verdict;
  std::string reason;
  static const schema::Message kSchema;
};
constexpr schema::Field kEventDetail[] = {
    schema::Of<&EventDetail::step>("step"), schema::Of<&EventDetail::window>("window"),
    schema::Of<&EventDetail::verdict>("verdict"), schema::Of<&EventDetail::reason>("reason")};

EventDetail DetailOf(const journal::Event& event) {
  auto detail = schema::FromJson<EventDetail>(event.detail, {});
  return detail ? *std::move(detail) : EventDetail{};
}

/// Whether the gateway serves what the rollout's state says.
bool IsAcknowledged(const Rollout& rollout, const snapshot::Status* gateway) {
  return rollout.state.awaits == 0 ||
         (gateway != nullptr && gateway->version >= rollout.state.awaits);
}

/// When the weights were acknowledged that are in force; before the first time: when it began.
std::int64_t InForceSince(const Rollout& rollout, const std::vector<journal::Event>& events,
                          const snapshot::Status* gateway, std::int64_t now_ms) {
  if (rollout.state.awaits != 0 && IsAcknowledged(rollout, gateway)) return now_ms;
  std::int64_t since = rollout.created_ms;
  for (const journal::Event& event : events) {
    if (event.kind == "rollout.acknowledged") since = event.at_ms;
  }
  return since;
}

SampleRatio RatioOf(const Rollout& rollout, const EndpointSettings& settings, double champion,
                    double challenger) {
  const double weight = static_cast<double>(rollout.state.weight) / kWholeWeight;
  if (!(weight > 0 && weight < 1)) return {.p = {}, .reason = "one variant gets all requests"};
  if (settings.stickiness) {
    return {.p = {},
            .reason = fmt::format("requests of one '{}' go together, and are not counted apart",
                                  settings.stickiness->key)};
  }
  if (champion + challenger == 0) return {.p = {}, .reason = "no request yet"};
  auto ratio = stats::SequentialSampleRatio::Create({1 - weight, weight});
  if (!ratio) return {.p = {}, .reason = ratio.error().message};
  const std::array<std::uint64_t, 2> counts = {static_cast<std::uint64_t>(champion),
                                               static_cast<std::uint64_t>(challenger)};
  ratio->Add(counts);
  return {.p = ratio->p(),
          .reason = ratio->p() < kMismatchP ? "requests are not split as the weights say"
                                            : "requests are split as the weights say"};
}

TrafficRow RowOf(const Variant& variant, std::string_view role) {
  return {.variant = variant.id.Hex(),
          .role = std::string(role),
          .model = variant.model,
          .version = variant.version,
          .target = variant.retired_ms ? 0 : variant.weight,
          .mirror = variant.retired_ms ? 0 : variant.mirror};
}

const observe::Traffic* Find(const std::vector<observe::VariantTraffic>& all,
                             const std::string& variant) {
  const auto found = std::ranges::find_if(
      all, [&](const observe::VariantTraffic& it) { return it.variant.Hex() == variant; });
  return found == all.end() ? nullptr : &found->traffic;
}

/// Counts since the rollout began, and shares since the weights are in force.
void Fill(TrafficReview& review, const std::vector<observe::VariantTraffic>& whole,
          const std::vector<observe::VariantTraffic>& now, bool is_acknowledged) {
  std::int64_t all = 0;
  for (const auto& it : now) all += it.variant == Id{} ? 0 : it.traffic.requests;
  const double seconds = static_cast<double>(review.to_ms - review.from_ms) / kMsPerSecond;
  for (TrafficRow& row : review.rows) {
    if (const observe::Traffic* traffic = Find(whole, row.variant)) {
      row.requests = traffic->requests;
      row.failed = traffic->failed;
      row.degraded = traffic->degraded;
      row.p50_ms = traffic->QuantileMs(kMedian);
      row.p99_ms = traffic->QuantileMs(kTail);
    }
    const observe::Traffic* traffic = Find(now, row.variant);
    const std::int64_t requests = traffic == nullptr ? 0 : traffic->requests;
    if (seconds > 0) row.rps = static_cast<double>(requests) / seconds;
    if (all > 0) {
      row.measured = static_cast<double>(requests) / static_cast<double>(all);
    } else if (row.target == 0 && is_acknowledged) {
      row.measured = 0;  // The gateway itself says that it sends nothing there.
      row.rps = 0;
    }
  }
}

std::string_view KindOf(const PlannedStep& step) {
  switch (step.kind) {
    case PlannedStep::Kind::kSetWeight: return "setWeight";
    case PlannedStep::Kind::kMirror: return "mirror";
    case PlannedStep::Kind::kAnalysis: return "analysis";
    case PlannedStep::Kind::kPause: break;
  }
  return "pause";
}

/// The steps as they are planned.
std::vector<ReviewStep> Planned(const Rollout& rollout) {
  std::vector<ReviewStep> steps = {{.number = 0, .kind = "load", .text = "load", .state = "next"}};
  const auto planned = PlanOf(rollout.strategy).steps;
  for (std::size_t at = 0; at < planned.size(); ++at) {
    const PlannedStep& step = planned[at];
    ReviewStep& shown = steps.emplace_back();
    shown.number = static_cast<std::int64_t>(at) + 1;
    shown.kind = KindOf(step);
    shown.text = Describe(step);
    shown.monitor = step.monitor;
    if (shown.kind == "setWeight" || shown.kind == "mirror") shown.share = step.share;
    shown.windows_max = step.windows;
    if (const auto* analysis = AnalysisOf(rollout.strategy, static_cast<std::int64_t>(at))) {
      shown.windows_max = analysis->max_windows;
    }
  }
  return steps;
}

/// When they began and ended, and what came out, by the events.
void Happened(std::vector<ReviewStep>& steps, const std::vector<journal::Event>& events) {
  std::size_t now = 0;
  for (const journal::Event& event : events) {
    const EventDetail detail = DetailOf(event);
    ReviewStep& current = steps[now];
    if (event.kind == "rollout.started") {
      current.started_ms = event.at_ms;
    } else if (event.kind == "rollout.judged") {
      current.verdict = detail.verdict == "none" ? "" : detail.verdict;
      current.reason = detail.reason;
    } else if (event.kind == "rollout.retried") {
      current.verdict.clear();
    } else if (event.kind == "rollout.stepped") {
      current.ended_ms = event.at_ms;
      now =
          static_cast<std::size_t>(std::clamp<std::int64_t>(detail.step, 0, std::ssize(steps) - 1));
      steps[now].started_ms = event.at_ms;
    } else if (event.kind == "rollout.promoted" || event.kind == "rollout.aborted" ||
               event.kind == "rollout.rolled_back") {
      current.ended_ms = event.at_ms;
    }
  }
}

}  // namespace

const schema::Message EventDetail::kSchema{"rollout_event", kEventDetail};

Result<TrafficReview> ReviewTraffic(db::Connection& db, std::int64_t project,
                                    const Rollout& rollout,
                                    const std::vector<journal::Event>& events,
                                    const snapshot::Status* gateway, std::int64_t now_ms) {
  const std::int64_t end = rollout.ended_ms.value_or(now_ms);
  TrafficReview review{.since_ms = rollout.created_ms, .to_ms = now_ms, .rows = {}, .ratio = {}};
  // Whole steps after the acknowledgement: what ended before it was split by other weights.
  const std::int64_t since = InForceSince(rollout, events, gateway, now_ms);
  review.from_ms = std::max((since / kTrafficStepMs + 1) * kTrafficStepMs,
                            (now_ms - kMeasuredMs) / kTrafficStepMs * kTrafficStepMs);
  review.from_ms = std::min(review.from_ms, now_ms);
  const auto newest = TRY(FindNewest(db, rollout.endpoint_row));
  const bool is_newest = newest && newest->number == rollout.number;
  for (const auto& [id, role] :
       {std::pair(rollout.champion, "champion"), std::pair(rollout.challenger, "challenger")}) {
    review.rows.push_back(RowOf(TRY(GetVariant(db, project, id)).variant, role));
  }
  EndpointSettings settings;
  const auto endpoint = GetEndpoint(db, project, rollout.endpoint);
  if (endpoint && endpoint->row == rollout.endpoint_row) {
    settings = TRY(ParseEndpoint(endpoint->settings));
    for (const Variant& variant : endpoint->variants) {
      if (is_newest && variant.id != rollout.champion && variant.id != rollout.challenger) {
        review.rows.push_back(RowOf(variant, "mirror"));
      }
    }
  } else if (!endpoint && endpoint.error().code != Code::kNotFound) {
    return std::unexpected(endpoint.error());
  }
  const auto whole = TRY(observe::TrafficOf(db, project, rollout.endpoint, review.since_ms, end));
  const auto now = TRY(
      observe::TrafficOf(db, project, rollout.endpoint, review.from_ms, is_newest ? now_ms : 0));
  if (!is_newest) review.to_ms = review.from_ms;
  Fill(review, whole, now, is_newest && IsAcknowledged(rollout, gateway));
  const auto requests = [&](std::size_t at) {
    const observe::Traffic* traffic = Find(now, review.rows[at].variant);
    return traffic == nullptr ? 0.0 : static_cast<double>(traffic->requests);
  };
  review.ratio = RatioOf(rollout, settings, requests(0), requests(1));
  return review;
}

std::vector<ReviewStep> ReviewSteps(const Rollout& rollout,
                                    const std::vector<journal::Event>& events,
                                    const std::vector<PastLook>& looks) {
  std::vector<ReviewStep> steps = Planned(rollout);
  Happened(steps, events);
  const State& state = rollout.state;
  const bool has_ended = IsEnd(state.Now());
  for (ReviewStep& step : steps) {
    const bool is_now = !has_ended && step.number == state.step + 1;
    step.state = is_now                      ? "now"
                 : step.ended_ms             ? "done"
                 : step.started_ms           ? "done"
                 : has_ended                 ? "skipped"
                 : step.number <= state.step ? "skipped"
                                             : "next";
    if (!is_now) continue;
    step.ended_ms.reset();
    step.until_ms = state.until_ms;
    if (step.kind == "pause" && step.windows_max) {
      step.windows = state.judged.value_or(0) - state.began.value_or(state.judged.value_or(0));
    }
    if (step.kind == "analysis") {
      step.windows = 0;
      if (!looks.empty() && looks.back().attempt == state.attempt) {
        step.windows = looks.back().look.windows;
      }
    }
  }
  return steps;
}

Result<Rollout> GetRolloutByNumber(db::Connection& db, std::int64_t project, std::int64_t number) {
  auto found = TRY(FindByNumber(db, project, number));
  if (found) return *std::move(found);
  return Fail(Code::kNotFound, "there is no rollout {}; 'galley rollout status' lists them",
              number);
}

}  // namespace galley::rollout
