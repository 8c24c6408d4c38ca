#include "domain/pipeline/service.h"

#include <algorithm>
#include <chrono>

#include "domain/pipeline/active.h"
#include "domain/pipeline/again.h"
#include "domain/pipeline/git.h"
#include "domain/pipeline/key.h"
#include "foundation/io/file.h"
#include "foundation/telemetry/log.h"
#include "storage/journal/journal.h"

/// What callers ask of `Service`, and its thread. What becomes of a job stands in `engine.cc`.
namespace galley::pipeline {
namespace {

constexpr std::size_t kFileBytesMax = yaml::kBytesMax;
constexpr std::size_t kFolderBytesMax = 4000;
constexpr auto kBusyPause = std::chrono::milliseconds(30);
constexpr auto kIdlePause = std::chrono::milliseconds(500);

}  // namespace

Status CheckFolder(const std::string& folder) {
  if (!folder.starts_with('/') || folder.size() > kFolderBytesMax) {
    return Fail(Code::kInvalidArgument, "'folder' must be an absolute path of at most {} bytes",
                kFolderBytesMax);
  }
  if (io::IsFolder(folder)) return {};
  return Fail(Code::kInvalidArgument, "'folder': '{}' is no folder on the server's machine",
              folder);
}

Result<std::string> FolderFiles::Read(const std::string& path) const {
  std::string text = TRY(io::ReadFile(folder_ + "/" + path, kFileBytesMax));
  read_[path] = text;
  return text;
}

Result<std::string> StoredFiles::Read(const std::string& path) const {
  const auto found = files_.find(path);
  if (found != files_.end()) return found->second;
  return Fail(Code::kNotFound, "'{}' was not read when the run began", path);
}

namespace {

/// Puts the branch of `push BRANCH COMMIT` where it belongs; of other triggers nothing.
void FillBranch(std::string& group, std::string_view trigger) {
  constexpr std::string_view kPush = "push ";
  std::string_view branch;
  if (trigger.starts_with(kPush)) {
    branch = trigger.substr(kPush.size());
    branch = branch.substr(0, branch.find(' '));
  }
  for (auto at = group.find(kBranch); at != std::string::npos;
       at = group.find(kBranch, at + branch.size())) {
    group.replace(at, kBranch.size(), branch);
  }
}

}  // namespace

bool IsWithin(std::string_view path, std::string_view folder) {
  if (!path.starts_with(folder)) return false;
  return path.size() == folder.size() || path[folder.size()] == '/' || folder.ends_with('/');
}

Service::Service(Options options, const journal::Store& store, blob::BlobStore& blobs)
    : options_(std::move(options)), store_(store), workspace_(blobs) {}

Result<std::unique_ptr<Service>> Service::Open(const Options& options, const journal::Store& store,
                                               blob::BlobStore& blobs) {
  TRY(io::MakeFolder(options.data + "/jobs"));
  std::unique_ptr<Service> service(new Service(options, store, blobs));
  TRY(service->Resume());
  service->thread_ = std::thread([raw = service.get()] { raw->Loop(); });
  return service;
}

Service::~Service() {
  {
    const std::scoped_lock lock(mutex_);
    stops_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Status Service::Resume() {
  // Runs belong to projects, and any project's view sees them all.
  return store_.Read(journal::kDefaultProject, [this](const journal::View& view) -> Status {
    for (const ActiveRun& run : TRY(ListActive(view.db))) {
      arrivals_.push_back({run.project, run.number});
    }
    return {};
  });
}

Result<std::unique_ptr<Service::Active>> Service::Load(const std::string& project,
                                                       std::int64_t number) const {
  auto active = std::make_unique<Active>();
  active->project = project;
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    active->run = TRY(GetRun(view.db, view.project, number));
    active->definition = TRY(LoadDefinition(view.db, active->run.row));
    return {};
  }));
  const auto document = TRY(yaml::Parse(active->definition.text, active->definition.file));
  active->pipeline = TRY(ReadPipeline(document, StoredFiles(active->definition.other_files),
                                      active->definition.inputs));
  FillBranch(active->pipeline.concurrency.group, active->run.trigger);
  const std::size_t count = active->pipeline.jobs.size();
  if (count != active->run.jobs.size()) {
    return Fail(Code::kDataLoss, "the run has {} jobs and its pipeline {}", active->run.jobs.size(),
                count);
  }
  active->results.resize(count);
  active->must_run.resize(count);
  active->is_changed.resize(count);
  active->is_forced = TRY(JobsFrom(active->pipeline, active->run.from));
  if (active->run.force) std::ranges::fill(active->is_forced, 1);
  active->gates.resize(count);
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    for (std::size_t at = 0; at < count; ++at) {
      if (!active->pipeline.jobs[at].gate) continue;
      active->gates[at] = TRY(LoadGate(view.db, active->run.jobs[at].id));
    }
    return {};
  }));
  for (std::size_t at = 0; at < count; ++at) {
    active->results[at].metrics = active->run.jobs[at].metrics;
  }
  return active;
}

