#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/print.h"
#include "foundation/http/url.h"
#include "foundation/schema/encode.h"
#include "protocol/control/native/messages.h"
#include "protocol/control/native/runs_messages.h"

namespace galley::cli {
namespace {

/// The whole ids that the arguments begin.
Result<std::vector<std::string>> WholeIds(const Server& server, const Arguments& arguments) {
  std::vector<std::string> ids;
  for (const std::string& id : arguments.ids) {
    const std::string body =
        TRY(Ask(server, arguments, fmt::format("runs/{}", http::PercentEncode(id))));
    ids.push_back(TRY(Understood<native::RunAnswer>(body)).run.id);
  }
  return ids;
}

std::string Summary(const native::RunsBulkAnswer& answer, std::string_view done) {
  std::string text = fmt::format("{} {} {}{}", answer.changed, answer.changed == 1 ? "run" : "runs",
                                 answer.dry_run ? "would be " : "", done);
  if (answer.unchanged > 0) text += fmt::format("; {} unchanged", answer.unchanged);
  if (answer.running > 0) text += fmt::format("; {} of them still running", answer.running);
  for (const auto& refusal : answer.refusals) {
    text +=
        fmt::format("\nrefused: {} {}: {}", refusal.id.substr(0, 12), refusal.name, refusal.reason);
  }
  return text;
}

/// 1 if a run was refused.
Result<int> Send(const Server& server, const Arguments& arguments, native::RunsBulk message,
                 std::string_view done) {
  message.dry_run = arguments.dry_run;
  const std::string body = TRY(Tell(server, arguments, http::Method::kPost, "runs/bulk",
                                    schema::ToJson(message, schema::EmptyLists::kOmit)));
  const auto answer = TRY(Understood<native::RunsBulkAnswer>(body));
  SayDone(arguments, body, Summary(answer, done));
  return answer.refused > 0 ? 1 : 0;
}

}  // namespace

Result<int> ArchiveRuns(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  return Send(server, arguments, {.action = "delete", .ids = TRY(WholeIds(server, arguments))},
              "archived");
}

Result<int> RestoreRuns(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  return Send(server, arguments, {.action = "restore", .ids = TRY(WholeIds(server, arguments))},
              "restored");
}

Result<int> TagRuns(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  std::vector<native::RunsBulk> changes;
  for (const std::string& tag : arguments.tags) {
    const auto equals = tag.find('=');
    if (!arguments.remove && equals == std::string::npos) {
      return Fail(Code::kInvalidArgument, "--set: '{}' must be KEY=VALUE", tag);
    }
    native::RunsBulk& change = changes.emplace_back();
    change.action = arguments.remove ? "untag" : "tag";
    change.key = arguments.remove ? tag : tag.substr(0, equals);
    if (!arguments.remove) change.value = tag.substr(equals + 1);
  }
  const auto ids = TRY(WholeIds(server, arguments));
  int code = 0;
  for (native::RunsBulk& change : changes) {
    change.ids = ids;
    const std::string done =
        fmt::format("{} {}", arguments.remove ? "rid of" : "tagged with", *change.key);
    code |= TRY(Send(server, arguments, std::move(change), done));
  }
  return code;
}

}  // namespace galley::cli
