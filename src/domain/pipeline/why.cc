#include "domain/pipeline/why.h"

#include <algorithm>

#include "domain/pipeline/again.h"
#include "domain/pipeline/graph.h"
#include "domain/pipeline/rows.h"
#include "domain/pipeline/service.h"

namespace galley::pipeline {
namespace {

constexpr int kNamedMax = 10;

struct Asked {
  Run run;
  Pipeline pipeline;
  std::size_t place = 0;

  const JobRun& job() const { return run.jobs[place]; }
  const Job& definition() const { return pipeline.jobs[place]; }
};

/// The job as it last ended well before this one began, in this folder and pipeline.
Result<std::optional<JobOfRun>> LastGood(db::Connection& db, std::int64_t project,
                                         const Asked& asked, std::vector<KeyPart>& parts) {
  const JobRun& job = asked.job();
  const std::int64_t began = job.attempts.empty() ? job.ended_ms : job.attempts.back().started_ms;
  auto rows = TRY(db.Query(
      "SELECT pipeline_run.number, pipeline_job.id, pipeline_job.key_parts FROM pipeline_run JOIN "
      "pipeline_job ON pipeline_job.run = pipeline_run.row WHERE pipeline_run.project = ? AND "
      "pipeline_run.folder = ? AND pipeline_run.pipeline = ? AND pipeline_job.name = ? AND "
      "pipeline_job.state IN ('succeeded', 'cached') AND pipeline_job.id <> ? AND (? = 0 OR "
      "pipeline_job.ended_ms <= ?) ORDER BY pipeline_job.ended_ms DESC, pipeline_run.number DESC "
      "LIMIT 1",
      {project, asked.run.folder, asked.run.pipeline, job.name, job.id, began, began}));
  if (!TRY(rows.Next())) return std::optional<JobOfRun>();
  parts = TRY(ParseParts(rows.Text(2)));
  return std::optional(JobOfRun{rows.Integer(0), rows.AsId(1)});
}

/// The newest job that ran with the same key before this one was taken from the cache.
Result<std::optional<JobOfRun>> CameFrom(db::Connection& db, std::int64_t project,
                                         const JobRun& job) {
  auto rows = TRY(db.Query(
      "SELECT pipeline_run.number, pipeline_job.id FROM pipeline_run JOIN pipeline_job ON "
      "pipeline_job.run = pipeline_run.row WHERE pipeline_run.project = ? AND pipeline_job.state = "
      "'succeeded' AND pipeline_job.key_parts = ? AND pipeline_job.ended_ms <= ? ORDER BY "
      "pipeline_job.ended_ms DESC LIMIT 1",
      {project, PartsJson(job.parts), job.ended_ms}));
  if (!TRY(rows.Next())) return std::optional<JobOfRun>();
  return std::optional(JobOfRun{rows.Integer(0), rows.AsId(1)});
}

/// Why a job ran that has begun.
std::string CauseOf(const Asked& asked, bool has_before, bool has_changes) {
  const Job& job = asked.definition();
  const bool has_gates =
      std::ranges::find(asked.job().parts, "gate", &KeyPart::kind) != asked.job().parts.end();
  if (asked.run.force) return "forced";
  const auto forced = JobsFrom(asked.pipeline, asked.run.from);
  if (forced && (*forced)[asked.place] != 0) return "from";
  if (job.always) return "always";
  if (job.deps.empty() && job.datasets.empty() && job.params.empty() && !has_gates) {
    return "no_inputs";
  }
  if (!has_before) return "first";
  return has_changes ? "changed" : "not_kept";
}

/// The run that has this one's folder or group.
Status AddRunAhead(db::Connection& db, std::int64_t project, const Asked& asked, Why& why) {
  if (asked.run.state != RunState::kWaiting) return {};
  const std::string& group = asked.pipeline.concurrency.group;
  auto rows = TRY(db.Query(
      "SELECT number, state, folder = ? FROM pipeline_run WHERE state IN ('waiting', 'running') "
      "AND project = ? AND row < ? AND (folder = ? OR (? AND pipeline = ?)) ORDER BY row LIMIT 1",
      {asked.run.folder, project, asked.run.row, asked.run.folder, !group.empty(),
       asked.run.pipeline}));
  if (!TRY(rows.Next())) return {};
  why.pending.push_back(
      {.kind = "run",
       .text =
           rows.Integer(2) != 0
               ? fmt::format("run {} has the folder, which is one run's at a time", rows.Integer(0))
               : fmt::format("run {} is under way, and the group '{}' is one run's at a time",
                             rows.Integer(0), group),
       .job = {},
       .state = std::string(rows.Text(1)),
       .run = rows.Integer(0)});
  return {};
}

Status AddSlots(db::Connection& db, int slots, Why& why) {
  auto rows = TRY(
      db.Query("SELECT pipeline_job.name, pipeline_run.number FROM pipeline_run JOIN pipeline_job "
               "ON pipeline_job.run = pipeline_run.row WHERE pipeline_run.state = 'running' AND "
               "pipeline_job.state = 'running' ORDER BY pipeline_run.row, position LIMIT ?",
               {kNamedMax}));
  std::string names;
  int count = 0;
  while (TRY(rows.Next())) {
    ++count;
    names +=
        fmt::format("{}'{}' of run {}", names.empty() ? "" : ", ", rows.Text(0), rows.Integer(1));
  }
  if (count < slots) return {};
  why.pending.push_back(
      {.kind = "slot",
       .text = fmt::format("{} jobs run at a time, and so many do: {}", slots, names)});
  return {};
}

/// What is in the way, the nearest first.
Status AddPending(db::Connection& db, std::int64_t project, const Asked& asked, int slots,
                  std::int64_t now_ms, Why& why) {
  TRY(AddRunAhead(db, project, asked, why));
  for (const std::string& need : asked.definition().needs) {
    const auto found = std::ranges::find(asked.run.jobs, need, &JobRun::name);
    if (found == asked.run.jobs.end() || HasEnded(found->state)) continue;
    const auto state = std::string(JobStateName(found->state));
    why.pending.push_back({.kind = "job",
                           .text = fmt::format("it needs '{}', which is {}", need, state),
                           .job = need,
                           .state = state});
  }
  if (asked.job().next_ms > now_ms) {
    why.pending.push_back({.kind = "retry",
                           .text = asked.job().reason,
                           .job = {},
                           .state = {},
                           .run = 0,
                           .until_ms = asked.job().next_ms});
  }
  if (why.pending.empty()) TRY(AddSlots(db, slots, why));
  if (why.pending.empty()) {
    why.pending.push_back({.kind = "turn", .text = "nothing is in its way: it begins next"});
  }
  why.text = why.pending.front().text;
  return {};
}

/// Of a job that ended without having begun.
void JudgeUnstarted(const JobRun& job, Why& why) {
  why.text = job.reason;
  if (job.state == JobState::kSkipped) {
    why.verdict = "skipped";
    why.cause = job.reason.starts_with("if: ") ? "condition" : "needs";
    return;
  }
  why.verdict = "stopped";
  why.cause = job.state == JobState::kCancelled ? "cancelled" : "inputs";
  if (job.reason.starts_with("if: ")) why.cause = "condition";
}

Result<Asked> Ask(db::Connection& db, std::int64_t project, std::int64_t number,
                  std::string_view job) {
  Asked asked{.run = TRY(GetRun(db, project, number)), .pipeline = {}};
  const auto found = std::ranges::find(asked.run.jobs, job, &JobRun::name);
  if (found == asked.run.jobs.end()) {
    std::string names;
    for (const JobRun& known : asked.run.jobs) names += (names.empty() ? "" : ", ") + known.name;
    return Fail(Code::kNotFound, "run {} has no job '{}'; it has: {}", number, job, names);
  }
  asked.place = static_cast<std::size_t>(found - asked.run.jobs.begin());
  asked.pipeline = TRY(PipelineOf(db, asked.run));
  return asked;
}

}  // namespace

Result<Why> WhyOf(db::Connection& db, std::int64_t project, std::int64_t number,
                  std::string_view name, int slots, std::int64_t now_ms) {
  const Asked asked = TRY(Ask(db, project, number, name));
  const JobRun& job = asked.job();
  Why why{.verdict = "waiting", .cause = "pending", .text = job.explanation};
  std::vector<KeyPart> before;
  const bool may_compare = !asked.definition().gate && job.state != JobState::kCached;
  if (may_compare && !job.parts.empty()) {
    why.compared = TRY(LastGood(db, project, asked, before));
    if (why.compared) why.changed = ChangesOf(before, job.parts);
  }
  if (job.state == JobState::kWaiting) {
    TRY(AddPending(db, project, asked, slots, now_ms, why));
  } else if (job.state == JobState::kCached) {
    why.verdict = "cached";
    why.cause = "unchanged";
    why.cached_from = TRY(CameFrom(db, project, job));
  } else if (asked.definition().gate && job.state != JobState::kSkipped) {
    why.verdict = "decided";
    why.cause = "gate";
    why.text = job.reason;
  } else if (job.attempts.empty()) {
    JudgeUnstarted(job, why);
  } else {
    why.verdict = job.state == JobState::kRunning ? "running" : "ran";
    why.cause = CauseOf(asked, why.compared.has_value(), !why.changed.empty());
  }
  return why;
}

}  // namespace galley::pipeline
