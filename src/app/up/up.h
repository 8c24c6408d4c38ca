#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "foundation/base/error.h"

namespace galley::up {

struct Options {
  std::uint16_t port = 0;          ///< Of the server; 0 takes a free one.
  std::uint16_t predict_port = 0;  ///< Of the gateway; 0 takes a free one.
  std::string base_path;           ///< Of the server, as /galley; empty: none.
  bool json = false;               ///< Print the ready line as JSON.

  /// What server and gateway shall find in their environment besides.
  std::vector<std::pair<std::string, std::string>> environment;
};

/// `galley up`: binds both listening sockets, runs server and gateway on them until SIGTERM or
/// SIGINT, and returns the exit code. Prints one ready line. The sockets stay open here, so that a
/// child that is started again misses no connection. Call from a process with one thread.
Result<int> Run(const Options& options);

}  // namespace galley::up
