#pragma once

#include <span>
#include <string_view>

#include "foundation/base/error.h"

namespace galley::serving {

/// How an intercept, which XGBoost stores as a prediction, becomes a margin.
enum class Link { kIdentity, kLogit, kLog };

/// How the margins of a row become its prediction.
enum class Transform { kIdentity, kSigmoid, kExp, kStep, kSoftmax, kArgmax };

/// One of XGBoost's objectives, as far as predicting needs it.
struct Objective {
  std::string_view name;
  Link link;
  Transform transform;
};

/// The objective of that name, from a static table. kUnimplemented if it is not there.
Result<const Objective*> FindObjective(std::string_view name);

/// The margin that `base_score` stands for (`ProbToMargin` in XGBoost's `src/objective`), in float
/// as the library computes it. kInvalidArgument if the objective has none for this value.
Result<float> InterceptToMargin(const Objective& objective, float base_score);

/// Margins to predictions in place, `PredTransform` in XGBoost's `src/objective`. `values`: rows of
/// `classes` margins, row after row. Not for kArgmax, which needs fewer values than it reads.
void TransformMargins(Transform transform, std::span<float> values, std::size_t classes);

}  // namespace galley::serving
