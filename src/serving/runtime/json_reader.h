#pragma once

#include <memory>
#include <string_view>

#include "foundation/base/error.h"
#include "serving/runtime/document_reader.h"

namespace galley::serving {

/// A reader of an RFC 8259 JSON object, and of the `NaN` and `Infinity` that XGBoost writes in
/// arrays of numbers. Copies `text`, and needs about six times its size while it lives.
Result<std::unique_ptr<DocumentReader>> OpenJson(std::string_view text);

}  // namespace galley::serving
