#include <algorithm>
#include <cstdio>
#include <exception>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "app/cli/commands.h"
#include "app/cli/help.h"
#include "app/cli/print.h"
#include "foundation/base/error.h"
#include "foundation/io/process.h"
#include "platform/config/settings.h"

namespace galley::cli {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

int UsageError(std::string_view problem, std::string_view command = "galley") {
  fmt::print(stderr, "galley: {}\nRun '{} --help' for what there is and for examples.\n",
             Clean(problem), command);
  return kExitUsage;
}

int Report(const std::string& command, const Result<int>& result) {
  if (result) return *result;
  const Error& error = result.error();
  const std::string text = fmt::format("galley {}: {}", command, error.message);
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    fmt::print(stderr, "{}\n", Clean(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return error.code == Code::kInvalidArgument ? kExitUsage : kExitFailed;
}

/// Gives a command the flags of some settings, and `--config`.
void AddSettings(CLI::App* command, std::initializer_list<config::Setting> settings,
                 Arguments& arguments) {
  for (const config::SettingRow& row : config::AllSettings()) {
    if (std::ranges::find(settings, row.setting) == settings.end()) continue;
    command->add_option_function<std::string>(
        config::FlagOf(row),
        [&arguments, setting = row.setting](const std::string& value) {
          arguments.flags[setting] = value;
        },
        std::string(row.help));
  }
  command->add_option("--config", arguments.config_file, "Settings file (YAML)");
}

/// One command: where it stands on the line, and what it does.
struct Command {
  CLI::App* app;
  std::string name;  ///< `run show`.
  Result<int> (*run)(const Arguments&);
};

/// The commands in the making.
class Commands {
 public:
  Commands(CLI::App& app, Arguments& arguments) : app_(app), arguments_(arguments) {}

  std::vector<Command> Take() && { return std::move(commands_); }

  void AddProcesses() {
    using config::Setting;
    auto* up = Add(app_, "up", "Run server and gateway, and start again what ends", RunUp);
    AddSettings(up,
                {Setting::kData, Setting::kPort, Setting::kPredictPort, Setting::kAllowedHosts,
                 Setting::kBasePath, Setting::kUv, Setting::kDuckdbLibrary, Setting::kUiDir,
                 Setting::kNotifyWebhooks, Setting::kNotifySecretFile, Setting::kNotifyAllow},
                arguments_);
    up->add_flag("--json", arguments_.json, "Print the ready line as JSON");
    auto* server = Add(app_, "server", "Run the control plane alone", RunServer);
    AddSettings(server,
                {Setting::kData, Setting::kPort, Setting::kAllowedHosts, Setting::kBasePath,
                 Setting::kDuckdbLibrary, Setting::kUiDir, Setting::kNotifyWebhooks,
                 Setting::kNotifySecretFile, Setting::kNotifyAllow},
                arguments_);
    server->footer(kServer);
    auto* gateway = Add(app_, "gateway", "Run the data plane alone", RunGateway);
    AddSettings(gateway,
                {Setting::kData, Setting::kPredictPort, Setting::kAllowedHosts, Setting::kUv},
                arguments_);
    gateway->footer(kGateway);
    auto* exec = Add(app_, "exec", "For Galley itself: a child for risky work", RunExec);
    AddId(exec, "KIND", "What it does; the request comes on the standard input");
    auto* config = AddNoun("config", "Settings: flag, then environment, then file", kConfigShow);
    auto* show = Add(*config, "show", "Print all settings", ShowConfig);
    AddSettings(show,
                {Setting::kData, Setting::kPort, Setting::kPredictPort, Setting::kAllowedHosts,
                 Setting::kBasePath, Setting::kUv, Setting::kDuckdbLibrary, Setting::kUiDir,
                 Setting::kNotifyWebhooks, Setting::kNotifySecretFile, Setting::kNotifyAllow},
                arguments_);
    show->add_flag("--origin", arguments_.origin, "Also where each value comes from");
    show->add_flag("--json", arguments_.json, "As JSON");
  }

  void AddTracking() {
    auto* experiment = AddNoun("experiment", "Experiments: what runs belong to", kExperimentList);
    auto* experiments = AddAsking(*experiment, "list", "Print the newest experiments",
                                  kExperimentList, ListExperiments);
    AddLimit(experiments, "default 100");
    experiments->add_flag("--deleted", arguments_.deleted, "Those that are deleted");

    auto* run = AddNoun("run", "Runs: one training each, with what it logged", kRunList);
    auto* runs = AddAsking(*run, "list", "Print the newest runs", kRunList, ListRuns);
    runs->add_option("--experiment", arguments_.experiment, "Only of this one, by number or name");
    AddLimit(runs, "default 20");
    runs->add_flag("--deleted", arguments_.deleted, "Those that are deleted");
    auto* show = AddAsking(*run, "show", "Print all that a run logged", kRunShow, ShowRun);
    show->add_option("ID", arguments_.id, "The run's id, or its first digits (6 or more)")
        ->required();
    AddRunVerbs(*run);

    auto* event = AddNoun("event", "Events: what happened, to what, by whom", kEventList);
    auto* events = AddAsking(*event, "list", "Print the newest events", kEventList, ListEvents);
    events->add_option("--subject", arguments_.subject,
                       "Only of this one: an id, the first digits of a run's, or a path");
    AddLimit(events, "default 20");
  }

  void AddRunVerbs(CLI::App& run) {
    const auto add = [&](const char* name, const char* text,
                         Result<int> (*does)(const Arguments&)) {
      auto* verb = AddAsking(run, name, text, kRunVerbs, does);
      verb->add_option("ID", arguments_.ids, "Ids of runs, or their first digits (6 or more)")
          ->required();
      verb->add_flag("--dry-run", arguments_.dry_run, "Print what would change, change nothing");
      return verb;
    };
    add("archive", "Take runs out of sight; nothing is lost", ArchiveRuns);
    add("restore", "Bring archived runs back", RestoreRuns);
    auto* tag = add("tag", "Set or remove tags of runs", TagRuns);
    tag->add_option("--set", arguments_.tags, "KEY=VALUE; with --remove KEY")->required();
    tag->add_flag("--remove", arguments_.remove, "Remove the tags instead");
  }

  void AddPage() {
    AddAsking(app_, "ui", "Print a link that signs a browser in to the web page", kPage, OpenPage);
  }

  void AddData() {
    auto* dataset = AddNoun("dataset", "Datasets: versioned tables", kDataset);
    auto* commit = AddAsking(*dataset, "commit", "Make a version of files, or change rows",
                             kDataset, CommitDataset);
    AddId(commit, "NAME", "Letters, digits, '-', '_' and '.'; made if it is not there");
    commit->add_option("FILE", arguments_.files,
                       "Parquet, CSV with a header, or JSON lines; or one folder of any files");
    commit->add_flag("--files", arguments_.as_files, "Take the files as they are, not their rows");
    commit->add_option("--mode", arguments_.mode,
                       "append (default), overwrite, upsert, delete, compact");
    commit->add_option("--key", arguments_.keys, "For upsert: columns that tell rows apart")
        ->delimiter(',');
    commit->add_option("--where", arguments_.where, "For delete: which rows go, in SQL");
    commit->add_option("--format", arguments_.format,
                       "parquet, csv or json; else by the files' names");
    commit->add_option("--source", arguments_.source, "Where the data comes from");
    commit->add_option("--message", arguments_.message, "What it is");
    commit->add_option("--batch", arguments_.batch,
                       "The batch's name: committing it again changes nothing");
    AddAsking(*dataset, "list", "Print all datasets", kDataset, ListDatasets);
    auto* show = AddAsking(*dataset, "show", "Print one version", kDataset, ShowDataset);
    AddId(show, "NAME[@VERSION]", "Without a version the newest one");
    show->add_option("--rows", arguments_.rows,
                     "Only the first rows, up to 1000 (of a dataset of files: files)");
    show->add_flag("--statistics", arguments_.statistics, "With --json: the columns' statistics");
    auto* log = AddAsking(*dataset, "log", "Print the newest versions", kDataset, LogDataset);
    AddId(log, "NAME", "The dataset's name");
    AddLimit(log, "default 20");
    auto* diff = AddAsking(*dataset, "diff", "Compare two versions", kDataset, DiffDataset);
    AddId(diff, "NAME", "The dataset's name");
    diff->add_option("FROM", arguments_.from_version, "Version")->required();
    diff->add_option("TO", arguments_.to_version, "Version")->required();
    diff->add_option("--key", arguments_.keys, "Columns that tell rows apart")->delimiter(',');
    AddLimit(diff, "of files: default 100");
    auto* out = AddAsking(*dataset, "checkout",
                          "Write a version's rows to one file, or its files to a folder", kDataset,
                          CheckOutDataset);
    AddId(out, "NAME[@VERSION]", "Without a version the newest one");
    out->add_option("--to", arguments_.to,
                    "File; its ending says parquet, csv or json. Of files: a new or empty folder")
        ->required();
    out->add_option("--format", arguments_.format, "parquet, csv or json");
    AddContracts(*dataset);
  }

  void AddContracts(CLI::App& dataset) {
    auto* apply = AddAsking(dataset, "apply", "Put the contracts of galley.yaml in force",
                            kContract, ApplyContracts);
    apply->add_option("--file", arguments_.file, "The project's file; default galley.yaml");
    apply->add_flag("--dry-run", arguments_.dry_run, "Read and check the file, change nothing");
    auto* contract =
        AddAsking(dataset, "contract", "Print the contract in force", kContract, ShowContract);
    AddId(contract, "NAME", "The dataset's name");
    contract->add_flag("--remove", arguments_.remove, "Take it away instead");
    AddId(AddAsking(dataset, "report", "Print what the checks of a commit found", kContract,
                    ShowReport),
          "NAME[@VERSION]", "sales@3, or sales@r1 for a rejected one");
    auto* rejected = AddAsking(dataset, "rejected", "Print commits that broke the contract",
                               kContract, ListRejected);
    AddId(rejected, "NAME", "The dataset's name");
    AddLimit(rejected, "default 20");
    AddId(AddAsking(dataset, "check", "Check all rows of a version by the contract in force",
                    kContract, CheckDataset),
          "NAME[@VERSION]", "Without a version the newest one");
  }

  void AddPipelines() {
    auto* pipeline = AddNoun("pipeline", "Pipelines: jobs that run what changed", kPipeline);
    auto* run = AddAsking(*pipeline, "run", "Run galley.yaml's jobs and wait for them", kPipeline,
                          RunPipeline);
    AddProjectFile(run);
    AddWhichJobs(run);
    run->add_flag("--detach", arguments_.detach, "Do not wait");
    auto* explain =
        AddAsking(*pipeline, "explain", "Say what would run, and why", kPipeline, ExplainPipeline);
    AddProjectFile(explain);
    AddWhichJobs(explain);
    auto* list = AddAsking(*pipeline, "list", "Print the newest runs", kPipeline, ListPipelines);
    AddLimit(list, "default 20");
    AddRun(AddAsking(*pipeline, "status", "Print a run's jobs", kPipeline, ShowPipeline));
    AddRun(AddAsking(*pipeline, "cancel", "End a run's jobs", kPipeline, CancelPipeline));
    AddRun(AddAsking(*pipeline, "retry", "Let a run go on at the jobs that failed", kPipeline,
                     RetryPipeline));
    auto* gate = AddAsking(*pipeline, "gate", "Print what a run's gates compared and decided",
                           kPipeline, ShowGates);
    gate->add_option("JOB", arguments_.id, "The gate's job; without it all of the run");
    gate->add_option("--run", arguments_.run, "The run; without it the newest one");
    auto* logs = AddAsking(*pipeline, "logs", "Print what a job wrote", kPipeline, ShowPipelineLog);
    AddId(logs, "JOB", "The job's name, as 'status' prints it");
    logs->add_option("--run", arguments_.run, "The run; without it the newest one");
    logs->add_option("--attempt", arguments_.attempt, "Without it the newest one");
    logs->add_flag("--follow", arguments_.follow, "Go on until the job ends");
    AddTriggers(*pipeline);
  }

  void AddTriggers(CLI::App& pipeline) {
    auto* apply = AddAsking(pipeline, "apply", "Let what galley.yaml's 'on' names start runs",
                            kTriggers, ApplyTriggers);
    apply->add_option("--file", arguments_.file, "The project's file; default galley.yaml");
    apply->add_flag("--dry-run", arguments_.dry_run, "Read and check the file, change nothing");
    apply->add_flag("--remove", arguments_.remove, "Take the file's triggers away instead");
    apply->add_option("--repository", arguments_.repository,
                      "For on.push: the git repository, also a bare one; else the one that the "
                      "file lies in");
    apply->add_option("--secret-file", arguments_.secret_file,
                      "For on.push: a file with the webhook's secret; else one is made");
    AddAsking(pipeline, "triggers", "Print what starts runs by itself", kTriggers, ListTriggers);
  }

  void AddMonitors() {
    auto* monitor = AddNoun("monitor", "Monitors: how good what answers is", kMonitor);
    auto* apply = AddAsking(*monitor, "apply", "Measure what galley.yaml's 'monitors' name",
                            kMonitor, ApplyMonitors);
    apply->add_option("--file", arguments_.file, "The project's file; default galley.yaml");
    apply->add_flag("--dry-run", arguments_.dry_run, "Read and check the file, change nothing");
    AddAsking(*monitor, "list", "Print all monitors", kMonitor, ListMonitors);
    auto* show = AddAsking(*monitor, "show", "Print what was measured, window by window", kMonitor,
                           ShowMonitor);
    AddId(show, "NAME", "The monitor's name");
    show->add_option("--span", arguments_.span, "So many windows together; default 1");
    show->add_option("--by", arguments_.slice,
                     "A slice's column: its values in the newest span, the worst first");
    show->add_option("--arm", arguments_.arm,
                     "served: what callers got (default); mirrored: what they did not; all");
    AddLimit(show, "Windows, or spans of them; default 20");
    auto* reference =
        AddAsking(*monitor, "reference", "Say what its columns are like without drift", kMonitor,
                  SetReference);
    AddId(reference, "NAME", "The monitor's name");
    reference->add_option("--file", arguments_.file, "Rows as CSV, such as the training data");
    reference
        ->add_option("--dataset", arguments_.dataset,
                     "In its place NAME@VERSION of a table, such as the one it was trained on; "
                     "NAME: the newest; or an id or a digest")
        ->excludes("--file");
    reference->add_option("--model", arguments_.model,
                          "MODEL@VERSION: from when it answers at the endpoint on");
    auto* drift = AddAsking(*monitor, "drift", "Print how far requests are from the reference",
                            kMonitor, ShowDrift);
    AddId(drift, "NAME", "The monitor's name");
    AddLimit(drift, "Windows; default 20");
    auto* compare = AddAsking(*monitor, "compare", "Print two variants' losses on the same rows",
                              kMonitor, CompareVariants);
    AddId(compare, "NAME", "The monitor's name");
    compare->add_option("--champion", arguments_.champion, "A variant's id; default: the newest");
    compare->add_option("--challenger", arguments_.challenger, "The same");
    AddLimit(compare, "Windows; default 20");
    AddId(AddAsking(*monitor, "remove", "Measure no longer, and forget what was measured", kMonitor,
                    RemoveMonitor),
          "NAME", "The monitor's name");
  }

  void AddRollouts() {
    auto* rollout = AddNoun("rollout", "Rollouts: another version, step by step", kRollout);
    auto* start = AddRollout(*rollout, "start", "Let a version out", StartRollout);
    start->add_option("--model", arguments_.model, "MODEL@VERSION of the registry")->required();
    start->add_option("--python", arguments_.python, "As of 'endpoint create'");
    start->add_option("--file", arguments_.file, "The project's file; default galley.yaml");
    auto* status = AddAsking(*rollout, "status", "Print the newest rollouts, or all of one",
                             kRollout, ShowRollouts);
    status->add_option("ENDPOINT", arguments_.id, "Whose newest rollout");
    AddLimit(status, "default 20");
    AddId(AddAsking(*rollout, "watch", "Follow a rollout until it ends", kRollout, WatchRollout),
          "ENDPOINT", "The endpoint's name");
    auto* promote = AddRollout(*rollout, "promote", "Go on to the next step", PromoteRollout);
    promote->add_flag("--full", arguments_.full, "Past all steps");
    AddRollout(*rollout, "pause", "Stay at the step", PauseRollout);
    AddRollout(*rollout, "resume", "Go on after a pause", ResumeRollout);
    AddRollout(*rollout, "abort", "Take the challenger out of the traffic, and wait until it is",
               AbortRollout);
    AddRollout(*rollout, "retry", "Begin an analysis that failed, or a rollout that ended, anew",
               RetryRollout);
    auto* undo = AddRollout(*rollout, "undo", "Let an earlier version answer at once", UndoRollout);
    undo->add_option("--to", arguments_.revision, "A revision's number; without it the one before");
    auto* history =
        AddAsking(*rollout, "history", "Print what an endpoint served, the newest first", kRollout,
                  ListRevisions);
    AddId(history, "ENDPOINT", "The endpoint's name");
    AddLimit(history, "default 20");
  }

  void AddPlans() {
    auto* plan = AddNoun("plan", "Contingency plans: freeze, degrade, rollback", kPlan);
    Add(*plan, "list", "Print what each plan does", ExplainPlans)->footer(kPlan);
    auto* start = AddAsking(*plan, "start", "Put a plan in force", kPlan, StartPlan);
    start->add_option("PLAN", arguments_.plan, "freeze, degrade or rollback")->required();
    AddId(start, "ENDPOINT", "The endpoint's name");
    start->add_option("--reason", arguments_.reason, "Why, for the journal");
    auto* end = AddAsking(*plan, "end", "End what is in force", kPlan, EndPlan);
    AddId(end, "ENDPOINT", "The endpoint's name");
    end->add_option("--reason", arguments_.reason, "Why, for the journal");
    auto* status = AddAsking(*plan, "status", "Print what is and was in force", kPlan, ShowPlans);
    status->add_option("ENDPOINT", arguments_.id, "Only of this one");
    AddLimit(status, "default 20");
    auto* drill = AddAsking(app_, "drill", "Rehearse a plan beside an endpoint", kPlan, RunDrill);
    drill->add_option("PLAN", arguments_.plan, "freeze, degrade or rollback")->required();
    AddId(drill, "ENDPOINT", "Whose settings, version and requests are taken");
    drill->add_option("--gateway", arguments_.gateway, "URL; else GALLEY_GATEWAY_URL, else here");
  }

  void AddAlerts() {
    auto* alert = AddNoun("alert", "Alerts: what must not be, and whether it is", kAlert);
    auto* apply = AddAsking(*alert, "apply", "Put the rules of galley.yaml's 'alerts' in force",
                            kAlert, ApplyAlerts);
    apply->add_option("--file", arguments_.file, "The project's file; default galley.yaml");
    apply->add_flag("--dry-run", arguments_.dry_run, "Read and check the file, change nothing");
    apply->add_flag("--defaults", arguments_.defaults,
                    "Instead of a file: the usual rules of each monitor and endpoint");
    auto* list = AddAsking(*alert, "list", "Print how each rule stands", kAlert, ListAlerts);
    list->add_option("--monitor", arguments_.monitor, "Only rules of this one");
    list->add_option("--state", arguments_.state, "inactive, pending, firing or resolved");
    AddId(AddAsking(*alert, "show", "Print one rule, how it stands, and what fired", kAlert,
                    ShowAlert),
          "NAME", "The rule's name");
    auto* history =
        AddAsking(*alert, "history", "Print what fired, the newest first", kAlert, AlertHistory);
    history->add_option("NAME", arguments_.id, "The rule's name; without it of all");
    AddLimit(history, "default 20");
    AddId(AddAsking(*alert, "remove", "Take a rule away", kAlert, RemoveAlert), "NAME",
          "The rule's name");
  }

  void AddIncidents() {
    auto* incident =
        AddNoun("incident", "Incidents: alerts, and what may have caused them", kIncident);
    auto* list =
        AddAsking(*incident, "list", "Print the newest incidents", kIncident, ListIncidents);
    AddLimit(list, "default 20");
    AddIncident(AddAsking(*incident, "show", "Print one with its ranked candidates", kIncident,
                          ShowIncident));
    AddIncident(AddAsking(*incident, "ack", "Say that somebody looks at it", kIncident,
                          AcknowledgeIncident));
    auto* cause = AddAsking(*incident, "cause", "Say what it was", kIncident, SetCause);
    AddIncident(cause);
    cause->add_option("--rank", arguments_.rank, "The candidate of that rank in 'show'");
    cause->add_option("--text", arguments_.message, "Something else");
    auto* close = AddAsking(*incident, "close", "Say that it is over", kIncident, CloseIncident);
    AddIncident(close);
    close->add_option("--reason", arguments_.message, "Why")->required();
  }

  void AddNotifications() {
    auto* notify = AddNoun("notify", "Notifications: what people are told", kNotify);
    AddLimit(AddAsking(*notify, "list", "Print the newest notifications, and to whom they went",
                       kNotify, ListNotifications),
             "default 20");
    AddAsking(*notify, "test", "Tell every receiver that this is a test", kNotify,
              TestNotifications);
  }

  void AddReport() {
    auto* report = AddAsking(app_, "report",
                             "What became of an endpoint: what was trained, served, "
                             "broke, was done, was not cured",
                             kReport, ShowReportOf);
    AddId(report, "ENDPOINT", "The endpoint's name");
    report->add_option("--monitor", arguments_.monitor,
                       "Which monitor measured it; without it the only one");
    report->add_option("--html", arguments_.html, "Also write one HTML page to this file");
    report->add_option("--note", arguments_.note, "Printed at the top as it is");
    report->add_option("--before", arguments_.before_file,
                       "YAML or JSON: effects before, as numbers");
    report->add_option("--clients", arguments_.clients_file,
                       "YAML or JSON: requests, failed, p50_ms, p99_ms, seconds, as clients saw "
                       "them");
    report->add_option("--usd-per-cpu-hour", arguments_.usd_per_cpu_hour,
                       "Without it there is no price");
    report->add_option("--usd-per-gib-month", arguments_.usd_per_gib_month,
                       "Without it there is no price");
  }

  void AddServing() {
    auto* endpoint = AddNoun("endpoint", "Endpoints: models that answer", kEndpointCreate);
    auto* create = AddAsking(*endpoint, "create", "Make an endpoint and wait until it answers",
                             kEndpointCreate, CreateEndpoint);
    AddId(create, "NAME", "Letters, digits, '-' and '_'");
    create->add_option("--model", arguments_.model, "MODEL@VERSION of the registry")->required();
    create->add_option("--python", arguments_.python,
                       "For models that need Python: an environment with their packages, as its "
                       "folder or its interpreter. Without it Galley makes one with uv, from the "
                       "model's requirements.txt");
    auto* set = AddAsking(*endpoint, "set", "Let another version answer, and wait until it does",
                          kEndpointCreate, SetEndpoint);
    AddId(set, "NAME", "The endpoint's name");
    set->add_option("--model", arguments_.model, "MODEL@VERSION of the registry")->required();
    set->add_option("--python", arguments_.python,
                    "As of create; without it the endpoint's stays as it is");
    auto* apply =
        AddAsking(*endpoint, "apply", "Put what galley.yaml's 'endpoints' say of routing in force",
                  kEndpointCreate, ApplyEndpoints);
    apply->add_option("--file", arguments_.file, "The project's file; default galley.yaml");
    apply->add_flag("--dry-run", arguments_.dry_run, "Read and check the file, change nothing");
    AddAsking(*endpoint, "list", "Print all endpoints", kEndpointCreate, ListEndpoints);
    AddId(AddAsking(*endpoint, "show", "Print one endpoint", kEndpointCreate, ShowEndpoint), "NAME",
          "The endpoint's name");
    auto* traffic = AddAsking(*endpoint, "traffic", "Print requests, errors and times by variant",
                              kEndpointCreate, ShowTraffic);
    AddId(traffic, "NAME", "The endpoint's name");
    traffic->add_option("--minutes", arguments_.minutes, "So many, up to now; default 10");
    AddId(AddAsking(*endpoint, "delete", "Delete an endpoint", kEndpointCreate, DeleteEndpoint),
          "NAME", "The endpoint's name");
    auto* model = AddNoun("model", "Registered models and their versions", kModelShow);
    AddId(AddAsking(*model, "show", "Print one version with its files", kModelShow, ShowModel),
          "MODEL@VERSION", "Or the version's id");
    auto* variant = AddNoun("variant", "Variants: model versions behind an endpoint", kWhy);
    AddId(AddAsking(*variant, "show", "Print one variant", kWhy, ShowVariant), "ID", "Its id");
    auto* prediction = AddNoun("prediction", "Predictions: what was answered", kWhy);
    AddId(AddAsking(*prediction, "show", "Print one prediction with its labels", kWhy,
                    ShowPrediction),
          "ID", "Its id, as the answer gave it");
    auto* exported = AddAsking(*prediction, "export",
                               "Print an endpoint's requests with answers and labels, a JSON line "
                               "each",
                               kWhy, ExportPredictions);
    AddId(exported, "ENDPOINT", "The endpoint's name");
    exported->add_option("--to", arguments_.to, "A file instead of the output");
    AddId(AddAsking(app_, "why", "From a prediction back to its model, code and data", kWhy, Why),
          "PREDICTION-ID", "As the answer gave it");
    auto* lineage = AddAsking(
        app_, "lineage", "From a thing to what it came of and what came of it", kLineage, Lineage);
    AddId(lineage, "NODE", "DATASET@VERSION, or KIND:NAME as below");
    lineage->add_flag("--up", arguments_.up, "Of a KIND:NAME: causes alone");
    lineage->add_flag("--down", arguments_.down,
                      "Effects alone; of DATASET@VERSION as a list down to predictions");
    lineage->add_option("--depth", arguments_.depth, "Steps, 1 to 6; default 3");
    AddLimit(lineage, "of nodes: default 200");
  }

 private:
  void AddProjectFile(CLI::App* command) {
    command->add_option("--file", arguments_.file, "The project's file; default galley.yaml");
    command->add_option("--input", arguments_.inputs,
                        "NAME=VALUE: takes the place of a parameter; may be repeated");
  }

  /// Of a run: what runs also where nothing changed, and of which pipeline.
  void AddWhichJobs(CLI::App* command) {
    command->add_flag("--force", arguments_.force, "Every job runs, also where nothing changed");
    command->add_option("--from", arguments_.from_job,
                        "This job (of a matrix: all of its jobs) and what follows run, also where "
                        "nothing changed");
    command
        ->add_option("--again", arguments_.again,
                     "Repeat this run: its own folder, file and parameters, the folder's files as "
                     "they are now")
        ->excludes("--file");
  }

  void AddIncident(CLI::App* command) { AddId(command, "NUMBER", "Its number"); }

  void AddRun(CLI::App* command) {
    command->add_option("RUN", arguments_.run, "Its number; without it the newest one");
  }

  /// One that changes an endpoint's rollout.
  CLI::App* AddRollout(CLI::App& rollout, const std::string& name, const std::string& what,
                       Result<int> (*run)(const Arguments&)) {
    CLI::App* command = AddAsking(rollout, name, what, kRollout, run);
    AddId(command, "ENDPOINT", "The endpoint's name");
    command->add_option("--reason", arguments_.reason, "Why, for the journal");
    return command;
  }

  void AddId(CLI::App* command, const std::string& name, const std::string& what) {
    command->add_option(name, arguments_.id, what)->required();
  }

  CLI::App* AddNoun(const std::string& name, const std::string& what, const std::string& footer) {
    CLI::App* noun = app_.add_subcommand(name, what);
    noun->footer(footer);
    noun->require_subcommand(1);
    return noun;
  }

  CLI::App* Add(CLI::App& parent, const std::string& name, const std::string& what,
                Result<int> (*run)(const Arguments&)) {
    CLI::App* command = parent.add_subcommand(name, what);
    const bool has_noun = &parent != &app_;
    commands_.push_back({command, has_noun ? parent.get_name() + " " + name : name, run});
    return command;
  }

  /// A command that asks a server.
  CLI::App* AddAsking(CLI::App& parent, const std::string& name, const std::string& what,
                      const std::string& footer, Result<int> (*run)(const Arguments&)) {
    CLI::App* command = Add(parent, name, what, run);
    command->footer(footer);
    command->add_flag("--json", arguments_.json, "The server's answer as it is");
    command->add_option("--project", arguments_.project, "Project; if none is named, 'default'");
    command->add_option("--url", arguments_.url,
                        "The server; else GALLEY_URL, else this machine and the settings' port");
    AddSettings(command, {config::Setting::kData, config::Setting::kPort}, arguments_);
    return command;
  }

  void AddLimit(CLI::App* command, const std::string& standard) {
    command->add_option("--limit", arguments_.limit, "At most so many, up to 1000; " + standard);
  }

  CLI::App& app_;
  Arguments& arguments_;
  std::vector<Command> commands_;
};

/// The word on the line that should be a command and is none, with what could stand there;
/// empty if there is no such word.
std::string UnknownCommand(const CLI::App& app, int argc, char** argv) {
  const CLI::App* parent = &app;
  std::string line;
  for (int at = 1; at < argc && argv[at][0] != '-'; ++at) {
    const auto all = parent->get_subcommands([](const CLI::App*) { return true; });
    if (all.empty()) return {};
    line += fmt::format("{}{}", line.empty() ? "" : " ", argv[at]);
    std::string names;
    const CLI::App* next = nullptr;
    for (const CLI::App* known : all) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", known->get_name());
      if (known->get_name() == argv[at]) next = known;
    }
    if (next == nullptr) return fmt::format("there is no command '{}'; there are: {}", line, names);
    parent = next;
  }
  return {};
}

/// Whose help tells more about a wrong line: the noun's and verb's, or the program's.
std::string HelpFor(const std::vector<Command>& commands, int argc, char** argv) {
  const std::string line = argc > 2 ? fmt::format("{} {}", argv[1], argv[2]) : "";
  const auto is_named = [&line](const Command& command) { return command.name == line; };
  return std::ranges::any_of(commands, is_named) ? "galley " + line : "galley";
}

int Main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Galley: the whole MLOps kitchen in one program.", "galley");
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("galley ") + GALLEY_VERSION);
  app.require_subcommand(1);
  Commands making(app, arguments);
  making.AddProcesses();
  making.AddTracking();
  making.AddPage();
  making.AddData();
  making.AddPipelines();
  making.AddServing();
  making.AddMonitors();
  making.AddRollouts();
  making.AddPlans();
  making.AddAlerts();
  making.AddIncidents();
  making.AddNotifications();
  making.AddReport();
  const auto commands = std::move(making).Take();

  io::PrepareProcess();
  if (argc == 1) return UsageError("which command?");
  if (const std::string problem = UnknownCommand(app, argc, argv); !problem.empty()) {
    return UsageError(problem);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    return UsageError(error.what(), HelpFor(commands, argc, argv));
  }

  for (const Command& command : commands) {
    if (command.app->parsed()) return Report(command.name, command.run(arguments));
  }
  return kExitUsage;
}

}  // namespace
}  // namespace galley::cli

int main(int argc, char** argv) {
  try {
    return galley::cli::Main(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "galley: %s\n", exception.what());
  } catch (...) {
    std::fputs("galley: an unknown failure\n", stderr);
  }
  return galley::cli::kExitFailed;
}
