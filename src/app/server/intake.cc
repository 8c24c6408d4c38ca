#include "app/server/intake.h"

#include <chrono>
#include <utility>

#include "domain/observe/service.h"
#include "domain/rollout/service.h"
#include "domain/watch/evaluate.h"
#include "foundation/telemetry/log.h"
#include "storage/appendlog/segment.h"
#include "storage/journal/journal.h"

namespace galley::server {
namespace {

constexpr auto kPause = std::chrono::milliseconds(200);
constexpr std::int64_t kClockMs = 5000;

std::string Project() {
  return std::string(journal::kDefaultProject);
}

}  // namespace

Intake::Intake(const journal::Store& store, rollout::Publisher& publisher, std::string folder)
    : store_(store),
      publisher_(publisher),
      folder_(std::move(folder)),
      thread_([this] { Run(); }) {}

Intake::~Intake() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Intake::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    TakeAll();
    EvaluateByClock();
    lock.lock();
    wake_.wait_for(lock, kPause, [this] { return stopping_; });
  }
}

bool Intake::IsStopping() {
  const std::scoped_lock lock(mutex_);
  return stopping_;
}

void Intake::TakeAll() {
  const auto segments = appendlog::ListSealed(folder_);
  if (!segments) return;  // No gateway has run here yet.
  for (const appendlog::Segment& segment : *segments) {
    auto reader = appendlog::SegmentReader::OpenOrSetAside(segment);
    if (!reader) {
      if (reader.error().code == Code::kNotFound) continue;
      telemetry::LogError("a segment of predictions cannot be read",
                          {{"error.message", reader.error().message}});
      continue;
    }
    const Status taken = store_.WriteAndWait(db::WriteClass::kBulk, Project(), "galley",
                                             [&](journal::Change& change) -> Status {
                                               TRY(observe::Ingest(change, *reader));
                                               return {};
                                             });
    if (!taken) {
      telemetry::LogWarn("a segment of predictions was not taken in; it stays for the next time",
                         {{"error.message", taken.error().message}});
      return;
    }
    if (const auto removed = appendlog::RemoveSegment(segment); !removed) {
      telemetry::LogWarn("a segment that was taken in cannot be removed",
                         {{"error.message", removed.error().message}});
    }
    EvaluateAll();
  }
}

void Intake::EvaluateAll() {
  std::vector<std::string> due;
  Status done = store_.Read(Project(), [&](const journal::View& view) -> Status {
    due = TRY(watch::ListDue(view.db, view.project));
    return {};
  });
  for (const std::string& monitor : due) {
    for (bool more = true; more && done && !IsStopping();) {
      done = store_.WriteAndWait(db::WriteClass::kBulk, Project(), "galley",
                                 [&](journal::Change& change) -> Status {
                                   more = TRY(watch::EvaluateNext(change, monitor));
                                   return {};
                                 });
      if (done && more) done = PublishIfNew();
    }
    if (done) continue;
    telemetry::LogWarn("a window was not evaluated; it is tried again",
                       {{"galley.monitor", monitor}, {"error.message", done.error().message}});
    done = Status();  // The other monitors' windows do not wait for it.
  }
  if (!done) {
    telemetry::LogWarn("no window was evaluated", {{"error.message", done.error().message}});
  }
}

void Intake::EvaluateByClock() {
  const std::int64_t now_ms = store_.clock.NowMs();
  if (now_ms - clock_ms_ < kClockMs && now_ms >= clock_ms_) return;
  clock_ms_ = now_ms;
  EvaluateAll();  // What a server left that ended in between, or what failed.
  bool is_needed = false;
  Status done = store_.Read(Project(), [&](const journal::View& view) -> Status {
    is_needed = TRY(watch::NeedsClock(view.db, view.project));
    return {};
  });
  if (done && is_needed) {
    done = store_.WriteAndWait(db::WriteClass::kBulk, Project(), "galley", watch::EvaluateByClock);
  }
  if (done) done = PublishIfNew();
  if (!done) {
    telemetry::LogWarn("rules of endpoints were not evaluated",
                       {{"error.message", done.error().message}});
  }
}

Status Intake::PublishIfNew() {
  std::int64_t version = 0;
  TRY(store_.Read(Project(), [&](const journal::View& view) -> Status {
    version = TRY(rollout::SnapshotVersion(view.db));
    return {};
  }));
  return version > publisher_.PublishedVersion() ? publisher_.Publish() : Status();
}

}  // namespace galley::server