Result<Run> Service::Start(const std::string& project, const NewRun& asked_for, const Also& also) {
  const Asked asked = TRY(Ask(project, asked_for));
  const NewRun& wanted = asked.run;
  Run run{.id = store_.ids.Next(),
          .pipeline = asked.pipeline.name,
          .folder = wanted.folder,
          .trigger = wanted.trigger,
          .event = wanted.event,
          .code = wanted.code ? *wanted.code : CommitOf(wanted.folder),
          .actor = wanted.actor,
          .force = wanted.force,
          .from = wanted.from,
          .again = wanted.again,
          .created_ms = store_.clock.NowMs()};
  for (const Job& job : asked.pipeline.jobs) {
    run.jobs.push_back({.id = store_.ids.Next(), .name = job.name, .stage = job.stage});
  }
  const Definition definition{wanted.file, wanted.text, asked.other_files, wanted.inputs,
                              wanted.environment};
  TRY(store_.WriteAndWait(db::WriteClass::kInteractive, project, wanted.actor,
                          [&](journal::Change& change) -> Status {
                            TRY(InsertRun(change, run, definition));
                            return also ? also(change, run) : Status();
                          }));
  {
    const std::scoped_lock lock(mutex_);
    arrivals_.push_back({project, run.number});
  }
  wake_.notify_all();
  return run;
}

Status Service::Cancel(const std::string& project, std::int64_t number, const std::string& actor) {
  Run run;
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    run = TRY(GetRun(view.db, view.project, number));
    return {};
  }));
  if (HasEnded(run.state)) {
    return Fail(Code::kFailedPrecondition, "run {} has ended: it is {}", number,
                RunStateName(run.state));
  }
  telemetry::LogInfo("a pipeline's run is cancelled",
                     {{"pipeline.run", std::to_string(number)}, {"user.name", actor}});
  {
    const std::scoped_lock lock(mutex_);
    cancellations_.push_back({project, number});
  }
  wake_.notify_all();
  return {};
}

Status Service::Retry(const std::string& project, std::int64_t number, const std::string& actor) {
  TRY(store_.WriteAndWait(
      db::WriteClass::kInteractive, project, actor, [&](journal::Change& change) -> Status {
        Run run = TRY(GetRun(change.db, change.project, number));
        if (!HasEnded(run.state) || run.state == RunState::kSucceeded) {
          return Fail(Code::kFailedPrecondition,
                      "run {} is {}; only what failed, was refused or cancelled can be tried again",
                      number, RunStateName(run.state));
        }
        return Reopen(change, run);
      }));
  {
    const std::scoped_lock lock(mutex_);
    arrivals_.push_back({project, number});
  }
  wake_.notify_all();
  return {};
}

