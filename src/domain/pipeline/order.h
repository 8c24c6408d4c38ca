#pragma once

#include <vector>

#include "domain/pipeline/read_job.h"

/// Which job comes after which. Inside of this room only.
namespace galley::pipeline {

/// The jobs with their needs, each behind those it needs.
Result<std::vector<Job>> Ordered(const yaml::Document& document, std::vector<Draft> drafts,
                                 const std::vector<std::string>& stages);

}  // namespace galley::pipeline
