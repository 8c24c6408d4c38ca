#include "protocol/serving/mlflow_scoring/routes.h"

#include <string>
#include <string_view>
#include <utility>

#include "foundation/json/writer.h"

namespace galley::mlflow_scoring {
namespace {

constexpr std::uint64_t kBodyBytesMax = std::uint64_t{16} * 1024 * 1024;
constexpr std::string_view kVersion = "3.17.2";  // Of the scoring server whose routes these are.

http::Response ErrorAnswer(int status, std::string_view code, std::string_view message) {
  json::Writer writer;
  writer.BeginObject().Key("error_code").String(code).Key("message").String(message).EndObject();
  http::Response response{.status = status, .body = std::move(writer).Take()};
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

http::Response LayerError(int status, std::string_view /*code*/, std::string_view message) {
  return ErrorAnswer(status, status == 404 ? "ENDPOINT_NOT_FOUND" : "BAD_REQUEST", message);
}

http::Response ErrorAnswer(const Error& error) {
  switch (error.code) {
    case Code::kUnimplemented:
      // As MLflow says it: plain text.
      return {.status = 415, .content_type = "text/plain", .body = error.message};
    case Code::kResourceExhausted: return ErrorAnswer(413, "BAD_REQUEST", error.message);
    case Code::kUnavailable: return ErrorAnswer(503, "TEMPORARILY_UNAVAILABLE", error.message);
    case Code::kDeadlineExceeded: return ErrorAnswer(504, "DEADLINE_EXCEEDED", error.message);
    case Code::kNotFound: return ErrorAnswer(404, "RESOURCE_DOES_NOT_EXIST", error.message);
    case Code::kInvalidArgument: return ErrorAnswer(400, "BAD_REQUEST", error.message);
    default: return ErrorAnswer(500, "INTERNAL_ERROR", error.message);
  }
}

Error NoDefault() {
  return {Code::kNotFound,
          "there is no default endpoint: none is called 'default', and there is not exactly one; "
          "use /endpoints/NAME/invocations"};
}

/// What the header of that name says, or nothing.
std::string_view HeaderOf(const http::Request& request, std::string_view name) {
  const http::Header* header = request.Find(name);
  return header == nullptr ? std::string_view() : header->value;
}

void Invoke(serving::Serving& serving, const std::shared_ptr<const serving::Table>& table,
            const serving::LoadedEndpoint& endpoint, const http::Request& request,
            http::Reply reply) {
  serving.Predict(table, endpoint,
                  {.content_type = HeaderOf(request, "Content-Type"),
                   .body = request.body,
                   .key = endpoint.is_split ? HeaderOf(request, "X-Galley-Key") : ""},
                  [reply = std::move(reply)](Result<serving::PredictAnswer> answer) mutable {
                    if (!answer) return std::move(reply).Send(ErrorAnswer(answer.error()));
                    http::Response response{.status = answer->status,
                                            .content_type = std::move(answer->content_type),
                                            .body = std::move(answer->body),
                                            .headers = serving::MarksOf(*answer)};
                    if (answer->rows > 0 && answer->variant) {
                      response.headers.emplace_back("Galley-Prediction-Id", answer->first_id.Hex());
                    }
                    std::move(reply).Send(std::move(response));
                  });
}

http::Response Ping(const serving::Serving& serving) {
  const auto table = serving.table();
  const serving::LoadedEndpoint* endpoint = table->FindDefault();
  const bool ready = endpoint != nullptr && endpoint->champion().variant != nullptr;
  return {.status = ready ? 200 : 404, .body = "\n"};
}

}  // namespace

std::vector<http::Area> Areas() {
  return {{"/invocations", LayerError}, {"/endpoints/", LayerError}};
}

std::vector<http::Route> Routes(serving::Serving& serving) {
  const auto by_name = [&serving](const http::Request& request, http::Reply reply) {
    const auto table = serving.table();
    const auto* endpoint = table->Find("default", request.Captured("name"));
    if (endpoint != nullptr) return Invoke(serving, table, *endpoint, request, std::move(reply));
    const Error missing{Code::kNotFound,
                        fmt::format("there is no endpoint '{}'", request.Captured("name"))};
    std::move(reply).Send(ErrorAnswer(missing));
  };
  const auto bare = [&serving](const http::Request& request, http::Reply reply) {
    const auto table = serving.table();
    const auto* endpoint = table->FindDefault();
    if (endpoint != nullptr) return Invoke(serving, table, *endpoint, request, std::move(reply));
    std::move(reply).Send(ErrorAnswer(NoDefault()));
  };
  const auto ping = [&serving](const http::Request&) { return Ping(serving); };
  http::Response version{.content_type = "text/plain", .body = std::string(kVersion)};
  constexpr auto kRead = policy::Right::kRead;
  std::vector<http::Route> routes;
  routes.push_back(
      {http::Method::kPost, "/invocations", http::DeferredHandler{bare}, kRead, kBodyBytesMax});
  routes.push_back({http::Method::kPost, "/endpoints/{name}/invocations",
                    http::DeferredHandler{by_name}, kRead, kBodyBytesMax});
  routes.push_back({http::Method::kGet, "/ping", ping, policy::Right::kHealth});
  routes.push_back({http::Method::kGet, "/health", ping, policy::Right::kHealth});
  routes.push_back(
      {http::Method::kGet, "/version", [version](const http::Request&) { return version; }, kRead});
  return routes;
}

}  // namespace galley::mlflow_scoring
