#include "protocol/control/mlflow/api.h"

#include <iterator>

#include "foundation/http/url.h"
#include "storage/journal/journal.h"

namespace galley::mlflow {
namespace {

constexpr schema::Dialect kDialect{.numbers_as_strings = true, .python_leniency = true};
constexpr std::string_view kVersion = "3.17.2";  // Of the MLflow whose API this is.

Status InMlflowsWords(std::expected<void, schema::Problem> outcome) {
  if (outcome) return {};
  return std::unexpected(Worded(outcome.error()));
}

Status DecodeBody(const http::Request& request, const schema::Message& message, void* object) {
  const http::Header* type = request.Find("Content-Type");
  const std::string_view value = type == nullptr ? std::string_view() : type->value;
  if (!request.body.empty() &&
      !http::EqualsIgnoringCase(value.substr(0, value.find(';')), "application/json")) {
    return Fail(Code::kInvalidArgument,
                "Bad Request. Content-Type must be 'application/json', not '{}'.", value);
  }
  const std::string_view body = request.body.empty() ? "{}" : request.body;
  return InMlflowsWords(schema::DecodeJson(body, message, kDialect, object));
}

http::Route TextRoute(std::string path, std::string_view text) {
  http::Response response{.content_type = "text/plain; charset=utf-8", .body = std::string(text)};
  return {http::Method::kGet, std::move(path),
          [response](const http::Request&) { return response; }, policy::Right::kRead};
}

void Append(std::vector<http::Route>& routes, std::vector<http::Route> more) {
  std::move(more.begin(), more.end(), std::back_inserter(routes));
}

}  // namespace

Status Decode(const http::Request& request, const schema::Message& message, void* object) {
  const bool in_query =
      request.method == http::Method::kGet || request.method == http::Method::kHead;
  if (in_query) {
    const auto parameters = http::ParseQuery(request.query);
    if (!parameters) {
      return Fail(Code::kInvalidArgument,
                  "the query has a '%' that is not followed by two hexadecimal digits");
    }
    TRY(InMlflowsWords(schema::DecodeParameters(*parameters, message, kDialect, object)));
  } else {
    TRY(DecodeBody(request, message, object));
  }
  for (const http::Capture& capture : request.captures) {
    TRY(InMlflowsWords(schema::SetField(capture.name, capture.value, message, object)));
  }
  return {};
}

Result<std::string> ProjectOf(const http::Request& request) {
  const http::Header* header = request.Find("X-MLFLOW-WORKSPACE");
  if (header == nullptr || header->value == journal::kDefaultProject) {
    return std::string(journal::kDefaultProject);
  }
  return Fail(Code::kInvalidArgument, "there is no workspace '{}'; the only one is 'default'",
              header->value);
}

std::string ActorOf(const http::Request& /*request*/) {
  return "anonymous";
}

void AddRoute(std::vector<http::Route>& routes, http::Method method, std::string_view path,
              const http::Handler& handler, policy::Right right, std::uint64_t body_bytes_max) {
  for (const std::string_view prefix : {"/api/2.0/", "/ajax-api/2.0/"}) {
    routes.push_back({method, fmt::format("{}{}", prefix, path), handler, right, body_bytes_max});
  }
}

std::vector<http::Area> Areas() {
  return {{"/api/2.0/", LayerError}, {"/api/3.0/", LayerError}, {"/ajax-api/", LayerError}};
}

std::vector<http::Route> Routes(const Api& api) {
  std::vector<http::Route> routes;
  Append(routes, ExperimentRoutes(api));
  Append(routes, RunRoutes(api));
  Append(routes, ModelRoutes(api));
  Append(routes, RegistryRoutes(api));
  Append(routes, ArtifactRoutes(api));
  routes.push_back(TextRoute("/health", "OK"));
  routes.push_back(TextRoute("/version", kVersion));
  http::Response info{.body = R"({"store_type":"SqlStore","workspaces_enabled":false,)"
                              R"("trace_archival_enabled":false,)"
                              R"("multipart_uploads_enabled":false,)"
                              R"("multipart_downloads_enabled":false})"};
  for (const std::string_view prefix : {"/api/3.0/", "/ajax-api/3.0/"}) {
    routes.push_back({http::Method::kGet, fmt::format("{}mlflow/server-info", prefix),
                      [info](const http::Request&) { return info; }, policy::Right::kRead});
  }
  return routes;
}

}  // namespace galley::mlflow
