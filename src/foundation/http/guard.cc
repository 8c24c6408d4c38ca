#include "foundation/http/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace galley::http {
namespace {

constexpr int kMappedBits = 96;
constexpr int kAddressBits = 128;
constexpr std::size_t kNameBytesMax = 253;

struct Network {
  std::string_view address;
  int bits;
};

// IANA IPv4 Special-Purpose Address Registry, and multicast.
constexpr Network kNotPublic4[] = {
    {"0.0.0.0", 8},      {"10.0.0.0", 8},     {"100.64.0.0", 10}, {"127.0.0.0", 8},
    {"169.254.0.0", 16}, {"172.16.0.0", 12},  {"192.0.0.0", 24},  {"192.0.2.0", 24},
    {"192.88.99.0", 24}, {"192.168.0.0", 16}, {"198.18.0.0", 15}, {"198.51.100.0", 24},
    {"203.0.113.0", 24}, {"224.0.0.0", 4},    {"240.0.0.0", 4},
};
// Of 2000::/3, outside of which nothing is global unicast: protocol assignments with Teredo,
// documentation, 6to4, which leads to IPv4 addresses.
constexpr Network kNotPublic6[] = {
    {"2001::", 23},
    {"2001:db8::", 32},
    {"2002::", 16},
    {"3fff::", 20},
};

bool BeginsWith(const IpAddress& address, const IpAddress& network, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(address.bytes.data(), network.bytes.data(), whole) != 0) return false;
  if (bits % 8 == 0) return true;
  const unsigned differing = address.bytes.at(whole) ^ network.bytes.at(whole);
  return (differing >> static_cast<unsigned>(8 - bits % 8)) == 0;
}

bool IsIn(const IpAddress& address, const Network& network) {
  const bool is_ipv4 = network.address.contains('.');
  return BeginsWith(address, *IpAddress::Parse(network.address),
                    network.bits + (is_ipv4 ? kMappedBits : 0));
}

bool IsIpv4(const IpAddress& address) {
  return BeginsWith(address, *IpAddress::Parse("::ffff:0:0"), kMappedBits);
}

/// The IPv4 address behind a translator (RFC 6052), else the address as it is.
IpAddress Meant(const IpAddress& address) {
  if (!BeginsWith(address, *IpAddress::Parse("64:ff9b::"), kMappedBits)) return address;
  IpAddress meant = *IpAddress::Parse("::ffff:0:0");
  std::copy_n(address.bytes.begin() + 12, 4, meant.bytes.begin() + 12);
  return meant;
}

template <typename Number>
std::optional<Number> NumberOf(std::string_view text, Number min, Number max) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || number < min || number > max) return std::nullopt;
  return number;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (lower.ends_with('.')) lower.pop_back();
  return lower;
}

/// A last part that begins with a digit would be an address in another spelling.
bool IsName(std::string_view name) {
  const auto is_known = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  };
  if (name.empty() || name.size() > kNameBytesMax || !std::ranges::all_of(name, is_known)) {
    return false;
  }
  const std::string_view last = name.substr(name.rfind('.') + 1);
  return !last.empty() && (last.front() < '0' || last.front() > '9');
}

}  // namespace

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  const std::string copy(text);
  IpAddress address;
  if (::inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) return address;
  address.bytes.fill(0);
  address.bytes.at(10) = address.bytes.at(11) = 0xff;
  if (::inet_pton(AF_INET, copy.c_str(), address.bytes.data() + 12) == 1) return address;
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::FromSocket(const sockaddr& address) {
  IpAddress ip;
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 full{};
    std::memcpy(&full, &address, sizeof(full));
    std::memcpy(ip.bytes.data(), &full.sin6_addr, ip.bytes.size());
    return ip;
  }
  if (address.sa_family != AF_INET) return std::nullopt;
  sockaddr_in full{};
  std::memcpy(&full, &address, sizeof(full));
  ip.bytes.at(10) = ip.bytes.at(11) = 0xff;
  std::memcpy(ip.bytes.data() + 12, &full.sin_addr, 4);
  return ip;
}

std::string IpAddress::Text() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (IsIpv4(*this)) {
    ::inet_ntop(AF_INET, bytes.data() + 12, text, sizeof(text));
  } else {
    ::inet_ntop(AF_INET6, bytes.data(), text, sizeof(text));
  }
  return text;
}

bool IsPublic(const IpAddress& address) {
  const IpAddress meant = Meant(address);
  const auto is_in = [&meant](const Network& network) { return IsIn(meant, network); };
  if (IsIpv4(meant)) return std::ranges::none_of(kNotPublic4, is_in);
  return IsIn(meant, {"2000::", 3}) && std::ranges::none_of(kNotPublic6, is_in);
}

Result<Guard::Exception> Guard::ParseOne(std::string_view text) {
  Exception exception;
  std::string_view host = text;
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    const auto network = IpAddress::Parse(text.substr(0, slash));
    const bool is_ipv4 = network && text.substr(0, slash).find(':') == std::string_view::npos;
    const auto bits = NumberOf<int>(text.substr(slash + 1), 0, is_ipv4 ? 32 : kAddressBits);
    if (!network || !bits) {
      return Fail(Code::kInvalidArgument,
                  "'{}' is no network; one looks like 10.0.0.0/8 or fd00::/8", text);
    }
    exception.network = *network;
    exception.bits = *bits + (is_ipv4 ? kMappedBits : 0);
    return exception;
  }
  const bool is_bracketed = host.starts_with('[');
  const auto colon = is_bracketed ? host.find("]:") : host.find(':');
  const bool has_port = colon != std::string_view::npos &&
                        (is_bracketed || host.find(':', colon + 1) == std::string_view::npos);
  if (has_port) {
    const auto port =
        NumberOf<std::uint16_t>(host.substr(colon + (is_bracketed ? 2 : 1)), 1, UINT16_MAX);
    if (!port) {
      return Fail(Code::kInvalidArgument, "'{}' has no port from 1 to 65535 after its ':'", text);
    }
    exception.port = *port;
    host = host.substr(0, colon + (is_bracketed ? 1 : 0));
  }
  if (is_bracketed && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (const auto address = IpAddress::Parse(host)) {
    exception.network = *address;
    return exception;
  }
  exception.name = Lower(host);
  if (is_bracketed || !IsName(exception.name)) {
    return Fail(Code::kInvalidArgument,
                "'{}' is no address, network or name; they look like 127.0.0.1:9093, [::1]:9093, "
                "10.0.0.0/8, hooks.example",
                text);
  }
  return exception;
}

Result<Guard> Guard::Parse(std::span<const std::string> exceptions) {
  Guard guard;
  for (const std::string& text : exceptions) guard.exceptions_.push_back(TRY(ParseOne(text)));
  return guard;
}

bool Guard::Allows(std::string_view host, const IpAddress& address, std::uint16_t port) const {
  if (IsPublic(address)) return true;
  const std::string name = Lower(host);
  return std::ranges::any_of(exceptions_, [&](const Exception& exception) {
    if (exception.port != 0 && exception.port != port) return false;
    if (!exception.name.empty()) return exception.name == name;
    return BeginsWith(address, exception.network, exception.bits);
  });
}

}  // namespace galley::http
