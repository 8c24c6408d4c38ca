#include "domain/data/service.h"
#include "domain/observe/service.h"
#include "domain/pipeline/service.h"
#include "domain/registry/service.h"
#include "domain/rollout/service.h"
#include "domain/tracking/service.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/messages.h"
#include "protocol/control/native/serving_messages.h"

namespace galley::native {
namespace {

using journal::View;

using Chain = std::vector<WhyLink>;

/// Where a model version answers, and what it predicted.
Status AddVariants(const View& view, const registry::ModelVersion& version, Chain& chain) {
  chain.push_back({.what = "model version",
                   .id = version.id.Hex(),
                   .text = fmt::format("{}@{}", version.model, version.version)});
  for (const auto& [variant, endpoint] :
       TRY(rollout::VariantsOfVersion(view.db, view.project, version.id))) {
    const auto predicted = TRY(observe::PredictedBy(view.db, view.project, variant.id));
    chain.push_back({.what = "variant",
                     .id = variant.id.Hex(),
                     .text = fmt::format("'{}' of endpoint '{}', {} predictions", variant.name,
                                         endpoint, predicted.rows)});
  }
  return {};
}

/// What came of a job: the runs that it started, and their models.
Status AddJob(const View& view, const pipeline::Run& run, const pipeline::JobRun& job,
              Chain& chain) {
  const std::string code = run.code.Text();
  chain.push_back({.what = "job",
                   .id = job.id.Hex(),
                   .text = fmt::format("'{}' of run {} of pipeline {}, {}{}{}", job.name,
                                       run.number, run.pipeline, pipeline::JobStateName(job.state),
                                       code.empty() ? "" : ", ", code)});
  for (const auto& tracked :
       TRY(tracking::RunsWithTag(view.db, view.project, "galley.job_id", job.id.Hex()))) {
    chain.push_back({.what = "run",
                     .id = tracked.id.Hex(),
                     .text = fmt::format("{} (experiment {})", tracked.name, tracked.experiment)});
    for (const auto& version : TRY(registry::VersionsOfRun(view.db, view.project, tracked.id))) {
      TRY(AddVariants(view, version, chain));
    }
  }
  return {};
}

Result<WhyAnswer> Down(const View& view, const Nothing& /*message*/, const http::Request& request) {
  const auto named = TRY(VersionOf(request.Captured("version")));
  if (named.is_rejected) {
    return Fail(Code::kInvalidArgument, "a rejected version was never published: nothing read it");
  }
  const auto dataset = TRY(data::GetDataset(view.db, view.project, request.Captured("name")));
  const auto version = TRY(data::GetVersion(view.db, dataset.row, named.number));
  WhyAnswer answer;
  answer.chain.push_back({.what = "dataset",
                          .id = version.id.Hex(),
                          .text = fmt::format("{}@{}, {} rows, checks: {}", dataset.name,
                                              version.number, version.rows.total,
                                              version.outcome.empty() ? "none" : version.outcome)});
  for (const auto& [run, jobs] :
       TRY(pipeline::FindReaders(view.db, view.project, dataset.name, version.number))) {
    for (const auto& job : jobs) TRY(AddJob(view, run, job, answer.chain));
  }
  return answer;
}

}  // namespace

std::vector<http::Route> LineageRoutes(const Api& api) {
  std::vector<http::Route> routes;
  AddRead(routes, api, "lineage/datasets/{name}/versions/{version}", Down);
  return routes;
}

}  // namespace galley::native
