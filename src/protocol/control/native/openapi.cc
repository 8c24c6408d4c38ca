#include "protocol/control/native/openapi.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "foundation/json/writer.h"
#include "foundation/schema/message.h"
#include "protocol/control/native/messages.h"

namespace galley::native {
namespace {

using http::Method;
using http::Route;
using schema::Field;
using schema::Form;
using schema::Kind;
using schema::Message;

constexpr std::string_view kPrefix = "/api/v1/";
constexpr std::string_view kProject = "projects/{project}/";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kBytes = "application/octet-stream";

/// How a message is used: which of its fields must be there depends on it.
enum class Use : std::uint8_t {
  kAnswer,  ///< All but optional fields are there.
  kSparse,  ///< Empty lists are left out as well.
  kBody     ///< Required fields are there; the others have their defaults.
};

/// `incident` -> `Incident`: as the types of other languages are written.
std::string TypeName(std::string_view name) {
  std::string type(name);
  if (!type.empty() && type.front() >= 'a' && type.front() <= 'z') {
    type.front() = static_cast<char>(type.front() - 'a' + 'A');
  }
  return type;
}

bool IsRequired(const Field& field, Use use) {
  if (use == Use::kBody) return field.required;
  return field.form == Form::kSingle || (field.form == Form::kRepeated && use == Use::kAnswer);
}

/// The schemas that the document's operations name, while they are collected.
class Schemas {
 public:
  /// Notes a message and what it consists of.
  void Add(const Message* message, Use use) {
    if (message == nullptr || !uses_[message].insert(use).second) return;
    for (const Field& field : message->fields) Add(field.message, use);
  }

  /// The component's name for a use of a message that was added.
  std::string NameOf(const Message& message, Use use) const {
    std::string name = TypeName(message.name);
    if (use == Use::kAnswer || uses_.at(&message).size() == 1) return name;
    return name + (use == Use::kBody ? "Input" : "Sparse");
  }

  /// All of them, `"Name": {…}` by name.
  Result<std::map<std::string, std::string>> Write() const {
    std::map<std::string, std::string> written;
    std::string doubled;
    for (const auto& [message, uses] : uses_) {
      for (const Use use : uses) {
        json::Writer writer;
        WriteMessage(*message, use, writer);
        const std::string text = std::move(writer).Take();
        const auto [at, is_new] = written.emplace(NameOf(*message, use), text);
        if (!is_new && at->second != text) doubled += fmt::format(" '{}'", at->first);
      }
    }
    if (doubled.empty()) return written;
    return Fail(Code::kInternal,
                "messages of the API have other fields and the same name; rename one of each:{}",
                doubled);
  }

  void WriteReference(const Message& message, Use use, json::Writer& writer) const {
    writer.BeginObject().Key("$ref").String(
        fmt::format("#/components/schemas/{}", NameOf(message, use)));
    writer.EndObject();
  }

  void WriteField(const Field& field, Use use, json::Writer& writer) const {
    if (field.form != Form::kRepeated) return WriteValue(field, use, writer);
    writer.BeginObject().Key("type").String("array").Key("items");
    WriteValue(field, use, writer);
    if (field.items_max > 0) Limit("maxItems", field.items_max, writer);
    writer.EndObject();
  }

 private:
  static void Limit(std::string_view name, std::size_t limit, json::Writer& writer) {
    writer.Key(name).Int(static_cast<std::int64_t>(limit));
  }

  void WriteMessage(const Message& message, Use use, json::Writer& writer) const {
    writer.BeginObject().Key("type").String("object").Key("properties").BeginObject();
    for (const Field& field : message.fields) {
      writer.Key(field.name);
      WriteField(field, use, writer);
    }
    writer.EndObject();
    const auto required = [use](const Field& field) { return IsRequired(field, use); };
    if (std::ranges::any_of(message.fields, required)) {
      writer.Key("required").BeginArray();
      for (const Field& field : message.fields) {
        if (required(field)) writer.String(field.name);
      }
      writer.EndArray();
    }
    // An answer may have more fields in another version; a body may not.
    if (use == Use::kBody || message.fields.empty()) {
      writer.Key("additionalProperties").Bool(false);
    }
    writer.EndObject();
  }

