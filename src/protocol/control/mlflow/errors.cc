#include "protocol/control/mlflow/errors.h"

#include <utility>

#include "foundation/json/writer.h"

namespace galley::mlflow {
namespace {

constexpr std::string_view kSeeDocs =
    " See the API docs for more information about request parameters.";

/// MLflow's name and status for a code (its exceptions.py).
struct WireCode {
  std::string_view name;
  int status;
};

WireCode WireCodeOf(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
    case Code::kFailedPrecondition: return {"INVALID_PARAMETER_VALUE", 400};
    case Code::kNotFound: return {"RESOURCE_DOES_NOT_EXIST", 404};
    case Code::kAlreadyExists: return {"RESOURCE_ALREADY_EXISTS", 400};
    case Code::kPermissionDenied: return {"PERMISSION_DENIED", 403};
    case Code::kUnauthenticated: return {"UNAUTHENTICATED", 401};
    case Code::kResourceExhausted: return {"RESOURCE_EXHAUSTED", 429};
    case Code::kAborted: return {"ABORTED", 409};
    case Code::kUnimplemented: return {"NOT_IMPLEMENTED", 501};
    case Code::kUnavailable: return {"TEMPORARILY_UNAVAILABLE", 503};
    case Code::kDeadlineExceeded: return {"DEADLINE_EXCEEDED", 504};
    case Code::kDataLoss: return {"DATA_LOSS", 500};
    case Code::kInternal: break;
  }
  return {"INTERNAL_ERROR", 500};
}

std::string_view NameOfStatus(int status) {
  switch (status) {
    case 404:
    case 405: return "ENDPOINT_NOT_FOUND";
    case 400: return "INVALID_PARAMETER_VALUE";
    case 429: return "RESOURCE_EXHAUSTED";
    case 401: return "UNAUTHENTICATED";
    case 403: return "PERMISSION_DENIED";
    case 503: return "TEMPORARILY_UNAVAILABLE";
    case 504: return "DEADLINE_EXCEEDED";
    case 500: return "INTERNAL_ERROR";
    default: return "BAD_REQUEST";
  }
}

/// How MLflow classifies a code since 3.11 (its error_classification.py).
struct Classified {
  std::string_view sqlstate;
  std::string_view error_class;
};
Classified ClassOf(std::string_view name) {
  constexpr std::pair<std::string_view, Classified> kKnown[] = {
      {"BAD_REQUEST", {"KAM00", "INVALID_PARAMETER_VALUE"}},
      {"INVALID_PARAMETER_VALUE", {"KAM00", "INVALID_PARAMETER_VALUE"}},
      {"ENDPOINT_NOT_FOUND", {"KAM00", "RESOURCE_NOT_FOUND"}},
      {"RESOURCE_DOES_NOT_EXIST", {"KAM00", "RESOURCE_NOT_FOUND"}},
      {"RESOURCE_ALREADY_EXISTS", {"KAM00", "RESOURCE_ALREADY_EXISTS"}},
      {"PERMISSION_DENIED", {"KAM00", "PERMISSION_DENIED"}},
      {"INTERNAL_ERROR", {"XXM00", "CLIENT_INTERNAL_ERROR"}},
      {"TEMPORARILY_UNAVAILABLE", {"XXM00", "CLIENT_INTERNAL_ERROR"}},
  };
  for (const auto& [code, classified] : kKnown) {
    if (code == name) return classified;
  }
  return {};
}

http::Response Answer(int status, std::string_view name, std::string_view message) {
  json::Writer writer;
  writer.BeginObject().Key("error_code").String(name).Key("message").String(message);
  if (const Classified known = ClassOf(name); !known.error_class.empty()) {
    writer.Key("sqlstate").String(known.sqlstate);
    writer.Key("error_class").String(known.error_class);
  }
  writer.EndObject();
  http::Response response;
  response.status = status;
  response.body = std::move(writer).Take();
  return response;
}

/// What Python calls the type of a JSON value.
std::string_view PythonTypeOf(std::string_view json) {
  if (json.empty()) return "NoneType";
  switch (json.front()) {
    case '"': return "str";
    case '[': return "list";
    case '{': return "dict";
    case 't':
    case 'f': return "bool";
    default: return json.find_first_of(".eE") == std::string_view::npos ? "int" : "float";
  }
}

}  // namespace

http::Response ErrorAnswer(const Error& error) {
  const WireCode code = WireCodeOf(error.code);
  auto response = Answer(code.status, code.name, error.message);
  if (error.code == Code::kUnavailable) response.headers.emplace_back("Retry-After", "1");
  return response;
}

http::Response LayerError(int status, std::string_view /*code*/, std::string_view message) {
  return Answer(status, NameOfStatus(status), message);
}

Error InvalidValue(std::string_view value, std::string_view parameter, std::string_view why) {
  std::string quoted;
  json::AppendString(quoted, value);
  return {Code::kInvalidArgument, fmt::format("Invalid value {} for parameter '{}' supplied{}{}",
                                              quoted, parameter, why.empty() ? "." : ": ", why)};
}

Error Missing(std::string_view parameter) {
  return {Code::kInvalidArgument,
          fmt::format("Missing value for required parameter '{}'.{}", parameter, kSeeDocs)};
}

Error Worded(const schema::Problem& problem) {
  switch (problem.what) {
    case schema::Problem::What::kMissing: return Missing(problem.path);
    case schema::Problem::What::kWrongType:
      if (problem.path.empty()) return schema::ErrorOf(problem);
      return {Code::kInvalidArgument,
              fmt::format("Invalid value {} for parameter '{}' supplied:  Hint: Value was of type "
                          "'{}', expected {}.{}",
                          problem.value, problem.path, PythonTypeOf(problem.value), problem.detail,
                          kSeeDocs)};
    default: return schema::ErrorOf(problem);
  }
}

}  // namespace galley::mlflow
