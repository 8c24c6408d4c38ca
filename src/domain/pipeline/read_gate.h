#pragma once

#include <vector>

#include "domain/pipeline/gate.h"
#include "domain/pipeline/read_job.h"

/// `gate:` of a job. Inside of this room only.
namespace galley::pipeline {

/// `at`: the job. Adds the jobs that it names to `said`; the gate has their full names once the
/// jobs are in order.
Result<Gate> ReadGate(const At& at, const Scope& scope, std::vector<Said>& said);

}  // namespace galley::pipeline
