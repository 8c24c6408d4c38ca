#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "foundation/http/message.h"
#include "foundation/policy/gate.h"
#include "foundation/schema/message.h"

namespace galley::http {

/// The answer still owed to one deferred request. Whoever holds it sends once, from any thread; a
/// Reply that is dropped answers 500 and is logged.
class Reply {
 public:
  explicit Reply(std::move_only_function<void(Response)> send) : send_(std::move(send)) {}
  Reply(Reply&& other) noexcept : send_(std::exchange(other.send_, nullptr)) {}
  Reply& operator=(Reply&&) = delete;
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply();

  void Send(Response response) &&;

 private:
  std::move_only_function<void(Response)> send_;
};

/// Takes a body as it comes, for bodies that are too large to hold. Destroyed without Finish when
/// the client goes away.
class Upload {
 public:
  Upload() = default;
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;
  virtual ~Upload() = default;

  /// The next bytes, in order. On the event loop: hashing and writing to the page cache only. An
  /// error ends the request with that answer.
  virtual Status Write(std::string_view bytes) = 0;

  /// All bytes have come. On the pool; may wait for the disk.
  virtual Response Finish() = 0;
};

/// The producer's end of an answer that goes on: chunks of bytes to one client, of which a bounded
/// number waits (Limits::stream_queue_bytes). Any thread, also after the server has ended.
/// Destroying it ends the answer behind what was taken.
class Stream {
 public:
  enum class Put : std::uint8_t {
    kTaken,  ///< It is sent as fast as the client reads.
    kFull,   ///< The client is behind: nothing of it was taken. Later there may be room again.
    kGone,   ///< The client has left, or the server stops: for good.
  };

  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;

  /// Hands over a chunk, all or nothing.
  virtual Put Push(std::string_view chunk) = 0;
  /// False as soon as the client's departure was noticed, also without a Push.
  virtual bool IsOpen() const = 0;
};

/// Answers on the event loop's own thread: it must return within microseconds and may be called
/// from several loops at once.
using InlineHandler = std::function<Response(const Request&)>;

/// Answers on a thread of the bounded pool and may wait for a disk. The request lives until it
/// returns.
struct BlockingHandler {
  std::function<Response(const Request&)> call;
};

/// Called on the event loop; whoever gets the Reply answers later. The request lives until the call
/// returns.
struct DeferredHandler {
  std::function<void(const Request&, Reply)> call;
};

/// Called on the event loop when the header has come.
struct UploadHandler {
  std::function<Result<std::unique_ptr<Upload>>(const Request&)> open;
};

/// Called on a thread of the pool. With status 200 the answer's head and body are sent, and then
/// what is pushed into the stream, until either side ends it: the connection has no idle timeout
/// meanwhile, and is closed at the end. Any other status is an ordinary answer. For HEAD, and
/// behind another status, the stream is closed.
struct StreamHandler {
  std::function<Response(const Request&, std::unique_ptr<Stream>)> open;
};

using Handler =
    std::variant<InlineHandler, BlockingHandler, DeferredHandler, UploadHandler, StreamHandler>;

/// One row of a route table.
struct Route {
  Method method;  ///< A GET route answers HEAD too.

  /// `/a/{name}/b` captures one segment, a last `{name...}` all that follows (at least one byte).
  /// The rest is compared byte for byte. Captures reach the handler percent-decoded, once.
  std::string path;
  Handler handle;
  policy::Right right;
  std::uint64_t body_bytes_max = 0;  ///< A larger body is refused with 413 before it is read.

  // What a description of the API says of the route; null: it has none, or it is no message.
  const schema::Message* parameters = nullptr;  ///< Of the query.
  const schema::Message* body = nullptr;
  const schema::Message* answer = nullptr;
  const schema::Message* other_answer = nullptr;  ///< That of another kind of thing at the path.
  /// Its path exists only for what it answers: another method's request and its own 404 are
  /// answered as if there were no such route.
  bool yields = false;
  bool leaves_out_empty_lists = false;  ///< From its answers (schema::EmptyLists::kOmit).
};

/// How errors look that the HTTP layer itself answers below a path: the protocol's own shape.
struct Area {
  std::string prefix;
  Response (*error)(int status, std::string_view code, std::string_view message);
};

/// An immutable route table, shared by all loops.
class Router {
 public:
  Router(std::vector<Route> routes, std::vector<Area> areas);

  struct Match {
    const Route* route = nullptr;  ///< Null: no such path, or `allow` is set.
    const Area* area = nullptr;    ///< Never null.
    std::string allow;             ///< The path exists, for these methods only.
    std::vector<Capture> captures;
    bool ill_encoded = false;  ///< A capture's percent-encoding is wrong.
  };
  Match Find(Method method, std::string_view path) const;

 private:
  /// A route with captures: its path, cut at the slashes.
  struct Pattern {
    std::vector<std::string> segments;
    const Route* route;
  };
  static bool Matches(const Pattern& pattern, std::string_view path, Match& match);
  static bool Take(const Route& route, Method method, Match& match);

  std::vector<Route> routes_;  // Sorted by path, then method.
  std::vector<Pattern> patterns_;
  std::vector<Area> areas_;  // Longest prefix first; the last one has none.
};

}  // namespace galley::http
