#include "app/cli/datasets.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <thread>

#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/print.h"
#include "foundation/http/url.h"
#include "foundation/io/clock.h"
#include "foundation/io/errno.h"
#include "foundation/io/fd.h"
#include "foundation/schema/encode.h"
#include "foundation/yaml/yaml.h"
#include "protocol/control/native/data_messages.h"

namespace galley::cli {
namespace {

constexpr int kAttemptsMax = 20;
constexpr auto kPause = std::chrono::milliseconds(500);
constexpr std::size_t kShortDigest = 12;
constexpr std::int64_t kProgressBytes = std::int64_t{64} << 20U;

/// The version that is meant, and of which kind it is.
struct Meant {
  std::string version;
  native::Dataset dataset;

  bool is_files() const { return dataset.kind == kFilesKind; }
  std::int64_t number() const { return std::strtoll(version.c_str(), nullptr, 10); }
};
Result<Meant> MeantBy(const Server& server, const Arguments& arguments, const NameAt& named) {
  auto dataset = TRY(FindDataset(server, arguments, named.name));
  if (!dataset) return Fail(Code::kNotFound, "there is no dataset '{}'", named.name);
  std::string version = named.version;
  if (version.empty() && dataset->latest) version = std::to_string(dataset->latest->version);
  if (version.empty()) {
    return Fail(Code::kNotFound, "the dataset '{}' has no version yet", named.name);
  }
  return Meant{std::move(version), *std::move(dataset)};
}

Result<std::string> FormatOf(const std::string& path, const Arguments& arguments) {
  if (!arguments.format.empty()) return arguments.format;
  constexpr std::pair<std::string_view, std::string_view> kEndings[] = {
      {".parquet", "parquet"}, {".pq", "parquet"}, {".csv", "csv"},
      {".json", "json"},       {".jsonl", "json"}, {".ndjson", "json"}};
  for (const auto& [ending, format] : kEndings) {
    if (path.ends_with(ending)) return std::string(format);
  }
  return Fail(Code::kInvalidArgument,
              "the name of '{}' does not say what it is; give --format parquet, csv or json", path);
}

/// Sends a file's bytes ahead of the commit that reads them.
Result<native::UploadedFile> UploadFile(const Server& server, const Arguments& arguments,
                                        const std::string& path) {
  const std::string format = TRY(FormatOf(path, arguments));
  const io::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::unexpected(io::ErrnoError("opening " + path));
  struct stat facts{};
  if (::fstat(file.get(), &facts) != 0) return std::unexpected(io::ErrnoError("reading " + path));
  if (!S_ISREG(facts.st_mode)) return Fail(Code::kInvalidArgument, "'{}' is no file", path);
  if (facts.st_size > kProgressBytes) {
    fmt::print(stderr, "Sending {}, {} ...\n", Clean(path), Bytes(facts.st_size));
  }
  const std::string body =
      TRY(SendFile(server, arguments, file.get(), static_cast<std::uint64_t>(facts.st_size)));
  const auto answer = TRY(Understood<native::UploadAnswer>(body));
  return native::UploadedFile{answer.sha256, path.substr(path.rfind('/') + 1), format};
}

/// Whether the command line means files as they are, not a table's rows.
bool MeansFiles(const Arguments& arguments) {
  struct stat facts{};
  if (arguments.as_files) return true;
  return arguments.files.size() == 1 && ::stat(arguments.files.front().c_str(), &facts) == 0 &&
         S_ISDIR(facts.st_mode);
}

void PrintFacts(const std::string& name, const native::DatasetVersion& version,
                const std::string& location) {
  const Screen screen = ScreenOfOutput();
  PrintTitle(fmt::format("Dataset {}@{}", name, version.version));
  Table table = Facts();
  AddFact(table, "id", version.id, Colour::kYellow);
  AddFact(table, "digest", version.digest);
  if (version.parent) AddFact(table, "parent", *version.parent);
  AddFact(
      table, "rows",
      fmt::format("{}  (+{} -{}, {})", version.rows, version.added, version.removed, version.mode));
  AddFact(table, "files", fmt::format("{}, {}", version.files, Bytes(version.bytes)));
  if (!version.source.empty()) AddFact(table, "source", version.source);
  if (!version.message.empty()) AddFact(table, "message", version.message);
  if (!version.batch.empty()) AddFact(table, "batch", version.batch);
  AddFact(table, "by",
          fmt::format("{}, {}", version.actor, Ago(version.created_ms, io::SystemClock().NowMs())));
  if (!location.empty()) AddFact(table, "folder", location);
  if (!version.outcome.empty()) {
    AddFact(table, "contract", version.outcome,
            version.outcome == "passed" ? Colour::kGreen : Colour::kYellow);
  }
  fmt::print("{}\n{}\n", table.Text(screen), Paint(screen, Colour::kBold, "Columns"));
  if (version.rows == 0) {
    Table columns({{.shrinks = true}, {}}, 2);
    for (const auto& column : version.columns) {
      columns.Add({{column.name}, {column.type, Colour::kDim}});
    }
    fmt::print("{}", columns.Text(screen));
  }
}

/// The first rows, in the columns that they have.
void PrintRows(const native::RowsAnswer& answer) {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> lines;
  for (const schema::JsonObject& row : answer.rows) {
    const auto document = yaml::Parse(row.text, "a row");
    if (!document) continue;
    std::vector<Cell> line;
    for (const auto& [name, place, value] : document->root.entries) {
      const bool is_text = value.kind == yaml::Kind::kText || value.kind == yaml::Kind::kBool;
      if (lines.empty()) {
        columns.push_back({.title = name, .right = !is_text, .shrinks = is_text});
      }
      const bool is_null = value.kind == yaml::Kind::kNull;
      line.push_back({is_null ? "null" : value.text, is_null ? Colour::kDim : Colour::kPlain});
    }
    lines.push_back(std::move(line));
  }
  Table table(std::move(columns));
  for (std::vector<Cell>& line : lines) table.Add(std::move(line));
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

}  // namespace

Result<NameAt> ParseNameAt(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos) return NameAt{std::string(text), ""};
  const std::string_view version = text.substr(at + 1);
  const std::string_view digits = version.substr(version.starts_with('r') ? 1 : 0);
  if (!digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos) {
    return NameAt{std::string(text.substr(0, at)), std::string(version)};
  }
  return Fail(Code::kInvalidArgument,
              "'{}' must be NAME@VERSION, such as sales@3, or sales@r1 for a rejected one", text);
}

std::string DatasetPath(std::string_view name) {
  return "datasets/" + http::PercentEncode(name);
}

Result<std::optional<native::Dataset>> FindDataset(const Server& server, const Arguments& arguments,
                                                   const std::string& name) {
  auto body = Ask(server, arguments, DatasetPath(name));
  if (!body && body.error().code == Code::kNotFound) return std::optional<native::Dataset>();
  return std::optional(TRY(Understood<native::DatasetAnswer>(TRY(std::move(body)))).dataset);
}

Result<std::string> VersionOf(const Server& server, const Arguments& arguments,
                              const NameAt& named) {
  if (!named.version.empty()) return named.version;
  const auto dataset = TRY(FindDataset(server, arguments, named.name));
  if (!dataset) return Fail(Code::kNotFound, "there is no dataset '{}'", named.name);
  if (dataset->latest) return std::to_string(dataset->latest->version);
  return Fail(Code::kNotFound, "the dataset '{}' has no version yet", named.name);
}

Result<std::string> SendCommit(const Server& server, const Arguments& arguments,
                               std::string_view path, const std::string& body) {
  for (int attempt = 1;; ++attempt) {
    auto answer = Tell(server, arguments, http::Method::kPost,
                       fmt::format("{}/{}", DatasetPath(arguments.id), path), body);
    const bool busy = !answer && answer.error().code == Code::kUnavailable &&
                      answer.error().message.contains("try again");
    if (!busy || attempt == kAttemptsMax) return answer;
    std::this_thread::sleep_for(kPause);
  }
}

std::string Counted(std::int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

Result<int> CommitDataset(const Arguments& arguments) {
  if (MeansFiles(arguments)) return CommitFiles(arguments);
  const Server server = TRY(FindServer(arguments));
  native::CommitDataset message{.mode = arguments.mode,
                                .keys = arguments.keys,
                                .where = arguments.where,
                                .source = arguments.source,
                                .message = arguments.message,
                                .batch = arguments.batch};
  for (const std::string& path : arguments.files) {
    message.uploads.push_back(TRY(UploadFile(server, arguments, path)));
  }
  const std::string body = TRY(SendCommit(server, arguments, "versions",
                                          schema::ToJson(message, schema::EmptyLists::kWrite)));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto version = TRY(Understood<native::DatasetVersionAnswer>(body)).version;
  fmt::print("{}@{}  {}  +{} -{}, {} in {}\n", Clean(arguments.id), version.version,
             version.digest.substr(0, kShortDigest), version.added, version.removed,
             Counted(version.rows, "row"), Counted(version.files, "file"));
  return 0;
}

Result<int> ListDatasets(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(Ask(server, arguments, "datasets"));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::DatasetsAnswer>(body));
  Table table({{.title = "NAME", .shrinks = true},
               {.title = "KIND"},
               {.title = "VERSION", .right = true},
               {.title = "ROWS", .right = true},
               {.title = "COLUMNS", .right = true},
               {.title = "FILES", .right = true},
               {.title = "SIZE", .right = true},
               {.title = "CHANGED"}});
  const std::int64_t now_ms = io::SystemClock().NowMs();
  for (const auto& dataset : answer.datasets) {
    const auto version = dataset.latest.value_or(native::DatasetVersion{});
    const bool is_files = dataset.kind == kFilesKind;
    table.Add({{dataset.name, Colour::kCyan},
               {dataset.kind},
               {std::to_string(version.version)},
               {is_files ? "" : std::to_string(version.rows)},
               {is_files ? "" : std::to_string(version.columns.size())},
               {std::to_string(version.files)},
               {Bytes(version.bytes)},
               {Ago(version.created_ms, now_ms), Colour::kDim}});
  }
  if (table.empty()) {
    fmt::print(stderr, "There is no dataset yet; 'galley dataset commit NAME FILE' makes one.\n");
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
  return 0;
}

Result<int> ShowDataset(const Arguments& arguments) {
  const NameAt dataset = TRY(ParseNameAt(arguments.id));
  const Server server = TRY(FindServer(arguments));
  const Meant meant = TRY(MeantBy(server, arguments, dataset));
  if (meant.is_files()) return ShowFiles(server, arguments, dataset.name, meant.number());
  const std::string path = fmt::format("{}/versions/{}", DatasetPath(dataset.name), meant.version);
  if (arguments.rows) {
    const std::string rows =
        TRY(Ask(server, arguments, path + "/rows", {{"limit", std::to_string(*arguments.rows)}}));
    if (arguments.json) {
      fmt::print("{}\n", rows);
    } else {
      PrintRows(TRY(Understood<native::RowsAnswer>(rows)));
    }
    return 0;
  }
  const std::string body = TRY(Ask(server, arguments, path));
  if (arguments.json) {
    fmt::print("{}\n",
               arguments.statistics ? TRY(Ask(server, arguments, path + "/statistics")) : body);
    return 0;
  }
  PrintFacts(dataset.name, TRY(Understood<native::DatasetVersionAnswer>(body)).version,
             meant.dataset.location);
  TRY(PrintStatistics(TRY(Ask(server, arguments, path + "/statistics"))));
  return 0;
}

Result<int> LogDataset(const Arguments& arguments) {
  constexpr std::int64_t kStandard = 20;
  const Server server = TRY(FindServer(arguments));
  const std::string body =
      TRY(Ask(server, arguments, DatasetPath(arguments.id) + "/versions",
              {{"limit", std::to_string(arguments.limit.value_or(kStandard))}}));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::DatasetVersionsAnswer>(body));
  Table table({{.title = "VERSION", .right = true},
               {.title = "DIGEST"},
               {.title = "MODE"},
               {.title = "ADDED", .right = true},
               {.title = "REMOVED", .right = true},
               {.title = "CHANGED", .right = true},
               {.title = "ROWS", .right = true},
               {.title = "FILES", .right = true},
               {.title = "CHECKS"},
               {.title = "WHEN"},
               {.title = "SOURCE, MESSAGE", .shrinks = true}});
  const std::int64_t now_ms = io::SystemClock().NowMs();
  for (const auto& version : answer.versions) {
    const bool is_files = version.mode == kFilesKind;
    const std::string gap = version.source.empty() || version.message.empty() ? "" : ", ";
    table.Add({{std::to_string(version.version), Colour::kCyan},
               {version.digest.substr(0, kShortDigest), Colour::kYellow},
               {version.mode},
               {std::to_string(version.added)},
               {std::to_string(version.removed)},
               {is_files ? std::to_string(version.changed) : ""},
               {is_files ? "" : std::to_string(version.rows)},
               {std::to_string(version.files)},
               {version.outcome.empty() ? "-" : version.outcome,
                version.outcome == "warned" ? Colour::kYellow : Colour::kPlain},
               {Ago(version.created_ms, now_ms), Colour::kDim},
               {version.source + gap + version.message}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
  if (answer.has_more) SayMore(arguments);
  return 0;
}

Result<int> DiffDataset(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  Parameters parameters{{"from", std::to_string(arguments.from_version)},
                        {"to", std::to_string(arguments.to_version)}};
  std::string keys;
  for (const std::string& key : arguments.keys) keys += (keys.empty() ? "" : ",") + key;
  if (!keys.empty()) parameters.emplace_back("keys", keys);
  if (arguments.limit) parameters.emplace_back("limit", std::to_string(*arguments.limit));
  const auto dataset = TRY(FindDataset(server, arguments, arguments.id));
  const std::string body =
      TRY(Ask(server, arguments, DatasetPath(arguments.id) + "/diff", parameters));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  if (dataset && dataset->kind == kFilesKind) {
    TRY(PrintFileChanges(arguments, body));
    return 0;
  }
  const auto answer = TRY(Understood<native::DifferenceAnswer>(body));
  const Screen screen = ScreenOfOutput();
  fmt::print("{}  {}  ", Paint(screen, Colour::kGreen, fmt::format("+{}", answer.added)),
             Paint(screen, Colour::kRed, fmt::format("-{}", answer.removed)));
  if (!keys.empty()) {
    fmt::print("{}  ", Paint(screen, Colour::kYellow, fmt::format("~{}", answer.changed)));
  }
  fmt::print("rows; {} the same\n", answer.same);
  Table table({{.shrinks = true}, {}, {}, {}}, 2);
  for (const auto& change : answer.columns) {
    table.Add({{change.name},
               {change.before.empty() ? "new" : change.before, Colour::kRed},
               {"→", Colour::kDim},
               {change.after.empty() ? "gone" : change.after, Colour::kGreen}});
  }
  if (!table.empty()) fmt::print("Columns\n{}", table.Text(screen));
  const auto statistics = [&](std::int64_t version) {
    return Ask(server, arguments,
               fmt::format("{}/versions/{}/statistics", DatasetPath(arguments.id), version));
  };
  TRY(PrintStatisticsChange(TRY(statistics(arguments.from_version)),
                            TRY(statistics(arguments.to_version))));
  return 0;
}

Result<int> CheckOutDataset(const Arguments& arguments) {
  const NameAt dataset = TRY(ParseNameAt(arguments.id));
  const Server server = TRY(FindServer(arguments));
  const Meant meant = TRY(MeantBy(server, arguments, dataset));
  if (meant.is_files()) return CheckOutFiles(server, arguments, dataset.name, meant.number());
  const std::string format = TRY(FormatOf(arguments.to, arguments));
  // Under another name until it is whole.
  const std::string part = arguments.to + ".part";
  const io::UniqueFd file(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file) return std::unexpected(io::ErrnoError("creating " + part));
  const Status fetched =
      FetchFile(server, arguments,
                fmt::format("{}/versions/{}/export", DatasetPath(dataset.name), meant.version),
                {{"format", format}}, file.get());
  if (!fetched) {
    ::unlink(part.c_str());
    return std::unexpected(fetched.error());
  }
  if (std::rename(part.c_str(), arguments.to.c_str()) != 0) {
    return std::unexpected(io::ErrnoError("naming " + arguments.to));
  }
  fmt::print(stderr, "{}@{} is in {}\n", Clean(dataset.name), meant.version, Clean(arguments.to));
  return 0;
}

}  // namespace galley::cli
