#pragma once

#include <string>
#include <utility>
#include <vector>

#include "domain/pipeline/reader.h"

/// `matrix:` of a job. Inside of this room only.
namespace galley::pipeline {

constexpr std::size_t kJobsMax = 1000;  ///< Of a pipeline, after expansion.

using Combination = std::vector<std::pair<std::string, yaml::Node>>;

/// The combinations in order, each with its values in the keys' order; at least one.
Result<std::vector<Combination>> ReadMatrix(const At& at);

}  // namespace galley::pipeline
