#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "foundation/base/error.h"

namespace galley::cli {

/// `orange-juice@3`.
struct ModelAt {
  std::string model;
  std::string version;  ///< Digits of a 64-bit number.
};
/// kInvalidArgument if it is none.
Result<ModelAt> ParseModelAt(std::string_view text);

}  // namespace galley::cli
