#include "domain/observe/monitor.h"
#include "domain/observe/windows.h"
#include "domain/rollout/rollouts.h"
#include "domain/watch/alerts.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"

/// Whether all that follows from a window has been done: for whoever plays the past.
namespace galley::native {
namespace {

struct SettledQuery {
  std::string monitor;
  std::int64_t window = 0;
  static const schema::Message kSchema;
};
struct SettledAnswer {
  bool settled = false;
  std::string waiting_for;  ///< Empty if it is.
  static const schema::Message kSchema;
};

constexpr schema::Field kQuery[] = {
    schema::Of<&SettledQuery::monitor>("monitor").Required(),
    schema::Of<&SettledQuery::window>("window"),
};
constexpr schema::Field kAnswer[] = {
    schema::Of<&SettledAnswer::settled>("settled"),
    schema::Of<&SettledAnswer::waiting_for>("waiting_for"),
};

/// What is still going on; empty: nothing.
Result<std::string> WaitingFor(const Api& api, const journal::View& view,
                               const std::string& project, const std::string& endpoint,
                               const SettledQuery& query) {
  const auto monitor = TRY(observe::GetMonitor(view.db, view.project, query.monitor));
  if (monitor.settings.endpoint != endpoint) {
    return Fail(Code::kInvalidArgument, "'monitor': '{}' is of endpoint '{}', not '{}'",
                query.monitor, monitor.settings.endpoint, endpoint);
  }
  const auto evaluated = TRY(watch::EvaluatedThrough(view.db, monitor));
  if (!evaluated || *evaluated < query.window) {
    return fmt::format("window {} of monitor '{}' to be closed and evaluated", query.window,
                       query.monitor);
  }
  // Looked at before rollouts: a run that ends in between has started its rollout.
  std::string busy = TRY(pipeline::BusyWithAlerts(view.db, project, monitor, query.window));
  if (!busy.empty()) return busy;
  for (const auto& rollout : TRY(rollout::ListRollouts(view.db, view.project, endpoint, 1))) {
    if (rollout.state.awaits > 0) {
      return fmt::format("the gateway, to serve what rollout {} is about", rollout.number);
    }
  }
  const std::int64_t version = TRY(rollout::SnapshotVersion(view.db));
  const auto status = api.serving.GatewayStatus();
  if (!status || status->version < version) {
    return std::string("the gateway, to serve the newest snapshot");
  }
  return std::string();
}

Result<http::Response> Settled(const Api& api, const http::Request& request) {
  SettledQuery query;
  TRY(DecodeQuery(request, SettledQuery::kSchema, &query));
  const std::string project = Project(request);
  SettledAnswer answer;
  TRY(api.store.Read(project, [&](const journal::View& view) -> Status {
    answer.waiting_for =
        TRY(WaitingFor(api, view, project, std::string(request.Captured("name")), query));
    return {};
  }));
  answer.settled = answer.waiting_for.empty();
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

}  // namespace

const schema::Message SettledQuery::kSchema{"AskSettled", kQuery};
const schema::Message SettledAnswer::kSchema{"SettledAnswer", kAnswer};

std::vector<http::Route> SettledRoutes(const Api& api) {
  std::vector<http::Route> routes;
  routes.push_back(
      WorkRoute(api, http::Method::kGet, "endpoints/{name}/settled", policy::Right::kRead, Settled,
                {.parameters = &SettledQuery::kSchema, .answer = &SettledAnswer::kSchema}));
  return routes;
}

}  // namespace galley::native
