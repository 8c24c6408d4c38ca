#pragma once

#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/io/fd.h"

namespace galley::http {

class EventLoop;

/// What waits for a descriptor. The loop only notes it: its owner is told when it is resumed.
class Watched {
 public:
  Watched() = default;
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  virtual ~Watched() = default;

  virtual void OnReady(std::uint32_t events) = 0;  ///< Of epoll: `EPOLLIN` and so on.
};

/// One thread's event loop over epoll(7): descriptors, functions from other threads, and a tick.
/// Everything but `Post` belongs to the thread that runs it.
class EventLoop {
 public:
  /// `tick` is called every `tick_ms`, give or take what runs meanwhile.
  static Result<std::unique_ptr<EventLoop>> Create(std::int64_t tick_ms,
                                                   std::function<void()> tick);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Begins to watch; `events` as for epoll_ctl(2), edge-triggered if they say so. `watched` stays
  /// until Forget was called: closing is not enough while a child that was just forked has the
  /// descriptor too. It may go in its own OnReady and in what Post and Resume run.
  Status Watch(int descriptor, std::uint32_t events, Watched& watched);
  void Forget(int descriptor);

  /// Resumes the coroutine in this turn or the next one, after what runs now.
  void Resume(std::coroutine_handle<> coroutine) { ready_.push_back(coroutine); }

  /// Runs `work` on the loop's thread, soon. Any thread, also after the loop has ended: then it is
  /// destroyed with the loop.
  void Post(std::move_only_function<void()> work);

  /// The monotonic clock at the beginning of this turn: for deadlines, without asking each time.
  std::int64_t now_ms() const { return now_ms_; }

  /// Whether this is the thread that runs the loop.
  bool IsHere() const;

  /// Runs until Stop.
  void Run();
  void Stop() { stopped_ = true; }

 private:
  EventLoop(io::UniqueFd epoll, io::UniqueFd wake, std::int64_t tick_ms,
            std::function<void()> tick);

  void RunReady();
  void RunPosted();

  const io::UniqueFd epoll_;
  const io::UniqueFd wake_;  // An eventfd.
  const std::int64_t tick_ms_;
  const std::function<void()> tick_;
  std::vector<std::coroutine_handle<>> ready_;
  std::vector<std::coroutine_handle<>> running_;
  bool stopped_ = false;
  std::int64_t now_ms_;

  std::mutex mutex_;
  std::vector<std::move_only_function<void()>> posted_;  // Under mutex_.
};

}  // namespace galley::http
