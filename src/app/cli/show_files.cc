#include <fmt/core.h>

#include "app/cli/datasets.h"
#include "app/cli/print.h"
#include "foundation/io/clock.h"

namespace galley::cli {
namespace {

constexpr std::int64_t kShown = 20;
constexpr std::size_t kShortDigest = 12;

}  // namespace

Result<int> ShowFiles(const Server& server, const Arguments& arguments, const std::string& name,
                      std::int64_t number) {
  const std::string path = fmt::format("{}/versions/{}", DatasetPath(name), number);
  const std::string body = TRY(Ask(server, arguments, path));
  const std::int64_t limit = arguments.rows.value_or(kShown);
  if (arguments.json && !arguments.rows) {
    fmt::print("{}\n", body);
    return 0;
  }
  const std::string list =
      TRY(Ask(server, arguments, path + "/files", {{"limit", std::to_string(limit)}}));
  if (arguments.json) {
    fmt::print("{}\n", list);
    return 0;
  }
  const auto version = TRY(Understood<native::DatasetVersionAnswer>(body)).version;
  const auto files = TRY(Understood<native::TreeFilesAnswer>(list));
  const Screen screen = ScreenOfOutput();
  PrintTitle(fmt::format("Dataset {}@{}", name, version.version));
  Table table = Facts();
  AddFact(table, "id", version.id, Colour::kYellow);
  AddFact(table, "digest", version.digest);
  if (version.parent) AddFact(table, "parent", *version.parent);
  AddFact(table, "files",
          fmt::format("{}  (+{} -{} ~{}), {}", version.files, version.added, version.removed,
                      version.changed, Bytes(version.bytes)));
  if (!version.source.empty()) AddFact(table, "source", version.source);
  if (!version.message.empty()) AddFact(table, "message", version.message);
  if (!version.batch.empty()) AddFact(table, "batch", version.batch);
  AddFact(table, "by",
          fmt::format("{}, {}", version.actor, Ago(version.created_ms, io::SystemClock().NowMs())));
  fmt::print("{}\n{}\n", table.Text(screen), Paint(screen, Colour::kBold, "Files"));
  Table rows({{.shrinks = true}, {.right = true}, {}}, 2);
  for (const auto& file : files.files) {
    rows.Add({{file.path},
              {Bytes(file.bytes)},
              {file.sha256.value_or("").substr(0, kShortDigest), Colour::kDim}});
  }
  fmt::print("{}", rows.Text(screen));
  if (files.has_more) fmt::print(stderr, "There are more; --rows N shows up to 1000.\n");
  return 0;
}

Status PrintFileChanges(const Arguments& arguments, const std::string& body) {
  const auto answer = TRY(Understood<native::TreeDifferenceAnswer>(body));
  const Screen screen = ScreenOfOutput();
  fmt::print("{}  {}  {}  files; {} the same\n",
             Paint(screen, Colour::kGreen, fmt::format("+{}", answer.added)),
             Paint(screen, Colour::kRed, fmt::format("-{}", answer.removed)),
             Paint(screen, Colour::kYellow, fmt::format("~{}", answer.changed)), answer.same);
  Table table({{}, {.shrinks = true}, {.right = true}}, 2);
  for (const auto& file : answer.files) {
    const Cell mark = file.change == "added"     ? Cell{"+", Colour::kGreen}
                      : file.change == "removed" ? Cell{"-", Colour::kRed}
                                                 : Cell{"~", Colour::kYellow};
    table.Add({mark, {file.path}, {Bytes(file.bytes)}});
  }
  fmt::print("{}", table.Text(screen));
  if (answer.has_more) SayMore(arguments);
  return {};
}

}  // namespace galley::cli
