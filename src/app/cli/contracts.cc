#include <algorithm>

#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/datasets.h"
#include "app/cli/print.h"
#include "app/cli/project_file.h"
#include "domain/data/contract.h"
#include "domain/data/report.h"
#include "foundation/io/clock.h"
#include "foundation/io/file.h"
#include "protocol/control/native/contract_messages.h"

namespace galley::cli {
namespace {

constexpr std::size_t kShortDigest = 12;

struct NamedContract {
  std::string dataset;
  data::Contract contract;
};

std::string FolderOf(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

/// A contract in place, or in the ODCS file whose path stands there.
Result<data::Contract> ContractAt(const yaml::Document& document, const yaml::Node& node,
                                  const std::string& dataset, const std::string& where) {
  if (node.kind != yaml::Kind::kText) return data::ReadContract(document, node, where);
  const std::string path =
      node.text.starts_with('/') ? node.text : FolderOf(document.label) + node.text;
  const auto text = io::ReadFile(path, yaml::kBytesMax);
  if (!text) {
    return std::unexpected(
        yaml::ErrorAt(document, node.place, fmt::format("'{}': {}", where, text.error().message)));
  }
  const yaml::Document other = TRY(yaml::Parse(*text, path));
  return data::ReadOdcs(other, dataset);
}

Result<std::vector<NamedContract>> ReadProject(const std::string& path) {
  const yaml::Document document = TRY(ReadProjectFile(path));
  std::vector<NamedContract> contracts;
  const yaml::Node* datasets = document.root.Find("datasets");
  if (datasets == nullptr || datasets->kind == yaml::Kind::kNull) return contracts;
  if (datasets->kind != yaml::Kind::kMap) {
    return std::unexpected(
        yaml::ErrorAt(document, datasets->place, "'datasets' must be a mapping of names"));
  }
  for (const auto& [name, place, dataset] : datasets->entries) {
    for (const yaml::Entry& entry : dataset.entries) {
      if (entry.key == "contract") continue;
      return std::unexpected(yaml::ErrorAt(
          document, entry.place,
          fmt::format("there is no key 'datasets.{}.{}'; there is: contract", name, entry.key)));
    }
    const yaml::Node* contract = dataset.Find("contract");
    if (contract == nullptr) {
      return std::unexpected(yaml::ErrorAt(
          document, place, fmt::format("'datasets.{}' must have a 'contract'", name)));
    }
    const std::string where = fmt::format("datasets.{}.contract", name);
    contracts.push_back({name, TRY(ContractAt(document, *contract, name, where))});
  }
  return contracts;
}

Colour ColourOfOutcome(std::string_view outcome, std::string_view severity) {
  if (outcome == data::kPassed) return Colour::kGreen;
  if (outcome == data::kSkipped) return Colour::kDim;
  return severity == "warning" ? Colour::kYellow : Colour::kRed;
}

void PrintReport(const std::string& name, const data::Report& report) {
  const Screen screen = ScreenOfOutput();
  PrintTitle(fmt::format("Report of {}: {}", name, report.outcome));
  Table table({{.title = "CHECK"},
               {.title = "RULE"},
               {.title = "OUTCOME"},
               {.title = "ROWS", .right = true},
               {.title = "FOUND", .shrinks = true}},
              2);
  for (const auto& check : report.checks) {
    const bool is_warning = check.severity == "warning" && check.outcome == data::kFailed;
    table.Add(
        {{check.id, Colour::kCyan},
         {check.rule},
         {is_warning ? "warning" : check.outcome, ColourOfOutcome(check.outcome, check.severity)},
         {check.rows == 0 ? "" : std::to_string(check.rows)},
         {check.detail}});
  }
  fmt::print("{}", table.Text(screen));
  if (report.late > 0) fmt::print("{} late rows were put aside.\n", report.late);
  for (const auto& check : report.checks) {
    if (check.outcome != data::kFailed || check.examples.empty()) continue;
    fmt::print("\n{}\n", Paint(screen, Colour::kBold, Clean(check.id) + ", for example"));
    for (const auto& example : check.examples) fmt::print("  {}\n", Clean(example.text));
  }
}

Result<int> AnswerWithReport(const Arguments& arguments, const std::string& name,
                             const std::string& body) {
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  PrintReport(name, TRY(data::ParseReport(body)));
  return 0;
}

/// `a, b`, or of a long list its ends.
std::string Listed(const yaml::Node& list) {
  constexpr std::size_t kWhole = 4;
  const auto& items = list.items;
  if (items.size() > kWhole) {
    return fmt::format("{} … {} ({})", items.front().text, items.back().text, items.size());
  }
  std::string text;
  for (const yaml::Node& item : items) text += (text.empty() ? "" : ", ") + item.text;
  return text;
}

/// What a rule is called with, in words.
std::string ParametersOf(const data::Check& check) {
  data::Check rest = check;
  rest.id.clear();
  rest.rule.clear();
  rest.severity.clear();
  rest.description.clear();
  const data::Contract alone{.columns = {}, .checks = {rest}, .watermark = {}};
  const auto document = yaml::Parse(data::ContractJson(alone), "contract");
  std::string text;
  if (!document) return text;
  for (const auto& [key, place, value] : document->root.Find("checks")->items[0].entries) {
    const std::string shown = value.IsScalar() ? value.text : Listed(value);
    if (!shown.empty()) text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", key, shown);
  }
  return text;
}

}  // namespace

Result<int> ApplyContracts(const Arguments& arguments) {
  const auto contracts = TRY(ReadProject(arguments.file));
  if (contracts.empty()) {
    fmt::print(stderr, "{} has no datasets with contracts.\n", Clean(arguments.file));
    return 0;
  }
  if (!arguments.dry_run) {
    const Server server = TRY(FindServer(arguments));
    for (const auto& [dataset, contract] : contracts) {
      TRY(Context(Tell(server, arguments, http::Method::kPut, DatasetPath(dataset) + "/contract",
                       data::ContractJson(contract)),
                  dataset));
    }
  }
  for (const auto& [dataset, contract] : contracts) {
    fmt::print("{}: {} checks {}\n", Clean(dataset), contract.checks.size(),
               arguments.dry_run ? "read" : "in force");
  }
  return 0;
}

Result<int> ShowContract(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string path = DatasetPath(arguments.id) + "/contract";
  if (arguments.remove) {
    TRY(Tell(server, arguments, http::Method::kDelete, path, ""));
    fmt::print("{} has no contract any more.\n", Clean(arguments.id));
    return 0;
  }
  const std::string body = TRY(Ask(server, arguments, path));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::ContractAnswer>(body));
  PrintTitle(fmt::format("Contract {} of {}, {}, set {}", answer.number, arguments.id,
                         answer.digest.substr(0, kShortDigest),
                         Ago(answer.created_ms, io::SystemClock().NowMs())));
  Table table({{.title = "CHECK"},
               {.title = "RULE"},
               {.title = "SEVERITY"},
               {.title = "WITH", .shrinks = true},
               {.title = "WHAT", .shrinks = true}},
              2);
  for (const auto& check : answer.contract.checks) {
    table.Add({{check.id, Colour::kCyan},
               {check.rule},
               {check.severity, check.IsWarning() ? Colour::kYellow : Colour::kPlain},
               {ParametersOf(check)},
               {check.description, Colour::kDim}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
  return 0;
}

Result<int> ShowReport(const Arguments& arguments) {
  const NameAt dataset = TRY(ParseNameAt(arguments.id));
  const Server server = TRY(FindServer(arguments));
  const std::string version = TRY(VersionOf(server, arguments, dataset));
  const std::string body = TRY(Ask(
      server, arguments, fmt::format("{}/versions/{}/report", DatasetPath(dataset.name), version)));
  return AnswerWithReport(arguments, fmt::format("{}@{}", dataset.name, version), body);
}

Result<int> CheckDataset(const Arguments& arguments) {
  const NameAt dataset = TRY(ParseNameAt(arguments.id));
  const Server server = TRY(FindServer(arguments));
  const std::string version = TRY(VersionOf(server, arguments, dataset));
  const std::string body =
      TRY(Tell(server, arguments, http::Method::kPost,
               fmt::format("{}/versions/{}/check", DatasetPath(dataset.name), version), ""));
  TRY(AnswerWithReport(arguments, fmt::format("{}@{}", dataset.name, version), body));
  return TRY(data::ParseReport(body)).IsRejected() ? 1 : 0;
}

Result<int> ListRejected(const Arguments& arguments) {
  constexpr std::int64_t kStandard = 20;
  const Server server = TRY(FindServer(arguments));
  const std::string body =
      TRY(Ask(server, arguments, DatasetPath(arguments.id) + "/rejected",
              {{"limit", std::to_string(arguments.limit.value_or(kStandard))}}));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::RejectedAnswer>(body));
  Table table({{.title = "VERSION"},
               {.title = "MODE"},
               {.title = "ROWS", .right = true},
               {.title = "BATCH"},
               {.title = "WHEN"},
               {.title = "WHY", .shrinks = true}});
  const std::int64_t now_ms = io::SystemClock().NowMs();
  for (const auto& version : answer.rejected) {
    table.Add({{version.version, Colour::kRed},
               {version.mode},
               {std::to_string(version.rows)},
               {version.batch},
               {Ago(version.created_ms, now_ms), Colour::kDim},
               {version.failures}});
  }
  if (table.empty()) fmt::print(stderr, "No commit broke the contract.\n");
  fmt::print("{}", table.Text(ScreenOfOutput()));
  if (answer.has_more) SayMore(arguments);
  return 0;
}

}  // namespace galley::cli
