#include <algorithm>
#include <utility>

#include "domain/registry/service.h"
#include "domain/tracking/service.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/run_file_messages.h"
#include "protocol/control/native/run_origin.h"

namespace galley::native {
namespace {

using journal::View;

constexpr std::string_view kParentTag = "mlflow.parentRunId";
constexpr std::string_view kChampion = "champion";

/// The run of an id that a tag or a version names; null: it is gone.
Result<std::optional<tracking::Run>> MaybeRun(const View& view, const Id& id) {
  auto run = tracking::GetRun(view.db, view.project, id);
  if (run) return std::optional(*std::move(run));
  if (run.error().code == Code::kNotFound) return std::nullopt;
  return std::unexpected(run.error());
}

RunBaseline ToMessage(std::string_view kind, const tracking::Run& run) {
  RunBaseline message{.kind = std::string(kind), .run = run.id.Hex(), .name = run.name};
  for (const auto& point : run.metrics) message.metrics.push_back({point.key, point.value});
  return message;
}

/// Of the models that a run of this experiment made: the champion that was moved last.
Result<std::optional<RunBaseline>> ChampionOf(const View& view, std::string_view experiment) {
  auto versions = TRY(registry::VersionsWithAlias(view.db, view.project, kChampion));
  std::ranges::sort(versions, std::greater(), &registry::ModelVersion::updated_ms);
  for (const auto& version : versions) {
    if (!version.run) continue;
    const auto run = TRY(MaybeRun(view, *version.run));
    if (!run || run->experiment != experiment) continue;
    RunBaseline baseline = ToMessage(kChampion, *run);
    baseline.model = version.model;
    baseline.version = version.version;
    return std::optional(std::move(baseline));
  }
  return std::nullopt;
}

Result<RunBaselineAnswer> Baseline(const View& view, const Nothing& /*message*/,
                                   const http::Request& request) {
  const auto run = TRY(
      tracking::GetRun(view.db, view.project,
                       TRY(tracking::ResolveRun(view.db, view.project, request.Captured("run")))));
  if (const auto parent = Id::Parse(TagOf(run, kParentTag))) {
    const auto found = TRY(MaybeRun(view, *parent));
    if (found) return RunBaselineAnswer{ToMessage("parent", *found)};
  }
  return RunBaselineAnswer{TRY(ChampionOf(view, run.experiment))};
}

}  // namespace

std::vector<http::Route> RunBaselineRoutes(const Api& api) {
  std::vector<http::Route> routes;
  AddRead(routes, api, "runs/{run}/baseline", Baseline);
  return routes;
}

}  // namespace galley::native
