#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "foundation/base/error.h"

namespace galley::jobs {

/// The kernel's own limit on how many processes there may be, where its control groups can be
/// written (controller `pids`, version 1 or 2): a fork bomb then stops at once. The calling process
/// and what it starts from then on are in the group. One thread.
class ProcessesCgroup {
 public:
  /// Null if this machine or this user has no such groups. `marker` names the group.
  static std::unique_ptr<ProcessesCgroup> Enter(std::int64_t marker, std::int64_t processes_max);
  /// Goes back to where the process was, and removes the group if nothing else is in it.
  ~ProcessesCgroup();
  ProcessesCgroup(const ProcessesCgroup&) = delete;
  ProcessesCgroup& operator=(const ProcessesCgroup&) = delete;

  /// Whether a process was refused because there were too many.
  bool HasRefused() const;

  /// Removes the group of an attempt whose shim is gone, if there is one and it is empty.
  static void Remove(std::int64_t marker);

 private:
  ProcessesCgroup(std::string parent, std::string folder)
      : parent_(std::move(parent)), folder_(std::move(folder)) {}

  const std::string parent_;
  const std::string folder_;
};

}  // namespace galley::jobs
