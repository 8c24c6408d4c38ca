#pragma once

#include <string_view>

#include "foundation/base/error.h"

namespace galley {

/// Whether a path from outside names something beneath its root and nothing else: parts separated
/// by single slashes, none of them empty, `.` or `..`, no leading slash, backslash or control
/// character; at most 1,024 bytes, 255 a part. kInvalidArgument says what
/// is wrong.
Status CheckRelativePath(std::string_view path);

}  // namespace galley
