#include "foundation/base/name.h"

#include <algorithm>

namespace galley {

bool IsName(std::string_view text, std::size_t bytes_max) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return !text.empty() && text.size() <= bytes_max && std::ranges::all_of(text, fits);
}

}  // namespace galley
