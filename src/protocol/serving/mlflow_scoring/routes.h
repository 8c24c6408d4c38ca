#pragma once

#include <vector>

#include "foundation/http/router.h"
#include "serving/router/serving.h"

namespace galley::mlflow_scoring {

/// The routes, and how errors look below them. `serving` outlives the server.
std::vector<http::Route> Routes(serving::Serving& serving);
std::vector<http::Area> Areas();

}  // namespace galley::mlflow_scoring
