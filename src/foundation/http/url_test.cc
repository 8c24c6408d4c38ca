#include "foundation/http/url.h"

#include <gtest/gtest.h>

#include "foundation/http/message.h"

namespace galley::http {
namespace {

TEST(PathBelow, TakesAWholeBasePathAway) {
  EXPECT_EQ(PathBelow("", "/a"), "/a");
  EXPECT_EQ(PathBelow("/base", "/base/a"), "/a");
  EXPECT_EQ(PathBelow("/base", "/base/"), "/");
  EXPECT_EQ(PathBelow("/base", "/base"), "/");
  EXPECT_EQ(PathBelow("/base", "/base/base/a"), "/base/a");
  EXPECT_EQ(PathBelow("/base", "/based/a"), "/based/a");
  EXPECT_EQ(PathBelow("/base", "/a/base"), "/a/base");
  EXPECT_EQ(PathBelow("/base/two", "/base/a"), "/base/a");
}

TEST(NamesTag, ComparesWeakly) {
  EXPECT_TRUE(NamesTag(R"("x")", R"("x")"));
  EXPECT_TRUE(NamesTag(R"("x")", R"(W/"x")"));
  EXPECT_TRUE(NamesTag(R"(W/"x")", R"("x")"));
  EXPECT_TRUE(NamesTag(R"("a", W/"x")", R"(W/"x")"));
  EXPECT_TRUE(NamesTag("*", R"("x")"));
  EXPECT_FALSE(NamesTag(R"("xy")", R"("x")"));
  EXPECT_FALSE(NamesTag("", R"("x")"));
  EXPECT_FALSE(NamesTag(" , ,", R"("x")"));
}

}  // namespace
}  // namespace galley::http
