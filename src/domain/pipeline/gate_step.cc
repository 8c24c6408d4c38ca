#include <algorithm>

#include "domain/pipeline/active.h"
#include "domain/pipeline/key.h"
#include "domain/registry/service.h"
#include "domain/rollout/service.h"
#include "domain/tracking/service.h"

/// The part of `Service` that puts a gate's facts together and takes down what it decided.
namespace galley::pipeline {
namespace {

constexpr std::string_view kJobTag = "galley.job_id";

/// The newest model version that a job's tracked runs registered, or at least the newest run.
Status AddModel(const journal::View& view, CandidateEvidence& candidate) {
  for (const auto& run :
       TRY(tracking::RunsWithTag(view.db, view.project, kJobTag, candidate.job_id))) {
    if (candidate.model.empty()) candidate.run = run.id.Hex();
    for (const auto& version : TRY(registry::VersionsOfRun(view.db, view.project, run.id))) {
      // Versions that were deleted stand in the list as well.
      if (!registry::GetVersion(view.db, view.project, version.model, version.version)) continue;
      candidate.run = run.id.Hex();
      candidate.model = fmt::format("{}@{}", version.model, version.version);
      candidate.model_version = version.id.Hex();
    }
  }
  return {};
}

Result<Candidate> CandidateOf(const journal::View& view, const JobRun& job) {
  Candidate candidate{.facts = {.job = job.name}, .metrics = job.metrics};
  if (!IsGood(job.state)) {
    candidate.facts.reason = fmt::format("it is {}", JobStateName(job.state));
    return candidate;
  }
  Id made_by = job.id;
  if (job.state == JobState::kCached) {
    made_by = TRY(CachedBy(view.db, view.project, KeyOf(job.parts).Raw())).value_or(job.id);
  }
  candidate.facts.job_id = made_by.Hex();
  TRY(AddModel(view, candidate.facts));
  return candidate;
}

/// A thing that is not there yet is no error: the reason why there is no champion.
template <typename T>
Result<std::optional<T>> IfThere(Result<T> found, ChampionEvidence& facts) {
  if (found) return std::optional(*std::move(found));
  const Code code = found.error().code;
  if (code != Code::kNotFound && code != Code::kInvalidArgument) {
    return std::unexpected(std::move(found).error());
  }
  facts.missing = "no champion yet: " + found.error().message;
  return std::optional<T>();
}

/// The metrics of what made a model version: its job's, else its run's latest ones.
Status Measure(const journal::View& view, const registry::ModelVersion& version,
               Champion& champion) {
  if (!version.run) {
    champion.facts.measured = "nothing: it names no run";
    return {};
  }
  champion.facts.run = version.run->Hex();
  const auto run = TRY(tracking::GetRun(view.db, view.project, *version.run));
  const auto tag = std::ranges::find(run.tags, kJobTag, &tracking::KeyValue::key);
  const auto job = tag == run.tags.end() ? std::nullopt : Id::Parse(tag->value);
  const auto origin = job ? TRY(FindOrigin(view.db, view.project, *job)) : std::optional<Origin>();
  if (!origin) {
    champion.facts.measured = fmt::format("its run '{}'", run.name);
    for (const auto& point : run.metrics) champion.metrics.push_back({point.key, point.value});
    return {};
  }
  champion.metrics = origin->job.metrics;
  champion.facts.measured = fmt::format("'{}' of run {}", origin->job.name, origin->run.number);
  for (const DatasetUsed& used : origin->datasets) {
    champion.facts.measured += fmt::format(", {}@{}", used.name, used.version);
  }
  return {};
}

Result<Champion> ChampionOf(const journal::View& view, const ChampionName& name) {
  Champion champion{.facts = {.endpoint = name.endpoint, .alias = name.alias}, .metrics = {}};
  ChampionEvidence& facts = champion.facts;
  std::optional<registry::ModelVersion> version;
  if (!name.endpoint.empty()) {
    const auto endpoint =
        TRY(IfThere(rollout::GetEndpoint(view.db, view.project, name.endpoint), facts));
    if (!endpoint) return champion;
    const auto& variant = endpoint->variants.front();
    version = TRY(registry::GetVersionById(view.db, view.project, variant.version_id));
  } else {
    version =
        TRY(IfThere(registry::GetByAlias(view.db, view.project, name.model, name.alias), facts));
    if (!version) return champion;
  }
  facts.model = fmt::format("{}@{}", version->model, version->version);
  facts.model_version = version->id.Hex();
  TRY(Measure(view, *version, champion));
  return champion;
}

/// A gate that a job needs, and what it let pass.
struct Passed {
  const std::string& gate;
  const CandidateEvidence& winner;
};

/// `gates` and `jobs` stand at the same places.
std::vector<Passed> PassedBefore(const std::vector<std::optional<GateEvidence>>& gates,
                                 const std::vector<JobRun>& jobs, const Job& job) {
  std::vector<Passed> passed;
  for (std::size_t at = 0; at < gates.size(); ++at) {
    if (!gates[at] || std::ranges::find(job.needs, jobs[at].name) == job.needs.end()) continue;
    const CandidateEvidence* winner = gates[at]->Winner();
    if (winner != nullptr) passed.push_back({jobs[at].name, *winner});
  }
  return passed;
}

}  // namespace

/// Lets a gate decide, which ends its job.
void Service::DecideGate(Active& active, std::size_t position) const {
  const Gate& gate = *active.pipeline.jobs[position].gate;
  JobRun& run = active.run.jobs[position];
  run.started_ms = store_.clock.NowMs();
  const auto job_of = [&active](const std::string& name) -> const JobRun& {
    return *std::ranges::find(active.run.jobs, name, &JobRun::name);
  };
  std::vector<Candidate> candidates;
  std::optional<Champion> champion;
  std::map<std::string, Metrics> others;
  const Status read = store_.Read(active.project, [&](const journal::View& view) -> Status {
    for (const std::string& name : gate.candidates) {
      candidates.push_back(TRY(CandidateOf(view, job_of(name))));
    }
    if (gate.champion) champion = TRY(ChampionOf(view, *gate.champion));
    return {};
  });
  if (!read) return EndJob(active, position, JobState::kFailed, read.error().message);
  for (const GateRule& rule : gate.rules) {
    if (rule.limit_of == LimitOf::kJob) {
      others[rule.limit_job] = job_of(rule.limit_job).metrics;
    }
  }
  auto evidence = Weigh(gate, candidates, champion, others);
  if (!evidence) return EndJob(active, position, JobState::kFailed, evidence.error().message);
  evidence->job = run.name;
  const JobState state = evidence->passed ? JobState::kSucceeded : JobState::kRefused;
  std::string summary = evidence->summary;
  active.gates[position] = *std::move(evidence);
  active.to_decide.push_back(position);
  EndJob(active, position, state, std::move(summary));
}

std::vector<KeyPart> Service::GatesBefore(const Active& active, const Job& job) {
  std::vector<KeyPart> parts;
  for (const auto& [gate, winner] : PassedBefore(active.gates, active.run.jobs, job)) {
    parts.push_back({"gate", gate,
                     winner.model.empty() ? fmt::format("{} {}", winner.job, winner.job_id)
                                          : fmt::format("{} {} {}", winner.job, winner.model,
                                                        winner.model_version)});
  }
  return parts;
}

void Service::AddGates(const Active& active, const Job& job, jobs::Spec& spec) {
  const auto passed = PassedBefore(active.gates, active.run.jobs, job);
  for (const auto& [gate, winner] : passed) {
    const std::string variable = VariableName("GALLEY_GATE_", gate);
    spec.environment.emplace_back(variable, winner.job);
    spec.environment.emplace_back(variable + "_MODEL", winner.model);
    spec.environment.emplace_back(variable + "_RUN", winner.run);
  }
  if (passed.size() == 1) {
    spec.environment.emplace_back("GALLEY_MODEL", passed.front().winner.model);
  }
}

}  // namespace galley::pipeline
