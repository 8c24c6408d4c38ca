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
  std::string file;  ///< Empty: galley.yaml.
  std::string text;
  std::vector<PipelineVariable> inputs;
  std::vector<PipelineVariable> environment;
  bool force = false;
  std::string from;                   ///< A job: it and what follows run. Empty: none.
  std::optional<std::int64_t> again;  ///< A run to repeat; then no folder, file and text.
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
  std::string from;                   ///< The job where it began anew; empty: none.
  std::optional<std::int64_t> again;  ///< The run that it repeats.
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
  std::optional<std::string> pipeline;
  std::optional<std::string> state;
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
struct AskPipelineParameters {
  std::int64_t limit = 200;
  static const schema::Message kSchema;
};
struct PipelineParameter {
  std::string name;  ///< Dotted.
  schema::JsonScalar value;
  bool input = false;  ///< An input of the run took the place of what its file says.
  static const schema::Message kSchema;
};
struct PipelineParametersAnswer {
  std::vector<PipelineParameter> parameters;
  bool has_more = false;
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
  std::int64_t limit = 65'536;  ///< Bytes; 0: no text.
  bool errors = false;          ///< Whether to look for lines that tell of an error.
  std::string q;                ///< What to look for in the log's lines; empty: nothing.
  std::int64_t from = 0;        ///< Where the search for it begins, in bytes.
  static const schema::Message kSchema;
};
struct PipelineLogLine {
  std::int64_t offset = 0;  ///< Of the line's first byte.
  std::int64_t line = 0;    ///< Its number, from 1.
  std::string text;         ///< At most 500 bytes.
  static const schema::Message kSchema;
};
struct PipelineLogAnswer {
  std::string text;  ///< Bytes that are no UTF-8 are U+FFFD.
  std::int64_t next_offset = 0;
  std::int64_t size = 0;
  // Where `errors` was asked for.
  std::optional<PipelineLogLine> first_error;  ///< The line to look at first.
  std::vector<PipelineLogLine> errors;
  std::optional<bool> errors_have_more;
  // Where `q` was asked for.
  std::vector<PipelineLogLine> matches;
  std::optional<bool> matches_have_more;
  std::optional<bool> is_cut;  ///< True: only the log's beginning was looked at.
  static const schema::Message kSchema;
};

}  // namespace galley::native
