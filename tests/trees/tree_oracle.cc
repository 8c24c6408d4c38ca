// Predicts with a model file, for tests/trees and measurements:
//   tree_oracle FORMAT ROUNDS MODEL ROWS MARGINS PREDICTIONS   FORMAT: json, ubj; ROUNDS: all, best
//   tree_oracle load MODEL                                     loads only, the format by its bytes
//   tree_oracle time MODEL ROWS                                nanoseconds per row
//   tree_oracle transform NAME MARGINS PREDICTIONS CLASSES     an objective's transform alone
// ROWS, MARGINS and PREDICTIONS are raw little-endian floats; rows are predicted alone, in small batches
// and in one, and the three must agree. A refused model: its error's code and message, and 3.

#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "serving/runtime/objective.h"
#include "serving/runtime/tree_model.h"

namespace {

using galley::serving::TreeModel;
using ModelPointer = std::unique_ptr<const TreeModel>;

std::string ReadFile(const char* path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "cannot read %s\n", path);
    std::exit(2);
  }
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<float> ReadFloats(const char* path) {
  const std::string bytes = ReadFile(path);
  std::vector<float> floats(bytes.size() / sizeof(float));
  std::memcpy(floats.data(), bytes.data(), floats.size() * sizeof(float));
  return floats;
}

void WriteFloats(const char* path, const std::vector<float>& floats) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(floats.data()),
            static_cast<std::streamsize>(floats.size() * sizeof(float)));
}

ModelPointer LoadOrExit(const char* path, const char* format, TreeModel::Rounds rounds) {
  const std::string bytes = ReadFile(path);
  galley::Result<TreeModel::Format> detected = TreeModel::Detect(bytes);
  galley::Result<ModelPointer> model =
      detected ? TreeModel::Load(bytes, *detected, rounds)
               : galley::Result<ModelPointer>(std::unexpected(detected.error()));
  if (!model) {
    const std::string_view code = galley::CodeName(model.error().code);
    std::printf("%.*s: %s\n", static_cast<int>(code.size()), code.data(),
                model.error().message.c_str());
    std::exit(3);
  }
  if (format != nullptr &&
      (*detected == TreeModel::Format::kJson) != (std::string_view(format) == "json")) {
    std::fprintf(stderr, "%s is not %s\n", path, format);
    std::exit(2);
  }
  return *std::move(model);
}

using Method = void (TreeModel::*)(std::span<const float>, std::size_t, std::span<float>) const;

std::vector<float> InBatches(const TreeModel& model, Method method, std::size_t width,
                             std::span<const float> rows, std::size_t batch) {
  const std::size_t count = rows.size() / model.features();
  std::vector<float> out(count * width);
  for (std::size_t first = 0; first < count; first += batch) {
    const std::size_t size = std::min(batch, count - first);
    (model.*method)(rows.subspan(first * model.features(), size * model.features()), size,
                    std::span(out).subspan(first * width, size * width));
  }
  return out;
}

std::vector<float> Agreed(const TreeModel& model, Method method, std::size_t width,
                          const std::vector<float>& rows) {
  const std::vector<float> whole = InBatches(model, method, width, rows, rows.size());
  for (const std::size_t batch : {std::size_t{1}, std::size_t{7}}) {
    const std::vector<float> parts = InBatches(model, method, width, rows, batch);
    if (std::memcmp(parts.data(), whole.data(), whole.size() * sizeof(float)) != 0) {
      std::fprintf(stderr, "batches of %zu differ\n", batch);
      std::exit(4);
    }
  }
  return whole;
}

int Compare(char** arguments) {
  const auto rounds =
      std::string_view(arguments[1]) == "best" ? TreeModel::Rounds::kBest : TreeModel::Rounds::kAll;
  const ModelPointer model = LoadOrExit(arguments[2], arguments[0], rounds);
  const std::vector<float> rows = ReadFloats(arguments[3]);
  WriteFloats(arguments[4], Agreed(*model, &TreeModel::PredictMargin, model->margins(), rows));
  WriteFloats(arguments[5], Agreed(*model, &TreeModel::Predict, model->outputs(), rows));
  const std::string_view objective = model->objective();
  std::printf("features=%zu margins=%zu outputs=%zu trees=%zu objective=%.*s names=", model->features(),
              model->margins(), model->outputs(), model->trees(), static_cast<int>(objective.size()),
              objective.data());
  for (const std::string& name : model->feature_names()) std::printf("%s|", name.c_str());
  std::printf("\n");
  return 0;
}

int Time(char** arguments) {
  const ModelPointer model = LoadOrExit(arguments[0], nullptr, TreeModel::Rounds::kAll);
  const std::vector<float> rows = ReadFloats(arguments[1]);
  const std::size_t count = rows.size() / model->features();
  for (const std::size_t batch : {1UL, 8UL, 64UL, 1000UL}) {
    double best = 1e30;
    for (int round = 0; round < 20; ++round) {
      const auto begin = std::chrono::steady_clock::now();
      InBatches(*model, &TreeModel::Predict, model->outputs(), rows, batch);
      const std::chrono::duration<double, std::nano> spent =
          std::chrono::steady_clock::now() - begin;
      best = std::min(best, spent.count() / static_cast<double>(count));
    }
    std::printf("batch %zu: %.1f ns per row\n", batch, best);
  }
  return 0;
}

int Transform(char** arguments) {
  const auto objective = galley::serving::FindObjective(arguments[0]);
  if (!objective) return 2;
  std::vector<float> values = ReadFloats(arguments[1]);
  galley::serving::TransformMargins((*objective)->transform, values, std::stoul(arguments[3]));
  WriteFloats(arguments[2], values);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view command = count > 1 ? arguments[1] : "";
  if (command == "load" && count == 3) {
    LoadOrExit(arguments[2], nullptr, TreeModel::Rounds::kAll);
    return 0;
  }
  if (command == "time" && count == 4) return Time(arguments + 2);
  if (command == "transform" && count == 6) return Transform(arguments + 2);
  if (count == 7) return Compare(arguments + 1);
  std::fprintf(stderr, "see the head of tests/trees/tree_oracle.cc\n");
  return 2;
}
