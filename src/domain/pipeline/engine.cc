#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <system_error>

#include "domain/pipeline/active.h"
#include "domain/pipeline/again.h"
#include "domain/pipeline/key.h"
#include "foundation/io/file.h"
#include "foundation/json/writer.h"
#include "foundation/telemetry/log.h"

/// The part of `Service` that moves runs on: its thread alone.
namespace galley::pipeline {
namespace {

constexpr std::int64_t kBackoffMsMax = 86'400'000;
constexpr std::int64_t kLogBytes = std::int64_t{64} << 20U;
constexpr std::int64_t kProcesses = 4096;

std::optional<std::string> MetricOf(const Run& run, std::string_view name) {
  for (const JobRun& job : run.jobs) {
    if (!name.starts_with(job.name + ".")) continue;
    const std::string_view key = name.substr(job.name.size() + 1);
    const auto found = std::ranges::find(job.metrics, key, &Metric::name);
    if (found != job.metrics.end()) return fmt::format("{}", found->value);
  }
  return std::nullopt;
}

/// What a condition asks of a run: metrics. All else is filled in when the file is read.
std::optional<std::string> LookUp(const void* context, std::string_view name) {
  constexpr std::string_view kMetrics = "metrics.";
  if (!name.starts_with(kMetrics)) return std::nullopt;
  return MetricOf(*static_cast<const Run*>(context), name.substr(kMetrics.size()));
}

/// Why a job runs whatever it depends on; empty if it need not.
std::string_view WhyAlways(const Job& job, const std::vector<KeyPart>& parts) {
  if (job.always) return "it always runs";
  const bool depends = !job.deps.empty() || !job.datasets.empty() || !job.params.empty() ||
                       std::ranges::find(parts, "gate", &KeyPart::kind) != parts.end();
  return depends ? "" : "it depends on nothing, so it always runs";
}

std::string Seconds(std::int64_t ms) {
  return fmt::format("{:.3g} s", static_cast<double>(ms) / 1000);
}

}  // namespace

std::string Service::AttemptFolder(const JobRun& run, std::int64_t attempt) const {
  return fmt::format("{}/jobs/{}/{}", options_.data, run.id.Hex(), attempt);
}

int Service::Running() const {
  std::ptrdiff_t count = 0;
  for (const auto& active : active_) {
    count += std::ranges::count(active->run.jobs, JobState::kRunning, &JobRun::state);
  }
  return static_cast<int>(count);
}

bool Service::AreOfOneGroup(const Active& one, const Active& other) {
  const std::string& group = one.pipeline.concurrency.group;
  return !group.empty() && group == other.pipeline.concurrency.group &&
         one.project == other.project;
}

/// A folder is one run's at a time: two would write the same files. So is a group.
bool Service::MayBegin(const Active& active) const {
  for (const auto& other : active_) {
    if (other.get() == &active) return true;
    if (HasEnded(other->run.state)) continue;
    if (other->run.folder == active.run.folder || AreOfOneGroup(active, *other)) return false;
  }
  return true;
}

/// Ends the runs of a group whose place a newer one takes, as GitHub does: those that wait, and
/// with `cancel-in-progress` the one that is under way.
void Service::Supersede(const Active& newest) const {
  for (const auto& other : active_) {
    if (other.get() == &newest || HasEnded(other->run.state)) continue;
    if (!AreOfOneGroup(newest, *other) || !other->cancelled_because.empty()) continue;
    const bool waits = other->run.state == RunState::kWaiting;
    if (!waits && !newest.pipeline.concurrency.cancels_running) continue;
    other->cancelled_because = fmt::format("run {} of the group '{}' took its place",
                                           newest.run.number, newest.pipeline.concurrency.group);
  }
}

/// Moves a run on as far as it goes now. Whether something of it is under way.
bool Service::Advance(Active& active) {
  Run& run = active.run;
  if (run.state == RunState::kWaiting && (!active.cancelled_because.empty() || MayBegin(active))) {
    run.state = RunState::kRunning;
    active.run_is_changed = true;
  }
  if (run.state == RunState::kWaiting) return false;
  for (std::size_t at = 0; at < run.jobs.size(); ++at) {
    if (run.jobs[at].state == JobState::kRunning) Watch(active, at);
  }
  if (!active.cancelled_because.empty()) CancelJobs(active);
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (std::size_t at = 0; at < run.jobs.size(); ++at) {
      if (run.jobs[at].state == JobState::kWaiting) has_changed |= Decide(active, at);
    }
  }
  if (std::ranges::all_of(run.jobs, [](const JobRun& job) { return HasEnded(job.state); })) {
    EndRun(active);
  }
  if (const Status flushed = Flush(active); !flushed) {
    telemetry::LogError("a pipeline's state cannot be written",
                        {{"error.message", flushed.error().message}});
    return false;  // The disk may be full: no hurry.
  }
  for (const std::size_t at : std::exchange(active.to_launch, {})) Launch(active, at);
  return !HasEnded(run.state);
}

