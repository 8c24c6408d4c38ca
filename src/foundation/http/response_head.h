#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "foundation/http/message.h"

namespace galley::http {

/// The value of a Date header (RFC 9110 §5.6.7), made anew once a second. One thread.
class DateText {
 public:
  std::string_view Now();

 private:
  std::time_t made_for_ = 0;
  std::string text_;
};

/// How the connection goes on after a response.
enum class Persistence : std::uint8_t { kClose, kKeepHttp10, kKeep };

/// Replaces `out` by the response's status line and headers, up to and with the empty line.
void ComposeHead(const Response& response, std::string_view date, Persistence persistence,
                 std::string& out);

/// The same for an answer of unknown length, which ends with the connection (RFC 9112 §6.3): as
/// good for HTTP/1.0 as for 1.1, and there is no framing to be got wrong.
void ComposeStreamHead(const Response& response, std::string_view date, std::string& out);

}  // namespace galley::http
