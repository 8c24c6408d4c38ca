#pragma once

#include <string>

#include "foundation/base/error.h"

namespace galley::server {

/// Writes the Python package of this build to the data directory, as `python/galley/`: so jobs can
/// import it without installing anything. Files that are as they should be are left alone.
Status WritePythonPackage(const std::string& data);

}  // namespace galley::server
