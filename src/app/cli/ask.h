#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/cli/commands.h"
#include "foundation/base/error.h"
#include "foundation/http/message.h"
#include "foundation/schema/decode.h"

namespace galley::cli {

/// The server that the commands talk to.
struct Server {
  std::string url;    ///< Without a slash at its end.
  std::string token;  ///< Empty: none is sent.
};

/// `--url`, else GALLEY_URL, else the port of the settings on this machine. The token is
/// GALLEY_TOKEN or, for a server on this machine alone, that of the data directory.
Result<Server> FindServer(const Arguments& arguments);

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Asks `GET /api/v1/projects/PROJECT/PATH?PARAMETERS`; returns the body of the answer. `path` is
/// percent-encoded. Errors are the server's own, or kUnavailable and say how to start one.
Result<std::string> Ask(const Server& server, const Arguments& arguments, std::string_view path,
                        const Parameters& parameters = {});

/// Sends a body to the same kind of path by another method.
Result<std::string> Tell(const Server& server, const Arguments& arguments, http::Method method,
                         std::string_view path, std::string body);

/// Sends a body by POST to a path that belongs to no project, such as `ui/sessions` below /api/v1/.
Result<std::string> TellServer(const Server& server, std::string_view path, std::string body);

/// Sends a file's bytes to `uploads`; the answer's body.
Result<std::string> SendFile(const Server& server, const Arguments& arguments, int file,
                             std::uint64_t bytes);

/// Sends a body of `bytes` bytes by POST, as `source` gives it while it is sent; the answer's body.
Result<std::string> SendBody(const Server& server, const Arguments& arguments,
                             std::string_view path, std::uint64_t bytes,
                             std::function<Result<std::size_t>(char* to, std::size_t size)> source);

/// Writes what is at a path to a file.
Status FetchFile(const Server& server, const Arguments& arguments, std::string_view path,
                 const Parameters& parameters, int file);

/// Tells on the error output that a list goes on, and how to see it.
void SayMore(const Arguments& arguments);

/// Prints what a change came to: the answer's JSON if that was asked for, else `text`.
void SayDone(const Arguments& arguments, std::string_view body, std::string_view text);

/// An answer for people, from its JSON.
template <typename T>
Result<T> Understood(const std::string& body) {
  auto answer = schema::FromJson<T>(body, {.numbers_as_strings = true});
  if (answer) return *std::move(answer);
  return Fail(Code::kUnavailable,
              "the server's answer is not understood ({}); is it of another version?",
              schema::ErrorOf(answer.error()).message);
}

}  // namespace galley::cli
