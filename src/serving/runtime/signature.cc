#include "serving/runtime/signature.h"

#include <cstddef>

#include <simdjson.h>

namespace galley::serving {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kEntriesMax = 100'000;
constexpr std::size_t kDimensionsMax = 32;

Result<dom::array> ParseEntries(dom::parser& parser, std::string_view json) {
  dom::element root;
  if (auto error = parser.parse(json.data(), json.size()).get(root)) {
    return Fail(Code::kInvalidArgument, "not well-formed JSON: {}", simdjson::error_message(error));
  }
  dom::array entries;
  if (root.get(entries)) return Fail(Code::kInvalidArgument, "must be a list");
  if (entries.size() > kEntriesMax) {
    return Fail(Code::kInvalidArgument, "more than {} entries", kEntriesMax);
  }
  return entries;
}

Result<dom::object> Entry(dom::element element, std::size_t at) {
  dom::object object;
  if (element.get(object)) return Fail(Code::kInvalidArgument, "entry {} is no object", at);
  return object;
}

/// Text under `key`; empty if there is none, or null.
Result<std::string> Text(dom::object object, std::string_view key, std::size_t at) {
  dom::element element;
  if (object.at_key(key).get(element) || element.is_null()) return std::string();
  std::string_view text;
  if (element.get(text)) {
    return Fail(Code::kInvalidArgument, "'{}' of entry {} is no string", key, at);
  }
  return std::string(text);
}

Result<TensorSpec> Tensor(dom::object object, std::size_t at) {
  dom::object spec;
  if (object.at_key("tensor-spec").get(spec)) {
    return Fail(Code::kInvalidArgument, "the tensor in entry {} has no 'tensor-spec'", at);
  }
  TensorSpec tensor{
      .name = TRY(Text(object, "name", at)), .dtype = TRY(Text(spec, "dtype", at)), .shape = {}};
  if (tensor.dtype.empty()) {
    return Fail(Code::kInvalidArgument, "the tensor in entry {} has no 'dtype'", at);
  }
  dom::array shape;
  if (spec.at_key("shape").get(shape) || shape.size() > kDimensionsMax) {
    return Fail(Code::kInvalidArgument,
                "the tensor in entry {} needs a 'shape' of at most {} items", at, kDimensionsMax);
  }
  for (const dom::element item : shape) {
    std::int64_t length = 0;
    if (item.get(length) || length < -1) {
      return Fail(Code::kInvalidArgument, "'shape' in entry {} has an item that is no length", at);
    }
    tensor.shape.push_back(length);
  }
  return tensor;
}

Result<Column> ColumnOf(dom::object object, std::string type, std::size_t at) {
  Column column{.name = TRY(Text(object, "name", at)), .type = std::move(type)};
  dom::element required;
  if (!object.at_key("required").get(required) && required.get(column.required)) {
    return Fail(Code::kInvalidArgument, "'required' of entry {} is neither true nor false", at);
  }
  // Before MLflow 2.10 it was called `optional`.
  bool optional = false;
  if (!object.at_key("optional").get(optional) && optional) column.required = false;
  return column;
}

}  // namespace

Result<Schema> ParseSchema(std::string_view json) {
  dom::parser parser;
  Schema schema;
  std::size_t at = 0;
  for (const dom::element element : TRY(ParseEntries(parser, json))) {
    const dom::object object = TRY(Entry(element, at));
    std::string type = TRY(Text(object, "type", at));
    if (type.empty()) return Fail(Code::kInvalidArgument, "entry {} has no 'type'", at);
    if (type == "tensor") {
      schema.tensors.push_back(TRY(Tensor(object, at)));
    } else {
      schema.columns.push_back(TRY(ColumnOf(object, std::move(type), at)));
    }
    ++at;
  }
  if (!schema.columns.empty() && !schema.tensors.empty()) {
    return Fail(Code::kInvalidArgument, "has both columns and tensors");
  }
  return schema;
}

Result<std::vector<Parameter>> ParseParameters(std::string_view json) {
  dom::parser parser;
  std::vector<Parameter> parameters;
  for (const dom::element element : TRY(ParseEntries(parser, json))) {
    const dom::object object = TRY(Entry(element, parameters.size()));
    Parameter parameter{.name = TRY(Text(object, "name", parameters.size())),
                        .type = TRY(Text(object, "type", parameters.size()))};
    if (parameter.name.empty()) {
      return Fail(Code::kInvalidArgument, "entry {} has no 'name'", parameters.size());
    }
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

}  // namespace galley::serving
