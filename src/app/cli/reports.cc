#include <cmath>

#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/print.h"
#include "app/cli/report_page.h"
#include "app/cli/report_sections.h"
#include "foundation/http/url.h"
#include "foundation/io/file.h"
#include "foundation/schema/encode.h"
#include "foundation/yaml/yaml.h"
#include "protocol/control/native/report_messages.h"

namespace galley::cli {
namespace {

constexpr unsigned kPageMode = 0644;

template <typename T>
Result<T> ReadNumbers(const std::string& path) {
  const yaml::Document document = TRY(yaml::Parse(TRY(io::ReadFile(path, yaml::kBytesMax)), path));
  return yaml::Decode<T>(document, document.root, "");
}

Status CheckPrice(std::string_view flag, const std::optional<double>& price) {
  if (!price || (std::isfinite(*price) && *price >= 0)) return {};
  return Fail(Code::kInvalidArgument, "'{}' must be a number of 0 or more, not {}", flag, *price);
}

/// What the server does not know.
Status AddOwn(const Arguments& arguments, ledger::Report& report) {
  report.note = arguments.note;
  if (!arguments.before_file.empty()) {
    const auto before = TRY(ReadNumbers<ledger::Before>(arguments.before_file));
    TRY(Context(ledger::AddBefore(before, report), arguments.before_file));
  }
  if (!arguments.clients_file.empty()) {
    const auto clients = TRY(ReadNumbers<ledger::Clients>(arguments.clients_file));
    TRY(Context(ledger::AddClients(clients, report), arguments.clients_file));
  }
  TRY(CheckPrice("--usd-per-cpu-hour", arguments.usd_per_cpu_hour));
  TRY(CheckPrice("--usd-per-gib-month", arguments.usd_per_gib_month));
  ledger::AddPrices({arguments.usd_per_cpu_hour, arguments.usd_per_gib_month}, report.cost);
  return {};
}

void PrintReport(const ledger::Report& report) {
  const Screen screen = ScreenOfOutput();
  PrintTitle(fmt::format("Report of endpoint {}", report.endpoint));
  fmt::print("{}\n", Paint(screen, Colour::kDim, Clean(AboutText(report))));
  for (const ReportSection& section : SectionsOf(report)) {
    fmt::print("\n");
    if (!section.title.empty()) PrintTitle(section.title);
    for (const std::string& line : section.lines) fmt::print("  {}\n", Clean(line));
    for (const ReportTable& shown : section.tables) {
      if (!shown.title.empty()) fmt::print("\n  {}\n", Clean(shown.title));
      Table table(shown.columns, 2);
      for (const auto& row : shown.rows) table.Add(row);
      fmt::print("{}", table.Text(screen));
    }
  }
}

}  // namespace

Result<int> ShowReportOf(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  Parameters parameters;
  if (!arguments.monitor.empty()) parameters.emplace_back("monitor", arguments.monitor);
  const std::string body =
      TRY(Ask(server, arguments,
              fmt::format("endpoints/{}/report", http::PercentEncode(arguments.id)), parameters));
  auto answer = TRY(Understood<native::ReportAnswer>(body));
  TRY(AddOwn(arguments, answer.report));
  if (!arguments.html.empty()) {
    TRY(io::ReplaceFile(arguments.html, PageOf(answer.report), kPageMode));
  }
  if (arguments.json) {
    fmt::print("{}\n", schema::ToJson(answer, schema::EmptyLists::kWrite));
  } else {
    PrintReport(answer.report);
  }
  return 0;
}

}  // namespace galley::cli
