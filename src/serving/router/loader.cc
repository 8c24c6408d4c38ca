#include "serving/router/loader.h"

#include <algorithm>
#include <chrono>

#include "foundation/io/file.h"
#include "foundation/telemetry/log.h"

namespace galley::serving {
namespace {

constexpr std::size_t kSnapshotBytesMax = std::size_t{64} * 1024 * 1024;

/// What a Python model was laid out as; other models have none.
void RemoveModelFolder(const std::string& data, const std::string& id) {
  if (const auto removed = io::RemoveFolder(ModelFolder(data, id)); !removed) {
    telemetry::LogWarn("a model's folder cannot be removed",
                       {{"galley.variant", id}, {"error.message", removed.error().message}});
  }
}

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
  for (auto& [id, entry] : entries_) {
    if (entry.variant) retired_.push_back(std::move(entry.variant));
  }
  for (const auto& variant : retired_) {
    if (variant->python) variant->python->Stop();  // Its requests are answered while we hold it.
  }
}

/// A variant that is served no more. Its folder goes with the last request to it.
void Loader::Drop(const std::string& id, Entry entry) {
  if (entry.variant) {
    retired_.push_back(std::move(entry.variant));
  } else {
    RemoveModelFolder(options_.data, id);
  }
}

/// Lets go of retired variants that nobody else holds: so nobody can take hold of them again.
void Loader::Release() {
  const auto [first, last] =
      std::ranges::partition(retired_, [](const auto& variant) { return variant.use_count() > 1; });
  std::vector<std::string> released;
  for (auto variant = first; variant != last; ++variant) released.push_back((*variant)->facts.id);
  retired_.erase(first, last);
  for (const std::string& id : released) RemoveModelFolder(options_.data, id);
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
    const auto answering = answering_.find(endpoint.id);
    if (answering == answering_.end()) continue;
    const auto found = entries_.find(answering->second);
    if (found != entries_.end()) kept.insert(entries_.extract(found));
  }
  // A model that is still being loaded and is wanted no more is waited for: its thread uses us.
  for (auto& [id, entry] : entries_) {
    if (entry.loading.valid()) {
      kept.emplace(id, std::move(entry));
    } else {
      Drop(id, std::move(entry));
    }
  }
  entries_ = std::move(kept);
  Release();
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
  std::map<std::string, std::string> answering;
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
      const auto before = answering_.find(endpoint.id);
      if (!loaded.variant && before != answering_.end()) {
        const auto still = entries_.find(before->second);
        if (still != entries_.end()) loaded.variant = still->second.variant;
      }
    }
    if (loaded.variant) answering[endpoint.id] = loaded.variant->facts.id;
    table->endpoints.push_back(std::move(loaded));
  }
  answering_ = std::move(answering);
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
    const bool ready = endpoint.is_ready();
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
                                                                     : "python",
                                .answering = endpoint.variant ? endpoint.variant->facts.id : ""});
  }
  return status;
}

}  // namespace galley::serving
