#include "serving/runtime/xgboost_file.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>
#include <utility>

namespace galley::serving {
namespace {

// Nodes, trees and names are bounded by the size of the file. These two are numbers in the file
// that size what callers allocate per row.
constexpr std::int64_t kFeaturesMax = 1'000'000;
constexpr std::int64_t kMarginsMax = 65'536;
constexpr std::int64_t kMajorVersionMax = 3;

// The arrays of one tree as the file has them, one element per node. Reused from tree to tree.
struct TreeArrays {
  std::vector<std::int32_t> lefts;
  std::vector<std::int32_t> rights;
  std::vector<std::int32_t> features;
  std::vector<float> values;
  std::vector<std::int32_t> missing_first;
  std::vector<std::int32_t> split_types;
  std::int64_t node_count = 0;
  std::int64_t leaf_size = 0;
  std::int64_t id = 0;

  void Clear() {
    lefts.clear();
    rights.clear();
    features.clear();
    values.clear();
    missing_first.clear();
    split_types.clear();
    node_count = leaf_size = 0;
    id = -1;
  }
};

// A tree whose nodes are in place, before the rest of the file is known.
struct PlacedTree {
  std::int64_t id;
  Tree tree;
  std::int32_t feature_max;
};

// All that the file says, before the parts are held against each other.
struct Draft {
  XgboostFile file;
  std::vector<PlacedTree> trees;
  std::vector<std::int32_t> tree_info;
  bool has_trees = false;
  std::string booster;
  std::string objective;
  std::string base_score;
  std::int64_t features = 0;
  std::int64_t classes = 0;
  std::int64_t targets = 1;
  std::int64_t tree_count = 0;
  std::int64_t parallel_trees = 1;
  std::int64_t boost_from_average = 1;
  std::vector<std::int32_t> iterations;
  std::vector<std::int32_t> version;
};

Result<std::int64_t> ParseInteger(std::string_view name, std::string_view text) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.begin(), text.end(), value);
  if (error != std::errc() || stop != text.end()) {
    return Fail(Code::kInvalidArgument, "{} is '{}' and not an integer", name, text.substr(0, 32));
  }
  return value;
}

// XGBoost stores its parameters as strings.
Status ReadParameter(DocumentReader& reader, std::string_view name, std::int64_t& out) {
  out = TRY(ParseInteger(name, TRY(Context(reader.String(), name))));
  return {};
}

Status ReadTreeParameters(DocumentReader& reader, TreeArrays& arrays) {
  return reader.Object([&](std::string_view key) -> Status {
    if (key == "num_nodes") return ReadParameter(reader, key, arrays.node_count);
    if (key == "size_leaf_vector") return ReadParameter(reader, key, arrays.leaf_size);
    return {};
  });
}

Status ReadTreeArrays(DocumentReader& reader, TreeArrays& arrays) {
  arrays.Clear();
  return reader.Object([&](std::string_view key) -> Status {
    if (key == "left_children") return Context(reader.Integers(arrays.lefts), key);
    if (key == "right_children") return Context(reader.Integers(arrays.rights), key);
    if (key == "split_indices") return Context(reader.Integers(arrays.features), key);
    if (key == "split_conditions") return Context(reader.Floats(arrays.values), key);
    if (key == "default_left") return Context(reader.Integers(arrays.missing_first), key);
    if (key == "split_type") return Context(reader.Integers(arrays.split_types), key);
    if (key == "tree_param") return ReadTreeParameters(reader, arrays);
    if (key == "id") {
      arrays.id = TRY(Context(reader.Integer(), key));
      return {};
    }
    return {};
  });
}