  void WriteValue(const Field& field, Use use, json::Writer& writer) const {
    if (field.kind == Kind::kMessage) return WriteReference(*field.message, use, writer);
    writer.BeginObject();
    switch (field.kind) {
      case Kind::kString:
        writer.Key("type").String("string");
        if (field.bytes_max > 0) Limit("maxLength", field.bytes_max, writer);
        break;
      case Kind::kInt64: writer.Key("type").String("integer").Key("format").String("int64"); break;
      case Kind::kDouble: writer.Key("$ref").String("#/components/schemas/Double"); break;
      case Kind::kBool: writer.Key("type").String("boolean"); break;
      case Kind::kJsonScalar: writer.Key("$ref").String("#/components/schemas/Scalar"); break;
      case Kind::kJsonObject:
        writer.Key("type").String("object").Key("additionalProperties").Bool(true);
        break;
      case Kind::kMessage: break;
    }
    writer.EndObject();
  }

  std::map<const Message*, std::set<Use>> uses_;
};

/// The names that a path captures.
std::vector<std::string_view> CapturesOf(std::string_view path) {
  std::vector<std::string_view> names;
  for (auto open = path.find('{'); open != std::string_view::npos;
       open = path.find('{', open + 1)) {
    std::string_view name = path.substr(open + 1, path.find('}', open) - open - 1);
    if (name.ends_with("...")) name.remove_suffix(3);
    names.push_back(name);
  }
  return names;
}

/// `/a/{name...}` -> `/a/{name}`: OpenAPI has no captures of several segments.
std::string TemplateOf(std::string_view path) {
  std::string text(path);
  if (const auto dots = text.find("...}"); dots != std::string::npos) text.erase(dots, 3);
  return text;
}

/// The path without its captures' names.
std::string ShapeOf(std::string_view path) {
  std::string shape;
  bool inside = false;
  for (const char c : path) {
    if (c == '}') inside = false;
    if (!inside) shape += c;
    if (c == '{') inside = true;
  }
  return shape;
}

/// `get_runs_by_run_metrics`
std::string OperationId(const Route& route) {
  std::string id;
  for (const char c : http::MethodName(route.method)) id += static_cast<char>(c - 'A' + 'a');
  std::string path = TemplateOf(route.path).substr(kPrefix.size());
  if (path.starts_with(kProject)) path.erase(0, kProject.size());
  id += '_';
  for (const char c : path) {
    if (c == '{') {
      id += "by_";
    } else if (c != '}') {
      id += c == '/' || c == '-' || c == '.' ? '_' : c;
    }
  }
  return id;
}

/// What operations are grouped by: the noun.
std::string TagOf(const Route& route) {
  std::string_view path = std::string_view(route.path).substr(kPrefix.size());
  if (path.starts_with(kProject)) path.remove_prefix(kProject.size());
  return std::string(path.substr(0, path.find('/')));
}

class Document {
 public:
  Document(std::span<const Route> routes, std::string_view version) : version_(version) {
    for (const Route& route : routes) {
      if (route.path.starts_with(kPrefix)) routes_.push_back(&route);
    }
    std::ranges::sort(routes_, {},
                      [](const Route* route) { return std::tie(route->path, route->method); });
  }