void Service::CancelJobs(Active& active) {
  for (std::size_t at = 0; at < active.run.jobs.size(); ++at) {
    JobRun& job = active.run.jobs[at];
    if (job.state == JobState::kWaiting) {
      EndJob(active, at, JobState::kCancelled, active.cancelled_because);
    } else if (job.state == JobState::kRunning) {
      const auto folder = AttemptFolder(job, job.attempts.back().number);
      const Status asked = jobs::Cancel(folder, active.cancelled_because);
      if (!asked) {
        telemetry::LogWarn("a job cannot be cancelled", {{"error.message", asked.error().message}});
      }
    }
  }
}

/// Decides about a job that waits. Whether something changed that others may wait for.
bool Service::Decide(Active& active, std::size_t position) {
  JobRun& run = active.run.jobs[position];
  if (run.next_ms > store_.clock.NowMs()) return false;
  if (active.must_run[position] == 0) {
    for (const std::string& need : active.pipeline.jobs[position].needs) {
      const auto found = std::ranges::find(active.run.jobs, need, &JobRun::name);
      if (found != active.run.jobs.end() && !HasEnded(found->state)) return false;
    }
    if (!MeetsCondition(active, position)) return true;
    if (active.pipeline.jobs[position].gate) {
      DecideGate(active, position);
      return true;
    }
    if (TakeFromCache(active, position)) return true;
    if (HasEnded(run.state)) return true;
    active.must_run[position] = 1;
  }
  if (Running() >= options_.slots) return false;
  Queue(active, position);
  return true;
}

/// Whether the job's `if:` lets it run; else it has ended.
bool Service::MeetsCondition(Active& active, std::size_t position) const {
  const Job& job = active.pipeline.jobs[position];
  std::string bad;
  for (const std::string& need : job.needs) {
    const auto found = std::ranges::find(active.run.jobs, need, &JobRun::name);
    if (found == active.run.jobs.end() || IsGood(found->state)) continue;
    const bool is_own_doing =
        found->state == JobState::kFailed || found->state == JobState::kRefused;
    bad += fmt::format("{}'{}' {}{}", bad.empty() ? "" : ", ", need, is_own_doing ? "" : "was ",
                       JobStateName(found->state));
  }
  const auto holds =
      Holds(job.condition, bad.empty() ? Before::kSucceeded : Before::kFailed, LookUp, &active.run);
  if (holds && *holds) return true;
  if (!holds) {
    EndJob(active, position, JobState::kFailed, "if: " + holds.error().message);
  } else {
    EndJob(active, position, JobState::kSkipped,
           bad.empty() ? fmt::format("if: {} is not so", job.condition) : bad);
  }
  return false;
}

