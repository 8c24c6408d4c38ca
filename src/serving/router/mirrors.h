#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

namespace galley::serving {

/// The mirrored requests of one endpoint that are under way. Any thread.
class Mirrors : public std::enable_shared_from_this<Mirrors> {
 public:
  /// Requests that wait for Python models at a time; further ones are dropped.
  static constexpr int kWaitingMax = 64;
  static constexpr std::size_t kThenMax = 1024;
  /// A longer body is not mirrored.
  static constexpr std::size_t kBodyBytesMax = std::size_t{1} << 20U;

  /// One answered request, until all that is asked because of it has been written down.
  class Ticket {
   public:
    Ticket(std::shared_ptr<Mirrors> mirrors, std::uint64_t number)
        : mirrors_(std::move(mirrors)), number_(number) {}
    ~Ticket() { mirrors_->End(number_); }
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

    const std::shared_ptr<Mirrors>& mirrors() const { return mirrors_; }

   private:
    std::shared_ptr<Mirrors> mirrors_;
    std::uint64_t number_;
  };
  std::shared_ptr<Ticket> Begin();

  enum class Turn : std::uint8_t { kNow, kLater, kNever };
  /// When something may be done that comes after all that has begun. kNow: by the caller. kLater:
  /// `then` is called for it, on the thread that ends the last of them. kNever: too many wait.
  Turn After(std::move_only_function<void()> then);

  /// A place for a request to a Python model. False: there is none, and it is counted as dropped.
  bool Enter();
  void Leave() { waiting_.fetch_sub(1, std::memory_order_relaxed); }
  /// Counts a request that is not mirrored, or whose variant gave no answer.
  void Drop();
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  void End(std::uint64_t number);

  std::atomic<int> waiting_ = 0;
  std::atomic<std::uint64_t> dropped_ = 0;
  std::mutex mutex_;  // Guards what follows.
  std::uint64_t next_ = 0;
  std::set<std::uint64_t> under_way_;
  // What waits until nothing below a number is under way; by that number.
  std::deque<std::pair<std::uint64_t, std::move_only_function<void()>>> then_;
};

}  // namespace galley::serving
