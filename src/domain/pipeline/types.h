#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/id.h"
#include "foundation/schema/message.h"
#include "storage/blob/digest.h"

/// Runs of pipelines and their jobs, as they are stored.
namespace galley::pipeline {

enum class RunState : std::uint8_t {
  kWaiting,
  kRunning,
  kSucceeded,
  kFailed,
  kCancelled,
  kRefused,  ///< By a gate.
};
std::string_view RunStateName(RunState state);
std::optional<RunState> ParseRunState(std::string_view text);
inline bool HasEnded(RunState state) {
  return state > RunState::kRunning;
}

enum class JobState : std::uint8_t {
  kWaiting,    ///< For other jobs, a slot, or its next attempt (`next_ms`).
  kRunning,    ///< An attempt is under way.
  kSucceeded,  ///< It ran.
  kCached,     ///< It did not have to run: nothing that it depends on is new.
  kSkipped,    ///< By its condition, or because what it needs failed.
  kFailed,
  kCancelled,
  kRefused,  ///< A gate let nothing pass.
};
std::string_view JobStateName(JobState state);
std::optional<JobState> ParseJobState(std::string_view text);
inline bool HasEnded(JobState state) {
  return state > JobState::kRunning;
}
inline bool IsGood(JobState state) {
  return state == JobState::kSucceeded || state == JobState::kCached;
}

/// One thing that decides whether a job has to run: `command`, `dep`, `dataset`, `param`, `env` or
/// `out`, a name, and what it was.
struct KeyPart {
  std::string kind;
  std::string name;
  std::string value;  ///< A digest in hex, or a parameter's JSON.
  static const schema::Message kSchema;
  bool operator==(const KeyPart&) const = default;
};
struct KeyParts {
  std::vector<KeyPart> parts;
  static const schema::Message kSchema;
};

/// A file that a job made, by its path in the project's folder.
struct OutFile {
  std::string path;
  std::string sha256;
  std::int64_t bytes = 0;
  bool is_executable = false;
  static const schema::Message kSchema;
};
struct Metric {
  std::string name;  ///< Dotted, where the file has objects inside each other.
  double value = 0;
  static const schema::Message kSchema;
};
/// What a job left behind.
struct Results {
  std::vector<OutFile> files;
  std::vector<Metric> metrics;
  static const schema::Message kSchema;
};

struct Attempt {
  std::int64_t number = 0;  ///< From 1.
  std::string ending;       ///< jobs::EndingName; empty: it runs.
  std::string reason;
  std::int64_t exit_code = 0;
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;
  std::int64_t cpu_ms = 0;
  std::int64_t peak_memory_bytes = 0;
};

struct JobRun {
  Id id;
  std::string name;
  std::string stage;
  JobState state = JobState::kWaiting;
  std::string reason;       ///< Why it is in this state, in a sentence.
  std::string explanation;  ///< Why it ran or did not have to.
  std::vector<KeyPart> parts;
  std::vector<Metric> metrics;
  std::vector<Attempt> attempts;
  std::int64_t next_ms = 0;  ///< When its next attempt may begin.
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;
};

/// Which code a run had.
struct Commit {
  std::string hex;  ///< Of git; empty: it is not known.
  bool has_changes = false;

  /// `code 1a2b3c4d5e6f with changes`; empty if it is not known.
  std::string Text() const;
};

struct Run {
  std::int64_t row = 0;
  Id id;
  std::int64_t number = 0;  ///< Of this project's runs, from 1.
  std::string pipeline;
  std::string folder;  ///< The project's, absolute.
  RunState state = RunState::kWaiting;
  std::string trigger;  ///< `manual`; `schedule`, `data` or `push`, and what came: `data sales@61`.
  std::string event;    ///< The id of what came; empty: `manual`.
  Commit code;
  std::string actor;
  bool force = false;
  std::string from;        ///< The job where it began anew; empty: none.
  std::int64_t again = 0;  ///< The run that it repeats; 0: none.
  std::int64_t created_ms = 0;
  std::int64_t ended_ms = 0;
  std::vector<JobRun> jobs;  ///< In the pipeline's order; empty in lists.
};

/// What `pipeline run` is given.
struct NewRun {
  std::string folder;  ///< Absolute; where paths begin and commands run.
  std::string file;    ///< The name of the pipeline's file, for errors.
  std::string text;    ///< What is in it.
  std::string name;    ///< The pipeline's, if the file says none; empty: the folder's.
  std::map<std::string, std::string> inputs;
  std::vector<std::pair<std::string, std::string>> environment;  ///< Of the caller: PATH and such.
  bool force = false;  ///< Every job runs, whatever the cache says.
  /// This job, or the jobs of this matrix, and what needs them run, whatever the cache says.
  std::string from;
  /// The run to repeat; 0: none. Then folder, file, text and name are its own, as it had them, also
  /// the files of parameters, and its inputs stay where `inputs` has no others.
  std::int64_t again = 0;
  std::string trigger = "manual";
  std::string event;
  std::optional<Commit> code;  ///< Null: git is asked.
  std::string actor;
};

}  // namespace galley::pipeline
