#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "domain/data/service.h"
#include "domain/pipeline/definition.h"
#include "domain/pipeline/log_scan.h"
#include "domain/pipeline/types.h"
#include "domain/pipeline/workspace.h"
#include "foundation/base/error.h"
#include "platform/jobs/jobs.h"
#include "storage/blob/blob_store.h"
#include "storage/db/migrate.h"
#include "storage/journal/store.h"

/// Pipelines: jobs that run one after another, cached by what they depend on
/// (docs/formats/pipeline.md).
namespace galley::pipeline {

struct JobName;  // rows.h; inside of this room only.

/// The tables of this room.
extern const db::Part kTables;

/// What would become of a job.
struct Expectation {
  std::string job;
  std::string stage;
  std::string verdict;      ///< `cached`, `runs`, `waits` (for one that runs), `blocked`.
  std::string explanation;  ///< Why, in a sentence.
};

/// Runs of all projects, with a thread that moves them on. Any thread may call.
class Service {
 public:
  struct Options {
    std::string data;        ///< The data directory.
    std::string server_url;  ///< What jobs are told.
    std::string program;     ///< Galley's own path, for jobs.
    int slots = 2;           ///< Jobs at a time.
  };

  /// Takes up the runs that are not ended: jobs that ran on meanwhile are adopted, none runs twice.
  /// Starts the thread. What it refers to outlives it.
  static Result<std::unique_ptr<Service>> Open(const Options& options, const journal::Store& store,
                                               blob::BlobStore& blobs);
  /// Stops the thread. Jobs go on.
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Starts a run; durable when it returns. kInvalidArgument names file, line and key, kNotFound a
  /// run to repeat that is not there. `also` is written with the run, or neither is.
  using Also = std::function<Status(journal::Change& change, const Run& run)>;
  Result<Run> Start(const std::string& project, const NewRun& asked_for, const Also& also = {});
  /// What Start would do, by the files as they are now.
  Result<std::vector<Expectation>> Explain(const std::string& project, const NewRun& wanted);
  /// Ends a run's jobs and the run. kFailedPrecondition if it has ended.
  Status Cancel(const std::string& project, std::int64_t number, const std::string& actor);
  /// Lets an ended run go on: what failed, was cancelled or skipped is tried again.
  Status Retry(const std::string& project, std::int64_t number, const std::string& actor);
  /// A piece of a job's log. `attempt` 0: the newest.
  Result<jobs::LogPage> Log(const std::string& project, std::int64_t number, std::string_view job,
                            std::int64_t attempt, std::int64_t offset, std::int64_t bytes_max);
  /// Looks through a job's log, as far as it is written. Waits for the disk.
  Result<LogFindings> FindInLog(const std::string& project, std::int64_t number,
                                std::string_view job, std::int64_t attempt,
                                const LogQuestion& question);
  /// How many jobs run at a time.
  int slots() const { return options_.slots; }

 private:
  struct Active;
  /// What a run would be.
  struct Asked {
    NewRun run;
    Pipeline pipeline;  ///< With its name, also where its file says none.
    std::map<std::string, std::string> other_files;
    std::vector<char> is_forced;  ///< Of each job.
  };

  Service(Options options, const journal::Store& store, blob::BlobStore& blobs);

  Result<Asked> Ask(const std::string& project, const NewRun& wanted) const;
  Result<std::string> LogFolder(const std::string& project, std::int64_t number,
                                std::string_view job, std::int64_t attempt) const;
  void Loop();
  Status Resume();
  Result<std::unique_ptr<Active>> Load(const std::string& project, std::int64_t number) const;

  void GiveUp(const std::string& project, std::int64_t number, const std::string& why) const;

