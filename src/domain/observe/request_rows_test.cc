#include "domain/observe/request_rows.h"

#include <cmath>

#include <gtest/gtest.h>

namespace galley::observe {
namespace {

const std::vector<std::string> kNames = {"day", "site", "none"};

/// `day: 1 2; site: a b; none:`
std::string Told(std::string_view type, std::string_view body) {
  const auto columns = ColumnsOf(type, body, kNames);
  if (!columns) return columns.error().message;
  std::string text;
  for (std::size_t at = 0; at < kNames.size(); ++at) {
    text += kNames[at] + ":";
    for (const Cell& cell : (*columns)[at]) {
      text += std::holds_alternative<std::monostate>(cell) ? " ?" : " " + TextOf(cell);
    }
    text += "; ";
  }
  return text;
}

constexpr std::string_view kJson = "application/json";

TEST(RequestRows, EveryFormOfARequest) {
  const std::string expected = "day: 1.5 2; site: a b; none:; ";
  EXPECT_EQ(Told(kJson, R"({"dataframe_split": {"columns": ["x", "site", "day"],
                            "data": [[0, "a", 1.5], [0, "b", 2]]}})"),
            expected);
  EXPECT_EQ(Told(kJson, R"({"dataframe_records": [{"day": 1.5, "site": "a"},
                            {"site": "b", "day": 2}]})"),
            expected);
  EXPECT_EQ(Told(kJson, R"({"instances": [{"day": 1.5, "site": "a"}, {"site": "b", "day": 2}]})"),
            expected);
  EXPECT_EQ(Told(kJson, R"({"inputs": {"day": [1.5, 2], "site": ["a", "b"]}})"), expected);
  EXPECT_EQ(Told("text/csv; charset=utf-8", "x,site,day\n0,a,1.5\r\n0,b,2\n"), expected);
}

TEST(RequestRows, WhatIsMissingOrNoNumber) {
  EXPECT_EQ(Told(kJson, R"({"dataframe_records": [{"day": null}, {"site": true, "day": "x"}]})"),
            "day: ? x; site: ? 1; none:; ");
  EXPECT_EQ(Told(kJson, R"({"dataframe_split": {"columns": ["day", "site"], "data": [[1]]}})"),
            "day: 1; site: ?; none:; ");
  EXPECT_EQ(Told("text/csv", "day,site\n,\"a,\"\"b\"\"\"\n7\n"),
            "day: ? 7; site: a,\"b\" ?; none:; ");
  EXPECT_EQ(Told(kJson, R"({"dataframe_split": {"columns": [1, "day"], "data": [[2, 3]]}})"),
            "day: 3; site:; none:; ");
}

TEST(RequestRows, WhatIsNoRequestIsSaid) {
  for (const std::string_view body :
       {"", "[]", "{", "{}", R"({"inputs": 3})", R"({"instances": [[1, 2]]})",
        R"({"dataframe_split": {"columns": 3, "data": []}})", R"({"messages": []})",
        R"({"dataframe_records": {"a": 1}})", "\xff"}) {
    EXPECT_EQ(Told(kJson, body), "the body has no rows with named columns") << body;
  }
}

std::string Scores(std::string_view answer, std::optional<std::size_t> output = {}) {
  const auto scores = ScoresOf(answer, output);
  if (!scores) return scores.error().message;
  std::string text;
  for (const double score : *scores) text += std::isnan(score) ? "? " : fmt::format("{} ", score);
  return text;
}

TEST(RequestRows, EveryFormOfAnAnswer) {
  EXPECT_EQ(Scores(R"({"predictions": [0.25, 1, 0]})"), "0.25 1 0 ");
  EXPECT_EQ(Scores(R"({"predictions": [[0.75, 0.25], [0.1, 0.9]]})"), "0.25 0.9 ");
  EXPECT_EQ(Scores(R"({"predictions": [[0.75, 0.25]]})", 0), "0.75 ");
  EXPECT_EQ(Scores(R"({"predictions": [[0.75, 0.25], 0.5]})", 1), "0.25 ? ");
  EXPECT_EQ(Scores(R"({"predictions": [[], ["a"], {"x": 1}, null, "b", true]})"), "? ? ? ? ? 1 ");
  EXPECT_EQ(Scores(R"({"predictions": {"a": 1}})"), "the answer has no list of predictions");
  EXPECT_EQ(Scores("no JSON"), "the answer has no list of predictions");
}

TEST(RequestRows, LabelsAreYesOrNoOrNeither) {
  EXPECT_EQ(YesOrNo("true"), true);
  EXPECT_EQ(YesOrNo("1"), true);
  EXPECT_EQ(YesOrNo("1.0"), true);
  EXPECT_EQ(YesOrNo("false"), false);
  EXPECT_EQ(YesOrNo("0"), false);
  EXPECT_EQ(YesOrNo("0.5"), std::nullopt);
  EXPECT_EQ(YesOrNo("\"peak\""), std::nullopt);
}

TEST(RequestRows, LabelsAreNumbersOrNot) {
  EXPECT_EQ(NumberOf("12.5"), 12.5);
  EXPECT_EQ(NumberOf("-1e3"), -1000);
  for (const std::string_view label : {"", "true", "\"1\"", "1x", "inf", "nan", "1e999"}) {
    EXPECT_EQ(NumberOf(label), std::nullopt) << label;
  }
}

}  // namespace
}  // namespace galley::observe
