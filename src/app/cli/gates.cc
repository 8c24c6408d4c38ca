#include <cstdlib>

#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/pipelines.h"
#include "app/cli/print.h"
#include "foundation/schema/encode.h"
#include "protocol/control/native/pipeline_messages.h"

namespace galley::cli {
namespace {

std::string Digits(const std::string& decimal) {
  return decimal.empty() ? "–" : Number(std::strtod(decimal.c_str(), nullptr));
}

std::string ValueOf(const pipeline::RuleEvidence& rule) {
  const std::string value = Digits(rule.value);
  return rule.slice.empty() ? value : fmt::format("{} ({})", value, rule.slice);
}

std::string About(const pipeline::RuleEvidence& rule) {
  std::string text = rule.against;
  if (rule.slices > 1) {
    text += fmt::format("{}worst of {}", text.empty() ? "" : "; ", rule.slices);
  }
  if (!rule.note.empty()) text += (text.empty() ? "" : "; ") + rule.note;
  return text;
}

void PrintGate(const pipeline::GateEvidence& gate) {
  const Screen screen = ScreenOfOutput();
  PrintTitle(fmt::format("Gate '{}' {}: {}", gate.job, gate.passed ? "let pass" : "refused",
                         gate.summary));
  if (gate.champion && gate.champion->missing.empty()) {
    fmt::print("  Champion: {} of {}, measured by {}\n", Clean(gate.champion->model),
               Clean(gate.champion->endpoint.empty()
                         ? fmt::format("alias '{}'", gate.champion->alias)
                         : fmt::format("endpoint '{}'", gate.champion->endpoint)),
               Clean(gate.champion->measured));
  } else if (gate.champion) {
    fmt::print("  Champion: {}\n", Clean(gate.champion->missing));
  }
  Table table({{.title = "CANDIDATE", .shrinks = true},
               {.title = "MODEL", .shrinks = true},
               {.title = "RULE"},
               {.title = "METRIC", .shrinks = true},
               {.title = "VALUE", .right = true},
               {},
               {.title = "LIMIT", .right = true},
               {.title = "HOLDS"},
               {.title = "ABOUT", .shrinks = true}},
              2);
  for (const auto& candidate : gate.candidates) {
    std::string name = candidate.job;
    if (candidate.won) name += " ←";
    std::string model = candidate.model;
    if (!candidate.reason.empty()) {
      table.Add({{name}, {}, {}, {}, {}, {}, {}, {"no", Colour::kRed}, {candidate.reason}});
    }
    for (const auto& rule : candidate.rules) {
      table.Add({{name, candidate.won ? Colour::kGreen : Colour::kCyan},
                 {model},
                 {rule.id},
                 {rule.metric},
                 {ValueOf(rule)},
                 {rule.relation},
                 {Digits(rule.limit)},
                 {rule.passed ? "yes" : "no", rule.passed ? Colour::kGreen : Colour::kRed},
                 {About(rule), Colour::kDim}});
      name.clear();
      model.clear();
    }
  }
  fmt::print("{}", table.Text(screen));
}

}  // namespace

Result<int> ShowGates(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::int64_t number = TRY(NewestRun(server, arguments));
  const std::string body =
      TRY(Ask(server, arguments, fmt::format("pipelines/runs/{}/gates", number)));
  auto answer = TRY(Understood<native::PipelineGatesAnswer>(body));
  if (!arguments.id.empty()) {
    std::erase_if(answer.gates, [&arguments](const pipeline::GateEvidence& gate) {
      return gate.job != arguments.id;
    });
  }
  if (answer.gates.empty()) {
    return Fail(Code::kNotFound, "{} of run {} decided anything",
                arguments.id.empty() ? std::string("no gate") : "no gate '" + arguments.id + "'",
                number);
  }
  if (arguments.json) {
    fmt::print("{}\n", schema::ToJson(answer, schema::EmptyLists::kWrite));
    return 0;
  }
  for (std::size_t at = 0; at < answer.gates.size(); ++at) {
    if (at > 0) fmt::print("\n");
    PrintGate(answer.gates[at]);
  }
  return 0;
}

}  // namespace galley::cli
