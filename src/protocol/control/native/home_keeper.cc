#include "protocol/control/native/home_keeper.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "foundation/io/clock.h"
#include "foundation/io/file.h"
#include "foundation/schema/encode.h"
#include "foundation/telemetry/log.h"
#include "protocol/control/native/home_parts.h"
#include "protocol/control/native/stream_topics.h"
#include "storage/blob/digest.h"
#include "storage/journal/journal.h"

namespace galley::native {
namespace {

constexpr std::int64_t kAnewMs = 1000;        // While the database is written.
constexpr std::int64_t kAnewIdleMs = 10'000;  // While it is not: then the time alone changes it.
constexpr std::int64_t kEventsMax = 1000;     // Rather than look at more it is made anew.
constexpr std::size_t kTagDigits = 32;
constexpr std::size_t kStatusBytesMax = std::size_t{16} * 1024 * 1024;  // As the publisher's.

std::string TagOf(HomeAnswer answer) {
  answer.at_ms = 0;
  const auto digest = blob::DigestOf(schema::ToJson(answer, schema::EmptyLists::kWrite));
  return fmt::format("W/\"{}\"", digest.Hex().substr(0, kTagDigits));
}

}  // namespace

Result<HomeKeeper::EntryPtr> HomeKeeper::EntryOf(const std::string& project) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(project);
    if (found != entries_.end()) return found->second;
  }
  auto entry = std::make_shared<Entry>();
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    entry->project = view.project;
    return {};
  }));
  const std::scoped_lock lock(mutex_);
  return entries_.try_emplace(project, std::move(entry)).first->second;
}

/// On the keeper's mutex.
HomeKeeper::EntryPtr HomeKeeper::Find(std::int64_t project) {
  for (const auto& [name, entry] : entries_) {
    if (entry->project == project) return entry;
  }
  return nullptr;
}

std::string HomeKeeper::GatewaySays() const {
  return io::ReadFile(serving_.StatusFile(), kStatusBytesMax).value_or("");
}

Result<HomeKeeper::Given> HomeKeeper::Get(const std::string& project) {
  const EntryPtr entry = TRY(EntryOf(project));
  const std::scoped_lock making(entry->making);
  if (TRY(IsGood(*entry, GatewaySays()))) return Given{entry->answer, true};
  TRY(Make(project, *entry));
  return Given{entry->answer, false};
}

/// On the entry's mutex.
Result<bool> HomeKeeper::IsGood(Entry& entry, std::string_view gateway) const {
  if (entry.answer == nullptr || entry.gateway != gateway) return false;
  const std::int64_t age_ms = io::MonotonicMs() - entry.made_at_ms;
  if (store_.writer.commits() == entry.commits) return age_ms < kAnewIdleMs;
  if (age_ms >= kAnewMs) return false;
  const auto lease = TRY(store_.readers.Take());
  const auto events = TRY(journal::ReadEventsAfter(*lease, entry.position, kEventsMax));
  if (std::ssize(events) == kEventsMax) return false;
  const bool is_changed = std::ranges::any_of(events, [&](const journal::FollowedEvent& it) {
    return it.project == entry.project && (ChangesHome(it.event.kind) || !IsNoise(it.event.kind));
  });
  if (is_changed) return false;
  if (!events.empty()) entry.position = events.back().event.sequence;
  return true;
}

/// On the entry's mutex. What it was is noted before it is looked at: what comes in between is
/// shown too soon rather than too late.
Status HomeKeeper::Make(const std::string& project, Entry& entry) {
  const std::int64_t begun_ms = io::MonotonicMs();
  const auto make = [&](HomeAnswer& answer) -> Status {
    entry.answer = nullptr;
    entry.commits = store_.writer.commits();
    entry.gateway = GatewaySays();
    entry.position = TRY(journal::LastSequence(*TRY(store_.readers.Take())));
    const auto gateway = serving_.GatewayStatus();
    const auto triggers = TRY(triggers_.List(project));
    return store_.Read(project, [&](const journal::View& view) -> Status {
      answer =
          TRY(MakeHome(view, project,
                       {.now_ms = store_.clock.NowMs(), .gateway = gateway, .triggers = triggers}));
      return {};
    });
  };
  std::uint64_t change = 0;
  {
    const std::scoped_lock lock(mutex_);
    change = entry.touched;
  }
  HomeAnswer answer;
  const Status made = make(answer);
  entry.made_at_ms = io::MonotonicMs();
  if (made) {
    entry.answer = std::make_shared<const Answer>(
        Answer{.body = schema::ToJson(answer, schema::EmptyLists::kWrite),
               .tag = TagOf(answer),
               .made_in = entry.made_at_ms - begun_ms});
  }
  const std::scoped_lock lock(mutex_);
  entry.tried = std::max(entry.tried, change);
  entry.due_at_ms = entry.made_at_ms + kAnewMs;
  return made;
}

std::uint64_t HomeKeeper::Touch(std::int64_t project) {
  std::uint64_t change = 0;
  {
    const std::scoped_lock lock(mutex_);
    const EntryPtr entry = Find(project);
    if (entry == nullptr) return 0;
    change = ++entry->touched;
  }
  wake_.notify_one();
  return change;
}

std::uint64_t HomeKeeper::Touched(std::int64_t project) {
  const std::scoped_lock lock(mutex_);
  const EntryPtr entry = Find(project);
  return entry == nullptr ? 0 : entry->touched;
}

bool HomeKeeper::Has(std::int64_t project, std::uint64_t change) {
  const std::scoped_lock lock(mutex_);
  const EntryPtr entry = Find(project);
  return entry == nullptr || entry->tried >= change;
}

void HomeKeeper::Run() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    std::string project;
    EntryPtr next;
    for (const auto& [name, entry] : entries_) {
      if (entry->tried >= entry->touched) continue;
      if (next == nullptr || entry->due_at_ms < next->due_at_ms) {
        project = name;
        next = entry;
      }
    }
    if (next == nullptr) {
      wake_.wait(lock);
      continue;
    }
    const std::int64_t left_ms = next->due_at_ms - io::MonotonicMs();
    if (left_ms > 0) {
      wake_.wait_for(lock, std::chrono::milliseconds(left_ms));
      continue;
    }
    lock.unlock();
    {
      const std::scoped_lock making(next->making);
      const Status made = Make(project, *next);
      if (!made) telemetry::LogWarn("home is not kept", {{"error.message", made.error().message}});
    }
    lock.lock();
  }
}

void HomeKeeper::Stop() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_all();
}

}  // namespace galley::native
