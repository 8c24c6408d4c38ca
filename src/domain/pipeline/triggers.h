#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "domain/observe/monitor.h"
#include "domain/pipeline/service.h"
#include "domain/pipeline/trigger.h"
#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "storage/journal/store.h"

/// What starts runs by itself: times, versions of datasets, pushes (docs/formats/trigger.md).
namespace galley::pipeline {

struct InForce;  // trigger_rows.h; inside of this room only.
struct Event;
struct Push;  // push.cc

/// A project's file whose `on` was applied.
struct Source {
  std::int64_t row = 0;
  Id id;
  std::string folder;
  std::string file;
  std::string pipeline;
  std::string repository;  ///< For pushes: a path; else empty.
  std::string path;        ///< Of the file in the repository.
  std::vector<std::pair<std::string, std::string>> environment;  ///< Of who applied it.
  std::string actor;
  std::int64_t applied_ms = 0;
};

/// What became of an event: a run, or why there is none.
struct PastEvent {
  std::string id;
  std::optional<std::int64_t> run;
  std::string error;
  std::int64_t created_ms = 0;
};

/// What `pipeline apply` is given.
struct NewTriggers {
  std::string folder;  ///< Absolute.
  std::string file;    ///< Its name in the folder.
  std::string repository;
  std::string secret;  ///< For pushes; empty: the one there is, or a new one.
  std::vector<std::pair<std::string, std::string>> environment;
  bool dry_run = false;
  std::string actor;
};

/// A trigger in force, as people see it.
struct TriggerState {
  Source source;
  Trigger trigger;
  std::optional<std::int64_t> next_ms;  ///< Of a schedule.
  std::optional<PastEvent> last;
  std::string problem;      ///< Why the file is not what is in force; empty: it is.
  std::string secret_file;  ///< Of a push.
};

/// A webhook's request.
struct Delivery {
  std::string id;
  std::string kind;       ///< `push`, `ping`.
  std::string signature;  ///< The HMAC in hex; empty: there is none.
  std::string_view body;
};
/// The run that it started, or why there is none.
struct Received {
  std::optional<std::int64_t> run;
  std::string reason;
};

/// The triggers of all projects, with a thread that waits for what they name. Any thread may call;
/// not on an event loop.
class Triggers {
 public:
  /// Takes up where it was. Starts the thread. What it refers to outlives it.
  static Result<std::unique_ptr<Triggers>> Open(const std::string& data,
                                                const journal::Store& store, Service& runs);
  ~Triggers();
  Triggers(const Triggers&) = delete;
  Triggers& operator=(const Triggers&) = delete;

  /// Puts what the file's `on` says in force, in place of what was. kInvalidArgument names file,
  /// line and key.
  Result<std::vector<TriggerState>> Apply(const std::string& project, const NewTriggers& wanted);
  /// kNotFound: nothing of that file is in force.
  Status Remove(const std::string& project, const std::string& folder, const std::string& file,
                const std::string& actor);
  /// Starts the run of a push, in a checkout of the pushed commit. kUnauthenticated and
  /// kPermissionDenied: the signature is missing or wrong. kFailedPrecondition: the repository has
  /// not got the commit; the same delivery may come again. One that came before answers as then.
  Result<Received> Receive(const std::string& project, const std::string& hook,
                           const Delivery& delivery);
  /// Starts a run of a file whose `on` is in force, as its triggers would, because a person wants
  /// it. kNotFound: nothing of that file is in force; other errors as of Service::Start.
  Result<Run> StartNow(const std::string& project, const std::string& folder,
                       const std::string& file, const std::string& actor);
  /// Reads the files, to say where they changed.
  Result<std::vector<TriggerState>> List(const std::string& project) const;

 private:
  struct Waiting;

  Triggers(std::string data, const journal::Store& store, Service& runs);

  void Loop();
  Status Load();
  void Look();
  std::optional<std::int64_t> Pause() const;
  void LookAtClock(Waiting& waiting) const;
  void LookAtDataset(Waiting& waiting) const;
  void LookAtAlerts(Waiting& waiting) const;
  /// `also` is written with the event: with the run's number, or null if there is no run.
  using Also = std::function<Status(journal::Change& change, std::optional<std::int64_t> run)>;
  bool Begin(Waiting& waiting, const std::string& text, const Event& event,
             const Also& also = {}) const;
  Status Note(const InForce& trigger, const Event& event, const std::string& error,
              const Also& also) const;
  Result<std::vector<std::int64_t>> Beginnings(const std::string& project,
                                               const std::vector<Trigger>& triggers) const;
  void Complete(TriggerState& state) const;
  Result<Received> TakeIn(const InForce& hook, const Delivery& delivery);
  Result<Received> StartPush(const InForce& hook, const Delivery& delivery, const Push& push);
  Result<std::string> MakeCheckout(const InForce& hook, const std::string& commit) const;
  Result<std::optional<Received>> Before(const InForce& hook, const std::string& event) const;
  Status DropStrayCheckouts() const;
  void Tidy();
  std::string SecretFile(const Id& source) const;
  Status KeepSecret(const Id& source, const std::string& secret) const;

  const std::string data_;
  const journal::Store& store_;
  Service& runs_;
  std::mutex apply_mutex_;                         // One caller of Apply or Remove at a time.
  std::timed_mutex push_mutex_;                    // One push at a time.
  bool has_checkouts_ = true;                      // The thread's alone: some may be there.
  std::vector<std::unique_ptr<Waiting>> waiting_;  // The thread's alone.
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stops_ = false;        // Under mutex_.
  bool has_changed_ = false;  // Under mutex_: what is in force.
  bool has_pushes_ = false;   // Under mutex_: a run began in a checkout.
  std::thread thread_;
};

/// What of a monitor's alerts of a window still has to be decided, or is being done about them;
/// empty: nothing.
Result<std::string> BusyWithAlerts(db::Connection& db, std::string_view project,
                                   const observe::Monitor& monitor, std::int64_t window);

}  // namespace galley::pipeline