Result<std::vector<KeyPart>> Service::PartsOf(const std::string& project, const std::string& folder,
                                              const Job& job) {
  std::vector<KeyPart> parts = {{"command", "", blob::DigestOf(job.run).Hex()}};
  for (const std::string& path : job.deps) {
    auto digest = workspace_.DigestOf(folder, path);
    if (!digest) return std::unexpected(std::move(digest.error()).Context("dep"));
    parts.push_back({"dep", path, *std::move(digest)});
  }
  for (const DatasetDependency& dataset : job.datasets) {
    TRY(store_.Read(project, [&](const journal::View& view) -> Status {
      const auto found = TRY(data::GetDataset(view.db, view.project, dataset.name));
      if (!found.latest) {
        return Fail(Code::kNotFound, "the dataset '{}' has no version yet", dataset.name);
      }
      const auto version = dataset.version
                               ? TRY(data::GetVersion(view.db, found.row, *dataset.version))
                               : *found.latest;
      parts.push_back(
          {"dataset", dataset.name, fmt::format("@{} {}", version.number, version.digest.Hex())});
      return {};
    }));
  }
  for (const auto& [name, value] : job.params) parts.push_back({"param", name, value});
  for (const auto& [name, value] : job.environment) parts.push_back({"env", name, value});
  for (const Output& out : job.outs) parts.push_back({"out", out.path, out.cache ? "kept" : ""});
  // Nothing of it can be put back: it is known by its name.
  if (job.outs.empty()) parts.push_back({"job", job.name, ""});
  return parts;
}

Result<std::vector<KeyPart>> Service::PartsNow(const Active& active, std::size_t position) {
  const Job& job = active.pipeline.jobs[position];
  auto parts = TRY(PartsOf(active.project, active.run.folder, job));
  std::ranges::move(GatesBefore(active, job), std::back_inserter(parts));
  return parts;
}

Result<std::string> Service::WhyItRuns(const std::string& project, const JobName& name,
                                       const std::vector<KeyPart>& parts) const {
  std::string why = "it never ran";
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    const auto known = TRY(FindKnown(view.db, view.project, name));
    if (!known) return {};
    why = DifferenceOf(*known, parts);
    if (why.empty()) why = "what it made last time is not kept";
    return {};
  }));
  return why;
}

/// Ends a job that need not run. What it depends on is noted either way; if that cannot be told it
/// has failed.
bool Service::TakeFromCache(Active& active, std::size_t position) {
  const Job& job = active.pipeline.jobs[position];
  JobRun& run = active.run.jobs[position];
  auto parts = PartsNow(active, position);
  if (!parts) {
    EndJob(active, position, JobState::kFailed, parts.error().message);
    return true;
  }
  run.parts = *std::move(parts);
  if (active.is_forced[position] != 0) {
    run.explanation = WhyForced(active.run.force ? "" : active.run.from);
    return false;
  }
  if (const auto why = WhyAlways(job, run.parts); !why.empty()) {
    run.explanation = why;
    return false;
  }
  std::optional<Results> cached;
  const Status read = store_.Read(active.project, [&](const journal::View& view) -> Status {
    cached = TRY(FindCached(view.db, view.project, KeyOf(run.parts).Raw()));
    return {};
  });
  const auto why =
      WhyItRuns(active.project, {active.run.folder, active.run.pipeline, job.name}, run.parts);
  run.explanation = why ? *why : why.error().message;
  if (!read || !cached) return false;
  const bool is_there = workspace_.IsThere(active.run.folder, job, *cached);
  if (!is_there) {
    const auto back = workspace_.PutBack(active.run.folder, job, *cached);
    if (!back || !*back) return false;
  }
  run.explanation = is_there ? "nothing changed" : "nothing changed; its outs were put back";
  run.metrics = cached->metrics;
  active.results[position] = *std::move(cached);
  active.to_know.push_back(position);
  EndJob(active, position, JobState::kCached, "");
  return true;
}

