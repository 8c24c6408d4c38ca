#include "serving/runtime/python_model.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "foundation/io/clock.h"
#include "foundation/io/errno.h"
#include "foundation/io/fd.h"
#include "foundation/telemetry/log.h"
#include "serving/runtime/restart_budget.h"
#include "serving/runtime/worker_process.h"

namespace galley::serving {
namespace {

constexpr std::int64_t kPollMsMax = 60'000;
constexpr std::int64_t kExitMsMax = 1'000;  // For a worker that has closed its socket.
constexpr int kRunsMax = 2;
constexpr int kStatusMin = 100;
constexpr int kStatusMax = 599;

using Answer = PythonModel::Answer;

struct Job {
  std::string content_type;
  std::string body;
  PythonModel::Done done;  // Empty once it was called: its time was up while a worker ran it.
  std::int64_t deadline_ms = 0;
  int runs = 0;

  void Complete(Result<Answer> answer) {
    if (done) std::exchange(done, nullptr)(std::move(answer));
  }
};

/// Place of one worker process; it may be empty for a while after a death.
struct Slot {
  std::unique_ptr<WorkerProcess> process;
  bool is_ready = false;
  std::unique_ptr<Job> job;      // What it runs.
  std::uint32_t request_id = 0;  // Of that, or of the last one.
  std::int64_t deadline_ms = 0;  // To be ready, to answer the job, or, when doomed, to end.
  std::optional<Error> doom;  // Why it is being ended or is ending; nothing else is done with it.

  bool IsIdle() const { return process && is_ready && !job && !doom; }
};

}  // namespace

/// All of it. The slots belong to the thread that runs `Run`, the queue to the mutex.
class PythonModel::Supervisor {
 public:
  explicit Supervisor(PythonModelOptions options)
      : options_(std::move(options)),
        budget_(options_.restarts_max, options_.restart_window_ms),
        slots_(static_cast<std::size_t>(std::max(options_.workers, 1))) {}

  Status Start();
  void Predict(std::string content_type, std::string body, Done done);
  void Stop();
  const std::string& description() const { return description_; }
  State GetState() const;

 private:
  void Run();
  void Launch(Slot& slot, std::int64_t now_ms);
  void Restart(std::int64_t now_ms);
  void Dispatch(std::int64_t now_ms);
  void Give(Slot& slot, std::unique_ptr<Job> job, std::int64_t now_ms);
  void Wait();
  std::int64_t NextMs(std::int64_t now_ms) const;
  void Serve(Slot& slot, const pollfd* ready, std::int64_t now_ms);
  void TakeFrames(Slot& slot, std::int64_t now_ms);
  Status TakeFrame(Slot& slot, Frame frame, std::int64_t now_ms);
  void Doom(Slot& slot, Error why, std::int64_t ends_ms);
  void Bury(Slot& slot, std::int64_t now_ms);
  void RunAgainOrFail(std::unique_ptr<Job> job, const Error& why, std::int64_t now_ms);
  void Expire(std::int64_t now_ms);
  void ExpireSlot(Slot& slot, std::int64_t now_ms);
  bool IsFinished(std::int64_t now_ms);
  void Finish();
  void ReportStart(Status status);
  void Wake() const;
  void Count();
  std::unique_ptr<Job> PopFront();
  std::unique_ptr<Job> PopExpired(std::int64_t now_ms);
  bool HasWorkers() const;

  const PythonModelOptions options_;

  // Of the supervising thread.
  RestartBudget budget_;
  std::vector<Slot> slots_;
  bool is_starting_ = true;
  std::string description_;  // Written before `started_` is fulfilled, constant from then on.
  std::promise<Status> started_;
  std::optional<std::int64_t> stop_ms_;
  std::optional<std::int64_t> next_restart_ms_;

  io::UniqueFd wake_;
  mutable std::mutex mutex_;  // Guards what follows.
  std::deque<std::unique_ptr<Job>> queue_;
  bool is_stopping_ = false;
  std::string refusal_;  // Why no request is taken, while no worker may be started.
  State state_;

