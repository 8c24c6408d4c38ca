#include <algorithm>

#include "domain/data/overview.h"
#include "domain/ledger/views.h"
#include "domain/observe/overview.h"
#include "domain/pipeline/overview.h"
#include "domain/registry/overview.h"
#include "domain/rollout/overview.h"
#include "domain/tracking/overview.h"
#include "domain/watch/overview.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/messages.h"
#include "protocol/control/native/paths.h"
#include "protocol/control/native/resolve.h"
#include "protocol/control/native/search_messages.h"

namespace galley::native {
namespace {

using journal::View;

constexpr std::int64_t kHitsMax = 100;  // Of a kind.
constexpr std::string_view kActor = "anonymous";

struct Kind {
  std::string_view name;
  Result<db::Found> (*find)(db::Connection& db, std::int64_t project, const db::Sought& sought);
};
constexpr Kind kKinds[] = {{"run", tracking::FindRuns},
                           {"experiment", tracking::FindExperiments},
                           {"dataset", data::FindDatasets},
                           {"dataset_version", data::FindDatasetVersions},
                           {"model", registry::FindModels},
                           {"model_version", registry::FindVersions},
                           {"endpoint", rollout::FindEndpoints},
                           {"rollout", rollout::FindRollouts},
                           {"monitor", observe::FindMonitors},
                           {"incident", watch::FindIncidents},
                           {"alert", watch::FindRules},
                           {"pipeline", pipeline::FindPipelines},
                           {"pipeline_run", pipeline::FindPipelineRuns},
                           {"prediction", observe::FindPredictions}};

/// The kinds that `types` names.
Result<std::vector<Kind>> KindsOf(std::string_view types) {
  if (types.empty()) return std::vector<Kind>(std::begin(kKinds), std::end(kKinds));
  std::vector<Kind> kinds;
  while (!types.empty()) {
    const auto comma = types.find(',');
    const std::string_view name = types.substr(0, comma);
    types = comma == std::string_view::npos ? "" : types.substr(comma + 1);
    const auto* const kind = std::ranges::find(kKinds, name, &Kind::name);
    if (kind == std::end(kKinds)) {
      std::string names;
      for (const Kind& it : kKinds)
        names += fmt::format("{}{}", names.empty() ? "" : ", ", it.name);
      return Fail(Code::kInvalidArgument, "'types': there is no kind '{}'; there are: {}", name,
                  names);
    }
    kinds.push_back(*kind);
  }
  return kinds;
}

/// Pipelines are known by name on their page, and by their newest run here.
std::string IdForPath(std::string_view kind, const db::Hit& hit) {
  return kind == "pipeline" ? hit.title : hit.id;
}

Result<SearchAnswer> Search(const View& view, const AskSearch& message,
                            const http::Request& /*request*/) {
  TRY(CheckPage(message.limit, kHitsMax, message.offset));
  const auto kinds = TRY(KindsOf(message.types));
  const std::string_view text = Trimmed(message.q);
  if (text.empty()) return Fail(Code::kInvalidArgument, "'q' has nothing but spaces");
  SearchAnswer answer;
  for (const Kind& kind : kinds) {
    db::Found found = TRY(kind.find(
        view.db, view.project, {.text = text, .limit = message.limit, .offset = message.offset}));
    answer.counts.push_back({std::string(kind.name), found.count});
    answer.has_more |= found.count > message.offset + std::ssize(found.hits);
    for (db::Hit& hit : found.hits) {
      std::string path = PathOf(kind.name, IdForPath(kind.name, hit));
      answer.hits.push_back({.kind = std::string(kind.name),
                             .id = std::move(hit.id),
                             .title = std::move(hit.title),
                             .detail = std::move(hit.detail),
                             .path = std::move(path),
                             .field = std::move(hit.field),
                             .match = std::move(hit.match),
                             .at_ms = hit.at_ms});
    }
  }
  return answer;
}

Result<Resolved> ResolveText(const View& view, const AskResolve& message,
                             const http::Request& /*request*/) {
  return Resolve(view, message.text);
}

PageView ToMessage(ledger::View view) {
  return {std::move(view.id), std::move(view.page), std::move(view.state)};
}

Result<PageView> GetPageView(const View& view, const Nothing& /*message*/,
                             const http::Request& request) {
  return ToMessage(TRY(ledger::GetView(view.db, view.project, request.Captured("id"))));
}

Result<http::Response> Keep(const Api& api, const http::Request& request) {
  const auto message = TRY(BodyOf<KeepPageView>(request));
  PageView answer;
  TRY(api.store.WriteAndWait(db::WriteClass::kInteractive, Project(request), std::string(kActor),
                             [&](journal::Change& change) -> Status {
                               answer = ToMessage(
                                   TRY(ledger::KeepView(change, message.page, message.state)));
                               return {};
                             }));
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

}  // namespace

std::vector<http::Route> SearchRoutes(const Api& api) {
  // A character of the state may take six bytes in JSON.
  constexpr std::uint64_t kBodyBytesMax = 8 * ledger::kViewStateMax;
  std::vector<http::Route> routes;
  AddRead(routes, api, "search", Search);
  AddRead(routes, api, "resolve", ResolveText);
  AddRead(routes, api, "views/{id}", GetPageView);
  routes.push_back(WorkRoute(api, http::Method::kPost, "views", policy::Right::kTrack, Keep));
  routes.back().body_bytes_max = kBodyBytesMax;
  routes.back().body = &KeepPageView::kSchema;
  routes.back().answer = &PageView::kSchema;
  return routes;
}

}  // namespace galley::native
