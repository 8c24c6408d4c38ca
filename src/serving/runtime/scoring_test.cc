#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "serving/runtime/json_reader.h"
#include "serving/runtime/mlmodel.h"
#include "serving/runtime/scoring_input.h"
#include "serving/runtime/scoring_output.h"
#include "serving/runtime/tree_model.h"

namespace galley::serving {
namespace {

// What MLflow itself answers, written by tests/oracles/scoring.py, which explains the models.
constexpr std::string_view kFolder = "src/serving/runtime/testdata/scoring/";

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Served {
  std::unique_ptr<const TreeModel> trees;
  InputSpec spec;
  bool is_classifier = false;
};

Served Load(const std::string& name) {
  const auto described = MlModel::Parse(ReadAll(std::string(kFolder) + name + ".mlmodel"));
  EXPECT_TRUE(described) << described.error().message;
  const std::string file = ReadAll(std::string(kFolder) + name + ".json");
  auto trees = TreeModel::Load(file, TreeModel::Format::kJson, TreeModel::Rounds::kBest);
  EXPECT_TRUE(trees) << trees.error().message;
  const auto spec = MakeInputSpec((*trees)->feature_names(), (*trees)->features(),
                                  described->signature ? &*described->signature : nullptr,
                                  described->xgboost->allows_infinity());
  EXPECT_TRUE(spec) << spec.error().message;
  return {std::move(*trees), *spec, described->xgboost->is_classifier()};
}

struct Answer {
  int status = 0;
  std::string text;
};

Answer Score(const Served& model, std::string_view type, std::string_view body) {
  const auto matrix = DecodeScoring(type, body, model.spec);
  if (!matrix) {
    return {matrix.error().code == Code::kUnimplemented ? 415 : 400, matrix.error().message};
  }
  EXPECT_EQ(matrix->columns, model.spec.columns);
  EXPECT_EQ(matrix->values.size(), matrix->rows * matrix->columns);
  std::vector<float> out(matrix->rows * model.trees->outputs());
  model.trees->Predict(matrix->values, matrix->rows, out);
  return {200, model.is_classifier ? ClassesJson(out, model.trees->outputs())
                                   : PredictionsJson(out, model.trees->outputs())};
}

struct Line {
  std::string model, type, body, answer;
  int status = 0;
};

std::vector<Line> Corpus() {
  std::vector<Line> lines;
  std::ifstream file(std::string(kFolder) + "corpus.jsonl", std::ios::binary);
  for (std::string text; std::getline(file, text);) {
    const auto reader = OpenJson(text);
    EXPECT_TRUE(reader);
    Line& line = lines.emplace_back();
    const auto done = (*reader)->Object([&](std::string_view key) -> Status {
      if (key == "status") {
        line.status = static_cast<int>(TRY((*reader)->Integer()));
        return {};
      }
      std::string value = TRY((*reader)->String());
      if (key == "model") line.model = value;
      if (key == "type") line.type = value;
      if (key == "body") line.body = value;
      if (key == "answer") line.answer = value;
      return {};
    });
    EXPECT_TRUE(done) << text;
  }
  return lines;
}

/// Bodies to which the answer is deliberately another one than MLflow's: where MLflow guesses or
/// loses data, an error; where the meaning is plain, an answer.
struct Deviation {
  int theirs, ours;
  std::string_view said;  // In the message of the one who refuses.
  int count;
};

constexpr Deviation kDeviations[] = {
    // Refused here. Columns that are not there count as missing values.
    {200, 400, "2 columns; the model has 3", 1},
    {200, 400, "Model is missing inputs [column 2]", 1},
    {200, 400, ", and needs 3", 8},
    {200, 400, "fields; the header has 3", 3},
    // What pandas makes of data that are no list of rows, and an index that multiplies rows.
    {200, 400, "data must be a list", 3},
    {200, 400, "must be a list; it is a number", 1},
    {200, 400, "must be an object; it is", 2},
    {200, 400, "'index' has 2 items for 1 rows", 2},
    {200, 400, "Received more than one", 2},  // One key twice: the last counts.
    {200, 400, "'1_0'", 5},                   // Python's digit groups; once in a boolean column.
    {200, 400, "is beyond it", 8},            // Whole numbers wrap around.
    // Null is false, NaN is true, and so is any text.
    {200, 400, "and the signature declares true or false", 6},
    {200, 400, "and must be true or false", 15},
    {200, 400, "'flag' of row 0 must be a single value", 2},
    // Answered here. Columns by name, in any order and any form.
    {400, 200, "feature_names mismatch", 8},
    {400, 200, "Not supported type for data.<class 'dict'>", 3},
    {400, 200, "reshape the input data", 1},
    // No rows; null alone in a column, numbers beside booleans, integers of more than 64 bits.
    {400, 200, "DataFrame.dtypes for data", 8},
    {400, 200, "single positional indexer", 1},
    {400, 200, "no attribute 'dtype'", 1},  // Two columns of one name where names do not matter.
    {400, 200, "TensorSpec only supports", 2},  // CSV for a tensor.
    // RFC 9110: upper and lower case, quotation marks, an empty parameter.
    {415, 200, "", 4},
};

TEST(Scoring, AnswersAsMlflowDoes) {
  std::map<std::string, Served> models;
  std::vector<int> counts(std::size(kDeviations));
  std::size_t same = 0;
  for (const Line& line : Corpus()) {
    if (!models.contains(line.model)) models.emplace(line.model, Load(line.model));
    const Answer answer = Score(models.at(line.model), line.type, line.body);
    if (answer.status == line.status) {
      ++same;
      if (line.status == 200) EXPECT_EQ(answer.text, line.answer) << line.model << line.body;
      continue;
    }
    std::size_t at = 0;
    for (; at < std::size(kDeviations); ++at) {
      const Deviation& known = kDeviations[at];
      const std::string& said = answer.status == 200 ? line.answer : answer.text;
      if (known.theirs == line.status && known.ours == answer.status &&
          said.find(known.said) != std::string::npos) {
        ++counts[at];
        break;
      }
    }
    EXPECT_LT(at, std::size(kDeviations)) << line.model << ' ' << line.body << "\n"
                                          << line.answer << "\n"
                                          << answer.text;
  }
  EXPECT_GT(same, 600U);
  for (std::size_t at = 0; at < std::size(kDeviations); ++at) {
    EXPECT_EQ(counts[at], kDeviations[at].count) << kDeviations[at].said;
  }
}

InputSpec Named(std::vector<ColumnType> types = {}) {
  InputSpec spec{.names = {"a", "b"}, .columns = 2, .types = std::move(types), .optional = {}};
  spec.has_signature = !spec.types.empty();
  return spec;
}

Result<Matrix> Json(std::string_view body, const InputSpec& spec = Named()) {
  return DecodeScoring("application/json", body, spec);
}

void ExpectRefused(const Result<Matrix>& result, std::string_view said) {
  ASSERT_FALSE(result) << said;
  EXPECT_EQ(result.error().code, Code::kInvalidArgument);
  EXPECT_NE(result.error().message.find(said), std::string::npos) << result.error().message;
}

TEST(Scoring, TakesColumnsBehindTheData) {
  const auto matrix = Json(R"({"dataframe_split": {"data": [[1, 2], [3, 4]], "index": [0, 1],
           "col\u0075mns": ["b", "\u0061"]}})");
  ASSERT_TRUE(matrix) << matrix.error().message;
  EXPECT_EQ(matrix->values, (std::vector<float>{2, 1, 4, 3}));
}

