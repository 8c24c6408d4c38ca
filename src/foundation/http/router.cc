#include "foundation/http/router.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "foundation/http/url.h"
#include "foundation/telemetry/log.h"

namespace galley::http {
namespace {

std::vector<std::string> CutAtSlashes(std::string_view path) {
  std::vector<std::string> segments;
  for (;;) {
    const auto slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool IsCapture(std::string_view segment) {
  return segment.starts_with('{');
}
bool IsRest(std::string_view segment) {
  return segment.ends_with("...}");
}
std::string_view NameOf(std::string_view capture) {
  return capture.substr(1, capture.size() - (IsRest(capture) ? 5 : 2));
}

void AddCapture(std::string_view segment, std::string_view text, Router::Match& match) {
  auto decoded = PercentDecode(text);
  if (!decoded) match.ill_encoded = true;
  match.captures.push_back({NameOf(segment), std::move(decoded).value_or("")});
}

}  // namespace

Reply::~Reply() {
  if (!send_) return;
  telemetry::LogError("a request was dropped without an answer");
  send_(ErrorResponse(500, CodeName(Code::kInternal),
                      "an internal error: the request was dropped; the server's log has more"));
}

void Reply::Send(Response response) && {
  std::exchange(send_, nullptr)(std::move(response));
}

Router::Router(std::vector<Route> routes, std::vector<Area> areas)
    : routes_(std::move(routes)), areas_(std::move(areas)) {
  std::ranges::sort(routes_, {},
                    [](const Route& route) { return std::tie(route.path, route.method); });
  for (const Route& route : routes_) {
    auto segments = CutAtSlashes(route.path);
    if (std::ranges::any_of(segments, IsCapture))
      patterns_.push_back({std::move(segments), &route});
  }
  areas_.push_back({"", ErrorResponse});
  std::ranges::sort(areas_, std::ranges::greater(),
                    [](const Area& area) { return area.prefix.size(); });
}

/// Notes the route if the method fits, else what the path allows.
bool Router::Take(const Route& route, Method method, Match& match) {
  if (route.method == (method == Method::kHead ? Method::kGet : method)) {
    match.route = &route;
    match.allow.clear();
    return true;
  }
  if (route.yields) return false;
  if (!match.allow.empty()) match.allow += ", ";
  match.allow += MethodName(route.method);
  if (route.method == Method::kGet) match.allow += ", HEAD";
  return false;
}

bool Router::Matches(const Pattern& pattern, std::string_view path, Match& match) {
  match.captures.clear();
  match.ill_encoded = false;
  for (std::size_t at = 0; at < pattern.segments.size(); ++at) {
    const std::string& segment = pattern.segments[at];
    const bool last = at + 1 == pattern.segments.size();
    if (IsRest(segment)) {
      if (path.empty()) return false;
      AddCapture(segment, path, match);
      return true;
    }
    const auto slash = path.find('/');
    if (last != (slash == std::string_view::npos)) return false;
    const std::string_view text = path.substr(0, slash);
    if (IsCapture(segment)) {
      if (text.empty()) return false;
      AddCapture(segment, text, match);
    } else if (text != segment) {
      return false;
    }
    if (!last) path.remove_prefix(slash + 1);
  }
  return true;
}

Router::Match Router::Find(Method method, std::string_view path) const {
  Match match;
  for (const Area& area : areas_) {
    if (match.area == nullptr && path.starts_with(area.prefix)) match.area = &area;
  }
  for (const Route& route : std::ranges::equal_range(routes_, path, {}, &Route::path)) {
    if (Take(route, method, match)) return match;
  }
  if (!match.allow.empty()) return match;
  for (const Pattern& pattern : patterns_) {
    if (Matches(pattern, path, match) && Take(*pattern.route, method, match)) return match;
  }
  match.captures.clear();
  return match;
}

}  // namespace galley::http
