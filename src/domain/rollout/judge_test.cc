#include "domain/rollout/judge.h"

#include <cmath>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace galley::rollout {
namespace {

constexpr std::int64_t kFirst = 117;
constexpr std::int64_t kBrands = 11;
constexpr std::uint64_t kRows = 80;

/// Eight windows of eleven blocks whose means are shift + 0.3 sin(1.7 k), k from 0 on.
std::vector<observe::PairedBlock> BlocksOf(double shift, double sign = 1) {
  std::vector<observe::PairedBlock> blocks;
  for (std::int64_t at = 0; at < 8 * kBrands; ++at) {
    const double mean = sign * (shift + 0.3 * std::sin(1.7 * static_cast<double>(at)));
    blocks.push_back({.window = kFirst + at / kBrands,
                      .value = std::to_string(at % kBrands + 1),
                      .block = {.sum = mean * static_cast<double>(kRows), .rows = kRows}});
  }
  return blocks;
}

AnalysisSettings Settings() {
  return {.monitor = "demand"};
}

// ln of the mean over lambda in {.1 .2 .3 .5 .7 .9} of prod(1 + lambda v), and the same with -v,
// after each window; v = clip(mean / 0.25, -1, 1). Computed with NumPy 2.4.
constexpr std::pair<double, double> kAnswers[] = {
    {0.630136198857, -1.361814767422}, {1.295310647382, -2.002943636813},
    {1.974938745445, -2.503595188244}, {2.689988110091, -2.943945716810},
    {3.432917750394, -3.346933825845}, {4.199881828918, -3.727849002301},
    {4.969279450335, -4.089858340486}, {5.753183767394, -4.444214881758},
};

/// The first of them that is at least ln 20.
constexpr std::int64_t kPass = 4;

TEST(JudgeTest, KnownAnswers) {
  const auto blocks = BlocksOf(0.1);
  for (std::int64_t at = 0; at < 8; ++at) {
    const Look look = LookAt(Settings(), blocks, kFirst - 1, kFirst + at);
    const auto& [better, worse] = kAnswers[at];
    EXPECT_EQ(look.window, kFirst + at);
    if (at > kPass) continue;  // The first verdict holds, with the evidence that it was made of.
    EXPECT_NEAR(look.log_e_better, better, 1e-9);
    EXPECT_NEAR(look.log_e_worse, worse, 1e-9);
    EXPECT_EQ(look.rows, (at + 1) * kBrands * static_cast<std::int64_t>(kRows));
    EXPECT_EQ(look.blocks, (at + 1) * kBrands);
    EXPECT_EQ(look.windows, at + 1);
    EXPECT_EQ(look.verdict, at == kPass ? Verdict::kPass : Verdict::kNone);
  }
}

TEST(JudgeTest, ALostWindowChangesNoVerdict) {
  const Look look = LookAt(Settings(), BlocksOf(0.1), kFirst - 1, kFirst + 7);
  EXPECT_EQ(look.verdict, Verdict::kPass);
  EXPECT_NEAR(look.log_e_better, kAnswers[kPass].first, 1e-9);
  EXPECT_EQ(look.windows, kPass + 1);
}

TEST(JudgeTest, WorseIsAFailure) {
  const Look look = LookAt(Settings(), BlocksOf(0.1, -1), kFirst - 1, kFirst + kPass);
  EXPECT_EQ(look.verdict, Verdict::kFail);
  EXPECT_NEAR(look.log_e_worse, kAnswers[kPass].first, 1e-9);
  EXPECT_NEAR(look.log_e_better, kAnswers[kPass].second, 1e-9);
}

TEST(JudgeTest, NoEvidenceAfterTheLastWindow) {
  const auto blocks = BlocksOf(0);
  EXPECT_EQ(LookAt(Settings(), blocks, kFirst - 1, kFirst + 6).verdict, Verdict::kNone);
  const Look last = LookAt(Settings(), blocks, kFirst - 1, kFirst + 7);
  EXPECT_EQ(last.verdict, Verdict::kInconclusive);
  EXPECT_TRUE(last.reason.starts_with("no evidence: ln E")) << last.reason;
}

TEST(JudgeTest, WindowsBeforeItBeganAndAfterItDoNotCount) {
  const auto blocks = BlocksOf(0.1);
  const Look look = LookAt(Settings(), blocks, kFirst, kFirst + 1);
  EXPECT_EQ(look.blocks, kBrands);
  EXPECT_EQ(LookAt(Settings(), blocks, std::nullopt, kFirst + 1).blocks, 2 * kBrands);
}

TEST(JudgeTest, AWindowWithoutRowsIsNoData) {
  auto blocks = BlocksOf(0);
  std::erase_if(blocks, [](const auto& block) { return block.window == kFirst + 1; });
  EXPECT_EQ(LookAt(Settings(), blocks, kFirst - 1, kFirst + 1).verdict, Verdict::kNoData);
  EXPECT_EQ(LookAt(Settings(), {}, std::nullopt, kFirst).verdict, Verdict::kNoData);
  const Look after = LookAt(Settings(), blocks, kFirst - 1, kFirst + 7);
  EXPECT_EQ(after.windows, 7) << "it counts for nothing";
  EXPECT_EQ(after.verdict, Verdict::kNone);
}

TEST(JudgeTest, NothingIsSaidBeforeTheSmallestSample) {
  AnalysisSettings settings = Settings();
  settings.min_windows = 8;
  EXPECT_EQ(LookAt(settings, BlocksOf(0.1), kFirst - 1, kFirst + 6).verdict, Verdict::kNone);
  EXPECT_EQ(LookAt(settings, BlocksOf(0.1), kFirst - 1, kFirst + 7).verdict, Verdict::kPass);
  settings.min_windows = 1;
  settings.min_rows = 1'000'000;
  EXPECT_EQ(LookAt(settings, BlocksOf(0.1), kFirst - 1, kFirst + 7).verdict,
            Verdict::kInconclusive);
}

TEST(JudgeTest, ConditionsAreOfTheChallengersCounts) {
  const observe::QualityCounts counts{.predictions = 10,
                                      .true_positives = 2,
                                      .false_positives = 1,
                                      .false_negatives = 1,
                                      .true_negatives = 6};
  const auto breach = [&](std::string_view text) { return Breach(*ParseCondition(text), counts); };
  EXPECT_EQ(breach("accuracy >= 0.8"), "");
  EXPECT_EQ(breach("accuracy > 0.8"), "accuracy is 0.8000, which is not > 0.8");
  EXPECT_EQ(breach("accuracy<=0.8"), "");
  EXPECT_EQ(breach("recall < 0.5"), "recall is 0.6667, which is not < 0.5");
  EXPECT_EQ(Breach(*ParseCondition("accuracy > 0.8"), {}), "") << "not known";
  for (const std::string_view wrong : {"", "accuracy", "taste > 1", "accuracy > x", "recall >",
                                       "accuracy > inf", "accuracy == 1"}) {
    EXPECT_FALSE(ParseCondition(wrong).has_value()) << wrong;
  }
}

}  // namespace
}  // namespace galley::rollout
