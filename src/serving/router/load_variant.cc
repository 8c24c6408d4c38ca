#include <fcntl.h>
#include <unistd.h>

#include <optional>

#include "foundation/base/path.h"
#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "foundation/telemetry/log.h"
#include "serving/router/loader.h"
#include "serving/runtime/mlmodel.h"

namespace galley::serving {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{16} * 1024 * 1024 * 1024;

/// Where the server keeps a blob, on this machine.
std::string BlobPath(const std::string& data, std::string_view sha256) {
  return fmt::format("{}/blobs/{}/{}", data, sha256.substr(0, 2), sha256.substr(2));
}

/// A file of the model, whose bytes are what the snapshot says.
Result<std::string> ReadVerified(const std::string& data, const snapshot::File& file,
                                 std::size_t bytes_max) {
  if (!blob::Digest::FromHex(file.sha256)) {
    return Fail(Code::kDataLoss, "'{}' is no digest", file.sha256);
  }
  auto bytes = TRY(Context(io::ReadFile(BlobPath(data, file.sha256), bytes_max),
                           fmt::format("the file {}, whose digest is {}", file.path, file.sha256)));
  if (blob::DigestOf(bytes).Hex() == file.sha256) return bytes;
  return Fail(Code::kDataLoss, "the file {} is damaged: its digest is not {}", file.path,
              file.sha256);
}

const snapshot::File* FindFile(const snapshot::Variant& variant, std::string_view path) {
  for (const snapshot::File& file : variant.files) {
    if (file.path == path) return &file;
  }
  return nullptr;
}

/// A variant without its model yet.
Result<std::shared_ptr<LoadedVariant>> MakeLoaded(const snapshot::Variant& variant) {
  const auto id = Id::Parse(variant.id);
  const auto version = Id::Parse(variant.version_id);
  if (!id || !version) {
    return Fail(Code::kDataLoss, "'{}' and '{}' are no ids of a variant and a model version",
                variant.id, variant.version_id);
  }
  auto loaded = std::make_shared<LoadedVariant>();
  loaded->facts = variant;
  loaded->id = *id;
  loaded->version = *version;
  return loaded;
}

/// The model as trees; null if it is no XGBoost model, an error says why it cannot be evaluated.
Result<std::shared_ptr<const LoadedVariant>> LoadTrees(const snapshot::Variant& variant,
                                                       const MlModel& mlmodel,
                                                       const std::string& data) {
  const XgboostFlavor& flavor = *mlmodel.xgboost;
  const snapshot::File* file = FindFile(variant, flavor.data);
  if (file == nullptr) {
    return Fail(Code::kDataLoss, "the model has no file '{}', which its MLmodel names",
                flavor.data);
  }
  const std::string bytes = TRY(ReadVerified(data, *file, TreeModel::kBytesMax));
  // The scikit-learn classes stop at the best round; a Booster uses all.
  const auto rounds = flavor.allows_infinity() ? TreeModel::Rounds::kBest : TreeModel::Rounds::kAll;
  auto loaded = TRY(MakeLoaded(variant));
  loaded->trees = TRY(TreeModel::Load(bytes, TRY(TreeModel::Detect(bytes)), rounds));
  loaded->gives_classes = flavor.is_classifier();
  const Signature* signature = mlmodel.signature ? &*mlmodel.signature : nullptr;
  loaded->input = TRY(MakeInputSpec(loaded->trees->feature_names(), loaded->trees->features(),
                                    signature, flavor.allows_infinity()));
  return loaded;
}

/// Lays the model's files out as the folder that Python loads.
Result<std::string> MaterializeFolder(const snapshot::Variant& variant, const std::string& data) {
  std::string folder = fmt::format("{}/gateway/models/{}", data, variant.id);
  TRY(io::RemoveFolder(folder));
  TRY(io::MakeFolder(folder));
  for (const snapshot::File& file : variant.files) {
    TRY(CheckRelativePath(file.path));
    const std::string path = fmt::format("{}/{}", folder, file.path);
    TRY(io::MakeFolder(path.substr(0, path.rfind('/'))));
    const std::string bytes = TRY(ReadVerified(data, file, kFileBytesMax));
    const io::UniqueFd out(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!out) return std::unexpected(io::ErrnoError("creating " + path));
    TRY(io::WriteAll(out.get(), bytes, path));
  }
  return folder;
}

Result<std::shared_ptr<const LoadedVariant>> LoadPython(const snapshot::Variant& variant,
                                                        const Loader::Options& options) {
  if (variant.python.empty()) {
    return Fail(
        Code::kFailedPrecondition,
        "this model needs Python: create its endpoint with --python INTERPRETER, that of an "
        "environment with the packages of the model's requirements.txt");
  }
  auto loaded = TRY(MakeLoaded(variant));
  loaded->python =
      TRY(PythonModel::Start({.python = variant.python,
                              .script = options.worker_script,
                              .model_folder = TRY(MaterializeFolder(variant, options.data)),
                              // Whoever created the endpoint has the administrator's token.
                              .trust_skops_types = true,
                              .cancelled = options.cancelled}));
  return loaded;
}

}  // namespace

Result<std::shared_ptr<const LoadedVariant>> LoadVariant(const snapshot::Variant& variant,
                                                         const Loader::Options& options) {
  const snapshot::File* file = FindFile(variant, "MLmodel");
  if (file == nullptr) {
    return Fail(Code::kFailedPrecondition, "the model has no file 'MLmodel'");
  }
  const auto mlmodel =
      TRY(MlModel::Parse(TRY(ReadVerified(options.data, *file, MlModel::kBytesMax))));
  if (!mlmodel.xgboost) return LoadPython(variant, options);
  auto trees = LoadTrees(variant, mlmodel, options.data);
  if (trees || variant.python.empty()) return trees;
  telemetry::LogInfo("an XGBoost model is run in Python",
                     {{"galley.variant", variant.id}, {"event.reason", trees.error().message}});
  return LoadPython(variant, options);
}

}  // namespace galley::serving
