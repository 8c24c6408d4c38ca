#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"

namespace galley::serving {

/// A column of a table, as a signature declares it.
struct Column {
  std::string name;  ///< Empty where the signature has none.
  std::string type;  ///< MLflow's word: double, long, string, array, …
  bool required = true;
};

struct TensorSpec {
  std::string name;                 ///< Empty where the signature has none.
  std::string dtype;                ///< numpy's word: float32.
  std::vector<std::int64_t> shape;  ///< -1 where any length is good.
};

struct Parameter {
  std::string name;
  std::string type;
};

/// What goes in or comes out: columns or tensors, never both.
struct Schema {
  std::vector<Column> columns;
  std::vector<TensorSpec> tensors;

  bool empty() const { return columns.empty() && tensors.empty(); }
};

/// What a model declares about its calls. An empty schema says nothing.
struct Signature {
  Schema inputs;
  Schema outputs;
  std::vector<Parameter> params;
};

/// A schema as MLflow writes it, a JSON text: `[{"type": "double", "name": "age"}, …]`. At most
/// 100,000 entries. kInvalidArgument if it is damaged.
Result<Schema> ParseSchema(std::string_view json);
Result<std::vector<Parameter>> ParseParameters(std::string_view json);

}  // namespace galley::serving
