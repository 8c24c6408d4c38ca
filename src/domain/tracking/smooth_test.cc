#include "domain/tracking/smooth.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace galley::tracking {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> Smoothed(Smoothing kind, double strength, std::vector<double> y,
                             double range = 0) {
  std::vector<double> x;
  for (std::size_t at = 0; at < y.size(); ++at) x.push_back(static_cast<double>(at));
  Smooth(kind, strength, range, x, y);
  return y;
}

TEST(Smooth, OfStrengthZeroChangesNothing) {
  for (const auto kind :
       {Smoothing::kNone, Smoothing::kTimeWeighted, Smoothing::kGaussian, Smoothing::kMedian}) {
    EXPECT_EQ(Smoothed(kind, 0, {3, 1, 2}), (std::vector<double>{3, 1, 2}));
  }
}

TEST(Smooth, AConstantStaysAConstant) {
  const std::vector<double> constant(50, 2.5);
  for (const auto kind : {Smoothing::kTimeWeighted, Smoothing::kGaussian, Smoothing::kMedian}) {
    for (const double value : Smoothed(kind, 0.75, constant, 49)) EXPECT_NEAR(value, 2.5, 1e-12);
  }
}

TEST(Smooth, TimeWeightedForgetsByDistance) {
  // A range of 1,000 makes a step of 1 a power of 1: w = sqrt(0.25).
  const auto y = Smoothed(Smoothing::kTimeWeighted, 0.25, {1, 0, 0}, 1000);
  EXPECT_DOUBLE_EQ(y[0], 1);
  EXPECT_DOUBLE_EQ(y[1], 0.5 / 1.5);
  EXPECT_DOUBLE_EQ(y[2], 0.25 / 1.75);
}

TEST(Smooth, GaussianIsSymmetric) {
  const auto y = Smoothed(Smoothing::kGaussian, 1, {0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0});
  EXPECT_NEAR(y[5], 0.39894346935609776, 1e-12);  // scipy.ndimage.gaussian_filter1d
  EXPECT_DOUBLE_EQ(y[4], y[6]);
}

TEST(Smooth, MedianRemovesASpike) {
  EXPECT_EQ(Smoothed(Smoothing::kMedian, 3, {1, 2, 100, 4, 5}),
            (std::vector<double>{1.5, 2, 4, 5, 4.5}));
}

TEST(Smooth, WhatIsNoNumberIsPassedOver) {
  const auto y = Smoothed(Smoothing::kMedian, 3, {1, kNan, 9, 2});
  EXPECT_EQ(y[0], 5);
  EXPECT_TRUE(std::isnan(y[1]));
  EXPECT_EQ(y[2], 2);
  EXPECT_EQ(y[3], 5.5);
}

}  // namespace
}  // namespace galley::tracking
