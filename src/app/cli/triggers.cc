#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/pipelines.h"
#include "app/cli/print.h"
#include "foundation/io/clock.h"
#include "foundation/io/file.h"
#include "foundation/schema/encode.h"
#include "foundation/yaml/yaml.h"
#include "protocol/control/native/trigger_messages.h"

namespace galley::cli {
namespace {

constexpr std::size_t kSecretFileBytesMax = 4096;

struct Place {
  std::string folder;
  std::string file;
};

/// Where the file lies, also if it does not any more.
Result<Place> PlaceOf(const std::string& file) {
  std::error_code error;
  const auto path = std::filesystem::weakly_canonical(std::filesystem::absolute(file), error);
  if (error) return Fail(Code::kInvalidArgument, "'{}': {}", file, error.message());
  return Place{.folder = path.parent_path().string(), .file = path.filename().string()};
}

Result<std::string> ReadSecret(const std::string& path) {
  if (path.empty()) return "";
  std::string secret = TRY(Context(io::ReadFile(path, kSecretFileBytesMax), "--secret-file"));
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.ends_with('\r')) secret.pop_back();
  if (secret.empty()) return Fail(Code::kInvalidArgument, "--secret-file: '{}' is empty", path);
  return secret;
}

Result<native::ApplyTriggers> Wanted(const Arguments& arguments) {
  const Place place = TRY(PlaceOf(arguments.file));
  native::ApplyTriggers message{.folder = place.folder,
                                .file = place.file,
                                .secret = TRY(ReadSecret(arguments.secret_file)),
                                .environment = PassedOn(),
                                .dry_run = arguments.dry_run};
  if (!io::ReadFile(place.folder + "/" + place.file, yaml::kBytesMax)) {
    return Fail(Code::kNotFound, "there is no file '{}'; name another with --file", arguments.file);
  }
  if (!arguments.repository.empty()) {
    message.repository =
        std::filesystem::absolute(arguments.repository).lexically_normal().string();
  }
  return message;
}

std::string Next(const native::PipelineTrigger& trigger, std::int64_t now_ms) {
  if (!trigger.supported) return "not supported yet";
  if (!trigger.next_ms) return "";
  return "in " + Duration(*trigger.next_ms - now_ms);
}

std::string LastRun(const native::PipelineTrigger& trigger) {
  if (!trigger.last) return "";
  return trigger.last->run ? std::to_string(*trigger.last->run) : "none";
}

void PrintTriggers(const native::TriggersAnswer& answer) {
  Table table({{.title = "PIPELINE", .shrinks = true},
               {.title = "TRIGGER"},
               {.title = "WAITS FOR", .shrinks = true},
               {.title = "NEXT"},
               {.title = "LAST EVENT", .shrinks = true},
               {.title = "CAME"},
               {.title = "RUN", .right = true},
               {.title = "FOLDER", .shrinks = true}});
  const std::int64_t now_ms = io::SystemClock().NowMs();
  for (const auto& trigger : answer.triggers) {
    const bool is_bad = trigger.last && !trigger.last->run;
    table.Add({{trigger.pipeline, Colour::kCyan},
               {trigger.trigger},
               {trigger.waits_for},
               {Next(trigger, now_ms), trigger.supported ? Colour::kPlain : Colour::kYellow},
               {trigger.last ? trigger.last->id : ""},
               {trigger.last ? Ago(trigger.last->created_ms, now_ms) : "", Colour::kDim},
               {LastRun(trigger), is_bad ? Colour::kRed : Colour::kPlain},
               {trigger.folder, Colour::kDim}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

/// What does not fit a table.
void PrintProblems(const native::TriggersAnswer& answer) {
  std::string said;
  for (const auto& trigger : answer.triggers) {
    const std::string file = trigger.folder + "/" + trigger.file;
    if (!trigger.problem.empty() && file != said) {
      fmt::print("{}: {}\n", Clean(file), Clean(trigger.problem));
      said = file;
    }
    if (!trigger.last || trigger.last->run) continue;
    fmt::print("{} {} of {} started no run: {}\n", trigger.trigger, Clean(trigger.last->id),
               Clean(trigger.pipeline), Clean(trigger.last->error));
  }
}

}  // namespace

Result<int> ApplyTriggers(const Arguments& arguments) {
  if (arguments.remove) {
    const Place place = TRY(PlaceOf(arguments.file));
    const Server server = TRY(FindServer(arguments));
    const native::RemoveTriggers message{place.folder, place.file};
    TRY(Tell(server, arguments, http::Method::kPost, "pipelines/triggers/remove",
             schema::ToJson(message, schema::EmptyLists::kWrite)));
    fmt::print("Nothing of {} starts runs any more.\n", Clean(arguments.file));
    return 0;
  }
  const auto wanted = TRY(Wanted(arguments));
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(Tell(server, arguments, http::Method::kPost, "pipelines/triggers",
                                    schema::ToJson(wanted, schema::EmptyLists::kWrite)));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::TriggersAnswer>(body));
  if (answer.triggers.empty()) {
    fmt::print(stderr, "{} has no 'on' that starts runs: 'galley pipeline run' does.\n",
               Clean(arguments.file));
    return 0;
  }
  for (const auto& trigger : answer.triggers) {
    fmt::print("{}{}{}: {}\n", trigger.trigger, trigger.waits_for.empty() ? "" : " ",
               Clean(trigger.waits_for),
               !trigger.supported  ? "not supported yet"
               : arguments.dry_run ? "read"
                                   : "in force");
    if (trigger.trigger != "push" || arguments.dry_run) continue;
    fmt::print("  webhook     {}{}\n  its secret  stands in {}\n  repository  {}\n", server.url,
               trigger.hook, Clean(trigger.secret_file), Clean(trigger.repository));
  }
  return 0;
}

Result<int> ListTriggers(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(Ask(server, arguments, "pipelines/triggers"));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::TriggersAnswer>(body));
  if (answer.triggers.empty()) {
    fmt::print(stderr, "Nothing starts runs by itself; 'galley pipeline apply' changes that.\n");
    return 0;
  }
  PrintTriggers(answer);
  PrintProblems(answer);
  return 0;
}

}  // namespace galley::cli
