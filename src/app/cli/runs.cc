#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/print.h"
#include "foundation/http/url.h"
#include "foundation/io/clock.h"
#include "protocol/control/native/messages.h"

namespace galley::cli {
namespace {

constexpr std::int64_t kShown = 20;
constexpr std::size_t kMetricsShown = 4;
constexpr int kIndent = 2;

std::string TookOf(const native::Run& run, std::int64_t now_ms) {
  if (!run.started_ms || (!run.ended_ms && run.status != "running")) return "–";
  const std::int64_t end_ms = run.ended_ms.value_or(now_ms);
  std::int64_t took_ms = 0;
  if (__builtin_sub_overflow(end_ms, *run.started_ms, &took_ms)) return "–";
  return Duration(took_ms);
}

std::string FirstMetrics(const native::Run& run) {
  std::string text;
  for (std::size_t at = 0; at < run.metrics.size() && at < kMetricsShown; ++at) {
    const native::Metric& metric = run.metrics[at];
    text += fmt::format("{}{}={}", at == 0 ? "" : " ", metric.key, Number(metric.value));
  }
  if (run.metrics.size() > kMetricsShown) {
    text += fmt::format(" +{}", run.metrics.size() - kMetricsShown);
  }
  return text;
}

void Print(const native::RunsAnswer& answer) {
  Table table({{.title = "ID"},
               {.title = "NAME", .shrinks = true},
               {.title = "EXPERIMENT", .shrinks = true},
               {.title = "STATUS"},
               {.title = "STARTED"},
               {.title = "TOOK", .right = true},
               {.title = "METRICS", .shrinks = true}});
  const std::int64_t now_ms = io::SystemClock().NowMs();
  std::vector<std::string> ids;
  for (const native::Run& run : answer.runs) ids.push_back(run.id);
  const std::size_t digits = ShortIdDigits(ids);
  for (const native::Run& run : answer.runs) {
    table.Add({{run.id.substr(0, digits), Colour::kYellow},
               {run.name, Colour::kBold},
               {run.experiment_name},
               {run.status, ColourOf(run.status)},
               {run.started_ms ? Ago(*run.started_ms, now_ms) : "–"},
               {TookOf(run, now_ms)},
               {FirstMetrics(run)}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

void SayWhyEmpty(const Arguments& arguments, const Server& server) {
  const std::string where =
      arguments.experiment.empty()
          ? fmt::format("Project '{}'", arguments.project)
          : fmt::format("Experiment '{}' of project '{}'", arguments.experiment, arguments.project);
  if (arguments.deleted) {
    fmt::print(stderr, "{} has no deleted runs.\n", Clean(where));
    return;
  }
  fmt::print(stderr,
             "{} has no runs yet. A script that uses MLflow logs some:\n"
             "  MLFLOW_TRACKING_URI={} python train.py\n",
             Clean(where), server.url);
}

/// A section of `run show`: its title and its lines; nothing if it is empty.
void PrintSection(const Screen& screen, std::string_view title, const Table& table) {
  if (table.empty()) return;
  fmt::print("\n{}\n{}", Paint(screen, Colour::kBold, title), table.Text(screen));
}

Table PairsOf(const std::vector<native::KeyValue>& pairs) {
  Table table({{.shrinks = true}, {.shrinks = true}}, kIndent);
  for (const native::KeyValue& pair : pairs) table.Add({{pair.key, Colour::kDim}, {pair.value}});
  return table;
}

Table HeadOf(const native::Run& run, std::int64_t now_ms) {
  const auto moment = [now_ms](const std::optional<std::int64_t>& at_ms) -> std::string {
    if (!at_ms) return "–";
    const std::string date = Date(*at_ms);
    const std::string ago = Ago(*at_ms, now_ms);
    return ago == date ? date : fmt::format("{} ({})", date, ago);
  };
  Table table({{}, {.shrinks = true}}, kIndent);
  const auto add = [&table](std::string_view name, std::string value,
                            Colour colour = Colour::kPlain) {
    table.Add({{std::string(name), Colour::kDim}, {std::move(value), colour}});
  };
  add("id", run.id, Colour::kYellow);
  add("experiment", fmt::format("{} (number {})", run.experiment_name, run.experiment));
  add("status", run.status, ColourOf(run.status));
  if (run.state != "active") add("state", run.state, ColourOf(run.state));
  if (!run.user.empty()) add("user", run.user);
  add("started", moment(run.started_ms));
  if (run.ended_ms) add("ended", moment(run.ended_ms));
  add("took", TookOf(run, now_ms));
  add("artifacts", run.artifact_uri);
  return table;
}

Table MetricsOf(const native::Run& run, std::int64_t now_ms) {
  Table table({{.title = "NAME", .shrinks = true},
               {.title = "LAST VALUE", .right = true},
               {.title = "STEP", .right = true},
               {.title = "MEASURED"}},
              kIndent);
  for (const native::Metric& metric : run.metrics) {
    table.Add({{metric.key},
               {Number(metric.value), Colour::kBold},
               {fmt::format("{}", metric.step)},
               {Ago(metric.timestamp_ms, now_ms)}});
  }
  return table;
}

Table InputsOf(const std::vector<native::Input>& inputs) {
  Table table({{.title = "DATASET", .shrinks = true},
               {.title = "DIGEST"},
               {.title = "SOURCE", .shrinks = true},
               {.title = "TAGS", .shrinks = true}},
              kIndent);
  for (const native::Input& input : inputs) {
    std::string tags;
    for (const native::KeyValue& tag : input.tags) {
      tags += fmt::format("{}{}={}", tags.empty() ? "" : " ", tag.key, tag.value);
    }
    table.Add({{input.name}, {input.digest}, {input.source_type}, {tags, Colour::kDim}});
  }
  return table;
}

Table ModelsOf(const native::RunAnswer& answer) {
  Table table({{.title = "ID"},
               {.title = "NAME", .shrinks = true},
               {.title = "TYPE", .shrinks = true},
               {.title = "STATUS"},
               {.title = "ROLE"},
               {.title = "STEP", .right = true}},
              kIndent);
  const auto add = [&table](const native::ModelLink& link, std::string_view role) {
    table.Add({{link.id},
               {link.name},
               {link.type},
               {link.status, ColourOf(link.status)},
               {std::string(role)},
               {fmt::format("{}", link.step)}});
  };
  for (const native::ModelLink& link : answer.models_in) add(link, "read");
  for (const native::ModelLink& link : answer.models_out) add(link, "made");
  return table;
}

Table ArtifactsOf(const native::RunAnswer& answer) {
  Table table({{.shrinks = true}, {.right = true}, {}}, kIndent);
  for (const native::Artifact& artifact : answer.artifacts) {
    const std::string files =
        artifact.is_folder
            ? fmt::format("{} {}", artifact.files, artifact.files == 1 ? "file" : "files")
            : "";
    table.Add({{artifact.name + (artifact.is_folder ? "/" : "")},
               {Bytes(artifact.size)},
               {files, Colour::kDim}});
  }
  if (answer.artifacts_has_more) table.Add({{"…"}, {""}, {""}});
  return table;
}

void Print(const native::RunAnswer& answer) {
  const Screen screen = ScreenOfOutput();
  const std::int64_t now_ms = io::SystemClock().NowMs();
  fmt::print("{}\n{}", Paint(screen, Colour::kBold, fmt::format("Run {}", Clean(answer.run.name))),
             HeadOf(answer.run, now_ms).Text(screen));
  PrintSection(screen, "Parameters", PairsOf(answer.run.params));
  PrintSection(screen, "Metrics", MetricsOf(answer.run, now_ms));
  PrintSection(screen, "Tags", PairsOf(answer.run.tags));
  PrintSection(screen, "Inputs", InputsOf(answer.inputs));
  PrintSection(screen, "Models", ModelsOf(answer));
  PrintSection(screen, "Artifacts", ArtifactsOf(answer));
}

}  // namespace

Result<int> ListRuns(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  Parameters parameters{{"view", arguments.deleted ? "deleted" : "active"},
                        {"limit", fmt::format("{}", arguments.limit.value_or(kShown))}};
  if (!arguments.experiment.empty()) parameters.emplace_back("experiment", arguments.experiment);
  const std::string body = TRY(Ask(server, arguments, "runs", parameters));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::RunsAnswer>(body));
  if (answer.runs.empty()) {
    SayWhyEmpty(arguments, server);
  } else {
    Print(answer);
  }
  if (answer.has_more) SayMore(arguments);
  return 0;
}

Result<int> ShowRun(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string path = fmt::format("runs/{}", http::PercentEncode(arguments.id));
  const std::string body = TRY(Ask(server, arguments, path));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  Print(TRY(Understood<native::RunAnswer>(body)));
  return 0;
}

}  // namespace galley::cli
