#include <algorithm>
#include <map>

#include "domain/data/stored.h"
#include "domain/ledger/parts.h"
#include "domain/pipeline/service.h"

namespace galley::ledger {
namespace {

constexpr std::int64_t kRunsMax = 1000;
constexpr double kMsPerHour = 3.6e6;
constexpr double kHoursPerMonth = 730;
constexpr double kGib = 1024.0 * 1024.0 * 1024.0;

RunCost CostOf(const pipeline::Run& run) {
  RunCost cost{.run = run.number,
               .run_id = run.id.Hex(),
               .pipeline = run.pipeline,
               .trigger = run.trigger,
               .state = std::string(pipeline::RunStateName(run.state))};
  for (const auto& job : run.jobs) {
    for (const auto& attempt : job.attempts) {
      ++cost.attempts;
      cost.cpu_ms += attempt.cpu_ms;
    }
  }
  return cost;
}

Status AddRuns(Making& making) {
  Cost& cost = making.report.cost;
  auto runs = TRY(pipeline::ListRuns(making.db, making.project, {.limit = kRunsMax + 1}));
  cost.has_more_runs = runs.size() > static_cast<std::size_t>(kRunsMax);
  if (cost.has_more_runs) runs.pop_back();
  for (auto it = runs.rbegin(); it != runs.rend(); ++it) {
    cost.runs.push_back(CostOf(TRY(pipeline::GetRun(making.db, making.project, it->number))));
    cost.cpu_ms += cost.runs.back().cpu_ms;
  }
  return {};
}

/// Files by digest, each once, since it first came.
class Store {
 public:
  explicit Store(std::string what) : what_(std::move(what)) {}

  void Add(const std::string& digest, std::int64_t bytes, std::int64_t stored_ms) {
    if (digest.empty()) return;
    const auto [it, is_new] = files_.try_emplace(digest, File{bytes, stored_ms});
    if (!is_new) it->second.stored_ms = std::min(it->second.stored_ms, stored_ms);
  }
  StoredCost Sum(std::int64_t now_ms) const {
    StoredCost sum{.what = what_, .files = static_cast<std::int64_t>(files_.size())};
    for (const auto& [digest, file] : files_) {
      sum.bytes += file.bytes;
      sum.byte_hours += static_cast<double>(file.bytes) *
                        static_cast<double>(std::max<std::int64_t>(now_ms - file.stored_ms, 0)) /
                        kMsPerHour;
    }
    return sum;
  }

 private:
  struct File {
    std::int64_t bytes = 0;
    std::int64_t stored_ms = 0;
  };
  std::string what_;
  std::map<std::string, File> files_;
};

Status AddStored(Making& making) {
  Store tables("tables of datasets");
  for (const auto& file : TRY(data::ListStoredFiles(making.db, making.project))) {
    tables.Add(file.digest, file.bytes, file.stored_ms);
  }
  // Both lie in the blob store, where equal ones are one.
  Store blobs("artifacts, models and outputs of jobs");
  for (const Happening& it : making.happenings) {
    for (const StoredFile& file : it.files) blobs.Add(file.digest, file.bytes, it.at_ms);
  }
  Cost& cost = making.report.cost;
  for (const Store* store : {&tables, &blobs}) {
    cost.stored.push_back(store->Sum(making.now_ms));
    cost.bytes += cost.stored.back().bytes;
    cost.byte_hours += cost.stored.back().byte_hours;
  }
  return {};
}

}  // namespace

Status AddCost(Making& making) {
  TRY(AddRuns(making));
  TRY(AddStored(making));
  const Arm* served = making.report.FindServed();
  if (served == nullptr) return {};
  for (const ArmPoint& point : served->points) {
    if (point.cost) {
      making.report.cost.labels = making.report.cost.labels.value_or(0) + *point.cost;
    }
  }
  return {};
}

void AddPrices(const Prices& prices, Cost& cost) {
  if (prices.per_cpu_hour) {
    cost.cpu_usd = static_cast<double>(cost.cpu_ms) / kMsPerHour * *prices.per_cpu_hour;
  }
  if (prices.per_gib_month) {
    cost.storage_usd = cost.byte_hours / kGib / kHoursPerMonth * *prices.per_gib_month;
  }
  if (cost.cpu_usd && cost.storage_usd) cost.usd = *cost.cpu_usd + *cost.storage_usd;
}

}  // namespace galley::ledger