  std::mutex join_mutex_;
  std::thread thread_;  // Guarded by join_mutex_. The workers die with it.
};

Status PythonModel::Supervisor::Start() {
  wake_ = io::UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake_) return std::unexpected(io::ErrnoError("opening an event descriptor"));
  auto started = started_.get_future();
  // Signals are for the threads that wait for them: one that takes SIGTERM here ends the process.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { Run(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  constexpr auto kLook = std::chrono::milliseconds(50);
  while (options_.cancelled != nullptr && started.wait_for(kLook) != std::future_status::ready) {
    if (!options_.cancelled->load()) continue;
    Stop();
    return Fail(Code::kUnavailable, "stopped while the model was being loaded");
  }
  auto status = started.get();
  if (!status) Stop();
  return status;
}

void PythonModel::Supervisor::Predict(std::string content_type, std::string body, Done done) {
  const auto refuse = [&](Code code, std::string message) {
    done(std::unexpected(Error{code, std::move(message)}));
  };
  if (body.size() > options_.body_bytes_max) {
    return refuse(Code::kInvalidArgument,
                  fmt::format("the body has {} bytes; a Python model takes at most {}", body.size(),
                              options_.body_bytes_max));
  }
  if (content_type.size() > kContentTypeBytesMax) {
    return refuse(Code::kInvalidArgument,
                  fmt::format("the content type has more than {} bytes", kContentTypeBytesMax));
  }
  auto job = std::make_unique<Job>();
  job->content_type = std::move(content_type);
  job->body = std::move(body);
  job->deadline_ms = io::MonotonicMs() + options_.request_timeout_ms;
  std::string refusal;
  {
    const std::scoped_lock lock(mutex_);
    if (is_stopping_) {
      refusal = "the model is stopped";
    } else if (!refusal_.empty()) {
      refusal = refusal_;
    } else if (queue_.size() >= options_.queue_max) {
      refusal = fmt::format("{} requests wait for this model already", queue_.size());
    } else {
      job->done = std::move(done);
      queue_.push_back(std::move(job));
    }
  }
  if (!refusal.empty()) return refuse(Code::kUnavailable, std::move(refusal));
  Wake();
}

void PythonModel::Supervisor::Stop() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  Wake();
  const std::scoped_lock lock(join_mutex_);
  if (thread_.joinable()) thread_.join();
}

PythonModel::State PythonModel::Supervisor::GetState() const {
  const std::scoped_lock lock(mutex_);
  State state = state_;
  state.queued = queue_.size();
  return state;
}

void PythonModel::Supervisor::Run() {
  for (auto& slot : slots_) Launch(slot, io::MonotonicMs());
  while (!IsFinished(io::MonotonicMs())) {
    Restart(io::MonotonicMs());
    Dispatch(io::MonotonicMs());
    Count();
    Wait();
    Expire(io::MonotonicMs());
  }
  Finish();
}

void PythonModel::Supervisor::Launch(Slot& slot, std::int64_t now_ms) {
  slot = Slot{};
  auto process = WorkerProcess::Start(options_);
  if (process) {
    slot.process = std::move(*process);
    slot.deadline_ms = now_ms + options_.start_timeout_ms;
    return;
  }
  telemetry::LogError("cannot start a Python worker", {{"galley.model", options_.model_folder},
                                                       {"error.message", process.error().message}});
  {
    const std::scoped_lock lock(mutex_);
    state_.last_death = process.error().message;
  }
  ReportStart(std::unexpected(std::move(process).error()));
}

/// Fills empty slots as far as the budget allows. While there is no worker and none may be started,
/// requests are refused.
void PythonModel::Supervisor::Restart(std::int64_t now_ms) {
  next_restart_ms_.reset();
  if (is_starting_) return;
  for (auto& slot : slots_) {
    while (!slot.process && !next_restart_ms_) {
      if (!budget_.Take(now_ms)) {
        next_restart_ms_ = budget_.NextMs();
        break;
      }
      Launch(slot, now_ms);
      const std::scoped_lock lock(mutex_);
      ++state_.restarts;
    }
  }
  const bool has_workers = HasWorkers();
  std::deque<std::unique_ptr<Job>> refused;
  std::string refusal;
  {
    const std::scoped_lock lock(mutex_);
    if (has_workers) {
      refusal_.clear();
    } else if (refusal_.empty()) {
      refusal_ =
          fmt::format("the model's workers died too often ({} restarts within {} s); last: {}",
                      options_.restarts_max, options_.restart_window_ms / 1000, state_.last_death);
    }
    refusal = refusal_;
    if (!has_workers) refused.swap(queue_);
  }
  if (refused.empty()) return;
  for (auto& job : refused) job->Complete(Fail(Code::kUnavailable, "{}", refusal));
}

