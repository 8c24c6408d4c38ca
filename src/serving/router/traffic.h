#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "foundation/io/clock.h"
#include "serving/snapshot/records.h"

namespace galley::serving {

/// How a request ended for its caller. It is counted once, at the variant that it was routed to.
enum class Outcome : std::uint8_t {
  kAnswered,  ///< Refused ones as well: what callers do wrong is no failure.
  kFailed,    ///< Nobody could answer.
  kDegraded,  ///< Answered by another variant or by the default, because this one could not.
};

/// Counts the requests of one variant. Any thread; threads hardly meet.
class Traffic {
 public:
  /// `us` from the request to its answer.
  void Add(Outcome outcome, double us);

  /// What was counted since the last call, without names and times; null if nothing was.
  std::optional<snapshot::TrafficRecord> Take();

 private:
  static constexpr std::size_t kOutcomes = 3;
  static constexpr std::size_t kShards = 8;
  // A request is one increment, so that sums and parts always fit each other.
  struct alignas(64) Shard {
    std::array<std::array<std::atomic<std::uint32_t>, snapshot::kLatencyBuckets>, kOutcomes> counts;
  };
  std::array<Shard, kShards> shards_;
};

/// The counts of all variants, which are handed on every second and at the end. Any thread; one of
/// its own.
class TrafficBook {
 public:
  using Sink = std::function<void(const snapshot::TrafficRecord&)>;
  /// Clock and what `sink` uses outlive the book.
  TrafficBook(const io::Clock& clock, Sink sink);
  /// Hands on the rest.
  ~TrafficBook();
  TrafficBook(const TrafficBook&) = delete;
  TrafficBook& operator=(const TrafficBook&) = delete;

  /// The counts of a variant, by its id; of an empty one: what no variant of the endpoint answered.
  std::shared_ptr<Traffic> Of(const std::string& project, const std::string& endpoint,
                              const std::string& variant);

 private:
  struct Key {
    std::string project;
    std::string endpoint;
    std::string variant;
    auto operator<=>(const Key&) const = default;
  };

  void Run();
  void Flush();

  const io::Clock& clock_;
  const Sink sink_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::map<Key, std::shared_ptr<Traffic>> counts_;
  std::int64_t from_ms_;  // Of the thread, when it runs.
  std::thread thread_;
};

}  // namespace galley::serving
