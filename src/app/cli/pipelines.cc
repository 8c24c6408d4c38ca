#include "app/cli/pipelines.h"

#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <map>
#include <thread>

#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/print.h"
#include "domain/pipeline/types.h"
#include "foundation/http/url.h"
#include "foundation/io/clock.h"
#include "foundation/io/file.h"
#include "foundation/schema/encode.h"
#include "foundation/yaml/yaml.h"
#include "protocol/control/native/pipeline_messages.h"

namespace galley::cli {
namespace {

constexpr auto kPause = std::chrono::milliseconds(100);
// A run with nothing to do is over before a person could blink.
constexpr auto kFirstPause = std::chrono::milliseconds(5);
constexpr std::string_view kPassedOn[] = {"PATH",   "HOME",        "USER",        "LANG",
                                          "LC_ALL", "VIRTUAL_ENV", "CONDA_PREFIX"};

bool HasEnded(std::string_view state) {
  return state == "succeeded" || state == "failed" || state == "cancelled" || state == "refused";
}

Colour ColourOfState(std::string_view state) {
  if (state == "succeeded" || state == "cached") return Colour::kGreen;
  if (state == "failed" || state == "refused") return Colour::kRed;
  if (state == "running") return Colour::kYellow;
  return Colour::kDim;
}

Status AddInputs(const Arguments& arguments, native::StartPipeline& message) {
  for (const std::string& input : arguments.inputs) {
    const auto equals = input.find('=');
    if (equals == std::string::npos) {
      return Fail(Code::kInvalidArgument, "'{}' must be NAME=VALUE", input);
    }
    message.inputs.push_back({input.substr(0, equals), input.substr(equals + 1)});
  }
  return {};
}

Result<native::StartPipeline> Wanted(const Arguments& arguments) {
  if (arguments.again) {
    native::StartPipeline message{
        .force = arguments.force, .from = arguments.from_job, .again = arguments.again};
    TRY(AddInputs(arguments, message));
    return message;
  }
  char* path = ::realpath(arguments.file.c_str(), nullptr);
  if (path == nullptr) {
    return Fail(Code::kNotFound, "there is no file '{}'; name another with --file", arguments.file);
  }
  const std::string real = path;
  std::free(path);  // NOLINT(cppcoreguidelines-no-malloc): realpath allocates so.
  const auto slash = real.rfind('/');
  native::StartPipeline message{.folder = slash == 0 ? "/" : real.substr(0, slash),
                                .file = real.substr(slash + 1),
                                .text = TRY(io::ReadFile(real, yaml::kBytesMax)),
                                .environment = PassedOn(),
                                .force = arguments.force,
                                .from = arguments.from_job};
  TRY(AddInputs(arguments, message));
  return message;
}

std::string PathOf(std::int64_t run) {
  return fmt::format("pipelines/runs/{}", run);
}

Result<native::PipelineRun> FetchRun(const Server& server, const Arguments& arguments,
                                     std::int64_t run) {
  return Understood<native::PipelineRun>(TRY(Ask(server, arguments, PathOf(run))));
}

std::string Took(std::int64_t started_ms, std::int64_t ended_ms) {
  if (started_ms == 0) return "";
  return Duration((ended_ms == 0 ? io::SystemClock().NowMs() : ended_ms) - started_ms);
}

std::string Why(const native::PipelineJob& job) {
  return job.reason.empty() ? job.explanation : job.reason;
}

std::string MetricsText(const native::PipelineJob& job) {
  constexpr std::size_t kShown = 3;
  std::string text;
  for (std::size_t at = 0; at < std::min(job.metrics.size(), kShown); ++at) {
    const auto& metric = job.metrics[at];
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", metric.name, Number(metric.value));
  }
  return text;
}

void PrintRun(const native::PipelineRun& run) {
  const Screen screen = ScreenOfOutput();
  const pipeline::Commit code{.hex = run.commit, .has_changes = run.commit_has_changes};
  PrintTitle(fmt::format("Run {} of pipeline {}: {}, {}{}{}", run.run, run.pipeline, run.state,
                         run.trigger, code.hex.empty() ? "" : ", ", code.Text()));
  Table table({{.title = "JOB", .shrinks = true},
               {.title = "STAGE"},
               {.title = "STATE"},
               {.title = "TRIES", .right = true},
               {.title = "TOOK", .right = true},
               {.title = "METRICS", .shrinks = true},
               {.title = "WHY", .shrinks = true}},
              2);
  for (const native::PipelineJob& job : run.jobs) {
    table.Add({{job.name, Colour::kCyan},
               {job.stage},
               {job.state, ColourOfState(job.state)},
               {job.attempts.empty() ? "" : std::to_string(job.attempts.size())},
               {Took(job.started_ms, job.started_ms == 0 ? 0 : job.ended_ms)},
               {MetricsText(job)},
               {Why(job), Colour::kDim}});
  }
  fmt::print("{}", table.Text(screen));
}

/// The run as it stands, also while the server starts again: its jobs go on meanwhile.
Result<native::PipelineRun> AwaitRun(const Server& server, const Arguments& arguments,
                                     std::int64_t run) {
  constexpr int kAttemptsMax = 300;
  for (int attempt = 1;; ++attempt) {
    auto found = FetchRun(server, arguments, run);
    const bool is_away = !found && found.error().code == Code::kUnavailable;
    if (!is_away || attempt == kAttemptsMax) return found;
    std::this_thread::sleep_for(kPause);
  }
}

/// Tells of every change, until the run has ended.
Result<native::PipelineRun> Follow(const Server& server, const Arguments& arguments,
                                   std::int64_t number) {
  std::map<std::string, std::string> told;
  const bool is_quiet = arguments.json;
  for (auto pause = kFirstPause;; pause = std::min<std::chrono::milliseconds>(pause * 2, kPause)) {
    native::PipelineRun run = TRY(AwaitRun(server, arguments, number));
    for (const native::PipelineJob& job : run.jobs) {
      std::string& last = told[job.name];
      const std::string now = fmt::format("{}{}", job.state, job.attempts.size());
      if (is_quiet || last == now || job.state == "waiting") continue;
      last = now;
      const Screen screen = ScreenOfOutput();
      fmt::print("  {}  {}  {}\n",
                 Paint(screen, ColourOfState(job.state), fmt::format("{:<9}", job.state)),
                 Clean(job.name), Paint(screen, Colour::kDim, Clean(Why(job))));
      std::fflush(stdout);
    }
    if (HasEnded(run.state)) return run;
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

Result<std::int64_t> NewestRun(const Server& server, const Arguments& arguments) {
  if (arguments.run) return *arguments.run;
  const auto answer = TRY(Understood<native::PipelineRunsAnswer>(
      TRY(Ask(server, arguments, "pipelines/runs", {{"limit", "1"}}))));
  if (answer.runs.empty()) {
    return Fail(Code::kNotFound, "no pipeline ran yet; 'galley pipeline run' starts one");
  }
  return answer.runs.front().run;
}

std::vector<native::PipelineVariable> PassedOn() {
  std::vector<native::PipelineVariable> variables;
  for (const std::string_view name : kPassedOn) {
    const std::string variable(name);
    const char* value = std::getenv(variable.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (value != nullptr) variables.push_back({variable, value});
  }
  return variables;
}

Result<int> RunPipeline(const Arguments& arguments) {
  const auto wanted = TRY(Wanted(arguments));
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(Tell(server, arguments, http::Method::kPost, "pipelines/runs",
                                    schema::ToJson(wanted, schema::EmptyLists::kWrite)));
  const auto started = TRY(Understood<native::PipelineRun>(body));
  if (arguments.detach) {
    fmt::print("{}\n", arguments.json ? body : fmt::format("Run {}", started.run));
    return 0;
  }
  if (!arguments.json) {
    fmt::print("Run {} of pipeline {}, {} jobs\n", started.run, Clean(started.pipeline),
               started.jobs.size());
    std::fflush(stdout);
  }
  const auto run = TRY(Follow(server, arguments, started.run));
  if (arguments.json) {
    fmt::print("{}\n", schema::ToJson(run, schema::EmptyLists::kWrite));
  } else {
    fmt::print("Run {} {} in {}\n", run.run, run.state, Took(run.created_ms, run.ended_ms));
    for (const native::PipelineJob& job : run.jobs) {
      if (job.state == "refused") {
        fmt::print(stderr, "'{}' refused: {}\n  galley pipeline gate --run {}\n", Clean(job.name),
                   Clean(job.reason), run.run);
      }
      if (job.state != "failed") continue;
      fmt::print(stderr, "'{}' failed: {}\n  galley pipeline logs '{}' --run {}\n", Clean(job.name),
                 Clean(job.reason), Clean(job.name), run.run);
    }
  }
  return run.state == "succeeded" ? 0 : 1;
}

Result<int> ListPipelines(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(Ask(server, arguments, "pipelines/runs",
                                   {{"limit", std::to_string(arguments.limit.value_or(20))}}));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::PipelineRunsAnswer>(body));
  Table table({{.title = "RUN", .right = true},
               {.title = "PIPELINE", .shrinks = true},
               {.title = "STATE"},
               {.title = "TRIGGER"},
               {.title = "STARTED"},
               {.title = "TOOK", .right = true},
               {.title = "FOLDER", .shrinks = true}});
  const std::int64_t now_ms = io::SystemClock().NowMs();
  for (const auto& run : answer.runs) {
    table.Add({{std::to_string(run.run), Colour::kCyan},
               {run.pipeline},
               {run.state, ColourOfState(run.state)},
               {run.trigger},
               {Ago(run.created_ms, now_ms), Colour::kDim},
               {Took(run.created_ms, run.ended_ms)},
               {run.folder, Colour::kDim}});
  }
  if (table.empty()) {
    fmt::print(stderr, "No pipeline ran yet; 'galley pipeline run' starts one.\n");
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
  if (answer.has_more) SayMore(arguments);
  return 0;
}

Result<int> ShowPipeline(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::int64_t number = TRY(NewestRun(server, arguments));
  const std::string body = TRY(Ask(server, arguments, PathOf(number)));
  if (arguments.json) {
    fmt::print("{}\n", body);
  } else {
    PrintRun(TRY(Understood<native::PipelineRun>(body)));
  }
  return 0;
}

Result<int> ExplainPipeline(const Arguments& arguments) {
  const auto wanted = TRY(Wanted(arguments));
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(Tell(server, arguments, http::Method::kPost, "pipelines/explain",
                                    schema::ToJson(wanted, schema::EmptyLists::kWrite)));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::ExplainAnswer>(body));
  Table table({{.title = "JOB", .shrinks = true},
               {.title = "STAGE"},
               {.title = "WOULD BE"},
               {.title = "WHY", .shrinks = true}});
  for (const auto& job : answer.jobs) {
    const Colour colour = job.verdict == "cached"    ? Colour::kGreen
                          : job.verdict == "blocked" ? Colour::kRed
                                                     : Colour::kYellow;
    table.Add({{job.job, Colour::kCyan}, {job.stage}, {job.verdict, colour}, {job.explanation}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
  return 0;
}

Result<int> CancelPipeline(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::int64_t number = TRY(NewestRun(server, arguments));
  TRY(Tell(server, arguments, http::Method::kPost, PathOf(number) + "/cancel", ""));
  const auto run = TRY(Follow(server, arguments, number));
  fmt::print("Run {} {}\n", run.run, run.state);
  return 0;
}

Result<int> RetryPipeline(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::int64_t number = TRY(NewestRun(server, arguments));
  TRY(Tell(server, arguments, http::Method::kPost, PathOf(number) + "/retry", ""));
  const auto run = TRY(Follow(server, arguments, number));
  if (arguments.json) {
    fmt::print("{}\n", schema::ToJson(run, schema::EmptyLists::kWrite));
  } else {
    fmt::print("Run {} {}\n", run.run, run.state);
  }
  return run.state == "succeeded" ? 0 : 1;
}

Result<int> ShowPipelineLog(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::int64_t number = TRY(NewestRun(server, arguments));
  std::int64_t offset = 0;
  for (;;) {
    // Asked first: what is written before a job ends is there once it has ended.
    bool has_ended = true;
    if (arguments.follow) {
      const auto run = TRY(AwaitRun(server, arguments, number));
      const auto job = std::ranges::find(run.jobs, arguments.id, &native::PipelineJob::name);
      has_ended = job == run.jobs.end() || (job->state != "running" && job->state != "waiting");
      if (job != run.jobs.end() && job->attempts.empty() && !has_ended) {
        std::this_thread::sleep_for(kPause);
        continue;
      }
    }
    for (;;) {
      const auto page = TRY(Understood<native::PipelineLogAnswer>(
          TRY(Ask(server, arguments, PathOf(number) + "/log",
                  {{"job", arguments.id},
                   {"attempt", std::to_string(arguments.attempt)},
                   {"offset", std::to_string(offset)},
                   {"limit", "262144"}}))));
      std::fwrite(page.text.data(), 1, page.text.size(), stdout);
      if (page.next_offset == offset) break;
      offset = page.next_offset;
    }
    std::fflush(stdout);
    if (has_ended) return 0;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace galley::cli