bool PythonModel::Supervisor::HasWorkers() const {
  return std::ranges::any_of(slots_, [](const Slot& slot) { return slot.process != nullptr; });
}

void PythonModel::Supervisor::Dispatch(std::int64_t now_ms) {
  for (auto& slot : slots_) {
    if (!slot.IsIdle()) continue;
    auto job = PopFront();
    if (!job) return;
    Give(slot, std::move(job), now_ms);
  }
}

void PythonModel::Supervisor::Give(Slot& slot, std::unique_ptr<Job> job, std::int64_t now_ms) {
  slot.job = std::move(job);
  ++slot.job->runs;
  ++slot.request_id;
  slot.deadline_ms = now_ms + options_.request_timeout_ms;
  auto sent = slot.process->Send(slot.request_id, slot.job->content_type, slot.job->body);
  if (!sent) Doom(slot, std::move(sent).error(), now_ms + kExitMsMax);
}

std::unique_ptr<Job> PythonModel::Supervisor::PopFront() {
  const std::scoped_lock lock(mutex_);
  if (queue_.empty()) return nullptr;
  auto job = std::move(queue_.front());
  queue_.pop_front();
  return job;
}

/// Deadlines grow along the queue: a job that runs again comes first and is the oldest.
std::unique_ptr<Job> PythonModel::Supervisor::PopExpired(std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  if (queue_.empty() || queue_.front()->deadline_ms > now_ms) return nullptr;
  auto job = std::move(queue_.front());
  queue_.pop_front();
  return job;
}

void PythonModel::Supervisor::Wait() {
  constexpr std::size_t kPerSlot = 3;
  std::vector<pollfd> watched(1 + kPerSlot * slots_.size(), pollfd{-1, 0, 0});
  watched[0] = {wake_.get(), POLLIN, 0};
  for (std::size_t at = 0; at < slots_.size(); ++at) {
    const Slot& slot = slots_[at];
    if (!slot.process) continue;
    pollfd* own = &watched[1 + kPerSlot * at];
    const short out = slot.process->IsSending() ? POLLOUT : 0;
    if (!slot.doom) own[0] = {slot.process->socket(), static_cast<short>(POLLIN | out), 0};
    own[1] = {slot.process->stderr_fd(), POLLIN, 0};
    own[2] = {slot.process->end_fd(), POLLIN, 0};
  }
  const std::int64_t now_ms = io::MonotonicMs();
  const std::int64_t wait_ms = std::clamp<std::int64_t>(NextMs(now_ms) - now_ms, 0, kPollMsMax);
  if (::poll(watched.data(), watched.size(), static_cast<int>(wait_ms)) <= 0) return;
  if (watched[0].revents != 0) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto size = ::read(wake_.get(), &count, sizeof(count));
  }
  for (std::size_t at = 0; at < slots_.size(); ++at) {
    if (slots_[at].process) Serve(slots_[at], &watched[1 + kPerSlot * at], io::MonotonicMs());
  }
}

/// When something is due. The jobs that wait are looked at through the first of them.
std::int64_t PythonModel::Supervisor::NextMs(std::int64_t now_ms) const {
  std::int64_t next = now_ms + kPollMsMax;
  if (stop_ms_) next = std::min(next, *stop_ms_);
  if (next_restart_ms_) next = std::min(next, *next_restart_ms_);
  for (const auto& slot : slots_) {
    if (!slot.process) continue;
    if (!slot.is_ready || slot.job || slot.doom) next = std::min(next, slot.deadline_ms);
    if (slot.job && slot.job->done) next = std::min(next, slot.job->deadline_ms);
  }
  const std::scoped_lock lock(mutex_);
  if (!queue_.empty()) next = std::min(next, queue_.front()->deadline_ms);
  return next;
}

