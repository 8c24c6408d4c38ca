#include "domain/pipeline/graph.h"

#include <algorithm>
#include <map>
#include <optional>

#include "domain/pipeline/active.h"
#include "domain/pipeline/rows.h"
#include "domain/pipeline/service.h"
#include "storage/blob/digest.h"

namespace galley::pipeline {
namespace {

constexpr std::size_t kHashDigits = 16;

std::map<std::string_view, std::size_t> PlacesOf(const Pipeline& pipeline) {
  std::map<std::string_view, std::size_t> places;
  for (std::size_t at = 0; at < pipeline.jobs.size(); ++at) {
    places[pipeline.jobs[at].name] = at;
  }
  return places;
}

std::vector<std::size_t> NeedsOf(const Job& job,
                                 const std::map<std::string_view, std::size_t>& places) {
  std::vector<std::size_t> needs;
  for (const std::string& need : job.needs) {
    const auto found = places.find(need);
    if (found != places.end()) needs.push_back(found->second);
  }
  return needs;
}

std::int64_t TimeOf(const JobRun& job, std::int64_t now_ms) {
  if (job.started_ms == 0) return 0;
  return std::max<std::int64_t>((HasEnded(job.state) ? job.ended_ms : now_ms) - job.started_ms, 0);
}

std::string HashOf(const Pipeline& pipeline, const std::vector<Edge>& edges) {
  std::string text = "galley graph 1\n";
  for (const Job& job : pipeline.jobs) text += fmt::format("{}\t{}\n", job.name, job.stage);
  for (const Edge& edge : edges) text += fmt::format("{} {}\n", edge.from, edge.to);
  return blob::DigestOf(text).Hex().substr(0, kHashDigits);
}

}  // namespace

Result<Pipeline> PipelineOf(db::Connection& db, const Run& run) {
  const Definition definition = TRY(LoadDefinition(db, run.row));
  const auto document = TRY(yaml::Parse(definition.text, definition.file));
  Pipeline pipeline =
      TRY(ReadPipeline(document, StoredFiles(definition.other_files), definition.inputs));
  if (pipeline.jobs.size() != run.jobs.size()) {
    return Fail(Code::kDataLoss, "the run has {} jobs and its pipeline {}", run.jobs.size(),
                pipeline.jobs.size());
  }
  return pipeline;
}

std::vector<Edge> EdgesOf(const Pipeline& pipeline) {
  const std::size_t count = pipeline.jobs.size();
  const auto places = PlacesOf(pipeline);
  // Which jobs come before one, at any distance. Jobs stand behind those that they need.
  std::vector<std::vector<bool>> before(count, std::vector<bool>(count));
  std::vector<Edge> edges;
  for (std::size_t at = 0; at < count; ++at) {
    auto needs = NeedsOf(pipeline.jobs[at], places);
    // What another need needs has a smaller place, and is known when its turn comes.
    std::ranges::sort(needs, std::ranges::greater());
    std::vector<std::size_t> direct;
    for (const std::size_t need : needs) {
      if (before[at][need]) continue;
      direct.push_back(need);
      before[at][need] = true;
      for (std::size_t other = 0; other < need; ++other) {
        if (before[need][other]) before[at][other] = true;
      }
    }
    std::ranges::reverse(direct);
    for (const std::size_t need : direct) edges.push_back({need, at});
  }
  return edges;
}

Critical CriticalOf(const Pipeline& pipeline, const std::vector<std::int64_t>& ms) {
  const std::size_t count = pipeline.jobs.size();
  const auto places = PlacesOf(pipeline);
  std::vector<std::int64_t> until(count);
  std::vector<std::optional<std::size_t>> from(count);
  std::optional<std::size_t> last;
  for (std::size_t at = 0; at < count; ++at) {
    for (const std::size_t need : NeedsOf(pipeline.jobs[at], places)) {
      if (until[need] > (from[at] ? until[*from[at]] : 0)) from[at] = need;
    }
    until[at] = ms[at] + (from[at] ? until[*from[at]] : 0);
    if (until[at] > (last ? until[*last] : 0)) last = at;
  }
  Critical critical;
  if (last) critical.ms = until[*last];
  for (auto at = last; at; at = from[*at]) critical.jobs.push_back(*at);
  std::ranges::reverse(critical.jobs);
  return critical;
}

Result<Graph> GraphOf(db::Connection& db, std::int64_t project, std::int64_t number,
                      std::int64_t now_ms) {
  Graph graph{.run = TRY(GetRun(db, project, number))};
  graph.pipeline = TRY(PipelineOf(db, graph.run));
  graph.edges = EdgesOf(graph.pipeline);
  graph.hash = HashOf(graph.pipeline, graph.edges);
  if (graph.edges.size() > kEdgesMax) {
    graph.edges_left_out = graph.edges.size() - kEdgesMax;
    graph.edges.resize(kEdgesMax);
  }
  std::vector<std::int64_t> ms;
  for (const JobRun& job : graph.run.jobs) ms.push_back(TimeOf(job, now_ms));
  graph.critical = CriticalOf(graph.pipeline, ms);
  return graph;
}

namespace {

/// Puts a run's jobs into the grid, in the column of the run.
Status AddRun(db::Connection& db, std::size_t column, std::map<std::string, std::size_t>& places,
              Grid& grid) {
  auto rows = TRY(
      db.Query("SELECT name, state, started_ms, ended_ms FROM pipeline_job WHERE run = ? ORDER BY "
               "position",
               {grid.runs[column].row}));
  while (TRY(rows.Next())) {
    const auto state = ParseJobState(rows.Text(1));
    if (!state) return Fail(Code::kDataLoss, "a pipeline's job is damaged");
    const auto [place, is_new] = places.try_emplace(std::string(rows.Text(0)), grid.rows.size());
    if (is_new && grid.rows.size() == kGridRowsMax) {
      places.erase(place);
      ++grid.rows_left_out;
      continue;
    }
    if (is_new) {
      grid.rows.push_back({place->first, std::vector<GridCell>(grid.runs.size())});
    }
    const bool has_run = rows.Integer(2) > 0 && HasEnded(*state);
    grid.rows[place->second].cells[column] = {
        true, *state, has_run ? std::max<std::int64_t>(rows.Integer(3) - rows.Integer(2), 0) : 0};
  }
  return {};
}

}  // namespace

Result<Grid> GridOf(db::Connection& db, std::int64_t project, const std::string& pipeline,
                    std::int64_t runs) {
  Grid grid{.runs =
                TRY(ListRuns(db, project, {.limit = runs, .before = {}, .pipeline = pipeline}))};
  if (grid.runs.empty()) {
    return Fail(Code::kNotFound, "there is no run of a pipeline '{}'", pipeline);
  }
  std::map<std::string, std::size_t> places;
  for (std::size_t column = 0; column < grid.runs.size(); ++column) {
    TRY(AddRun(db, column, places, grid));
  }
  return grid;
}

Result<std::vector<PipelineSummary>> ListPipelines(db::Connection& db, std::int64_t project,
                                                   std::int64_t limit) {
  std::vector<PipelineSummary> known;
  {
    auto rows = TRY(
        db.Query("SELECT pipeline, count(*), max(number) FROM pipeline_run WHERE project = ? GROUP "
                 "BY pipeline ORDER BY max(number) DESC LIMIT ?",
                 {project, limit}));
    while (TRY(rows.Next())) {
      known.push_back({std::string(rows.Text(0)), rows.Integer(1), {.number = rows.Integer(2)}});
    }
  }
  for (PipelineSummary& it : known) {
    const RunList newest{.limit = 1, .before = it.last.number + 1, .pipeline = it.pipeline};
    for (Run& run : TRY(ListRuns(db, project, newest))) it.last = std::move(run);
  }
  return known;
}

}  // namespace galley::pipeline
