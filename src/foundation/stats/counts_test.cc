#include "foundation/stats/counts.h"

#include <limits>
#include <random>
#include <span>
#include <vector>

#include <gtest/gtest.h>

namespace galley::stats {
namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(CountState, TellsNullNaNZeroAndNegativeApart) {
  CountState counts;
  counts.Add(std::vector<double>{1, 0, -0.0, -2, kNaN, kInfinity, -kInfinity});
  counts.Add(std::vector<std::int64_t>{0, kLeast, kMost});
  counts.AddNulls(2);
  EXPECT_EQ(counts, (CountState{.rows = 12, .nulls = 2, .nans = 1, .zeros = 3, .negatives = 3}));
  EXPECT_EQ(counts.Values(), 9U);
}

// Deequ's algebraic_states_example.md: three items, of which two have a description, then two more
// without one. Size 3 -> 5, completeness 2/3 -> 0.4.
TEST(CountState, MergesAsDeequsStatesDo) {
  CountState first{.rows = 3, .nulls = 1};
  EXPECT_DOUBLE_EQ(first.Completeness(), 2.0 / 3);
  first.Merge(CountState{.rows = 2, .nulls = 2});
  EXPECT_EQ(first.rows, 5U);
  EXPECT_DOUBLE_EQ(first.Completeness(), 0.4);
  EXPECT_EQ(CountState{}.Completeness(), 1);
}

TEST(IntegerState, IsExactAtTheEndsOf64Bits) {
  IntegerState integers;
  integers.Add(std::vector<std::int64_t>{kLeast, kMost - 1, kMost});
  EXPECT_EQ(integers.min, kLeast);
  EXPECT_EQ(integers.max, kMost);
  EXPECT_TRUE(integers.sum == Int128{kMost} - 2);
  IntegerState other;
  other.Add(std::vector<std::int64_t>(3'000'000, kLeast));
  integers.Merge(other);
  EXPECT_TRUE(integers.sum == Int128{kLeast} * 3'000'000 + kMost - 2);
  const auto decoded = IntegerState::Decode(integers.Encode());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, integers);
}

TEST(IntegerState, OfPartsIsThatOfTheWhole) {
  std::mt19937_64 random(1);
  std::vector<std::int64_t> values(5000);
  for (std::int64_t& value : values) value = static_cast<std::int64_t>(random());
  IntegerState whole;
  whole.Add(values);
  for (int trial = 0; trial < 20; ++trial) {
    const std::size_t cut = random() % values.size();
    IntegerState a;
    IntegerState b;
    a.Add(std::span(values).first(cut));
    b.Add(std::span(values).subspan(cut));
    IntegerState ab = a;
    ab.Merge(b);
    b.Merge(a);
    EXPECT_EQ(ab, whole);
    EXPECT_EQ(b, whole);
  }
}

TEST(LengthState, CountsCodePoints) {
  EXPECT_EQ(CodePoints(""), 0U);
  EXPECT_EQ(CodePoints("crème brûlée"), 12U);
  EXPECT_EQ(CodePoints("厨房 🍞"), 4U);
  LengthState lengths;
  for (const char* text : {"", "crème", "厨房"}) lengths.Add(CodePoints(text));
  EXPECT_EQ(lengths, (LengthState{.n = 3, .min = 0, .max = 5, .sum = 7, .empty = 1}));
  LengthState other;
  other.Merge(lengths);
  EXPECT_EQ(other, lengths);
}

TEST(Counts, ComeBackFromTheirBytes) {
  const CountState counts{.rows = 9, .nulls = 1, .nans = 2, .zeros = 3, .negatives = 3};
  ASSERT_TRUE(CountState::Decode(counts.Encode()));
  EXPECT_EQ(*CountState::Decode(counts.Encode()), counts);
  const LengthState lengths{.n = 2, .min = 1, .max = 3, .sum = 4};
  ASSERT_TRUE(LengthState::Decode(lengths.Encode()));
  EXPECT_EQ(*LengthState::Decode(lengths.Encode()), lengths);
  EXPECT_EQ(*LengthState::Decode(LengthState{}.Encode()), LengthState{});
  EXPECT_EQ(*IntegerState::Decode(IntegerState{}.Encode()), IntegerState{});
}

TEST(Counts, ThatContradictThemselvesAreRefused) {
  EXPECT_EQ(CountState::Decode(CountState{.rows = 1, .nulls = 2}.Encode()).error().code,
            Code::kDataLoss);
  const IntegerState sum{.n = 2, .min = 1, .max = 3, .sum = 7};
  EXPECT_EQ(IntegerState::Decode(sum.Encode()).error().code, Code::kDataLoss);
  const LengthState empty{.n = 2, .min = 1, .max = 3, .sum = 4, .empty = 1};
  EXPECT_EQ(LengthState::Decode(empty.Encode()).error().code, Code::kDataLoss);
  EXPECT_EQ(LengthState::Decode(sum.Encode()).error().code, Code::kDataLoss);
}

}  // namespace
}  // namespace galley::stats
