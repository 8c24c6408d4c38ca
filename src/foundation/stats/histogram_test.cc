#include "foundation/stats/histogram.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace galley::stats {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
using Counts = std::vector<std::uint64_t>;

TEST(Histogram, PutsValuesBetweenItsEdges) {
  Histogram histogram = Histogram::WithEdges({-1, 0, 2.5}).value();
  histogram.Add(std::vector<double>{-kInfinity, -1.5, -1, -0.0, 0, 2, 2.5, 9, kInfinity, kNaN});
  histogram.AddMissing(2);
  EXPECT_EQ(histogram.counts(), (Counts{2, 1, 3, 3}));
  EXPECT_EQ(histogram.missing(), 3U);
  EXPECT_EQ(histogram.n(), 12U);
  EXPECT_EQ(histogram.min(), -1.5);
  EXPECT_EQ(histogram.max(), 9);
  EXPECT_EQ(histogram.Empty().counts(), (Counts{0, 0, 0, 0}));
  EXPECT_TRUE(histogram.SameBins(histogram.Empty()));
}

TEST(Histogram, PutsTextsIntoCategories) {
  Histogram histogram = Histogram::WithCategories({"b", "a", ""}).value();
  EXPECT_EQ(histogram.categories(), (std::vector<std::string>{"", "a", "b"}));
  histogram.Add(std::vector<std::string_view>{"a", "b", "b", "c", "", "aa"});
  EXPECT_EQ(histogram.counts(), (Counts{1, 1, 2, 2}));
}

// numpy 2.4.6: np.unique(np.quantile(x, np.arange(1, 10) / 10)), x = ((i * 7919) % 1009) / 7.0 of
// i = 0 … 999, and the same of i % 3.
TEST(Histogram, HasTheDecilesOfItsReference) {
  std::vector<double> x = {kNaN, kInfinity};
  std::vector<double> three;
  for (int i = 0; i < 1000; ++i) {
    x.push_back((i * 7919) % 1009 / 7.0);
    three.push_back(i % 3);
  }
  const std::vector<double> expected = {14.414285714285715, 28.82857142857143,  43.24285714285714,
                                        57.800000000000004, 72.21428571428572,  86.48571428571428,
                                        100.89999999999999, 115.31428571428573, 129.5857142857143};
  EXPECT_EQ(Histogram::WithQuantiles(x)->edges(), expected);
  EXPECT_EQ(Histogram::WithQuantiles(three)->edges(), (std::vector<double>{0, 1, 2}));
  // From the nearer end: .3 + .8 * .7 would round to another number.
  EXPECT_EQ(Histogram::WithQuantiles(std::vector<double>{1.1, .3})->edges()[6], .8600000000000001);
  EXPECT_EQ(Histogram::WithQuantiles(x, 2)->edges().size(), 1U);
  EXPECT_TRUE(Histogram::WithQuantiles(x, 1)->edges().empty());
  EXPECT_EQ(Histogram::WithQuantiles(std::vector<double>{kNaN}).error().code,
            Code::kInvalidArgument);
  EXPECT_FALSE(Histogram::WithQuantiles(x, 0));
}

TEST(Histogram, DoesNotCountMoreThanThereCanBe) {
  Histogram histogram = Histogram::WithCategories({"a", "b"}).value();
  histogram.Add(std::vector<std::string_view>{"a", "b", "c"});
  const std::string whole = histogram.Encode();
  const auto with_counts = [&](std::uint64_t count) {  // The last 32 bytes: 3 counts, missing.
    std::string bytes = whole;
    for (std::size_t i = 0; i < 3; ++i) std::memcpy(&bytes[bytes.size() - 32 + 8 * i], &count, 8);
    return Histogram::Decode(bytes);
  };
  EXPECT_EQ(with_counts(std::uint64_t{1} << 46U)->n(), std::uint64_t{3} << 46U);
  EXPECT_EQ(with_counts(std::uint64_t{1} << 47U).error().code, Code::kDataLoss);
}

TEST(Histogram, RefusesBinsThatAreNone) {
  EXPECT_EQ(Histogram::WithEdges({1, 1}).error().code, Code::kInvalidArgument);
  EXPECT_NE(Histogram::WithEdges({2, 1}).error().message.find("edge 1 is 1"), std::string::npos);
  EXPECT_FALSE(Histogram::WithEdges({kNaN}));
  EXPECT_FALSE(Histogram::WithEdges({kInfinity}));
  EXPECT_FALSE(Histogram::WithCategories({"a", "b", "a"}));
  EXPECT_FALSE(Histogram::WithCategories({std::string(257, 'x')}));
  std::vector<double> many;
  for (int i = 0; i < 65'536; ++i) many.push_back(i);
  EXPECT_FALSE(Histogram::WithEdges(many));
  many.pop_back();
  EXPECT_TRUE(Histogram::WithEdges(many));
}

TEST(Histogram, OfPartsIsThatOfTheWhole) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<double> values(5000);
  for (double& value : values) value = normal(random);
  Histogram whole = Histogram::WithQuantiles(values).value();
  Histogram left = whole.Empty();
  Histogram right = whole.Empty();
  whole.Add(values);
  left.Add(std::span(values).first(1234));
  right.Add(std::span(values).subspan(1234));
  ASSERT_TRUE(right.Merge(left));
  EXPECT_EQ(right, whole);
  EXPECT_EQ(whole.counts(), Counts(10, 500));
  ASSERT_TRUE(right.Merge(right));
  EXPECT_EQ(right.n(), 10'000U);
}

TEST(Histogram, MergesOnlyOverTheSameBins) {
  Histogram histogram = Histogram::WithEdges({1, 2}).value();
  histogram.Add(std::vector<double>{1});
  const Histogram before = histogram;
  for (const auto& other : {Histogram::WithEdges({1, 3}), Histogram::WithEdges({1}),
                            Histogram::WithCategories({"a", "b"})}) {
    EXPECT_EQ(histogram.Merge(*other).error().code, Code::kFailedPrecondition);
  }
  EXPECT_EQ(histogram, before);
}

TEST(Histogram, ComesBackFromItsBytes) {
  Histogram numbers = Histogram::WithEdges({-0.0, 1, 2}).value();
  EXPECT_EQ(*Histogram::Decode(numbers.Encode()), numbers);
  numbers.Add(std::vector<double>{kInfinity, kNaN});
  EXPECT_EQ(*Histogram::Decode(numbers.Encode()), numbers);
  numbers.Add(std::vector<double>{-0.0, 7});
  EXPECT_EQ(*Histogram::Decode(numbers.Encode()), numbers);
  Histogram texts = Histogram::WithCategories({"x", "y"}).value();
  texts.Add(std::vector<std::string_view>{"y", "z"});
  EXPECT_EQ(*Histogram::Decode(texts.Encode()), texts);
  const Histogram one = Histogram::WithEdges({}).value();
  EXPECT_EQ(*Histogram::Decode(one.Encode()), one);
}

}  // namespace
}  // namespace galley::stats
