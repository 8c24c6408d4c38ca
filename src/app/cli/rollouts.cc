#include <chrono>
#include <filesystem>
#include <thread>

#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/model_at.h"
#include "app/cli/print.h"
#include "app/cli/project_file.h"
#include "domain/rollout/strategy.h"
#include "foundation/http/url.h"
#include "foundation/io/clock.h"
#include "foundation/json/writer.h"
#include "protocol/control/native/rollout_messages.h"

namespace galley::cli {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(300);
constexpr std::string_view kDefaultFile = "galley.yaml";

struct Named {
  std::string name;
  rollout::EndpointSettings settings;
};

/// The `endpoints` of a project's file.
Result<std::vector<Named>> ReadEndpoints(const std::string& path) {
  const yaml::Document document = TRY(ReadProjectFile(path));
  std::vector<Named> endpoints;
  const yaml::Node* all = document.root.Find("endpoints");
  if (all == nullptr || all->kind == yaml::Kind::kNull) return endpoints;
  if (all->kind != yaml::Kind::kMap) {
    return std::unexpected(
        yaml::ErrorAt(document, all->place, "'endpoints' must be a mapping of names"));
  }
  for (const auto& [name, place, node] : all->entries) {
    endpoints.push_back(
        {name, TRY(rollout::ReadEndpoint(document, node, fmt::format("endpoints.{}", name)))});
  }
  return endpoints;
}

/// What the project's file says of an endpoint; null if nothing, and no file was named.
Result<std::optional<rollout::EndpointSettings>> FindSettings(const Arguments& arguments) {
  const bool is_named = arguments.file != kDefaultFile;
  if (!is_named && !std::filesystem::exists(arguments.file)) {
    return std::optional<rollout::EndpointSettings>();
  }
  for (auto& [name, settings] : TRY(ReadEndpoints(arguments.file))) {
    if (name == arguments.id) return std::optional(std::move(settings));
  }
  if (!is_named) return std::optional<rollout::EndpointSettings>();
  return Fail(Code::kNotFound, "'{}' has no endpoints.{}", arguments.file, arguments.id);
}

std::string PathOf(const Arguments& arguments, std::string_view more) {
  return fmt::format("endpoints/{}/{}", http::PercentEncode(arguments.id), more);
}

Colour ColourOfPhase(std::string_view phase) {
  if (phase == "promoted") return Colour::kGreen;
  if (phase == "progressing") return Colour::kCyan;
  return phase == "paused" || phase == "undone" ? Colour::kYellow : Colour::kRed;
}

std::string ModelOf(const native::Variant& variant) {
  return fmt::format("{}@{}", variant.model, variant.version);
}

std::string PlaceOf(const native::RolloutMessage& rollout) {
  if (rollout.step == 0) return "loading";
  const auto steps = std::ssize(rollout.steps);
  if (rollout.step > steps) return fmt::format("after step {}", steps);
  return fmt::format("step {} of {}", rollout.step, steps);
}

void PrintLooks(const std::vector<native::RolloutLook>& looks) {
  if (looks.empty()) return;
  const Screen screen = ScreenOfOutput();
  fmt::print("\n{}\n", Paint(screen, Colour::kBold, "Judged"));
  Table table({{.title = "WINDOW", .right = true},
               {.title = "ROWS", .right = true},
               {.title = "BLOCKS", .right = true},
               {.title = "LN E BETTER", .right = true},
               {.title = "LN E WORSE", .right = true},
               {.title = "VERDICT"},
               {.title = "REASON", .shrinks = true}},
              2);
  for (const native::RolloutLook& look : looks) {
    table.Add({{std::to_string(look.window), Colour::kCyan},
               {std::to_string(look.rows)},
               {std::to_string(look.blocks)},
               {fmt::format("{:.2f}", look.log_e_better)},
               {fmt::format("{:.2f}", look.log_e_worse)},
               {look.verdict},
               {look.reason, Colour::kDim}});
  }
  fmt::print("{}", table.Text(screen));
}

void PrintRollout(const native::RolloutMessage& rollout) {
  PrintTitle(fmt::format("Rollout {} of endpoint {}", rollout.number, rollout.endpoint));
  Table table = Facts();
  AddFact(table, "id", rollout.id, Colour::kYellow);
  AddFact(table, "phase", rollout.phase, ColourOfPhase(rollout.phase));
  AddFact(table, "reason", rollout.reason);
  AddFact(table, "champion", ModelOf(rollout.champion));
  AddFact(table, "challenger", ModelOf(rollout.challenger));
  AddFact(table, "traffic",
          fmt::format("{} of 1000, mirrored {} of 1000", rollout.weight, rollout.mirror));
  // Once the gateway serves it, the server takes note within a moment.
  if (rollout.awaits != 0 && rollout.acknowledged.value_or(-1) < rollout.awaits) {
    AddFact(table, "waits for",
            fmt::format("the gateway to serve version {} of the snapshot{}", rollout.awaits,
                        rollout.acknowledged ? fmt::format("; it serves {}", *rollout.acknowledged)
                                             : "; none has run"));
  }
  const std::int64_t now_ms = io::SystemClock().NowMs();
  AddFact(table, "started",
          fmt::format("{} by {}{}{}", Ago(rollout.created_ms, now_ms), rollout.actor,
                      rollout.started_because.empty() ? "" : ": ", rollout.started_because));
  if (rollout.ended_ms) AddFact(table, "ended", Ago(*rollout.ended_ms, now_ms));
  const Screen screen = ScreenOfOutput();
  fmt::print("{}\n{}\n", table.Text(screen), Paint(screen, Colour::kBold, "Steps"));
  Table steps({{.right = true}, {}, {.shrinks = true}}, 2);
  for (std::size_t at = 0; at < rollout.steps.size(); ++at) {
    const native::RolloutStep& step = rollout.steps[at];
    steps.Add({{std::to_string(at + 1), Colour::kDim},
               {step.state, step.state == "now" ? Colour::kCyan : Colour::kDim},
               {step.text}});
  }
  fmt::print("{}", steps.Text(screen));
  PrintLooks(rollout.looks);
}

Result<int> PrintAnswer(const Arguments& arguments, const std::string& body) {
  if (arguments.json) {
    fmt::print("{}\n", body);
  } else {
    PrintRollout(TRY(Understood<native::RolloutAnswer>(body)).rollout);
  }
  return 0;
}

Result<std::string> NewestJson(const Server& server, const Arguments& arguments) {
  return Ask(server, arguments, PathOf(arguments, "rollout"));
}

Result<native::RolloutMessage> Newest(const Server& server, const Arguments& arguments) {
  return TRY(Understood<native::RolloutAnswer>(TRY(NewestJson(server, arguments)))).rollout;
}

/// Sends a verb for the rollout as it is now: sent twice it does nothing more.
Result<int> Order(const Arguments& arguments, std::string_view verb, bool is_turned) {
  const Server server = TRY(FindServer(arguments));
  json::Writer body;
  body.BeginObject().Key("reason").String(arguments.reason);
  if (is_turned) body.Key("turn").Int(TRY(Newest(server, arguments)).turn);
  if (arguments.full) body.Key("full").Bool(true);
  body.EndObject();
  return PrintAnswer(arguments, TRY(Tell(server, arguments, http::Method::kPost,
                                         PathOf(arguments, fmt::format("rollout/{}", verb)),
                                         std::move(body).Take())));
}

}  // namespace

