#include "serving/router/loader.h"

#include <algorithm>
#include <chrono>

#include "foundation/io/clock.h"
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

std::string StateOf(const LoadedArm& arm) {
  if (arm.is_ready()) return "ready";
  return arm.failure.empty() ? "loading" : "failed";
}

std::string ReasonOf(const LoadedArm& arm) {
  if (arm.is_ready()) return "";
  return arm.failure.empty() ? arm.progress : arm.failure;
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
  const LoadedEndpoint* only = nullptr;
  for (const LoadedEndpoint& endpoint : endpoints) {
    const auto drilled = snapshot::DrillOf(endpoint.name);
    if (!drilled.empty() && Find(endpoint.project, drilled) != nullptr) continue;
    if (only != nullptr) return nullptr;
    only = &endpoint;
  }
  return only;
}

Loader::Loader(Options options)
    : options_(Cancelled(std::move(options), cancelled_)), table_(std::make_shared<const Table>()) {
  ReadSnapshot();
  Publish();
  Acknowledge();
  WriteStatus();
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
  for (;;) {
    {
      const std::scoped_lock lock(mutex_);
      if (stopping_) return;
    }
    const bool changed = ReadSnapshot();
    if (Progress() || changed) {
      Publish();
      WriteStatus();
    } else if (SeesTrip()) {
      WriteStatus();
    }
    Wait();
  }
}

/// Until the snapshot is to be looked at again. What waits for requests looks more often.
void Loader::Wait() {
  constexpr std::int64_t kLookMs = 2;
  const std::int64_t until_ms = io::MonotonicMs() + options_.poll_ms;
  for (;;) {
    if (Acknowledge()) WriteStatus();
    const std::int64_t left_ms = until_ms - io::MonotonicMs();
    if (left_ms <= 0) return;
    const std::int64_t wait_ms = replaced_.empty() ? left_ms : std::min(left_ms, kLookMs);
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, std::chrono::milliseconds(wait_ms), [this] { return stopping_; })) {
      return;
    }
  }
}

/// Whether a guard has tripped of which the status does not say so yet.
bool Loader::SeesTrip() {
  bool seen = false;
  for (const auto& [id, guard] : guards_) {
    seen = (guard->is_tripped() && told_trips_.insert(id).second) || seen;
  }
  return seen;
}

