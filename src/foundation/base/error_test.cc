#include "foundation/base/error.h"

#include <memory>
#include <set>

#include <gtest/gtest.h>

#include "foundation/base/check.h"

namespace galley {
namespace {

Result<int> Half(int value) {
  if (value % 2 != 0) return Fail(Code::kInvalidArgument, "{} is odd", value);
  return value / 2;
}

Result<int> Quarter(int value) {
  return TRY(Half(TRY(Half(value))));
}

Status Touch(int value) {
  TRY(Context(Quarter(value), "quartering"));
  return {};
}

Result<std::unique_ptr<int>> Boxed(int value) {
  auto box = TRY(Result<std::unique_ptr<int>>(std::make_unique<int>(value)));
  return box;
}

TEST(Error, TryUnwrapsValues) {
  EXPECT_EQ(Quarter(12).value(), 3);
  EXPECT_TRUE(Touch(8).has_value());
  EXPECT_EQ(**Boxed(5), 5);
}

TEST(Error, TryReturnsTheFirstErrorUnchanged) {
  const auto result = Quarter(6);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Code::kInvalidArgument);
  EXPECT_EQ(result.error().message, "3 is odd");
}

TEST(Error, ContextGoesInFront) {
  const auto status = Touch(2);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().message, "quartering: 1 is odd");
}

TEST(Error, EveryCodeHasItsOwnName) {
  std::set<std::string_view> names;
  for (int code = 1; code <= 13; ++code) names.insert(CodeName(static_cast<Code>(code)));
  EXPECT_EQ(names.size(), 13U);
  EXPECT_EQ(CodeName(Code::kFailedPrecondition), "failed_precondition");
}

TEST(CheckDeathTest, NamesTheCondition) {
  const int answer = 41;
  EXPECT_DEATH(CHECK(answer == 42), "CHECK failed in .*: answer == 42");
}

}  // namespace
}  // namespace galley
