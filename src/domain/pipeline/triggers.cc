#include "domain/pipeline/triggers.h"

#include <algorithm>
#include <chrono>

#include "domain/data/service.h"
#include "domain/pipeline/trigger_rows.h"
#include "domain/pipeline/waiting.h"
#include "foundation/io/clock.h"
#include "foundation/io/file.h"
#include "foundation/telemetry/log.h"
#include "foundation/yaml/yaml.h"
#include "storage/journal/journal.h"

/// The thread that waits for times and datasets. What is put in force stands in `apply.cc`, pushes
/// in `push.cc`.
namespace galley::pipeline {
namespace {

/// How often datasets are looked at, and the longest sleep: the machine's clock may be set.
constexpr std::int64_t kLookMs = 1'000;
/// How often alerts are.
constexpr std::int64_t kAlertMs = 200;
constexpr std::int64_t kAgainMs = 5'000;
/// A time that a restart fell on is no missed one.
constexpr std::int64_t kGraceMs = 60'000;
constexpr std::size_t kMissedMax = 100;

/// Whether the same may go well later.
bool MayPass(Code code) {
  return code == Code::kUnavailable || code == Code::kAborted || code == Code::kDeadlineExceeded;
}

}  // namespace

Triggers::Triggers(std::string data, const journal::Store& store, Service& runs)
    : data_(std::move(data)), store_(store), runs_(runs) {}

Result<std::unique_ptr<Triggers>> Triggers::Open(const std::string& data,
                                                 const journal::Store& store, Service& runs) {
  TRY(io::MakeFolder(data + "/hooks"));
  std::unique_ptr<Triggers> triggers(new Triggers(data, store, runs));
  TRY(io::MakeFolder(data + "/checkouts"));
  TRY(triggers->Load());
  TRY(triggers->DropStrayCheckouts());
  triggers->thread_ = std::thread([raw = triggers.get()] { raw->Loop(); });
  return triggers;
}

Triggers::~Triggers() {
  {
    const std::scoped_lock lock(mutex_);
    stops_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Status Triggers::Load() {
  std::vector<InForce> all;
  TRY(store_.Read(journal::kDefaultProject, [&](const journal::View& view) -> Status {
    all = TRY(ListInForce(view.db));
    return {};
  }));
  waiting_.clear();
  const std::int64_t now = store_.clock.NowMs();
  for (InForce& it : all) {
    const Trigger& trigger = it.trigger;
    if (trigger.kind != "schedule" && trigger.kind != "data" && !trigger.IsAlert()) continue;
    auto waiting = std::make_unique<Waiting>();
    if (trigger.kind == "schedule") {
      const auto cron = ParseCron(trigger.cron);
      const auto zone = ParseZone(trigger.timezone);
      if (!cron || !zone) {  // No reason to keep the others from running.
        telemetry::LogError("a stored schedule is not understood",
                            {{"pipeline.trigger", trigger.Text()}});
        continue;
      }
      waiting->cron = *cron;
      waiting->zone_ms = *zone;
      if (!trigger.catchup) it.position = std::max(it.position, now - kGraceMs);
      waiting->next_ms = NextTime(waiting->cron, waiting->zone_ms, it.position);
    }
    waiting->it = std::move(it);
    waiting_.push_back(std::move(waiting));
  }
  return {};
}

void Triggers::Loop() {
  bool must_load = false;
  std::unique_lock lock(mutex_);
  while (!stops_) {
    must_load = std::exchange(has_changed_, false) || must_load;
    has_checkouts_ = std::exchange(has_pushes_, false) || has_checkouts_;
    lock.unlock();
    if (must_load) {
      const Status loaded = Load();
      must_load = !loaded;
      if (!loaded) {
        telemetry::LogError("triggers cannot be read", {{"error.message", loaded.error().message}});
      }
    }
    Look();
    if (has_checkouts_) Tidy();
    const auto pause = must_load ? std::optional(kLookMs) : Pause();
    lock.lock();
    if (stops_ || has_changed_ || has_pushes_) continue;
    if (pause) {
      wake_.wait_for(lock, std::chrono::milliseconds(*pause));
    } else {
      wake_.wait(lock);
    }
  }
}

void Triggers::Look() {
  for (const auto& waiting : waiting_) {
    if (waiting->again_ms > io::MonotonicMs()) continue;
    if (waiting->it.trigger.kind == "schedule") {
      LookAtClock(*waiting);
    } else if (waiting->it.trigger.IsAlert()) {
      LookAtAlerts(*waiting);
    } else {
      LookAtDataset(*waiting);
    }
  }
}

/// Null: there is nothing to wait for.
std::optional<std::int64_t> Triggers::Pause() const {
  if (waiting_.empty() && !has_checkouts_) return std::nullopt;
  std::int64_t pause = kLookMs;
  const std::int64_t now = store_.clock.NowMs();
  for (const auto& waiting : waiting_) {
    if (waiting->it.trigger.IsAlert()) pause = std::min(pause, kAlertMs);
    if (waiting->it.trigger.kind != "schedule" || waiting->again_ms > 0) continue;
    pause = std::clamp(waiting->next_ms - now, std::int64_t{1}, pause);
  }
  return pause;
}

void Triggers::LookAtClock(Waiting& waiting) const {
  const std::int64_t now = store_.clock.NowMs();
  std::int64_t& position = waiting.it.position;
  if (position > now) {  // The clock was set back. No time is run twice: it is an event's id.
    position = now;
    waiting.next_ms = NextTime(waiting.cron, waiting.zone_ms, now);
  }
  if (waiting.next_ms > now) return;
  // After a clock that stood before the file was applied, nothing of that time was missed.
  const std::int64_t applied = waiting.it.source.applied_ms;
  if (applied <= now) position = std::max(position, applied);
  for (const std::int64_t time : TimesBetween(waiting.cron, waiting.zone_ms, position, now,
                                              waiting.it.trigger.catchup ? kMissedMax : 1)) {
    const std::string text = MinuteText(time);
    if (!Begin(waiting, "schedule " + text, {.id = text, .position = time, .checkout = ""})) return;
  }
  waiting.next_ms = NextTime(waiting.cron, waiting.zone_ms, position);
}

void Triggers::LookAtDataset(Waiting& waiting) const {
  std::optional<data::Version> latest;
  const Status read = store_.Read(waiting.it.project, [&](const journal::View& view) -> Status {
    latest = TRY(data::GetDataset(view.db, view.project, waiting.it.trigger.dataset)).latest;
    return {};
  });
  // Of one that is not there yet, the first version will be new.
  if (!read || !latest || latest->number <= waiting.it.position) return;
  Begin(waiting, fmt::format("data {}@{}", waiting.it.trigger.dataset, latest->number),
        {.id = latest->id.Hex(), .position = latest->number, .checkout = ""});
}

/// Starts the run of an event, or notes why it cannot be. False: it must be tried again.
bool Triggers::Begin(Waiting& waiting, const std::string& text, const Event& event,
                     const Also& also) const {
  const InForce& it = waiting.it;
  auto file = io::ReadFile(it.source.folder + "/" + it.source.file, yaml::kBytesMax);
  Status done;
  if (file) {
    const auto run = runs_.Start(it.project,
                                 {.folder = it.source.folder,
                                  .file = it.source.file,
                                  .text = *std::move(file),
                                  .environment = it.source.environment,
                                  .trigger = text,
                                  .event = event.id,
                                  .actor = it.source.actor},
                                 [&](journal::Change& change, const Run& started) -> Status {
                                   TRY(StoreEvent(change, it.row, event, started.number, ""));
                                   return also ? also(change, started.number) : Status();
                                 });
    if (!run) done = std::unexpected(run.error());
  } else {
    done = std::unexpected(std::move(file).error());
  }
  if (!done && done.error().code != Code::kAlreadyExists && !MayPass(done.error().code)) {
    done = Note(it, event, done.error().message, also);
  }
  if (!done && done.error().code != Code::kAlreadyExists) {
    telemetry::LogWarn("a run cannot be started yet",
                       {{"pipeline.trigger", text}, {"error.message", done.error().message}});
    waiting.again_ms = io::MonotonicMs() + kAgainMs;
    return false;
  }
  waiting.again_ms = 0;
  waiting.it.position = event.position;
  return true;
}

Status Triggers::Note(const InForce& trigger, const Event& event, const std::string& error,
                      const Also& also) const {
  telemetry::LogWarn("an event starts no run", {{"pipeline.folder", trigger.source.folder},
                                                {"pipeline.event", event.id},
                                                {"error.message", error}});
  return store_.WriteAndWait(
      db::WriteClass::kInteractive, trigger.project, "galley",
      [&](journal::Change& change) -> Status {
        TRY(StoreEvent(change, trigger.row, event, std::nullopt, error));
        if (also) TRY(also(change, std::nullopt));
        json::Writer detail;
        detail.BeginObject().Key("kind").String(trigger.trigger.kind);
        detail.Key("event").String(event.id).Key("error").String(error).EndObject();
        return change.Record("pipeline_trigger.failed", trigger.source.id.Hex(), std::move(detail));
      });
}

}  // namespace galley::pipeline
