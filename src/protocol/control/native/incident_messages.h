#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/watch/candidate.h"
#include "foundation/schema/message.h"

/// What the native API takes and answers of incidents (docs/formats/native_api.md).
namespace galley::native {

struct AlertOfIncident {
  std::string alert;  ///< Id.
  std::string rule;
  std::string column;
  double value = 0;
  double limit = 0;
  std::int64_t active_window = 0;
  std::int64_t window = 0;  ///< When it began to fire.
  std::string state;        ///< `firing` or `resolved`.
  static const schema::Message kSchema;
};
struct RankingMessage {
  std::int64_t number = 0;
  std::int64_t first_window = 0;
  std::int64_t window = 0;
  std::optional<std::int64_t> fall;
  std::int64_t made_ms = 0;
  bool claims_data_fault = false;
  std::vector<watch::Candidate> candidates;
  static const schema::Message kSchema;
};
struct IncidentMessage {
  std::int64_t number = 0;
  std::string id;
  std::string state;  ///< `open` or `closed`.
  std::string monitor;
  std::string endpoint;
  double width = 1;         ///< Of a window, in the unit of the monitor's event time.
  std::int64_t window = 0;  ///< When it was opened.
  std::int64_t opened_ms = 0;
  std::optional<std::int64_t> acked_ms;
  std::string acked_by;
  std::string cause;
  std::optional<std::int64_t> cause_rank;
  std::optional<std::int64_t> cause_ranking;
  bool cause_in_top_three = false;
  std::optional<std::int64_t> cause_ms;
  std::string cause_by;
  std::optional<std::int64_t> closed_ms;
  std::string closed_by;
  std::string reason;
  std::vector<AlertOfIncident> alerts;
  std::vector<RankingMessage> rankings;  ///< Oldest first; in a list the newest alone.
  static const schema::Message kSchema;
};
struct IncidentAnswer {
  IncidentMessage incident;
  static const schema::Message kSchema;
};
struct IncidentsAnswer {
  std::vector<IncidentMessage> incidents;
  bool has_more = false;
  static const schema::Message kSchema;
};
struct AskIncidents {
  std::int64_t limit = 100;
  std::optional<std::int64_t> before;
  static const schema::Message kSchema;
};
struct CauseOfIncident {
  std::optional<std::int64_t> rank;
  std::string text;
  static const schema::Message kSchema;
};
struct CloseOfIncident {
  std::string reason;
  static const schema::Message kSchema;
};

}  // namespace galley::native