/// `ready` are the results of poll for its socket, its standard error and its end.
void PythonModel::Supervisor::Serve(Slot& slot, const pollfd* ready, std::int64_t now_ms) {
  const bool has_ended = ready[2].revents != 0;
  if (ready[1].revents != 0 || has_ended) slot.process->ReadStderr(now_ms);
  if (ready[0].revents != 0 || has_ended) TakeFrames(slot, now_ms);
  if (has_ended) Bury(slot, now_ms);
}

void PythonModel::Supervisor::TakeFrames(Slot& slot, std::int64_t now_ms) {
  if (slot.doom) return;
  // A worker that is gone cannot be written to; what it sent before is read all the same.
  auto sent = slot.process->Flush();
  while (!slot.doom) {
    auto frame = slot.process->Receive();
    if (!frame) {
      const bool is_gone = frame.error().code == Code::kUnavailable;
      return Doom(slot, std::move(frame).error(), is_gone ? now_ms + kExitMsMax : now_ms);
    }
    if (!*frame) break;
    auto taken = TakeFrame(slot, *std::move(*frame), now_ms);
    if (!taken) return Doom(slot, std::move(taken).error(), now_ms);
  }
  if (!sent && !slot.doom) Doom(slot, std::move(sent).error(), now_ms + kExitMsMax);
}

Status PythonModel::Supervisor::TakeFrame(Slot& slot, Frame frame, std::int64_t now_ms) {
  const auto& header = frame.header;
  if (!slot.is_ready && header.kind == FrameKind::kReady) {
    slot.is_ready = true;
    if (is_starting_ && description_.empty()) description_ = std::move(frame.body);
    if (std::ranges::all_of(slots_, &Slot::is_ready)) ReportStart({});
    return {};
  }
  if (!slot.is_ready && header.kind == FrameKind::kFailed) {
    Doom(slot, Error{Code::kFailedPrecondition, std::move(frame.body)}.Context("loading the model"),
         now_ms + kExitMsMax);
    return {};
  }
  if (header.kind != FrameKind::kAnswer || !slot.job || header.id != slot.request_id ||
      slot.process->IsSending()) {
    return Fail(Code::kDataLoss, "the worker sent a frame that nobody waits for (kind {}, id {})",
                static_cast<int>(header.kind), header.id);
  }
  if (header.status < kStatusMin || header.status > kStatusMax) {
    return Fail(Code::kDataLoss, "the worker answered with status {}", header.status);
  }
  const auto job = std::move(slot.job);
  job->Complete(Answer{header.status, std::move(frame.content_type), std::move(frame.body)});
  return {};
}

/// Nothing more is read from it or sent to it; it is killed unless it ends by `ends_ms`.
void PythonModel::Supervisor::Doom(Slot& slot, Error why, std::int64_t ends_ms) {
  slot.doom = std::move(why);
  slot.deadline_ms = ends_ms;
}

void PythonModel::Supervisor::Bury(Slot& slot, std::int64_t now_ms) {
  const auto pid = slot.process->pid();
  const std::string end = slot.process->Reap();
  // A closed socket is what every death looks like; how the process ended says more.
  const bool says_more = slot.doom && slot.doom->code != Code::kUnavailable;
  Error why = says_more ? *slot.doom : Error{Code::kUnavailable, "the worker " + end};
  telemetry::LogWarn("a Python worker died", {{"galley.model", options_.model_folder},
                                              {"galley.worker", std::to_string(pid)},
                                              {"event.reason", why.message}});
  auto job = std::move(slot.job);
  slot = Slot{};
  RunAgainOrFail(std::move(job), why, now_ms);
  if (is_starting_) {
    if (why.code == Code::kUnavailable || why.code == Code::kDataLoss) {
      why.code = Code::kFailedPrecondition;
    }
    ReportStart(std::unexpected(std::move(why)));
  }
}

/// Takes what `job` holds, if anything, when the worker under it has died.
void PythonModel::Supervisor::RunAgainOrFail(std::unique_ptr<Job> job, const Error& why,
                                             std::int64_t now_ms) {
  {
    const std::scoped_lock lock(mutex_);
    state_.last_death = why.message;
    if (!job || !job->done) return;
    if (job->runs < kRunsMax && job->deadline_ms > now_ms) {
      queue_.push_front(std::move(job));
      return;
    }
  }
  job->Complete(Fail(Code::kUnavailable, "the model's worker died under this request; last: {}",
                     why.message));
}

