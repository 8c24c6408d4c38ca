#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "serving/runtime/signature.h"

namespace galley::serving {

/// The flavor `xgboost` of a model.
struct XgboostFlavor {
  std::string data;          ///< Path of the model file beside the MLmodel file, as written there.
  std::string model_class;   ///< `xgboost.core.Booster`, `xgboost.sklearn.XGBClassifier`, …
  std::string model_format;  ///< json, ubj or xgb.

  /// Whether `predict` answers with class numbers (`ClassesJson`), not with what the trees give.
  bool is_classifier() const;
  /// Whether `predict` takes infinite values; a Booster's DMatrix does not.
  bool allows_infinity() const { return model_class != "xgboost.core.Booster"; }
};

/// The MLmodel file with which MLflow describes a saved model. Paths in it come from users: open
/// them beneath the model's folder only.
struct MlModel {
  /// Larger files are refused (kResourceExhausted).
  static constexpr std::size_t kBytesMax = std::size_t{1} << 20;

  std::vector<std::string> flavors;  ///< In the file's order. `python_function` is one.
  std::optional<XgboostFlavor> xgboost;
  std::optional<Signature> signature;
  std::string run_id;  ///< This and those below: empty where the file has none.
  std::string model_id;
  std::string model_uuid;
  std::string mlflow_version;
  std::string python_version;  ///< Of the flavor `python_function`: `3.11.2`.

  /// From the file's text. kInvalidArgument, with the key, if it is damaged or of the wrong shape.
  static Result<MlModel> Parse(std::string_view yaml);
};

/// The version of Python that a python_env.yaml asks for; empty if it asks for none.
/// kInvalidArgument if the text is no mapping.
Result<std::string> PythonOfEnvironment(std::string_view yaml);

}  // namespace galley::serving
