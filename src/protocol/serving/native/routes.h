#pragma once

#include <vector>

#include "foundation/http/router.h"
#include "serving/router/serving.h"

namespace galley::native_serving {

/// The routes. `serving` outlives the server.
std::vector<http::Route> Routes(serving::Serving& serving);

}  // namespace galley::native_serving