void PythonModel::Supervisor::Expire(std::int64_t now_ms) {
  for (auto& slot : slots_) {
    if (slot.process) ExpireSlot(slot, now_ms);
  }
  while (auto job = PopExpired(now_ms)) {
    job->Complete(
        Fail(Code::kDeadlineExceeded, "no worker was free for {} ms", options_.request_timeout_ms));
  }
}

void PythonModel::Supervisor::ExpireSlot(Slot& slot, std::int64_t now_ms) {
  if (slot.job && slot.job->deadline_ms <= now_ms) {
    slot.job->Complete(Fail(Code::kDeadlineExceeded, "the model has not answered within {} ms",
                            options_.request_timeout_ms));
  }
  const bool is_due = (!slot.is_ready || slot.job || slot.doom) && slot.deadline_ms <= now_ms;
  if (!is_due) return;
  if (!slot.doom && !slot.is_ready) {
    Doom(slot,
         Error{Code::kDeadlineExceeded,
               fmt::format("the model was not loaded within {} ms", options_.start_timeout_ms)},
         now_ms);
  } else if (!slot.doom) {
    Doom(slot,
         Error{Code::kDeadlineExceeded,
               fmt::format("a request ran for more than {} ms", options_.request_timeout_ms)},
         now_ms);
  }
  slot.process->Kill();
  slot.deadline_ms = now_ms + kExitMsMax;  // Its end is announced by end_fd.
}

bool PythonModel::Supervisor::IsFinished(std::int64_t now_ms) {
  const bool is_busy =
      std::ranges::any_of(slots_, [](const Slot& slot) { return slot.job && slot.job->done; });
  const std::scoped_lock lock(mutex_);
  if (!is_stopping_) return false;
  if (!stop_ms_) stop_ms_ = now_ms + options_.stop_timeout_ms;
  return (!is_busy && queue_.empty()) || *stop_ms_ <= now_ms;
}

/// The end: nobody is left waiting, and no process.
void PythonModel::Supervisor::Finish() {
  ReportStart(Fail(Code::kUnavailable, "the model was stopped"));
  for (auto& slot : slots_) {
    if (slot.job) slot.job->Complete(Fail(Code::kUnavailable, "the model was stopped"));
    if (slot.process) slot.process->Kill();
  }
  for (auto& slot : slots_) slot = Slot{};
  while (auto job = PopFront()) {
    job->Complete(Fail(Code::kUnavailable, "the model was stopped"));
  }
  Count();
}

void PythonModel::Supervisor::ReportStart(Status status) {
  if (!is_starting_) return;
  is_starting_ = false;
  if (!status) {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;  // Nobody gets to see this object.
  }
  started_.set_value(std::move(status));
}

void PythonModel::Supervisor::Wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof(one));
}

void PythonModel::Supervisor::Count() {
  int ready = 0;
  std::size_t running = 0;
  for (const auto& slot : slots_) {
    if (slot.is_ready && !slot.doom) ++ready;
    if (slot.job) ++running;
  }
  const std::scoped_lock lock(mutex_);
  state_.workers_ready = ready;
  state_.running = running;
}

PythonModel::PythonModel(std::unique_ptr<Supervisor> supervisor)
    : supervisor_(std::move(supervisor)) {}

PythonModel::~PythonModel() {
  supervisor_->Stop();
}

Result<std::unique_ptr<PythonModel>> PythonModel::Start(PythonModelOptions options) {
  auto supervisor = std::make_unique<Supervisor>(std::move(options));
  TRY(supervisor->Start());
  return std::unique_ptr<PythonModel>(new PythonModel(std::move(supervisor)));
}

void PythonModel::Predict(std::string content_type, std::string body, Done done) {
  supervisor_->Predict(std::move(content_type), std::move(body), std::move(done));
}

void PythonModel::Stop() {
  supervisor_->Stop();
}

const std::string& PythonModel::description() const {
  return supervisor_->description();
}

PythonModel::State PythonModel::GetState() const {
  return supervisor_->GetState();
}

}  // namespace galley::serving