  bool Advance(Active& active);
  static bool AreOfOneGroup(const Active& one, const Active& other);
  bool MayBegin(const Active& active) const;
  void Supersede(const Active& newest) const;
  void CancelJobs(Active& active);
  bool Decide(Active& active, std::size_t position);
  bool MeetsCondition(Active& active, std::size_t position) const;
  bool TakeFromCache(Active& active, std::size_t position);
  void DecideGate(Active& active, std::size_t position) const;
  /// What the gates that a job needs decided: it depends on that.
  static std::vector<KeyPart> GatesBefore(const Active& active, const Job& job);
  static void AddGates(const Active& active, const Job& job, jobs::Spec& spec);
  void Queue(Active& active, std::size_t position);
  void Launch(Active& active, std::size_t position);
  void Watch(Active& active, std::size_t position);
  void Finish(Active& active, std::size_t position, const jobs::Outcome& outcome);
  void TakeResults(Active& active, std::size_t position);
  bool WaitsForAnother(Active& active, std::size_t position, const jobs::Outcome& outcome) const;
  void EndJob(Active& active, std::size_t position, JobState state, std::string reason) const;
  void EndRun(Active& active) const;
  Status Flush(Active& active) const;
  int Running() const;
  Result<std::vector<KeyPart>> PartsOf(const std::string& project, const std::string& folder,
                                       const Job& job);
  Result<std::vector<KeyPart>> PartsNow(const Active& active, std::size_t position);
  Result<std::string> WhyItRuns(const std::string& project, const JobName& name,
                                const std::vector<KeyPart>& parts) const;
  Status ExpectFromCache(const std::string& project, const JobName& name,
                         const std::vector<KeyPart>& parts, Expectation& expected) const;
  std::string AttemptFolder(const JobRun& run, std::int64_t attempt) const;
  jobs::Spec SpecOf(const Active& active, std::size_t position) const;

  struct RunName {
    std::string project;
    std::int64_t number = 0;
    bool operator==(const RunName&) const = default;
  };

  const Options options_;
  const journal::Store& store_;
  Workspace workspace_;
  std::vector<std::unique_ptr<Active>> active_;  // The thread's alone; oldest first.
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stops_ = false;                  // Under mutex_.
  std::vector<RunName> arrivals_;       // Under mutex_: to be taken up.
  std::vector<RunName> cancellations_;  // Under mutex_.
  std::thread thread_;
};

// What the database knows. `project` is a project's row.
struct RunList {
  std::int64_t limit = 0;
  std::optional<std::int64_t> before;   ///< Numbers below this one.
  std::optional<std::string> pipeline;  ///< Of this name alone.
  std::optional<RunState> state;
};
/// Newest first, without their jobs.
Result<std::vector<Run>> ListRuns(db::Connection& db, std::int64_t project, const RunList& list);
/// A version of a dataset that went into a job, and which job read it.
struct DatasetUsed {
  std::string name;
  std::int64_t version = 0;
  std::string digest;
  std::string by;
};
/// Where a job comes from: its run, and the datasets that it or a job before it read.
struct Origin {
  Run run;
  JobRun job;
  std::vector<DatasetUsed> datasets;
};
/// Null: there is no such job.
Result<std::optional<Origin>> FindOrigin(db::Connection& db, std::int64_t project, const Id& job);

/// The jobs that read a version of a dataset, or what such a job made, with their runs; oldest
/// first. Looks at every job of the project.
struct Reader {
  Run run;  ///< With all of its jobs.
  std::vector<JobRun> jobs;
};
Result<std::vector<Reader>> FindReaders(db::Connection& db, std::int64_t project,
                                        std::string_view dataset, std::int64_t version);
/// The same of any version, of the newest `runs` runs; newest first.
Result<std::vector<Reader>> NewestReaders(db::Connection& db, std::int64_t project,
                                          std::string_view dataset, std::int64_t runs);

/// What a gate decided.
struct Decision {
  GateEvidence evidence;
  Id job;  ///< The gate's.
  std::int64_t run = 0;
  std::string pipeline;
  std::int64_t decided_ms = 0;
};
/// Of a run, in its jobs' order.
Result<std::vector<Decision>> GatesOfRun(db::Connection& db, std::int64_t project,
                                         std::int64_t number);
/// The first decision that a job won, which opened the way; else the newest that looked at it; null
/// if none did.
Result<std::optional<Decision>> FindDecision(db::Connection& db, std::int64_t project,
                                             const Id& job);

/// The parameters that a run had. kNotFound: there is no such run.
Result<std::vector<Parameter>> ParametersOf(db::Connection& db, std::int64_t project,
                                            std::int64_t number);

/// With its jobs and their attempts.
Result<Run> GetRun(db::Connection& db, std::int64_t project, std::int64_t number);

}  // namespace galley::pipeline
