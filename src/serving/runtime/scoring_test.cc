#include "serving/runtime/scoring_input.h"

#include <bit>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "serving/runtime/json_reader.h"
#include "serving/runtime/mlmodel.h"
#include "serving/runtime/scoring_output.h"
#include "serving/runtime/tree_model.h"

namespace galley::serving {
namespace {

// What MLflow itself answers, written by tests/oracles/scoring.py, which explains the models. Found
// from this file's place in the checkout, wherever the test runs.
std::string DataFolder() {
  auto folder = std::filesystem::current_path();
  const std::filesystem::path data = "src/serving/runtime/testdata/scoring";
  while (!std::filesystem::exists(folder / data) && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  return folder / data;
}

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
  const auto described = MlModel::Parse(ReadAll(DataFolder() + "/" + name + ".mlmodel"));
  EXPECT_TRUE(described) << described.error().message;
  const std::string file = ReadAll(DataFolder() + "/" + name + ".json");
  auto trees = TreeModel::Load(file, TreeModel::Format::kJson, TreeModel::Rounds::kBest);
  EXPECT_TRUE(trees) << trees.error().message;
  const auto spec =
      MakeInputSpec((*trees)->feature_names(), (*trees)->features(),
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
  std::ifstream file(DataFolder() + "/corpus.jsonl", std::ios::binary);
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

TEST(Scoring, PrintsDifferences) {
  std::map<std::string, Served> models;
  for (const Line& line : Corpus()) {
    if (!models.contains(line.model)) models.emplace(line.model, Load(line.model));
    const Answer answer = Score(models.at(line.model), line.type, line.body);
    if (answer.status != line.status || (line.status == 200 && answer.text != line.answer)) {
      printf("%s\t%s\t%d\t%d\t%.150s\t%.70s\t%.90s\n", line.model.c_str(), line.type.c_str(), line.status,
             answer.status, line.body.c_str(), line.answer.c_str(), answer.text.c_str());
    }
  }
}

}  // namespace
}  // namespace galley::serving
