#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/id.h"
#include "serving/router/guard.h"
#include "serving/router/mirrors.h"
#include "serving/router/traffic.h"
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

/// One of an endpoint's variants, and what the snapshot says of it.
struct LoadedArm {
  std::string variant_id;  ///< Which one shall answer. Empty if the endpoint has none.
  std::int64_t weight = 0;
  std::int64_t mirror = 0;
  /// Null until it is loaded. Of the first arm: until then the one that was there before.
  std::shared_ptr<const LoadedVariant> variant;
  std::string failure;               ///< Why `variant_id` cannot be loaded; empty otherwise.
  std::string progress;              ///< What is being done to load it; may be empty.
  std::shared_ptr<Traffic> traffic;  ///< Of `variant`, or of `variant_id` without one. Never null.
  std::shared_ptr<Guard> guard;      ///< By the endpoint's guardrails; null: nothing is watched.

  bool is_ready() const { return variant && variant->facts.id == variant_id; }
  bool is_tripped() const { return guard && guard->is_tripped(); }
};

struct LoadedEndpoint {
  std::string project;
  std::string name;
  std::vector<LoadedArm> arms;  ///< The champion, then the others in the snapshot's order.
  bool is_split = false;        ///< Not all requests go to the champion.
  bool has_mirrors = false;
  std::string key;  ///< As of snapshot::Endpoint, and what follows.
  std::string seed;
  std::optional<snapshot::Guardrails> guardrails;
  std::string default_answer;
  bool degraded = false;
  std::shared_ptr<Traffic> unanswered;  ///< Of requests that no variant is asked. Never null.
  std::shared_ptr<Mirrors> mirrors;     ///< Never null.

  const LoadedArm& champion() const { return arms.front(); }
};

/// All endpoints as they are served from one moment on.
struct Table {
  std::int64_t version = 0;  ///< Of the snapshot.
  std::vector<LoadedEndpoint> endpoints;

  /// Null if there is none of that name.
  const LoadedEndpoint* Find(std::string_view project, std::string_view name) const;
  /// The endpoint that a request means that names none: `default`, or the only one there is. A
  /// drill beside its endpoint does not count.
  const LoadedEndpoint* FindDefault() const;
};

}  // namespace galley::serving
