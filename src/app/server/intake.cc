#include "app/server/intake.h"

#include <chrono>
#include <utility>

#include "domain/observe/service.h"
#include "foundation/telemetry/log.h"
#include "storage/appendlog/segment.h"
#include "storage/journal/journal.h"

namespace galley::server {
namespace {

constexpr auto kPause = std::chrono::milliseconds(200);

}  // namespace

Intake::Intake(const journal::Store& store, std::string folder)
    : store_(store), folder_(std::move(folder)), thread_([this] { Run(); }) {}

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
    lock.lock();
    wake_.wait_for(lock, kPause, [this] { return stopping_; });
  }
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
    const Status taken =
        store_.WriteAndWait(db::WriteClass::kBulk, std::string(journal::kDefaultProject), "galley",
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
  }
}

}  // namespace galley::server
