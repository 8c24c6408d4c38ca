#include "domain/pipeline/read_gate.h"

#include <gtest/gtest.h>

namespace galley::pipeline {
namespace {

class NoFiles : public Files {
 public:
  Result<std::string> Read(const std::string& path) const override {
    return Fail(Code::kNotFound, "there is no file '{}'", path);
  }
};

Result<Pipeline> Read(const std::string& text) {
  const auto document = TRY(yaml::Parse(text, "galley.yaml"));
  return ReadPipeline(document, NoFiles(), {});
}

constexpr std::string_view kJobs =
    "params: {least: 0.9}\n"
    "jobs:\n"
    "  train: {run: x, matrix: {m: [a, b]}, metrics: ['${{ matrix.m }}.json']}\n"
    "  base: {run: x, metrics: [base.json]}\n"
    "  plain: {run: x}\n";

/// A pipeline whose gate is this, in flow style.
std::string With(std::string_view gate) {
  return fmt::format("{}  g: {{gate: {}}}\n", kJobs, gate);
}

TEST(ReadGateTest, EveryFormOfALimit) {
  const auto pipeline = Read(With(
      "{candidates: train, best: {metric: loss, direction: min}, champion: {endpoint: demand}, "
      "rules: [{metric: acc, min: '${{ params.least }}'}, {id: slow, metric: 's.*.ms', max: 1e2},"
      " {metric: acc, above: champion}, {metric: acc, below: {of: candidate, metric: other}},"
      " {metric: 'f.*.acc', aggregate: mean, min: {job: base, metric: m.acc, plus: -0.05}},"
      " {metric: acc, min: {of: champion, metric: val, plus: 0.01}}]}"));
  ASSERT_TRUE(pipeline.has_value()) << pipeline.error().message;
  const Job& job = *pipeline->Find("g");
  EXPECT_EQ(job.needs, (std::vector<std::string>{"train[a]", "train[b]", "base"}));
  const Gate& gate = *job.gate;
  EXPECT_EQ(gate.candidates, (std::vector<std::string>{"train[a]", "train[b]"}));
  EXPECT_EQ(gate.best, "loss");
  EXPECT_TRUE(gate.is_lower_better);
  EXPECT_EQ(gate.champion->endpoint, "demand");
  EXPECT_FALSE(gate.champion->is_required);
  ASSERT_EQ(gate.rules.size(), 6);
  EXPECT_EQ(gate.rules[0].id, "G1");
  EXPECT_EQ(gate.rules[0].number, 0.9);
  EXPECT_EQ(gate.rules[1].id, "slow");
  EXPECT_EQ(gate.rules[1].relation, Relation::kAtMost);
  EXPECT_EQ(gate.rules[1].number, 100);
  EXPECT_EQ(gate.rules[2].limit_of, LimitOf::kChampion);
  EXPECT_EQ(gate.rules[2].limit_metric, "acc");
  EXPECT_EQ(gate.rules[2].relation, Relation::kAbove);
  EXPECT_EQ(gate.rules[3].limit_of, LimitOf::kCandidate);
  EXPECT_EQ(gate.rules[3].relation, Relation::kBelow);
  EXPECT_EQ(gate.rules[4].limit_job, "base");
  EXPECT_EQ(gate.rules[4].number, -0.05);
  EXPECT_TRUE(gate.rules[4].is_mean);
  EXPECT_EQ(gate.rules[5].limit_metric, "val");
}

TEST(ReadGateTest, OneOfAMatrixCanBeTheCandidate) {
  const auto pipeline = Read(With("{candidates: 'train[b]', rules: [{metric: acc, min: 1}]}"));
  ASSERT_TRUE(pipeline.has_value()) << pipeline.error().message;
  EXPECT_EQ(pipeline->Find("g")->gate->candidates, std::vector<std::string>{"train[b]"});
}

struct Case {
  const char* gate;
  const char* message;
};
constexpr Case kCases[] = {
    {"3", "galley.yaml:6:13: 'jobs.g.gate' must be a mapping, not '3'"},
    {"{}", "galley.yaml:6:7: 'jobs.g.gate' must have the key 'candidates'"},
    {"{candidates: train}", "galley.yaml:6:7: 'jobs.g.gate' must have the key 'rules'"},
    {"{candidates: [], rules: [{metric: a, min: 1}]}",
     "galley.yaml:6:26: 'jobs.g.gate.candidates' names no job"},
    {"{candidates: nope, rules: [{metric: a, min: 1}]}",
     "galley.yaml:6:26: 'jobs.g.gate.candidates': there is no job 'nope'; there are: train, "
     "base, plain, g"},
    {"{candidates: plain, rules: [{metric: a, min: 1}]}",
     "galley.yaml:6:26: 'jobs.g.gate.candidates' asks for metrics of job 'plain', which has none"},
    {"{candidates: train, rules: [{metric: a, min: 1}]}",
     "galley.yaml:6:3: 'jobs.g.gate' has 2 candidates: it must have the key 'best'"},
    {"{candidates: base, rules: {metric: a}}",
     "galley.yaml:6:39: 'jobs.g.gate.rules' must be a list of rules, not a mapping"},
    {"{candidates: base, rules: []}",
     "galley.yaml:6:39: 'jobs.g.gate.rules' has 0 rules; a gate has 1 to 100 of them"},
    {"{candidates: base, rules: [{min: 1}]}",
     "galley.yaml:6:40: 'jobs.g.gate.rules[0]' must have the key 'metric'"},
    {"{candidates: base, rules: [{metric: a}]}",
     "galley.yaml:6:40: 'jobs.g.gate.rules[0]' must have one of: min, max, above, below"},
    {"{candidates: base, rules: [{metric: a, min: 1, max: 2}]}",
     "galley.yaml:6:40: 'jobs.g.gate.rules[0]' must have only one of: min, max, above, below; "
     "write a second rule"},
    {"{candidates: base, rules: [{metric: a, min: good}]}",
     "galley.yaml:6:57: 'jobs.g.gate.rules[0].min' must be a number, 'champion' or a mapping: "
     "of, job, metric, plus, not 'good'"},
    {"{candidates: base, rules: [{metric: a, min: .nan}]}",
     "galley.yaml:6:57: 'jobs.g.gate.rules[0].min' must be a number, 'champion' or a mapping: "
     "of, job, metric, plus, not '.nan'"},
    {"{candidates: base, rules: [{metric: a, min: champion}]}",
     "galley.yaml:6:57: 'jobs.g.gate.rules[0].min' asks for a champion: the gate must have the "
     "key 'champion'"},
    {"{candidates: base, rules: [{metric: a, min: {of: champion}}]}",
     "galley.yaml:6:62: 'jobs.g.gate.rules[0].min.of' asks for a champion: the gate must have "
     "the key 'champion'"},
    {"{candidates: base, rules: [{metric: a, min: {of: baseline}}]}",
     "galley.yaml:6:62: 'jobs.g.gate.rules[0].min.of' must be 'champion' or 'candidate', not "
     "'baseline'"},
    {"{candidates: base, rules: [{metric: a, min: {of: candidate}}]}",
     "galley.yaml:6:52: 'jobs.g.gate.rules[0].min' must have 'metric': which other one"},
    {"{candidates: base, rules: [{metric: a, min: {metric: b}}]}",
     "galley.yaml:6:52: 'jobs.g.gate.rules[0].min' must have 'of' or 'job', one of them"},
    {"{candidates: base, rules: [{metric: a, min: {job: nope}}]}",
     "galley.yaml:6:63: 'jobs.g.gate.rules[0].min.job': there is no job 'nope'; there are: "
     "train, base, plain, g"},
    {"{candidates: base, rules: [{metric: a, min: {job: train}}]}",
     "galley.yaml:6:3: rule 'G1' of 'jobs.g.gate' must name one job, not the 2 of 'train': "
     "train[a], train[b]"},
    {"{candidates: base, rules: [{metric: a, min: {job: plain}}]}",
     "galley.yaml:6:63: 'jobs.g.gate.rules[0].min.job' asks for metrics of job 'plain', which "
     "has none"},
    {"{candidates: base, rules: [{metric: a, min: {job: base, plus: more}}]}",
     "galley.yaml:6:75: 'jobs.g.gate.rules[0].min.plus' must be a number, not 'more'"},
    {"{candidates: base, rules: [{metric: a, min: {job: base, metric: 'b.*'}}]}",
     "galley.yaml:6:52: 'jobs.g.gate.rules[0].min' names slices by '*', but the rule's own "
     "metric is one"},
    {"{candidates: base, rules: [{metric: a, min: {job: base, by: 1}}]}",
     "galley.yaml:6:69: there is no key 'jobs.g.gate.rules[0].min.by'; there are: of, job, "
     "metric, plus"},
    {"{candidates: base, rules: [{metric: 'a.**', min: 1}]}",
     "galley.yaml:6:49: 'jobs.g.gate.rules[0].metric' must be a metric's dotted name of at "
     "most 500 bytes, with at most one '*' between dots, not 'a.**'"},
    {"{candidates: base, rules: [{metric: a..b, min: 1}]}",
     "galley.yaml:6:49: 'jobs.g.gate.rules[0].metric' must be a metric's dotted name of at "
     "most 500 bytes, with at most one '*' between dots, not 'a..b'"},
    {"{candidates: base, rules: [{metric: a, least: 1}]}",
     "galley.yaml:6:52: there is no key 'jobs.g.gate.rules[0].least'; there are: id, metric, "
     "aggregate, min, max, above, below, description"},
    {"{candidates: base, rules: [{metric: a, min: 1, aggregate: median}]}",
     "galley.yaml:6:71: 'jobs.g.gate.rules[0].aggregate' must be 'each' or 'mean', not 'median'"},
    {"{candidates: base, rules: [{id: 'a b', metric: a, min: 1}]}",
     "galley.yaml:6:45: 'jobs.g.gate.rules[0].id' must have 1 to 63 letters, digits, '_', '-', "
     "'.', not 'a b'"},
    {"{candidates: base, rules: [{id: x, metric: a, min: 1}, {id: x, metric: b, min: 1}]}",
     "galley.yaml:6:68: 'jobs.g.gate.rules[1]' is a second rule 'x'"},
    {"{candidates: base, best: 'a.*', rules: [{metric: a, min: 1}]}",
     "galley.yaml:6:38: 'jobs.g.gate.best' must name one metric: it may have no '*'"},
    {"{candidates: base, best: {direction: min}, rules: [{metric: a, min: 1}]}",
     "galley.yaml:6:32: 'jobs.g.gate.best' must have the key 'metric'"},
    {"{candidates: base, best: {metric: a, direction: up}, rules: [{metric: a, min: 1}]}",
     "galley.yaml:6:61: 'jobs.g.gate.best.direction' must be 'max' or 'min', not 'up'"},
    {"{candidates: base, champion: demand, rules: [{metric: a, min: 1}]}",
     "galley.yaml:6:42: 'jobs.g.gate.champion' must be a mapping, not 'demand'"},
    {"{candidates: base, champion: {}, rules: [{metric: a, min: 1}]}",
     "galley.yaml:6:32: 'jobs.g.gate.champion' must have 'endpoint', or else 'model' with 'alias'"},
    {"{candidates: base, champion: {endpoint: a, model: b}, rules: [{metric: a, min: 1}]}",
     "galley.yaml:6:32: 'jobs.g.gate.champion' must have 'endpoint', or else 'model' with 'alias'"},
    {"{candidates: base, champion: {model: b}, rules: [{metric: a, min: 1}]}",
     "galley.yaml:6:32: 'jobs.g.gate.champion' must have 'alias' beside 'model'"},
    {"{candidates: base, champion: {endpoint: a, required: maybe}, rules: [{metric: a, min: 1}]}",
     "galley.yaml:6:66: 'jobs.g.gate.champion.required' must be true or false, not 'maybe'"},
    {"{candidates: base, baseline: x, rules: [{metric: a, min: 1}]}",
     "galley.yaml:6:32: there is no key 'jobs.g.gate.baseline'; there are: candidates, best, "
     "champion, rules"},
};

TEST(ReadGateTest, WhatIsWrongIsNamed) {
  for (const Case& it : kCases) {
    const auto pipeline = Read(With(it.gate));
    EXPECT_FALSE(pipeline.has_value()) << it.gate;
    if (!pipeline) EXPECT_EQ(pipeline.error().message, it.message) << it.gate;
  }
}

TEST(ReadGateTest, AGateRunsNothing) {
  const auto pipeline = Read(fmt::format(
      "{}  g: {{run: x, gate: {{candidates: base, rules: [{{metric: a, min: 1}}]}}}}\n", kJobs));
  ASSERT_FALSE(pipeline.has_value());
  EXPECT_EQ(pipeline.error().message, "galley.yaml:6:7: 'jobs.g.run' cannot stand beside 'gate'");
}

}  // namespace
}  // namespace galley::pipeline