/// Notes an attempt that begins as soon as the database knows of it.
void Service::Queue(Active& active, std::size_t position) {
  JobRun& run = active.run.jobs[position];
  run.state = JobState::kRunning;
  run.reason.clear();
  const std::int64_t now = store_.clock.NowMs();
  if (run.started_ms == 0) run.started_ms = now;
  run.attempts.push_back(
      {.number = static_cast<std::int64_t>(run.attempts.size()) + 1, .started_ms = now});
  active.must_run[position] = 0;
  active.Changed(position);
  active.to_launch.push_back(position);
}

jobs::Spec Service::SpecOf(const Active& active, std::size_t position) const {
  const Job& job = active.pipeline.jobs[position];
  const JobRun& run = active.run.jobs[position];
  jobs::Spec spec{.attempt = fmt::format("{}-{}", run.id.Hex(), run.attempts.back().number),
                  .folder = AttemptFolder(run, run.attempts.back().number),
                  .working_folder = active.run.folder,
                  .script = job.run};
  spec.environment = active.definition.environment;
  const auto set = [&spec](std::string name, std::string value) {
    spec.environment.emplace_back(std::move(name), std::move(value));
  };
  json::Writer context;
  context.BeginObject().Key("galley.pipeline_run").String(std::to_string(active.run.number));
  context.Key("galley.job").String(job.name).Key("galley.job_id").String(run.id.Hex());
  json::Writer params;
  params.BeginObject();
  for (const auto& [name, value] : job.params) params.Key(name).Raw(value);
  params.EndObject();
  set("GALLEY", options_.program);
  set("GALLEY_URL", options_.server_url);
  set("GALLEY_DATA", options_.data);
  set("GALLEY_PROJECT", active.project);
  set("GALLEY_PIPELINE_RUN", std::to_string(active.run.number));
  set("GALLEY_TRIGGER", active.run.trigger.substr(0, active.run.trigger.find(' ')));
  if (!active.run.event.empty()) set("GALLEY_EVENT", active.run.event);
  if (!active.run.code.hex.empty()) set("GALLEY_COMMIT", active.run.code.hex);
  set("GALLEY_JOB", job.name);
  set("GALLEY_JOB_ID", run.id.Hex());
  set("GALLEY_PARAMS", std::move(params).Take());
  if (job.resources.cpu > 0) set("GALLEY_CPU", fmt::format("{}", job.resources.cpu));
  set("MLFLOW_TRACKING_URI", options_.server_url);
  for (const KeyPart& part : run.parts) {
    if (part.kind != "dataset") continue;
    const std::string version = part.value.substr(1, part.value.find(' ') - 1);
    const std::string variable = VariableName("GALLEY_DATASET_", part.name);
    set(variable, version);
    set(variable + "_FOLDER",
        fmt::format("{}/datasets/{}/{}", options_.data, active.project, part.name));
    context.Key("galley.dataset." + part.name).String(version);
  }
  context.EndObject();
  // What the mlflow client adds to the tags of every run that it starts.
  set("MLFLOW_RUN_CONTEXT", std::move(context).Take());
  // So that a script can say `galley`.
  const auto path = std::ranges::find(active.definition.environment, "PATH",
                                      &std::pair<std::string, std::string>::first);
  const std::string own = options_.program.substr(0, options_.program.rfind('/'));
  set("PATH", path == active.definition.environment.end()
                  ? "/usr/local/bin:/usr/bin:/bin:" + own
                  : fmt::format("{}:{}", path->second, own));
  AddGates(active, job, spec);
  for (const auto& [name, value] : job.environment) set(name, value);
  jobs::PutInFront(spec, "PYTHONPATH", options_.data + "/python");
  const Resources& resources = job.resources;
  spec.limits.wall_ms = job.timeout_ms;
  spec.limits.cpu_ms = resources.cpu_ms;
  spec.limits.memory_bytes = resources.memory_bytes;
  spec.limits.processes = resources.processes == 0 ? kProcesses : resources.processes;
  spec.limits.log_bytes = resources.log_bytes == 0 ? kLogBytes : resources.log_bytes;
  spec.limits.written_bytes = resources.written_bytes;
  return spec;
}