TEST(Scoring, RoundsByWayOfDouble) {
  // Straight to float it would be the next one down.
  const auto matrix = Json(R"({"inputs": [[1.00000017881393432617187499, -0.0]]})");
  ASSERT_TRUE(matrix);
  EXPECT_EQ(matrix->values[0],
            static_cast<float>(1.00000017881393432617187499));  // NOLINT: the point of it.
  EXPECT_TRUE(std::signbit(matrix->values[1]));
}

TEST(Scoring, RefusesDamagedBodiesWhereverTheyEnd) {
  const std::string_view bodies[] = {
      R"({"dataframe_split": {"columns": ["a", "b"], "data": [[1, -2.5e3], [null, NaN]]}})",
      R"({"dataframe_split": {"data": [[1, 2]], "columns": ["a", "b"]}})",
      R"({"dataframe_records": [{"a": 1, "b": 2}, {"b": 1}]})", R"({"inputs": [[1, 2], [3, 4]]})",
      R"({"inputs": {"a": [1, 2], "b": [3, 4]}})"};
  for (const std::string_view body : bodies) {
    EXPECT_TRUE(Json(body)) << body;
    for (std::size_t size = 0; size < body.size(); ++size) {
      EXPECT_FALSE(Json(body.substr(0, size))) << body.substr(0, size);
    }
  }
}

