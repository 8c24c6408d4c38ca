#pragma once

#include <string>

#include "foundation/base/error.h"

namespace galley::exec {

/// `galley exec KIND`: what a child of Galley's does (platform/exec/child.h), from main to the exit
/// code. kInvalidArgument names the kinds there are.
Result<int> RunKind(const std::string& kind);

}  // namespace galley::exec
