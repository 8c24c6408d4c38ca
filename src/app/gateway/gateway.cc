#include "app/gateway/gateway.h"

#include <algorithm>
#include <thread>

#include "foundation/http/serve.h"

namespace galley::gateway {
namespace {

constexpr int kLoopsMax = 8;

int LoopCount() {
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, kLoopsMax);
}

}  // namespace

Status Run(const Options& options) {
  return http::ServeUntilSignalled({.name = "gateway", .port = options.port, .loops = LoopCount()},
                                   http::Router({http::HealthRoute("gateway", GALLEY_VERSION)}, {}),
                                   policy::Gate("", options.allowed_hosts));
}

}  // namespace galley::gateway
