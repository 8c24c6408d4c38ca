#include <algorithm>
#include <set>
#include <tuple>

#include "domain/data/service.h"
#include "domain/observe/reference_source.h"
#include "domain/pipeline/service.h"
#include "domain/registry/service.h"
#include "domain/tracking/service.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/consumer_messages.h"
#include "protocol/control/native/whole_number.h"

namespace galley::native {
namespace {

using journal::View;
using schema::Field;
using schema::Of;

constexpr std::int64_t kConsumersMax = 200;
constexpr Field kAskConsumers[] = {Of<&AskConsumers::limit>("limit")};
constexpr Field kDatasetConsumer[] = {
    Of<&DatasetConsumer::kind>("kind"),         Of<&DatasetConsumer::id>("id"),
    Of<&DatasetConsumer::name>("name"),         Of<&DatasetConsumer::state>("state"),
    Of<&DatasetConsumer::at_ms>("at_ms"),       Of<&DatasetConsumer::version>("version"),
    Of<&DatasetConsumer::pipeline>("pipeline"), Of<&DatasetConsumer::pipeline_run>("pipeline_run"),
    Of<&DatasetConsumer::direct>("direct"),
};
constexpr Field kDatasetConsumersAnswer[] = {Of<&DatasetConsumersAnswer::consumers>("consumers"),
                                             Of<&DatasetConsumersAnswer::has_more>("has_more")};

std::string NameOf(tracking::RunStatus status) {
  switch (status) {
    case tracking::RunStatus::kRunning: return "running";
    case tracking::RunStatus::kScheduled: return "scheduled";
    case tracking::RunStatus::kFinished: return "finished";
    case tracking::RunStatus::kFailed: return "failed";
    case tracking::RunStatus::kKilled: return "killed";
  }
  return "";
}

/// The version of a dataset that a job read itself: of `@3 DIGEST`.
std::optional<std::int64_t> VersionRead(const pipeline::JobRun& job, std::string_view dataset) {
  for (const auto& part : job.parts) {
    if (part.kind != "dataset" || part.name != dataset || part.value.empty()) continue;
    return WholeNumber(std::string_view(part.value).substr(1, part.value.find(' ') - 1));
  }
  return std::nullopt;
}

class Collector {
 public:
  Collector(const View& view, std::string_view dataset, std::int64_t limit)
      : view_(view), dataset_(dataset), limit_(limit) {}

  Status AddJobs() {
    for (const auto& [run, jobs] :
         TRY(pipeline::NewestReaders(view_.db, view_.project, dataset_, limit_))) {
      std::optional<std::int64_t> version;
      for (const auto& job : jobs) {
        const auto own = VersionRead(job, dataset_);
        if (own) version = own;
        found_.push_back({.kind = "job",
                          .id = job.id.Hex(),
                          .name = job.name,
                          .state = std::string(pipeline::JobStateName(job.state)),
                          .at_ms = std::max(job.ended_ms, run.created_ms),
                          .version = version,
                          .pipeline = run.pipeline,
                          .pipeline_run = run.number,
                          .direct = own.has_value()});
        const auto tracked =
            TRY(tracking::RunsWithTag(view_.db, view_.project, "galley.job_id", job.id.Hex()));
        for (const auto& it : tracked) TRY(AddRun(it, version, own.has_value()));
      }
    }
    return {};
  }

  Status AddRuns() {
    const auto reads = TRY(tracking::RunsThatRead(view_.db, view_.project, dataset_, limit_));
    for (const auto& [run, version, is_input] : reads) {
      // An input has a digest of MLflow's own.
      TRY(AddRun(run, is_input ? std::nullopt : WholeNumber(version), true));
    }
    return {};
  }

  Status AddMonitors() {
    for (const auto& it : TRY(observe::ListReferencing(view_.db, view_.project, dataset_))) {
      found_.push_back({.kind = "monitor",
                        .id = it.id.Hex(),
                        .name = it.monitor,
                        .state = it.in_force ? "reference" : "kept",
                        .at_ms = it.set_ms,
                        .version = it.version,
                        .direct = true});
    }
    return {};
  }

  DatasetConsumersAnswer Take() && {
    std::ranges::sort(found_, std::ranges::greater(),
                      [](const DatasetConsumer& it) { return std::tie(it.at_ms, it.kind, it.id); });
    DatasetConsumersAnswer answer{.consumers = std::move(found_)};
    answer.has_more = answer.consumers.size() > static_cast<std::size_t>(limit_);
    if (answer.has_more) answer.consumers.resize(static_cast<std::size_t>(limit_));
    return answer;
  }

 private:
  Status AddRun(const tracking::Run& run, std::optional<std::int64_t> version, bool direct) {
    if (!seen_.insert(run.id.Hex()).second) return {};
    found_.push_back({.kind = "run",
                      .id = run.id.Hex(),
                      .name = run.name,
                      .state = NameOf(run.status),
                      .at_ms = run.started_ms.value_or(0),
                      .version = version,
                      .direct = direct});
    for (const auto& model : TRY(registry::VersionsOfRun(view_.db, view_.project, run.id))) {
      found_.push_back({.kind = "model",
                        .id = model.id.Hex(),
                        .name = fmt::format("{}@{}", model.model, model.version),
                        .state = model.stage,
                        .at_ms = model.created_ms,
                        .version = version,
                        .direct = false});
    }
    return {};
  }

  const View& view_;
  const std::string_view dataset_;
  const std::int64_t limit_;
  std::vector<DatasetConsumer> found_;
  std::set<std::string> seen_;
};

Result<DatasetConsumersAnswer> Consumers(const View& view, const AskConsumers& message,
                                         const http::Request& request) {
  TRY(CheckPage(message.limit, kConsumersMax));
  const auto dataset = TRY(data::GetDataset(view.db, view.project, request.Captured("name")));
  Collector collector(view, dataset.name, message.limit);
  TRY(collector.AddJobs());
  TRY(collector.AddRuns());
  TRY(collector.AddMonitors());
  return std::move(collector).Take();
}

}  // namespace

const schema::Message AskConsumers::kSchema{"AskConsumers", kAskConsumers};
const schema::Message DatasetConsumer::kSchema{"DatasetConsumer", kDatasetConsumer};
const schema::Message DatasetConsumersAnswer::kSchema{"DatasetConsumersAnswer",
                                                      kDatasetConsumersAnswer};

std::vector<http::Route> ConsumerRoutes(const Api& api) {
  std::vector<http::Route> routes;
  AddRead(routes, api, "datasets/{name}/consumers", Consumers);
  return routes;
}

}  // namespace galley::native
