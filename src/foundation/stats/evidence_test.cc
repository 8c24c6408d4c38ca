#include "foundation/stats/evidence.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace galley::stats {
namespace {

EvidenceBlock Block(double mean, std::uint64_t rows = 10) {
  return {.sum = mean * static_cast<double>(rows), .rows = rows};
}

TEST(RowScore, IsTheClippedDifferenceOfLosses) {
  const EvidenceOptions options;
  EXPECT_NEAR(RowScore(options, .5, .6, true), (std::log(.6) - std::log(.5)) / 2.3, 1e-15);
  EXPECT_NEAR(RowScore(options, .5, .6, false), (std::log(.4) - std::log(.5)) / 2.3, 1e-15);
  EXPECT_EQ(RowScore(options, .01, .99, true), 1);   // ln 99 is above 2.3.
  EXPECT_EQ(RowScore(options, 1, .5, false), 1);     // The floor keeps it finite.
  EXPECT_EQ(RowScore(options, .001, .01, true), 0);  // Both at the floor.
  EXPECT_TRUE(std::isnan(RowScore(options, std::numeric_limits<double>::quiet_NaN(), .5, true)));
}

TEST(Evidence, IsTheMeanOfProducts) {
  Evidence evidence;
  EXPECT_EQ(evidence.LogBetter(), 0);
  const std::vector<double> means = {.1, -.05, .4, .2};
  for (const double mean : means) evidence.Add(Block(mean));
  double better = 0;
  double worse = 0;
  for (const double lambda : {.1, .2, .3, .5, .7, .9}) {
    double up = 1;
    double down = 1;
    for (const double mean : means) {
      const double v = std::min(1.0, mean / .25);
      up *= 1 + lambda * v;
      down *= 1 - lambda * v;
    }
    better += up / 6;
    worse += down / 6;
  }
  EXPECT_NEAR(evidence.LogBetter(), std::log(better), 1e-12);
  EXPECT_NEAR(evidence.LogWorse(), std::log(worse), 1e-12);
  EXPECT_EQ(evidence.blocks(), 4U);
  evidence.Add(EvidenceBlock{});
  EXPECT_EQ(evidence.blocks(), 4U);
}

TEST(Evidence, DoesNotDependOnTheOrderOfBlocks) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(-.4, .4);
  std::vector<EvidenceBlock> blocks(200);
  for (EvidenceBlock& block : blocks) block = Block(uniform(random), 1 + random() % 100);
  Evidence evidence;
  for (const EvidenceBlock& block : blocks) evidence.Add(block);
  for (int trial = 0; trial < 10; ++trial) {
    std::ranges::shuffle(blocks, random);
    Evidence shuffled;
    for (const EvidenceBlock& block : blocks) shuffled.Add(block);
    EXPECT_NEAR(shuffled.LogBetter(), evidence.LogBetter(), 1e-10);
    EXPECT_NEAR(shuffled.LogWorse(), evidence.LogWorse(), 1e-10);
  }
}

TEST(Evidence, OfASwappedPairIsTheOther) {
  Evidence forth;
  Evidence back;
  for (const double mean : {.2, .1, -.3, .05}) {
    forth.Add(Block(mean));
    back.Add(Block(-mean));
  }
  EXPECT_EQ(forth.LogBetter(), back.LogWorse());
  EXPECT_EQ(forth.LogWorse(), back.LogBetter());
}

TEST(Evidence, DecidesAtItsBound) {
  Evidence better;
  Evidence worse;
  int blocks = 0;
  while (better.Now() == Verdict::kNone && blocks < 100) {
    better.Add(Block(.3));
    worse.Add(Block(-.3));
    ++blocks;
  }
  EXPECT_EQ(better.Now(), Verdict::kBetter);
  EXPECT_EQ(worse.Now(), Verdict::kWorse);
  // The mean of 1.1^n, 1.2^n, 1.3^n, 1.5^n, 1.7^n, 1.9^n is first above 20 at n = 7.
  EXPECT_EQ(blocks, 7);
}

TEST(Evidence, DecidesAtExactlyTheBoundThatIsSet) {
  // After one block of v = 1 the mean of 1 + lambda is 1.45.
  Evidence below(EvidenceOptions{.bound = 1.4499});
  Evidence above(EvidenceOptions{.bound = 1.4501});
  below.Add(Block(.25));
  above.Add(Block(.25));
  EXPECT_EQ(below.Now(), Verdict::kBetter);
  EXPECT_EQ(above.Now(), Verdict::kNone);
}

TEST(EvidenceBlock, MergesFromParts) {
  EvidenceBlock whole;
  EvidenceBlock left;
  EvidenceBlock right;
  for (int i = 0; i < 32; ++i) {
    whole.Add(i / 32.0);
    (i % 3 == 0 ? left : right).Add(i / 32.0);
  }
  left.Merge(right);
  EXPECT_EQ(left, whole);
  EXPECT_EQ(EvidenceBlock{}.Mean(), 0);
}

// A fair game: each block's mean is 0 given the past, so that Ville's inequality bounds how often
// either side is ever called.
TEST(Evidence, OfAFairGameSeldomDecides) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> uniform(-.5, .5);
  int decided = 0;
  for (int game = 0; game < 2000; ++game) {
    Evidence evidence;
    for (int block = 0; block < 100 && evidence.Now() == Verdict::kNone; ++block) {
      evidence.Add(Block(uniform(random)));
    }
    decided += evidence.Now() == Verdict::kNone ? 0 : 1;
  }
  EXPECT_LE(decided, 200);  // 1 / 20 on either side.
  EXPECT_GE(decided, 20);
}

TEST(EvidenceOptions, NameWhatIsWrong) {
  EXPECT_TRUE(Validate(EvidenceOptions{}));
  const auto problem = [](const EvidenceOptions& options) {
    const Status status = Validate(options);
    return status ? std::string() : status.error().message;
  };
  EXPECT_NE(problem({.loss_scale = 0}).find("loss_scale"), std::string::npos);
  EXPECT_NE(problem({.probability_floor = 0}).find("probability_floor"), std::string::npos);
  EXPECT_NE(problem({.block_scale = 2}).find("block_scale"), std::string::npos);
  EXPECT_NE(problem({.lambdas = {}}).find("lambdas"), std::string::npos);
  EXPECT_NE(problem({.lambdas = {.5, 1}}).find("lambdas"), std::string::npos);
  EXPECT_NE(problem({.bound = 1}).find("bound"), std::string::npos);
}

}  // namespace
}  // namespace galley::stats
