#include "foundation/stats/hyperloglog.h"

#include <cmath>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "foundation/stats/hash.h"

namespace galley::stats {
namespace {

/// `count` distinct values of the seed, from the `first`.
HyperLogLog Of(std::uint64_t seed, std::uint64_t first, std::uint64_t count) {
  HyperLogLog sketch;
  for (std::uint64_t i = first; i < first + count; ++i) sketch.Add(HashInteger((seed << 40U) + i));
  return sketch;
}

TEST(HyperLogLog, IsExactUpTo512) {
  EXPECT_EQ(HyperLogLog().Estimate(), 0);
  for (const std::uint64_t count : {1U, 10U, 511U, 512U}) {
    HyperLogLog sketch = Of(1, 0, count);
    sketch.Merge(Of(1, 0, count));
    EXPECT_TRUE(sketch.exact());
    EXPECT_EQ(sketch.Estimate(), static_cast<double>(count));
  }
  EXPECT_FALSE(Of(1, 0, 513).exact());
}

TEST(HyperLogLog, IsWithinThreeStandardErrors) {
  for (const std::uint64_t count : {10U, 1'000U, 100'000U, 1'000'000U}) {
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const double estimate = Of(seed, 0, count).Estimate();
      EXPECT_NEAR(estimate / static_cast<double>(count), 1, 3 * HyperLogLog::kStandardError)
          << count << " of seed " << seed;
    }
  }
}

// Over many seeds the error has no bias and the spread that is promised, also where the registers
// take over and where other estimators are biased (2.5 m).
TEST(HyperLogLog, HasNoBiasAndTheStatedSpread) {
  for (const std::uint64_t count : {600U, 3'000U, 10'240U, 30'000U}) {
    constexpr int kSeeds = 100;
    double sum = 0;
    double squares = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      const double error = Of(seed, 0, count).Estimate() / static_cast<double>(count) - 1;
      sum += error;
      squares += error * error;
    }
    EXPECT_LT(std::fabs(sum / kSeeds), 4 * HyperLogLog::kStandardError / std::sqrt(kSeeds));
    EXPECT_LT(std::sqrt(squares / kSeeds), 1.2 * HyperLogLog::kStandardError) << count;
  }
}

TEST(HyperLogLog, OfPartsIsThatOfTheWholeBitForBit) {
  std::mt19937_64 random(1);
  for (const std::uint64_t count : {300U, 600U, 20'000U}) {
    const std::string whole = Of(7, 0, count).Encode();
    for (int trial = 0; trial < 10; ++trial) {
      const std::uint64_t cut1 = random() % count;
      const std::uint64_t cut2 = cut1 + random() % (count - cut1);
      const HyperLogLog a = Of(7, 0, cut1);
      const HyperLogLog b = Of(7, cut1 / 2, cut2 - cut1 / 2);
      const HyperLogLog c = Of(7, cut2, count - cut2);
      HyperLogLog left = a;
      left.Merge(b);
      left.Merge(c);
      HyperLogLog right = c;
      HyperLogLog middle = b;
      middle.Merge(a);
      right.Merge(middle);
      EXPECT_EQ(left.Encode(), whole);
      EXPECT_EQ(right.Encode(), whole);
    }
  }
}

TEST(HyperLogLog, ComesBackFromItsBytes) {
  for (const std::uint64_t count : {0U, 5U, 512U, 513U, 50'000U}) {
    const HyperLogLog sketch = Of(3, 0, count);
    const auto decoded = HyperLogLog::Decode(sketch.Encode());
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->Encode(), sketch.Encode());
    EXPECT_EQ(decoded->Estimate(), sketch.Estimate());
  }
}

TEST(HyperLogLog, TakesTheHashesAtTheEnds) {
  HyperLogLog sketch;
  sketch.Add(0);
  sketch.Add(~std::uint64_t{0});
  EXPECT_EQ(sketch.Estimate(), 2);
  for (std::uint64_t i = 0; i < 1000; ++i) sketch.Add(HashInteger(i));
  for (std::uint64_t i = 0; i < HyperLogLog::kRegisters; ++i) sketch.Add(i << 52U);
  EXPECT_TRUE(HyperLogLog::Decode(sketch.Encode()));
}

}  // namespace
}  // namespace galley::stats