Result<int> ApplyEndpoints(const Arguments& arguments) {
  const auto endpoints = TRY(ReadEndpoints(arguments.file));
  if (endpoints.empty()) {
    return Fail(Code::kNotFound, "'{}' has no endpoints; see docs/formats/rollout.md",
                arguments.file);
  }
  if (arguments.dry_run) {
    fmt::print("{} endpoints, nothing is wrong with them.\n", endpoints.size());
    return 0;
  }
  const Server server = TRY(FindServer(arguments));
  for (const auto& [name, settings] : endpoints) {
    TRY(Tell(server, arguments, http::Method::kPut,
             fmt::format("endpoints/{}/settings", http::PercentEncode(name)),
             rollout::SettingsJson(settings)));
    fmt::print("{}: in force\n", Clean(name));
  }
  return 0;
}

Result<int> StartRollout(const Arguments& arguments) {
  const ModelAt model = TRY(ParseModelAt(arguments.model));
  const auto settings = TRY(FindSettings(arguments));
  const Server server = TRY(FindServer(arguments));
  json::Writer body;
  body.BeginObject().Key("model").String(model.model);
  body.Key("version").Int(std::stoll(model.version)).Key("reason").String(arguments.reason);
  if (!arguments.python.empty()) {
    body.Key("python").String(std::filesystem::absolute(arguments.python).string());
  }
  if (settings) body.Key("settings").Raw(rollout::SettingsJson(*settings));
  body.EndObject();
  return PrintAnswer(arguments, TRY(Tell(server, arguments, http::Method::kPost,
                                         PathOf(arguments, "rollouts"), std::move(body).Take())));
}

