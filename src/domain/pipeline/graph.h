#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "domain/pipeline/definition.h"
#include "domain/pipeline/types.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"

/// A run's jobs as a graph, for people who look at it.
namespace galley::pipeline {

/// The pipeline of a run, as its file was when the run began. Its jobs and those of the run stand
/// at the same places; kDataLoss if they do not.
Result<Pipeline> PipelineOf(db::Connection& db, const Run& run);

/// From a job to one that needs it, by their places.
struct Edge {
  std::size_t from = 0;
  std::size_t to = 0;
  bool operator==(const Edge&) const = default;
};
/// What needs what, without what follows from others: of `a` before `b` before `c` not `a` before
/// `c`. Pure.
std::vector<Edge> EdgesOf(const Pipeline& pipeline);

/// The way through the graph that took longest, from its first job to its last. Pure.
struct Critical {
  std::vector<std::size_t> jobs;
  std::int64_t ms = 0;
};
/// `ms`: of each job, 0 for one that did not run. Empty if nothing took any time.
Critical CriticalOf(const Pipeline& pipeline, const std::vector<std::int64_t>& ms);

struct Graph {
  Run run;
  Pipeline pipeline;
  std::vector<Edge> edges;
  std::size_t edges_left_out = 0;  ///< Behind the first kEdgesMax.
  Critical critical;
  std::string hash;  ///< Of names, stages and edges, 16 hex digits: equal graphs look equal.
};
inline constexpr std::size_t kEdgesMax = 20'000;
/// kNotFound: there is no such run. What runs has taken the time until `now_ms`.
Result<Graph> GraphOf(db::Connection& db, std::int64_t project, std::int64_t number,
                      std::int64_t now_ms);

/// What became of the jobs of a pipeline's newest runs.
struct GridCell {
  bool is_there = false;  ///< The run has such a job.
  JobState state = JobState::kWaiting;
  std::int64_t ms = 0;  ///< That it took; 0: it did not run, or runs.
};
struct GridRow {
  std::string job;
  std::vector<GridCell> cells;  ///< One for each run.
};
struct Grid {
  std::vector<Run> runs;      ///< Newest first, without their jobs.
  std::vector<GridRow> rows;  ///< In the newest run's order; then jobs that only older ones have.
  std::size_t rows_left_out = 0;  ///< Behind the first kGridRowsMax.
};
inline constexpr std::size_t kGridRowsMax = 1000;
/// kNotFound: no run was of this pipeline.
Result<Grid> GridOf(db::Connection& db, std::int64_t project, const std::string& pipeline,
                    std::int64_t runs);

/// A pipeline of which there are runs.
struct PipelineSummary {
  std::string pipeline;
  std::int64_t runs = 0;
  Run last;  ///< Its newest run, without its jobs.
};
/// Those that ran last first.
Result<std::vector<PipelineSummary>> ListPipelines(db::Connection& db, std::int64_t project,
                                                   std::int64_t limit);

}  // namespace galley::pipeline