Status CheckSizes(const TreeArrays& arrays) {
  if (arrays.leaf_size > 1) {
    return Fail(Code::kUnimplemented,
                "leaves of {} values (multi_output_tree) are not evaluated here", arrays.leaf_size);
  }
  const std::size_t count = arrays.lefts.size();
  const std::pair<std::string_view, std::size_t> sizes[] = {
      {"right_children", arrays.rights.size()},
      {"split_indices", arrays.features.size()},
      {"split_conditions", arrays.values.size()},
      {"default_left", arrays.missing_first.size()},
      {"split_type", arrays.split_types.empty() ? count : arrays.split_types.size()},
  };
  for (const auto& [name, size] : sizes) {
    if (size != count) {
      return Fail(Code::kInvalidArgument, "left_children has {} nodes and {} has {}", count, name,
                  size);
    }
  }
  if (count == 0 || std::cmp_not_equal(count, arrays.node_count)) {
    return Fail(Code::kInvalidArgument, "num_nodes is {} and left_children has {}",
                arrays.node_count, count);
  }
  return {};
}

// One node of the file, with its two children appended to `order`. A child that another node has,
// or the root, is refused: what remains is a tree, and every walk ends.
Status CheckSplit(const TreeArrays& arrays, std::size_t node, std::vector<bool>& taken) {
  const std::int32_t left = arrays.lefts[node];
  const std::int32_t right = arrays.rights[node];
  if (left < 1 || std::cmp_greater_equal(left, taken.size() - 1)) {
    return Fail(Code::kInvalidArgument, "node {} of {} has the child {}", node, taken.size(), left);
  }
  // XGBoost allocates children in pairs, and its predictor takes one of them to be at left + 1
  // whatever the file says of the right one.
  if (right != left + 1) {
    return Fail(Code::kInvalidArgument,
                "node {} has the children {} and {}, which are no neighbours", node, left, right);
  }
  const auto first = static_cast<std::size_t>(left);
  if (taken[first] || taken[first + 1]) {
    return Fail(Code::kInvalidArgument, "node {} or {} has two parents", left, right);
  }
  taken[first] = taken[first + 1] = true;
  if (arrays.features[node] < 0) {
    return Fail(Code::kInvalidArgument, "node {} splits by feature {}", node,
                arrays.features[node]);
  }
  if (!arrays.split_types.empty() && arrays.split_types[node] != 0) {
    return Fail(Code::kUnimplemented,
                "node {} splits by category; categorical splits are not evaluated here", node);
  }
  return {};
}

// Appends the nodes that can be reached from the root, level by level: a node that pruning has left
// behind in the file disappears.
Result<PlacedTree> PlaceTree(const TreeArrays& arrays, std::vector<TreeNode>& nodes) {
  TRY(CheckSizes(arrays));
  const std::size_t base = nodes.size();
  if (base + arrays.lefts.size() > std::numeric_limits<std::uint32_t>::max()) {
    return Fail(Code::kResourceExhausted, "more than 2^32 nodes");
  }
  PlacedTree placed{arrays.id, Tree{static_cast<std::uint32_t>(base), 0, 0}, -1};
  std::vector<bool> taken(arrays.lefts.size());
  taken[0] = true;
  std::vector<std::size_t> order = {0};
  std::size_t level_end = 1;
  for (std::size_t at = 0; at < order.size(); ++at) {
    if (at == level_end) {
      ++placed.tree.depth;
      level_end = order.size();
    }
    const std::size_t node = order[at];
    const auto self = static_cast<std::uint32_t>(base + at);
    if (arrays.lefts[node] == -1) {
      nodes.push_back({arrays.values[node], 0, self, 0, 0});
      continue;
    }
    TRY(CheckSplit(arrays, node, taken));
    const std::int32_t feature = arrays.features[node];
    placed.feature_max = std::max(placed.feature_max, feature);
    nodes.push_back({arrays.values[node], static_cast<std::uint32_t>(feature),
                     static_cast<std::uint32_t>(base + order.size()),
                     static_cast<std::uint16_t>(arrays.missing_first[node] != 0 ? 1 : 0), 1});
    const auto left = static_cast<std::size_t>(arrays.lefts[node]);
    order.push_back(left);
    order.push_back(left + 1);
  }
  return placed;
}

