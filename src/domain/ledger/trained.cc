#include <algorithm>
#include <set>

#include "domain/ledger/parts.h"
#include "domain/pipeline/service.h"
#include "domain/registry/service.h"
#include "domain/tracking/service.h"

namespace galley::ledger {
namespace {

constexpr std::string_view kJobTag = "galley.job_id";

std::string_view LastPart(std::string_view name) {
  return name.substr(name.rfind('.') + 1);
}

/// What a gate looked at, by the last parts of the names: `accuracy`. Empty: there was none.
std::set<std::string, std::less<>> LookedAt(const std::optional<pipeline::Decision>& decision) {
  std::set<std::string, std::less<>> parts;
  if (!decision) return parts;
  if (!decision->evidence.best.empty()) parts.emplace(LastPart(decision->evidence.best));
  for (const auto& candidate : decision->evidence.candidates) {
    for (const auto& rule : candidate.rules) parts.emplace(LastPart(rule.metric));
  }
  return parts;
}

/// Four parts and more are a slice's of something: `folds.76.majority.accuracy`; so are three whose
/// middle one is a number: `stores.12.accuracy`.
bool IsOfSlice(std::string_view name) {
  const auto dots = std::ranges::count(name, '.');
  if (dots != 2) return dots > 2;
  const std::string_view middle = name.substr(name.find('.') + 1);
  return middle.find_first_not_of("0123456789") == middle.find('.');
}

TrainedJob ToTrained(const pipeline::JobRun& job,
                     const std::set<std::string, std::less<>>& looked_at) {
  TrainedJob trained{.id = job.id.Hex(),
                     .name = job.name,
                     .state = std::string(pipeline::JobStateName(job.state))};
  for (const pipeline::Attempt& attempt : job.attempts) {
    trained.cpu_ms += attempt.cpu_ms;
    if (attempt.ended_ms > 0) trained.wall_ms += attempt.ended_ms - attempt.started_ms;
  }
  for (const pipeline::Metric& metric : job.metrics) {
    if (trained.metrics.size() == kMetricsMax) break;
    if (IsOfSlice(metric.name)) continue;
    if (looked_at.empty() || looked_at.contains(LastPart(metric.name))) {
      trained.metrics.push_back(metric);
    }
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
  const auto decision = TRY(pipeline::FindDecision(making.db, making.project, job));
  const auto looked_at = LookedAt(decision);
  for (const pipeline::JobRun& each : run.jobs) {
    trained.jobs.push_back(ToTrained(each, looked_at));
    trained.cpu_ms += trained.jobs.back().cpu_ms;
  }
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
