#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/observe/monitor.h"
#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "storage/db/connection.h"

/// Single rows behind what was counted of a variant: what a person looks at when a metric is bad.
namespace galley::observe {

/// Answers of a variant that are looked at from the beginning of the time on, and as many back from
/// its end.
constexpr std::int64_t kSampledMax = 5000;

/// A labelled row of a variant's answer.
struct Sample {
  Id prediction;           ///< Of the row in the variant's answer.
  std::int64_t at_ms = 0;  ///< When it was made.
  bool is_mirrored = false;
  double probability = 0;
  bool label = false;
  double loss = 0;                    ///< In nats, probabilities of what was true at least 0.01.
  std::optional<Id> other;            ///< The same row of the other variant's answer.
  std::optional<double> other_value;  ///< Its probability.
  std::optional<double> other_loss;
};

/// What makes a row one that a metric fails by.
enum class Fault : std::uint8_t { kLoss, kWrong, kFalsePositive, kFalseNegative };

struct SampleQuestion {
  Id variant;
  Id other;  ///< That it is compared with.
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
  Fault fault = Fault::kLoss;
  std::size_t limit = 0;
};
struct Samples {
  std::int64_t looked_at = 0;   ///< Labelled rows of the variant.
  std::vector<Sample> first;    ///< The oldest ones.
  std::vector<Sample> failing;  ///< Those with the fault: the greatest loss first; of kLoss, what
                                ///< the other variant lost less of first.
};
/// Of answers made in [from_ms, to_ms], as `kSampledMax` bounds them.
Result<Samples> SamplesOf(db::Connection& db, std::int64_t project, const Monitor& monitor,
                          const SampleQuestion& question);

}  // namespace galley::observe
