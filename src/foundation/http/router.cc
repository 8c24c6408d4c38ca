#include "foundation/http/router.h"

#include <algorithm>
#include <tuple>

namespace galley::http {

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  std::ranges::sort(routes_, {},
                    [](const Route& route) { return std::tie(route.path, route.method); });
}

Router::Match Router::Find(Method method, std::string_view path) const {
  const auto rows = std::ranges::equal_range(routes_, path, {}, &Route::path);
  const Method wanted = method == Method::kHead ? Method::kGet : method;
  Match match;
  for (const Route& route : rows) {
    if (route.method == wanted) return Match{&route, {}};
    if (!match.allow.empty()) match.allow += ", ";
    match.allow += MethodName(route.method);
    if (route.method == Method::kGet) match.allow += ", HEAD";
  }
  return match;
}

}  // namespace galley::http
