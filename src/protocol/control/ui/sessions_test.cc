#include "protocol/control/ui/sessions.h"

#include <gtest/gtest.h>

namespace galley::ui {
namespace {

constexpr std::int64_t kNow = 1'790'000'000'000;

class SessionsTest : public testing::Test {
 protected:
  /// The `NAME=VALUE` of a new cookie.
  std::string Cookie(Sessions& sessions) {
    const std::string set = sessions.NewCookie(false);
    return set.substr(0, set.find(';'));
  }

  io::SimulatedClock clock_{kNow};
  io::SimulatedRandom random_{1};
  Sessions sessions_{"s3cret", clock_, random_};
};

TEST_F(SessionsTest, ACodeIsGoodOnceAndForTwoMinutes) {
  const auto code = sessions_.NewCode();
  EXPECT_EQ(code.expires_ms, kNow + 120'000);
  EXPECT_FALSE(sessions_.Redeem(""));
  EXPECT_FALSE(sessions_.Redeem(code.text.substr(1)));
  EXPECT_TRUE(sessions_.Redeem(code.text));
  EXPECT_FALSE(sessions_.Redeem(code.text));
  const auto late = sessions_.NewCode();
  EXPECT_NE(late.text, code.text);
  clock_.AdvanceMs(120'000);
  EXPECT_FALSE(sessions_.Redeem(late.text));
}

TEST_F(SessionsTest, OfManyCodesTheOldestAreGivenUp) {
  const auto first = sessions_.NewCode();
  for (int more = 0; more < 32; ++more) sessions_.NewCode();
  EXPECT_FALSE(sessions_.Redeem(first.text));
}

TEST_F(SessionsTest, ACookieIsGoodForTwelveHoursAndAfterARestart) {
  const std::string cookie = Cookie(sessions_);
  EXPECT_EQ(sessions_.EndOf(cookie), kNow + 12 * 3'600'000);
  io::SimulatedRandom other(2);
  const Sessions restarted("s3cret", clock_, other);
  EXPECT_TRUE(restarted.EndOf("theme=dark; " + cookie + "; x=y"));
  clock_.AdvanceMs(12 * 3'600'000);
  EXPECT_FALSE(sessions_.EndOf(cookie));
}

TEST_F(SessionsTest, ANewTokenEndsAllCookies) {
  const Sessions after("0ther", clock_, random_);
  EXPECT_FALSE(after.EndOf(Cookie(sessions_)));
  // Not by the name alone: the value does not fit either.
  Sessions maker("0ther", clock_, random_);
  const std::string value = Cookie(sessions_).substr(Cookie(sessions_).find('='));
  EXPECT_FALSE(after.EndOf(Cookie(maker).substr(0, Cookie(maker).find('=')) + value));
}

TEST_F(SessionsTest, NoByteOfACookieCanBeChanged) {
  const std::string cookie = Cookie(sessions_);
  ASSERT_TRUE(sessions_.EndOf(cookie));
  for (std::size_t at = 0; at < cookie.size(); ++at) {
    std::string forged = cookie;
    forged[at] = forged[at] == '0' ? '1' : '0';
    EXPECT_FALSE(sessions_.EndOf(forged)) << forged;
    EXPECT_FALSE(sessions_.EndOf(cookie.substr(0, at))) << at;
  }
  EXPECT_FALSE(sessions_.EndOf(cookie + "0"));
  EXPECT_FALSE(sessions_.EndOf(""));
}

TEST_F(SessionsTest, WithoutATokenNobodyIsSignedIn) {
  Sessions open("", clock_, random_);
  EXPECT_FALSE(open.EndOf(Cookie(open)));
}

TEST_F(SessionsTest, PagesCannotReadTheCookie) {
  EXPECT_TRUE(sessions_.NewCookie(true).ends_with(
      "; Max-Age=43200; Path=/; HttpOnly; SameSite=Lax; Secure"));
  EXPECT_TRUE(
      sessions_.NewCookie(false).ends_with("; Max-Age=43200; Path=/; HttpOnly; SameSite=Lax"));
  EXPECT_NE(sessions_.NoCookie().find("=; Max-Age=0; Path=/"), std::string::npos);
}

}  // namespace
}  // namespace galley::ui
