#include <algorithm>

#include "domain/observe/windows.h"
#include "domain/rollout/contingency.h"
#include "domain/rollout/review.h"
#include "foundation/io/clock.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/rollout_messages.h"
#include "protocol/control/native/serving_routes.h"
#include "protocol/control/native/whole_number.h"
#include "storage/journal/journal.h"

namespace galley::native {
namespace {

using http::Method;
using journal::View;

constexpr std::int64_t kLooksMax = 1000;
constexpr std::int64_t kEventsReadMax = 1000;  // For the steps' times.
constexpr std::size_t kEventsShownMax = 200;
constexpr std::int64_t kMinutesMax = std::int64_t{30} * 24 * 60;
constexpr std::int64_t kMsPerMinute = 60'000;
constexpr double kMsPerSecond = 1000;
constexpr double kMedian = 0.5;
constexpr double kTail = 0.99;

struct ReasonOnly {
  std::string reason;
  static const schema::Message kSchema;
};
constexpr schema::Field kReasonOnly[] = {schema::Of<&ReasonOnly::reason>("reason")};

RolloutEvent ToMessage(const journal::Event& event) {
  const auto detail = schema::FromJson<ReasonOnly>(event.detail, {});
  return {.sequence = event.sequence,
          .at_ms = event.at_ms,
          .actor = event.actor,
          .kind = event.kind,
          .reason = detail ? detail->reason : std::string(),
          .detail = {event.detail}};
}

Result<RolloutReview> ReviewOf(const View& view, const rollout::Rollout& found,
                               const Result<snapshot::Status>& gateway) {
  const snapshot::Status* says = gateway ? &*gateway : nullptr;
  const std::int64_t now_ms = io::SystemClock().NowMs();
  const auto looks = TRY(rollout::ListLooks(view.db, found.row, kLooksMax));
  auto events = TRY(journal::ReadEvents(
      view.db, view.project, {.before = {}, .subject = found.id.Hex(), .limit = kEventsReadMax}));
  RolloutReview review{.rollout = TRY(MessageOf(view, found, gateway)),
                       .strategy = found.strategy.canary ? "canary" : "blueGreen"};
  for (const journal::Event& event : events) {
    if (review.events.size() == kEventsShownMax) {
      review.events_has_more = true;
      break;
    }
    review.events.push_back(ToMessage(event));
  }
  std::ranges::reverse(events);
  auto traffic = TRY(rollout::ReviewTraffic(view.db, view.project, found, events, says, now_ms));
  review.timeline = rollout::ReviewSteps(found, events, looks);
  review.evidence = TRY(
      rollout::ReviewEvidence(view.db, view.project, found, review.timeline, looks, traffic, says));
  review.verbs = TRY(rollout::ReviewVerbs(view.db, view.project, found, review.timeline, now_ms));
  review.since_ms = traffic.since_ms;
  review.from_ms = traffic.from_ms;
  review.to_ms = traffic.to_ms;
  review.traffic = std::move(traffic.rows);
  review.ratio = std::move(traffic.ratio);
  return review;
}

Result<http::Response> Review(const Api& api, const http::Request& request) {
  const std::int64_t number = TRY(RolloutNumberOf(request.Captured("number")));
  const auto gateway = api.serving.GatewayStatus();
  RolloutReview review;
  TRY(api.store.Read(Project(request), [&](const View& view) -> Status {
    const auto found = TRY(rollout::GetRolloutByNumber(view.db, view.project, number));
    review = TRY(ReviewOf(view, found, gateway));
    return {};
  }));
  return http::Response{.body = schema::ToJson(review, schema::EmptyLists::kWrite)};
}

/// What the gateway says of the champion.
void Describe(ServingEndpoint& line, const rollout::Endpoint& endpoint, std::string_view project,
              const Result<snapshot::Status>& gateway) {
  line.state = gateway ? "loading" : "unknown";
  if (!gateway) return;
  for (const auto& status : gateway->endpoints) {
    if (status.name != endpoint.name || status.project != project) continue;
    if (status.variant != line.variant) continue;
    line.state = status.state;
    line.reason = status.reason;
  }
}

Status AddTraffic(const View& view, const ServingAnswer& answer, ServingEndpoint& line) {
  const auto traffic = TRY(observe::TrafficBetween(view.db, view.project, line.name, std::nullopt,
                                                   answer.from_ms, answer.to_ms));
  line.requests = traffic.requests;
  line.failed = traffic.failed;
  line.degraded = traffic.degraded;
  line.rps = static_cast<double>(traffic.requests) * kMsPerSecond /
             static_cast<double>(answer.to_ms - answer.from_ms);
  line.p50_ms = traffic.QuantileMs(kMedian);
  line.p99_ms = traffic.QuantileMs(kTail);
  return {};
}

Result<ServingEndpoint> LineOf(const View& view, const rollout::Endpoint& endpoint,
                               const ServingAnswer& answer, std::string_view project,
                               const Result<snapshot::Status>& gateway) {
  ServingEndpoint line{.name = endpoint.name};
  if (!endpoint.variants.empty()) {
    const rollout::Variant& champion = endpoint.variants.front();
    line.model = champion.model;
    line.version = champion.version;
    line.variant = champion.id.Hex();
  }
  const auto revisions = TRY(rollout::ListRevisions(view.db, endpoint.row, 1));
  if (!revisions.empty()) line.since_ms = revisions.front().at_ms;
  Describe(line, endpoint, project, gateway);
  TRY(AddTraffic(view, answer, line));
  if (const auto plan = TRY(rollout::InForceAt(view.db, endpoint.row))) line.plan = plan->plan;
  const auto newest = TRY(rollout::ListRollouts(view.db, view.project, endpoint.name, 1));
  if (newest.empty() || newest.front().ended_ms || newest.front().endpoint_row != endpoint.row) {
    return line;
  }
  const rollout::Rollout& found = newest.front();
  const auto challenger = TRY(rollout::GetVariant(view.db, view.project, found.challenger)).variant;
  line.rollout = ServingRollout{.number = found.number,
                                .phase = found.state.phase,
                                .reason = found.state.reason,
                                .weight = found.state.weight,
                                .model = challenger.model,
                                .version = challenger.version};
  return line;
}

Result<http::Response> Serving(const Api& api, const http::Request& request) {
  AskServing asked;
  TRY(DecodeQuery(request, AskServing::kSchema, &asked));
  if (asked.minutes < 1 || asked.minutes > kMinutesMax) {
    return Fail(Code::kInvalidArgument, "'minutes' must be from 1 to {}, not {}", kMinutesMax,
                asked.minutes);
  }
  const auto gateway = api.serving.GatewayStatus();
  const std::string project = Project(request);
  ServingAnswer answer{.to_ms = io::SystemClock().NowMs()};
  answer.from_ms = answer.to_ms - asked.minutes * kMsPerMinute;
  TRY(api.store.Read(project, [&](const View& view) -> Status {
    for (const auto& endpoint : TRY(rollout::ListEndpoints(view.db, view.project))) {
      answer.endpoints.push_back(TRY(LineOf(view, endpoint, answer, project, gateway)));
    }
    return {};
  }));
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

}  // namespace

const schema::Message ReasonOnly::kSchema{"reason", kReasonOnly};

Result<std::int64_t> RolloutNumberOf(std::string_view text) {
  const auto number = WholeNumber(text);
  if (number && *number > 0) return *number;
  return Fail(Code::kInvalidArgument, "'{}' is no number of a rollout; they count from 1", text);
}

std::vector<http::Route> ReviewRoutes(const Api& api) {
  constexpr auto kRead = policy::Right::kRead;
  std::vector<http::Route> routes;
  routes.push_back(WorkRoute(api, Method::kGet, "rollouts/{number}", kRead, Review));
  routes.back().answer = &RolloutReview::kSchema;
  AddRolloutPictures(routes, api);
  routes.push_back(WorkRoute(api, Method::kGet, "serving", kRead, Serving));
  routes.back().parameters = &AskServing::kSchema;
  routes.back().answer = &ServingAnswer::kSchema;
  return routes;
}

}  // namespace galley::native
