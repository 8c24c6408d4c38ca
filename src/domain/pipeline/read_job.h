#pragma once

#include <string>
#include <vector>

#include "domain/pipeline/definition.h"
#include "domain/pipeline/matrix.h"
#include "domain/pipeline/substitute.h"

/// A job of the file as it is read, before the others are known. Inside of this room only.
namespace galley::pipeline {

/// A text of the file with its name and place, for errors that come later.
struct Said {
  std::string text;
  std::string where;
  yaml::Place place;
  bool is_metric = false;  ///< Of outputs.
};

struct Draft {
  Job job;  ///< Without `needs`.
  bool has_needs = false;
  std::vector<Said> needs;
  std::vector<Said> deps;
  std::vector<Said> outs;          ///< With metrics.
  std::vector<Said> metrics_jobs;  ///< Those whose metrics its condition asks for.
  std::vector<Said> gate_jobs;     ///< Those whose metrics its gate asks for.
};

/// What all jobs are read with.
struct Surroundings {
  At defaults;  ///< Null if there are none.
  const Parameters* parameters;
  const std::vector<std::string>* stages;
};

/// One job of a matrix; `at` is what stands under its name.
Result<Draft> ReadJob(const At& at, const std::string& base, const Combination& matrix,
                      const Surroundings& around);
/// That the value of a job is a mapping with its keys, before its matrix is looked at.
Status CheckJobKeys(const At& at);
Status CheckDefaults(const At& at);

// What a job and `defaults` have in common.
Result<Retry> ReadRetry(const At& at);
Result<std::int64_t> ReadTimeout(const At& at);
/// Sets what the mapping has.
Status ReadResources(const At& at, Resources& resources);
Status CheckRunsOn(const At& at);
/// Adds the variables of a mapping to the scope's.
Status ReadEnvironment(const At& at, Scope& scope);
Status CheckEnvironment(const At& at);

/// The script of GitHub-like `steps`.
Result<std::string> ReadSteps(const At& at, const Scope& scope);

}  // namespace galley::pipeline
