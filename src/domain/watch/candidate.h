#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/schema/message.h"

namespace galley::watch {

/// A figure that a score rests on.
struct EvidenceFact {
  std::string name;
  std::string value;  ///< Numbers as decimals that read back as the same double.
  static const schema::Message kSchema;
};

/// What may have caused an incident (docs/formats/incident.md).
struct Candidate {
  std::string kind;  ///< One of kCandidateKinds.
  std::string name;  ///< What of that kind: a column, `orange-juice@2`, `store=5`; may be empty.
  double score = 0;  ///< 0 to 1; below kListedOnly it is listed and not suspected.
  std::string what;  ///< A sentence.
  bool claims_data_fault = false;
  std::optional<std::int64_t> since;  ///< A window.
  std::vector<EvidenceFact> evidence;
  std::vector<std::int64_t> events;  ///< Sequences in the journal.
  static const schema::Message kSchema;
};

inline constexpr std::string_view kCandidateKinds[] = {"column",   "model",    "rollout", "dataset",
                                                       "pipeline", "worker",   "load",    "labels",
                                                       "slice",    "base_rate"};
inline constexpr double kListedOnly = 0.2;

/// A JSON array for an event: all numbers but sequences and windows are decimal strings.
std::string CandidatesEvidence(const std::vector<Candidate>& candidates);

}  // namespace galley::watch
