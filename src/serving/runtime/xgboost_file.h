#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/error.h"
#include "serving/runtime/document_reader.h"
#include "serving/runtime/objective.h"

namespace galley::serving {

/// A split or a leaf. A walk goes to `child` if the row's feature is below `value`, else to
/// `child + step`; a missing feature (NaN) goes to `child` if `missing_first` is 1. A leaf leads to
/// itself (`step` 0) and `value` is what it adds. Unlike the file, a leaf's `feature` is 0.
struct TreeNode {
  float value;
  std::uint32_t feature;
  std::uint32_t child;  ///< Index into the model's nodes.
  std::uint16_t missing_first;
  std::uint16_t step;
};
static_assert(sizeof(TreeNode) == 16);

struct Tree {
  std::uint32_t root;   ///< Index into the model's nodes.
  std::uint32_t depth;  ///< Splits on the longest way from the root to a leaf.
  std::uint32_t group;  ///< The margin that it adds to.
};

/// What a model file says, checked: every child and feature exists, every walk ends, each margin
/// has a base. Bounds: see `xgboost_file.cc`.
struct XgboostFile {
  std::vector<TreeNode> nodes;
  std::vector<Tree> trees;  ///< In the library's order, which is the order of summation.
  const Objective* objective = nullptr;
  std::vector<float> base_margins;  ///< One per margin of a row: classes, targets or just one.
  std::uint32_t features = 0;       ///< At least 1.
  std::vector<std::string> feature_names;      ///< Empty or one per feature.
  std::optional<std::int64_t> best_iteration;  ///< Set by early stopping.
  std::vector<std::int32_t> iteration_ends;    ///< Trees up to and including each boosting round.
};

/// Reads a model as `Booster.save_model` of XGBoost 1.0 to 3.x writes it. The format is what
/// `LearnerIO::LoadModel`, `GBTreeModel::LoadModel` and `RegTree::LoadModel` read in xgboost 3.2.
/// kInvalidArgument: the file is damaged or contradicts itself. kUnimplemented: a model of a kind
/// that is not evaluated here, named in the message.
Result<XgboostFile> ReadXgboost(DocumentReader& reader);

}  // namespace galley::serving
