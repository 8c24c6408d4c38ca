#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/pipeline/types.h"
#include "foundation/base/error.h"
#include "foundation/schema/message.h"

/// Gates: what may go on, by its metrics (docs/formats/gate.md).
namespace galley::pipeline {

/// What a rule's limit is made of.
enum class LimitOf : std::uint8_t { kNumber, kCandidate, kJob, kChampion };
enum class Relation : std::uint8_t { kAtLeast, kAtMost, kAbove, kBelow };

struct GateRule {
  std::string id;
  std::string metric;  ///< May have `*`.
  bool is_mean = false;
  Relation relation = Relation::kAtLeast;
  LimitOf limit_of = LimitOf::kNumber;
  double number = 0;         ///< The limit, or what is added to the other metric.
  std::string limit_job;     ///< Of kJob: its full name.
  std::string limit_metric;  ///< Of all but kNumber.
};

/// The model version that answers now: an endpoint's, or a model's alias.
struct ChampionName {
  std::string endpoint;
  std::string model;
  std::string alias;
  bool is_required = false;
};

struct Gate {
  std::vector<std::string> candidates;  ///< Full names of jobs, at least one.
  std::string best;                     ///< A metric; empty: there is one candidate.
  bool is_lower_better = false;
  std::optional<ChampionName> champion;
  std::vector<GateRule> rules;
};

/// What a gate saw and decided, as it is stored and shown. Numbers are decimal strings.
struct RuleEvidence {
  std::string id;
  std::string metric;
  std::string value;
  std::string relation;
  std::string limit;
  std::string against;
  bool passed = false;
  std::int64_t slices = 0;
  std::string slice;
  std::string note;
  static const schema::Message kSchema;
};
struct CandidateEvidence {
  std::string job;
  std::string job_id;
  std::string run;
  std::string model;
  std::string model_version;
  std::string value;
  bool passed = false;
  bool won = false;
  std::string reason;
  std::vector<RuleEvidence> rules;
  static const schema::Message kSchema;
};
struct ChampionEvidence {
  std::string endpoint;
  std::string alias;
  std::string model;
  std::string model_version;
  std::string run;
  std::string measured;
  std::string missing;
  static const schema::Message kSchema;
};
struct GateEvidence {
  std::string job;
  bool passed = false;
  std::string summary;
  std::string best;
  std::string direction;
  std::optional<ChampionEvidence> champion;
  std::vector<CandidateEvidence> candidates;
  static const schema::Message kSchema;

  /// Null if none won.
  const CandidateEvidence* Winner() const;
};
std::string EvidenceJson(const GateEvidence& evidence);
Result<GateEvidence> ParseEvidence(std::string_view json);

using Metrics = std::vector<Metric>;

/// One candidate as it stands before the gate.
struct Candidate {
  CandidateEvidence facts;  ///< Without what is decided; `reason` set: it is none.
  Metrics metrics;
};
struct Champion {
  ChampionEvidence facts;  ///< `missing` set: there is none.
  Metrics metrics;
};

/// Decides. Pure. `others`: the metrics of jobs that rules name. kInvalidArgument names a metric
/// that is not there or is no number, and whose it is.
Result<GateEvidence> Weigh(const Gate& gate, const std::vector<Candidate>& candidates,
                           const std::optional<Champion>& champion,
                           const std::map<std::string, Metrics>& others);

/// Whether a metric's name fits one with `*`; then what stood for each `*`, joined by dots.
std::optional<std::string> FitsPattern(std::string_view pattern, std::string_view name);

}  // namespace galley::pipeline
