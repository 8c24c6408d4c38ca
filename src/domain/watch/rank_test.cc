// Scores of candidates, of look-backs made by hand.
#include "domain/watch/rank.h"

#include <algorithm>
#include <functional>
#include <random>

#include <gtest/gtest.h>

namespace galley::watch {
namespace {

using observe::QualityCounts;

/// So many rows of which so many are right; the yes ones are so many.
QualityCounts Counts(std::int64_t rows, std::int64_t right, std::int64_t yes = 0) {
  QualityCounts counts;
  counts.predictions = rows;
  counts.true_positives = std::min(yes, right);
  counts.true_negatives = right - counts.true_positives;
  counts.false_negatives = yes - counts.true_positives;
  counts.false_positives = rows - right - counts.false_negatives;
  return counts;
}

Id VariantId(std::uint8_t number) {
  Id id;
  id.bytes[15] = number;
  return id;
}

/// Windows 92 to 101; from 100 on accuracy is 0.7 instead of 0.9.
LookBack Fallen() {
  LookBack seen{.first = 92, .active = 100, .last = 101, .fall = 100};
  VariantFacts variant{.id = VariantId(1), .name = "juice@1", .answered = {}, .all = {}};
  for (std::int64_t window = 92; window <= 101; ++window) {
    WindowFacts facts{.window = window, .counts = Counts(100, window < 100 ? 90 : 70)};
    facts.traffic.requests = 100;
    (window < 100 ? seen.before : seen.after).Merge(facts.counts);
    variant.answered[window] = facts.counts;
    variant.all[window] = facts.counts;
    seen.windows.push_back(std::move(facts));
  }
  seen.variants.push_back(std::move(variant));
  seen.columns = {{.column = "feat",
                   .threshold = 0.2,
                   .points = {{99, 0.05, false}, {100, 0.1, false}, {101, 0.15, false}},
                   .beyond_before = false,
                   .movement = {}}};
  seen.times_known = true;
  return seen;
}

const Candidate& Of(const std::vector<Candidate>& ranked, std::string_view kind) {
  return *std::ranges::find(ranked, kind, &Candidate::kind);
}

/// From a window on another variant answers, so many of 100 rows right.
void Deploy(LookBack& seen, std::int64_t from, std::int64_t right) {
  VariantFacts next{.id = VariantId(2), .name = "juice@2", .answered = {}, .all = {}};
  for (std::int64_t window = from; window <= seen.last; ++window) {
    seen.variants.front().answered.erase(window);
    seen.variants.front().all.erase(window);
    next.answered[window] = next.all[window] = Counts(100, right);
  }
  seen.variants.push_back(std::move(next));
}

TEST(Rank, NothingIsSuspectedWhereNothingMoved) {
  const auto ranked = Rank(Fallen());
  for (const Candidate& candidate : ranked) EXPECT_LT(candidate.score, kListedOnly);
  EXPECT_EQ(Of(ranked, "column").score, 0.19 * 0.15 / 0.2);
  EXPECT_FALSE(Of(ranked, "column").claims_data_fault);
}

TEST(Rank, AColumnIsScoredByItsExcessAndWhenItBegan) {
  LookBack seen = Fallen();
  seen.columns.front().points = {{99, 0.1, false}, {100, 0.4, false}, {101, 0.8, true}};
  EXPECT_DOUBLE_EQ(Of(Rank(seen), "column").score, 0.3 + 0.7 * (1 - 0.2 / 0.8));
  EXPECT_EQ(Of(Rank(seen), "column").since, 100);
  // It began when accuracy had fallen already.
  seen.fall = 95;
  EXPECT_DOUBLE_EQ(Of(Rank(seen), "column").score, 0.3 + 0.7 * (1 - 0.2 / 0.8) * 0.5);
  // It has been so all along.
  seen.fall = 100;
  seen.columns.front().points = {{92, 0.8, true}, {100, 0.8, true}, {101, 0.8, true}};
  seen.columns.front().beyond_before = true;
  EXPECT_DOUBLE_EQ(Of(Rank(seen), "column").score, 0.3 + 0.7 * (1 - 0.2 / 0.8) * 0.6);
  seen.columns.front().beyond_before.reset();
  EXPECT_DOUBLE_EQ(Of(Rank(seen), "column").score, 0.3 + 0.7 * (1 - 0.2 / 0.8) * 0.8);
}

TEST(Rank, TheColumnThatMovedFirstStandsAboveOneThatFollowedAsFar) {
  LookBack seen = Fallen();
  seen.columns = {{.column = "a_follower",
                   .threshold = 0.2,
                   .points = {{99, 0.1, false}, {100, 0.1, false}, {101, 0.8, false}},
                   .beyond_before = false,
                   .movement = {}},
                  {.column = "mover",
                   .threshold = 0.2,
                   .points = {{99, 0.1, false}, {100, 0.8, false}, {101, 0.8, true}},
                   .beyond_before = false,
                   .movement = {}}};
  const auto ranked = Rank(seen);
  EXPECT_EQ(ranked[0].name, "mover");
  EXPECT_EQ(ranked[1].name, "a_follower");
}

TEST(Rank, ANewWarningSupportsItsColumnAndNeverMakesOneThatDidNotDriftAClaim) {
  LookBack seen = Fallen();
  ChangeFacts commit{.sequence = 41, .kind = "dataset.committed", .name = "sales@7", .window = 100};
  commit.outcome = "warned";
  commit.warnings = {
      {.check = "R13", .detail = "mean of feat is 0.8", .columns = {"feat"}, .is_new = true}};
  seen.datasets = {commit};
  EXPECT_LT(Of(Rank(seen), "column").score, kListedOnly);
  EXPECT_FALSE(Of(Rank(seen), "column").claims_data_fault);
  EXPECT_DOUBLE_EQ(Of(Rank(seen), "dataset").score, 0.4);
  EXPECT_EQ(Of(Rank(seen), "dataset").events, std::vector<std::int64_t>{41});
  seen.columns.front().points[1].distance = 0.8;
  seen.columns.front().points[2].distance = 0.8;
  const double alone = 0.3 + 0.7 * (1 - 0.2 / 0.8);
  EXPECT_DOUBLE_EQ(Of(Rank(seen), "column").score, alone + 0.3 * (1 - alone));
  EXPECT_EQ(Of(Rank(seen), "column").events, std::vector<std::int64_t>{41});
  seen.datasets.front().warnings.front().is_new = false;
  EXPECT_DOUBLE_EQ(Of(Rank(seen), "column").score, alone);
  EXPECT_DOUBLE_EQ(Of(Rank(seen), "dataset").score, 0.05);
}

TEST(Rank, ADeploymentCountsByWhatItExplainsAndWhenItWas) {
  LookBack seen = Fallen();
  Deploy(seen, 100, 70);
  EXPECT_DOUBLE_EQ(Of(Rank(seen), "model").score, 0.95);
  EXPECT_EQ(Rank(seen).front().name, "juice@2");
  // Three windows before the fall.
  LookBack earlier = Fallen();
  Deploy(earlier, 97, 70);
  EXPECT_DOUBLE_EQ(Of(Rank(earlier), "model").score, 0.95 / 4);
  // After it.
  LookBack later = Fallen();
  later.fall = 99;
  Deploy(later, 101, 70);
  EXPECT_LT(Of(Rank(later), "model").score, kListedOnly);
}

TEST(Rank, AFallThatTheVersionBeforeSharesIsNoneOfTheNewOnes) {
  LookBack seen = Fallen();
  Deploy(seen, 100, 70);
  for (const std::int64_t window : {100, 101}) {
    seen.variants.front().all[window] = Counts(100, 70);  // As a shadow.
  }
  EXPECT_LT(Of(Rank(seen), "model").score, kListedOnly);
  for (const std::int64_t window : {100, 101}) {
    seen.variants.front().all[window] = Counts(100, 90);
  }
  EXPECT_DOUBLE_EQ(Of(Rank(seen), "model").score, 0.95);
}

TEST(Rank, ARolloutExplainsWhatItsShareOfTheRowsLost) {
  LookBack seen = Fallen();
  VariantFacts canary{.id = VariantId(2), .name = "juice@2", .answered = {}, .all = {}};
  for (const std::int64_t window : {100, 101}) {
    seen.variants.front().answered[window] = Counts(60, 54);
    canary.answered[window] = Counts(40, 16);
  }
  seen.variants.push_back(canary);
  // 40 % of the rows, 50 points less accurate: all of the 20 points that were lost.
  EXPECT_DOUBLE_EQ(Of(Rank(seen), "rollout").score, 0.95);
  EXPECT_EQ(Of(Rank(seen), "model").score, 0);
}

TEST(Rank, FailuresLoadAndLatencyAreComparedWithBefore) {
  LookBack seen = Fallen();
  seen.fall.reset();
  EXPECT_LT(Of(Rank(seen), "worker").score, kListedOnly);
  for (WindowFacts& window : seen.windows) {
    if (window.window >= 100) window.traffic.failed = 30;
  }
  EXPECT_GT(Of(Rank(seen), "worker").score, 0.8);
  EXPECT_LT(Of(Rank(seen), "load").score, kListedOnly);
  seen.windows.back().counts.predictions = 800;
  EXPECT_DOUBLE_EQ(Of(Rank(seen), "load").score, 0.2 + 0.6 * 0.75);
  seen.windows.back().counts.predictions = 25;
  EXPECT_DOUBLE_EQ(Of(Rank(seen), "load").score, 0.2 + 0.6 * 0.5);
}

TEST(Rank, RunsThatDidNotEndWellAreListedByWhenTheyDidNot) {
  LookBack seen = Fallen();
  seen.pipelines = {{.sequence = 5,
                     .kind = "pipeline_run.ended",
                     .name = "k run 1",
                     .window = 99,
                     .outcome = "succeeded"},
                    {.sequence = 6,
                     .kind = "pipeline_run.ended",
                     .name = "k run 2",
                     .window = 99,
                     .outcome = "refused"},
                    {.sequence = 7,
                     .kind = "pipeline_run.ended",
                     .name = "k run 3",
                     .window = 95,
                     .outcome = "failed"}};
  const Candidate pipeline = Of(Rank(seen), "pipeline");
  EXPECT_DOUBLE_EQ(pipeline.score, 0.3);
  EXPECT_EQ(pipeline.name, "k run 2");
  EXPECT_EQ(pipeline.events, (std::vector<std::int64_t>{6, 7}));
}

TEST(Rank, ABaseRateExplainsWhatTheFormerRecallsWouldHaveLost) {
  LookBack seen = Fallen();
  // Before: 10 % yes, none of them recognised, all noes are: 90 % right. After: 30 % yes.
  seen.before = Counts(800, 720, 80);
  seen.before.true_negatives += seen.before.true_positives;
  seen.before.false_negatives += seen.before.true_positives;
  seen.before.false_positives = 0;
  seen.before.true_positives = 0;
  seen.before.true_negatives = 720;
  seen.before.false_negatives = 80;
  seen.after = {};
  seen.after.predictions = 200;
  seen.after.true_negatives = 140;
  seen.after.false_negatives = 60;
  EXPECT_DOUBLE_EQ(Of(Rank(seen), "base_rate").score, 0.6);
}

TEST(FindFall, NamesTheWindowAndIsNotMovedByWeeksThatDifferByNature) {
  EXPECT_EQ(FindFall(Fallen().windows), 100);
  LookBack risen = Fallen();
  for (WindowFacts& window : risen.windows) {
    window.counts = Counts(100, window.window < 100 ? 70 : 90);
  }
  EXPECT_EQ(FindFall(risen.windows), std::nullopt);
  // Weekly accuracies as they come, spread far beyond what counts would make them.
  const std::int64_t right[] = {900, 860, 940, 880, 930, 870, 910, 890, 950, 865};
  LookBack restless = Fallen();
  for (std::size_t at = 0; at < restless.windows.size(); ++at) {
    restless.windows[at].counts = Counts(1000, right[at]);
  }
  EXPECT_EQ(FindFall(restless.windows), std::nullopt);
  EXPECT_EQ(FindFall({}), std::nullopt);
}

TEST(Rank, IsInOrderAndWithinBoundsWhateverWasSeen) {
  std::mt19937 random(11);
  const auto below = [&random](std::int64_t bound) {
    return static_cast<std::int64_t>(random()) % bound;
  };
  const auto counts = [&below] {
    const std::int64_t rows = below(300);
    const std::int64_t right = rows == 0 ? 0 : below(rows + 1);
    QualityCounts one = Counts(rows, right, right == 0 ? 0 : below(right + 1));
    one.predictions += below(50);
    return one;
  };
  for (int round = 0; round < 2000; ++round) {
    LookBack seen{.first = 92, .active = 92 + below(10), .last = 101};
    if (below(2) == 0) seen.fall = 92 + below(10);
    for (std::int64_t number = below(4); number > 0; --number) {
      seen.variants.push_back({.id = VariantId(static_cast<std::uint8_t>(number)),
                               .name = "v",
                               .answered = {},
                               .all = {}});
    }
    for (std::int64_t window = 92; window <= 101; ++window) {
      if (below(4) == 0) continue;
      WindowFacts facts{.window = window, .counts = counts()};
      facts.traffic.requests = below(100);
      facts.traffic.failed = facts.traffic.requests == 0 ? 0 : below(facts.traffic.requests + 1);
      (window < seen.turn() ? seen.before : seen.after).Merge(facts.counts);
      for (VariantFacts& variant : seen.variants) {
        if (below(2) == 0) variant.answered[window] = counts();
        variant.all[window] = counts();
      }
      seen.windows.push_back(std::move(facts));
    }
    for (std::int64_t at = below(5); at > 0; --at) {
      ColumnFacts column{.column = fmt::format("c{}", at), .threshold = 0.2, .points = {}};
      for (std::int64_t window = 92; window <= 101; ++window) {
        if (below(3) > 0) {
          column.points.push_back({window, static_cast<double>(below(1000)) / 1000, below(5) == 0});
        }
      }
      seen.columns.push_back(std::move(column));
      seen.slices.push_back({.slice = at > 2 ? "a" : "b",
                             .value = fmt::format("{}", at),
                             .before = counts(),
                             .after = counts()});
    }
    const auto ranked = Rank(seen);
    EXPECT_TRUE(std::ranges::is_sorted(ranked, std::greater(), &Candidate::score));
    for (const Candidate& candidate : ranked) {
      ASSERT_TRUE(candidate.score >= 0 && candidate.score <= 1)
          << candidate.kind << " " << candidate.score;
      if (candidate.kind == "column" && !candidate.claims_data_fault) {
        ASSERT_LT(candidate.score, kListedOnly);
      }
      ASSERT_FALSE(candidate.what.empty());
    }
    for (const std::string_view kind : kCandidateKinds) {
      ASSERT_NE(std::ranges::find(ranked, kind, &Candidate::kind), ranked.end()) << kind;
    }
  }
}

}  // namespace
}  // namespace galley::watch
