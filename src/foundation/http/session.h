#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "foundation/base/work_pool.h"
#include "foundation/http/event_loop.h"
#include "foundation/http/message.h"
#include "foundation/http/response_head.h"
#include "foundation/http/router.h"
#include "foundation/io/fd.h"
#include "foundation/policy/gate.h"

/// Connections. Inside of this room only.
namespace galley::http {

/// What all loops of a server read.
struct Shared {
  Router router;
  policy::Gate gate;
  Limits limits;
  std::string base_path;  ///< As Server::Options has it.
  WorkPool pool;
  std::atomic<std::size_t> connections = 0;
  std::atomic<bool> stopping = false;  ///< Before any loop drains: answers say that they are last.
};

class Session;

/// One thread's loop and its connections. Everything but `events->Post` belongs to that thread.
struct Loop : std::enable_shared_from_this<Loop> {
  explicit Loop(Shared& all) : shared(all) {}

  void Add(Session* session);
  void Remove(Session* session);
  /// Ends what has waited beyond its deadline.
  void Sweep();
  /// Lets the requests in progress finish; the loop stops with the last connection.
  void Drain();

  Shared& shared;
  std::unique_ptr<EventLoop> events;
  std::vector<Session*> sessions;
  DateText date;
  bool draining = false;
  std::int64_t drain_deadline_ms = 0;
};

/// Serves a connection on the loop's thread until it ends. `socket` is non-blocking and counted in
/// `connections`; one that is not admitted is told that there are too many.
void Begin(Loop& loop, io::UniqueFd socket, bool admitted);

}  // namespace galley::http