  Result<std::string> Write() {
    for (const Route* route : routes_) {
      const Use answer = AnswerUse(*route);
      schemas_.Add(route->body, Use::kBody);
      schemas_.Add(route->answer, answer);
      schemas_.Add(route->other_answer, answer);
    }
    schemas_.Add(&ErrorAnswer::kSchema, Use::kAnswer);
    TRY(CheckPaths());
    writer_.BeginObject().Key("openapi").String("3.1.0");
    writer_.Key("info").BeginObject().Key("title").String("Galley");
    writer_.Key("version").String(version_);
    writer_.Key("description").String("The native API; docs/formats/native_api.md says more.");
    writer_.EndObject().Key("paths").BeginObject();
    for (Place at = routes_.begin(); at != routes_.end();) at = WritePath(at);
    writer_.EndObject().Key("components").BeginObject().Key("schemas").BeginObject();
    WriteCommonSchemas();
    for (const auto& [name, text] : TRY(schemas_.Write())) writer_.Key(name).Raw(text);
    writer_.EndObject();
    WriteCommonParts();
    writer_.EndObject().EndObject();
    return std::move(writer_).Take();
  }

 private:
  using Place = std::vector<const Route*>::const_iterator;

  static Use AnswerUse(const Route& route) {
    return route.leaves_out_empty_lists ? Use::kSparse : Use::kAnswer;
  }

  Status CheckPaths() const {
    std::map<std::string, std::string> shapes;
    for (const Route* route : routes_) {
      const auto [known, is_new] = shapes.emplace(ShapeOf(route->path), route->path);
      if (is_new || known->second == route->path) continue;
      return Fail(Code::kInternal, "the paths '{}' and '{}' of the API differ in names alone",
                  known->second, route->path);
    }
    return {};
  }

  Place WritePath(Place at) {
    const std::string& path = (*at)->path;
    writer_.Key(TemplateOf(path)).BeginObject();
    for (; at != routes_.end() && (*at)->path == path; ++at) {
      std::string method;
      for (const char c : http::MethodName((*at)->method)) {
        method += static_cast<char>(c - 'A' + 'a');
      }
      writer_.Key(method);
      WriteOperation(**at);
    }
    writer_.EndObject();
    return at;
  }

  void WriteOperation(const Route& route) {
    writer_.BeginObject().Key("operationId").String(OperationId(route));
    writer_.Key("tags").BeginArray().String(TagOf(route)).EndArray();
    WriteParameters(route);
    if (route.body_bytes_max > 0 && route.method != Method::kGet &&
        route.method != Method::kDelete) {
      WriteBody(route);
    }
    WriteResponses(route);
    WriteSecurity(route);
    writer_.EndObject();
  }

  void WriteParameters(const Route& route) {
    writer_.Key("parameters").BeginArray();
    for (const std::string_view name : CapturesOf(route.path)) {
      writer_.BeginObject().Key("name").String(name).Key("in").String("path");
      writer_.Key("required").Bool(true).Key("schema").BeginObject();
      writer_.Key("type").String("string").EndObject().EndObject();
    }
    if (route.parameters != nullptr) {
      for (const Field& field : route.parameters->fields) {
        writer_.BeginObject().Key("name").String(field.name).Key("in").String("query");
        if (field.required) writer_.Key("required").Bool(true);
        writer_.Key("schema");
        schemas_.WriteField(field, Use::kBody, writer_);
        writer_.EndObject();
      }
    }
    writer_.EndArray();
  }

  void WriteBody(const Route& route) {
    writer_.Key("requestBody").BeginObject();
    if (route.body != nullptr) {
      const auto is_required = [](const Field& field) { return field.required; };
      writer_.Key("required").Bool(std::ranges::any_of(route.body->fields, is_required));
    }
    writer_.Key("content").BeginObject();
    if (route.body != nullptr) {
      writer_.Key(kJson).BeginObject().Key("schema");
      schemas_.WriteReference(*route.body, Use::kBody, writer_);
      writer_.EndObject();
    } else {
      const bool is_upload = std::holds_alternative<http::UploadHandler>(route.handle);
      writer_.Key(is_upload ? kBytes : "*/*").BeginObject().EndObject();
    }
    writer_.EndObject().EndObject();
  }

