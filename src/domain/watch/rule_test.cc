#include "domain/watch/rule.h"

#include <string>

#include <gtest/gtest.h>

#include "foundation/yaml/yaml.h"

namespace galley::watch {
namespace {

observe::QualityCounts Counts(std::int64_t right, std::int64_t wrong) {
  observe::QualityCounts counts;
  counts.predictions = right + wrong + 10;
  counts.true_negatives = right;
  counts.false_positives = wrong;
  return counts;
}

RuleSettings OfMonitor(std::string expression) {
  return {.monitor = "m", .expr = std::move(expression)};
}

TEST(Read, ComparesAMetricOfAllWindowsTogether) {
  const auto hit = Read(OfMonitor("accuracy < 0.9"), Counts(89, 11));
  ASSERT_TRUE(hit) << hit.error().message;
  EXPECT_EQ(hit->seen, Seen::kHit);
  EXPECT_EQ(hit->value, 0.89);
  EXPECT_EQ(hit->limit, 0.9);
  EXPECT_EQ(hit->sample, 100);
  EXPECT_EQ(Read(OfMonitor("accuracy < 0.9"), Counts(90, 10))->seen, Seen::kMiss);
  EXPECT_EQ(Read(OfMonitor("accuracy <= 0.9"), Counts(90, 10))->seen, Seen::kHit);
  EXPECT_EQ(Read(OfMonitor("coverage > 0.5"), Counts(90, 10))->seen, Seen::kHit);
  EXPECT_EQ(Read(OfMonitor("predictions == 110"), Counts(90, 10))->seen, Seen::kHit);
}

TEST(Read, HasNoDataWithoutLabelsOrWithTooFew) {
  RuleSettings rule = OfMonitor("accuracy < 0.9");
  EXPECT_EQ(Read(rule, Counts(0, 0))->seen, Seen::kNoData);
  EXPECT_EQ(Read(OfMonitor("conversion < 0.05"), Counts(1, 1))->seen, Seen::kNoData);
  rule.min_labels = 101;
  EXPECT_EQ(Read(rule, Counts(50, 50))->seen, Seen::kNoData);
  rule.min_labels = 100;
  EXPECT_EQ(Read(rule, Counts(50, 50))->seen, Seen::kHit);
}

TEST(Read, NeedsAllOfSeveralComparisons) {
  const auto rule = OfMonitor("accuracy < 0.9 AND accuracy_high < 0.9");
  EXPECT_EQ(Read(rule, Counts(89, 11))->seen, Seen::kMiss);
  EXPECT_GT(Read(rule, Counts(89, 11))->value, 0.9);
  EXPECT_EQ(Read(rule, Counts(50, 50))->seen, Seen::kHit);
  EXPECT_EQ(Read(rule, Counts(50, 50))->value, 0.5);
}

TEST(Read, LooksAtTheTrafficOfAnEndpoint) {
  const RuleSettings rule{.endpoint = "e", .expr = "error_ratio > 0.01"};
  EXPECT_EQ(Read(rule, observe::Traffic{.requests = 100, .failed = 1})->seen, Seen::kMiss);
  EXPECT_EQ(Read(rule, observe::Traffic{.requests = 100, .failed = 2})->seen, Seen::kHit);
  EXPECT_EQ(Read(rule, observe::Traffic{})->seen, Seen::kNoData);
}

struct WrongFile {
  std::string text;
  std::string message;
};

class WrongRules : public testing::TestWithParam<WrongFile> {};

TEST_P(WrongRules, AreRefusedWithLineAndKey) {
  const auto document = yaml::Parse("rule:\n" + GetParam().text, "galley.yaml");
  ASSERT_TRUE(document) << document.error().message;
  const auto rule = ReadRule(*document, *document->root.Find("rule"), "alerts.rule");
  ASSERT_FALSE(rule);
  EXPECT_EQ(rule.error().code, Code::kInvalidArgument);
  EXPECT_EQ(rule.error().message.substr(0, GetParam().message.size()), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongRules,
    testing::Values(
        WrongFile{"  expr: drift\n", "galley.yaml:2:3: 'alerts.rule' must have 'monitor' or"},
        WrongFile{"  monitor: m\n  endpoint: e\n  expr: labels < 1\n",
                  "galley.yaml:2:3: 'alerts.rule' has both"},
        WrongFile{"  monitor: m\n", "galley.yaml:2:3: 'alerts.rule.expr' "},
        WrongFile{"  monitor: m\n  expr: acuracy < 0.9\n",
                  "galley.yaml:3:3: 'alerts.rule.expr' is wrong: there is no metric 'acuracy'; "
                  "there are: accuracy, accuracy_low"},
        WrongFile{"  monitor: m\n  expr: accuracy 0.9\n", "galley.yaml:3:3: 'alerts.rule.expr' is"},
        WrongFile{"  monitor: m\n  expr: accuracy < high\n",
                  "galley.yaml:3:3: 'alerts.rule.expr' is"},
        WrongFile{"  monitor: m\n  expr: accuracy < 1 OR labels < 1\n",
                  "galley.yaml:3:3: 'alerts.rule.expr' is"},
        WrongFile{"  endpoint: e\n  expr: accuracy < 1\n",
                  "galley.yaml:3:3: 'alerts.rule.expr' is wrong: there is no metric 'accuracy'; "
                  "there are: p50_ms"},
        WrongFile{"  endpoint: e\n  expr: drift\n",
                  "galley.yaml:3:3: 'alerts.rule.expr' 'drift' is of rules with 'monitor'"},
        WrongFile{"  monitor: m\n  expr: labels < 1\n  span: 0\n",
                  "galley.yaml:4:3: 'alerts.rule.span' must be from 1 to 1000, not 0"},
        WrongFile{"  monitor: m\n  expr: drift\n  span: 4\n",
                  "galley.yaml:4:3: 'alerts.rule.span' has no place"},
        WrongFile{"  endpoint: e\n  expr: requests < 1\n  min_labels: 3\n",
                  "galley.yaml:4:3: 'alerts.rule.min_labels' is of rules with 'monitor'"},
        WrongFile{"  monitor: m\n  expr: labels < 1\n  seconds: 3\n",
                  "galley.yaml:4:3: 'alerts.rule.seconds' is of rules with 'endpoint'"},
        WrongFile{"  endpoint: e\n  expr: requests < 1\n  seconds: 0.5\n",
                  "galley.yaml:4:3: 'alerts.rule.seconds' must be from 1 to 86400"},
        WrongFile{"  monitor: m\n  expr: labels < 1\n  for: -1\n",
                  "galley.yaml:4:3: 'alerts.rule.for' must be from 0 to 1e12, not -1"},
        WrongFile{"  monitor: m\n  expr: labels < 1\n  for: 5m\n",
                  "galley.yaml:4:3: 'alerts.rule.for'"},
        WrongFile{"  monitor: m\n  expr: labels < 1\n  no_data: ignore\n",
                  "galley.yaml:4:3: 'alerts.rule.no_data' must be keep, inactive or alert"},
        WrongFile{"  monitor: m\n  expr: labels < 1\n  when: 3\n",
                  "galley.yaml:4:3: there is no field 'alerts.rule.when'"},
        WrongFile{"  monitor: m\n  expr: labels < 1\n  labels: {tier: 1}\n",
                  "galley.yaml:4:3: 'alerts.rule.labels' has a 'tier' that is a whole number"},
        WrongFile{"  monitor: m\n  expr: labels < 1\n  labels: {column: a}\n",
                  "galley.yaml:4:3: 'alerts.rule.labels' has 'column', which Galley itself sets"},
        WrongFile{
            "  monitor: m\n  expr: labels < 1\n  labels: {a: " + std::string(8192, 'x') + "}\n",
            "galley.yaml:4:3: 'alerts.rule.labels' has 8200 bytes; the limit is 8192"},
        WrongFile{"  monitor: m\n  expr: labels < 1\n  labels: {a-b: a}\n",
                  "galley.yaml:4:3: 'alerts.rule.labels' has the name 'a-b'"},
        WrongFile{"  monitor: m\n  expr: labels < 1\n  annotations: {a: 'is {{ $value }}'}\n",
                  "galley.yaml:4:3: 'alerts.rule.annotations' has a template in 'a'"}));

TEST(ParseRule, WritesWhatItReads) {
  const auto rule = ParseRule(
      R"({"monitor":"m","expr":"accuracy < 0.9","for":1,"labels":{"a":"ä \"x\"\n", "b":"1"}})");
  ASSERT_TRUE(rule) << rule.error().message;
  const auto again = ParseRule(SettingsJson(*rule));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(SettingsJson(*again), SettingsJson(*rule));
  EXPECT_EQ((*TextsOf(rule->labels))[0].second, "ä \"x\"\n");
  EXPECT_FALSE(ParseRule(R"({"monitor":"m","expr":"labels < 1","labels":{"a":{}}})"));
}

TEST(Rule, TextsAreThoseOfTheJson) {
  for (const std::string_view text :
       {R"("\ud83d\ude00 hot")", R"("\\ud83d\\ude00")", R"("a\tb \u00e9 \"x\"")", R"("\ud83d")"}) {
    const auto rule = ParseRule(fmt::format(
        R"({{"monitor": "m", "expr": "accuracy < 0.9", "annotations": {{"a": {}}}}})", text));
    if (text == R"("\ud83d")") {
      EXPECT_FALSE(rule);
      continue;
    }
    ASSERT_TRUE(rule) << rule.error().message;
    const std::string known = text.contains("hot")     ? "\xF0\x9F\x98\x80 hot"
                              : text.contains("ude00") ? "\\ud83d\\ude00"
                                                       : "a\tb \xC3\xA9 \"x\"";
    EXPECT_EQ((*TextsOf(rule->annotations))[0].second, known);
    EXPECT_EQ(SettingsJson(*ParseRule(SettingsJson(*rule))), SettingsJson(*rule));
  }
}

}  // namespace
}  // namespace galley::watch
