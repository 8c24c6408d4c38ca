#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/pipeline/parameters.h"

/// `${{ … }}`. Inside of this room only.
namespace galley::pipeline {

/// What a name can mean in one job.
struct Scope {
  const Parameters* parameters = nullptr;
  std::vector<std::pair<std::string, yaml::Node>> matrix;
  std::vector<std::pair<std::string, std::string>> environment;
  bool keeps_branch = false;  ///< `branch` is known, but only when a run begins: it is left there.

  /// The value of `matrix.KEY`, `params.a.b`, `env.NAME`: a single one. kInvalidArgument says what
  /// there is instead.
  Result<yaml::Node> Value(std::string_view name) const;
};

/// Of a text with its values filled in: what bash takes as one argument is little more.
constexpr std::size_t kFilledMax = 100'000;
/// `text` with every `${{ NAME }}` as its value is spelled.
Result<std::string> Fill(std::string_view text, const Scope& scope);
/// The same of a value of the file that is a single text; errors at its place.
Result<std::string> ReadFilled(const At& at, std::string_view expected, const Scope& scope);

/// Sets a variable, in the place of one of the same name.
void SetVariable(std::vector<std::pair<std::string, std::string>>& environment,
                 const std::string& name, std::string value);

/// A condition that is ready to be kept.
struct Condition {
  std::string text;  ///< With the values of `matrix`, `params` and `env` in it.
  /// For each `metrics.JOB.KEY`: its parts.
  std::vector<std::vector<std::string>> metrics;
};
/// Checks a condition and fills in what the scope knows.
Result<Condition> FillCondition(std::string_view text, const Scope& scope);

}  // namespace galley::pipeline
