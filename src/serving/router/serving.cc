#include "serving/router/serving.h"

#include <array>
#include <utility>
#include <vector>

#include "foundation/io/file.h"
#include "foundation/telemetry/log.h"
#include "serving/runtime/scoring_output.h"
#include "serving/snapshot/records.h"

namespace galley::serving {
namespace {

/// A little less than the 200 ms that are promised: sealing takes its time too.
constexpr std::int64_t kSealMs = 150;

}  // namespace

std::int64_t CountPredictions(std::string_view json) {
  constexpr std::string_view kKey = "\"predictions\"";
  const auto key = json.find(kKey);
  if (key == std::string_view::npos) return 1;
  const auto start = json.find_first_not_of(" :\n", key + kKey.size());
  if (start == std::string_view::npos || json[start] != '[') return 1;
  std::int64_t items = 0;
  int depth = 0;
  bool in_string = false;
  bool any = false;
  for (std::size_t at = start; at < json.size(); ++at) {
    const char c = json[at];
    if (in_string) {
      if (c == '\\') ++at;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == ',' && depth == 1) ++items;
    if (depth >= 1 && c != ' ' && c != ']') any = true;
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && --depth == 0) return any ? items + 1 : 1;
  }
  return 1;
}

Result<std::unique_ptr<Serving>> Serving::Start(const Options& options, const io::Clock& clock,
                                                io::Random& random) {
  const std::string folder = options.data + "/gateway";
  TRY(io::MakeFolder(folder));
  std::unique_ptr<Serving> serving(new Serving(clock, TRY(PredictionIds::Open(folder, random))));
  serving->log_ = TRY(appendlog::AppendLog::Open(
      folder + "/log", {.seal_ms = kSealMs, .clock = &clock, .random = &random}));
  serving->loader_ = std::make_unique<Loader>(Loader::Options{
      .data = options.data, .worker_script = options.worker_script, .uv = options.uv});
  return serving;
}

void Serving::Predict(const LoadedEndpoint& endpoint, const PredictRequest& request, Done done) {
  if (!endpoint.variant) {
    done(endpoint.failure.empty()
             ? Fail(Code::kUnavailable,
                    "the model of endpoint '{}' is being loaded{}{}; try again in a second",
                    endpoint.name, endpoint.progress.empty() ? "" : ": ", endpoint.progress)
             : Fail(Code::kUnavailable, "the model of endpoint '{}' cannot be loaded: {}",
                    endpoint.name, endpoint.failure));
    return;
  }
  if (endpoint.variant->trees) {
    PredictTrees(endpoint, request, std::move(done));
  } else {
    PredictPython(endpoint, request, std::move(done));
  }
}

void Serving::PredictTrees(const LoadedEndpoint& endpoint, const PredictRequest& request,
                           Done done) {
  const LoadedVariant& variant = *endpoint.variant;
  auto input = DecodeScoring(request.content_type, request.body, variant.input);
  if (!input) return done(std::unexpected(std::move(input).error()));
  std::vector<float> out(input->rows * variant.trees->outputs());
  variant.trees->Predict(input->values, input->rows, out);
  PredictAnswer answer{.content_type = "application/json",
                       .body = variant.gives_classes
                                   ? ClassesJson(out, variant.trees->outputs())
                                   : PredictionsJson(out, variant.trees->outputs()),
                       .rows = static_cast<std::int64_t>(input->rows)};
  done(Complete(endpoint.project, endpoint.name, endpoint.variant, request, std::move(answer)));
}

void Serving::PredictPython(const LoadedEndpoint& endpoint, const PredictRequest& request,
                            Done done) {
  const auto variant = endpoint.variant;
  std::string content_type(request.content_type);
  std::string body(request.body);
  variant->python->Predict(
      content_type, body,
      [this, project = endpoint.project, name = endpoint.name, variant, content_type, body,
       done = std::move(done)](Result<PythonModel::Answer> result) mutable {
        if (!result) return done(std::unexpected(std::move(result).error()));
        PredictAnswer answer{.status = result->status,
                             .content_type = std::move(result->content_type),
                             .body = std::move(result->body)};
        answer.rows = answer.status == 200 ? CountPredictions(answer.body) : 0;
        done(Complete(project, name, variant, {content_type, body}, std::move(answer)));
      });
}

/// Gives the rows their ids and writes the request down.
PredictAnswer Serving::Complete(const std::string& project, const std::string& endpoint,
                                std::shared_ptr<const LoadedVariant> variant,
                                const PredictRequest& request, PredictAnswer answer) {
  answer.variant = std::move(variant);
  if (answer.status != 200 || answer.rows == 0) return answer;
  answer.first_id = ids_.Take(static_cast<std::uint64_t>(answer.rows));
  snapshot::PredictionRecord record{.id = answer.first_id,
                                    .rows = answer.rows,
                                    .at_ms = clock_.NowMs(),
                                    .variant = answer.variant->id,
                                    .version = answer.variant->version,
                                    .project = project,
                                    .endpoint = endpoint,
                                    .content_type = request.content_type};
  if (request.body.size() <= snapshot::kRequestBytesMax) record.request = request.body;
  if (answer.body.size() <= snapshot::kRequestBytesMax) record.response = answer.body;
  const std::string head = snapshot::HeadOf(record);
  const std::array<std::string_view, 3> parts{head, record.request.value_or(""), record.response};
  // A full log costs the record, not the answer; the log counts it.
  if (const auto logged = log_->Append(parts); !logged) {
    telemetry::LogWarn("a prediction is not in the log",
                       {{"error.message", logged.error().message}});
  }
  return answer;
}

Status Serving::Label(std::string project, std::string prediction_id, std::string value) {
  return log_->Append(
      snapshot::ToBytes(snapshot::LabelRecord{.prediction_id = std::move(prediction_id),
                                              .at_ms = clock_.NowMs(),
                                              .project = std::move(project),
                                              .value = std::move(value)}));
}

}  // namespace galley::serving