/// Forgets the tables that no request holds any more. Whether the status has another version now.
bool Loader::Acknowledge() {
  // A table that has been replaced is given to nobody: who holds it got it before.
  std::erase_if(replaced_, [](const auto& table) { return table.use_count() == 1; });
  std::int64_t version = snapshot_.version;
  for (const auto& table : replaced_) version = std::min(version, table->version);
  return acknowledged_.exchange(version) != version;
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

LoadedArm Loader::MakeArm(const snapshot::Endpoint& endpoint, const snapshot::Variant& variant,
                          bool is_first) {
  LoadedArm arm{.variant_id = variant.id, .weight = variant.weight, .mirror = variant.mirror};
  const auto entry = entries_.find(variant.id);
  if (entry != entries_.end()) {
    arm.variant = entry->second.variant;
    arm.failure = entry->second.failure;
    arm.progress = entry->second.told;
  }
  if (is_first) {
    const auto before = answering_.find(endpoint.id);
    const auto still = before == answering_.end() ? entries_.end() : entries_.find(before->second);
    if (!arm.variant && still != entries_.end()) arm.variant = still->second.variant;
  } else if (const auto guard = guards_.find(variant.id); guard != guards_.end()) {
    arm.guard = guard->second;
  }
  return arm;
}

/// What a guard has seen and decided ends with the variant's traffic.
void Loader::KeepGuards() {
  std::map<std::string, std::shared_ptr<Guard>> kept;
  for (const auto& endpoint : snapshot_.endpoints) {
    for (std::size_t at = 1; at < endpoint.variants.size() && endpoint.guardrails; ++at) {
      const snapshot::Variant& variant = endpoint.variants[at];
      if (variant.weight <= 0) continue;
      const auto found = guards_.find(variant.id);
      kept.emplace(variant.id,
                   found != guards_.end() ? found->second : std::make_shared<Guard>(variant.id));
    }
  }
  guards_ = std::move(kept);
  std::erase_if(told_trips_, [this](const auto& id) { return !guards_.contains(id); });
}

void Loader::FillArms(const snapshot::Endpoint& endpoint, LoadedEndpoint& loaded) {
  for (const snapshot::Variant& variant : endpoint.variants) {
    loaded.arms.push_back(MakeArm(endpoint, variant, loaded.arms.empty()));
    loaded.is_split = loaded.is_split || (loaded.arms.size() > 1 && variant.weight > 0);
    loaded.has_mirrors = loaded.has_mirrors || (endpoint.variants.size() > 1 && variant.mirror > 0);
  }
  if (loaded.arms.empty()) loaded.arms.emplace_back();
  const auto traffic = [&](const std::string& variant) {
    if (options_.traffic == nullptr) return std::make_shared<Traffic>();
    return options_.traffic->Of(endpoint.project, endpoint.name, variant);
  };
  for (LoadedArm& arm : loaded.arms) {
    arm.traffic = traffic(arm.variant ? arm.variant->facts.id : arm.variant_id);
  }
  loaded.unanswered = traffic("");
}

void Loader::Publish() {
  auto table = std::make_shared<Table>();
  table->version = snapshot_.version;
  KeepGuards();
  std::map<std::string, std::string> answering;
  std::map<std::string, std::shared_ptr<Mirrors>> mirrors;
  for (const auto& endpoint : snapshot_.endpoints) {
    LoadedEndpoint loaded{.project = endpoint.project,
                          .name = endpoint.name,
                          .key = endpoint.key,
                          .seed = endpoint.seed,
                          .guardrails = endpoint.guardrails,
                          .default_answer = endpoint.default_answer,
                          .degraded = endpoint.degraded};
    FillArms(endpoint, loaded);
    auto& mirrored = mirrors_[endpoint.id];
    if (!mirrored) mirrored = std::make_shared<Mirrors>();
    mirrors[endpoint.id] = loaded.mirrors = mirrored;
    if (loaded.champion().variant) answering[endpoint.id] = loaded.champion().variant->facts.id;
    table->endpoints.push_back(std::move(loaded));
  }
  answering_ = std::move(answering);
  mirrors_ = std::move(mirrors);
  std::shared_ptr<const Table> replaced = std::move(table);
  {
    const std::scoped_lock lock(table_mutex_);
    table_.swap(replaced);
  }
  replaced_.push_back(std::move(replaced));
  Acknowledge();
}

/// Writes the status if it says anything new.
void Loader::WriteStatus() {
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
  const std::int64_t acknowledged = acknowledged_;
  const auto table = this->table();
  snapshot::Status status{.version = acknowledged};
  for (const LoadedEndpoint& endpoint : table->endpoints) {
    const LoadedArm& champion = endpoint.champion();
    snapshot::EndpointStatus& told = status.endpoints.emplace_back(
        snapshot::EndpointStatus{.project = endpoint.project,
                                 .name = endpoint.name,
                                 .variant = champion.variant_id,
                                 .state = StateOf(champion),
                                 .reason = ReasonOf(champion),
                                 .runtime = !champion.is_ready()      ? ""
                                            : champion.variant->trees ? "trees"
                                                                      : "python",
                                 .answering = champion.variant ? champion.variant->facts.id : ""});
    for (const LoadedArm& arm : endpoint.arms) {
      if (arm.variant_id.empty()) continue;
      told.variants.push_back(
          {.variant = arm.variant_id, .state = StateOf(arm), .reason = ReasonOf(arm)});
      auto trip = arm.guard ? arm.guard->trip() : std::nullopt;
      if (trip) told.trips.push_back(*std::move(trip));
    }
  }
  return status;
}

}  // namespace galley::serving
