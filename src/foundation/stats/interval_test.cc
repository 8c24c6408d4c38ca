#include "foundation/stats/interval.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace galley::stats {
namespace {

// scipy 1.17.1: stats.binomtest(k, n).proportion_ci(c, method="wilson").
TEST(WilsonInterval, AgreesWithScipy) {
  const auto expect = [](double k, double n, double confidence, double low, double high) {
    const Interval interval = WilsonInterval(k, n, confidence);
    EXPECT_NEAR(interval.low, low, 1e-12);
    EXPECT_NEAR(interval.high, high, 1e-12);
  };
  expect(0, 10, 0.95, 0.0, 0.27753279986288926);
  expect(10, 10, 0.95, 0.7224672001371109, 1.0);
  expect(3, 20, 0.95, 0.05236874589621662, 0.3604188647407569);
  expect(499, 1000, 0.99, 0.4584136770279477, 0.5395995053018592);
  expect(1, 100000, 0.9, 2.2309253687879852e-06, 4.482323610138061e-05);
  EXPECT_EQ(WilsonInterval(0, 0), (Interval{0, 1}));
}

// i = np.arange(50); x = (i * 17) % 23 / 7; stats.norm.interval(.9, x.mean(), stats.sem(x))
TEST(MeanInterval, AgreesWithScipy) {
  std::vector<double> x;
  for (int i = 0; i < 50; ++i) x.push_back(i * 17 % 23 / 7.0);
  MomentState moments;
  moments.Add(x);
  const Interval interval = MeanInterval(moments, .9);
  EXPECT_NEAR(interval.low, 1.316595528531078, 1e-12);
  EXPECT_NEAR(interval.high, 1.763404471468922, 1e-12);
  EXPECT_TRUE(std::isnan(MeanInterval(MomentState{}).low));
}

}  // namespace
}  // namespace galley::stats
