#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/io/fd.h"

namespace galley::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

/// `GET`; kOther is `OTHER`.
std::string_view MethodName(Method method);

struct Header {
  std::string_view name;
  std::string_view value;
};

/// A part of the path that the route's pattern names, percent-decoded once.
struct Capture {
  std::string_view name;
  std::string value;
};

/// One request as it came in. All views point into the connection's buffers and are valid until the
/// handler returns.
struct Request {
  Method method = Method::kOther;
  std::string_view target;  ///< As sent: path and query, still percent-encoded.
  std::string_view path;    ///< The target up to `?`, still percent-encoded.
  std::string_view query;   ///< The target after `?`, still percent-encoded.
  std::vector<Header> headers;
  std::string_view body;
  std::vector<Capture> captures;

  /// The part of the path that the route calls `name`; empty if it has none.
  std::string_view Captured(std::string_view name) const;

  /// The first header of that name (case-insensitive), null if there is none.
  const Header* Find(std::string_view name) const;
};

/// What a handler answers. Content-Length, Date and Connection are the server's business.
struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;

  /// If set, the body is `file_bytes` bytes of this file from `file_offset` on instead of `body`.
  std::shared_ptr<const io::UniqueFd> file;
  std::uint64_t file_offset = 0;
  std::uint64_t file_bytes = 0;
};

/// The limits of a server. Each one has an answer (docs/formats/http.md) and none grows.
struct Limits {
  std::size_t target_bytes = 8 * 1024;            ///< 414
  std::size_t header_bytes = 16 * 1024;           ///< 431; request line and all headers together.
  std::size_t header_count = 100;                 ///< 431
  std::uint64_t unrouted_body_bytes = 64 * 1024;  ///< Read and dropped before a 404 or 405.
  std::size_t connections = 8 * 1024;             ///< 503
  std::int64_t header_timeout_ms = 10'000;        ///< 408
  std::int64_t idle_timeout_ms = 60'000;          ///< Closed.
  std::int64_t write_stall_ms = 30'000;           ///< Closed.
  std::int64_t body_bytes_per_s_min = 1024;       ///< 408, after header_timeout_ms of grace.
  std::int64_t drain_ms = 5'000;                  ///< Requests in progress when the server stops.
  std::int64_t sweep_ms = 1'000;                  ///< How often the deadlines are looked at.
  std::int64_t deferred_ms = 60'000;              ///< 504
  std::size_t blocking_queue = 1024;              ///< 503; requests that wait for a pool thread.
  std::size_t stream_queue_bytes = 256 * 1024;    ///< Of one stream; Stream::Put::kFull.
  std::size_t stream_input_bytes = 16 * 1024;     ///< Closed; what a client sends into a stream.
};

/// The status for an error code, the one place where they meet.
int StatusOf(Code code);

/// The reason phrase of a status that Galley uses (RFC 9110 §15).
std::string_view ReasonOf(int status);

/// The native API's error answer: `{"error":{"code":"not_found","message":"…"}}`.
Response ErrorResponse(const Error& error);

/// The same for a status that the HTTP layer itself chose.
Response ErrorResponse(int status, std::string_view code, std::string_view message);

/// The native code name that fits a status which the HTTP layer itself chose.
std::string_view CodeOfStatus(int status);

/// Whether an If-None-Match header's value names an entity tag: `"x"` or `W/"x"` (RFC 9110 §13.1.2,
/// weak comparison).
bool NamesTag(std::string_view tags, std::string_view tag);

/// Case-insensitive equality of ASCII text.
bool EqualsIgnoringCase(std::string_view left, std::string_view right);

}  // namespace galley::http
