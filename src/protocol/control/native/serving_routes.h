#pragma once

#include <string>

#include "domain/rollout/service.h"
#include "foundation/base/error.h"
#include "protocol/control/native/serving_messages.h"

/// What the files about endpoints and rollouts share. Inside of this room only.
namespace galley::native {

Variant MessageOf(const rollout::Variant& variant, const std::string& endpoint);

/// The interpreter that a `python` names: itself, or that of an environment's folder. Looked at
/// here, where the caller hears of it, and not only when the gateway wants to start it.
Result<std::string> InterpreterOf(const std::string& python);

}  // namespace galley::native
