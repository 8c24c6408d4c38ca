#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/id.h"
#include "serving/runtime/python_model.h"
#include "serving/runtime/scoring_input.h"
#include "serving/runtime/tree_model.h"
#include "serving/snapshot/snapshot.h"

namespace galley::serving {

/// A variant with its model in memory: one of `trees` and `python` is set. Immutable, but for what
/// the Python workers do.
struct LoadedVariant {
  snapshot::Variant facts;
  Id id;       ///< Of the variant; `facts` has it as text.
  Id version;  ///< Of the model version.
  std::unique_ptr<const TreeModel> trees;
  InputSpec input;             ///< For trees.
  bool gives_classes = false;  ///< For trees: the model's own `predict` answers with class numbers.
  std::unique_ptr<PythonModel> python;
};

struct LoadedEndpoint {
  std::string project;
  std::string name;
  std::string variant_id;  ///< Which one shall answer. Empty if the endpoint has none.
  /// Which one answers: until the model of `variant_id` is loaded, the one before, or null.
  std::shared_ptr<const LoadedVariant> variant;
  std::string failure;   ///< Why `variant_id` cannot be loaded; empty otherwise.
  std::string progress;  ///< What is being done to load it; may be empty.

  bool is_ready() const { return variant && variant->facts.id == variant_id; }
};

/// All endpoints as they are served from one moment on.
struct Table {
  std::int64_t version = 0;  ///< Of the snapshot.
  std::vector<LoadedEndpoint> endpoints;

  /// Null if there is none of that name.
  const LoadedEndpoint* Find(std::string_view project, std::string_view name) const;
  /// The endpoint that a request means that names none: `default`, or the only one there is.
  const LoadedEndpoint* FindDefault() const;
};

}  // namespace galley::serving
