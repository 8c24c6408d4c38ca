#include "serving/runtime/tree_model.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "serving/runtime/small_model.h"

namespace galley::serving {
namespace {

using ModelResult = Result<std::unique_ptr<const TreeModel>>;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

// Rows, and what xgboost 3.2.0 answers: `predict` of the loaded model, with and without
// output_margin.
constexpr std::size_t kRowCount = 4;
constexpr float kRows[] = {0.5F,  -1,    2,        kMissing, kMissing, kMissing,
                           -1.5F, 0.25F, kMissing, 3,        3,        3};
constexpr std::uint32_t kMargins[] = {0x3ff1bf12, 0x3f4e9c69, 0xbe89d6c0, 0x4000cc47};
constexpr std::uint32_t kPredictions[] = {0x3f5e5ca0, 0x3f310535, 0x3eddbf36, 0x3f61d14d};

std::string SmallUbjson() {
  std::string bytes;
  for (std::size_t at = 0; at < kSmallUbjson.size(); at += 2) {
    unsigned value = 0;
    std::from_chars(kSmallUbjson.data() + at, kSmallUbjson.data() + at + 2, value, 16);
    bytes.push_back(static_cast<char>(value));
  }
  return bytes;
}

std::string Replaced(std::string_view from, std::string_view to) {
  std::string text(kSmallJson);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

ModelResult LoadJson(std::string_view text, TreeModel::Rounds rounds = TreeModel::Rounds::kAll) {
  return TreeModel::Load(text, TreeModel::Format::kJson, rounds);
}

ModelResult LoadUbjson(std::string_view bytes) {
  return TreeModel::Load(bytes, TreeModel::Format::kUbjson);
}

std::vector<std::uint32_t> Bits(std::span<const float> values) {
  std::vector<std::uint32_t> bits;
  for (const float value : values) bits.push_back(std::bit_cast<std::uint32_t>(value));
  return bits;
}

std::vector<std::uint32_t> Margins(const TreeModel& model) {
  std::vector<float> out(kRowCount * model.margins());
  model.PredictMargin(kRows, kRowCount, out);
  return Bits(out);
}

void ExpectTheLibrarysAnswers(const ModelResult& model) {
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(Margins(**model), std::vector(std::begin(kMargins), std::end(kMargins)));
  std::vector<float> out(kRowCount);
  (*model)->Predict(kRows, kRowCount, out);
  EXPECT_EQ(Bits(out), std::vector(std::begin(kPredictions), std::end(kPredictions)));
}

void ExpectRefused(const ModelResult& model, Code code, std::string_view said) {
  ASSERT_FALSE(model) << said;
  EXPECT_EQ(model.error().code, code) << model.error().message;
  EXPECT_NE(model.error().message.find(said), std::string::npos) << model.error().message;
}

TEST(TreeModel, PredictsWhatTheLibraryPredicts) {
  ExpectTheLibrarysAnswers(LoadJson(kSmallJson));
  ExpectTheLibrarysAnswers(LoadUbjson(SmallUbjson()));
}

TEST(TreeModel, TellsWhatTheFileSays) {
  const ModelResult model = LoadUbjson(SmallUbjson());
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ((*model)->features(), 3);
  EXPECT_EQ((*model)->margins(), 1);
  EXPECT_EQ((*model)->outputs(), 1);
  EXPECT_EQ((*model)->trees(), 2);
  EXPECT_EQ((*model)->objective(), "binary:logistic");
  EXPECT_EQ((*model)->feature_names(), (std::vector<std::string>{"age", "höhe", "c"}));
  EXPECT_FALSE((*model)->best_iteration());
}

TEST(TreeModel, PredictsNothingForNoRows) {
  const ModelResult model = LoadJson(kSmallJson);
  ASSERT_TRUE(model);
  (*model)->Predict({}, 0, {});
}

TEST(TreeModelDeathTest, EndsOnWrongSizes) {
  const ModelResult model = LoadJson(kSmallJson);
  ASSERT_TRUE(model);
  std::vector<float> out(2);
  EXPECT_DEATH((*model)->Predict(std::span(kRows).first(5), 2, out), "rows.size");
  EXPECT_DEATH((*model)->Predict(kRows, kRowCount, out), "out.size");
}

TEST(TreeModel, DetectsFormats) {
  EXPECT_EQ(TreeModel::Detect(kSmallJson).value(), TreeModel::Format::kJson);
  EXPECT_EQ(TreeModel::Detect("{\n  \"learner\"").value(), TreeModel::Format::kJson);
  EXPECT_EQ(TreeModel::Detect(SmallUbjson()).value(), TreeModel::Format::kUbjson);
  for (const std::string_view other : {"", "{", "[", "{}", "lgbm", "\x80\x04", "{ L"}) {
    const auto format = TreeModel::Detect(other);
    ASSERT_FALSE(format) << other;
    EXPECT_EQ(format.error().code, Code::kInvalidArgument);
  }
  EXPECT_EQ(TreeModel::Detect("binf\x01\x02").error().code, Code::kUnimplemented);
}

// The scalar form, which XGBoost wrote until 3.0, and the vector say the same.
TEST(TreeModel, ReadsBothFormsOfBaseScore) {
  for (const std::string_view form : {"\"9E-1\"", "\"[9E-1]\"", "\"0.9\"", "\"[ 0.9]\""}) {
    ExpectTheLibrarysAnswers(LoadJson(Replaced("\"[9E-1]\"", form)));
  }
}

TEST(TreeModel, TakesEachTreeToItsPlace) {
  std::string text = Replaced("\"id\":0", "\"id\":#");
  text.replace(text.find("\"id\":1"), 6, "\"id\":0");
  text.replace(text.find("\"id\":#"), 6, "\"id\":1");
  const ModelResult model = LoadJson(text);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ((*model)->trees(), 2);
}

TEST(TreeModel, StopsAtTheBestIterationWhenAsked) {
  const std::string text = Replaced(R"("attributes":{})", R"("attributes":{"best_iteration":"0"})");
  const ModelResult all = LoadJson(text);
  ASSERT_TRUE(all);
  EXPECT_EQ((*all)->trees(), 2);
  EXPECT_EQ((*all)->best_iteration(), 0);
  const ModelResult best = LoadJson(text, TreeModel::Rounds::kBest);
  ASSERT_TRUE(best);
  EXPECT_EQ((*best)->trees(), 1);
  EXPECT_EQ((*LoadJson(kSmallJson, TreeModel::Rounds::kBest))->trees(), 2);
  for (const std::string_view bad : {"2", "-1"}) {
    const std::string named = fmt::format(R"("attributes":{{"best_iteration":"{}"}})", bad);
    ExpectRefused(LoadJson(Replaced(R"("attributes":{})", named), TreeModel::Rounds::kBest),
                  Code::kInvalidArgument, "best_iteration");
  }
}

// XGBoost writes these words, which are no JSON; 1.0000001788139343 lies so near the middle between
// two floats that going by double would give the wrong one.
TEST(TreeModel, ReadsNumbersAsTheLibraryDoes) {
  constexpr std::string_view kLeaf = "-2.219427E0,-8.571427E-1,-8.8235277E-1,-6.1567083E-2]";
  const auto last_leaf = [&](std::string_view text) {
    const std::string to = fmt::format("-2.219427E0,-8.571427E-1,-8.8235277E-1,{}]", text);
    std::string model(kSmallJson);
    std::erase(model, '\n');
    model.replace(model.find(kLeaf, model.find("split_conditions")), kLeaf.size(), to);
    return LoadJson(model);
  };
  const ModelResult infinite = last_leaf("Infinity");
  ASSERT_TRUE(infinite) << infinite.error().message;
  EXPECT_EQ(Margins(**infinite)[0], 0x7f800000);
  EXPECT_TRUE(last_leaf("NaN"));
  EXPECT_TRUE(last_leaf("-Infinity"));
  EXPECT_TRUE(last_leaf("7"));
  const ModelResult near = last_leaf("1.00000017881393432617187499");
  const ModelResult exact = last_leaf("1.00000011920928955");
  ASSERT_TRUE(near && exact);
  EXPECT_EQ(Margins(**near), Margins(**exact));
  for (const std::string_view bad :
       {"nan", "inf", "1e99", "+1", "\"1\"", "", "1x", "true", "[1]"}) {
    ExpectRefused(last_leaf(bad), Code::kInvalidArgument, "split_conditions");
  }
}

struct Edit {
  std::string_view from;
  std::string_view to;
  std::string_view said;
};

TEST(TreeModel, RefusesFilesThatContradictThemselves) {
  const Edit edits[] = {
      {"\"left_children\":[1,3,5,-1", "\"left_children\":[1,3,7,-1", "tree 0: node 2 of 7"},
      {"\"left_children\":[1,3,5,-1", "\"left_children\":[1,3,6,-1", "node 2 of 7"},
      {"\"left_children\":[1,3,5,-1", "\"left_children\":[1,0,5,-1", "node 1 of 7"},
      {"\"left_children\":[1,3,5,-1", "\"left_children\":[1,-2,5,-1", "node 1 of 7"},
      {"\"left_children\":[1,3,5,-1", "\"left_children\":[1,2147483647,5,-1", "node 1 of 7"},
      {"\"left_children\":[1,3,5,-1", "\"left_children\":[1,3,2147483648,-1", "left_children"},
      {"\"left_children\":[1,3,5,-1", "\"left_children\":[1,3,1.5,-1", "left_children"},
      {"\"left_children\":[1,3,5,-1", "\"left_children\":[1,3,-1", "left_children has 6"},
      {"\"right_children\":[2,4,6", "\"right_children\":[2,4,5", "no neighbours"},
      {"\"split_indices\":[0,2,0", "\"split_indices\":[0,3,0", "feature 3 of 3"},
      {"\"split_indices\":[0,2,0", "\"split_indices\":[0,-1,0", "feature -1"},
      {"\"num_nodes\":\"7\"", "\"num_nodes\":\"8\"", "num_nodes is 8"},
      {"\"num_nodes\":\"7\"", "\"num_nodes\":\"x\"", "not an integer"},
      {"\"num_nodes\":\"7\"", "\"num_nodes\":7", "num_nodes"},
      {"\"num_trees\":\"2\"", "\"num_trees\":\"3\"", "num_trees is 3"},
      {"\"tree_info\":[0,0]", "\"tree_info\":[0,1]", "output 1 of 1"},
      {"\"tree_info\":[0,0]", "\"tree_info\":[0,-1]", "output -1 of 1"},
      {"\"tree_info\":[0,0]", "\"tree_info\":[0]", "tree_info has 1"},
      {"\"id\":1", "\"id\":0", "two trees have the id 0"},
      {"\"id\":1", "\"id\":2", "id 2 of 2"},
      {"\"id\":1", "\"ID\":1", "id -1 of 2"},
      {"\"iteration_indptr\":[0,1,2]", "\"iteration_indptr\":[0,1,3]", "end at tree 3"},
      {"\"iteration_indptr\":[0,1,2]", "\"iteration_indptr\":[0,3,2]", "ascend"},
      {"\"base_score\":\"[9E-1]\"", "\"base_score\":\"[9E-1\"", "base_score"},
      {"\"base_score\":\"[9E-1]\"", "\"base_score\":\"\"", "base_score"},
      {"\"base_score\":\"[9E-1]\"", "\"base_score\":\"[]\"", "base_score"},
      {"\"base_score\":\"[9E-1]\"", "\"base_score\":\"[0.9,0.9]\"", "2 values for 1 outputs"},
      {"\"base_score\":\"[9E-1]\"", "\"base_score\":\"[nan]\"", "base_score is nan"},
      {"\"base_score\":\"[9E-1]\"", "\"base_score\":\"[1.5]\"", "between 0 and 1"},
      {"\"num_class\":\"0\"", "\"num_class\":\"1000000000\"", "the limit is 65536"},
      {"\"num_class\":\"0\"", "\"num_class\":\"-1\"", "-1 classes"},
      {"\"num_feature\":\"3\",\"num_target\"", "\"num_feature\":\"0\",\"num_target\"",
       "num_feature"},
      {"\"num_feature\":\"3\",\"num_target\"", "\"num_feature\":\"4\",\"num_target\"",
       "3 feature names"},
      {"\"name\":\"gbtree\"", "\"name\":5", "the booster's name"},
      {"\"learner\"", "\"learned\"", "no 'learner'"},
      {"\"trees\":", "\"leaves\":", "no list of trees"},
      {"\"trees\":[", "\"trees\":[],\"trees\":[", "two lists of trees"},
  };
  for (const Edit& edit : edits) {
    std::string text(kSmallJson);
    std::erase(text, '\n');
    const std::size_t at = text.find(edit.from);
    ASSERT_NE(at, std::string::npos) << edit.from;
    text.replace(at, edit.from.size(), edit.to);
    ExpectRefused(LoadJson(text), Code::kInvalidArgument, edit.said);
  }
}

TEST(TreeModel, RefusesOtherKindsOfModel) {
  const Edit edits[] = {
      {"\"name\":\"gbtree\"", "\"name\":\"dart\"", "booster 'dart'"},
      {"\"name\":\"gbtree\"", "\"name\":\"gblinear\"", "booster 'gblinear'"},
      {"\"name\":\"binary:logistic\"", "\"name\":\"survival:aft\"", "objective 'survival:aft'"},
      {"\"split_type\":[0,0", "\"split_type\":[0,1", "categorical splits"},
      {"\"size_leaf_vector\":\"1\"", "\"size_leaf_vector\":\"3\"", "multi_output_tree"},
      {"\"version\":[3", "\"version\":[4", "written by XGBoost 4"},
  };
  for (const Edit& edit : edits) {
    ExpectRefused(LoadJson(Replaced(edit.from, edit.to)), Code::kUnimplemented, edit.said);
  }
}

TEST(TreeModel, RefusesDeepNesting) {
  for (const std::string_view key : {"trees", "cats", "version"}) {
    const std::string name = fmt::format("\"{}\":", key);
    ExpectRefused(LoadJson(Replaced(name, name + std::string(1'000'000, '['))),
                  Code::kInvalidArgument, "");
    std::string objects = name;
    for (int depth = 0; depth < 100'000; ++depth) objects += "{\"trees\":";
    ExpectRefused(LoadJson(Replaced(name, objects)), Code::kInvalidArgument, "");
  }
}

TEST(TreeModel, RefusesFilesThatAreTooLarge) {
  const std::string text(TreeModel::kBytesMax + 1, ' ');
  ExpectRefused(LoadJson(text), Code::kResourceExhausted, "the limit is 268435456");
}

TEST(TreeModel, RefusesAFileThatIsCutOffAnywhere) {
  const std::string ubjson = SmallUbjson();
  for (std::size_t size = 0; size < ubjson.size(); ++size) {
    EXPECT_FALSE(LoadUbjson(std::string_view(ubjson).substr(0, size))) << size;
  }
  for (std::size_t size = 0; size < kSmallJson.size(); ++size) {
    EXPECT_FALSE(LoadJson(kSmallJson.substr(0, size))) << size;
  }
}

// Whatever the bytes: an error, or a model whose prediction ends.
TEST(TreeModel, SurvivesAnyChangedByte) {
  int loaded = 0;
  const auto attempt = [&](std::string bytes, std::size_t at, char value,
                           TreeModel::Format format) {
    bytes[at] = value;
    const ModelResult model = TreeModel::Load(bytes, format);
    if (!model) return;
    ++loaded;
    const std::vector<float> rows(2 * (*model)->features(), 0.25F);
    std::vector<float> out(2 * (*model)->outputs());
    (*model)->Predict(rows, 2, out);
  };
  const std::string ubjson = SmallUbjson();
  for (std::size_t at = 0; at < ubjson.size(); ++at) {
    for (const char value : {'\0', '\x7f', '\xff', '[', '{', 'L'}) {
      attempt(ubjson, at, value, TreeModel::Format::kUbjson);
    }
  }
  for (std::size_t at = 0; at < kSmallJson.size(); ++at) {
    for (const char value : {'9', '"', '[', '}', '-'}) {
      attempt(std::string(kSmallJson), at, value, TreeModel::Format::kJson);
    }
  }
  EXPECT_GT(loaded, 1000);
}

}  // namespace
}  // namespace galley::serving
