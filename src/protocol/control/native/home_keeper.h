#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "domain/pipeline/triggers.h"
#include "domain/rollout/publisher.h"
#include "foundation/base/error.h"
#include "storage/journal/store.h"

namespace galley::native {

/// The answer of `home`, kept until something that it shows has changed: made once for all who ask
/// at the same time, and anew by a thread while pages follow the project. Any thread; not on an
/// event loop.
///
/// An event of the journal is in every answer that is asked for after it. What has no event
/// (telemetry, the time) is in it a second later; the time alone, if nothing is written, ten.
class HomeKeeper {
 public:
  struct Answer {
    std::string body;          ///< JSON.
    std::string tag;           ///< Weak entity tag of all but `at_ms`.
    std::int64_t made_in = 0;  ///< Milliseconds.
  };
  struct Given {
    std::shared_ptr<const Answer> answer;
    bool is_kept = false;  ///< It was made for somebody else before.
  };

  /// What it refers to outlives this.
  HomeKeeper(const journal::Store& store, const rollout::Publisher& serving,
             const pipeline::Triggers& triggers)
      : store_(store), serving_(serving), triggers_(triggers) {}
  HomeKeeper(const HomeKeeper&) = delete;
  HomeKeeper& operator=(const HomeKeeper&) = delete;

  /// kNotFound: there is no such project.
  Result<Given> Get(const std::string& project);

  /// Something that home shows has changed in the project, whose row this is: its answer is made
  /// anew as soon as the last one is a second old. Returns the change's number, 0 if nobody has
  /// asked for the project's home yet.
  std::uint64_t Touch(std::int64_t project);
  /// The number of the newest change.
  std::uint64_t Touched(std::int64_t project);
  /// Whether Get has an answer that shows the change, or making one has failed.
  bool Has(std::int64_t project, std::uint64_t change);

  /// Makes what was touched, until Stop; on a thread of its own.
  void Run();
  void Stop();

 private:
  struct Entry {
    std::int64_t project = 0;  // Its row. Never changes.
    std::mutex making;         // Held by who looks whether the answer is good, and makes it.

    // Guarded by `making`.
    std::shared_ptr<const Answer> answer;
    std::uint64_t commits = 0;    // The writer's, before it was made.
    std::int64_t position = 0;    // The last sequence whose event it shows.
    std::int64_t made_at_ms = 0;  // Of the monotonic clock.
    std::string gateway;          // What the gateway said then.

    // Guarded by the keeper's mutex.
    std::uint64_t touched = 1;   // The newest change's number.
    std::uint64_t tried = 0;     // The newest one that an answer was made after.
    std::int64_t due_at_ms = 0;  // Not before this is it made without being asked for.
  };
  using EntryPtr = std::shared_ptr<Entry>;

  Result<EntryPtr> EntryOf(const std::string& project);
  EntryPtr Find(std::int64_t project);
  Result<bool> IsGood(Entry& entry, std::string_view gateway) const;
  Status Make(const std::string& project, Entry& entry);
  std::string GatewaySays() const;

  const journal::Store& store_;
  const rollout::Publisher& serving_;
  const pipeline::Triggers& triggers_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool is_stopping_ = false;
  std::map<std::string, EntryPtr, std::less<>> entries_;  // By project.
};

}  // namespace galley::native
