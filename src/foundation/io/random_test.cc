#include "foundation/io/random.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace galley::io {
namespace {

TEST(IdSource, SameSeedAndTimeGiveTheSameIds) {
  const SimulatedClock clock(1'700'000'000'123);
  SimulatedRandom one(7);
  SimulatedRandom two(7);
  EXPECT_EQ(IdSource(clock, one).Next(), IdSource(clock, two).Next());
  EXPECT_EQ(IdSource(clock, one).Next().Hex().substr(0, 12), "018bcfe5687b");
}

TEST(IdSource, GrowsWithinAMillisecondAndWhenTheClockStepsBack) {
  SimulatedClock clock(1'700'000'000'000);
  SimulatedRandom random(1);
  IdSource ids(clock, random);
  std::string last;
  for (int at = 0; at < 100'000; ++at) {
    if (at % 1000 == 0) clock.AdvanceMs(at % 3000 == 0 ? -5 : 2);
    const std::string next = ids.Next().Hex();
    ASSERT_LT(last, next);
    last = next;
  }
}

TEST(Id, ParsesOnlyItsOwnText) {
  const std::string text = "018bcfe5687b00112233445566778899";
  ASSERT_TRUE(Id::Parse(text));
  EXPECT_EQ(Id::Parse(text)->Hex(), text);
  EXPECT_FALSE(Id::Parse(text.substr(1)));
  EXPECT_FALSE(Id::Parse(text + "0"));
  EXPECT_FALSE(Id::Parse("018BCFE5687b00112233445566778899"));
  EXPECT_FALSE(Id::Parse("018bcfe5687b0011223344556677889g"));
}

TEST(Random, BelowReachesEveryNumberAndNoOther) {
  SimulatedRandom random(3);
  std::set<std::uint64_t> seen;
  for (int at = 0; at < 1000; ++at) seen.insert(random.Below(7));
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4, 5, 6}));
}

TEST(Random, TheSystemsBytesDiffer) {
  SystemRandom random;
  std::array<std::uint8_t, 32> one{};
  std::array<std::uint8_t, 32> two{};
  random.Fill(one);
  random.Fill(two);
  EXPECT_NE(one, two);
}

}  // namespace
}  // namespace galley::io
