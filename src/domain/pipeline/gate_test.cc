#include "domain/pipeline/gate.h"

#include <cmath>

#include <gtest/gtest.h>

namespace galley::pipeline {
namespace {

Candidate Trained(std::string job, Metrics metrics) {
  return {.facts = {.job = std::move(job)}, .metrics = std::move(metrics)};
}

Gate GateOf(std::vector<GateRule> rules, std::string best = "") {
  return {.candidates = {"train"}, .best = std::move(best), .rules = std::move(rules)};
}

GateRule AtLeast(std::string metric, double limit) {
  return {.id = "G1", .metric = std::move(metric), .number = limit};
}

TEST(GateTest, PatternsFitPartsBetweenDots) {
  const auto fits = [](std::string_view pattern, std::string_view name) {
    const auto stars = FitsPattern(pattern, name);
    return stars ? "yes:" + *stars : "no";
  };
  EXPECT_EQ(fits("a.b", "a.b"), "yes:");
  EXPECT_EQ(fits("a.b", "a.bc"), "no");
  EXPECT_EQ(fits("stores.*.accuracy", "stores.111.accuracy"), "yes:111");
  EXPECT_EQ(fits("stores.*.accuracy", "stores.1.2.accuracy"), "no");
  EXPECT_EQ(fits("stores.*.accuracy", "stores..accuracy"), "no");
  EXPECT_EQ(fits("*.*", "a.b"), "yes:a.b");
  EXPECT_EQ(fits("fold_*.auc", "fold_76.auc"), "yes:76");
  EXPECT_EQ(fits("fold_*.auc", "fold_.auc"), "no");
  EXPECT_EQ(fits("*", "a.b"), "no");
  EXPECT_EQ(fits("a.*", "a"), "no");
}

struct Comparison {
  Relation relation;
  double value;
  double limit;
  bool holds;
};
constexpr Comparison kComparisons[] = {
    {Relation::kAtLeast, 0.9, 0.9, true}, {Relation::kAtLeast, 0.8999999, 0.9, false},
    {Relation::kAtMost, 0.9, 0.9, true},  {Relation::kAtMost, 0.9000001, 0.9, false},
    {Relation::kAbove, 0.9, 0.9, false},  {Relation::kAbove, 0.9000001, 0.9, true},
    {Relation::kBelow, 0.9, 0.9, false},  {Relation::kBelow, 0.8999999, 0.9, true},
};

TEST(GateTest, LimitsAreInclusiveOrStrict) {
  for (const Comparison& it : kComparisons) {
    GateRule rule = AtLeast("auc", it.limit);
    rule.relation = it.relation;
    const auto evidence =
        Weigh(GateOf({rule}), {Trained("train", {{"auc", it.value}})}, std::nullopt, {});
    ASSERT_TRUE(evidence.has_value());
    EXPECT_EQ(evidence->passed, it.holds) << evidence->summary;
  }
}

TEST(GateTest, TheWorstSliceIsNamed) {
  const Metrics metrics = {{"stores.1.acc", 0.9}, {"stores.2.acc", 0.7}, {"stores.3.acc", 0.75}};
  const auto evidence =
      Weigh(GateOf({AtLeast("stores.*.acc", 0.8)}), {Trained("train", metrics)}, std::nullopt, {});
  ASSERT_TRUE(evidence.has_value());
  const RuleEvidence& rule = evidence->candidates[0].rules[0];
  EXPECT_FALSE(evidence->passed);
  EXPECT_EQ(rule.slice, "2");
  EXPECT_EQ(rule.value, "0.7");
  EXPECT_EQ(rule.slices, 3);
  EXPECT_EQ(rule.note, "2 of 3 slices break it");
  EXPECT_EQ(evidence->summary, "G1: stores.*.acc (2) 0.7 is not >= 0.8");
}

TEST(GateTest, AMeanIsOfAllSlices) {
  GateRule rule = AtLeast("folds.*.acc", 0.9);
  rule.is_mean = true;
  const auto judge = [&rule](double last) {
    return Weigh(
               GateOf({rule}),
               {Trained("train",
                        {{"folds.76.acc", 0.94}, {"folds.84.acc", 0.90}, {"folds.92.acc", last}})},
               std::nullopt, {})
        ->passed;
  };
  EXPECT_TRUE(judge(0.87));
  EXPECT_FALSE(judge(0.85));
}

TEST(GateTest, OtherMetricsAreLimits) {
  GateRule rule{.id = "G1", .metric = "acc", .limit_of = LimitOf::kJob};
  rule.limit_job = "baselines";
  rule.limit_metric = "majority.acc";
  rule.number = 0.05;
  const std::map<std::string, Metrics> others = {{"baselines", {{"majority.acc", 0.84}}}};
  const auto judge = [&](double value) {
    return *Weigh(GateOf({rule}), {Trained("train", {{"acc", value}})}, std::nullopt, others);
  };
  EXPECT_TRUE(judge(0.9).passed);
  EXPECT_FALSE(judge(0.88).passed);
  EXPECT_EQ(judge(0.9).candidates[0].rules[0].against, "majority.acc of job 'baselines', +0.05");

  rule.limit_of = LimitOf::kCandidate;
  rule.limit_metric = "base";
  const auto own =
      Weigh(GateOf({rule}), {Trained("train", {{"acc", 0.9}, {"base", 0.86}})}, std::nullopt, {});
  EXPECT_FALSE(own->passed);
}

TEST(GateTest, TheChampionIsComparedSliceBySlice) {
  GateRule rule{.id = "G1", .metric = "s.*.acc", .limit_of = LimitOf::kChampion};
  rule.limit_metric = "s.*.acc";
  Gate gate = GateOf({rule});
  gate.champion = ChampionName{.endpoint = "demand"};
  const Champion champion{.facts = {.model = "juice@1"},
                          .metrics = {{"s.a.acc", 0.8}, {"s.b.acc", 0.6}}};
  const auto judge = [&](double a, double b) {
    return *Weigh(gate, {Trained("train", {{"s.a.acc", a}, {"s.b.acc", b}, {"s.new.acc", 0.1}})},
                  champion, {});
  };
  EXPECT_TRUE(judge(0.8, 0.6).passed);
  const auto refused = judge(0.9, 0.5);
  EXPECT_FALSE(refused.passed);
  EXPECT_EQ(refused.candidates[0].rules[0].slice, "b");
  EXPECT_EQ(refused.candidates[0].rules[0].slices, 2);
  const Champion stranger{.facts = {.model = "juice@1"}, .metrics = {{"s.z.acc", 0.8}}};
  const auto none = Weigh(gate, {Trained("train", {{"s.a.acc", 1}})}, stranger, {});
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().message,
            "no slice of 's.*.acc' of job 'train' is one of s.*.acc of the champion juice@1");
}

TEST(GateTest, WithoutAChampionItsRulesHoldUnlessItIsRequired) {
  GateRule rule{.id = "G1", .metric = "acc", .limit_of = LimitOf::kChampion};
  rule.limit_metric = "acc";
  Gate gate = GateOf({rule});
  gate.champion = ChampionName{.endpoint = "demand"};
  const Champion nobody{.facts = {.missing = "there is no endpoint 'demand' yet"}};
  const std::vector<Candidate> candidates = {Trained("train", {{"acc", 0.5}})};
  EXPECT_TRUE(Weigh(gate, candidates, nobody, {})->passed);
  gate.champion->is_required = true;
  const auto refused = Weigh(gate, candidates, nobody, {});
  EXPECT_FALSE(refused->passed);
  EXPECT_EQ(refused->summary, "G1: there is no endpoint 'demand' yet");
}

TEST(GateTest, TheBestOfThoseThatPassWins) {
  const std::vector<Candidate> candidates = {
      Trained("train[a]", {{"acc", 0.91}, {"worst", 0.85}}),
      Trained("train[b]", {{"acc", 0.95}, {"worst", 0.70}}),
      Trained("train[c]", {{"acc", 0.93}, {"worst", 0.85}}),
      Trained("train[d]", {{"acc", 0.93}, {"worst", 0.90}}),
  };
  Gate gate = GateOf({AtLeast("worst", 0.8)}, "acc");
  EXPECT_EQ(Weigh(gate, candidates, std::nullopt, {})->Winner()->job, "train[c]");
  gate.is_lower_better = true;
  EXPECT_EQ(Weigh(gate, candidates, std::nullopt, {})->Winner()->job, "train[a]");
  gate.rules[0].number = 0.95;
  gate.is_lower_better = false;
  const auto refused = Weigh(gate, candidates, std::nullopt, {});
  EXPECT_EQ(refused->Winner(), nullptr);
  EXPECT_EQ(refused->summary,
            "none of 4 candidates holds all rules; the best of them, 'train[b]': "
            "G1: worst 0.7 is not >= 0.95");
}

TEST(GateTest, OneThatDidNotEndWellIsNoCandidate) {
  Candidate failed = Trained("train[a]", {});
  failed.facts.reason = "it failed";
  const Gate gate = GateOf({AtLeast("acc", 0.9)}, "acc");
  const auto other = Weigh(gate, {failed, Trained("train[b]", {{"acc", 1}})}, std::nullopt, {});
  EXPECT_EQ(other->Winner()->job, "train[b]");
  const auto none = Weigh(gate, {failed}, std::nullopt, {});
  EXPECT_FALSE(none->passed);
  EXPECT_EQ(none->summary, "no candidate: it failed");
}

TEST(GateTest, WhatIsNotThereOrNoNumberIsAMistake) {
  const auto message = [](const Metrics& metrics) {
    const auto judged =
        Weigh(GateOf({AtLeast("acc", 0.9)}), {Trained("train", metrics)}, std::nullopt, {});
    return judged ? "" : judged.error().message;
  };
  EXPECT_EQ(message({{"auc", 1}}),
            "job 'train' has no number 'acc' among its metrics; it has: auc");
  EXPECT_EQ(message({}), "job 'train' has no number 'acc' among its metrics; it has: none");
  EXPECT_EQ(message({{"acc", std::nan("")}}),
            "the metric 'acc' of job 'train' is nan: nothing to compare with");
  EXPECT_EQ(message({{"acc", HUGE_VAL}}),
            "the metric 'acc' of job 'train' is inf: nothing to compare with");
}

TEST(GateTest, EvidenceComesBackAsItWas) {
  Gate gate = GateOf({AtLeast("acc", 0.1)}, "acc");
  gate.champion = ChampionName{.endpoint = "demand"};
  const Champion champion{.facts = {.endpoint = "demand", .model = "juice@1"}, .metrics = {}};
  const auto evidence = Weigh(gate, {Trained("train", {{"acc", 0.1 + 0.2}})}, champion, {});
  ASSERT_TRUE(evidence.has_value());
  EXPECT_EQ(evidence->candidates[0].value, "0.30000000000000004");
  const std::string json = EvidenceJson(*evidence);
  const auto back = ParseEvidence(json);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(EvidenceJson(*back), json);
  EXPECT_EQ(back->champion->endpoint, "demand");
}

}  // namespace
}  // namespace galley::pipeline
