#include "app/server/rollouts.h"

#include <chrono>
#include <string>
#include <vector>

#include "domain/rollout/rollouts.h"
#include "foundation/telemetry/log.h"
#include "storage/journal/journal.h"

namespace galley::server {
namespace {

constexpr auto kPause = std::chrono::milliseconds(100);

}  // namespace

Rollouts::Rollouts(const journal::Store& store, rollout::Publisher& publisher)
    : store_(store), publisher_(publisher), thread_([this] { Run(); }) {}

Rollouts::~Rollouts() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Rollouts::Run() {
  std::string told;  // The same trouble is not told ten times a second.
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const Status looked = LookOnce();
    const std::string problem = looked ? std::string() : looked.error().message;
    if (!problem.empty() && problem != told) {
      telemetry::LogWarn("rollouts wait", {{"error.message", problem}});
    }
    told = problem;
    lock.lock();
    wake_.wait_for(lock, kPause, [this] { return stopping_; });
  }
}

/// Writes only where something follows.
Status Rollouts::LookOnce() {
  std::vector<std::string> projects;
  std::int64_t version = 0;
  TRY(store_.Read(journal::kDefaultProject, [&](const journal::View& view) -> Status {
    projects = TRY(rollout::ProjectsWithRollouts(view.db));
    version = TRY(rollout::SnapshotVersion(view.db));
    return {};
  }));
  if (version > publisher_.PublishedVersion()) TRY(publisher_.Publish());
  if (projects.empty()) return {};
  const auto status = publisher_.GatewayStatus();
  if (!status && status.error().code != Code::kNotFound) return std::unexpected(status.error());
  const snapshot::Status* says = status ? &*status : nullptr;
  for (const std::string& project : projects) {
    bool is_due = false;
    TRY(store_.Read(project, [&](const journal::View& view) -> Status {
      is_due = TRY(rollout::IsDue(view.db, view.project, says, store_.clock.NowMs()));
      return {};
    }));
    if (!is_due) continue;
    TRY(store_.WriteAndWait(
        db::WriteClass::kInteractive, project, "galley",
        [says](journal::Change& change) { return rollout::OnGateway(change, says); }));
    TRY(publisher_.Publish());
  }
  return {};
}

}  // namespace galley::server
