#include "foundation/stats/outlook.h"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace galley::stats {
namespace {

std::vector<EvidenceBlock> Blocks(const std::vector<double>& means) {
  std::vector<EvidenceBlock> blocks;
  for (const double mean : means) blocks.push_back({.sum = mean * 10, .rows = 10});
  return blocks;
}

std::vector<EvidenceBlock> Drawn(std::uint64_t seed, double mean, double spread, int count) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal(mean, spread);
  std::vector<double> means;
  for (int i = 0; i < count; ++i) means.push_back(normal(random));
  return Blocks(means);
}

/// ln E of the engine itself, of blocks that are shifted so that `m` is where 0 was.
double EngineAt(const std::vector<EvidenceBlock>& blocks, double m, bool above) {
  const EvidenceOptions options;
  const double v0 = m / options.block_scale;
  std::vector<double> logs(options.lambdas.size());
  for (const EvidenceBlock& block : blocks) {
    double v = block.Mean() / options.block_scale;
    v = v > 1 ? 1 : v < -1 ? -1 : v;
    const double u = above ? (v - v0) / (1 + v0) : (v0 - v) / (1 - v0);
    for (std::size_t i = 0; i < logs.size(); ++i) logs[i] += std::log1p(options.lambdas[i] * u);
  }
  double sum = 0;
  for (const double log : logs) sum += std::exp(log);
  return std::log(sum / static_cast<double>(logs.size()));
}

TEST(BettingInterval, EndsWhereTheBetsReachTheBound) {
  const auto blocks = Drawn(3, .03, .1, 120);
  const Interval interval = BettingInterval({}, blocks);
  EXPECT_NEAR(EngineAt(blocks, interval.low, true), std::log(20), 1e-6);
  EXPECT_NEAR(EngineAt(blocks, interval.high, false), std::log(20), 1e-6);
  EXPECT_LT(interval.low, interval.high);
}

TEST(BettingInterval, LeavesOutZeroExactlyWithAVerdict) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const double mean = (static_cast<double>(seed % 3) - 1) * .05;
    const auto blocks = Drawn(seed, mean, .1, static_cast<int>(10 + seed * 3));
    Evidence evidence;
    for (const EvidenceBlock& block : blocks) evidence.Add(block);
    const Interval interval = BettingInterval({}, blocks);
    EXPECT_EQ(interval.low >= 0, evidence.Now() == Verdict::kBetter) << seed;
    EXPECT_EQ(interval.high <= 0, evidence.LogWorse() >= std::log(20)) << seed;
  }
}

TEST(BettingInterval, HoldsTheMeanAtEveryLook) {
  int missed = 0;
  constexpr int kStories = 200;
  for (int story = 0; story < kStories; ++story) {
    std::mt19937_64 random(static_cast<std::uint64_t>(story));
    std::bernoulli_distribution coin(.6);
    std::vector<EvidenceBlock> blocks;
    bool out = false;
    for (int block = 0; block < 80; ++block) {
      blocks.push_back({.sum = coin(random) ? .25 : -.25, .rows = 1});
      if (block % 8 != 7) continue;
      const Interval interval = BettingInterval({}, blocks);
      out = out || interval.low > .05 || interval.high < .05;  // .25 (2 p - 1).
    }
    missed += out ? 1 : 0;
  }
  EXPECT_LE(missed, kStories / 10);  // 2 / bound.
}

TEST(BettingInterval, IsWholeWithoutMuch) {
  EXPECT_TRUE(std::isnan(BettingInterval({}, {}).low));
  const std::vector<EvidenceBlock> empty(3);
  EXPECT_TRUE(std::isnan(BettingInterval({}, empty).high));
  const Interval one = BettingInterval({}, Blocks({.1}));
  EXPECT_GE(one.low, -.25);
  EXPECT_LE(one.high, .25);
  const Interval ends = BettingInterval({}, Blocks(std::vector<double>(50, -.3)));
  EXPECT_EQ(ends.low, -.25);
  EXPECT_LT(ends.high, 0);
}

/// How many times it takes that all blocks that came come again.
int Rounds(const std::vector<EvidenceBlock>& blocks, Verdict verdict, bool anew) {
  Evidence evidence;
  if (!anew) {
    for (const EvidenceBlock& block : blocks) evidence.Add(block);
  }
  for (int more = 0;; ++more) {
    const double log = verdict == Verdict::kBetter ? evidence.LogBetter() : evidence.LogWorse();
    if (log >= std::log(20)) return more;
    for (const EvidenceBlock& block : blocks) evidence.Add(block);
  }
}

TEST(BlocksUntil, IsWhatTheEngineTakesIfTheBlocksComeAgain) {
  for (const double mean : {.02, .05, -.04}) {
    const auto blocks = Drawn(7, mean, .06, 15);
    const Verdict verdict = mean > 0 ? Verdict::kBetter : Verdict::kWorse;
    for (const bool anew : {false, true}) {
      const auto more = BlocksUntil({}, blocks, verdict, anew);
      ASSERT_TRUE(more.has_value()) << mean;
      EXPECT_EQ((*more + 14) / 15, Rounds(blocks, verdict, anew)) << mean << anew;
    }
  }
}

TEST(BlocksUntil, SaysNothingWhereNothingGrows) {
  EXPECT_EQ(BlocksUntil({}, Blocks({.2}), Verdict::kBetter, false), std::nullopt);
  EXPECT_EQ(BlocksUntil({}, Blocks({.2, -.2}), Verdict::kBetter, false), std::nullopt);
  EXPECT_EQ(BlocksUntil({}, Blocks({.2, -.2}), Verdict::kWorse, false), std::nullopt);
  EXPECT_EQ(BlocksUntil({}, Blocks({.1, .2}), Verdict::kWorse, false), std::nullopt);
  EXPECT_EQ(BlocksUntil({}, Blocks(std::vector<double>(40, .2)), Verdict::kBetter, false), 0);
  // One bet alone: k >= (ln 20) / ln(1 + .5).
  const EvidenceOptions one{.lambdas = {.5}};
  EXPECT_EQ(BlocksUntil(one, Blocks({.25, .25}), Verdict::kBetter, true),
            std::ceil(std::log(20) / std::log(1.5)));
}

}  // namespace
}  // namespace galley::stats