Status ReadTrees(DocumentReader& reader, Draft& draft) {
  if (std::exchange(draft.has_trees, true)) {
    return Fail(Code::kInvalidArgument, "two lists of trees");
  }
  TreeArrays arrays;
  return reader.Array([&]() -> Status {
    const std::string name = fmt::format("tree {}", draft.trees.size());
    TRY(Context(ReadTreeArrays(reader, arrays), name));
    draft.trees.push_back(TRY(Context(PlaceTree(arrays, draft.file.nodes), name)));
    return {};
  });
}

Status ReadTreeModel(DocumentReader& reader, Draft& draft) {
  return reader.Object([&](std::string_view key) -> Status {
    if (key == "trees") return ReadTrees(reader, draft);
    if (key == "tree_info") return Context(reader.Integers(draft.tree_info), key);
    if (key == "iteration_indptr") return Context(reader.Integers(draft.iterations), key);
    if (key != "gbtree_model_param") return {};
    return reader.Object([&](std::string_view name) -> Status {
      if (name == "num_trees") return ReadParameter(reader, name, draft.tree_count);
      if (name == "num_parallel_tree") return ReadParameter(reader, name, draft.parallel_trees);
      return {};
    });
  });
}

Status ReadBooster(DocumentReader& reader, Draft& draft) {
  return reader.Object([&](std::string_view key) -> Status {
    if (key == "model") return ReadTreeModel(reader, draft);
    if (key == "name") draft.booster = TRY(Context(reader.String(), "the booster's name"));
    return {};
  });
}

Status ReadModelParameters(DocumentReader& reader, Draft& draft) {
  return reader.Object([&](std::string_view key) -> Status {
    if (key == "num_feature") return ReadParameter(reader, key, draft.features);
    if (key == "num_class") return ReadParameter(reader, key, draft.classes);
    if (key == "num_target") return ReadParameter(reader, key, draft.targets);
    if (key == "boost_from_average") return ReadParameter(reader, key, draft.boost_from_average);
    if (key == "base_score") draft.base_score = TRY(Context(reader.String(), key));
    return {};
  });
}

Status ReadFeatureNames(DocumentReader& reader, std::vector<std::string>& names) {
  names.clear();
  return reader.Array([&]() -> Status {
    if (std::cmp_equal(names.size(), kFeaturesMax)) {
      return Fail(Code::kResourceExhausted, "more than {} feature names", kFeaturesMax);
    }
    names.push_back(TRY(Context(reader.String(), "feature_names")));
    return {};
  });
}

Status ReadAttributes(DocumentReader& reader, XgboostFile& file) {
  return reader.Object([&](std::string_view key) -> Status {
    if (key != "best_iteration") return {};
    file.best_iteration = TRY(ParseInteger(key, TRY(Context(reader.String(), key))));
    return {};
  });
}

Status ReadLearner(DocumentReader& reader, Draft& draft) {
  return reader.Object([&](std::string_view key) -> Status {
    if (key == "gradient_booster") return ReadBooster(reader, draft);
    if (key == "learner_model_param") return ReadModelParameters(reader, draft);
    if (key == "feature_names") return ReadFeatureNames(reader, draft.file.feature_names);
    if (key == "attributes") return ReadAttributes(reader, draft.file);
    if (key != "objective") return {};
    return reader.Object([&](std::string_view name) -> Status {
      if (name == "name") draft.objective = TRY(Context(reader.String(), "the objective's name"));
      return {};
    });
  });
}

