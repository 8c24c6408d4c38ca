#include "foundation/io/net.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <tuple>

#include "foundation/io/errno.h"

namespace galley::io {
namespace {

constexpr int kBacklog = 1024;
constexpr int kPassedFdsMax = 64;

std::optional<int> IntegerVariable(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  int value = 0;
  const char* end = text + std::strlen(text);
  const auto [rest, error] = std::from_chars(text, end, value);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return value;
}

struct UnixAddress {
  sockaddr_un raw{};
  socklen_t size = 0;
};

Result<UnixAddress> ParseUnixAddress(std::string_view text) {
  UnixAddress address;
  address.raw.sun_family = AF_UNIX;
  if (text.size() < 2 || text.size() >= sizeof(address.raw.sun_path)) {
    return Fail(Code::kInvalidArgument, "NOTIFY_SOCKET '{}' is not a socket address", text);
  }
  std::memcpy(address.raw.sun_path, text.data(), text.size());
  if (text.front() == '@') address.raw.sun_path[0] = '\0';
  address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size());
  return address;
}

}  // namespace

Result<UniqueFd> ListenLoopback(std::uint16_t port) {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return std::unexpected(ErrnoError("opening a socket"));
  const int on = 1;
  std::ignore = ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::bind(socket.get(), generic, sizeof(address)) != 0) {
    if (errno == EADDRINUSE) {
      return Fail(Code::kFailedPrecondition,
                  "port {} is in use by another program; choose another one, or 0 for a free one",
                  port);
    }
    return std::unexpected(ErrnoError(fmt::format("binding 127.0.0.1:{}", port)));
  }
  if (::listen(socket.get(), kBacklog) != 0) {
    return std::unexpected(ErrnoError(fmt::format("listening on 127.0.0.1:{}", port)));
  }
  return socket;
}

Result<std::uint16_t> LocalPort(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return std::unexpected(ErrnoError("asking for a socket's address"));
  }
  if (address.sin_family != AF_INET) {
    return Fail(Code::kInvalidArgument, "the socket has no IPv4 address");
  }
  return ntohs(address.sin_port);
}

Result<std::vector<UniqueFd>> TakePassedSockets() {
  const auto pid = IntegerVariable("LISTEN_PID");
  const auto count = IntegerVariable("LISTEN_FDS");
  ::unsetenv("LISTEN_PID");
  ::unsetenv("LISTEN_FDS");
  ::unsetenv("LISTEN_FDNAMES");
  std::vector<UniqueFd> sockets;
  if (pid != ::getpid() || !count) return sockets;
  if (*count < 0 || *count > kPassedFdsMax) {
    return Fail(Code::kInvalidArgument, "LISTEN_FDS is {}; between 0 and {} sockets can be passed",
                *count, kPassedFdsMax);
  }
  for (int fd = kFirstPassedFd; fd < kFirstPassedFd + *count; ++fd) {
    int listening = 0;
    socklen_t size = sizeof(listening);
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0) {
      return Fail(Code::kInvalidArgument, "passed descriptor {} is not a listening socket", fd);
    }
    std::ignore = ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    std::ignore = ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    sockets.emplace_back(fd);
  }
  return sockets;
}

Result<bool> NotifySupervisor(std::string_view state) {
  const char* text = std::getenv("NOTIFY_SOCKET");
  if (text == nullptr) return false;
  const auto address = TRY(ParseUnixAddress(text));
  UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return std::unexpected(ErrnoError("opening a socket"));
  const auto sent = ::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address.raw), address.size);
  if (sent < 0) return std::unexpected(ErrnoError("notifying the supervisor"));
  return true;
}

Result<NotifyReceiver> NotifyReceiver::Open() {
  UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return std::unexpected(ErrnoError("opening the notification socket"));
  const int on = 1;
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) != 0) {
    return std::unexpected(ErrnoError("asking for senders' credentials"));
  }
  UnixAddress address;
  address.raw.sun_family = AF_UNIX;
  // Binding the family alone makes the kernel choose a free abstract name (unix(7), "Autobind").
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address.raw), sizeof(sa_family_t)) != 0) {
    return std::unexpected(ErrnoError("binding the notification socket"));
  }
  address.size = sizeof(address.raw);
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address.raw), &address.size) != 0) {
    return std::unexpected(ErrnoError("asking for the notification socket's name"));
  }
  const std::size_t length = address.size - offsetof(sockaddr_un, sun_path);
  std::string name(address.raw.sun_path, length);
  name.front() = '@';
  return NotifyReceiver(std::move(socket), std::move(name));
}

Result<NotifyReceiver::Message> NotifyReceiver::Receive() {
  char text[4096];
  iovec part{text, sizeof(text)};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred))];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  const auto size = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC);
  if (size < 0) return std::unexpected(ErrnoError("receiving a notification"));
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_CREDENTIALS) {
    return Fail(Code::kInvalidArgument, "a notification came without its sender's credentials");
  }
  ucred sender{};
  std::memcpy(&sender, CMSG_DATA(header), sizeof(sender));
  return Message{sender.pid, std::string(text, static_cast<std::size_t>(size))};
}

}  // namespace galley::io
