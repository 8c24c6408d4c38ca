#include "domain/pipeline/graph.h"

#include <gtest/gtest.h>

#include "domain/pipeline/key.h"

namespace galley::pipeline {
namespace {

class NoFiles : public Files {
 public:
  Result<std::string> Read(const std::string& path) const override {
    return Fail(Code::kNotFound, "there is no file '{}'", path);
  }
};

Pipeline PipelineFrom(const std::string& text) {
  const auto document = yaml::Parse(text, "galley.yaml");
  auto pipeline = ReadPipeline(*document, NoFiles(), {});
  EXPECT_TRUE(pipeline) << pipeline.error().message;
  return *std::move(pipeline);
}

std::string Names(const Pipeline& pipeline, const std::vector<Edge>& edges) {
  std::string text;
  for (const Edge& edge : edges) {
    text += fmt::format("{}{}>{}", text.empty() ? "" : " ", pipeline.jobs[edge.from].name,
                        pipeline.jobs[edge.to].name);
  }
  return text;
}

// A diamond with a shortcut, and a job by itself.
constexpr const char* kDiamond = R"(
jobs:
  a: {run: "true", needs: []}
  b: {run: "true", needs: [a]}
  c: {run: "true", needs: [a]}
  d: {run: "true", needs: [a, b, c]}
  e: {run: "true", needs: []}
)";

TEST(GraphTest, WhatFollowsFromOthersIsNoEdge) {
  const Pipeline pipeline = PipelineFrom(kDiamond);
  EXPECT_EQ(Names(pipeline, EdgesOf(pipeline)), "a>b a>c b>d c>d");
}

TEST(GraphTest, StagesAreReducedToNeighbours) {
  const Pipeline pipeline = PipelineFrom(R"(
stages: [one, two, three]
jobs:
  a: {stage: one, run: "true"}
  b: {stage: two, run: "true", matrix: {k: [1, 2]}}
  c: {stage: three, run: "true"}
)");
  EXPECT_EQ(Names(pipeline, EdgesOf(pipeline)), "a>b[1] a>b[2] b[1]>c b[2]>c");
}

TEST(GraphTest, TheCriticalPathIsTheLongestInTime) {
  const Pipeline pipeline = PipelineFrom(kDiamond);
  const auto names = [&pipeline](const Critical& critical) {
    std::string text;
    for (const std::size_t at : critical.jobs) text += pipeline.jobs[at].name;
    return fmt::format("{} {}", text, critical.ms);
  };
  const auto place = [&pipeline](std::string_view name) {
    return static_cast<std::size_t>(pipeline.Find(name) - pipeline.jobs.data());
  };
  const auto with = [&](std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d,
                        std::int64_t e) {
    std::vector<std::int64_t> ms(5);
    ms[place("a")] = a;
    ms[place("b")] = b;
    ms[place("c")] = c;
    ms[place("d")] = d;
    ms[place("e")] = e;
    return names(CriticalOf(pipeline, ms));
  };
  EXPECT_EQ(with(10, 5, 7, 1, 2), "acd 18");
  EXPECT_EQ(with(10, 9, 7, 0, 2), "ab 19");
  EXPECT_EQ(with(1, 1, 1, 1, 90), "e 90");
  // What was cached took no time, and what comes before it may have.
  EXPECT_EQ(with(0, 0, 4, 2, 0), "cd 6");
  EXPECT_EQ(with(0, 0, 0, 0, 0), " 0");
}

TEST(ChangesTest, NameWhatWasAndWhatIs) {
  const std::vector<KeyPart> before = {
      {"command", "", "aa"}, {"dep", "x.csv", "11"}, {"param", "lr", "0.1"}, {"env", "GONE", "1"}};
  const std::vector<KeyPart> now = {
      {"command", "", "aa"}, {"dep", "x.csv", "22"}, {"param", "lr", "0.05"}, {"out", "m", "kept"}};
  const std::vector<PartChange> expected = {{"dep", "x.csv", "11", "22"},
                                            {"param", "lr", "0.1", "0.05"},
                                            {"out", "m", std::nullopt, "kept"},
                                            {"env", "GONE", "1", std::nullopt}};
  EXPECT_EQ(ChangesOf(before, now), expected);
  EXPECT_EQ(DifferenceOf(before, now),
            "dep 'x.csv' changed; param 'lr': 0.1 → 0.05; out 'm' is new; env 'GONE' is gone");
  EXPECT_TRUE(ChangesOf(now, now).empty());
}

}  // namespace
}  // namespace galley::pipeline
