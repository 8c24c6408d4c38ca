#include "protocol/serving/native/routes.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "foundation/base/name.h"
#include "foundation/json/writer.h"
#include "foundation/schema/decode.h"
#include "serving/snapshot/records.h"

namespace galley::native_serving {
namespace {

constexpr std::uint64_t kBodyBytesMax = std::uint64_t{16} * 1024 * 1024;
constexpr std::size_t kLabelsMax = 10'000;
constexpr std::size_t kTextMax = 1000;
constexpr std::size_t kNameMax = 63;
constexpr std::string_view kProject = "default";

/// One label as it comes in: a number, a text or a truth.
struct LabelMessage {
  std::string prediction_id;
  std::optional<double> number;
  std::optional<std::string> text;
  std::optional<bool> truth;
  std::optional<std::string> name;
  static const schema::Message kSchema;
};
struct LabelsMessage {
  std::vector<LabelMessage> labels;
  std::optional<double> watermark;
  static const schema::Message kSchema;
};
constexpr schema::Field kLabelFields[] = {
    schema::Of<&LabelMessage::prediction_id>("prediction_id").Required(),
    schema::Of<&LabelMessage::number>("number"),
    schema::Of<&LabelMessage::text>("text").Bytes(kTextMax),
    schema::Of<&LabelMessage::truth>("truth"),
    schema::Of<&LabelMessage::name>("name"),
};
constexpr schema::Field kLabelsFields[] = {
    schema::Of<&LabelsMessage::labels>("labels").Items(kLabelsMax),
    schema::Of<&LabelsMessage::watermark>("watermark"),
};

/// What a Python model's refusal says; it has a code too.
struct MlflowError {
  std::string message;
  static const schema::Message kSchema;
};
constexpr schema::Field kMlflowErrorFields[] = {
    schema::Of<&MlflowError::message>("message").Required(),
};

/// The label as JSON; kInvalidArgument unless exactly one value is there.
Result<std::string> ValueOf(const LabelMessage& label, std::size_t index) {
  const int given = (label.number ? 1 : 0) + (label.text ? 1 : 0) + (label.truth ? 1 : 0);
  if (given != 1) {
    return Fail(Code::kInvalidArgument,
                "'labels[{}]' must have exactly one of 'number', 'text' and 'truth'; it has {}",
                index, given);
  }
  json::Writer writer;
  if (label.number) writer.Double(*label.number);
  if (label.text) writer.String(*label.text);
  if (label.truth) writer.Bool(*label.truth);
  return std::move(writer).Take();
}

Result<const serving::LoadedEndpoint*> EndpointOf(const serving::Table& table,
                                                  const http::Request& request) {
  const std::string_view name = request.Captured("name");
  const auto* endpoint = table.Find(kProject, name);
  if (endpoint != nullptr) return endpoint;
  return Fail(Code::kNotFound, "there is no endpoint '{}'", name);
}

/// A Python model's refusal has MLflow's error object as its body; ours has its message.
http::Response Refused(const serving::PredictAnswer& answer) {
  const auto error = schema::FromJson<MlflowError>(answer.body, schema::Dialect{});
  return http::ErrorResponse(answer.status, http::CodeOfStatus(answer.status),
                             error ? error->message : answer.body);
}

/// What Galley knows of predictions, as the end of their object. By hand: ids need no escaping, and
/// this is on the way of every prediction.
void AppendFacts(std::string& body, const serving::PredictAnswer& answer) {
  body += " \"prediction_ids\": [";
  if (answer.variant) {
    for (std::int64_t row = 0; row < answer.rows; ++row) {
      body += row == 0 ? "\"" : ", \"";
      body += snapshot::Advance(answer.first_id, static_cast<std::uint64_t>(row)).Hex();
      body += '"';
    }
    const snapshot::Variant& facts = answer.variant->facts;
    ((body += "], \"variant\": \"") += facts.id) += "\", \"model\": ";
    json::AppendString(body, facts.model);
    (body += ", \"version\": ") += std::to_string(facts.version);
  } else {
    body += ']';
  }
  if (!answer.degraded.empty()) body += ", \"degraded\": true";
  body += '}';
}

/// The predictions are JSON already: what Galley knows of them goes into the same object.
http::Response Answered(serving::PredictAnswer&& answer) {
  if (answer.status != 200) return Refused(answer);
  std::string body = std::move(answer.body);
  while (!body.empty() && (body.back() == '\n' || body.back() == ' ')) body.pop_back();
  if (!body.ends_with('}')) {
    return http::ErrorResponse(500, http::CodeOfStatus(500),
                               "the model's answer is no JSON object");
  }
  body.back() = ',';
  AppendFacts(body, answer);
  return {.body = std::move(body), .headers = serving::MarksOf(answer)};
}

/// What the header of that name says, or nothing.
std::string_view HeaderOf(const http::Request& request, std::string_view name) {
  const http::Header* header = request.Find(name);
  return header == nullptr ? std::string_view() : header->value;
}

void Predict(serving::Serving& serving, const http::Request& request, http::Reply reply) {
  const auto table = serving.table();
  const auto endpoint = EndpointOf(*table, request);
  if (!endpoint) return std::move(reply).Send(http::ErrorResponse(endpoint.error()));
  serving.Predict(
      table, **endpoint,
      {.content_type = HeaderOf(request, "Content-Type"),
       .body = request.body,
       .key = (*endpoint)->is_split ? HeaderOf(request, "X-Galley-Key") : ""},
      [reply = std::move(reply)](Result<serving::PredictAnswer> answer) mutable {
        if (answer) return std::move(reply).Send(Answered(*std::move(answer)));
        const Error& error = answer.error();
        const int status = error.code == Code::kUnimplemented       ? 415
                           : error.code == Code::kResourceExhausted ? 413
                                                                    : http::StatusOf(error.code);
        auto response = http::ErrorResponse(status, http::CodeOfStatus(status), error.message);
        if (status == 503) response.headers.emplace_back("Retry-After", "1");
        std::move(reply).Send(std::move(response));
      });
}

/// All labels of a request, or what is wrong with one of them.
Result<std::vector<snapshot::LabelRecord>> LabelsOf(const LabelsMessage& message) {
  if (message.labels.empty() && !message.watermark) {
    return Fail(Code::kInvalidArgument,
                "'labels' is missing: it must have 1 to {} labels, unless there is a 'watermark'",
                kLabelsMax);
  }
  if (message.watermark && !std::isfinite(*message.watermark)) {
    return Fail(Code::kInvalidArgument, "'watermark' must be a finite number");
  }
  std::vector<snapshot::LabelRecord> labels;
  for (std::size_t at = 0; at < message.labels.size(); ++at) {
    const LabelMessage& label = message.labels[at];
    if (!Id::Parse(label.prediction_id)) {
      return Fail(
          Code::kInvalidArgument,
          "'labels[{}].prediction_id' must be 32 hexadecimal digits, as a prediction's answer "
          "gives them, not '{}'",
          at, label.prediction_id);
    }
    if (label.name && !IsName(*label.name, kNameMax)) {
      return Fail(Code::kInvalidArgument,
                  "'labels[{}].name' must have 1 to {} letters, digits, '-' and '_', not '{}'", at,
                  kNameMax, label.name->substr(0, kTextMax));
    }
    labels.push_back({.prediction_id = label.prediction_id,
                      .project = std::string(kProject),
                      .value = TRY(ValueOf(label, at)),
                      .name = label.name.value_or("")});
  }
  return labels;
}

Result<http::Response> TakeLabels(serving::Serving& serving, const http::Request& request) {
  const auto table = serving.table();
  const auto* endpoint = TRY(EndpointOf(*table, request));
  const auto message =
      schema::FromJson<LabelsMessage>(request.body, schema::Dialect{.refuse_unknown = true});
  if (!message) return std::unexpected(schema::ErrorOf(message.error()));
  auto labels = TRY(LabelsOf(*message));
  json::Writer writer;
  writer.BeginObject().Key("accepted").Int(static_cast<std::int64_t>(labels.size())).EndObject();
  for (snapshot::LabelRecord& label : labels) TRY(serving.Label(std::move(label)));
  if (message->watermark) TRY(serving.Watermark(*endpoint, *message->watermark));
  return http::Response{.body = std::move(writer).Take()};
}

http::Response Ready(const serving::Serving& serving) {
  const snapshot::Status status = serving.GetStatus();
  bool ready = true;
  // While the version before answers, nobody need be sent elsewhere.
  for (const auto& endpoint : status.endpoints) {
    const auto is_its_drill = [&](const auto& other) {
      return other.project == endpoint.project && other.name == snapshot::DrillOf(endpoint.name);
    };
    if (std::ranges::any_of(status.endpoints, is_its_drill)) continue;
    ready = ready && !endpoint.answering.empty();
  }
  return {.status = ready ? 200 : 503, .body = snapshot::ToText(status)};
}

}  // namespace

const schema::Message LabelMessage::kSchema{"Label", kLabelFields};
const schema::Message LabelsMessage::kSchema{"Labels", kLabelsFields};
const schema::Message MlflowError::kSchema{"MlflowError", kMlflowErrorFields};

std::vector<http::Route> Routes(serving::Serving& serving) {
  const auto predict = [&serving](const http::Request& request, http::Reply reply) {
    Predict(serving, request, std::move(reply));
  };
  const auto labels = [&serving](const http::Request& request) {
    auto response = TakeLabels(serving, request);
    return response ? *std::move(response) : http::ErrorResponse(response.error());
  };
  const auto status = [&serving](const http::Request&) {
    return http::Response{.body = snapshot::ToText(serving.GetStatus())};
  };
  const auto ready = [&serving](const http::Request&) { return Ready(serving); };
  std::vector<http::Route> routes;
  routes.push_back({http::Method::kPost, "/api/v1/endpoints/{name}/predict",
                    http::DeferredHandler{predict}, policy::Right::kRead, kBodyBytesMax});
  routes.push_back({http::Method::kPost, "/api/v1/endpoints/{name}/labels", labels,
                    policy::Right::kTrack, kBodyBytesMax});
  routes.push_back({http::Method::kGet, "/api/v1/serving", status, policy::Right::kRead});
  routes.push_back({http::Method::kGet, "/readyz", ready, policy::Right::kHealth});
  return routes;
}

}  // namespace galley::native_serving
