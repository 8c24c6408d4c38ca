#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "foundation/base/error.h"
#include "serving/router/loaded.h"
#include "serving/snapshot/snapshot.h"
#include "storage/blob/blob_store.h"

namespace galley::serving {

/// What a load is doing, for people. Any thread.
class LoadProgress {
 public:
  void Set(std::string text) {
    const std::scoped_lock lock(mutex_);
    text_ = std::move(text);
  }
  std::string Get() const {
    const std::scoped_lock lock(mutex_);
    return text_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

/// Follows the snapshot file and keeps the table that is served. A variant that takes the place of
/// another one answers from when its model is loaded; until then, and if it cannot be, the other
/// one does. One thread of its own, and one per model that is being loaded.
class Loader {
 public:
  struct Options {
    std::string data;           ///< The data directory: snapshot and blobs are read there.
    std::string worker_script;  ///< python/galley_worker.py
    std::string uv;             ///< As in PythonEnvironmentOptions.
    std::int64_t poll_ms = 100;
    const std::atomic<bool>* cancelled = nullptr;  ///< As in PythonModelOptions.
    TrafficBook* traffic = nullptr;  ///< Who counts, the caller's; null: nobody is told.
  };
  explicit Loader(Options options);
  /// Stops all models.
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  /// What is served now. Whoever asks a variant of it holds it until there is an answer, so that
  /// the status can say which snapshots are behind us. Any thread.
  std::shared_ptr<const Table> table() const {
    const std::scoped_lock lock(table_mutex_);
    return table_;
  }

  /// What is served now, for people and for the server.
  snapshot::Status GetStatus() const;

 private:
  using Loading = std::future<Result<std::shared_ptr<const LoadedVariant>>>;
  /// What became of a variant, by its id.
  struct Entry {
    std::shared_ptr<const LoadedVariant> variant;
    std::string failure;
    std::string told;  // Of `progress`, as published.
    std::unique_ptr<LoadProgress> progress = std::make_unique<LoadProgress>();
    Loading loading;  // Uses `progress`: so it ends first.
  };

  static Options Cancelled(Options options, const std::atomic<bool>& by);
  void Run();
  bool ReadSnapshot();
  bool Progress();
  void Publish();
  void FillArms(const snapshot::Endpoint& endpoint, LoadedEndpoint& loaded);
  LoadedArm MakeArm(const snapshot::Endpoint& endpoint, const snapshot::Variant& variant,
                    bool is_first);
  void KeepGuards();
  bool Acknowledge();
  bool SeesTrip();
  void WriteStatus();
  void Wait();
  void Drop(const std::string& id, Entry entry);
  void Release();

  std::atomic<bool> cancelled_ = false;
  const Options options_;
  // Not std::atomic: libstdc++ 12 spins there, and its load releases with too weak an order, so
  // that a store may overtake it.
  mutable std::mutex table_mutex_;
  std::shared_ptr<const Table> table_;
  // The newest version that no request of an older table is under way beside.
  std::atomic<std::int64_t> acknowledged_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;

  // The loader's thread alone.
  snapshot::Snapshot snapshot_;
  std::string snapshot_text_;
  std::string published_status_;
  std::map<std::string, Entry> entries_;
  // Which variant answers, by the endpoint's id.
  std::map<std::string, std::string> answering_;
  // Of variants with traffic that are watched, by the variant's id.
  std::map<std::string, std::shared_ptr<Guard>> guards_;
  std::set<std::string> told_trips_;  // Variants whose trip is in the status.
  // By the endpoint's id.
  std::map<std::string, std::shared_ptr<Mirrors>> mirrors_;
  // Tables that requests may still hold, the oldest first.
  std::vector<std::shared_ptr<const Table>> replaced_;
  // What is served no more, until the last request to it is answered: the answer comes on the
  // model's own thread, which must not be the one that destroys it.
  std::vector<std::shared_ptr<const LoadedVariant>> retired_;
  std::jthread thread_;
};

/// Where the files of a Python model are laid out.
std::string ModelFolder(const std::string& data, std::string_view variant);

/// Loads one variant's model: trees natively where that gives the library's own answers, everything
/// else in Python, in the environment that the variant names or in one made of the model's
/// requirements. Blocks: for minutes if packages are downloaded.
Result<std::shared_ptr<const LoadedVariant>> LoadVariant(const snapshot::Variant& variant,
                                                         const Loader::Options& options,
                                                         LoadProgress& progress);

}  // namespace galley::serving
