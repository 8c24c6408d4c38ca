#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"
#include "protocol/control/native/pipeline_messages.h"

/// What the native API takes and answers of triggers (docs/formats/native_api.md).
namespace galley::native {

struct ApplyTriggers {
  std::string folder;
  std::string file = "galley.yaml";
  std::string repository;
  std::string secret;  ///< Never in an answer.
  std::vector<PipelineVariable> environment;
  bool dry_run = false;
  static const schema::Message kSchema;
};
/// Names a file whose `on` is in force.
struct StartTriggered {
  std::string folder;
  std::string file = "galley.yaml";
  static const schema::Message kSchema;
};
struct RemoveTriggers {
  std::string folder;
  std::string file = "galley.yaml";
  static const schema::Message kSchema;
};

struct StartedRun {
  std::int64_t run = 0;
  std::string pipeline;
  static const schema::Message kSchema;
};

struct TriggerEvent {
  std::string id;
  std::optional<std::int64_t> run;  ///< Null: it started none, and `error` says why.
  std::string error;
  std::int64_t created_ms = 0;
  static const schema::Message kSchema;
};
struct PipelineTrigger {
  std::string pipeline;
  std::string folder;
  std::string file;
  std::string trigger;  ///< `schedule`, `data`, `push`, `alert`, `drift`, `model`.
  std::string waits_for;
  std::string monitor;             ///< Of `alert` and `drift`: empty: of any; as the next one.
  std::vector<std::string> rules;  ///< Of `alert`.
  bool supported = true;
  std::optional<std::int64_t> next_ms;  ///< Of a schedule.
  std::optional<TriggerEvent> last;
  std::string problem;
  std::string repository;   ///< Of a push, as the next two.
  std::string hook;         ///< The webhook's path on this server.
  std::string secret_file;  ///< On the server's machine.
  std::string actor;
  std::int64_t applied_ms = 0;
  static const schema::Message kSchema;
};
struct TriggersAnswer {
  std::vector<PipelineTrigger> triggers;
  static const schema::Message kSchema;
};

}  // namespace galley::native