/// Starts the attempt that was noted; after a restart the same one again, unless it was started.
void Service::Launch(Active& active, std::size_t position) {
  const Job& job = active.pipeline.jobs[position];
  const jobs::Spec spec = SpecOf(active, position);
  std::error_code error;
  // What lies there from earlier must not pass for what this attempt makes.
  for (const Output& out : job.outs) {
    const auto path = std::filesystem::path(active.run.folder) / out.path;
    std::filesystem::remove_all(path, error);
    std::filesystem::create_directories(path.parent_path(), error);
  }
  Status started = io::MakeFolder(spec.folder);
  if (started) started = jobs::Start(spec);
  if (started || started.error().code == Code::kAlreadyExists) return;
  if (started.error().code == Code::kDeadlineExceeded) return;  // Watch will see.
  Finish(active, position,
         {.ending = jobs::Ending::kCouldNotStart, .reason = started.error().message});
}

void Service::Watch(Active& active, std::size_t position) {
  const JobRun& run = active.run.jobs[position];
  const std::string folder = AttemptFolder(run, run.attempts.back().number);
  const auto state = jobs::Look(folder);
  const bool never_began =
      state ? state->phase == jobs::Phase::kNotStarted : state.error().code == Code::kNotFound;
  if (never_began) return Launch(active, position);
  if (!state) {
    return Finish(active, position,
                  {.ending = jobs::Ending::kLost, .reason = state.error().message});
  }
  if (state->phase == jobs::Phase::kEnded) return Finish(active, position, state->outcome);
  if (state->phase != jobs::Phase::kLost) return;
  // Nothing of it may be left before anything is tried again.
  const auto settled = jobs::Settle(folder);
  if (settled) return Finish(active, position, *settled);
  if (settled.error().code == Code::kUnavailable) return;
  Finish(active, position, {.ending = jobs::Ending::kLost, .reason = settled.error().message});
}

void Service::Finish(Active& active, std::size_t position, const jobs::Outcome& outcome) {
  JobRun& run = active.run.jobs[position];
  Attempt& attempt = run.attempts.back();
  attempt.ending = jobs::EndingName(outcome.ending);
  attempt.reason = outcome.reason;
  attempt.exit_code = outcome.exit_code;
  if (outcome.started_ms > 0) attempt.started_ms = outcome.started_ms;
  attempt.ended_ms = outcome.ended_ms > 0 ? outcome.ended_ms : store_.clock.NowMs();
  attempt.cpu_ms = outcome.usage.cpu_ms;
  attempt.peak_memory_bytes = outcome.usage.peak_memory_bytes;
  active.Changed(position);
  if (outcome.ending == jobs::Ending::kSucceeded) return TakeResults(active, position);
  if (outcome.ending == jobs::Ending::kCancelled || !active.cancelled_because.empty()) {
    return EndJob(active, position, JobState::kCancelled, outcome.reason);
  }
  if (WaitsForAnother(active, position, outcome)) return;
  EndJob(active, position, JobState::kFailed,
         fmt::format("{}: {}", jobs::EndingName(outcome.ending), outcome.reason));
}

void Service::TakeResults(Active& active, std::size_t position) {
  const Job& job = active.pipeline.jobs[position];
  JobRun& run = active.run.jobs[position];
  auto results = workspace_.Collect(active.run.folder, job);
  if (!results) return EndJob(active, position, JobState::kFailed, results.error().message);
  run.metrics = results->metrics;
  active.results[position] = *std::move(results);
  // Only what was made of exactly these things may stand in for it later.
  const auto after = PartsNow(active, position);
  const bool is_same = after && *after == run.parts;
  if (is_same) active.to_cache.push_back(position);
  active.to_know.push_back(position);
  EndJob(active, position, JobState::kSucceeded,
         is_same ? "" : "not kept for later: what it depends on changed while it ran");
}

