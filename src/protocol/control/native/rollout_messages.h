#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/rollout/review.h"
#include "domain/rollout/strategy.h"
#include "foundation/schema/message.h"
#include "protocol/control/native/serving_messages.h"

/// What the native API takes and answers of rollouts (docs/formats/rollout.md).
namespace galley::native {

struct StartRollout {
  std::string model;
  std::int64_t version = 0;
  std::optional<std::string> python;
  std::optional<rollout::EndpointSettings> settings;
  std::string reason;
  static const schema::Message kSchema;
};
struct RolloutOrder {
  bool full = false;                 ///< Of `promote`.
  std::optional<std::int64_t> to;    ///< Of `undo`.
  std::optional<std::int64_t> turn;  ///< Of the others.
  std::optional<std::int64_t>
      rollout;                         ///< Of the others: its number. 409 if another came after it.
  std::optional<std::int64_t> newest;  ///< Of `undo`: the revision that is thought to be in force.
  std::string reason;
  static const schema::Message kSchema;
};
struct AskRollouts {
  std::string endpoint;
  std::int64_t limit = 20;
  static const schema::Message kSchema;
};
struct AskRevisions {
  std::int64_t limit = 20;
  static const schema::Message kSchema;
};

struct RolloutLook {
  std::string monitor;
  std::int64_t attempt = 0;
  std::int64_t window = 0;
  std::int64_t windows = 0;
  std::string verdict;
  std::string reason;
  double log_e_better = 0;
  double log_e_worse = 0;
  std::int64_t rows = 0;
  std::int64_t blocks = 0;
  static const schema::Message kSchema;
};
struct RolloutStep {
  std::string text;
  std::string state;  ///< `done`, `now` or `next`.
  static const schema::Message kSchema;
};
struct RolloutMessage {
  std::string id;
  std::int64_t number = 0;
  std::string endpoint;
  std::string phase;
  std::string reason;
  std::int64_t turn = 0;
  std::int64_t step = 0;  ///< From 1 on; 0: its challenger is being loaded.
  std::vector<RolloutStep> steps;
  std::int64_t weight = 0;
  std::int64_t mirror = 0;
  std::int64_t awaits = 0;                   ///< Snapshot version.
  std::optional<std::int64_t> acknowledged;  ///< What the gateway serves; none: none has run.
  Variant champion;
  Variant challenger;
  std::string actor;
  std::string started_because;
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> ended_ms;
  std::vector<RolloutLook> looks;
  static const schema::Message kSchema;
};
struct RolloutAnswer {
  RolloutMessage rollout;
  static const schema::Message kSchema;
};
struct RolloutsAnswer {
  std::vector<RolloutMessage> rollouts;
  static const schema::Message kSchema;
};

/// What of a rollout's events a list shows.
struct RolloutEvent {
  std::int64_t sequence = 0;
  std::int64_t at_ms = 0;
  std::string actor;
  std::string kind;
  std::string reason;
  schema::JsonObject detail;
  static const schema::Message kSchema;
};
/// A rollout with all that a person wants to know before doing something to it.
struct RolloutReview {
  RolloutMessage rollout;
  std::string strategy;  ///< `canary` or `blueGreen`.
  std::int64_t since_ms = 0;
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
  std::vector<rollout::TrafficRow> traffic;
  rollout::SampleRatio ratio;
  std::vector<rollout::ReviewStep> timeline;
  std::vector<rollout::EvidenceRow> evidence;
  std::vector<rollout::VerbReview> verbs;
  std::vector<RolloutEvent> events;  ///< Newest first.
  bool events_has_more = false;
  static const schema::Message kSchema;
};

/// An endpoint in a line: what it serves, how that goes, what is under way.
struct AskServing {
  std::int64_t minutes = 10;
  static const schema::Message kSchema;
};
struct ServingRollout {
  std::int64_t number = 0;
  std::string phase;
  std::string reason;
  std::int64_t weight = 0;
  std::string model;
  std::int64_t version = 0;
  static const schema::Message kSchema;
};
struct ServingEndpoint {
  std::string name;
  std::string state;
  std::string reason;
  std::string model;
  std::int64_t version = 0;
  std::string variant;
  std::optional<std::int64_t> since_ms;  ///< Of the champion.
  std::int64_t requests = 0;
  std::int64_t failed = 0;
  std::int64_t degraded = 0;
  double rps = 0;
  std::optional<double> p50_ms;
  std::optional<double> p99_ms;
  std::optional<ServingRollout> rollout;  ///< That is under way.
  std::optional<std::string> plan;        ///< That is in force.
  static const schema::Message kSchema;
};
struct ServingAnswer {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
  std::vector<ServingEndpoint> endpoints;
  static const schema::Message kSchema;
};

struct RevisionMessage {
  std::int64_t number = 0;
  std::string model;
  std::int64_t version = 0;
  std::string variant;
  std::string cause;
  std::optional<std::int64_t> rollout;
  std::string actor;
  std::string reason;
  std::int64_t at_ms = 0;
  static const schema::Message kSchema;
};
struct RevisionAnswer {
  RevisionMessage revision;
  static const schema::Message kSchema;
};
struct RevisionsAnswer {
  std::vector<RevisionMessage> revisions;
  static const schema::Message kSchema;
};

}  // namespace galley::native
