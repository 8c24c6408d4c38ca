#pragma once

#include <string>

#include "foundation/base/error.h"
#include "foundation/yaml/yaml.h"

namespace galley::cli {

/// A project's file, with nothing at its top but what belongs there.
Result<yaml::Document> ReadProjectFile(const std::string& path);

}  // namespace galley::cli
