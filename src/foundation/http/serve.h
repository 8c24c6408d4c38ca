#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/http/router.h"
#include "foundation/io/fd.h"

namespace galley::http {

/// A listening socket and how clients of this machine reach it.
struct Listener {
  io::UniqueFd socket;
  std::string url;  ///< `http://127.0.0.1:PORT`
};
/// Takes the socket that a supervisor passed, or binds one on 127.0.0.1; port 0: a free one.
Result<Listener> Listen(std::string_view name, std::uint16_t port);

struct ServeOptions {
  std::string_view name;  ///< `server` or `gateway`: for logs and the ready line.
  int loops = 1;

  /// A descriptor that delivers SIGTERM and SIGINT (io::SignalDescriptor), made before the
  /// process's first thread: a thread that does not block them dies of them. Stays the caller's.
  int signals = -1;
  int blocking = 0;            ///< Threads for blocking handlers and uploads.
  std::string base_path = {};  ///< As Server::Options has it.
};

/// Runs this process as one HTTP service until SIGTERM or SIGINT. Tells the supervisor READY=1 or,
/// without one, prints `galley NAME is ready: http://127.0.0.1:PORT`. Call from main.
Status ServeUntilSignalled(const ServeOptions& options, Listener listener, Router router,
                           policy::Gate gate);

/// The `GET /healthz` row of a process: 200 as long as its event loop runs.
Route HealthRoute(std::string_view process, std::string_view version);

}  // namespace galley::http
