#include "serving/runtime/objective.h"

#include <algorithm>
#include <cmath>

#include "foundation/base/check.h"

namespace galley::serving {
namespace {

constexpr Objective kObjectives[] = {
    {"reg:squarederror", Link::kIdentity, Transform::kIdentity},
    {"reg:linear", Link::kIdentity, Transform::kIdentity},
    {"reg:squaredlogerror", Link::kIdentity, Transform::kIdentity},
    {"reg:pseudohubererror", Link::kIdentity, Transform::kIdentity},
    {"reg:absoluteerror", Link::kIdentity, Transform::kIdentity},
    {"reg:quantileerror", Link::kIdentity, Transform::kIdentity},
    {"reg:logistic", Link::kLogit, Transform::kSigmoid},
    {"reg:gamma", Link::kLog, Transform::kExp},
    {"reg:tweedie", Link::kLog, Transform::kExp},
    {"count:poisson", Link::kLog, Transform::kExp},
    {"survival:cox", Link::kLog, Transform::kExp},
    {"binary:logistic", Link::kLogit, Transform::kSigmoid},
    {"binary:logitraw", Link::kIdentity, Transform::kIdentity},
    {"binary:hinge", Link::kIdentity, Transform::kStep},
    {"multi:softprob", Link::kIdentity, Transform::kSoftmax},
    {"multi:softmax", Link::kIdentity, Transform::kArgmax},
    {"rank:pairwise", Link::kIdentity, Transform::kIdentity},
    {"rank:ndcg", Link::kIdentity, Transform::kIdentity},
    {"rank:map", Link::kIdentity, Transform::kIdentity},
};

// XGBoost's common::Sigmoid, with its guards against overflow and division by zero.
float Sigmoid(float margin) {
  constexpr float kLargest = 88.7F;
  constexpr float kEpsilon = 1e-16F;
  const float denominator = std::exp(std::min(-margin, kLargest)) + 1.0F + kEpsilon;
  return 1.0F / denominator;
}

// XGBoost's common::Softmax: the sum in double, the rest in float.
void Softmax(std::span<float> row) {
  float largest = row[0];
  for (const float value : row.subspan(1)) largest = std::fmax(value, largest);
  double sum = 0;
  for (float& value : row) {
    value = std::exp(value - largest);
    sum += value;
  }
  for (float& value : row) value /= static_cast<float>(sum);
}

}  // namespace

Result<const Objective*> FindObjective(std::string_view name) {
  for (const Objective& objective : kObjectives) {
    if (objective.name == name) return &objective;
  }
  return Fail(Code::kUnimplemented, "the objective '{}' is not one that can be evaluated here",
              name);
}

Result<float> InterceptToMargin(const Objective& objective, float base_score) {
  if (!std::isfinite(base_score)) {
    return Fail(Code::kInvalidArgument, "base_score is {}", base_score);
  }
  switch (objective.link) {
    case Link::kIdentity: return base_score;
    case Link::kLogit: {
      if (base_score < 0 || base_score > 1) {
        return Fail(Code::kInvalidArgument, "base_score is {}; for {} it lies between 0 and 1",
                    base_score, objective.name);
      }
      constexpr float kNearest = 1e-6F;
      const float bounded = std::min(std::max(base_score, kNearest), 1.0F - kNearest);
      return -std::log(1.0F / bounded - 1.0F);
    }
    case Link::kLog:
      if (base_score <= 0) {
        return Fail(Code::kInvalidArgument, "base_score is {}; for {} it is greater than 0",
                    base_score, objective.name);
      }
      return std::log(base_score);
  }
  return Fail(Code::kInternal, "unknown link");
}

void TransformMargins(Transform transform, std::span<float> values, std::size_t classes) {
  switch (transform) {
    case Transform::kIdentity: return;
    case Transform::kSigmoid:
      for (float& value : values) value = Sigmoid(value);
      return;
    case Transform::kExp:
      for (float& value : values) value = std::exp(value);
      return;
    case Transform::kStep:
      for (float& value : values) value = value > 0 ? 1.0F : 0.0F;
      return;
    case Transform::kSoftmax:
      for (std::size_t at = 0; at < values.size(); at += classes)
        Softmax(values.subspan(at, classes));
      return;
    case Transform::kArgmax: break;
  }
  CHECK(transform != Transform::kArgmax);
}

}  // namespace galley::serving
