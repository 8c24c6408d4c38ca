#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "domain/rollout/service.h"
#include "foundation/base/error.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/serving_messages.h"
#include "serving/snapshot/snapshot.h"

/// What the files about endpoints and rollouts share. Inside of this room only.
namespace galley::native {

Variant MessageOf(const rollout::Variant& variant, const std::string& endpoint);

/// The interpreter that a `python` names: itself, or that of an environment's folder. Looked at
/// here, where the caller hears of it, and not only when the gateway wants to start it.
Result<std::string> InterpreterOf(const std::string& python);

/// Waits until no request that an older snapshot routed is under way, and until `is_done` says so
/// of what the gateway says, if it is given. Where no gateway has ever run there is nothing to wait
/// for. kDeadlineExceeded after 5 s names the gateway's file; `done` is what was done all the same.
Status AwaitGateway(const Api& api, std::int64_t version, std::string_view done,
                    const std::function<Result<bool>(const snapshot::Status&)>& is_done = {});

}  // namespace galley::native
