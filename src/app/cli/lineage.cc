#include <algorithm>
#include <map>
#include <utility>

#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/print.h"
#include "foundation/io/clock.h"
#include "protocol/control/native/lineage_messages.h"

namespace galley::cli {
namespace {

/// What each node came of, by their names.
std::map<std::string, std::string> CausesOf(const native::LineageAnswer& answer) {
  std::map<std::string, std::string> names;
  for (const auto& node : answer.nodes) names[node.node] = node.name;
  std::map<std::string, std::string> causes;
  for (const auto& edge : answer.edges) {
    std::string& text = causes[edge.to];
    text += fmt::format("{}{}", text.empty() ? "" : ", ", names[edge.from]);
  }
  return causes;
}

void Print(native::LineageAnswer answer) {
  std::ranges::sort(answer.nodes, {}, [](const native::LineageNode& node) {
    return std::pair(node.depth, node.node);
  });
  auto causes = CausesOf(answer);
  Table table({{.title = "STEP", .right = true},
               {.title = "WHAT"},
               {.title = "NAME", .shrinks = true},
               {.title = "STATE"},
               {.title = "CAME OF", .shrinks = true},
               {.title = "WHEN"},
               {.title = "NODE"}});
  const std::int64_t now_ms = io::SystemClock().NowMs();
  for (const auto& node : answer.nodes) {
    const bool is_asked = node.node == answer.node;
    const std::string step = is_asked ? "·" : fmt::format("{:+}", node.depth);
    const std::string detail = node.detail.empty() ? "" : fmt::format(" ({})", node.detail);
    table.Add({{step + (node.has_more ? "…" : "")},
               {node.kind},
               {node.name + detail, is_asked ? Colour::kBold : Colour::kCyan},
               {node.state, node.state == "missing" ? Colour::kRed : Colour::kPlain},
               {causes[node.node], Colour::kDim},
               {node.at_ms ? Ago(*node.at_ms, now_ms) : "", Colour::kDim},
               {node.node, Colour::kDim}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
  if (answer.has_more) {
    fmt::print(stderr, "There is more, at …; name such a node, or use --limit or --depth.\n");
  }
}

}  // namespace

Result<int> LineageGraph(const Arguments& arguments) {
  if (arguments.up && arguments.down) {
    return Fail(Code::kInvalidArgument, "--up and --down: one of them; without both it is both");
  }
  const Server server = TRY(FindServer(arguments));
  const std::string dir = arguments.up ? "up" : arguments.down ? "down" : "both";
  const std::string body = TRY(Ask(server, arguments, "lineage",
                                   {{"node", arguments.id},
                                    {"dir", dir},
                                    {"depth", std::to_string(arguments.depth)},
                                    {"limit", std::to_string(arguments.limit.value_or(200))}}));
  if (arguments.json) {
    fmt::print("{}\n", body);
  } else {
    Print(TRY(Understood<native::LineageAnswer>(body)));
  }
  return 0;
}

}  // namespace galley::cli
