#pragma once

#include <cstddef>

#include "foundation/io/random.h"
#include "serving/router/loaded.h"
#include "serving/router/serving.h"

namespace galley::serving {

/// Where a request to an endpoint belongs, in [0, 1): by the value of the endpoint's key, or, if it
/// has no key or the request no value, by chance.
double UnitOf(const LoadedEndpoint& endpoint, const PredictRequest& request, io::Random& random);

/// The arm for it: the arms after the first have [0, w2), [w2, w2+w3), …, the first the rest and
/// what belongs to arms that are not loaded or have tripped.
std::size_t ArmFor(const LoadedEndpoint& endpoint, double unit);

/// Whether an arm with this share is asked as well, after a request whose first row has this id.
bool IsMirrored(const LoadedArm& arm, const Id& answered);

}  // namespace galley::serving
