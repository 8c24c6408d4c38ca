#include "serving/runtime/tree_model.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "foundation/base/check.h"
#include "serving/runtime/json_reader.h"
#include "serving/runtime/ubjson_reader.h"

namespace galley::serving {
namespace {

// Trees that are walked at once, so that the processor has as many independent loads to wait for.
constexpr std::size_t kLanes = 8;
// Rows that go through a block of trees while both are in the first cache.
constexpr std::size_t kBlockRows = 64;
// Levels between two looks at whether all walks have ended. Shallow trees are walked to their full
// depth without a look: a leaf leads to itself, and a step costs less than a branch guessed
// wrongly.
constexpr std::uint32_t kLevels = 8;

struct Lanes {
  std::array<std::uint32_t, kLanes> roots;
  std::uint32_t depth;
};

// One level down in all lanes, without branches on data. A comparison with NaN is false.
template <bool missing>
inline std::uint32_t Step(const TreeNode* nodes, const float* row,
                          std::array<std::uint32_t, kLanes>& at) {
  std::uint32_t moved = 0;
#pragma clang loop unroll(full)
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const TreeNode& node = nodes[at[lane]];
    const float value = row[node.feature];
    std::uint32_t second = value < node.value ? 0 : 1;
    if constexpr (missing) second &= (value != value ? 1U : 0U) & node.missing_first ? 0U : 1U;
    const std::uint32_t next = node.child + (node.step & second);
    moved |= next ^ at[lane];
    at[lane] = next;
  }
  return moved;
}

template <bool missing>
inline std::array<std::uint32_t, kLanes> Walk(const TreeNode* nodes, const float* row,
                                              const Lanes& lanes) {
  std::array<std::uint32_t, kLanes> at = lanes.roots;
  std::uint32_t left = lanes.depth;
  for (; left > kLevels; left -= kLevels) {
    std::uint32_t moved = 0;
    for (std::uint32_t level = 0; level < kLevels; ++level) moved = Step<missing>(nodes, row, at);
    if (moved == 0) return at;
  }
  for (; left > 0; --left) Step<missing>(nodes, row, at);
  return at;
}

}  // namespace

// Up to kBlockRows rows, and which of them lack a value: most rows lack none and walk faster.
struct TreeModel::Block {
  Block(std::span<const float> values, std::size_t row_count, std::size_t width)
      : rows(values.data()), count(row_count) {
    for (std::size_t row = 0; row < count; ++row) {
      // One comparison per value and no way out early, so that it becomes vector code.
      std::uint32_t found = 0;
      for (const float value : values.subspan(row * width, width))
        found |= value != value ? 1U : 0U;
      missing[row] = found != 0;
    }
  }

  const float* rows;
  std::size_t count;
  std::array<bool, kBlockRows> missing;
};

Result<TreeModel::Format> TreeModel::Detect(std::string_view bytes) {
  if (bytes.starts_with("binf") || bytes.starts_with("bs64")) {
    return Fail(Code::kUnimplemented,
                "XGBoost's old binary format; save the model again as .ubj or .json");
  }
  const std::size_t second = bytes.find_first_not_of(" \t\r\n", 1);
  if (bytes.starts_with('{') && second != std::string_view::npos) {
    if (bytes[second] == '"') return Format::kJson;
    if (second == 1 && std::string_view("iUIlL").contains(bytes[1])) return Format::kUbjson;
  }
  return Fail(Code::kInvalidArgument,
              "not an XGBoost model: the file begins neither like JSON nor like UBJSON");
}

Result<std::unique_ptr<const TreeModel>> TreeModel::Load(std::string_view bytes, Format format,
                                                         Rounds rounds) {
  if (bytes.size() > kBytesMax) {
    return Fail(Code::kResourceExhausted, "the model has {} bytes; the limit is {}", bytes.size(),
                kBytesMax);
  }
  const std::unique_ptr<DocumentReader> reader =
      format == Format::kJson ? TRY(OpenJson(bytes)) : OpenUbjson(bytes);
  std::unique_ptr<TreeModel> model(new TreeModel);
  TRY(model->Init(TRY(ReadXgboost(*reader)), rounds));
  return model;
}

