#pragma once

#include <cstdint>

#include "foundation/base/error.h"

namespace galley::gateway {

struct Options {
  std::uint16_t port = 8080;  ///< Used if no supervisor passes a socket; 0 takes a free one.
};

/// `galley gateway`: the data plane, until SIGTERM or SIGINT. Call from main.
Status Run(const Options& options);

}  // namespace galley::gateway
