#pragma once

#include <memory>
#include <string_view>

#include "foundation/base/error.h"
#include "serving/runtime/document_reader.h"

namespace galley::serving {

/// A reader of UBJSON draft 12 as XGBoost writes it (`src/common/json.cc`): lengths of any integer
/// type, objects without a count, arrays plain, with a count (`[#`) or of one number type (`[$d#`).
/// Types in arrays: i U I l L d D. Not read: `H` (high precision), `N` (no-op), counted objects.
/// `bytes` must outlive the reader. It allocates only what a caller asks it to read, and that only
/// after seeing that the bytes are there.
std::unique_ptr<DocumentReader> OpenUbjson(std::string_view bytes);

}  // namespace galley::serving
