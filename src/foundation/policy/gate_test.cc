#include "foundation/policy/gate.h"

#include <gtest/gtest.h>

namespace galley::policy {
namespace {

constexpr std::string_view kHost = "127.0.0.1:5000";

Gate ExampleGate() {
  return {"s3cret", {"galley.example"}};
}

std::string Refusal(Right right, const Facts& facts) {
  const auto refusal = ExampleGate().Decide(right, facts);
  return refusal ? std::string(CodeName(refusal->code)) : "allowed";
}

TEST(Gate, KnowsTheLoopbackNamesAndTheConfiguredOnes) {
  for (const std::string_view host :
       {"127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:80", "[::1]", "galley.example:5000"}) {
    EXPECT_EQ(Refusal(Right::kRead, {.host = host}), "allowed") << host;
  }
  for (const std::string_view host :
       {"", "evil.example", "127.0.0.1.evil.example:5000", "[::2]", "galley.example.evil"}) {
    EXPECT_EQ(Refusal(Right::kRead, {.host = host}), "permission_denied") << host;
    EXPECT_EQ(Refusal(Right::kHealth, {.host = host}), "allowed") << host;
  }
}

TEST(Gate, RefusesPagesOfOtherOrigins) {
  EXPECT_EQ(Refusal(Right::kTrack, {.host = kHost, .origin = "http://127.0.0.1:5000"}), "allowed");
  for (const std::string_view origin :
       {"http://evil.example", "null", "http://127.0.0.1:3000", "https://127.0.0.1:5000"}) {
    EXPECT_EQ(Refusal(Right::kTrack, {.host = kHost, .origin = origin}), "permission_denied");
  }
}

TEST(Gate, AsksForTheTokenWhereRightsAreGranted) {
  const auto with = [](std::string_view authorization) {
    return Refusal(Right::kAdminister, {.host = kHost, .authorization = authorization});
  };
  EXPECT_EQ(with("Bearer s3cret"), "allowed");
  EXPECT_EQ(with("bearer s3cret"), "allowed");
  EXPECT_EQ(with("Basic dXNlcjpzM2NyZXQ="), "allowed");  // printf user:s3cret | base64
  EXPECT_EQ(with(""), "unauthenticated");
  EXPECT_EQ(with("Bearer s3cre"), "unauthenticated");
  EXPECT_EQ(with("Bearer s3cret2"), "unauthenticated");
  EXPECT_EQ(with("Basic czNjcmV0"), "unauthenticated");  // No colon.
  EXPECT_EQ(with("Basic %%%"), "unauthenticated");
  EXPECT_EQ(Refusal(Right::kTrack, {.host = kHost}), "allowed");
}

TEST(Gate, LeavesSignaturesToWhoChecksThem) {
  EXPECT_EQ(Refusal(Right::kSigned, {.host = kHost}), "allowed");
  EXPECT_EQ(Refusal(Right::kSigned, {.host = "evil.example"}), "permission_denied");
}

TEST(Gate, BelievesAProxyThatItWasAskedByHttps) {
  const auto with = [](std::string_view origin, std::string_view proto) {
    return Refusal(Right::kTrack,
                   {.host = "galley.example", .origin = origin, .forwarded_proto = proto});
  };
  EXPECT_EQ(with("https://galley.example", "https"), "allowed");
  EXPECT_EQ(with("https://evil.example", "https"), "permission_denied");
  EXPECT_EQ(with("http://galley.example", "https"), "permission_denied");
  EXPECT_EQ(with("https://galley.example", "http"), "permission_denied");
}

TEST(Gate, TakesASessionOfItsOwnPagesAlone) {
  const Gate gate("s3cret", {}, [](std::string_view cookies) { return cookies == "good"; });
  const Facts good{.host = kHost, .origin = "http://127.0.0.1:5000", .cookie = "good", .csrf = "1"};
  const auto refusal = [&](auto change, Right right = Right::kAdminister) {
    Facts facts = good;
    change(facts);
    const auto refused = gate.Decide(right, facts);
    return refused ? std::string(CodeName(refused->code)) : "allowed";
  };
  EXPECT_EQ(refusal([](Facts&) {}), "allowed");
  EXPECT_EQ(refusal([](Facts& facts) { facts.fetch_site = "same-origin"; }), "allowed");
  EXPECT_EQ(refusal([](Facts& facts) { facts.origin = ""; }), "allowed");
  EXPECT_EQ(refusal([](Facts& facts) { facts.cookie = "bad"; }), "unauthenticated");
  EXPECT_EQ(refusal([](Facts& facts) { facts.cookie = ""; }), "unauthenticated");
  for (const std::string_view csrf : {"", "0", "11", "true"}) {
    EXPECT_EQ(refusal([=](Facts& facts) { facts.csrf = csrf; }), "permission_denied") << csrf;
  }
  for (const std::string_view origin :
       {"http://127.0.0.1:3000", "null", "https://127.0.0.1:5000"}) {
    EXPECT_EQ(refusal([=](Facts& facts) { facts.origin = origin; }), "permission_denied") << origin;
  }
  for (const std::string_view site : {"cross-site", "same-site", "SAME-ORIGIN"}) {
    EXPECT_EQ(refusal([=](Facts& facts) { facts.fetch_site = site; }), "permission_denied") << site;
  }
  // The token needs none of it.
  EXPECT_EQ(refusal([](Facts& facts) {
              facts.cookie = facts.csrf = "";
              facts.authorization = "Bearer s3cret";
            }),
            "allowed");
  // As in the gateway, whose gate knows no sessions.
  EXPECT_TRUE(ExampleGate().Decide(Right::kAdminister, good));
}

TEST(Gate, WithoutATokenNobodyAdministers) {
  const Gate gate("", {});
  EXPECT_TRUE(gate.Decide(Right::kAdminister, {.host = kHost, .authorization = "Bearer "}));
}

}  // namespace
}  // namespace galley::policy
