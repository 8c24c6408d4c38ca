#include "foundation/http/server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "foundation/http/session.h"
#include "foundation/io/errno.h"
#include "foundation/telemetry/log.h"

namespace galley::http {
namespace {

constexpr std::size_t kTurnedAwayMax = 64;
constexpr int kAcceptsATurn = 64;
constexpr long kAcceptPauseNs = 100'000'000;

using Loops = std::vector<std::shared_ptr<Loop>>;

/// Accepts connections on the first loop and hands them out in turn.
class Acceptor final : public Watched {
 public:
  Acceptor(const Loops& loops, Shared& shared, io::UniqueFd listener)
      : loops_(loops),
        shared_(shared),
        listener_(std::move(listener)),
        pause_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {}

  Status Start() {
    if (!pause_) return std::unexpected(io::ErrnoError("creating a timer"));
    return events().Watch(listener_.get(), EPOLLIN, *this);
  }
  void Close() {
    events().Forget(listener_.get());
    listener_.Reset();
  }

  void OnReady(std::uint32_t /*events*/) override {
    if (paused_) return Resume();
    for (int at = 0; at < kAcceptsATurn && listener_; ++at) {
      io::UniqueFd socket(
          ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (socket) {
        HandOut(std::move(socket));
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        return;
      } else if (errno != EINTR && errno != ECONNABORTED) {
        return Pause();
      }
    }
  }

 private:
  EventLoop& events() const { return *loops_.front()->events; }

  void HandOut(io::UniqueFd socket) {
    const std::size_t before = shared_.connections.fetch_add(1, std::memory_order_relaxed);
    const std::size_t max = shared_.limits.connections;
    if (before >= max + kTurnedAwayMax) {
      shared_.connections.fetch_sub(1, std::memory_order_relaxed);
      return;
    }
    const int one = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    Loop& loop = *loops_[turn_++ % loops_.size()];
    loop.events->Post([&loop, moved = std::move(socket), admitted = before < max]() mutable {
      Begin(loop, std::move(moved), admitted);
    });
  }

  /// Out of descriptors or of memory: the backlog keeps the others until some are free again.
  void Pause() {
    telemetry::LogWarn("cannot accept connections",
                       {{"error.message", io::ErrnoError("accept").message}});
    const itimerspec once{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_nsec = kAcceptPauseNs}};
    ::timerfd_settime(pause_.get(), 0, &once, nullptr);
    events().Forget(listener_.get());
    paused_ = events().Watch(pause_.get(), EPOLLIN, *this).has_value();
    if (!paused_) Resume();
  }
  void Resume() {
    if (std::exchange(paused_, false)) events().Forget(pause_.get());
    if (!listener_) return;
    if (const auto watched = events().Watch(listener_.get(), EPOLLIN, *this); !watched) {
      telemetry::LogError("cannot accept connections any more",
                          {{"error.message", watched.error().message}});
    }
  }

  const Loops& loops_;
  Shared& shared_;
  io::UniqueFd listener_;
  const io::UniqueFd pause_;  // A timer.
  bool paused_ = false;
  std::size_t turn_ = 0;
};

/// Waits for the word to stop.
class Stopper final : public Watched {
 public:
  Stopper(const Loops& loops, Shared& shared, Acceptor& acceptor, int stop)
      : loops_(loops), shared_(shared), acceptor_(acceptor), stop_(stop) {}

  void OnReady(std::uint32_t /*events*/) override {
    loops_.front()->events->Forget(stop_);
    acceptor_.Close();
    shared_.stopping = true;
    for (const auto& loop : loops_) loop->events->Post([&loop] { loop->Drain(); });
  }

 private:
  const Loops& loops_;
  Shared& shared_;
  Acceptor& acceptor_;
  const int stop_;
};

/// What escapes a loop, out of memory above all, ends the process, and its supervisor starts it
/// again: a server with one loop missing would hang a part of its clients instead.
// NOLINTNEXTLINE(bugprone-exception-escape): as said.
void RunLoop(Loop& loop) noexcept {
  loop.events->Run();
}

}  // namespace

class Server::Impl {
 public:
  Impl(io::UniqueFd listener, Router router, policy::Gate gate, Options options)
      : shared_{.router = std::move(router),
                .gate = std::move(gate),
                .limits = options.limits,
                .base_path = std::move(options.base_path),
                .pool = WorkPool(options.blocking, options.limits.blocking_queue)},
        listener_(std::move(listener)),
        loop_count_(std::max(options.loops, 1)) {}

  Status Run(int stop, const std::function<void()>& ready);

 private:
  Shared shared_;
  io::UniqueFd listener_;
  const int loop_count_;
  Loops loops_;
};

Status Server::Impl::Run(int stop, const std::function<void()>& ready) {
  for (int at = 0; at < loop_count_; ++at) {
    auto loop = std::make_shared<Loop>(shared_);
    loop->events =
        TRY(EventLoop::Create(shared_.limits.sweep_ms, [loop = loop.get()] { loop->Sweep(); }));
    loops_.push_back(std::move(loop));
  }
  Acceptor acceptor(loops_, shared_, std::move(listener_));
  TRY(acceptor.Start());
  Stopper stopper(loops_, shared_, acceptor, stop);
  TRY(loops_.front()->events->Watch(stop, EPOLLIN, stopper));
  std::vector<std::jthread> threads;
  for (std::size_t at = 1; at < loops_.size(); ++at) {
    threads.emplace_back([loop = loops_[at].get()] { RunLoop(*loop); });
  }
  ready();
  RunLoop(*loops_.front());
  return {};
}

Server::Server(io::UniqueFd listener, Router router, policy::Gate gate, Options options)
    : impl_(std::make_unique<Impl>(std::move(listener), std::move(router), std::move(gate),
                                   std::move(options))) {}
Server::~Server() = default;

Status Server::Run(int stop, const std::function<void()>& ready) try {
  return impl_->Run(stop, ready);
} catch (const std::exception& exception) {
  return Fail(Code::kInternal, "the HTTP server failed: {}", exception.what());
}

}  // namespace galley::http
