#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/error.h"
#include "platform/config/settings.h"

/// What the commands do, once the line is parsed. Each returns the process's exit code;
/// kInvalidArgument means wrong usage. They print to the standard output; hints go to the error
/// output, so that a pipe gets the result alone.
namespace galley::cli {

/// What the command line says, before the settings are put together.
struct Arguments {
  // Of several commands.
  std::map<config::Setting, std::string> flags;
  std::string config_file;
  bool json = false;

  // Of those that ask a server.
  std::string url;
  std::string project = "default";
  std::optional<std::int64_t> limit;
  bool deleted = false;
  std::string id;
  std::string experiment;
  std::string subject;
  std::string model;
  std::string python;

  // Of `lineage`; also `id`, `limit`.
  bool up = false;
  bool down = false;
  std::int64_t depth = 3;

  std::vector<std::string> ids;   ///< Of `run archive`, `restore` and `tag`.
  std::vector<std::string> tags;  ///< `KEY=VALUE`, or `KEY` with `remove`; also `dry_run`.

  bool origin = false;  ///< Of `config show`.

  // Of `dataset`.
  std::vector<std::string> files;
  std::vector<std::string> keys;
  std::string mode = "append";
  std::string format;
  std::string where;
  std::string source;
  std::string message;
  std::string batch;
  std::string to;
  bool as_files = false;
  std::int64_t from_version = 0;
  std::int64_t to_version = 0;
  std::optional<std::int64_t> rows;
  bool statistics = false;
  std::string file = "galley.yaml";
  bool dry_run = false;
  bool remove = false;

  // Of `monitor`; also `file`, `dry_run`, `limit`.
  std::string dataset;  ///< NAME@VERSION of a reference; empty: it is a file.
  std::int64_t span = 1;
  std::string slice;
  std::string arm = "served";
  std::string champion;
  std::string challenger;
  std::int64_t minutes = 10;  ///< Of `endpoint traffic`.

  // Of `rollout`; also `model`, `python`, `file`.
  std::string reason;
  bool full = false;
  std::optional<std::int64_t> revision;

  // Of `plan` and `drill`; also `id`, `reason`, `limit`.
  std::string plan;
  std::string gateway;

  // Of `alert`; also `file`, `dry_run`, `limit`, `id`.
  bool defaults = false;
  std::string monitor;
  std::string state;

  // Of `incident`; also `message`, `limit`.
  std::optional<std::int64_t> rank;

  // Of `report`.
  std::string html;
  std::string note;
  std::string before_file;
  std::string clients_file;
  std::optional<double> usd_per_cpu_hour;
  std::optional<double> usd_per_gib_month;

