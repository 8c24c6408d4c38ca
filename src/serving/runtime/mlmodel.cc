#include "serving/runtime/mlmodel.h"

#include <exception>

#include <yaml-cpp/yaml.h>

namespace galley::serving {
namespace {

constexpr std::size_t kFlavorsMax = 100;

/// The single value under `key`; empty if there is none, or null.
Result<std::string> Scalar(const YAML::Node& map, const std::string& key) {
  const YAML::Node node = map[key];
  if (!node.IsDefined() || node.IsNull()) return std::string();
  if (!node.IsScalar()) return Fail(Code::kInvalidArgument, "'{}' must be a single value", key);
  return node.Scalar();
}

Result<XgboostFlavor> ReadXgboost(const YAML::Node& node) {
  if (!node.IsMap()) return Fail(Code::kInvalidArgument, "must be a mapping");
  XgboostFlavor flavor{.data = TRY(Scalar(node, "data")),
                       .model_class = TRY(Scalar(node, "model_class")),
                       .model_format = TRY(Scalar(node, "model_format"))};
  if (flavor.data.empty()) return Fail(Code::kInvalidArgument, "'data' is missing");
  return flavor;
}

Status ReadFlavors(const YAML::Node& node, MlModel& model) {
  if (!node.IsDefined() || !node.IsMap()) {
    return Fail(Code::kInvalidArgument, "'flavors' must be a mapping");
  }
  if (node.size() > kFlavorsMax) {
    return Fail(Code::kInvalidArgument, "'flavors' has more than {} entries", kFlavorsMax);
  }
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) {
      return Fail(Code::kInvalidArgument, "a name in 'flavors' is no single value");
    }
    model.flavors.push_back(entry.first.Scalar());
    if (model.flavors.back() == "python_function" && entry.second.IsMap()) {
      model.python_version =
          TRY(Context(Scalar(entry.second, "python_version"), "flavor python_function"));
    }
    if (model.flavors.back() != "xgboost") continue;
    model.xgboost = TRY(Context(ReadXgboost(entry.second), "flavor xgboost"));
  }
  return {};
}

Status ReadSignature(const YAML::Node& node, MlModel& model) {
  if (!node.IsDefined() || node.IsNull()) return {};
  if (!node.IsMap()) return Fail(Code::kInvalidArgument, "'signature' must be a mapping");
  Signature signature;
  if (const auto text = TRY(Scalar(node, "inputs")); !text.empty()) {
    signature.inputs = TRY(Context(ParseSchema(text), "inputs of the signature"));
  }
  if (const auto text = TRY(Scalar(node, "outputs")); !text.empty()) {
    signature.outputs = TRY(Context(ParseSchema(text), "outputs of the signature"));
  }
  if (const auto text = TRY(Scalar(node, "params")); !text.empty()) {
    signature.params = TRY(Context(ParseParameters(text), "params of the signature"));
  }
  model.signature = std::move(signature);
  return {};
}

Result<MlModel> Read(const YAML::Node& root) {
  if (!root.IsMap()) return Fail(Code::kInvalidArgument, "must be a mapping");
  MlModel model;
  TRY(ReadFlavors(root["flavors"], model));
  TRY(ReadSignature(root["signature"], model));
  model.run_id = TRY(Scalar(root, "run_id"));
  model.model_id = TRY(Scalar(root, "model_id"));
  model.model_uuid = TRY(Scalar(root, "model_uuid"));
  model.mlflow_version = TRY(Scalar(root, "mlflow_version"));
  return model;
}

}  // namespace

bool XgboostFlavor::is_classifier() const {
  return model_class == "xgboost.sklearn.XGBClassifier" ||
         model_class == "xgboost.sklearn.XGBRFClassifier";
}

Result<MlModel> MlModel::Parse(std::string_view yaml) {
  if (yaml.size() > kBytesMax) {
    return Fail(Code::kResourceExhausted, "the MLmodel file has {} bytes; the limit is {}",
                yaml.size(), kBytesMax);
  }
  try {
    return Context(Read(YAML::Load(std::string(yaml))), "the MLmodel file");
  } catch (const std::exception& exception) {  // YAML::Exception, and what its conversions throw.
    return Fail(Code::kInvalidArgument, "the MLmodel file is not YAML: {}", exception.what());
  }
}

Result<std::string> PythonOfEnvironment(std::string_view yaml) {
  try {
    const YAML::Node root = YAML::Load(std::string(yaml));
    if (!root.IsMap()) return Fail(Code::kInvalidArgument, "python_env.yaml must be a mapping");
    return Context(Scalar(root, "python"), "python_env.yaml");
  } catch (const std::exception& exception) {
    return Fail(Code::kInvalidArgument, "python_env.yaml is not YAML: {}", exception.what());
  }
}

}  // namespace galley::serving
