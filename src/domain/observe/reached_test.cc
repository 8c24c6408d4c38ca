#include "domain/observe/reached.h"

#include <gtest/gtest.h>

namespace galley::observe {
namespace {

Id IdOf(std::uint8_t number) {
  Id id;
  id.bytes.back() = number;
  return id;
}

TEST(Reached, TheFirstTimeCountsAndItNeverGoesBack) {
  Reached reached = Advance({}, 100, IdOf(1), 1000);
  EXPECT_EQ(reached.watermark, 100);
  reached = Advance(reached, 40, IdOf(2), 1000);
  EXPECT_EQ(reached.watermark, 100);
  reached = Advance(reached, 1100, IdOf(3), 1000);
  EXPECT_EQ(reached.watermark, 1100);
}

TEST(Reached, OneRequestAloneDoesNotLeap) {
  Reached reached = Advance({}, 100, IdOf(1), 1000);
  for (const double time : {1e12, 5e11, 1e13}) {
    reached = Advance(reached, time, IdOf(2), 1000);
    EXPECT_EQ(reached.watermark, 100);
  }
  reached = Advance(reached, 101, IdOf(3), 1000);
  EXPECT_EQ(reached.watermark, 101);
}

TEST(Reached, TwoRequestsDo) {
  Reached reached = Advance({}, 100, IdOf(1), 1000);
  reached = Advance(reached, 5000, IdOf(2), 1000);
  reached = Advance(reached, 5001, IdOf(3), 1000);
  EXPECT_EQ(reached.watermark, 5001);
  EXPECT_FALSE(reached.far);
}

TEST(Reached, OfTwoThatAreFarApartTheNearerOneCounts) {
  Reached reached = Advance({}, 100, IdOf(1), 1000);
  reached = Advance(reached, 1e12, IdOf(2), 1000);
  reached = Advance(reached, 5000, IdOf(3), 1000);
  EXPECT_EQ(reached.watermark, 5000);
  EXPECT_EQ(reached.far, 1e12);
  reached = Advance(reached, 5001, IdOf(4), 1000);
  EXPECT_EQ(reached.watermark, 5001);
}

}  // namespace
}  // namespace galley::observe
