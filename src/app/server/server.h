#pragma once

#include <cstdint>

#include "foundation/base/error.h"

namespace galley::server {

struct Options {
  std::uint16_t port = 5000;  ///< Used if no supervisor passes a socket; 0 takes a free one.
};

/// `galley server`: the control plane, until SIGTERM or SIGINT. Call from main.
Status Run(const Options& options);

}  // namespace galley::server
