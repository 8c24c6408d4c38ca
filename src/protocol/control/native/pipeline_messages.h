#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/pipeline/gate.h"
#include "foundation/schema/message.h"

/// What the native API takes and answers of pipelines (docs/formats/native_api.md).
namespace galley::native {

struct PipelineVariable {
  std::string name;
  std::string value;
  static const schema::Message kSchema;
};
struct StartPipeline {
  std::string folder;
  std::string file = "galley.yaml";
  std::string text;
  std::vector<PipelineVariable> inputs;
  std::vector<PipelineVariable> environment;
  bool force = false;
  static const schema::Message kSchema;
};

struct PipelineAttempt {
  std::int64_t number = 0;
  std::string ending;
  std::string reason;
  std::int64_t exit_code = 0;
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;
  std::int64_t cpu_ms = 0;
  std::int64_t peak_memory_bytes = 0;
  static const schema::Message kSchema;
};
struct PipelineMetric {
  std::string name;
  double value = 0;
  static const schema::Message kSchema;
};
struct PipelinePart {
  std::string kind;
  std::string name;
  std::string value;
  static const schema::Message kSchema;
};
struct PipelineJob {
  std::string id;
  std::string name;
  std::string stage;
  std::string state;
  std::string reason;
  std::string explanation;
  std::vector<PipelineMetric> metrics;
  std::vector<PipelineAttempt> attempts;
  std::vector<PipelinePart> depends_on;
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;
  static const schema::Message kSchema;
};
struct PipelineRun {
  std::int64_t run = 0;
  std::string id;
  std::string pipeline;
  std::string folder;
  std::string state;
  std::string trigger;
  std::string event;
  std::string commit;
  bool commit_has_changes = false;
  std::string actor;
  bool force = false;
  std::int64_t created_ms = 0;
  std::int64_t ended_ms = 0;
  std::vector<PipelineJob> jobs;
  static const schema::Message kSchema;
};
struct PipelineRunsAnswer {
  std::vector<PipelineRun> runs;
  bool has_more = false;
  static const schema::Message kSchema;
};
struct ListPipelineRuns {
  std::int64_t limit = 20;
  std::optional<std::int64_t> before;
  static const schema::Message kSchema;
};
struct PipelineExpectation {
  std::string job;
  std::string stage;
  std::string verdict;
  std::string explanation;
  static const schema::Message kSchema;
};
struct ExplainAnswer {
  std::vector<PipelineExpectation> jobs;
  static const schema::Message kSchema;
};
struct PipelineGatesAnswer {
  std::vector<pipeline::GateEvidence> gates;
  static const schema::Message kSchema;
};
struct ReadPipelineLog {
  std::string job;
  std::int64_t attempt = 0;  ///< 0: the newest.
  std::int64_t offset = 0;
  std::int64_t limit = 65'536;  ///< Bytes.
  static const schema::Message kSchema;
};
struct PipelineLogAnswer {
  std::string text;  ///< Bytes that are no UTF-8 are U+FFFD.
  std::int64_t next_offset = 0;
  std::int64_t size = 0;
  static const schema::Message kSchema;
};

}  // namespace galley::native