Status CheckKind(const Draft& draft) {
  if (draft.booster == "dart") {
    // The library multiplies and adds a dart tree in one order in `predict` and in another in
    // `inplace_predict`, so that there is no one answer to be equal to.
    return Fail(Code::kUnimplemented, "booster 'dart' is not evaluated here; 'gbtree' is");
  }
  if (draft.booster != "gbtree") {
    return Fail(draft.booster.empty() ? Code::kInvalidArgument : Code::kUnimplemented,
                "booster '{}' is not evaluated here; 'gbtree' is", draft.booster);
  }
  if (!draft.version.empty() && draft.version[0] > kMajorVersionMax) {
    return Fail(Code::kUnimplemented, "written by XGBoost {}; known are versions up to {}",
                draft.version[0], kMajorVersionMax);
  }
  if (draft.features < 1 || draft.features > kFeaturesMax) {
    return Fail(Code::kInvalidArgument, "num_feature is {}; it lies between 1 and {}",
                draft.features, kFeaturesMax);
  }
  for (const std::int64_t count : {draft.classes, draft.targets}) {
    if (count < 0 || count > kMarginsMax) {
      return Fail(Code::kInvalidArgument, "{} classes or targets; the limit is {}", count,
                  kMarginsMax);
    }
  }
  if (draft.classes > 1 && draft.targets > 1) {
    return Fail(Code::kInvalidArgument, "{} classes and {} targets; XGBoost has one or the other",
                draft.classes, draft.targets);
  }
  const std::size_t names = draft.file.feature_names.size();
  if (names != 0 && std::cmp_not_equal(names, draft.features)) {
    return Fail(Code::kInvalidArgument, "{} feature names for {} features", names, draft.features);
  }
  return {};
}

// `5E-1`, `[5E-1]` or `[1E-1,2E-1,3E-1]`: a scalar until XGBoost 3.0, a vector since 3.1.
Result<std::vector<float>> ParseBaseScore(std::string_view text) {
  const auto damaged = [text] {
    return Fail(Code::kInvalidArgument,
                "base_score is '{}', neither a number nor a list of numbers", text.substr(0, 64));
  };
  std::string_view rest = text;
  if (rest.starts_with('[')) {
    if (!rest.ends_with(']')) return damaged();
    rest = rest.substr(1, rest.size() - 2);
  }
  std::vector<float> values;
  for (;;) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \n\r\t"), rest.size()));
    float value = 0;
    const auto [stop, error] = std::from_chars(rest.begin(), rest.end(), value);
    if (error != std::errc()) return damaged();
    values.push_back(value);
    rest.remove_prefix(static_cast<std::size_t>(stop - rest.begin()));
    if (rest.empty()) return values;
    if (!rest.starts_with(',') || std::cmp_equal(values.size(), kMarginsMax)) return damaged();
    rest.remove_prefix(1);
  }
}

Status FinishMargins(Draft& draft) {
  XgboostFile& file = draft.file;
  file.objective = TRY(FindObjective(draft.objective));
  const bool multi = file.objective->transform == Transform::kSoftmax ||
                     file.objective->transform == Transform::kArgmax;
  if (multi && draft.classes < 1) {
    return Fail(Code::kInvalidArgument, "objective {} and num_class {}", draft.objective,
                draft.classes);
  }
  const auto margins =
      static_cast<std::size_t>(std::max({draft.classes, draft.targets, INT64_C(1)}));
  std::vector<float> scores = TRY(ParseBaseScore(draft.base_score));
  if (scores.size() == 1) scores.resize(margins, scores[0]);
  if (scores.size() != margins) {
    return Fail(Code::kInvalidArgument, "base_score has {} values for {} outputs", scores.size(),
                margins);
  }
  for (float& score : scores) score = TRY(InterceptToMargin(*file.objective, score));
  file.base_margins = std::move(scores);
  return {};
}

