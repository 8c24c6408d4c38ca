#include "domain/watch/changes.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "domain/data/contracts.h"
#include "domain/data/service.h"
#include "foundation/schema/decode.h"
#include "storage/journal/journal.h"

namespace galley::watch {
namespace {

using journal::Event;
using schema::Field;
using schema::Of;

// The journal is read backwards in pages; what lies further back is not looked at.
constexpr std::int64_t kPage = 1000;
constexpr int kPagesMax = 100;

/// What details have in common that this room reads; the rest is passed over.
struct Detail {
  std::string name;
  std::string endpoint;
  std::string dataset;
  std::string pipeline;
  std::string model;
  std::string state;
  std::int64_t version = 0;
  std::int64_t number = 0;
  std::optional<data::Report> report;
  static const schema::Message kSchema;
};
constexpr Field kDetail[] = {
    Of<&Detail::name>("name"),       Of<&Detail::endpoint>("endpoint"),
    Of<&Detail::dataset>("dataset"), Of<&Detail::pipeline>("pipeline"),
    Of<&Detail::model>("model"),     Of<&Detail::state>("state"),
    Of<&Detail::version>("version"), Of<&Detail::number>("number"),
    Of<&Detail::report>("report"),
};
const schema::Message Detail::kSchema{"detail", kDetail};

/// The window whose predictions began, or went on, after a time.
std::int64_t WindowAt(const LookBack& seen, std::int64_t at_ms) {
  for (const WindowFacts& window : seen.windows) {
    if (window.made && window.made->last_ms >= at_ms) return window.window;
  }
  return seen.last;
}

bool IsOfDeployment(std::string_view kind) {
  return kind == "endpoint.changed" || kind == "endpoint.created" || kind.starts_with("rollout.");
}
bool IsOfDataset(std::string_view kind) {
  return kind == "dataset.committed" || kind == "dataset.rejected" ||
         kind == "dataset.contract_set";
}
bool IsOfPipeline(std::string_view kind) {
  return kind == "pipeline_run.ended" || kind == "pipeline_trigger.failed";
}

/// Events since a time that say something, the oldest first.
Result<std::vector<Event>> EventsSince(db::Connection& db, std::int64_t project,
                                       std::int64_t from_ms) {
  std::vector<Event> found;
  std::optional<std::int64_t> before;
  for (int page = 0; page < kPagesMax; ++page) {
    auto events =
        TRY(journal::ReadEvents(db, project, {.before = before, .subject = "", .limit = kPage}));
    if (events.empty()) break;
    before = events.back().sequence;
    const bool is_last = events.back().at_ms < from_ms;
    for (Event& event : events) {
      const std::string_view kind = event.kind;
      if (event.at_ms < from_ms) continue;
      if (!IsOfDeployment(kind) && !IsOfDataset(kind) && !IsOfPipeline(kind)) continue;
      found.push_back(std::move(event));
    }
    if (is_last) break;
  }
  std::ranges::reverse(found);
  return found;
}

/// The columns that a dataset's checks look at, by the check's id.
Result<std::map<std::string, std::vector<std::string>>> ColumnsOfChecks(db::Connection& db,
                                                                        std::int64_t project,
                                                                        const std::string& name) {
  std::map<std::string, std::vector<std::string>> columns;
  const auto dataset = data::GetDataset(db, project, name);
  if (!dataset) return columns;
  if (const auto stored = TRY(data::FindContract(db, dataset->row))) {
    for (const data::Check& check : stored->contract.checks) columns[check.id] = check.columns;
  }
  return columns;
}

/// Marks what failed for the first time, having passed before.
void MarkNew(std::vector<ChangeFacts>& changes) {
  std::map<std::string, std::set<std::string>> failed;  // By dataset.
  std::set<std::string> known;
  for (ChangeFacts& change : changes) {
    if (change.kind == "dataset.contract_set") continue;
    const std::string dataset = change.name.substr(0, change.name.find('@'));
    const bool has_before = !known.insert(dataset).second;
    for (Warning& warning : change.warnings) {
      warning.is_new = has_before && failed[dataset].insert(warning.check).second;
      if (!has_before) failed[dataset].insert(warning.check);
    }
  }
}

Status AddDataset(db::Connection& db, std::int64_t project, const Detail& detail,
                  ChangeFacts change, LookBack& seen) {
  const bool is_rejected = change.kind == "dataset.rejected";
  change.name = change.kind == "dataset.contract_set"
                    ? detail.dataset
                    : fmt::format("{}@{}{}", detail.dataset, is_rejected ? "r" : "",
                                  is_rejected ? detail.number : detail.version);
  if (detail.report) {
    change.outcome = detail.report->outcome;
    const auto columns = TRY(ColumnsOfChecks(db, project, detail.dataset));
    for (const data::CheckOutcome& check : detail.report->checks) {
      if (check.outcome != data::kFailed) continue;
      const auto found = columns.find(check.id);
      change.warnings.push_back(
          {.check = check.id,
           .detail = check.detail,
           .columns = found == columns.end() ? std::vector<std::string>() : found->second});
    }
  }
  seen.datasets.push_back(std::move(change));
  return {};
}

}  // namespace

Status GatherChanges(db::Connection& db, std::int64_t project, const observe::Monitor& monitor,
                     LookBack& seen) {
  const auto begin = std::ranges::find_if(
      seen.windows, [](const WindowFacts& window) { return window.made.has_value(); });
  if (begin == seen.windows.end()) return {};
  seen.times_known = true;
  for (const Event& event : TRY(EventsSince(db, project, begin->made->first_ms))) {
    const auto detail = schema::FromJson<Detail>(event.detail, {});
    if (!detail) continue;
    ChangeFacts change{.sequence = event.sequence,
                       .kind = event.kind,
                       .name = {},
                       .window = WindowAt(seen, event.at_ms),
                       .outcome = {},
                       .warnings = {}};
    if (IsOfDataset(event.kind)) {
      TRY(AddDataset(db, project, *detail, std::move(change), seen));
    } else if (IsOfPipeline(event.kind)) {
      change.name = fmt::format("{} run {}", detail->pipeline, detail->number);
      change.outcome = event.kind == "pipeline_trigger.failed" ? "not started" : detail->state;
      seen.pipelines.push_back(std::move(change));
    } else {
      const std::string& endpoint = detail->endpoint.empty() ? detail->name : detail->endpoint;
      if (endpoint != monitor.settings.endpoint) continue;
      change.name =
          detail->model.empty() ? "" : fmt::format("{}@{}", detail->model, detail->version);
      seen.deployments.push_back(std::move(change));
    }
  }
  MarkNew(seen.datasets);
  return {};
}

}  // namespace galley::watch
