#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace galley::serving {

// What a body of `/invocations` says without knowing its model. Whether it is right is the model's
// affair: of a body that is wrong, or of a form without names or rows, they say nothing.

/// The value that the first row has in a column, as people write it: 12 and 12.0 are `12`, and so
/// are the texts of a CSV table. Null: it is missing.
std::optional<std::string> KeyOf(std::string_view content_type, std::string_view body,
                                 std::string_view column);

/// How many rows it has; null if that cannot be told.
std::optional<std::int64_t> RowsOf(std::string_view content_type, std::string_view body);

/// A text that may be a number, as people write that; another one as it is.
std::string Plain(std::string_view text);

}  // namespace galley::serving
