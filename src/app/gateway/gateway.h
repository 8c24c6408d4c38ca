#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "foundation/base/error.h"

namespace galley::gateway {

struct Options {
  std::string data;        ///< The data directory, where the serving snapshot stands.
  std::uint16_t port = 0;  ///< Used if no supervisor passes a socket; 0 takes a free one.
  std::string uv;          ///< Path of uv, which makes Python environments; empty: on PATH.
  std::vector<std::string> allowed_hosts;  ///< Further names that a Host header may have.
};

/// `galley gateway`: the data plane, until SIGTERM or SIGINT. Call from main.
Status Run(const Options& options);

}  // namespace galley::gateway
