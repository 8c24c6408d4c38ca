#include <algorithm>

#include "domain/ledger/parts.h"
#include "domain/pipeline/service.h"
#include "domain/registry/service.h"
#include "domain/tracking/service.h"

namespace galley::ledger {
namespace {

constexpr std::string_view kJobTag = "galley.job_id";

TrainedJob ToTrained(const pipeline::JobRun& job) {
  TrainedJob trained{.id = job.id.Hex(),
                     .name = job.name,
                     .state = std::string(pipeline::JobStateName(job.state))};
  for (const pipeline::Attempt& attempt : job.attempts) {
    trained.cpu_ms += attempt.cpu_ms;
    if (attempt.ended_ms > 0) trained.wall_ms += attempt.ended_ms - attempt.started_ms;
  }
  for (const pipeline::Metric& metric : job.metrics) {
    if (trained.metrics.size() == kMetricsMax) break;
    // Three parts are a slice's: `stores.12.accuracy`.
    if (std::ranges::count(metric.name, '.') < 2) trained.metrics.push_back(metric);
  }
  return trained;
}

Status AddOrigin(Making& making, const Id& job, TrainedVersion& trained) {
  const auto origin = TRY(pipeline::FindOrigin(making.db, making.project, job));
  if (!origin) {
    trained.missing = fmt::format("there is no job {}", job.Hex());
    return {};
  }
  const auto run = TRY(pipeline::GetRun(making.db, making.project, origin->run.number));
  trained.pipeline = run.pipeline;
  trained.run = run.number;
  trained.run_id = run.id.Hex();
  trained.trigger = run.trigger;
  trained.actor = run.actor;
  for (const auto& used : origin->datasets) {
    trained.datasets.push_back({used.name, used.version, used.digest, used.by});
  }
  for (const pipeline::JobRun& each : run.jobs) {
    trained.jobs.push_back(ToTrained(each));
    trained.cpu_ms += trained.jobs.back().cpu_ms;
  }
  const auto decision = TRY(pipeline::FindDecision(making.db, making.project, job));
  if (!decision) return {};
  trained.gate = decision->evidence;
  trained.gate_job = decision->job.Hex();
  for (const Happening& it : making.happenings) {
    if (it.what == What::kGateDecided && it.subject == trained.gate_job) {
      trained.gate_event = it.sequence;
    }
  }
  return {};
}

Status AddRun(Making& making, const Id& run, TrainedVersion& trained) {
  trained.tracked_run = run.Hex();
  const auto found = tracking::GetRun(making.db, making.project, run);
  if (!found) {
    if (found.error().code != Code::kNotFound) return std::unexpected(found.error());
    trained.missing = found.error().message;
    return {};
  }
  const auto tag = std::ranges::find(found->tags, kJobTag, &tracking::KeyValue::key);
  const auto job = tag == found->tags.end() ? std::nullopt : Id::Parse(tag->value);
  if (job) return AddOrigin(making, *job, trained);
  trained.missing = "no pipeline made it";
  return {};
}

Result<TrainedVersion> TrainedOf(Making& making, const rollout::Variant& variant) {
  TrainedVersion trained{.model = ModelText(variant.model, variant.version),
                         .version_id = variant.version_id.Hex()};
  const auto version = registry::GetVersionById(making.db, making.project, variant.version_id);
  if (!version) {
    if (version.error().code != Code::kNotFound) return std::unexpected(version.error());
    trained.missing = version.error().message;
    return trained;
  }
  trained.registered_ms = version->created_ms;
  if (version->run) {
    TRY(AddRun(making, *version->run, trained));
  } else {
    trained.missing = "it names no run";
  }
  return trained;
}

}  // namespace

Status AddTrained(Making& making) {
  for (const rollout::Variant& variant : making.history) {
    const std::string id = variant.version_id.Hex();
    const bool is_known =
        std::ranges::find(making.report.trained, id, &TrainedVersion::version_id) !=
        making.report.trained.end();
    if (!is_known) making.report.trained.push_back(TRY(TrainedOf(making, variant)));
  }
  return {};
}

}  // namespace galley::ledger
