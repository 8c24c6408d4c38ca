#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "foundation/yaml/yaml.h"

/// YAML 1.2's core schema, section 10.3.2. Inside of this room only.
namespace galley::yaml {

/// What a plain scalar is.
Kind Resolve(std::string_view text);

/// The number of a text that `Resolve` calls an integer; nothing if it has more than 64 bits.
std::optional<std::int64_t> IntegerOf(std::string_view text);

}  // namespace galley::yaml
