#include "domain/tracking/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace galley::tracking {
namespace {

Run Made(std::vector<KeyValue> params, std::vector<KeyValue> tags, double loss) {
  Run run{.experiment = "1", .user = "ada", .status = RunStatus::kFinished};
  run.params = std::move(params);
  run.tags = std::move(tags);
  run.metrics = {{.key = "loss", .value = loss}};
  return run;
}

const DiffRow* Find(const std::vector<DiffRow>& rows, std::string_view group,
                    std::string_view key) {
  const auto found = std::ranges::find_if(
      rows, [&](const DiffRow& row) { return row.group == group && row.key == key; });
  return found == rows.end() ? nullptr : &*found;
}

TEST(DiffRuns, ComparesNumbersAsNumbers) {
  const tracking::Run runs[] = {Made({{"lr", "0.10"}, {"opt", "adam"}}, {}, 0.5),
                                Made({{"lr", "1e-1"}, {"opt", "sgd"}}, {}, 0.5)};
  const auto rows = DiffRuns(runs);
  EXPECT_TRUE(Find(rows, "param", "lr")->same);
  EXPECT_FALSE(Find(rows, "param", "opt")->same);
  EXPECT_TRUE(Find(rows, "metric", "loss")->same);
  EXPECT_TRUE(Find(rows, "attribute", "user")->same);
}

TEST(DiffRuns, MissingDiffersFromAnyValueAndNanEqualsNan) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const tracking::Run runs[] = {Made({{"lr", "1"}}, {}, nan), Made({}, {}, nan)};
  const auto rows = DiffRuns(runs);
  EXPECT_FALSE(Find(rows, "param", "lr")->same);
  EXPECT_FALSE(Find(rows, "param", "lr")->values.at(1).has_value());
  EXPECT_TRUE(Find(rows, "metric", "loss")->same);
}

TEST(DiffRuns, PutsTagsWhereTheyBelong) {
  const tracking::Run runs[] = {Made({},
                                     {{"mlflow.source.git.commit", "a"},
                                      {"mlflow.runName", "x"},
                                      {"galley.dataset.sales", "3"},
                                      {"galley.job", "train"},
                                      {"team", "red"}},
                                     1)};
  const auto rows = DiffRuns(runs);
  EXPECT_NE(Find(rows, "code", "mlflow.source.git.commit"), nullptr);
  EXPECT_NE(Find(rows, "input", "sales (version)"), nullptr);
  EXPECT_NE(Find(rows, "env", "galley.job"), nullptr);
  EXPECT_NE(Find(rows, "tag", "team"), nullptr);
  EXPECT_EQ(Find(rows, "tag", "mlflow.runName"), nullptr);
}

TEST(AxisOf, ChoosesNumbersLogarithmsAndCategories) {
  const std::vector<std::optional<std::string>> linear{"1", "2", std::nullopt};
  const auto number = AxisOf(linear);
  EXPECT_EQ(number.type, AxisType::kNumber);
  EXPECT_EQ(number.min, 1);
  EXPECT_EQ(number.max, 2);
  EXPECT_EQ(number.missing, 1);
  EXPECT_TRUE(std::isnan(number.values.at(2)));
  const std::vector<std::optional<std::string>> decades{"1e-5", "0.1"};
  EXPECT_EQ(AxisOf(decades).type, AxisType::kLog);
  const std::vector<std::optional<std::string>> texts{"b", "a", "b"};
  const auto category = AxisOf(texts);
  EXPECT_EQ(category.type, AxisType::kCategory);
  EXPECT_EQ(category.categories, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(category.values, (std::vector<double>{1, 0, 1}));
}

TEST(AxisOf, BoundsCategories) {
  std::vector<std::optional<std::string>> texts;
  for (int at = 0; at < 500; ++at) texts.push_back("c" + std::to_string(at));
  const auto axis = AxisOf(texts);
  EXPECT_EQ(axis.categories.size(), kCategoriesMax);
  EXPECT_EQ(axis.missing, 500 - static_cast<std::int64_t>(kCategoriesMax));
}

}  // namespace
}  // namespace galley::tracking
