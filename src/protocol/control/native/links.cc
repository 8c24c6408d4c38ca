#include "protocol/control/native/api.h"
#include "protocol/control/native/resolve.h"
#include "storage/journal/journal.h"

/// Addresses of this server that clients print as if it were another one (docs/formats/http.md).
namespace galley::native {
namespace {

constexpr std::string_view kPaths[] = {"/{entity}/{project}", "/{entity}/{project}/{page}",
                                       "/{entity}/{project}/runs/{run}",
                                       "/{entity}/{project}/runs/{run}/{part...}"};

bool WantsHtml(const http::Request& request) {
  const http::Header* accept = request.Find("Accept");
  return accept != nullptr && accept->value.contains("text/html");
}

http::Response Nothing404(const http::Request& request) {
  return http::ErrorResponse(
      Error{Code::kNotFound, fmt::format("there is nothing at '{}'", request.path)});
}

/// To the page's path from where the link stands, so that what a proxy has in front of both stays.
std::string FromThere(std::string_view path, std::string_view to) {
  std::string relative;
  for (const char c : path.substr(1)) {
    if (c == '/') relative += "../";
  }
  return relative + std::string(to.substr(1));
}

http::Response Lead(const Api& api, const http::Request& request) {
  if (!WantsHtml(request)) return Nothing404(request);
  std::optional<Resolved> found;
  const Status looked =
      api.store.Read(journal::kDefaultProject, [&](const journal::View& view) -> Status {
        found = TRY(ResolvePath(view, request.path));
        return {};
      });
  if (!looked) return http::ErrorResponse(looked.error());
  if (!found) return Nothing404(request);
  return {.status = 302,
          .content_type = "text/html; charset=utf-8",
          .body = "",
          .headers = {{"Location", FromThere(request.path, found->path)},
                      {"Cache-Control", "no-store"}}};
}

}  // namespace

std::vector<http::Route> LinkRoutes(const Api& api) {
  std::vector<http::Route> routes;
  for (const std::string_view path : kPaths) {
    http::Route route{
        http::Method::kGet, std::string(path),
        http::BlockingHandler{[api](const http::Request& request) { return Lead(api, request); }},
        policy::Right::kRead};
    route.yields = true;
    routes.push_back(std::move(route));
  }
  return routes;
}

}  // namespace galley::native
