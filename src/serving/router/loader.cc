#include "serving/router/loader.h"

#include <chrono>

#include "foundation/io/file.h"
#include "foundation/telemetry/log.h"

namespace galley::serving {
namespace {

constexpr std::size_t kSnapshotBytesMax = std::size_t{64} * 1024 * 1024;

}  // namespace

const LoadedEndpoint* Table::Find(std::string_view project, std::string_view name) const {
  for (const LoadedEndpoint& endpoint : endpoints) {
    if (endpoint.name == name && endpoint.project == project) return &endpoint;
  }
  return nullptr;
}

const LoadedEndpoint* Table::FindDefault() const {
  for (const LoadedEndpoint& endpoint : endpoints) {
    if (endpoint.name == "default" && endpoint.project == "default") return &endpoint;
  }
  return endpoints.size() == 1 ? &endpoints.front() : nullptr;
}

Loader::Loader(Options options)
    : options_(Cancelled(std::move(options), cancelled_)), table_(std::make_shared<const Table>()) {
  ReadSnapshot();
  Publish();
  thread_ = std::jthread([this] { Run(); });
}

Loader::Options Loader::Cancelled(Options options, const std::atomic<bool>& by) {
  options.cancelled = &by;
  return options;
}

Loader::~Loader() {
  cancelled_ = true;
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  for (auto& [id, entry] : entries_) Retire(std::move(entry.variant));
  for (const auto& variant : retired_) {
    if (variant->python) variant->python->Stop();  // Its requests are answered while we hold it.
  }
}

void Loader::Retire(std::shared_ptr<const LoadedVariant> variant) {
  if (variant) retired_.push_back(std::move(variant));
}

void Loader::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const bool changed = ReadSnapshot();
    if (Progress() || changed) Publish();
    lock.lock();
    wake_.wait_for(lock, std::chrono::milliseconds(options_.poll_ms), [this] { return stopping_; });
  }
}

/// Reads the snapshot if it has changed. A damaged one is reported once and not served.
bool Loader::ReadSnapshot() {
  auto text = io::ReadFile(snapshot::SnapshotPath(options_.data), kSnapshotBytesMax);
  if (!text || *text == snapshot_text_) return false;
  snapshot_text_ = *std::move(text);
  auto parsed = snapshot::ParseSnapshot(snapshot_text_);
  if (!parsed) {
    telemetry::LogError("the serving snapshot cannot be read; the last one is served on",
                        {{"error.message", parsed.error().message}});
    return false;
  }
  snapshot_ = *std::move(parsed);
  for (const auto& endpoint : snapshot_.endpoints) {
    for (const auto& variant : endpoint.variants) {
      if (entries_.contains(variant.id)) continue;
      Entry& entry = entries_[variant.id];
      entry.loading =
          std::async(std::launch::async, [variant, this, progress = entry.progress.get()] {
            return LoadVariant(variant, options_, *progress);
          });
    }
  }
  return true;
}

/// Takes what has been loaded meanwhile, and forgets what is served no more.
bool Loader::Progress() {
  bool changed = false;
  std::map<std::string, Entry> kept;
  for (const auto& endpoint : snapshot_.endpoints) {
    for (const auto& variant : endpoint.variants) {
      const auto found = entries_.find(variant.id);
      if (found != entries_.end()) kept.insert(entries_.extract(found));
    }
  }
  // A model that is still being loaded and is wanted no more is waited for: its thread uses us.
  for (auto& [id, entry] : entries_) {
    if (entry.loading.valid()) {
      kept.emplace(id, std::move(entry));
    } else {
      Retire(std::move(entry.variant));
    }
  }
  entries_ = std::move(kept);
  // Nobody else holds it, so nobody can take hold of it again.
  std::erase_if(retired_, [](const auto& variant) { return variant.use_count() == 1; });
  for (auto& [id, entry] : entries_) {
    using std::chrono::milliseconds;
    if (!entry.loading.valid()) continue;
    if (entry.loading.wait_for(milliseconds(0)) != std::future_status::ready) {
      std::string doing = entry.progress->Get();
      changed = changed || doing != entry.told;
      entry.told = std::move(doing);
      continue;
    }
    auto loaded = entry.loading.get();
    changed = true;
    if (loaded) {
      entry.variant = *std::move(loaded);
      telemetry::LogInfo("a model is loaded", {{"galley.variant", id}});
    } else {
      entry.failure = loaded.error().message;
      telemetry::LogError("a model cannot be loaded",
                          {{"galley.variant", id}, {"error.message", entry.failure}});
    }
  }
  return changed;
}

void Loader::Publish() {
  auto table = std::make_shared<Table>();
  table->version = snapshot_.version;
  for (const auto& endpoint : snapshot_.endpoints) {
    LoadedEndpoint loaded{.project = endpoint.project, .name = endpoint.name};
    if (!endpoint.variants.empty()) {
      loaded.variant_id = endpoint.variants.front().id;
      const auto entry = entries_.find(loaded.variant_id);
      if (entry != entries_.end()) {
        loaded.variant = entry->second.variant;
        loaded.failure = entry->second.failure;
        loaded.progress = entry->second.told;
      }
    }
    table->endpoints.push_back(std::move(loaded));
  }
  std::shared_ptr<const Table> replaced = std::move(table);
  {
    const std::scoped_lock lock(table_mutex_);
    table_.swap(replaced);
  }
  const std::string status = snapshot::ToText(GetStatus());
  if (status == published_status_) return;
  const Status written = io::ReplaceFile(snapshot::StatusPath(options_.data), status);
  if (!written) {
    telemetry::LogWarn("cannot write the gateway's status",
                       {{"error.message", written.error().message}});
    return;
  }
  published_status_ = status;
}

snapshot::Status Loader::GetStatus() const {
  const auto table = this->table();
  snapshot::Status status{.version = table->version};
  for (const LoadedEndpoint& endpoint : table->endpoints) {
    const bool ready = endpoint.variant != nullptr;
    status.endpoints.push_back({.project = endpoint.project,
                                .name = endpoint.name,
                                .variant = endpoint.variant_id,
                                .state = ready                      ? "ready"
                                         : endpoint.failure.empty() ? "loading"
                                                                    : "failed",
                                .reason = ready                      ? ""
                                          : endpoint.failure.empty() ? endpoint.progress
                                                                     : endpoint.failure,
                                .runtime = !ready                    ? ""
                                           : endpoint.variant->trees ? "trees"
                                                                     : "python"});
  }
  return status;
}

}  // namespace galley::serving
