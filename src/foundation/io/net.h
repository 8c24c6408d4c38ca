#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/io/fd.h"

namespace galley::io {

/// Where passed sockets begin: SD_LISTEN_FDS_START of sd_listen_fds(3).
inline constexpr int kFirstPassedFd = 3;

/// A listening TCP socket on 127.0.0.1, non-blocking and close-on-exec. Port 0 takes a free one. A
/// port in use is kFailedPrecondition and says what to do.
Result<UniqueFd> ListenLoopback(std::uint16_t port);

/// The port that a bound IPv4 socket has.
Result<std::uint16_t> LocalPort(int socket);

/// The sockets that a supervisor passed to this process by the protocol of sd_listen_fds(3):
/// LISTEN_PID must be this process, LISTEN_FDS counts descriptors from 3 on. Takes ownership, sets
/// close-on-exec, and removes the variables so that children do not believe them. Empty when
/// nothing was passed. Call once, before any thread starts.
Result<std::vector<UniqueFd>> TakePassedSockets();

/// Tells the supervisor named by NOTIFY_SOCKET a state such as `READY=1`, as sd_notify(3) does.
/// False when there is no supervisor.
Result<bool> NotifySupervisor(std::string_view state);

/// The supervisor's end of that protocol.
class NotifyReceiver {
 public:
  static Result<NotifyReceiver> Open();

  int fd() const { return socket_.get(); }

  /// What a child's NOTIFY_SOCKET must be: `@` and an abstract name that the kernel chose.
  const std::string& address() const { return address_; }

  struct Message {
    int pid;            ///< The sender's, vouched for by the kernel.
    std::string state;  ///< Lines such as `READY=1`.
  };

  /// The next message; kUnavailable when none waits.
  Result<Message> Receive();

 private:
  NotifyReceiver(UniqueFd socket, std::string address)
      : socket_(std::move(socket)), address_(std::move(address)) {}

  UniqueFd socket_;
  std::string address_;
};

}  // namespace galley::io
