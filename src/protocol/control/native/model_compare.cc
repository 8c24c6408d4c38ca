#include <algorithm>
#include <map>
#include <utility>

#include "domain/registry/service.h"
#include "domain/tracking/service.h"
#include "foundation/yaml/yaml.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/model_compare_messages.h"

namespace galley::native {
namespace {

using journal::View;

constexpr std::string_view kDescription = "MLmodel";

/// A version with what there is to compare.
struct Side {
  registry::ModelVersion version;
  std::optional<tracking::Run> run;
  std::map<std::string, registry::VersionFile, std::less<>> files;
};

Result<Side> SideOf(const View& view, std::string_view model, std::int64_t number) {
  Side side{.version = TRY(registry::GetVersion(view.db, view.project, model, number)),
            .run = {},
            .files = {}};
  for (auto& file : TRY(registry::VersionFiles(view.db, side.version.row))) {
    std::string path = file.path;
    side.files.emplace(std::move(path), std::move(file));
  }
  if (!side.version.run) return side;
  auto run = tracking::GetRun(view.db, view.project, *side.version.run);
  if (!run && run.error().code != Code::kNotFound) return std::unexpected(run.error());
  if (run) side.run = *std::move(run);
  return side;
}

ComparedVersion ToMessage(const Side& side) {
  const auto& version = side.version;
  ComparedVersion message{.version = version.version,
                          .aliases = version.aliases,
                          .created_ms = version.created_ms,
                          .files = std::ssize(side.files)};
  if (version.run) message.run = version.run->Hex();
  if (side.run) message.run_name = side.run->name;
  if (!version.commit.empty()) message.commit = version.commit;
  for (const auto& [path, file] : side.files) message.bytes += file.size;
  return message;
}

/// Calls `row` with each key of two sorted maps, and what each of them has there, or null.
template <typename Map, typename Row>
void Beside(const Map& a, const Map& b, const Row& row) {
  auto at_a = a.begin();
  auto at_b = b.begin();
  while (at_a != a.end() || at_b != b.end()) {
    const bool has_a = at_a != a.end() && (at_b == b.end() || at_a->first <= at_b->first);
    const bool has_b = at_b != b.end() && (at_a == a.end() || at_b->first <= at_a->first);
    const auto& key = has_a ? at_a->first : at_b->first;
    row(key, has_a ? &at_a->second : nullptr, has_b ? &at_b->second : nullptr);
    if (has_a) ++at_a;
    if (has_b) ++at_b;
  }
}

template <typename T>
std::optional<T> Copied(const T* value) {
  if (value == nullptr) return std::nullopt;
  return *value;
}

void AddMetrics(const Side& a, const Side& b, ModelCompareAnswer& answer) {
  using Metrics = std::map<std::string, double>;
  const auto metrics = [](const Side& side) {
    Metrics found;
    if (!side.run) return found;
    for (const auto& point : side.run->metrics) found[point.key] = point.value;
    return found;
  };
  Beside(metrics(a), metrics(b), [&](const std::string& key, const double* x, const double* y) {
    answer.metrics.push_back({key, Copied(x), Copied(y)});
  });
}

void AddParams(const Side& a, const Side& b, ModelCompareAnswer& answer) {
  using Params = std::map<std::string, std::string>;
  const auto params = [](const Side& side) {
    Params found;
    if (!side.run) return found;
    for (const auto& [key, value] : side.run->params) found[key] = value;
    return found;
  };
  Beside(params(a), params(b),
         [&](const std::string& key, const std::string* x, const std::string* y) {
           if (x != nullptr && y != nullptr && *x == *y) {
             ++answer.params_same;
           } else {
             answer.params.push_back({key, Copied(x), Copied(y)});
           }
         });
}

void AddFiles(const Side& a, const Side& b, ModelCompareAnswer& answer) {
  Beside(
      a.files, b.files,
      [&](const std::string& path, const registry::VersionFile* x, const registry::VersionFile* y) {
        if (x != nullptr && y != nullptr && x->digest == y->digest) {
          ++answer.files_same;
          return;
        }
        FilePair pair{.path = path, .a_sha256 = {}, .b_sha256 = {}, .a_bytes = {}, .b_bytes = {}};
        if (x != nullptr) pair.a_sha256 = x->digest.Hex();
        if (y != nullptr) pair.b_sha256 = y->digest.Hex();
        if (x != nullptr) pair.a_bytes = x->size;
        if (y != nullptr) pair.b_bytes = y->size;
        answer.files.push_back(std::move(pair));
      });
}

struct SignatureField {
  std::string part;
  std::string name;
  std::string type;
};

/// `double`, `double, optional`, `float32 [-1,28,28]`.
std::string TypeOf(const yaml::Node& field) {
  std::string text;
  if (const auto* tensor = field.Find("tensor-spec")) {
    const auto* type = tensor->Find("dtype");
    const auto* shape = tensor->Find("shape");
    text = type == nullptr ? "tensor" : type->text;
    if (shape != nullptr) text += " " + yaml::ToJson(*shape);
  } else if (const auto* type = field.Find("type")) {
    text = type->IsScalar() ? type->text : yaml::ToJson(*type);
    if (text == "array" || text == "object" || text == "map") text = yaml::ToJson(field);
  }
  const auto* required = field.Find("required");
  if (required != nullptr && required->text == "false") text += ", optional";
  const auto* fallback = field.Find("default");
  if (fallback != nullptr) text += " = " + yaml::ToJson(*fallback);
  return text;
}

/// The fields that a model's description names; none if it has no signature that can be read.
std::vector<SignatureField> FieldsOf(std::string_view description) {
  std::vector<SignatureField> fields;
  const auto document = yaml::Parse(description, std::string(kDescription));
  const auto* signature = document ? document->root.Find("signature") : nullptr;
  if (signature == nullptr) return fields;
  for (const std::string_view part : {"inputs", "outputs", "params"}) {
    const auto* text = signature->Find(part);
    if (text == nullptr || text->kind != yaml::Kind::kText) continue;
    const auto list = yaml::Parse(text->text, std::string(part));
    if (!list) continue;
    std::int64_t number = 0;
    for (const auto& field : list->root.items) {
      ++number;
      const auto* name = field.Find("name");
      fields.push_back({std::string(part), name == nullptr ? std::to_string(number) : name->text,
                        TypeOf(field)});
    }
  }
  return fields;
}

/// The text of a version's description; empty if it has none here.
Result<std::string> DescriptionOf(const Api& api, const Side& side) {
  const auto found = side.files.find(kDescription);
  if (found == side.files.end()) return std::string();
  auto text = api.blobs.Read(found->second.digest, yaml::kBytesMax);
  if (text) return *std::move(text);
  const Code code = text.error().code;
  if (code == Code::kNotFound || code == Code::kResourceExhausted) return std::string();
  return std::unexpected(text.error());
}

void AddSignatures(const std::vector<SignatureField>& a, const std::vector<SignatureField>& b,
                   ModelCompareAnswer& answer) {
  const auto find = [](const std::vector<SignatureField>& fields, const SignatureField& wanted) {
    return std::ranges::find_if(fields, [&wanted](const SignatureField& field) {
      return field.part == wanted.part && field.name == wanted.name;
    });
  };
  for (const auto& field : a) {
    const auto other = find(b, field);
    if (other != b.end() && other->type == field.type) {
      ++answer.signature_same;
      continue;
    }
    SignaturePair pair{.part = field.part, .name = field.name, .a = field.type, .b = {}};
    if (other != b.end()) pair.b = other->type;
    answer.signature.push_back(std::move(pair));
  }
  for (const auto& field : b) {
    if (find(a, field) != a.end()) continue;
    answer.signature.push_back({.part = field.part, .name = field.name, .a = {}, .b = field.type});
  }
}

template <typename Row>
bool Cut(std::vector<Row>& rows, std::int64_t limit) {
  if (std::ssize(rows) <= limit) return false;
  rows.resize(static_cast<std::size_t>(limit));
  return true;
}

Result<http::Response> Compare(const Api& api, const http::Request& request) {
  AskModelCompare asked;
  TRY(DecodeQuery(request, AskModelCompare::kSchema, &asked));
  TRY(CheckPage(asked.limit, kPageMax));
  Side a;
  Side b;
  TRY(api.store.Read(request.Captured("project"), [&](const View& view) -> Status {
    const auto model = TRY(registry::GetModel(view.db, view.project, request.Captured("name")));
    a = TRY(SideOf(view, model.name, asked.a));
    b = TRY(SideOf(view, model.name, asked.b));
    return {};
  }));
  ModelCompareAnswer answer{.model = a.version.model, .a = ToMessage(a), .b = ToMessage(b)};
  AddMetrics(a, b, answer);
  AddParams(a, b, answer);
  AddFiles(a, b, answer);
  const auto a_fields = FieldsOf(TRY(DescriptionOf(api, a)));
  const auto b_fields = FieldsOf(TRY(DescriptionOf(api, b)));
  answer.a.has_signature = !a_fields.empty();
  answer.b.has_signature = !b_fields.empty();
  AddSignatures(a_fields, b_fields, answer);
  const bool cuts[] = {Cut(answer.metrics, asked.limit), Cut(answer.params, asked.limit),
                       Cut(answer.signature, asked.limit), Cut(answer.files, asked.limit)};
  answer.has_more = std::ranges::any_of(cuts, std::identity());
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

}  // namespace

std::vector<http::Route> ModelCompareRoutes(const Api& api) {
  std::vector<http::Route> routes;
  routes.push_back(WorkRoute(
      api, http::Method::kGet, "registered-models/{name}/compare", policy::Right::kRead, Compare,
      {.parameters = &AskModelCompare::kSchema, .answer = &ModelCompareAnswer::kSchema}));
  return routes;
}

}  // namespace galley::native