Result<std::string> Service::LogFolder(const std::string& project, std::int64_t number,
                                       std::string_view job, std::int64_t attempt) const {
  Run run;
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    run = TRY(GetRun(view.db, view.project, number));
    return {};
  }));
  const auto found = std::ranges::find(run.jobs, job, &JobRun::name);
  if (found == run.jobs.end()) {
    std::string names;
    for (const JobRun& known : run.jobs) names += (names.empty() ? "" : ", ") + known.name;
    return Fail(Code::kNotFound, "run {} has no job '{}'; it has: {}", number, job, names);
  }
  if (attempt == 0) attempt = static_cast<std::int64_t>(found->attempts.size());
  if (attempt < 1 || attempt > static_cast<std::int64_t>(found->attempts.size())) {
    return Fail(Code::kNotFound, "the job '{}' has had {} attempts; it is {}", job,
                found->attempts.size(), JobStateName(found->state));
  }
  return AttemptFolder(*found, attempt);
}

Result<jobs::LogPage> Service::Log(const std::string& project, std::int64_t number,
                                   std::string_view job, std::int64_t attempt, std::int64_t offset,
                                   std::int64_t bytes_max) {
  auto page = jobs::ReadLog(TRY(LogFolder(project, number, job, attempt)), offset, bytes_max);
  // It is about to be made.
  if (!page && page.error().code == Code::kNotFound) return jobs::LogPage{};
  return page;
}

Result<LogFindings> Service::FindInLog(const std::string& project, std::int64_t number,
                                       std::string_view job, std::int64_t attempt,
                                       const LogQuestion& question) {
  const std::string folder = TRY(LogFolder(project, number, job, attempt));
  return ScanLog([&](std::int64_t offset,
                     std::int64_t bytes_max) { return jobs::ReadLog(folder, offset, bytes_max); },
                 question);
}

/// Ends a run that cannot be taken up, so that nobody waits for it.
void Service::GiveUp(const std::string& project, std::int64_t number,
                     const std::string& why) const {
  telemetry::LogError("a pipeline's run cannot be taken up",
                      {{"pipeline.run", std::to_string(number)}, {"error.message", why}});
  const Status written = store_.WriteAndWait(
      db::WriteClass::kInteractive, project, "galley", [&](journal::Change& change) -> Status {
        Run run = TRY(GetRun(change.db, change.project, number));
        for (std::size_t at = 0; at < run.jobs.size(); ++at) {
          JobRun& job = run.jobs[at];
          if (HasEnded(job.state)) continue;
          if (job.state == JobState::kRunning) {
            TRY(jobs::Cancel(AttemptFolder(job, job.attempts.back().number),
                             "its run cannot be taken up"));
          }
          job.state = JobState::kFailed;
          job.reason = "the run cannot be taken up: " + why;
          job.ended_ms = change.now_ms;
          TRY(UpdateJob(change, run, at, {}));
        }
        run.state = RunState::kFailed;
        run.ended_ms = change.now_ms;
        return UpdateRun(change, run);
      });
  if (written) return;
  telemetry::LogError("a pipeline's state cannot be written",
                      {{"error.message", written.error().message}});
}

void Service::Loop() {
  std::unique_lock lock(mutex_);
  while (!stops_) {
    const auto arrivals = std::exchange(arrivals_, {});
    const auto cancellations = std::exchange(cancellations_, {});
    lock.unlock();
    for (const auto& [project, number] : arrivals) {
      auto active = Load(project, number);
      if (active) {
        active_.push_back(*std::move(active));
        Supersede(*active_.back());
      } else {
        GiveUp(project, number, active.error().message);
      }
    }
    for (const auto& named : cancellations) {
      for (const auto& active : active_) {
        if (RunName{active->project, active->run.number} != named) continue;
        active->cancelled_because = "the run was cancelled";
      }
    }
    bool is_busy = false;
    for (const auto& active : active_) is_busy = Advance(*active) || is_busy;
    std::erase_if(active_, [](const auto& active) {
      return HasEnded(active->run.state) && !active->run_is_changed;
    });
    lock.lock();
    if (stops_ || !arrivals_.empty() || !cancellations_.empty()) continue;
    if (active_.empty()) {
      wake_.wait(lock);
    } else {
      wake_.wait_for(lock, is_busy ? kBusyPause : kIdlePause);
    }
  }
}

}  // namespace galley::pipeline
