#pragma once

#include <memory>

#include "foundation/base/error.h"
#include "foundation/http/message.h"
#include "foundation/http/router.h"
#include "foundation/io/fd.h"

namespace galley::http {

/// An HTTP/1.1 server on one listening socket: one event loop per thread, each with its own
/// connections, which the first loop accepts and hands out in turn.
class Server {
 public:
  struct Options {
    Limits limits;
    /// What a proxy may have left in front of all paths, as `/galley`: routes are looked for behind
    /// it, and without it too. Empty: nothing.
    std::string base_path;
    int loops = 1;     ///< Threads that serve connections, Run's caller among them.
    int blocking = 0;  ///< Threads for blocking handlers and uploads.
  };

  /// Owns `listener`, a non-blocking listening socket.
  Server(io::UniqueFd listener, Router router, policy::Gate gate, Options options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Serves until `stop` becomes readable; then accepts nobody, lets the requests in progress
  /// finish (at most `limits.drain_ms`), closes all connections and returns. Calls `ready` once
  /// when connections are being accepted. `stop` stays the caller's. Call once.
  Status Run(int stop, const std::function<void()>& ready);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace galley::http