  // Of `pipeline`; also `file`, `dry_run` and `remove`.
  std::string repository;
  std::string secret_file;
  std::optional<std::int64_t> run;
  std::vector<std::string> inputs;
  bool force = false;
  std::string from_job;
  std::optional<std::int64_t> again;
  bool detach = false;
  bool follow = false;
  std::int64_t attempt = 0;
};

Result<config::Settings> LoadSettings(const Arguments& arguments);

// Processes and settings.
Result<int> RunUp(const Arguments& arguments);
Result<int> RunServer(const Arguments& arguments);
Result<int> RunGateway(const Arguments& arguments);
Result<int> RunExec(const Arguments& arguments);
Result<int> ShowConfig(const Arguments& arguments);

// What a server has.
Result<int> ListExperiments(const Arguments& arguments);
Result<int> ListRuns(const Arguments& arguments);
Result<int> ShowRun(const Arguments& arguments);
Result<int> ArchiveRuns(const Arguments& arguments);
Result<int> RestoreRuns(const Arguments& arguments);
Result<int> TagRuns(const Arguments& arguments);
Result<int> ListEvents(const Arguments& arguments);
Result<int> OpenPage(const Arguments& arguments);

// Versioned data.
Result<int> CommitDataset(const Arguments& arguments);
Result<int> ListDatasets(const Arguments& arguments);
Result<int> ShowDataset(const Arguments& arguments);
Result<int> LogDataset(const Arguments& arguments);
Result<int> DiffDataset(const Arguments& arguments);
Result<int> CheckOutDataset(const Arguments& arguments);
Result<int> ApplyContracts(const Arguments& arguments);
Result<int> ShowContract(const Arguments& arguments);
Result<int> ShowReport(const Arguments& arguments);
Result<int> ListRejected(const Arguments& arguments);
Result<int> CheckDataset(const Arguments& arguments);

// Pipelines.
Result<int> RunPipeline(const Arguments& arguments);
Result<int> ListPipelines(const Arguments& arguments);
Result<int> ShowPipeline(const Arguments& arguments);
Result<int> ExplainPipeline(const Arguments& arguments);
Result<int> ShowGates(const Arguments& arguments);
Result<int> CancelPipeline(const Arguments& arguments);
Result<int> RetryPipeline(const Arguments& arguments);
Result<int> ShowPipelineLog(const Arguments& arguments);
Result<int> ApplyTriggers(const Arguments& arguments);
Result<int> ListTriggers(const Arguments& arguments);

// What is measured of what answers.
Result<int> ApplyMonitors(const Arguments& arguments);
Result<int> ListMonitors(const Arguments& arguments);
Result<int> ShowMonitor(const Arguments& arguments);
Result<int> SetReference(const Arguments& arguments);
Result<int> ShowDrift(const Arguments& arguments);
Result<int> CompareVariants(const Arguments& arguments);
Result<int> ShowTraffic(const Arguments& arguments);
Result<int> RemoveMonitor(const Arguments& arguments);
Result<int> ListNotifications(const Arguments& arguments);
Result<int> TestNotifications(const Arguments& arguments);

// What is looked at by itself.
Result<int> ApplyAlerts(const Arguments& arguments);
Result<int> ListAlerts(const Arguments& arguments);
Result<int> ShowAlert(const Arguments& arguments);
Result<int> AlertHistory(const Arguments& arguments);
Result<int> RemoveAlert(const Arguments& arguments);
// What went wrong.
Result<int> ListIncidents(const Arguments& arguments);
Result<int> ShowIncident(const Arguments& arguments);
Result<int> AcknowledgeIncident(const Arguments& arguments);
Result<int> SetCause(const Arguments& arguments);
Result<int> CloseIncident(const Arguments& arguments);
Result<int> ShowReportOf(const Arguments& arguments);

// What answers.
Result<int> CreateEndpoint(const Arguments& arguments);
Result<int> SetEndpoint(const Arguments& arguments);
Result<int> DeleteEndpoint(const Arguments& arguments);
Result<int> ApplyEndpoints(const Arguments& arguments);
Result<int> ListEndpoints(const Arguments& arguments);
Result<int> ShowEndpoint(const Arguments& arguments);
Result<int> StartRollout(const Arguments& arguments);
Result<int> ShowRollouts(const Arguments& arguments);
Result<int> WatchRollout(const Arguments& arguments);
Result<int> PromoteRollout(const Arguments& arguments);
Result<int> PauseRollout(const Arguments& arguments);
Result<int> ResumeRollout(const Arguments& arguments);
Result<int> AbortRollout(const Arguments& arguments);
Result<int> RetryRollout(const Arguments& arguments);
Result<int> UndoRollout(const Arguments& arguments);
Result<int> ListRevisions(const Arguments& arguments);
Result<int> ExplainPlans(const Arguments& arguments);
Result<int> StartPlan(const Arguments& arguments);
Result<int> EndPlan(const Arguments& arguments);
Result<int> ShowPlans(const Arguments& arguments);
Result<int> RunDrill(const Arguments& arguments);
Result<int> ShowVariant(const Arguments& arguments);
Result<int> ShowModel(const Arguments& arguments);
Result<int> ShowPrediction(const Arguments& arguments);
Result<int> ExportPredictions(const Arguments& arguments);
Result<int> Why(const Arguments& arguments);
Result<int> Lineage(const Arguments& arguments);
/// What any thing came of and what came of it, `id` as the API names nodes.
Result<int> LineageGraph(const Arguments& arguments);

}  // namespace galley::cli
