#include "serving/runtime/mlmodel.h"

#include "foundation/yaml/yaml.h"

namespace galley::serving {
namespace {

constexpr std::size_t kFlavorsMax = 100;

/// The single value under `key`; empty if there is none, or null.
Result<std::string> Scalar(const yaml::Node& map, std::string_view key) {
  const yaml::Node* node = map.Find(key);
  if (node == nullptr || node->kind == yaml::Kind::kNull) return std::string();
  if (!node->IsScalar()) return Fail(Code::kInvalidArgument, "'{}' must be a single value", key);
  return node->text;
}

Result<XgboostFlavor> ReadXgboost(const yaml::Node& node) {
  if (node.kind != yaml::Kind::kMap) return Fail(Code::kInvalidArgument, "must be a mapping");
  XgboostFlavor flavor{.data = TRY(Scalar(node, "data")),
                       .model_class = TRY(Scalar(node, "model_class")),
                       .model_format = TRY(Scalar(node, "model_format"))};
  if (flavor.data.empty()) return Fail(Code::kInvalidArgument, "'data' is missing");
  return flavor;
}

Status ReadFlavors(const yaml::Node* node, MlModel& model) {
  if (node == nullptr || node->kind != yaml::Kind::kMap) {
    return Fail(Code::kInvalidArgument, "'flavors' must be a mapping");
  }
  if (node->entries.size() > kFlavorsMax) {
    return Fail(Code::kInvalidArgument, "'flavors' has more than {} entries", kFlavorsMax);
  }
  for (const auto& [name, place, flavor] : node->entries) {
    model.flavors.push_back(name);
    if (name == "python_function" && flavor.kind == yaml::Kind::kMap) {
      model.python_version =
          TRY(Context(Scalar(flavor, "python_version"), "flavor python_function"));
    }
    if (name == "xgboost") model.xgboost = TRY(Context(ReadXgboost(flavor), "flavor xgboost"));
  }
  return {};
}

Status ReadSignature(const yaml::Node* node, MlModel& model) {
  if (node == nullptr || node->kind == yaml::Kind::kNull) return {};
  if (node->kind != yaml::Kind::kMap)
    return Fail(Code::kInvalidArgument, "'signature' must be a mapping");
  Signature signature;
  if (const auto text = TRY(Scalar(*node, "inputs")); !text.empty()) {
    signature.inputs = TRY(Context(ParseSchema(text), "inputs of the signature"));
  }
  if (const auto text = TRY(Scalar(*node, "outputs")); !text.empty()) {
    signature.outputs = TRY(Context(ParseSchema(text), "outputs of the signature"));
  }
  if (const auto text = TRY(Scalar(*node, "params")); !text.empty()) {
    signature.params = TRY(Context(ParseParameters(text), "params of the signature"));
  }
  model.signature = std::move(signature);
  return {};
}

Result<MlModel> Read(const yaml::Node& root) {
  if (root.kind != yaml::Kind::kMap) return Fail(Code::kInvalidArgument, "must be a mapping");
  MlModel model;
  TRY(ReadFlavors(root.Find("flavors"), model));
  TRY(ReadSignature(root.Find("signature"), model));
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
  const auto document = TRY(yaml::Parse(yaml, "the MLmodel file"));
  return Context(Read(document.root), "the MLmodel file");
}

Result<std::string> PythonOfEnvironment(std::string_view yaml) {
  const auto document = TRY(yaml::Parse(yaml, "python_env.yaml"));
  if (document.root.kind != yaml::Kind::kMap) {
    return Fail(Code::kInvalidArgument, "python_env.yaml must be a mapping");
  }
  return Context(Scalar(document.root, "python"), "python_env.yaml");
}

}  // namespace galley::serving