TEST(Scoring, RefusesHostileBytes) {
  const std::string deep(100'000, '[');
  ExpectRefused(Json(R"({"inputs": )" + deep + "1" + std::string(100'000, ']') + "}"), "list");
  ExpectRefused(Json(R"({"inputs": )" + deep), "");
  ExpectRefused(Json("{\"inputs\": [[1, \xC3\x28]]}"), "");
  ExpectRefused(Json("{\"inputs\": [[1, 2]], \"x\": \"\xFF\"}"), "");
  ExpectRefused(Json(std::string_view("{\"inputs\": [[1, 2\0]]}", 21)), "");
  ExpectRefused(Json(R"({"inputs": [[1, 2]]}{"inputs": [[1, 2]]})"), "");
  ExpectRefused(Json(R"({"inputs": [[1, 2], [1 2]]})"), "");
  ExpectRefused(Json(R"({"inputs": {"a": [1], "b": [2], "a": [3]}})"), "twice");
  ExpectRefused(Json(R"({"dataframe_records": [{"a": 1, "a": 2, "b": 3}]})"), "twice");
  ExpectRefused(Json(R"({"inputs": [[1e999, 2]]})"), "float32");
  ExpectRefused(Json("{\"inputs\": [[1" + std::string(5000, '0') + ", 2]]}"), "float32");
  ExpectRefused(Json(R"({"inputs": [[1, 2]], "input": 1})"), "language models");
  const auto tiny = Json("{\"inputs\": [[0." + std::string(5000, '0') + "1, 2]]}");
  ASSERT_TRUE(tiny);
  EXPECT_EQ(tiny->values[0], 0);
}

TEST(Scoring, LimitsValues) {
  InputSpec wide{.names = {}, .columns = 0, .types = {}, .optional = {}};
  std::string record;
  for (int at = 0; at < 1000; ++at) {
    wide.names.push_back("c" + std::to_string(at));
    record += (at == 0 ? "\"c" : ",\"c") + std::to_string(at) + "\":1";
  }
  wide.columns = wide.names.size();
  std::string body = "{\"dataframe_records\":[{" + record + "}";
  for (std::size_t row = 0; row < kScoringValuesMax / 1000; ++row) body += ",{}";
  const auto result = Json(body + "]}", wide);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kResourceExhausted);
}

TEST(Scoring, NamesTheFieldAndTheProblem) {
  const InputSpec typed = Named({ColumnType::kInteger, ColumnType::kBoolean});
  ExpectRefused(Json(R"({"dataframe_records": [{"a": 1, "b": true}, {"b": true}]})", typed),
                "column 'a' of row 1 is missing");
  ExpectRefused(Json(R"({"inputs": {"b": [true]}})", typed), "Model is missing inputs ['a'].");
  ExpectRefused(Json(R"({"instances": [{"a": 1, "b": true}, {"b": true}]})", typed),
                "must have the same columns");
  ExpectRefused(DecodeScoring("text/csv", "a,b\n1,true\n\"x\"\"y\",true\n", typed), "x\"y");
}

TEST(Scoring, WritesWhatPythonWouldWrite) {
  const std::vector<float> values = {0.12345679F, 1, 1e16F, 1e-5F, -0.0F, 3.4028235e38F};
  EXPECT_EQ(PredictionsJson(values, 1),
            "{\"predictions\": [0.12345679104328156, 1.0, 1.0000000272564224e+16, "
            "9.999999747378752e-06, -0.0, 3.4028234663852886e+38]}");
  const std::vector<float> odd = {std::nanf(""), INFINITY, -INFINITY, 2};
  EXPECT_EQ(PredictionsJson(odd, 2), "{\"predictions\": [[NaN, Infinity], [-Infinity, 2.0]]}");
  EXPECT_EQ(PredictionsJson({}, 3), "{\"predictions\": []}");
  EXPECT_EQ(ClassesJson(std::vector<float>{0.5F, 0.51F}, 1), "{\"predictions\": [0, 1]}");
}

TEST(MlModel, TellsWhatTheFileSays) {
  const auto model = MlModel::Parse(ReadAll(std::string(kFolder) + "typed.mlmodel"));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->flavors, (std::vector<std::string>{"python_function", "xgboost"}));
  EXPECT_EQ(model->xgboost->data, "model.json");
  EXPECT_EQ(model->xgboost->model_format, "json");
  EXPECT_EQ(model->mlflow_version, "3.17.2");
  EXPECT_EQ(model->run_id, "");
  ASSERT_EQ(model->signature->inputs.columns.size(), 5U);
  EXPECT_EQ(model->signature->inputs.columns[2].name, "c");
  EXPECT_EQ(model->signature->inputs.columns[2].type, "float");
  EXPECT_FALSE(model->signature->inputs.columns[2].required);
  EXPECT_EQ(model->signature->outputs.tensors[0].dtype, "float32");
}

TEST(MlModel, RefusesHostileFiles) {
  std::string bomb = "a0: &a0 [x, x]\n";
  for (int at = 1; at < 60; ++at) {
    bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}]\n", at, at - 1);
  }
  const std::string files[] = {"",
                               "- 1",
                               "flavors: 1",
                               "flavors: {[1]: {}}",
                               "flavors: {xgboost: 1}",
                               "flavors: {xgboost: {data: [1]}}",
                               "flavors: {xgboost: {}}",
                               "a: *b",
                               "flavors: {}\nsignature: []",
                               "flavors: {}\nsignature: {inputs: '{'}",
                               "flavors: {}\nsignature: {inputs: '[1]'}",
                               "flavors: {}\nsignature: {inputs: '[{\"type\": 1}]'}",
                               "flavors: {}\nsignature: {inputs: '[{\"type\": \"tensor\"}]'}",
                               "flavors: {}\nrun_id: *a59",
                               std::string(50'000, '['),
                               std::string(50'000, '{')};
  for (const std::string& file : files) {
    const auto model = MlModel::Parse(file);
    ASSERT_FALSE(model) << file.substr(0, 80);
    EXPECT_EQ(model.error().code, Code::kInvalidArgument);
  }
  for (const std::string& file :
       {bomb + "flavors: {x: *a59}", std::string(MlModel::kBytesMax + 1, ' ')}) {
    const auto large = MlModel::Parse(file);
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().code, Code::kResourceExhausted);
  }
}

}  // namespace
}  // namespace galley::serving
