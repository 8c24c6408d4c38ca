#include <fcntl.h>
#include <unistd.h>

#include <optional>

#include "foundation/base/path.h"
#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "foundation/telemetry/log.h"
#include "serving/router/loader.h"
#include "serving/runtime/mlmodel.h"
#include "serving/runtime/python_environment.h"

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
  std::string folder = ModelFolder(data, variant.id);
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

/// A text file of the model; empty if it has none of that name.
Result<std::string> ReadText(const snapshot::Variant& variant, const std::string& data,
                             std::string_view path) {
  const snapshot::File* file = FindFile(variant, path);
  if (file == nullptr) return std::string();
  return ReadVerified(data, *file, MlModel::kBytesMax);
}

/// One digest for all of the model's files.
std::string DigestOfFiles(const snapshot::Variant& variant) {
  blob::Sha256 digest;
  for (const snapshot::File& file : variant.files) {
    digest.Add(fmt::format("{} {}\n", file.sha256, file.path));
  }
  return digest.Finish().Hex();
}

/// One attempt to load a variant in Python.
class PythonLoad {
 public:
  PythonLoad(const snapshot::Variant& variant, const MlModel& mlmodel,
             const Loader::Options& options, LoadProgress& progress)
      : variant_(variant), mlmodel_(mlmodel), options_(options), progress_(progress) {}

  Result<std::shared_ptr<const LoadedVariant>> Load();

 private:
  Result<std::shared_ptr<const LoadedVariant>> InDefaultEnvironment();
  Result<std::string> MakeEnvironment(const Requirements& requirements);
  Result<std::shared_ptr<const LoadedVariant>> With(const std::string& python);

  const snapshot::Variant& variant_;
  const MlModel& mlmodel_;
  const Loader::Options& options_;
  LoadProgress& progress_;
  std::string folder_;
};

Result<std::shared_ptr<const LoadedVariant>> PythonLoad::Load() {
  folder_ = TRY(MaterializeFolder(variant_, options_.data));
  if (variant_.python.empty()) return InDefaultEnvironment();
  TRY(CheckInterpreter(variant_.python, folder_ + ".probe", options_.cancelled));
  return With(variant_.python);
}

/// Without mlflow's server first. A model that leans on what that would have brought, and does not
/// say so, gets its requirements as they are written.
Result<std::shared_ptr<const LoadedVariant>> PythonLoad::InDefaultEnvironment() {
  const std::string text = TRY(ReadText(variant_, options_.data, "requirements.txt"));
  if (text.empty()) {
    return Fail(Code::kFailedPrecondition,
                "this model needs Python and has no requirements.txt to make an environment from: "
                "create the endpoint with --python ENV, an environment with its packages");
  }
  const Requirements slim = Slimmed(text);
  auto loaded = With(TRY(MakeEnvironment(slim)));
  if (loaded || !slim.is_slim || !loaded.error().message.contains("ModuleNotFoundError")) {
    return loaded;
  }
  telemetry::LogWarn("the model lacks a module; it gets its requirements as they are written",
                     {{"galley.variant", variant_.id}, {"event.reason", loaded.error().message}});
  return With(TRY(MakeEnvironment(AsWritten(text))));
}

Result<std::string> PythonLoad::MakeEnvironment(const Requirements& requirements) {
  std::string version =
      TRY(PythonOfEnvironment(TRY(ReadText(variant_, options_.data, "python_env.yaml"))));
  if (version.empty()) version = mlmodel_.python_version;
  return MakePythonEnvironment(
      {.folder = options_.data + "/gateway/environments",
       .uv = options_.uv,
       .python = TRY(Context(PythonSeries(version), "python_env.yaml")),
       .requirements = requirements,
       .model_folder = folder_,
       .model_digest = DigestOfFiles(variant_),
       .cancelled = options_.cancelled,
       .progress = [this](std::string what) { progress_.Set(std::move(what)); }});
}

Result<std::shared_ptr<const LoadedVariant>> PythonLoad::With(const std::string& python) {
  progress_.Set("Python loads the model");
  auto loaded = TRY(MakeLoaded(variant_));
  loaded->python =
      TRY(PythonModel::Start({.python = python,
                              .script = options_.worker_script,
                              .model_folder = folder_,
                              // Whoever created the endpoint has the administrator's token.
                              .trust_skops_types = true,
                              .cancelled = options_.cancelled}));
  return loaded;
}

}  // namespace

std::string ModelFolder(const std::string& data, std::string_view variant) {
  return fmt::format("{}/gateway/models/{}", data, variant);
}

Result<std::shared_ptr<const LoadedVariant>> LoadVariant(const snapshot::Variant& variant,
                                                         const Loader::Options& options,
                                                         LoadProgress& progress) {
  const snapshot::File* file = FindFile(variant, "MLmodel");
  if (file == nullptr) {
    return Fail(Code::kFailedPrecondition, "the model has no file 'MLmodel'");
  }
  const auto mlmodel =
      TRY(MlModel::Parse(TRY(ReadVerified(options.data, *file, MlModel::kBytesMax))));
  PythonLoad in_python(variant, mlmodel, options, progress);
  if (!mlmodel.xgboost) return in_python.Load();
  auto trees = LoadTrees(variant, mlmodel, options.data);
  // Without an environment of its own, only what is known to be right but not evaluated here.
  const bool may_be_run =
      !variant.python.empty() || (!trees && trees.error().code == Code::kUnimplemented);
  if (trees || !may_be_run) return trees;
  telemetry::LogInfo("an XGBoost model is run in Python",
                     {{"galley.variant", variant.id}, {"event.reason", trees.error().message}});
  auto loaded = in_python.Load();
  if (loaded) return loaded;
  return Fail(loaded.error().code, "{}; and in Python: {}", trees.error().message,
              loaded.error().message);
}

}  // namespace galley::serving
