#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "foundation/io/clock.h"
#include "foundation/io/random.h"
#include "serving/router/loader.h"
#include "serving/router/prediction_ids.h"
#include "serving/snapshot/records.h"
#include "storage/appendlog/append_log.h"

namespace galley::serving {

/// One request to an endpoint. The views live until Predict returns.
struct PredictRequest {
  std::string_view content_type;
  std::string_view body;
  std::string_view key;  ///< Of an endpoint with a key: what the caller says it is; empty: nothing.
};

/// What an endpoint answered.
struct PredictAnswer {
  int status = 200;          ///< As in HTTP; not 200 where a Python model refuses its input.
  std::string content_type;  ///< Of `body`.
  std::string body;          ///< `{"predictions": …}`, or MLflow's error object.
  Id first_id;               ///< Of the first row; valid for status 200 and a variant.
  std::int64_t rows = 0;
  std::shared_ptr<const LoadedVariant> variant;  ///< Null: it is the endpoint's default answer.
  std::string degraded;   ///< Why the variant that was to answer did not; empty: it did.
  bool is_split = false;  ///< The endpoint has several variants that answer.
};

/// The headers that say who answered: `X-Galley-Variant` where that is in doubt, and
/// `X-Galley-Degraded`.
std::vector<std::pair<std::string, std::string>> MarksOf(const PredictAnswer& answer);

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
  /// Asks an endpoint of `table`; `done` is called once, for trees before this returns, for Python
  /// models on another thread. If the variant that is to answer cannot, the champion is asked, and
  /// if that cannot either, the endpoint's default answer is given. Errors: kInvalidArgument for a
  /// wrong body, kUnimplemented for a content type that is not understood, kUnavailable while the
  /// model is not loaded or its queue is full.
  void Predict(const std::shared_ptr<const Table>& table, const LoadedEndpoint& endpoint,
               const PredictRequest& request, Done done);

  /// Writes down what became known of a prediction; the time is set here. kUnavailable: the log's
  /// buffer is full.
  Status Label(snapshot::LabelRecord label);
  /// Writes down that all requests and labels of an event time before `time` have been sent: after
  /// all that was answered or labelled before, mirrored requests included. kUnavailable: the same.
  Status Watermark(const LoadedEndpoint& endpoint, double time);

  appendlog::Counters log_counters() const { return log_->counters(); }

 private:
  using Clock = std::chrono::steady_clock;
  /// A request on its way.
  struct Ask {
    const std::shared_ptr<const Table>& table;
    const LoadedEndpoint& endpoint;
    PredictRequest request;
    Clock::time_point begun;
    std::size_t routed = 0;  // The arm that is to answer.
    std::size_t arm = 0;     // The one that is asked.
    std::string degraded;    // Why another one is.
  };
  struct Owned;

  Serving(const io::Clock& clock, io::Random& random, PredictionIds ids)
      : clock_(clock), random_(random), ids_(std::move(ids)) {}

  void Attempt(Ask ask, Done done);
  void AskPython(const Ask& ask, Done done);
  void Finish(Ask ask, Result<PredictAnswer> result, Done done);
  void Failed(Ask ask, Result<PredictAnswer> result, Done done);
  void Judge(const Ask& ask, Guard::Verdict verdict);
  void Count(const Ask& ask, Outcome outcome);
  void Mirror(const Ask& ask, const Id& answered, const std::shared_ptr<Mirrors::Ticket>& ticket);
  void MirrorPython(const Ask& ask, const LoadedArm& arm, const Id& answered,
                    std::shared_ptr<Mirrors::Ticket> ticket);
  Id Log(std::string_view project, std::string_view endpoint, const LoadedVariant& variant,
         const PredictRequest& request, const PredictAnswer& answer, const Id& mirror_of);

  const io::Clock& clock_;
  io::Random& random_;
  PredictionIds ids_;
  std::unique_ptr<appendlog::AppendLog> log_;
  std::unique_ptr<TrafficBook> traffic_;
  std::unique_ptr<Loader> loader_;  // Last: its models answer into the log.
};

/// Rows of a `{"predictions": [...]}`; 1 where the predictions are no list.
std::int64_t CountPredictions(std::string_view json);

}  // namespace galley::serving
