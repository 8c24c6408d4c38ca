#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/pipeline/gate.h"
#include "foundation/base/error.h"
#include "foundation/yaml/yaml.h"

/// A pipeline as `galley.yaml` describes it (docs/formats/pipeline.md).
namespace galley::pipeline {

/// When a job that ended badly is tried again.
struct Retry {
  std::int64_t max = 0;            ///< Further attempts.
  std::int64_t backoff_ms = 0;     ///< Before the first of them.
  double factor = 1;               ///< By which each later pause is longer.
  std::vector<std::string> on;     ///< Names of endings (jobs::EndingName); empty: all.
  std::vector<std::int64_t> exit;  ///< Exit codes: `failed` counts with these alone, if any.
};

/// 0: the service's own limit.
struct Resources {
  double cpu = 0;           ///< Cores, for the environment; no limit by itself.
  std::int64_t cpu_ms = 0;  ///< Of processor time in all.
  std::int64_t memory_bytes = 0;
  std::int64_t processes = 0;
  std::int64_t log_bytes = 0;
  std::int64_t written_bytes = 0;
};

/// A dataset that a job reads: `dataset:NAME`, `dataset:NAME@latest`, `dataset:NAME@3`.
struct DatasetDependency {
  std::string name;
  std::optional<std::int64_t> version;  ///< Null: the newest when the job starts.
};

struct Output {
  std::string path;   ///< Relative to the project's folder, below it; a file or a folder.
  bool cache = true;  ///< Kept, so that it can be put back; false: only its digest is known.
};

/// One job after its matrix was expanded. Texts have their `${{ … }}` filled in, but for those that
/// are known only when it runs (there are none yet: an unknown one is an error).
struct Job {
  std::string name;  ///< `train`, or with its matrix `train[gbdt,1]`, values in the keys' order.
  std::string base;  ///< `train`
  std::vector<std::pair<std::string, std::string>> matrix;
  std::string stage;
  std::string run;  ///< For bash; empty if it is a gate.
  std::optional<Gate> gate;
  std::vector<std::string> needs;  ///< Names of jobs: said, by stages, outs in deps, `if`.
  std::vector<std::string> deps;   ///< Paths, relative to the project's folder.
  std::vector<DatasetDependency> datasets;
  std::vector<Output> outs;          ///< `metrics` too, if not inside of another one.
  std::vector<std::string> metrics;  ///< JSON files.
  /// The parameters that it names, with their values as JSON; part of what the cache goes by.
  std::vector<std::pair<std::string, std::string>> params;
  std::vector<std::pair<std::string, std::string>> environment;
  std::string condition;  ///< `if:`, with the values of matrix, params and env; empty: none.
  Retry retry;
  std::int64_t timeout_ms = 0;
  Resources resources;
  bool always = false;  ///< `always_changed`: never taken from the cache.
  yaml::Place place;
};

/// What stands for the branch of a push until a run begins.
constexpr std::string_view kBranch = "${{ branch }}";

/// Of the runs of a group one is under way and one waits, the newest.
struct Concurrency {
  std::string group;             ///< Empty: of none. May have kBranch.
  bool cancels_running = false;  ///< A newer run ends the one that is under way.
};

struct Pipeline {
  std::string name;  ///< `name:`, or the folder's in the document's label, which may be empty.
  std::vector<std::string> stages;
  Concurrency concurrency;
  std::vector<Job> jobs;  ///< Each behind those it needs; else in the file's order.

  const Job* Find(std::string_view name) const;
};

/// Reads another file of the project by its path: `params.yaml`. For tests a map, else the disk.
class Files {
 public:
  virtual ~Files() = default;
  virtual Result<std::string> Read(const std::string& path) const = 0;
};

/// What `galley.yaml` may have at its top, keys of other parts included.
std::span<const std::string_view> ProjectKeys();

/// The pipeline of a parsed `galley.yaml`. Keys of other parts (`datasets`, `endpoints`,
/// `monitors`) are passed over. Errors name file, line, key and what was expected; a cycle names
/// its jobs. `inputs` take the place of parameters by their dotted name.
Result<Pipeline> ReadPipeline(const yaml::Document& document, const Files& files,
                              const std::map<std::string, std::string>& inputs);

/// A parameter of a pipeline that an input may take the place of.
struct Parameter {
  std::string name;       ///< Dotted.
  std::string value;      ///< As JSON, with the inputs in place.
  bool is_input = false;  ///< An input took its place.
};
/// All parameters that are single values, in the file's order. Errors as of ReadPipeline.
Result<std::vector<Parameter>> ReadParameters(const yaml::Document& document, const Files& files,
                                              const std::map<std::string, std::string>& inputs);

/// What a condition may ask about, by dotted name: `matrix.seed`, `params.train.depth`,
/// `metrics.evaluate.auc`, `env.NAME`. Null: it is not known.
using Lookup = std::optional<std::string> (*)(const void* context, std::string_view name);

/// How the jobs before a job ended.
enum class Before : std::uint8_t { kSucceeded, kFailed };

/// Whether a job with this `if:` runs. An empty condition is `success()`. Functions: `success()`,
/// `failure()`, `always()`. kInvalidArgument: it does not parse or compares what cannot be
/// compared; a name that is not known.
Result<bool> Holds(std::string_view condition, Before before, Lookup lookup, const void* context);
/// Whether it parses.
Status CheckCondition(std::string_view condition);

}  // namespace galley::pipeline
