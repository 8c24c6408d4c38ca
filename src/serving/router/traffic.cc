#include "serving/router/traffic.h"

#include <chrono>
#include <utility>
#include <vector>

namespace galley::serving {
namespace {

constexpr auto kEvery = std::chrono::seconds(1);

/// A small number for each thread.
std::size_t ThreadNumber() {
  static std::atomic<std::size_t> next = 0;
  thread_local const std::size_t number = next.fetch_add(1, std::memory_order_relaxed);
  return number;
}

}  // namespace

void Traffic::Add(Outcome outcome, double us) {
  auto& counts = shards_[ThreadNumber() % kShards].counts[static_cast<std::size_t>(outcome)];
  counts[snapshot::LatencyBucket(us)].fetch_add(1, std::memory_order_relaxed);
}

std::optional<snapshot::TrafficRecord> Traffic::Take() {
  snapshot::TrafficRecord record;
  record.latency.resize(snapshot::kLatencyBuckets);
  std::array<std::int64_t, kOutcomes> sums{};
  for (Shard& shard : shards_) {
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      for (std::size_t bucket = 0; bucket < snapshot::kLatencyBuckets; ++bucket) {
        auto& count = shard.counts[outcome][bucket];
        if (count.load(std::memory_order_relaxed) == 0) continue;
        const std::int64_t taken = count.exchange(0, std::memory_order_relaxed);
        record.latency[bucket] += taken;
        sums[outcome] += taken;
      }
    }
  }
  record.failed = sums[static_cast<std::size_t>(Outcome::kFailed)];
  record.degraded = sums[static_cast<std::size_t>(Outcome::kDegraded)];
  record.requests =
      sums[static_cast<std::size_t>(Outcome::kAnswered)] + record.failed + record.degraded;
  if (record.requests == 0) return std::nullopt;
  return record;
}

TrafficBook::TrafficBook(const io::Clock& clock, Sink sink)
    : clock_(clock), sink_(std::move(sink)), from_ms_(clock.NowMs()), thread_([this] { Run(); }) {}

TrafficBook::~TrafficBook() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  Flush();
}

std::shared_ptr<Traffic> TrafficBook::Of(const std::string& project, const std::string& endpoint,
                                         const std::string& variant) {
  const std::scoped_lock lock(mutex_);
  auto& traffic = counts_[{project, endpoint, variant}];
  if (!traffic) traffic = std::make_shared<Traffic>();
  return traffic;
}

void TrafficBook::Run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kEvery, [this] { return stopping_; })) {
    lock.unlock();
    Flush();
    lock.lock();
  }
}

void TrafficBook::Flush() {
  const std::int64_t to_ms = clock_.NowMs();
  std::vector<std::pair<Key, std::shared_ptr<Traffic>>> all;
  {
    const std::scoped_lock lock(mutex_);
    all.assign(counts_.begin(), counts_.end());
  }
  std::vector<Key> idle;
  for (auto& [key, traffic] : all) {
    // Held here and in the book alone: nobody counts there any more.
    if (traffic.use_count() == 2) idle.push_back(key);
    if (auto record = traffic->Take()) {
      record->project = key.project;
      record->endpoint = key.endpoint;
      record->variant = key.variant;
      record->from_ms = from_ms_;
      record->to_ms = to_ms;
      sink_(*record);
    }
    traffic.reset();
  }
  from_ms_ = to_ms;
  const std::scoped_lock lock(mutex_);
  for (const Key& key : idle) {
    // Unless somebody has begun again meanwhile.
    const auto found = counts_.find(key);
    if (found != counts_.end() && found->second.use_count() == 1) counts_.erase(found);
  }
}

}  // namespace galley::serving