/// Whether a failed job is tried again, and when.
bool Service::WaitsForAnother(Active& active, std::size_t position,
                              const jobs::Outcome& outcome) const {
  const auto& retry = active.pipeline.jobs[position].retry;
  JobRun& run = active.run.jobs[position];
  const auto tries = static_cast<std::int64_t>(run.attempts.size());
  // What nobody saw the end of is no fault of the job: it does not count.
  const bool is_lost = outcome.ending == jobs::Ending::kLost;
  const auto lost =
      std::ranges::count(run.attempts, jobs::EndingName(jobs::Ending::kLost), &Attempt::ending);
  if (!is_lost && tries - lost > retry.max) return false;
  constexpr std::int64_t kLostMax = 5;
  if (is_lost && lost > kLostMax) return false;
  const std::string_view name = jobs::EndingName(outcome.ending);
  const bool has_code = std::ranges::find(retry.exit, outcome.exit_code) != retry.exit.end();
  const bool is_named = std::ranges::find(retry.on, name) != retry.on.end();
  const bool goes_by_code = outcome.ending == jobs::Ending::kFailed && !retry.exit.empty();
  if (!is_lost && !(goes_by_code ? has_code : retry.on.empty() || is_named)) return false;
  const double pause = static_cast<double>(retry.backoff_ms) *
                       std::pow(retry.factor, static_cast<double>(tries - 1));
  const std::int64_t pause_ms = std::isfinite(pause)
                                    ? std::min(static_cast<std::int64_t>(pause), kBackoffMsMax)
                                    : kBackoffMsMax;
  run.state = JobState::kWaiting;
  run.next_ms = is_lost ? 0 : store_.clock.NowMs() + pause_ms;
  run.reason = fmt::format("attempt {} {}: {}; again in {}", tries, name, outcome.reason,
                           Seconds(is_lost ? 0 : pause_ms));
  active.Changed(position);
  return true;
}

void Service::EndJob(Active& active, std::size_t position, JobState state,
                     std::string reason) const {
  JobRun& run = active.run.jobs[position];
  run.state = state;
  run.reason = std::move(reason);
  run.ended_ms = store_.clock.NowMs();
  active.Changed(position);
}

void Service::EndRun(Active& active) const {
  Run& run = active.run;
  const auto has = [&run](JobState state) {
    return std::ranges::find(run.jobs, state, &JobRun::state) != run.jobs.end();
  };
  run.state = !active.cancelled_because.empty() || has(JobState::kCancelled) ? RunState::kCancelled
              : has(JobState::kFailed)                                       ? RunState::kFailed
              : has(JobState::kRefused)                                      ? RunState::kRefused
                                                                             : RunState::kSucceeded;
  run.ended_ms = store_.clock.NowMs();
  active.run_is_changed = true;
}

/// Writes all that changed in one transaction.
Status Service::Flush(Active& active) const {
  const bool has_jobs = std::ranges::find(active.is_changed, 1) != active.is_changed.end();
  if (!has_jobs && !active.run_is_changed) return {};
  TRY(store_.WriteAndWait(
      db::WriteClass::kInteractive, active.project, active.run.actor,
      [&active](journal::Change& change) -> Status {
        for (std::size_t at = 0; at < active.is_changed.size(); ++at) {
          if (active.is_changed[at] == 0) continue;
          TRY(UpdateJob(change, active.run, at, active.results[at]));
        }
        for (const std::size_t at : active.to_cache) {
          const JobRun& job = active.run.jobs[at];
          TRY(StoreCached(change, KeyOf(job.parts).Raw(), job.id, active.results[at]));
        }
        for (const std::size_t at : active.to_know) {
          const JobRun& job = active.run.jobs[at];
          TRY(StoreKnown(change, {active.run.folder, active.run.pipeline, job.name}, job.parts));
        }
        for (const std::size_t at : active.to_decide) {
          TRY(StoreGate(change, active.run, active.run.jobs[at].id, *active.gates[at]));
        }
        return active.run_is_changed ? UpdateRun(change, active.run) : Status();
      }));
  std::ranges::fill(active.is_changed, 0);
  active.run_is_changed = false;
  active.to_cache.clear();
  active.to_know.clear();
  active.to_decide.clear();
  return {};
}

