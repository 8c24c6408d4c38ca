#pragma once

#include <string>
#include <utility>
#include <vector>

#include "domain/pipeline/rows.h"
#include "domain/pipeline/service.h"

/// A run that is not ended, as the thread of `Service` has it. Inside of this room only.
namespace galley::pipeline {

struct Service::Active {
  std::string project;
  Definition definition;
  Pipeline pipeline;  ///< Its jobs and those of `run` stand at the same places.
  Run run;
  std::vector<Results> results;                    ///< Of each job; empty until it has some.
  std::vector<char> must_run;                      ///< Decided, and waits for a slot only.
  std::vector<char> is_changed;                    ///< Not yet in the database.
  std::vector<std::optional<GateEvidence>> gates;  ///< Of each job; null until it decided.
  std::vector<char> is_forced;  ///< Of each job: it runs, whatever the cache says.
  bool run_is_changed = false;
  std::string cancelled_because;       ///< Empty: it is not.
  std::vector<std::size_t> to_launch;  ///< Once the database knows.
  /// Places of jobs whose results can serve again.
  std::vector<std::size_t> to_cache;
  std::vector<std::size_t> to_know;
  std::vector<std::size_t> to_decide;  ///< Places of gates whose evidence is new.

  void Changed(std::size_t position) { is_changed[position] = 1; }
};

/// The files of a project's folder, remembering what was read.
class FolderFiles : public Files {
 public:
  explicit FolderFiles(std::string folder) : folder_(std::move(folder)) {}
  Result<std::string> Read(const std::string& path) const override;
  const std::map<std::string, std::string>& read() const { return read_; }

 private:
  const std::string folder_;
  mutable std::map<std::string, std::string> read_;
};

/// Files as they were when a run began.
class StoredFiles : public Files {
 public:
  explicit StoredFiles(const std::map<std::string, std::string>& files) : files_(files) {}
  Result<std::string> Read(const std::string& path) const override;

 private:
  const std::map<std::string, std::string>& files_;
};

/// That it is an absolute path, and a folder.
Status CheckFolder(const std::string& folder);

/// Whether `path` is `folder` or below it.
bool IsWithin(std::string_view path, std::string_view folder);

}  // namespace galley::pipeline
