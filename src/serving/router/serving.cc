#include "serving/router/serving.h"

#include <array>
#include <utility>

#include "foundation/io/file.h"
#include "foundation/telemetry/log.h"
#include "serving/router/routing.h"

namespace galley::serving {
namespace {

/// A little less than the 200 ms that are promised: sealing takes its time too.
constexpr std::int64_t kSealMs = 150;
constexpr std::size_t kReasonBytesMax = 200;

/// What may stand in a header: one short line of ASCII.
std::string OneLine(std::string_view text) {
  std::string line(text.substr(0, kReasonBytesMax));
  for (char& c : line) c = c >= ' ' && c <= '~' ? c : '?';
  return line;
}

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

std::vector<std::pair<std::string, std::string>> MarksOf(const PredictAnswer& answer) {
  std::vector<std::pair<std::string, std::string>> marks;
  const bool is_degraded = !answer.degraded.empty();
  if (answer.variant && (answer.is_split || is_degraded)) {
    marks.emplace_back("X-Galley-Variant", answer.variant->facts.id);
  }
  if (is_degraded) marks.emplace_back("X-Galley-Degraded", OneLine(answer.degraded));
  return marks;
}

Result<std::unique_ptr<Serving>> Serving::Start(const Options& options, const io::Clock& clock,
                                                io::Random& random) {
  const std::string folder = options.data + "/gateway";
  TRY(io::MakeFolder(folder));
  std::unique_ptr<Serving> serving(
      new Serving(clock, random, TRY(PredictionIds::Open(folder, random))));
  serving->log_ = TRY(appendlog::AppendLog::Open(
      folder + "/log", {.seal_ms = kSealMs, .clock = &clock, .random = &random}));
  const auto write = [log = serving->log_.get()](const snapshot::TrafficRecord& record) {
    if (const auto logged = log->Append(snapshot::ToBytes(record)); !logged) {
      telemetry::LogWarn("a second's traffic is not in the log",
                         {{"error.message", logged.error().message}});
    }
  };
  serving->traffic_ = std::make_unique<TrafficBook>(clock, write);
  serving->loader_ =
      std::make_unique<Loader>(Loader::Options{.data = options.data,
                                               .worker_script = options.worker_script,
                                               .uv = options.uv,
                                               .traffic = serving->traffic_.get()});
  return serving;
}

/// Writes an answer down and gives its rows their ids; returns the first.
Id Serving::Log(std::string_view project, std::string_view endpoint, const LoadedVariant& variant,
                const PredictRequest& request, const PredictAnswer& answer, const Id& mirror_of) {
  const Id first = ids_.Take(static_cast<std::uint64_t>(answer.rows));
  const bool is_mirrored = mirror_of != Id{};
  snapshot::PredictionRecord record{.id = first,
                                    .rows = answer.rows,
                                    .at_ms = clock_.NowMs(),
                                    .variant = variant.id,
                                    .version = variant.version,
                                    .mirror_of = mirror_of,
                                    .project = project,
                                    .endpoint = endpoint,
                                    .content_type = request.content_type};
  if (!is_mirrored && request.body.size() <= snapshot::kRequestBytesMax) {
    record.request = request.body;
  }
  if (answer.body.size() <= snapshot::kRequestBytesMax) record.response = answer.body;
  const std::string head = snapshot::HeadOf(record);
  const std::array<std::string_view, 3> parts{head, record.request.value_or(""), record.response};
  // A full log costs the record, not the answer; the log counts it.
  if (const auto logged = log_->Append(parts); !logged) {
    telemetry::LogWarn("a prediction is not in the log",
                       {{"error.message", logged.error().message}});
  }
  return first;
}

Status Serving::Label(snapshot::LabelRecord label) {
  label.at_ms = clock_.NowMs();
  return log_->Append(snapshot::ToBytes(label));
}

Status Serving::Watermark(const LoadedEndpoint& endpoint, double time) {
  std::string bytes = snapshot::ToBytes(snapshot::WatermarkRecord{.at_ms = clock_.NowMs(),
                                                                  .project = endpoint.project,
                                                                  .endpoint = endpoint.name,
                                                                  .time = time});
  const auto turn = endpoint.mirrors->After([this, bytes] {
    if (const auto logged = log_->Append(bytes); !logged) {
      telemetry::LogWarn("a watermark is not in the log",
                         {{"error.message", logged.error().message}});
    }
  });
  switch (turn) {
    case Mirrors::Turn::kNow: return log_->Append(bytes);
    case Mirrors::Turn::kLater: return {};
    case Mirrors::Turn::kNever: break;
  }
  return Fail(Code::kUnavailable,
              "{} watermarks wait for mirrored requests already; try again in a second",
              Mirrors::kThenMax);
}

}  // namespace galley::serving
