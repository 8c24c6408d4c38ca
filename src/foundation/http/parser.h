#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "foundation/http/message.h"

namespace galley::http {

/// Reads HTTP/1.0 and 1.1 requests of one connection (RFC 9112) from bytes as they come in, in
/// pieces of any size. Strict: what RFC 9112 lets a server repair (bare LF, folded headers, a
/// Content-Length beside a Transfer-Encoding) is refused, because two readers of one message must
/// never disagree about where it ends. Boost.Beast's parser does the tokens. One thread.
class RequestParser {
 public:
  explicit RequestParser(const Limits& limits);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// Forgets the last request and waits for the next one.
  void Reset();

  enum class State : std::uint8_t {
    kNeedMore,  ///< Call again with the unconsumed bytes and what came after them.
    kHeader,    ///< The header is complete: `request` has all but the body. Said once.
    kComplete,  ///< The request is complete.
  };
  struct Progress {
    std::size_t consumed;  ///< How many bytes of the input are done with.
    State state;
  };
  /// Why a request is refused; the connection cannot be read any further.
  struct Refusal {
    int status;
    std::string message;
  };

  /// Reads on from `input`.
  std::expected<Progress, Refusal> Put(std::string_view input);

  /// The most bytes of body to accept; more is refused with 413. Call between kHeader and the next
  /// Put.
  void LimitBody(std::uint64_t bytes);

  /// Whether the header announces a body, and its length if that is known in advance.
  bool announces_body() const;
  std::uint64_t content_length() const;

  /// Whether the client lets the connection live on (RFC 9112 §9.3).
  bool keeps_alive() const;

  /// Whether the request came in HTTP/1.0.
  bool is_http10() const;

  /// Whether the whole request has been read.
  bool is_complete() const;

  /// Whether any byte of the current request was read.
  bool started() const;

  const Request& request() const;

  /// Hands out the body's bytes that have come since the last call, for bodies that nobody keeps.
  std::string TakeBody();

  /// The path without what stands in front of all: a view into the one that was sent.
  void SetPath(std::string_view path);
  /// What the route's pattern captured goes into the request.
  void SetCaptures(std::vector<Capture> captures);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace galley::http
