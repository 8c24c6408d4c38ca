#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/pipeline/types.h"
#include "foundation/base/error.h"
#include "storage/blob/digest.h"

/// What decides whether a job has to run. Pure.
namespace galley::pipeline {

/// SHA-256 over the parts, in their order (docs/formats/pipeline.md).
blob::Digest KeyOf(const std::vector<KeyPart>& parts);

/// What is different of one thing that decides.
struct PartChange {
  std::string kind;
  std::string name;
  std::optional<std::string> before;  ///< Null: it is new.
  std::optional<std::string> after;   ///< Null: it is gone.
  bool operator==(const PartChange&) const = default;
};
/// What is different, in the order of `now`; what is gone comes last.
std::vector<PartChange> ChangesOf(const std::vector<KeyPart>& before,
                                  const std::vector<KeyPart>& now);

/// The same in words: `dep 'data.csv' changed; param 'depth': 3 → 4`. Empty if nothing
/// is.
std::string DifferenceOf(const std::vector<KeyPart>& before, const std::vector<KeyPart>& now);

std::string PartsJson(const std::vector<KeyPart>& parts);
Result<std::vector<KeyPart>> ParseParts(std::string_view json);
std::string ResultsJson(const Results& results);
Result<Results> ParseResults(std::string_view json);

/// An environment variable for a dataset or a job: `GALLEY_DATASET_` and `sales.v2` are
/// `GALLEY_DATASET_SALES_V2`.
std::string VariableName(std::string_view prefix, std::string_view name);

}  // namespace galley::pipeline
