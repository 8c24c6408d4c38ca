#include "domain/ledger/bootstrap.h"

#include <vector>

#include <gtest/gtest.h>

namespace galley::ledger {
namespace {

// Known answers by NumPy: tests/serving/test_report.py draws in the same way.
const std::vector<Hits> kServed = {{90, 100}, {80, 100}, {95, 110}, {60, 70}, {70, 100}};
const std::vector<Hits> kFrozen = {{85, 100}, {70, 100}, {90, 110}, {61, 70}, {40, 100}};

void ExpectInterval(const std::optional<stats::Interval>& interval, double low, double high) {
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low, low, 1e-12);
  EXPECT_NEAR(interval->high, high, 1e-12);
}

TEST(Bootstrap, DrawsTheSameWindowsEachTime) {
  Resampler resampler(1);
  std::vector<std::size_t> drawn;
  for (int at = 0; at < 8; ++at) drawn.push_back(resampler.Next(8));
  EXPECT_EQ(drawn, (std::vector<std::size_t>{4, 5, 7, 3, 3, 6, 7, 4}));
}

TEST(Bootstrap, IsWhatNumpySays) {
  ExpectInterval(RatioInterval(kServed), 0.7549019607843137, 0.8777777777777778);
  ExpectInterval(PairedInterval(kServed, kFrozen), 0.02826086956521734, 0.2058823529411764);
  ExpectInterval(ApartInterval(kServed, std::span(kFrozen).first(3)), -0.062167553191489366,
                 0.1297872340425532);
}

TEST(Bootstrap, SaysNothingOfLessThanTwoWindows) {
  EXPECT_FALSE(RatioInterval({}));
  EXPECT_FALSE(RatioInterval(std::span(kServed).first(1)));
  EXPECT_FALSE(ApartInterval(kServed, std::span(kFrozen).first(1)));
  const std::vector<Hits> empty(3);
  EXPECT_FALSE(RatioInterval(empty));
}

}  // namespace
}  // namespace galley::ledger
