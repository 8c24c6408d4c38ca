#include "serving/runtime/scoring_input.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "serving/runtime/scoring_cells.h"

namespace galley::serving {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct TypeName {
  std::string_view name;
  ColumnType type;
};

constexpr TypeName kColumnTypes[] = {{"float", ColumnType::kFloat},
                                     {"double", ColumnType::kDouble},
                                     {"integer", ColumnType::kInteger},
                                     {"long", ColumnType::kLong},
                                     {"boolean", ColumnType::kBoolean}};
constexpr TypeName kTensorTypes[] = {{"float32", ColumnType::kFloat},
                                     {"float64", ColumnType::kDouble},
                                     {"int32", ColumnType::kInteger},
                                     {"int64", ColumnType::kLong},
                                     {"bool", ColumnType::kBoolean}};

Result<ColumnType> TypeOf(std::span<const TypeName> known, std::string_view name) {
  for (const TypeName& row : known) {
    if (row.name == name) return row.type;
  }
  return Fail(Code::kUnimplemented,
              "the signature has a column of type '{}', and the model takes numbers", name);
}

Status AddTensor(const Schema& inputs, InputSpec& spec) {
  const TensorSpec& tensor = inputs.tensors.front();
  if (inputs.tensors.size() != 1 || !tensor.name.empty()) {
    return Fail(Code::kUnimplemented,
                "the signature has tensors with names; for trees it must be one without");
  }
  const auto columns = static_cast<std::int64_t>(spec.columns);
  if (tensor.shape.size() != 2 || tensor.shape[0] != -1 ||
      (tensor.shape[1] != columns && tensor.shape[1] != -1)) {
    return Fail(Code::kInvalidArgument, "the signature's tensor has the shape ({}), not (-1, {})",
                fmt::join(tensor.shape, ", "), columns);
  }
  spec.types.assign(spec.columns, TRY(TypeOf(kTensorTypes, tensor.dtype)));
  spec.is_tensor = true;
  spec.names.clear();
  return {};
}

/// The signature's columns, in the model's order: trees know their features by name if they have
/// names, else by place.
Status AddColumns(const std::vector<Column>& columns, InputSpec& spec) {
  if (columns.size() != spec.columns) {
    return Fail(Code::kInvalidArgument, "the signature has {} columns, and the model {}",
                columns.size(), spec.columns);
  }
  const auto named = static_cast<std::size_t>(
      std::ranges::count_if(columns, [](const Column& c) { return !c.name.empty(); }));
  if (named != 0 && named != columns.size()) {
    return Fail(Code::kInvalidArgument, "the signature names only {} of {} columns", named,
                columns.size());
  }
  const bool by_name = named != 0 && !spec.names.empty();
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t at = 0; at < columns.size(); ++at) {
    if (named != 0 && !places.emplace(columns[at].name, at).second) {
      return Fail(Code::kInvalidArgument, "the signature has column '{}' twice",
                  Shown(columns[at].name));
    }
  }
  std::vector<std::string> names;
  for (std::size_t at = 0; at < columns.size(); ++at) {
    std::size_t place = at;
    if (by_name) {
      const auto found = places.find(spec.names[at]);
      if (found == places.end()) {
        return Fail(Code::kInvalidArgument,
                    "the signature has no column '{}', a feature of the "
                    "model",
                    Shown(spec.names[at]));
      }
      place = found->second;
    }
    spec.types.push_back(TRY(TypeOf(kColumnTypes, columns[place].type)));
    spec.optional.push_back(columns[place].required ? 0 : 1);
    names.push_back(columns[place].name);
  }
  if (named != 0) spec.names = std::move(names);
  if (named == 0) spec.names.clear();
  return {};
}

std::string_view Stripped(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

/// Takes what stands before the next semicolon.
std::string_view TakePart(std::string_view& text) {
  const std::size_t end = std::min(text.find(';'), text.size());
  const std::string_view part = Stripped(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

/// The media type in lower case. Parameters: `charset=utf-8` alone.
Result<std::string> MediaType(std::string_view content_type) {
  std::string_view rest = content_type;
  std::string type = Lower(TakePart(rest));
  while (!rest.empty()) {
    const std::string_view part = TakePart(rest);
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string name = Lower(Stripped(part.substr(0, equals)));
    std::string_view value = Stripped(part.substr(std::min(equals + 1, part.size())));
    if (name != "charset") {
      return Fail(Code::kUnimplemented, "Unrecognized content type parameters: {}.", Shown(name));
    }
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) {
      value = value.substr(1, value.size() - 2);
    }
    if (Lower(value) != "utf-8") {
      return Fail(Code::kUnimplemented, "The scoring server only supports UTF-8, not '{}'",
                  Shown(value));
    }
  }
  return type;
}

}  // namespace

Result<InputSpec> MakeInputSpec(std::span<const std::string> feature_names, std::size_t features,
                                const Signature* signature, bool allows_infinity) {
  InputSpec spec{.names = {feature_names.begin(), feature_names.end()},
                 .columns = features,
                 .types = {},
                 .optional = {},
                 .allows_infinity = allows_infinity};
  if (features == 0 || (!spec.names.empty() && spec.names.size() != features)) {
    return Fail(Code::kInvalidArgument, "the model has {} features and {} names", features,
                spec.names.size());
  }
  if (signature == nullptr) return spec;
  spec.has_params = !signature->params.empty();
  if (signature->inputs.empty()) return spec;
  spec.has_signature = true;
  if (!signature->inputs.tensors.empty()) {
    TRY(AddTensor(signature->inputs, spec));
  } else {
    TRY(AddColumns(signature->inputs.columns, spec));
  }
  return spec;
}

Result<Matrix> DecodeScoring(std::string_view content_type, std::string_view body,
                             const InputSpec& spec) {
  const std::string type = TRY(MediaType(content_type));
  if (body.starts_with(kByteOrderMark)) body.remove_prefix(kByteOrderMark.size());
  if (type == "application/json") return DecodeScoringJson(body, spec);
  if (type == "text/csv") return DecodeScoringCsv(body, spec);
  return Fail(Code::kUnimplemented,
              "This predictor only supports the following content types: 'text/csv', "
              "'application/json'. Got '{}'.",
              Shown(content_type));
}

}  // namespace galley::serving
