#include <atomic>
#include <string>
#include <vector>

#include <dlfcn.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include "foundation/http/client.h"
#include "foundation/http/guard.h"
#include "foundation/io/net.h"

namespace {

constexpr std::string_view kFlipping = "flipping.example";
std::atomic<int> resolutions = 0;

}  // namespace

// The process's resolver: a name whose address is another one each time it is asked for, as an
// attacker's name server answers.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** result) {
  using Resolver = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto original = reinterpret_cast<Resolver>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (node == nullptr || node != kFlipping) return original(node, service, hints, result);
  const bool is_first = resolutions.fetch_add(1) % 2 == 0;
  return original(is_first ? "127.0.0.2" : "127.0.0.1", service, hints, result);
}

namespace galley::http {
namespace {

// Somebody listens on 127.0.0.1, and 127.0.0.2 alone may be called.
TEST(Rebinding, AnAddressThatChangesGainsNothing) {
  const auto listener = io::ListenLoopback(0);
  ASSERT_TRUE(listener.has_value());
  const std::uint16_t port = *io::LocalPort(listener->get());
  const std::string exceptions[] = {"127.0.0.2"};
  const auto guard = Guard::Parse(exceptions);
  ASSERT_TRUE(guard.has_value());
  std::vector<Code> codes;
  for (int at = 0; at < 4; ++at) {
    const auto answer = Fetch({.url = fmt::format("http://{}:{}/", kFlipping, port),
                               .timeout_ms = 5000,
                               .guard = &*guard});
    ASSERT_FALSE(answer.has_value());
    codes.push_back(answer.error().code);
  }
  // What was looked at is what was connected to: it was asked for once each time.
  EXPECT_EQ(codes, (std::vector{Code::kUnavailable, Code::kPermissionDenied, Code::kUnavailable,
                                Code::kPermissionDenied}));
  EXPECT_EQ(resolutions, 4);
}

}  // namespace
}  // namespace galley::http
