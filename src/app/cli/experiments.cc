#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/print.h"
#include "foundation/io/clock.h"
#include "protocol/control/native/messages.h"

namespace galley::cli {
namespace {

void Print(const native::ExperimentsAnswer& answer) {
  Table table({{.title = "NUMBER", .right = true},
               {.title = "NAME", .shrinks = true},
               {.title = "RUNS", .right = true},
               {.title = "RUNNING", .right = true},
               {.title = "CREATED"},
               {.title = "CHANGED"}});
  const std::int64_t now_ms = io::SystemClock().NowMs();
  for (const native::Experiment& experiment : answer.experiments) {
    const bool running = experiment.runs.running > 0;
    table.Add(
        {{experiment.number},
         {experiment.name, Colour::kBold},
         {fmt::format("{}", experiment.runs.active)},
         {fmt::format("{}", experiment.runs.running), running ? ColourOf("running") : Colour::kDim},
         {Ago(experiment.created_ms, now_ms)},
         {Ago(experiment.updated_ms, now_ms)}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

}  // namespace

Result<int> ListExperiments(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  Parameters parameters{{"view", arguments.deleted ? "deleted" : "active"}};
  if (arguments.limit) parameters.emplace_back("limit", fmt::format("{}", *arguments.limit));
  const std::string body = TRY(Ask(server, arguments, "experiments", parameters));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::ExperimentsAnswer>(body));
  if (!answer.experiments.empty()) {
    Print(answer);
  } else if (arguments.deleted) {
    fmt::print(stderr, "No experiment of project '{}' is deleted.\n", arguments.project);
  } else {
    fmt::print(stderr,
               "Project '{}' has no experiments yet. Any MLflow client makes one:\n"
               "  MLFLOW_TRACKING_URI={} mlflow experiments create -n NAME\n",
               arguments.project, server.url);
  }
  if (answer.has_more) SayMore(arguments);
  return 0;
}

}  // namespace galley::cli
