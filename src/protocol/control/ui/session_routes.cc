#include <algorithm>
#include <mutex>
#include <utility>

#include <fmt/core.h>

#include "foundation/http/url.h"
#include "foundation/schema/encode.h"
#include "foundation/telemetry/log.h"
#include "protocol/control/native/api.h"
#include "protocol/control/ui/messages.h"
#include "protocol/control/ui/ui.h"
#include "storage/journal/journal.h"

namespace galley::ui {
namespace {

using http::Method;
using http::Request;
using http::Response;

constexpr std::uint64_t kBodyBytesMax = 16 * 1024;
constexpr std::string_view kHome = "/ui/";
constexpr std::string_view kActor = "administrator";  // As in the events of what a token changes.
constexpr std::int64_t kErrorsAMinute = 20;

std::string_view ValueOf(const Request& request, std::string_view name) {
  const http::Header* header = request.Find(name);
  return header == nullptr ? std::string_view() : header->value;
}

/// Whether a proxy in front of this server was asked by HTTPS.
bool IsSecure(const Request& request) {
  return ValueOf(request, "X-Forwarded-Proto") == "https";
}

template <typename Answer>
Response AnswerOf(const Answer& answer) {
  Response response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

std::string ParameterOf(const Request& request, std::string_view name) {
  const auto parameters = http::ParseQuery(request.query);
  if (!parameters) return {};
  const auto found =
      std::ranges::find(*parameters, name, &std::pair<std::string, std::string>::first);
  return found == parameters->end() ? std::string() : found->second;
}

/// Where to go after signing in: a path of the page, or its home.
std::string TargetOf(const Request& request) {
  const std::string to = ParameterOf(request, "to");
  const auto is_plain = [](char c) { return c > ' ' && c < 0x7f && c != '\\'; };
  return to.starts_with(kHome) && std::ranges::all_of(to, is_plain) ? to : std::string(kHome);
}

Response ToTarget(const PageApi& api, const Request& request) {
  Response response = PageResponse(302, "text/html; charset=utf-8", "");
  response.headers.emplace_back("Location", api.base_path + TargetOf(request));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Response BadCode(const PageApi& api) {
  return PlainPage(
      403, "This link is used up",
      fmt::format("<p>A link to sign in works once, and within two minutes. Ask for another "
                  "one where Galley runs:</p>\n<pre>galley ui</pre>\n<p>Looking needs no "
                  "signing in: <a href=\"{}/ui/\">open Galley</a>.</p>",
                  api.base_path));
}

/// `GET /ui/enter?code=`
Response Enter(const PageApi& api, const Request& request) {
  // Whoever only looks whether the link is there does not use it up.
  if (request.method == Method::kHead) return PlainPage(200, "Sign in", "");
  if (api.sessions.Redeem(ParameterOf(request, "code"))) {
    Response response = ToTarget(api, request);
    response.headers.emplace_back("Set-Cookie", api.sessions.NewCookie(IsSecure(request)));
    return response;
  }
  // The link again, in a browser that is in already.
  if (api.sessions.EndOf(ValueOf(request, "Cookie"))) return ToTarget(api, request);
  return BadCode(api);
}

/// `POST /api/v1/ui/sessions`
Response MakeLink(const PageApi& api, const Request& request) {
  const auto body = native::BodyOf<NewSession>(request);
  if (!body) return http::ErrorResponse(body.error());
  const auto [code, expires_ms] = api.sessions.NewCode();
  return AnswerOf(SessionLink{
      .url = fmt::format("{}://{}{}/ui/enter?code={}", IsSecure(request) ? "https" : "http",
                         ValueOf(request, "Host"), api.base_path, code),
      .expires_ms = expires_ms});
}

/// `POST /api/v1/ui/signout`
Response SignOut(const PageApi& api, const Request& request) {
  const auto body = native::BodyOf<NewSession>(request);
  if (!body) return http::ErrorResponse(body.error());
  Response response = AnswerOf(SignedOut{});
  response.headers.emplace_back("Set-Cookie", api.sessions.NoCookie());
  return response;
}

/// `GET /api/v1/me`
Response WhoAmI(const PageApi& api, const Request& request) {
  const auto until = api.sessions.EndOf(ValueOf(request, "Cookie"));
  const bool signed_in = until || api.gate.HasToken(ValueOf(request, "Authorization"));
  return AnswerOf(Me{.signed_in = signed_in,
                     .until_ms = until,
                     .user = std::string(signed_in ? kActor : ""),
                     .version = api.version,
                     .project = std::string(journal::kDefaultProject),
                     .ui = api.source->pack.version()});
}

/// So many are written down in a minute, whoever sends them.
class Allowance {
 public:
  explicit Allowance(const io::Clock& clock) : clock_(clock) {}

  bool Take() {
    const std::int64_t minute = clock_.NowMs() / 60'000;
    const std::scoped_lock lock(mutex_);
    if (minute != std::exchange(minute_, minute)) taken_ = 0;
    return taken_++ < kErrorsAMinute;
  }

 private:
  const io::Clock& clock_;
  std::mutex mutex_;
  std::int64_t minute_ = 0;
  std::int64_t taken_ = 0;
};

/// `POST /api/v1/ui/errors`
Response TakeError(Allowance& allowance, const Request& request) {
  const auto error = native::BodyOf<PageError>(request);
  if (!error) return http::ErrorResponse(error.error());
  if (!allowance.Take()) {
    Response response = http::ErrorResponse(Error{
        Code::kResourceExhausted,
        fmt::format("{} errors of pages are taken a minute; try again in one", kErrorsAMinute)});
    response.headers.emplace_back("Retry-After", "60");
    return response;
  }
  telemetry::LogWarn("the web page failed in a browser", {{"error.message", error->message},
                                                          {"galley.stack", error->stack},
                                                          {"url.path", error->path}});
  return AnswerOf(PageErrorTaken{});
}

}  // namespace

std::vector<http::Route> SessionRoutes(const PageApi& api) {
  using policy::Right;
  std::vector<http::Route> routes;
  const auto add = [&](Method method, std::string_view path, Right right,
                       http::InlineHandler handle, const schema::Message* body,
                       const schema::Message* answer) {
    routes.push_back({.method = method,
                      .path = std::string(path),
                      .handle = std::move(handle),
                      .right = right,
                      .body_bytes_max = method == Method::kGet ? 0 : kBodyBytesMax,
                      .body = body,
                      .answer = answer});
  };
  const auto with = [&](Response (*handle)(const PageApi&, const Request&)) {
    return [api, handle](const Request& request) { return handle(api, request); };
  };
  add(Method::kGet, "/ui/enter", Right::kRead, with(Enter), nullptr, nullptr);
  add(Method::kPost, "/api/v1/ui/sessions", Right::kAdminister, with(MakeLink),
      &NewSession::kSchema, &SessionLink::kSchema);
  add(Method::kPost, "/api/v1/ui/signout", Right::kRead, with(SignOut), &NewSession::kSchema,
      &SignedOut::kSchema);
  add(Method::kGet, "/api/v1/me", Right::kRead, with(WhoAmI), nullptr, &Me::kSchema);
  add(
      Method::kPost, "/api/v1/ui/errors", Right::kTrack,
      [allowance = std::make_shared<Allowance>(api.clock)](const Request& request) {
        return TakeError(*allowance, request);
      },
      &PageError::kSchema, &PageErrorTaken::kSchema);
  return routes;
}

}  // namespace galley::ui
