#include "app/cli/ask.h"

#include <algorithm>

#include <fmt/core.h>

#include "app/cli/print.h"
#include "foundation/http/client.h"
#include "foundation/http/url.h"
#include "foundation/io/file.h"
#include "platform/config/data_directory.h"
#include "protocol/control/native/messages.h"

namespace galley::cli {
namespace {

constexpr std::size_t kTokenBytesMax = 4096;
constexpr std::int64_t kTimeoutMs = 60'000;
constexpr std::int64_t kWorkTimeoutMs = 900'000;         // Of what a child does for an answer.
constexpr std::int64_t kFileTimeoutMs = 24 * 3'600'000;  // Of a file on its way.
constexpr std::string_view kLoopback[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};

std::string TextOf(const std::string& variable) {
  return config::ProcessEnvironment(variable).value_or("");
}

bool IsOnThisMachine(std::string_view url) {
  return std::ranges::any_of(kLoopback, [url](std::string_view host) {
    return url.starts_with(host) &&
           (url.size() == host.size() || url[host.size()] == ':' || url[host.size()] == '/');
  });
}

Result<std::string> UrlOf(const Arguments& arguments, const config::Settings& settings) {
  std::string url = arguments.url.empty() ? TextOf("GALLEY_URL") : arguments.url;
  while (url.ends_with('/')) url.pop_back();
  if (!url.empty()) return url;
  const std::string& port = settings.Text(config::Setting::kPort);
  if (port != "0") return fmt::format("http://127.0.0.1:{}", port);
  return Fail(Code::kInvalidArgument,
              "the port of the settings is 0, any free one; name the server with --url");
}

std::string TokenOf(std::string_view url, const config::Settings& settings) {
  if (std::string token = TextOf("GALLEY_TOKEN"); !token.empty()) return token;
  if (!IsOnThisMachine(url)) return {};
  // Not there or not ours to read: then without.
  auto token =
      io::ReadFile(config::TokenPath(settings.Text(config::Setting::kData)), kTokenBytesMax)
          .value_or("");
  while (token.ends_with('\n')) token.pop_back();
  return token;
}

Code CodeOf(std::string_view name) {
  for (int number = 1; number <= static_cast<int>(Code::kInternal); ++number) {
    const auto code = static_cast<Code>(number);
    if (CodeName(code) == name) return code;
  }
  return Code::kInternal;
}

Error ErrorOf(const std::string& url, const http::ClientResponse& response) {
  const auto answer = schema::FromJson<native::ErrorAnswer>(response.body, {});
  if (answer && !answer->error.message.empty()) {
    return Error{CodeOf(answer->error.code), answer->error.message};
  }
  return Fail(Code::kUnavailable, "{} answered with status {}; is that a Galley server?", url,
              response.status)
      .error();
}

}  // namespace

Result<Server> FindServer(const Arguments& arguments) {
  const config::Settings settings = TRY(LoadSettings(arguments));
  Server server{.url = TRY(UrlOf(arguments, settings))};
  server.token = TokenOf(server.url, settings);
  return server;
}

namespace {

Result<std::string> Send(const Server& server, http::ClientRequest request) {
  if (request.timeout_ms < kTimeoutMs) request.timeout_ms = kTimeoutMs;
  if (!server.token.empty()) {
    request.headers.emplace_back("Authorization", "Bearer " + server.token);
  }
  auto response = http::Fetch(request);
  if (!response) {
    Error error = std::move(response).error();
    if (error.code == Code::kUnavailable) {
      error.message += "\nStart one with 'galley up', or name another with --url or GALLEY_URL.";
    }
    return std::unexpected(std::move(error));
  }
  if (response->status != 200) return std::unexpected(ErrorOf(server.url, *response));
  return std::move(response->body);
}

std::string TargetOf(const Server& server, const Arguments& arguments, std::string_view path) {
  return fmt::format("{}/api/v1/projects/{}/{}", server.url, http::PercentEncode(arguments.project),
                     path);
}

}  // namespace

Result<std::string> Tell(const Server& server, const Arguments& arguments, http::Method method,
                         std::string_view path, std::string body) {
  http::ClientRequest request{.method = method,
                              .url = TargetOf(server, arguments, path),
                              .body = std::move(body),
                              .timeout_ms = kWorkTimeoutMs};
  request.headers.emplace_back("Content-Type", "application/json");
  return Send(server, std::move(request));
}

Result<std::string> TellServer(const Server& server, std::string_view path, std::string body) {
  return Send(server, {.method = http::Method::kPost,
                       .url = fmt::format("{}/api/v1/{}", server.url, path),
                       .headers = {{"Content-Type", "application/json"}},
                       .body = std::move(body)});
}

namespace {

std::string TargetOf(const Server& server, const Arguments& arguments, std::string_view path,
                     const Parameters& parameters) {
  std::string target = TargetOf(server, arguments, path);
  for (char separator = '?'; const auto& [name, value] : parameters) {
    target += fmt::format("{}{}={}", separator, name, http::PercentEncode(value));
    separator = '&';
  }
  return target;
}

}  // namespace

Result<std::string> Ask(const Server& server, const Arguments& arguments, std::string_view path,
                        const Parameters& parameters) {
  return Send(server,
              {.url = TargetOf(server, arguments, path, parameters), .timeout_ms = kWorkTimeoutMs});
}

Result<std::string> SendFile(const Server& server, const Arguments& arguments, int file,
                             std::uint64_t bytes) {
  return Send(server, {.method = http::Method::kPost,
                       .url = TargetOf(server, arguments, "uploads"),
                       .headers = {{"Content-Type", "application/octet-stream"}},
                       .body_file = file,
                       .body_file_bytes = bytes,
                       .timeout_ms = kFileTimeoutMs});
}

Result<std::string> SendBody(
    const Server& server, const Arguments& arguments, std::string_view path, std::uint64_t bytes,
    std::function<Result<std::size_t>(char* to, std::size_t size)> source) {
  return Send(server, {.method = http::Method::kPost,
                       .url = TargetOf(server, arguments, path),
                       .headers = {{"Content-Type", "application/octet-stream"}},
                       .body_file_bytes = bytes,
                       .body_source = std::move(source),
                       .timeout_ms = kFileTimeoutMs});
}

Status FetchFile(const Server& server, const Arguments& arguments, std::string_view path,
                 const Parameters& parameters, int file) {
  TRY(Send(server, {.url = TargetOf(server, arguments, path, parameters),
                    .answer_file = file,
                    .timeout_ms = kFileTimeoutMs}));
  return {};
}

void SayDone(const Arguments& arguments, std::string_view body, std::string_view text) {
  fmt::print("{}\n", arguments.json ? std::string(body) : Clean(text));
}

void SayMore(const Arguments& arguments) {
  constexpr std::int64_t kMax = 1000;
  const bool can_show_more = arguments.limit.value_or(0) < kMax;
  fmt::print(stderr, "There are more{}\n",
             can_show_more ? "; --limit N shows up to 1000." : " than these 1000.");
}

}  // namespace galley::cli
