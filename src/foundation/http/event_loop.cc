#include "foundation/http/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "foundation/base/check.h"
#include "foundation/io/clock.h"
#include "foundation/io/errno.h"

namespace galley::http {
namespace {

constexpr int kEventsMax = 128;

thread_local const EventLoop* running_here = nullptr;

}  // namespace

Result<std::unique_ptr<EventLoop>> EventLoop::Create(std::int64_t tick_ms,
                                                     std::function<void()> tick) {
  io::UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return std::unexpected(io::ErrnoError("creating an epoll set"));
  io::UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return std::unexpected(io::ErrnoError("creating an eventfd"));
  epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wake.get(), &event) != 0) {
    return std::unexpected(io::ErrnoError("watching an eventfd"));
  }
  return std::unique_ptr<EventLoop>(
      new EventLoop(std::move(epoll), std::move(wake), tick_ms, std::move(tick)));
}

EventLoop::EventLoop(io::UniqueFd epoll, io::UniqueFd wake, std::int64_t tick_ms,
                     std::function<void()> tick)
    : epoll_(std::move(epoll)),
      wake_(std::move(wake)),
      tick_ms_(tick_ms),
      tick_(std::move(tick)),
      now_ms_(io::MonotonicMs()) {}

Status EventLoop::Watch(int descriptor, std::uint32_t events, Watched& watched) {
  epoll_event event{.events = events, .data = {.ptr = &watched}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) == 0) return {};
  return std::unexpected(io::ErrnoError("watching a descriptor"));
}

void EventLoop::Forget(int descriptor) {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
}

void EventLoop::Post(std::move_only_function<void()> work) {
  {
    const std::scoped_lock lock(mutex_);
    posted_.push_back(std::move(work));
    if (posted_.size() > 1) return;  // Whoever put the first one in has woken the loop.
  }
  const std::uint64_t one = 1;
  // Fails only if the counter is full, and then the loop is awake.
  [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof(one));
}

bool EventLoop::IsHere() const {
  return running_here == this;
}

void EventLoop::RunPosted() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(wake_.get(), &count, sizeof(count));
  std::vector<std::move_only_function<void()>> posted;
  {
    const std::scoped_lock lock(mutex_);
    posted.swap(posted_);
  }
  for (auto& work : posted) work();
}

void EventLoop::RunReady() {
  // What they make ready runs in the next turn, so that nobody starves the descriptors.
  running_.swap(ready_);
  for (const std::coroutine_handle<> coroutine : running_) coroutine.resume();
  running_.clear();
}

void EventLoop::Run() {
  running_here = this;
  std::array<epoll_event, kEventsMax> events{};
  now_ms_ = io::MonotonicMs();
  std::int64_t tick_at_ms = now_ms_ + tick_ms_;
  while (!stopped_) {
    const std::int64_t left_ms = std::max<std::int64_t>(tick_at_ms - now_ms_, 0);
    const int timeout_ms = ready_.empty() ? static_cast<int>(left_ms) : 0;
    const int count = ::epoll_wait(epoll_.get(), events.data(), kEventsMax, timeout_ms);
    CHECK(count >= 0 || errno == EINTR);
    now_ms_ = io::MonotonicMs();
    bool is_posted_to = false;
    for (int at = 0; at < count; ++at) {
      const epoll_event& event = events.at(static_cast<std::size_t>(at));
      if (event.data.ptr == nullptr) {
        is_posted_to = true;
      } else {
        static_cast<Watched*>(event.data.ptr)->OnReady(event.events);
      }
    }
    if (is_posted_to) RunPosted();
    RunReady();
    if (now_ms_ >= tick_at_ms) {
      tick_at_ms = now_ms_ + tick_ms_;
      tick_();
    }
  }
  running_here = nullptr;
}

}  // namespace galley::http
