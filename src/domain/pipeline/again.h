#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/pipeline/definition.h"
#include "domain/pipeline/rows.h"
#include "domain/pipeline/types.h"
#include "foundation/base/error.h"

/// Running what ran before once more, from some job on. Inside of this room only.
namespace galley::pipeline {

/// Of each job whether a run that begins anew at `from` has to run it whatever the cache says: the
/// job of that name, all jobs of that matrix, and what needs one of them at any distance; none if
/// `from` is empty. kInvalidArgument names the jobs that there are.
Result<std::vector<char>> JobsFrom(const Pipeline& pipeline, std::string_view from);

/// Why such a job runs, in a sentence.
std::string WhyForced(std::string_view from);

/// What jobs that come from the cache have made: it is put back before others read it, whatever
/// lies there now.
class Foreseen {
 public:
  void Add(Results results) { made_.push_back(std::move(results)); }
  /// The job without the deps that are known so.
  Job Without(Job job) const;
  /// Puts those deps among the parts of `Without(job)`, where they belong.
  void AddTo(const Job& job, std::vector<KeyPart>& parts) const;

 private:
  /// As `Workspace::DigestOf`; null: it is not known.
  std::optional<std::string> DigestOf(const std::string& path) const;

  std::vector<Results> made_;
};

/// What is wanted, with all that it does not say itself taken from the run that is to be repeated:
/// folder, file, text, name and, unless others are given, the environment; inputs are added.
NewRun Repeated(NewRun wanted, const Run& run, const Definition& definition);

}  // namespace galley::pipeline
