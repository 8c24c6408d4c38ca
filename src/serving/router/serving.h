#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "foundation/io/clock.h"
#include "foundation/io/random.h"
#include "serving/router/loader.h"
#include "serving/router/prediction_ids.h"
#include "storage/appendlog/append_log.h"

namespace galley::serving {

/// One request to an endpoint. The views live until Predict returns.
struct PredictRequest {
  std::string_view content_type;
  std::string_view body;
};

/// What an endpoint answered.
struct PredictAnswer {
  int status = 200;          ///< As in HTTP; not 200 where a Python model refuses its input.
  std::string content_type;  ///< Of `body`.
  std::string body;          ///< `{"predictions": …}`, or MLflow's error object.
  Id first_id;               ///< Of the first row; valid for status 200.
  std::int64_t rows = 0;
  std::shared_ptr<const LoadedVariant> variant;
};

/// What a gateway does. Any thread.
class Serving {
 public:
  struct Options {
    std::string data;
    std::string worker_script;
    std::string uv;  ///< As in PythonEnvironmentOptions.
  };
  /// Opens the log and starts following the snapshot. Clock and random outlive it.
  static Result<std::unique_ptr<Serving>> Start(const Options& options, const io::Clock& clock,
                                                io::Random& random);

  std::shared_ptr<const Table> table() const { return loader_->table(); }
  snapshot::Status GetStatus() const { return loader_->GetStatus(); }

  using Done = std::move_only_function<void(Result<PredictAnswer>)>;
  /// Asks an endpoint; `done` is called once, for trees before this returns, for Python models on
  /// another thread. Errors: kInvalidArgument for a wrong body, kUnimplemented for a content type
  /// that is not understood, kUnavailable while the model is not loaded or its queue is full.
  void Predict(const LoadedEndpoint& endpoint, const PredictRequest& request, Done done);

  /// Writes down what became known of a prediction. kUnavailable: the log's buffer is full.
  Status Label(std::string project, std::string prediction_id, std::string value);

  appendlog::Counters log_counters() const { return log_->counters(); }

 private:
  Serving(const io::Clock& clock, PredictionIds ids) : clock_(clock), ids_(std::move(ids)) {}

  void PredictTrees(const LoadedEndpoint& endpoint, const PredictRequest& request, Done done);
  void PredictPython(const LoadedEndpoint& endpoint, const PredictRequest& request, Done done);
  PredictAnswer Complete(const std::string& project, const std::string& endpoint,
                         std::shared_ptr<const LoadedVariant> variant,
                         const PredictRequest& request, PredictAnswer answer);

  const io::Clock& clock_;
  PredictionIds ids_;
  std::unique_ptr<appendlog::AppendLog> log_;
  std::unique_ptr<Loader> loader_;  // Last: its models answer into the log.
};

/// Rows of a `{"predictions": [...]}`; 1 where the predictions are no list.
std::int64_t CountPredictions(std::string_view json);

}  // namespace galley::serving
