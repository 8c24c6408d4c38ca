#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"

struct sockaddr;  // NOLINT(readability-identifier-naming): the system's.

namespace galley::http {

/// An IPv4 or IPv6 address.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};  ///< IPv4 as `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2).

  bool operator==(const IpAddress&) const = default;

  /// `192.0.2.1` or `2001:db8::1`, in no other spelling.
  static std::optional<IpAddress> Parse(std::string_view text);
  /// Null for another family.
  static std::optional<IpAddress> FromSocket(const sockaddr& address);
  std::string Text() const;
};

/// Whether it is an address of the public Internet that one machine has: not of this machine, a
/// private, shared, link-local, multicast, reserved or documentation network (IANA's
/// special-purpose registries, RFC 6890). An IPv4 address inside of an IPv6 one is judged as
/// itself.
bool IsPublic(const IpAddress& address);

/// Which servers a request may reach that somebody else chose: public ones, and exceptions.
class Guard {
 public:
  /// Each exception is a network, an address or a name, the last two also with a port:
  /// `10.0.0.0/8`, `127.0.0.1:9093`, `[::1]:9093`, `hooks.example`. kInvalidArgument names the
  /// wrong one.
  static Result<Guard> Parse(std::span<const std::string> exceptions);

  /// Whether the connection may be made. `host` is how the URL calls the server, `address` what it
  /// is.
  bool Allows(std::string_view host, const IpAddress& address, std::uint16_t port) const;

 private:
  struct Exception {
    std::string name;   ///< In lower case; empty: by address.
    IpAddress network;  ///< Its first `bits` bits count.
    int bits = 128;
    std::uint16_t port = 0;  ///< 0: any.
  };
  static Result<Exception> ParseOne(std::string_view text);

  std::vector<Exception> exceptions_;
};

}  // namespace galley::http
