#include "foundation/stats/column_statistics.h"

#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/stats/bytes.h"

namespace galley::stats {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Bits of DuckDB's order from flags.
std::vector<std::uint64_t> ValidityOf(const std::vector<bool>& valid) {
  std::vector<std::uint64_t> words(valid.size() / 64 + 1);
  for (std::size_t i = 0; i < valid.size(); ++i) {
    if (valid[i]) words[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  return words;
}

Result<ColumnStatistics> Again(const ColumnStatistics& column) {
  const std::string encoded = EncodeColumn(column);
  std::string_view left = encoded;
  auto decoded = DecodeColumn(left);
  EXPECT_TRUE(left.empty());
  return decoded;
}

TEST(ColumnStatistics, HasTheStatesOfItsKind) {
  const auto states = [](Kind kind) {
    const ColumnStatistics c(kind);
    std::string names;
    if (c.integers) names += "integers ";
    if (c.moments) names += "moments ";
    if (c.distinct) names += "distinct ";
    if (c.quantiles) names += "quantiles ";
    if (c.frequent) names += "frequent ";
    if (c.lengths) names += "lengths ";
    return names;
  };
  EXPECT_EQ(states(Kind::kInteger), "integers moments distinct quantiles frequent ");
  EXPECT_EQ(states(Kind::kTimestamp), "integers moments distinct quantiles frequent ");
  EXPECT_EQ(states(Kind::kDate), "integers moments distinct quantiles frequent ");
  EXPECT_EQ(states(Kind::kFloating), "moments distinct quantiles frequent ");
  EXPECT_EQ(states(Kind::kText), "distinct frequent lengths ");
  EXPECT_EQ(states(Kind::kBinary), "distinct lengths ");
  EXPECT_EQ(states(Kind::kBoolean), "");
}

TEST(ColumnStatistics, LeavesOutNullsInEveryState) {
  std::vector<double> values;
  std::vector<bool> valid;
  for (int i = 0; i < 5000; ++i) {  // More than a block; what is null would be seen.
    values.push_back(i % 3 == 0 ? 1e9 : i % 7);
    valid.push_back(i % 3 != 0);
  }
  ColumnStatistics column(Kind::kFloating);
  column.AddDoubles(values, ValidityOf(valid));
  EXPECT_EQ(column.counts.rows, 5000U);
  EXPECT_EQ(column.counts.nulls, 1667U);
  EXPECT_EQ(column.moments->n, 3333U);
  EXPECT_EQ(column.moments->max, 6);
  EXPECT_EQ(column.quantiles->max(), 6);
  EXPECT_EQ(column.distinct->Estimate(), 7);
  EXPECT_EQ(column.frequent->CounterOf(NumberKey(1e9)), 0U);
  EXPECT_EQ(column.frequent->n(), 3333U);
}

TEST(ColumnStatistics, OfFloatingNumbersKeepsNaNAndInfinityApart) {
  ColumnStatistics column(Kind::kFloating);
  column.AddDoubles(std::vector<double>{kNaN, 0.0, -0.0, 1.5, kInfinity, -kInfinity, kNaN});
  EXPECT_EQ(column.counts.nans, 2U);
  EXPECT_EQ(column.counts.zeros, 2U);
  EXPECT_EQ(column.moments->n, 3U);
  EXPECT_EQ(column.quantiles->n(), 5U);
  EXPECT_EQ(column.distinct->Estimate(), 4);
  EXPECT_EQ(column.frequent->CounterOf(NumberKey(-0.0)), 2U);
  EXPECT_EQ(DoubleOfKey(column.frequent->Top(1)[0].key), 0.0);
  EXPECT_TRUE(Again(column));
}

TEST(ColumnStatistics, OfIntegersIsExactAbove53Bits) {
  ColumnStatistics column(Kind::kInteger);
  column.AddIntegers(std::vector<std::int64_t>{kMost - 1, kMost, kMost, 0, -5});
  EXPECT_EQ(column.integers->max, kMost);
  EXPECT_EQ(column.integers->min, -5);
  EXPECT_TRUE(column.integers->sum == Int128{kMost} * 3 - 6);
  EXPECT_EQ(column.distinct->Estimate(), 4);
  EXPECT_EQ(IntegerOfKey(column.frequent->Top(1)[0].key), kMost);
  EXPECT_EQ(IntegerOfKey("short"), std::nullopt);
}

TEST(ColumnStatistics, OfTextsCountsCodePointsAndOfBytesBytes) {
  const std::vector<std::string_view> values = {"crème", "", "salt", "crème"};
  const std::vector<std::uint64_t> validity = {0b1011};
  ColumnStatistics text(Kind::kText);
  text.AddTexts(values, validity);
  EXPECT_EQ(*text.lengths, (LengthState{.n = 3, .min = 0, .max = 5, .sum = 10, .empty = 1}));
  EXPECT_EQ(text.frequent->CounterOf("crème"), 2U);
  EXPECT_EQ(text.distinct->Estimate(), 2);
  ColumnStatistics binary(Kind::kBinary);
  binary.AddTexts(values, validity);
  EXPECT_EQ(binary.lengths->max, 6U);
}

TEST(ColumnStatistics, OfBooleansCountsTheFalse) {
  ColumnStatistics column(Kind::kBoolean);
  const bool values[] = {true, false, false, true};
  column.AddBooleans(values, std::vector<std::uint64_t>{0b1101});
  EXPECT_EQ(column.counts, (CountState{.rows = 4, .nulls = 1, .zeros = 1}));
}

TEST(ColumnStatistics, OfPartsIsThatOfTheWhole) {
  std::mt19937_64 random(1);
  std::vector<std::int64_t> values(20'000);
  for (std::int64_t& value : values) value = static_cast<std::int64_t>(random() % 3000) - 1000;
  ColumnStatistics whole(Kind::kInteger);
  whole.AddIntegers(values);
  for (int trial = 0; trial < 5; ++trial) {
    const std::size_t cut = random() % values.size();
    ColumnStatistics a(Kind::kInteger, {.seed = 1});
    ColumnStatistics b(Kind::kInteger, {.seed = 2});
    a.AddIntegers(std::span(values).first(cut));
    b.AddIntegers(std::span(values).subspan(cut));
    ASSERT_TRUE(a.Merge(b));
    EXPECT_EQ(a.counts, whole.counts);
    EXPECT_EQ(a.integers, whole.integers);
    EXPECT_EQ(a.distinct->Encode(), whole.distinct->Encode());
    EXPECT_EQ(a.frequent->Encode(), whole.frequent->Encode());
    EXPECT_NEAR(a.moments->m2, whole.moments->m2, 1e-12 * whole.moments->m2);
    EXPECT_NEAR(a.quantiles->Quantile(0.5), 500, 2 * a.quantiles->RankError() * 3000);
  }
}

TEST(ColumnStatistics, RefusesToMergeAnotherKind) {
  ColumnStatistics column(Kind::kInteger);
  const auto merged = column.Merge(ColumnStatistics(Kind::kText));
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(merged.error().message, "the kinds differ: integer and text");
}

TEST(ColumnStatistics, DropsWhatOneSideLacksUnlessItIsEmpty) {
  ColumnStatistics full(Kind::kFloating);
  full.AddDoubles(std::vector<double>{1, 2});
  ColumnStatistics poor(Kind::kFloating);
  poor.quantiles.reset();
  ColumnStatistics merged = full;
  ASSERT_TRUE(merged.Merge(poor));
  EXPECT_TRUE(merged.quantiles);
  ASSERT_TRUE(poor.Merge(full));
  EXPECT_TRUE(poor.quantiles);
  poor.quantiles.reset();
  ASSERT_TRUE(merged.Merge(poor));
  EXPECT_FALSE(merged.quantiles);
  EXPECT_EQ(merged.moments->n, 4U);
  EXPECT_TRUE(Again(merged));
}

TEST(ColumnStatistics, CarriesAStateOfANewerProgram) {
  ColumnStatistics column(Kind::kFloating);
  column.AddDoubles(std::vector<double>{1, 2});
  bytes::Writer state;
  state.U16(900);
  state.U16(3);
  state.Text("what a newer program knows");
  column.unknown.push_back({900, 3, state.text()});
  auto decoded = Again(column);
  ASSERT_TRUE(decoded);
  ASSERT_EQ(decoded->unknown.size(), 1U);
  EXPECT_EQ(decoded->unknown[0].id, 900);
  EXPECT_EQ(decoded->unknown[0].version, 3);
  EXPECT_EQ(EncodeColumn(*decoded), EncodeColumn(column));
  ASSERT_TRUE(decoded->Merge(column));
  EXPECT_TRUE(decoded->unknown.empty());
}

TEST(ColumnStatistics, TakesANewerVersionOfAStateForUnknown) {
  ColumnStatistics column(Kind::kFloating);
  column.AddDoubles(std::vector<double>{1, 2});
  std::string newer = column.quantiles->Encode();
  newer[2] = 2;
  column.quantiles.reset();
  column.unknown.push_back({static_cast<std::uint16_t>(StateId::kQuantiles), 2, newer});
  const auto decoded = Again(column);
  ASSERT_TRUE(decoded);
  EXPECT_FALSE(decoded->quantiles);
  ASSERT_EQ(decoded->unknown.size(), 1U);
  EXPECT_EQ(StateName(decoded->unknown[0].id), "quantiles");
  EXPECT_EQ(KllSketch::Decode(newer).error().code, Code::kUnimplemented);
}

TEST(ColumnStatistics, WithStatesThatDoNotFitIsRefused) {
  ColumnStatistics column(Kind::kText);
  column.AddTexts(std::vector<std::string_view>{"a", "b"});
  ColumnStatistics fewer = column;
  fewer.counts.rows = 1;
  EXPECT_EQ(Again(fewer).error().code, Code::kDataLoss);
  ColumnStatistics odd = column;
  odd.moments.emplace();
  EXPECT_EQ(Again(odd).error().message,
            "the statistics are damaged: a state does not fit the kind text");
}

}  // namespace
}  // namespace galley::stats
