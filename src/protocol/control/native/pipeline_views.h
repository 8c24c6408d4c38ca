#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/pipeline/types.h"
#include "foundation/base/error.h"
#include "foundation/http/message.h"
#include "foundation/schema/message.h"
#include "protocol/control/native/pipeline_messages.h"

/// What pages ask of pipelines: graphs, grids, reasons (docs/formats/native_api.md).
namespace galley::native {

struct PipelineNode {
  std::string job;
  std::string stage;
  std::string base;  ///< The name without a matrix's values.
  std::string id;
  bool gate = false;
  std::string state;
  std::string verdict;  ///< `cached`, `ran`, `running`, `waiting`, `skipped`, `stopped`, `decided`.
  std::int64_t attempts = 0;
  std::optional<std::int64_t> started_ms;
  std::optional<std::int64_t> ended_ms;
  static const schema::Message kSchema;
};
struct PipelineEdge {
  std::string from;
  std::string to;
  static const schema::Message kSchema;
};
struct PipelineGraph {
  std::int64_t run = 0;
  std::string pipeline;
  std::string state;
  std::vector<PipelineNode> nodes;  ///< Each behind those that it needs.
  std::vector<PipelineEdge> edges;  ///< Without what follows from others.
  std::int64_t edges_left_out = 0;
  std::vector<std::string> critical;  ///< The jobs of the way that took longest.
  std::int64_t critical_ms = 0;
  std::string hash;  ///< Of names, stages and edges.
  static const schema::Message kSchema;
};

struct PipelineChange {
  std::string what;  ///< `command`, `dep`, `dataset`, `param`, `env`, `out`, `gate`, `job`.
  std::string key;
  std::optional<std::string> before;  ///< Absent: it is new.
  std::optional<std::string> after;   ///< Absent: it is gone.
  static const schema::Message kSchema;
};
struct PipelineJobRef {
  std::int64_t run = 0;
  std::string job_id;
  static const schema::Message kSchema;
};
struct PipelinePending {
  std::string kind;  ///< `run`, `job`, `retry`, `slot`, `turn`.
  std::string text;
  std::optional<std::string> job;
  std::optional<std::string> state;
  std::optional<std::int64_t> run;
  std::optional<std::int64_t> until_ms;
  static const schema::Message kSchema;
};
struct PipelineWhy {
  std::string job;
  std::string verdict;
  std::string cause;
  std::string text;
  std::vector<PipelineChange> changed;
  std::optional<PipelineJobRef> compared;
  std::optional<PipelineJobRef> cached_from;
  std::vector<PipelinePending> pending;
  static const schema::Message kSchema;
};

struct AskPipelineGrid {
  std::int64_t n = 50;
  static const schema::Message kSchema;
};
struct PipelineGridRun {
  std::int64_t run = 0;
  std::string state;
  std::string trigger;
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> ended_ms;
  static const schema::Message kSchema;
};
/// Of a job in each run: `null` where the run has no such job, or the job did not run.
struct PipelineGridRow {
  std::string job;
  std::vector<schema::JsonScalar> states;
  std::vector<schema::JsonScalar> ms;
  static const schema::Message kSchema;
};
struct PipelineGrid {
  std::string pipeline;
  std::vector<PipelineGridRun> runs;  ///< Newest first.
  std::vector<PipelineGridRow> rows;
  std::int64_t rows_left_out = 0;
  static const schema::Message kSchema;
};

struct ListPipelines {
  std::int64_t limit = 100;
  static const schema::Message kSchema;
};
struct PipelineName {
  std::string pipeline;
  std::int64_t runs = 0;
  PipelineRun last;
  static const schema::Message kSchema;
};
struct PipelinesAnswer {
  std::vector<PipelineName> pipelines;
  bool has_more = false;
  static const schema::Message kSchema;
};

/// The run that a path captures.
Result<std::int64_t> RunNumber(const http::Request& request);
PipelineRun RunMessage(const pipeline::Run& run);

}  // namespace galley::native
