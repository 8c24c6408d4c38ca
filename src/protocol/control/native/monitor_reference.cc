#include <algorithm>
#include <optional>
#include <utility>

#include "domain/observe/drift.h"
#include "domain/observe/logged_rows.h"
#include "domain/registry/service.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/messages.h"
#include "protocol/control/native/monitor_shapes.h"
#include "protocol/control/native/reference_dataset.h"

namespace galley::native {
namespace {

using http::Method;
using journal::View;

constexpr std::string_view kActor = "anonymous";

/// A reference on its way, and what is known of its rows.
struct Making {
  observe::Monitor monitor;
  std::vector<observe::ColumnReference> before;  ///< Of the reference that is in force.
  observe::Reference reference;
  std::int64_t windows = 0;
  std::int64_t unreadable = 0;
};

Status Check(const SetReference& message) {
  const bool has_range = message.from || message.to;
  if (has_range == !message.dataset.empty()) {
    return Fail(Code::kInvalidArgument,
                "give either 'dataset' or 'from' and 'to', event times of closed windows");
  }
  if (has_range && !(message.from && message.to)) {
    return Fail(Code::kInvalidArgument, "give both 'from' and 'to'");
  }
  if (message.model.empty() != !message.version) {
    return Fail(Code::kInvalidArgument, "give both 'model' and 'version', or none of them");
  }
  if (has_range && message.version) {
    return Fail(Code::kInvalidArgument,
                "'model' and 'version' go with 'dataset': requests are of what answers now");
  }
  return {};
}

Result<Making> FromRequests(const Api& api, const http::Request& request,
                            const SetReference& message) {
  Making making;
  observe::LoggedRows logged;
  WindowRange range;
  TRY(api.store.Read(Project(request), [&](const View& view) -> Status {
    making.monitor = TRY(observe::GetMonitor(view.db, view.project, request.Captured("name")));
    range = TRY(WindowsBetween(making.monitor, *message.from, *message.to));
    logged =
        TRY(observe::LoggedRowsOf(view.db, view.project, making.monitor, range.first, range.last));
    making.before = TRY(observe::ListReferences(view.db, making.monitor));
    return {};
  }));
  making.reference = TRY(observe::MakeReference(making.monitor, logged.csv));
  const double width = making.monitor.settings.width();
  making.reference.source.source = "requests";
  making.reference.source.from = static_cast<double>(range.first) * width;
  making.reference.source.to = static_cast<double>(range.last + 1) * width;
  making.windows = logged.windows;
  making.unreadable = logged.unreadable;
  return making;
}

Result<Making> FromDataset(const Api& api, const http::Request& request,
                           const SetReference& message) {
  constexpr std::string_view kField = "dataset";
  Making making;
  ReferredVersion found;
  TRY(api.store.Read(Project(request), [&](const View& view) -> Status {
    making.monitor = TRY(observe::GetMonitor(view.db, view.project, request.Captured("name")));
    found = TRY(FindReferred(view, making.monitor, message.dataset, kField));
    making.before = TRY(observe::ListReferences(view.db, making.monitor));
    if (message.version) {
      TRY(registry::GetVersion(view.db, view.project, message.model, *message.version));
    }
    return {};
  }));
  making.reference = TRY(ReadReferred(api, Project(request), making.monitor, found, kField));
  return making;
}

ReferenceAnswer AnswerOf(const Making& making) {
  const auto& reference = making.reference;
  ReferenceAnswer answer{.monitor = making.monitor.name,
                         .from = reference.source.from,
                         .to = reference.source.to,
                         .windows = making.windows,
                         .rows = reference.rows,
                         .unreadable = making.unreadable};
  if (!reference.source.dataset.empty()) {
    answer.dataset = reference.source.dataset;
    answer.version = reference.source.version;
    answer.digest = reference.source.digest;
  }
  answer.sha256 = reference.sha256;
  if (!making.before.empty()) {
    answer.rows_before = static_cast<std::int64_t>(making.before.front().histogram.n());
  }
  for (const auto& column : reference.columns) {
    ReferenceColumn& shown = answer.columns.emplace_back();
    shown.column = column.column;
    shown.threshold = column.threshold;
    shown.blocks = column.blocks;
    const auto old =
        std::ranges::find(making.before, column.column, &observe::ColumnReference::column);
    if (old != making.before.end()) shown.threshold_before = old->threshold;
  }
  return answer;
}

/// The rows of windows or of a dataset version become the reference, or would.
Result<http::Response> Refer(const Api& api, const http::Request& request) {
  const auto message = TRY(BodyOf<SetReference>(request));
  TRY(Check(message));
  // Outside of the transaction: nobody else's write waits for it.
  const Making making = TRY(message.dataset.empty() ? FromRequests(api, request, message)
                                                    : FromDataset(api, request, message));
  if (!message.dry_run) {
    TRY(api.store.WriteAndWait(
        db::WriteClass::kInteractive, Project(request), std::string(kActor),
        [&](journal::Change& change) -> Status {
          if (!message.version) {
            return observe::SetReference(change, making.monitor, making.reference);
          }
          const auto version =
              TRY(registry::GetVersion(change.db, change.project, message.model, *message.version));
          return observe::KeepReference(change, making.monitor, making.reference, version.id);
        }));
  }
  ReferenceAnswer answer = AnswerOf(making);
  answer.dry_run = message.dry_run;
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

Result<MonitorReferenceAnswer> Get(const View& view, const Nothing& /*message*/,
                                   const http::Request& request) {
  const auto monitor = TRY(observe::GetMonitor(view.db, view.project, request.Captured("name")));
  MonitorReferenceAnswer answer{.reference = {},
                                .trained_on = TRY(TrainedOnOf(view, monitor.settings.endpoint))};
  if (const auto known = TRY(observe::FindSource(view.db, monitor, std::nullopt))) {
    answer.reference = ReferenceMessageOf(*known);
  }
  return answer;
}

}  // namespace

MonitorReference ReferenceMessageOf(const observe::KnownSource& known) {
  const observe::ReferenceSource& source = known.source;
  MonitorReference message{.source = source.source,
                           .rows = known.rows,
                           .sha256 = known.sha256,
                           .from = source.from,
                           .to = source.to};
  message.actor = known.actor;
  message.set_ms = known.set_ms;
  if (source.dataset.empty()) return message;
  message.dataset = source.dataset;
  message.version = source.version;
  message.version_id = source.version_id.Hex();
  message.digest = source.digest;
  return message;
}

void AddMonitorReference(std::vector<http::Route>& routes, const Api& api) {
  AddRead(routes, api, "monitors/{name}/reference", Get);
  routes.push_back(
      WorkRoute(api, Method::kPost, "monitors/{name}/reference", policy::Right::kTrack, Refer,
                {.body = &SetReference::kSchema, .answer = &ReferenceAnswer::kSchema}));
}

}  // namespace galley::native
