#pragma once

#include <cstddef>
#include <string_view>

namespace galley {

/// Whether a text is 1 to `bytes_max` letters, digits, '-' and '_', all of ASCII: what things are
/// named by in paths, files and settings.
bool IsName(std::string_view text, std::size_t bytes_max);

}  // namespace galley
