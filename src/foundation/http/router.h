#pragma once

#include <functional>
#include <string>
#include <vector>

#include "foundation/http/message.h"

namespace galley::http {

/// Answers on the event loop's own thread: it must return within microseconds and may be called
/// from several loops at once.
using InlineHandler = std::function<Response(const Request&)>;

/// One row of a route table.
struct Route {
  Method method;     ///< A GET route answers HEAD too.
  std::string path;  ///< Compared with the request's path byte for byte.
  InlineHandler handle;
  std::uint64_t body_bytes_max = 0;  ///< A larger body is refused with 413 before it is read.
};

/// An immutable route table, shared by all loops.
class Router {
 public:
  explicit Router(std::vector<Route> routes);

  struct Match {
    const Route* route = nullptr;  ///< Null: no such path, or `allow` is set.
    std::string allow;             ///< The path exists, for these methods only.
  };
  Match Find(Method method, std::string_view path) const;

 private:
  std::vector<Route> routes_;  // Sorted by path, then method.
};

}  // namespace galley::http
