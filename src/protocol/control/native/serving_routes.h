#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/rollout/rollouts.h"
#include "domain/rollout/service.h"
#include "foundation/base/error.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/rollout_messages.h"
#include "protocol/control/native/serving_messages.h"
#include "serving/snapshot/snapshot.h"

/// What the files about endpoints and rollouts share. Inside of this room only.
namespace galley::native {

Variant MessageOf(const rollout::Variant& variant, const std::string& endpoint);

/// A rollout as it is shown; `gateway`: what the gateway says that it serves.
Result<RolloutMessage> MessageOf(const journal::View& view, const rollout::Rollout& rollout,
                                 const Result<snapshot::Status>& gateway);
/// One rollout in full, and all endpoints in a line each.
std::vector<http::Route> ReviewRoutes(const Api& api);
/// The number in a path; kInvalidArgument.
Result<std::int64_t> RolloutNumberOf(std::string_view text);
/// What is drawn of a rollout, and single rows behind its evidence.
void AddRolloutPictures(std::vector<http::Route>& routes, const Api& api);
/// An endpoint as its newest variant stands, by what the gateway says.
Endpoint MessageOf(const rollout::Endpoint& endpoint, std::string_view project,
                   const Result<snapshot::Status>& gateway);

/// The interpreter that a `python` names: itself, or that of an environment's folder. Looked at
/// here, where the caller hears of it, and not only when the gateway wants to start it.
Result<std::string> InterpreterOf(const std::string& python);

/// Waits until no request that an older snapshot routed is under way, and until `is_done` says so
/// of what the gateway says, if it is given. Where no gateway has ever run there is nothing to wait
/// for. kDeadlineExceeded after 5 s names the gateway's file; `done` is what was done all the same.
Status AwaitGateway(const Api& api, std::int64_t version, std::string_view done,
                    const std::function<Result<bool>(const snapshot::Status&)>& is_done = {});

}  // namespace galley::native
