#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "storage/db/query.h"

/// MLflow's search language (docs/compat/mlflow_search.md) as queries of the domain.
namespace galley::mlflow {

enum class Searched : std::uint8_t {
  kRuns,
  kExperiments,
  kLoggedModels,
  kRegisteredModels,
  kModelVersions
};

Result<db::Predicate> ParseFilter(std::string_view filter, Searched searched);
Result<std::vector<db::OrderKey>> ParseOrder(std::span<const std::string> clauses,
                                             Searched searched);

/// `ACTIVE_ONLY`, `DELETED_ONLY`, `ALL` or their numbers; empty is the first.
Result<db::View> ViewOf(std::string_view text);

}  // namespace galley::mlflow