namespace {

/// What a job cannot be told without, in a sentence; empty if nothing that runs is in its way.
/// `expected`: of the jobs before it.
std::string WhatItWaitsFor(const Pipeline& pipeline, const std::vector<Expectation>& expected,
                           const Job& job) {
  std::string text;
  for (const Job& other : pipeline.jobs) {
    if (&other == &job) break;
    const auto before = std::ranges::find(expected, other.name, &Expectation::job);
    if (before->verdict == "cached") continue;
    if (other.gate && std::ranges::find(job.needs, other.name) != job.needs.end()) {
      text = fmt::format("it needs what '{}' decides", other.name);
    }
    const bool reads = std::ranges::any_of(job.deps, [&other](const std::string& dep) {
      return std::ranges::any_of(other.outs, [&dep](const Output& out) {
        return IsWithin(dep, out.path) || IsWithin(out.path, dep);
      });
    });
    if (reads) text = fmt::format("it reads what '{}' makes", other.name);
  }
  return text;
}

}  // namespace

/// Whether what a job with these parts made can serve again.
Status Service::ExpectFromCache(const std::string& project, const JobName& name,
                                const std::vector<KeyPart>& parts, Expectation& expected) const {
  expected.explanation = TRY(WhyItRuns(project, name, parts));
  return store_.Read(project, [&](const journal::View& view) -> Status {
    if (!TRY(FindCached(view.db, view.project, KeyOf(parts).Raw()))) return {};
    expected.verdict = "cached";
    expected.explanation = "nothing changed";
    return {};
  });
}

Result<std::vector<Expectation>> Service::Explain(const std::string& project,
                                                  const NewRun& wanted) {
  const Asked asked = TRY(Ask(project, wanted));
  std::vector<Expectation> expected;
  Foreseen foreseen;
  for (std::size_t at = 0; at < asked.pipeline.jobs.size(); ++at) {
    const Job& job = asked.pipeline.jobs[at];
    const bool is_forced = asked.is_forced[at] != 0;
    Expectation& it = expected.emplace_back(Expectation{job.name, job.stage, "runs", ""});
    it.explanation = WhatItWaitsFor(asked.pipeline, expected, job);
    if (is_forced && (job.gate || !it.explanation.empty())) {
      it.explanation = WhyForced(wanted.force ? "" : wanted.from);
      continue;
    }
    if (!it.explanation.empty()) {
      it.verdict = "waits";
      continue;
    }
    if (job.gate) {
      it.explanation = "a gate decides anew each time";
      continue;
    }
    auto parts = PartsOf(project, asked.run.folder, foreseen.Without(job));
    if (!parts) {
      it.verdict = "blocked";
      it.explanation = parts.error().message;
      continue;
    }
    foreseen.AddTo(job, *parts);
    if (is_forced) {
      it.explanation = WhyForced(wanted.force ? "" : wanted.from);
      continue;
    }
    it.explanation = WhyAlways(job, *parts);
    if (!it.explanation.empty()) continue;
    TRY(ExpectFromCache(project, {asked.run.folder, asked.pipeline.name, job.name}, *parts, it));
    if (it.verdict == "cached") {
      TRY(store_.Read(project, [&](const journal::View& view) -> Status {
        auto made = TRY(FindCached(view.db, view.project, KeyOf(*parts).Raw()));
        if (made) foreseen.Add(*std::move(made));
        return {};
      }));
    }
  }
  return expected;
}

}  // namespace galley::pipeline
