#include "foundation/http/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

#include <gtest/gtest.h>

namespace galley::http {
namespace {

// The first and last addresses of IANA's special-purpose registries, and what lies beside them.
constexpr std::string_view kNotPublic[] = {
    "0.0.0.0",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.0.0",
    "169.254.169.254",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.255",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.0",
    "192.168.255.255",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.9",
    "203.0.113.255",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.0",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:1ff:ffff::",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "4000::",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
};
constexpr std::string_view kPublic[] = {
    "1.1.1.1",          "9.255.255.255",   "11.0.0.0",
    "100.63.255.255",   "100.128.0.0",     "126.255.255.255",
    "128.0.0.0",        "169.253.255.255", "169.255.0.0",
    "172.15.255.255",   "172.32.0.0",      "192.0.1.0",
    "192.167.255.255",  "192.169.0.0",     "198.17.255.255",
    "198.20.0.0",       "223.255.255.255", "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8", "2001:200::",      "2001:4860:4860::8888",
    "2606:4700::1111",  "2003::1",         "3ffe::1",
};

TEST(Guard, KnowsWhatIsPublic) {
  for (const std::string_view text : kNotPublic) {
    const auto address = IpAddress::Parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_FALSE(IsPublic(*address)) << text;
  }
  for (const std::string_view text : kPublic) {
    const auto address = IpAddress::Parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_TRUE(IsPublic(*address)) << text;
  }
}

TEST(Guard, ReadsAddressesInTheirUsualSpellingAlone) {
  for (const std::string_view text : {"127.1", "0x7f000001", "2130706433", "0177.0.0.1", "1.2.3",
                                      "", "[::1]", "fe80::1%lo", "1.1.1.1 ", "::g"}) {
    EXPECT_FALSE(IpAddress::Parse(text)) << text;
  }
  EXPECT_EQ(IpAddress::Parse("::ffff:1.2.3.4")->Text(), "1.2.3.4");
  EXPECT_EQ(IpAddress::Parse("2001:DB8:0::1")->Text(), "2001:db8::1");
}

TEST(Guard, ReadsTheAddressesOfSockets) {
  sockaddr_in ipv4{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {}, .sin_zero = {}};
  ::inet_pton(AF_INET, "169.254.169.254", &ipv4.sin_addr);
  sockaddr_storage storage{};
  std::memcpy(&storage, &ipv4, sizeof(ipv4));
  const auto* address = reinterpret_cast<const sockaddr*>(&storage);
  EXPECT_EQ(IpAddress::FromSocket(*address)->Text(), "169.254.169.254");
  sockaddr_in6 ipv6{};
  ipv6.sin6_family = AF_INET6;
  ::inet_pton(AF_INET6, "fe80::1", &ipv6.sin6_addr);
  std::memcpy(&storage, &ipv6, sizeof(ipv6));
  EXPECT_EQ(IpAddress::FromSocket(*address)->Text(), "fe80::1");
  storage.ss_family = AF_UNIX;
  EXPECT_FALSE(IpAddress::FromSocket(*address));
}

bool Allows(std::string exception, std::string_view host, std::string_view address,
            std::uint16_t port = 80) {
  const std::string exceptions[] = {std::move(exception)};
  const auto guard = Guard::Parse(exceptions);
  EXPECT_TRUE(guard) << guard.error().message;
  return guard && guard->Allows(host, *IpAddress::Parse(address), port);
}

TEST(Guard, ExceptionsAreExact) {
  EXPECT_TRUE(Guard().Allows("x", *IpAddress::Parse("8.8.8.8"), 1));
  EXPECT_FALSE(Guard().Allows("x", *IpAddress::Parse("127.0.0.1"), 1));
  EXPECT_TRUE(Allows("127.0.0.1", "x", "127.0.0.1"));
  EXPECT_TRUE(Allows("127.0.0.1", "x", "::ffff:127.0.0.1"));
  EXPECT_FALSE(Allows("127.0.0.1", "x", "127.0.0.2"));
  EXPECT_FALSE(Allows("127.0.0.1", "x", "::1"));
  EXPECT_TRUE(Allows("127.0.0.1:80", "x", "127.0.0.1", 80));
  EXPECT_FALSE(Allows("127.0.0.1:80", "x", "127.0.0.1", 8080));
  EXPECT_TRUE(Allows("[::1]:80", "x", "::1", 80));
  EXPECT_TRUE(Allows("[::1]", "x", "::1", 81));
  EXPECT_TRUE(Allows("::1", "x", "::1", 81));
  EXPECT_TRUE(Allows("10.0.0.0/9", "x", "10.127.0.1"));
  EXPECT_FALSE(Allows("10.0.0.0/9", "x", "10.128.0.1"));
  EXPECT_TRUE(Allows("fd00::/8", "x", "fd12::1"));
  EXPECT_FALSE(Allows("fd00::/8", "x", "fe80::1"));
  EXPECT_TRUE(Allows("Hooks.example", "hooks.EXAMPLE.", "10.0.0.1"));
  EXPECT_FALSE(Allows("hooks.example", "other.hooks.example", "10.0.0.1"));
  EXPECT_TRUE(Allows("hooks.example:9093", "hooks.example", "10.0.0.1", 9093));
  EXPECT_FALSE(Allows("hooks.example:9093", "hooks.example", "10.0.0.1", 9094));
}

TEST(Guard, NamesTheExceptionThatItCannotRead) {
  for (const std::string text :
       {"127.1", "0x7f000001", "2130706433", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::/129",
        "name/8", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:", "[name]:1", "[::1", "a b", "*",
        "http://x", "hooks.example.1"}) {
    const std::string exceptions[] = {"localhost", text};
    const auto guard = Guard::Parse(exceptions);
    ASSERT_FALSE(guard) << text;
    EXPECT_EQ(guard.error().code, Code::kInvalidArgument) << text;
    EXPECT_TRUE(guard.error().message.contains("'" + text + "'")) << guard.error().message;
  }
}

}  // namespace
}  // namespace galley::http
