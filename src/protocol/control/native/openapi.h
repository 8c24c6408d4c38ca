#pragma once

#include <span>
#include <string>
#include <string_view>

#include "foundation/base/error.h"
#include "foundation/http/router.h"

namespace galley::native {

/// The OpenAPI 3.1 document of the routes below /api/v1/, in the order of their paths. Two messages
/// of one name with other fields, and two paths that differ in a capture's name alone, are
/// kInternal: mistakes in the tables, not in what anybody sent.
Result<std::string> OpenApiOf(std::span<const http::Route> routes, std::string_view version);

/// `GET /api/v1/openapi.json`, which does not describe itself.
http::Route OpenApiRoute(std::string document);

}  // namespace galley::native
