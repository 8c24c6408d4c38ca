#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/http/guard.h"
#include "foundation/http/message.h"

namespace galley::http {

/// One request to somebody else's server.
struct ClientRequest {
  Method method = Method::kGet;
  std::string url;  ///< `http://` or `https://`, without user name and password.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// Instead of `body`: the next `body_file_bytes` bytes of a file, read while they are sent. The
  /// descriptor stays the caller's.
  int body_file = -1;
  std::uint64_t body_file_bytes = 0;
  /// Instead of both: gives the next bytes of `body_file_bytes`, at most `size` into `to`; 0 is the
  /// end. Called while they are sent; its error ends the request and is returned.
  std::function<Result<std::size_t>(char* to, std::size_t size)> body_source;
  /// Instead of the answer's `body`, if its status is 200: a file that it is written to, without a
  /// limit.
  int answer_file = -1;
  std::int64_t timeout_ms = 30'000;  ///< For all of it, from the look-up of the name.
  std::uint64_t body_bytes_max = 64 * 1024 * 1024;  ///< Of the answer.
  bool cut_body = false;         ///< A longer answer is cut there, and is no error.
  std::stop_token stop;          ///< Ends the request, within a second or so.
  const Guard* guard = nullptr;  ///< For URLs that others choose: whom it lets through; no proxy.
};

/// Where a URL leads.
struct Target {
  std::string scheme;  ///< `http` or `https`.
  std::string host;    ///< A name, or an address in its usual spelling; IPv6 in brackets.
  std::uint16_t port = 0;

  /// `http://127.0.0.1:9093`: what of a URL may be shown, as its path may hold a secret.
  std::string Origin() const { return fmt::format("{}://{}:{}", scheme, host, port); }
};

/// kInvalidArgument if `Fetch` would not take the URL.
Result<Target> TargetOf(const std::string& url);

/// What came back, whatever its status is.
struct ClientResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  /// The first header of that name (case-insensitive); empty if there is none.
  std::string_view Header(std::string_view name) const;
};

/// Sends a request and waits for the whole answer. Any thread that may wait: not an event loop.
/// A redirect is an answer like any other and is not followed. A proxy of the environment
/// (`https_proxy`, `no_proxy`, …) is used, except for addresses of this machine.
///
/// Errors name the URL: kInvalidArgument for a URL or header that cannot be sent, kUnavailable if
/// there is no connection or it broke, kDeadlineExceeded after `timeout_ms`, kResourceExhausted if
/// the answer is larger than `body_bytes_max`, kPermissionDenied if the guard let it connect to
/// nothing, kAborted after `stop`.
Result<ClientResponse> Fetch(const ClientRequest& request);

}  // namespace galley::http