  void WriteResponses(const Route& route) {
    writer_.Key("responses").BeginObject().Key("200").BeginObject();
    writer_.Key("description").String("Done.").Key("content").BeginObject();
    const Use use = AnswerUse(route);
    if (route.answer != nullptr && route.other_answer != nullptr) {
      writer_.Key(kJson).BeginObject().Key("schema").BeginObject().Key("anyOf").BeginArray();
      schemas_.WriteReference(*route.answer, use, writer_);
      schemas_.WriteReference(*route.other_answer, use, writer_);
      writer_.EndArray().EndObject().EndObject();
    } else if (route.answer != nullptr) {
      writer_.Key(kJson).BeginObject().Key("schema");
      schemas_.WriteReference(*route.answer, use, writer_);
      writer_.EndObject();
    } else {
      const bool is_stream = std::holds_alternative<http::StreamHandler>(route.handle);
      writer_.Key(is_stream ? "text/event-stream" : "*/*").BeginObject().EndObject();
    }
    writer_.EndObject().EndObject().Key("default").BeginObject();
    writer_.Key("$ref").String("#/components/responses/Error").EndObject().EndObject();
  }

  void WriteSecurity(const Route& route) {
    writer_.Key("security").BeginArray();
    if (route.right == policy::Right::kAdminister) {
      writer_.BeginObject().Key("token").BeginArray().EndArray().EndObject();
      writer_.BeginObject().Key("session").BeginArray().EndArray();
      writer_.Key("csrf").BeginArray().EndArray().EndObject();
    }
    writer_.EndArray();
  }

  void WriteCommonSchemas() {
    writer_.Key("Double").BeginObject().Key("description");
    writer_.String(
        "A number; NaN and infinities, which JSON lacks, are strings: Number(x) reads all.");
    writer_.Key("anyOf").BeginArray().BeginObject().Key("type").String("number");
    writer_.Key("format").String("double").EndObject().BeginObject();
    writer_.Key("type").String("string").Key("enum").BeginArray().String("NaN");
    writer_.String("Infinity").String("-Infinity").EndArray().EndObject();
    writer_.EndArray().EndObject();
    writer_.Key("Scalar").BeginObject().Key("type").BeginArray().String("string");
    writer_.String("number").String("boolean").String("null").EndArray().EndObject();
  }

  void WriteCommonParts() {
    writer_.Key("responses").BeginObject().Key("Error").BeginObject();
    writer_.Key("description").String("Refused or failed; the message is for people.");
    writer_.Key("content").BeginObject().Key(kJson).BeginObject().Key("schema");
    schemas_.WriteReference(ErrorAnswer::kSchema, Use::kAnswer, writer_);
    writer_.EndObject().EndObject().EndObject().EndObject();
    const auto scheme = [this](std::string_view name, std::string_view type, std::string_view in,
                               std::string_view header, std::string_view description) {
      writer_.Key(name).BeginObject().Key("type").String(type);
      if (in.empty()) {
        writer_.Key("scheme").String(header);
      } else {
        writer_.Key("in").String(in).Key("name").String(header);
      }
      writer_.Key("description").String(description).EndObject();
    };
    writer_.Key("securitySchemes").BeginObject();
    scheme("token", "http", "", "bearer", "The text of the file 'token' in the data directory.");
    scheme("session", "apiKey", "cookie", "galley_ID",
           "Of a link of 'galley ui'; ID is 8 digits of the data directory.");
    scheme("csrf", "apiKey", "header", "X-Galley-CSRF", "1, beside the cookie.");
    writer_.EndObject();
  }

  std::string_view version_;
  std::vector<const Route*> routes_;
  Schemas schemas_;
  json::Writer writer_;
};

}  // namespace

Result<std::string> OpenApiOf(std::span<const Route> routes, std::string_view version) {
  return Document(routes, version).Write();
}

http::Route OpenApiRoute(std::string document) {
  http::Response response{.body = std::move(document), .headers = {{"Cache-Control", "no-cache"}}};
  return {Method::kGet, "/api/v1/openapi.json",
          [response = std::move(response)](const http::Request&) { return response; },
          policy::Right::kRead};
}

}  // namespace galley::native