// A tree's place is its id; the library reads trees in parallel and puts each there.
Status FinishTrees(Draft& draft) {
  XgboostFile& file = draft.file;
  const std::size_t count = draft.trees.size();
  if (std::cmp_not_equal(count, draft.tree_count) || draft.tree_info.size() != count) {
    return Fail(Code::kInvalidArgument, "{} trees, num_trees is {} and tree_info has {}", count,
                draft.tree_count, draft.tree_info.size());
  }
  if (count == 0 && draft.boost_from_average != 0) {
    // The library predicts from a stand-in for the intercept then, which is not in the file.
    return Fail(Code::kInvalidArgument, "the model has not been trained: no trees, no intercept");
  }
  file.trees.resize(count);
  std::vector<bool> taken(count);
  for (const PlacedTree& placed : draft.trees) {
    if (placed.id < 0 || std::cmp_greater_equal(placed.id, count)) {
      return Fail(Code::kInvalidArgument, "a tree has the id {} of {}", placed.id, count);
    }
    const auto id = static_cast<std::size_t>(placed.id);
    if (taken[id]) return Fail(Code::kInvalidArgument, "two trees have the id {}", id);
    taken[id] = true;
    if (placed.feature_max >= draft.features) {
      return Fail(Code::kInvalidArgument, "tree {} splits by feature {} of {}", id,
                  placed.feature_max, draft.features);
    }
    const std::int32_t group = draft.tree_info[id];
    if (group < 0 || std::cmp_greater_equal(group, file.base_margins.size())) {
      return Fail(Code::kInvalidArgument, "tree {} adds to output {} of {}", id, group,
                  file.base_margins.size());
    }
    file.trees[id] = placed.tree;
    file.trees[id].group = static_cast<std::uint32_t>(group);
  }
  return {};
}

// Files before XGBoost 2.0 have no iteration_indptr: every round has the same number of trees.
Status FinishIterations(Draft& draft) {
  std::vector<std::int32_t>& ends = draft.file.iteration_ends;
  const auto count = static_cast<std::int64_t>(draft.trees.size());
  if (draft.iterations.empty()) {
    std::uint32_t groups = 0;
    for (const Tree& tree : draft.file.trees) groups = std::max(groups, tree.group + 1);
    if (draft.parallel_trees < 1 || draft.parallel_trees > std::max(count, INT64_C(1))) {
      return Fail(Code::kInvalidArgument, "num_parallel_tree is {}", draft.parallel_trees);
    }
    const std::int64_t each = draft.parallel_trees * groups;
    for (std::int64_t end = each; count > 0 && end <= count; end += each) {
      ends.push_back(static_cast<std::int32_t>(end));
    }
  } else {
    ends.assign(draft.iterations.begin() + 1, draft.iterations.end());
    if (draft.iterations[0] != 0 || !std::ranges::is_sorted(draft.iterations)) {
      return Fail(Code::kInvalidArgument, "iteration_indptr does not ascend from 0");
    }
  }
  if ((ends.empty() ? 0 : ends.back()) != count) {
    return Fail(Code::kInvalidArgument, "the boosting rounds end at tree {} of {}",
                ends.empty() ? 0 : ends.back(), count);
  }
  return {};
}

}  // namespace

Result<XgboostFile> ReadXgboost(DocumentReader& reader) {
  Draft draft;
  bool has_learner = false;
  TRY(reader.Object([&](std::string_view key) -> Status {
    if (key == "version") return Context(reader.Integers(draft.version), key);
    if (key != "learner") return {};
    if (std::exchange(has_learner, true)) return Fail(Code::kInvalidArgument, "two learners");
    return ReadLearner(reader, draft);
  }));
  if (!has_learner) {
    return Fail(Code::kInvalidArgument, "not an XGBoost model: it has no 'learner'");
  }
  TRY(CheckKind(draft));
  if (!draft.has_trees) return Fail(Code::kInvalidArgument, "the model has no list of trees");
  draft.file.features = static_cast<std::uint32_t>(draft.features);
  TRY(FinishMargins(draft));
  TRY(FinishTrees(draft));
  TRY(FinishIterations(draft));
  draft.file.nodes.shrink_to_fit();
  return std::move(draft.file);
}

}  // namespace galley::serving
