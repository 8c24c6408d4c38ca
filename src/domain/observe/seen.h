#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/observe/drift.h"
#include "domain/observe/monitor.h"

/// What a monitor sees in a logged request and its answers. Inside of this room only.
namespace galley::observe {

/// A request's body and how it came.
struct LoggedBody {
  std::int64_t rows = 0;
  std::int64_t at_ms = 0;  ///< When it was answered.
  std::string_view content_type;
  std::string_view body;  ///< Empty: not kept.
};

/// A request as one monitor sees it.
struct Seen {
  const Monitor* monitor;
  std::vector<double> times;                     ///< NaN: none. One a row.
  std::vector<std::vector<std::string>> slices;  ///< Of each slice's column: a value a row.
  std::vector<std::string> blocks;               ///< Of `compare.by`: a value a row.
  std::vector<std::vector<double>> inputs;       ///< Of each column with a reference; NaN: missing.
};
/// `monitor` is the caller's and outlives what is returned.
Seen See(const Monitor& monitor, const std::vector<ColumnReference>& references,
         const LoggedBody& request);

/// The window of a row; null if it has no event time.
std::optional<std::int64_t> WindowOf(const Seen& seen, std::size_t row);

/// The probability of yes of each row of an answer; NaN: none.
std::vector<double> ProbabilitiesOf(const Monitor& monitor, std::string_view answer,
                                    std::int64_t rows);
bool IsProbability(double score);

}  // namespace galley::observe