Status TreeModel::Init(XgboostFile file, Rounds rounds) {
  std::size_t count = file.trees.size();
  if (rounds == Rounds::kBest && file.best_iteration) {
    const std::int64_t best = *file.best_iteration;
    if (best < 0 || std::cmp_greater_equal(best, file.iteration_ends.size())) {
      return Fail(Code::kInvalidArgument, "best_iteration is {} of {} boosting rounds", best,
                  file.iteration_ends.size());
    }
    count = static_cast<std::size_t>(file.iteration_ends[static_cast<std::size_t>(best)]);
  }
  // Sorted by counting: how many trees each group has, where each group begins, each tree to its
  // place.
  const std::span<const Tree> used(file.trees.data(), count);
  group_begin_.assign(file.base_margins.size() + 1, 0);
  for (const Tree& tree : used) ++group_begin_[tree.group + 1];
  std::partial_sum(group_begin_.begin(), group_begin_.end(), group_begin_.begin());
  std::vector<std::size_t> next = group_begin_;
  trees_.resize(count);
  for (const Tree& tree : used) trees_[next[tree.group]++] = tree;
  file.trees = {};
  file_ = std::move(file);
  return {};
}

std::size_t TreeModel::outputs() const {
  return file_.objective->transform == Transform::kArgmax ? 1 : margins();
}

// One sum per row: the base margin, then the trees of one group in order.
void TreeModel::SumTrees(std::size_t group, const Block& block, std::span<float> sums) const {
  std::ranges::fill(sums, file_.base_margins[group]);
  const TreeNode* nodes = file_.nodes.data();
  const std::size_t end = group_begin_[group + 1];
  for (std::size_t begin = group_begin_[group]; begin < end; begin += kLanes) {
    const std::size_t count = std::min(kLanes, end - begin);
    Lanes lanes{};
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      // Lanes without a tree walk along the first one, and what they find is not added.
      const Tree& tree = trees_[lane < count ? begin + lane : begin];
      lanes.roots[lane] = tree.root;
      lanes.depth = std::max(lanes.depth, tree.depth);
    }
    for (std::size_t index = 0; index < block.count; ++index) {
      const float* row = block.rows + index * file_.features;
      const auto leaves =
          block.missing[index] ? Walk<true>(nodes, row, lanes) : Walk<false>(nodes, row, lanes);
      float sum = sums[index];
      for (std::size_t lane = 0; lane < count; ++lane) sum += nodes[leaves[lane]].value;
      sums[index] = sum;
    }
  }
}

void TreeModel::PredictMargin(std::span<const float> rows, std::size_t row_count,
                              std::span<float> out) const {
  CHECK(rows.size() == row_count * features());
  CHECK(out.size() == row_count * margins());
  std::array<float, kBlockRows> sums;
  for (std::size_t first = 0; first < row_count; first += kBlockRows) {
    const std::size_t count = std::min(kBlockRows, row_count - first);
    const Block block(rows.subspan(first * features()), count, features());
    for (std::size_t group = 0; group < margins(); ++group) {
      SumTrees(group, block, std::span(sums).first(count));
      for (std::size_t row = 0; row < count; ++row) {
        out[(first + row) * margins() + group] = sums[row];
      }
    }
  }
}

// The first class with the greatest margin.
void TreeModel::PredictClass(const Block& block, std::span<float> out) const {
  std::array<float, kBlockRows> sums;
  std::array<float, kBlockRows> greatest;
  for (std::size_t group = 0; group < margins(); ++group) {
    SumTrees(group, block, std::span(sums).first(block.count));
    for (std::size_t row = 0; row < block.count; ++row) {
      if (group != 0 && !(sums[row] > greatest[row])) continue;
      greatest[row] = sums[row];
      out[row] = static_cast<float>(group);
    }
  }
}

void TreeModel::Predict(std::span<const float> rows, std::size_t row_count,
                        std::span<float> out) const {
  if (file_.objective->transform != Transform::kArgmax) {
    PredictMargin(rows, row_count, out);
    TransformMargins(file_.objective->transform, out, margins());
    return;
  }
  CHECK(rows.size() == row_count * features());
  CHECK(out.size() == row_count);
  for (std::size_t first = 0; first < row_count; first += kBlockRows) {
    const std::size_t count = std::min(kBlockRows, row_count - first);
    PredictClass(Block(rows.subspan(first * features()), count, features()), out.subspan(first));
  }
}

}  // namespace galley::serving