Result<int> ShowRollouts(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  if (!arguments.id.empty()) {
    return PrintAnswer(arguments, TRY(Ask(server, arguments, PathOf(arguments, "rollout"))));
  }
  const std::string body = TRY(Ask(server, arguments, "rollouts",
                                   {{"limit", std::to_string(arguments.limit.value_or(20))}}));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  Table table({{.title = "NO.", .right = true},
               {.title = "ENDPOINT", .shrinks = true},
               {.title = "CHALLENGER", .shrinks = true},
               {.title = "PHASE"},
               {.title = "STEP"},
               {.title = "STARTED"},
               {.title = "REASON", .shrinks = true}});
  const std::int64_t now_ms = io::SystemClock().NowMs();
  for (const auto& it : TRY(Understood<native::RolloutsAnswer>(body)).rollouts) {
    table.Add({{std::to_string(it.number), Colour::kYellow},
               {it.endpoint},
               {ModelOf(it.challenger)},
               {it.phase, ColourOfPhase(it.phase)},
               {PlaceOf(it)},
               {Ago(it.created_ms, now_ms), Colour::kDim},
               {it.reason}});
  }
  if (table.empty()) fmt::print(stderr, "There are no rollouts; see 'galley rollout --help'.\n");
  fmt::print("{}", table.Text(ScreenOfOutput()));
  return 0;
}

Result<int> WatchRollout(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::int64_t number = TRY(Newest(server, arguments)).number;
  std::string told;
  for (;;) {
    const std::string body = TRY(NewestJson(server, arguments));
    const auto rollout = TRY(Understood<native::RolloutAnswer>(body)).rollout;
    if (rollout.number != number) {
      return Fail(Code::kFailedPrecondition, "meanwhile rollout {} was started", rollout.number);
    }
    std::string line =
        fmt::format("{}  {}  weight {}, mirror {}: {}", rollout.phase, PlaceOf(rollout),
                    rollout.weight, rollout.mirror, rollout.reason);
    if (line != told) {
      SayDone(arguments, body, line);
      std::fflush(stdout);
    }
    told = std::move(line);
    if (rollout.ended_ms && rollout.awaits == 0) return rollout.phase == "promoted" ? 0 : 1;
    std::this_thread::sleep_for(kPoll);
  }
}

Result<int> PromoteRollout(const Arguments& arguments) {
  return Order(arguments, "promote", true);
}

Result<int> PauseRollout(const Arguments& arguments) {
  return Order(arguments, "pause", false);
}

Result<int> ResumeRollout(const Arguments& arguments) {
  return Order(arguments, "resume", true);
}

Result<int> AbortRollout(const Arguments& arguments) {
  return Order(arguments, "abort", false);
}

Result<int> RetryRollout(const Arguments& arguments) {
  return Order(arguments, "retry", true);
}

Result<int> UndoRollout(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  json::Writer body;
  body.BeginObject().Key("reason").String(arguments.reason);
  if (arguments.revision) body.Key("to").Int(*arguments.revision);
  body.EndObject();
  const std::string answer = TRY(Tell(server, arguments, http::Method::kPost,
                                      PathOf(arguments, "rollout/undo"), std::move(body).Take()));
  if (arguments.json) {
    fmt::print("{}\n", answer);
    return 0;
  }
  const auto revision = TRY(Understood<native::RevisionAnswer>(answer)).revision;
  fmt::print("Endpoint {} serves {}@{} again, as revision {}.\n", Clean(arguments.id),
             Clean(revision.model), revision.version, revision.number);
  return 0;
}

Result<int> ListRevisions(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(Ask(server, arguments, PathOf(arguments, "revisions"),
                                   {{"limit", std::to_string(arguments.limit.value_or(20))}}));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  Table table({{.title = "REVISION", .right = true},
               {.title = "MODEL", .shrinks = true},
               {.title = "SINCE"},
               {.title = "BECAUSE"},
               {.title = "BY"},
               {.title = "REASON", .shrinks = true}});
  const std::int64_t now_ms = io::SystemClock().NowMs();
  for (const auto& it : TRY(Understood<native::RevisionsAnswer>(body)).revisions) {
    table.Add({{std::to_string(it.number), Colour::kYellow},
               {fmt::format("{}@{}", it.model, it.version)},
               {Ago(it.at_ms, now_ms), Colour::kDim},
               {it.rollout ? fmt::format("{} by rollout {}", it.cause, *it.rollout) : it.cause},
               {it.actor},
               {it.reason}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
  return 0;
}

}  // namespace galley::cli
