#pragma once

#include <signal.h>
#include <sys/types.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/io/fd.h"

namespace galley::io {

/// What main does first: a write to a closed pipe or socket becomes an error instead of the end,
/// and descriptors 0 to 2 are open, so that no socket takes their numbers and receives what is
/// logged.
void PrepareProcess();

/// A limit of setrlimit(2).
struct ResourceLimit {
  int resource;  ///< RLIMIT_AS and so on.
  std::uint64_t soft;
  std::uint64_t hard;
};

/// How a child process is started.
struct SpawnOptions {
  std::string program;                 ///< Path of the executable.
  std::vector<std::string> arguments;  ///< argv, with the name first.
  std::vector<int> listen_fds;         ///< Become descriptors 3, 4, … and LISTEN_FDS; stay ours.
  std::vector<int> inherited_fds;      ///< Become the descriptors behind those; stay ours.
  int stdin_fd = -1;                   ///< Becomes descriptor 0; stays ours. -1: our own.
  int stdout_fd = -1;                  ///< Becomes descriptor 1; stays ours. -1: our own.
  int stderr_fd = -1;                  ///< Becomes descriptor 2; stays ours. -1: our own.
  std::string folder;                  ///< Its working directory; empty: our own.
  std::vector<ResourceLimit> limits;   ///< What it may use up.
  std::vector<std::pair<std::string, std::string>> environment;  ///< Added to ours.
  /// Variables of ours to leave out, by prefix; an empty one leaves out all.
  std::vector<std::string> dropped_environment;
  int parent_death_signal = SIGTERM;  ///< What it gets when the calling thread ends; 0: nothing.
  /// For code that others wrote: no_new_privs, no core file, no descriptor but those named here.
  bool confined = false;
  bool new_session = false;  ///< Its own session too, so that no terminal reaches it (setsid(2)).
  /// A close-on-exec descriptor, no other of these: if the child cannot become the program, it
  /// writes the `errno` of what failed to it, an int. So a reader sees the end without a byte once
  /// the program runs. -1: none. Not together with listen_fds and inherited_fds.
  int failure_fd = -1;
};

/// Starts a child in its own process group (a terminal's Ctrl-C reaches the parent alone) with an
/// empty signal mask; it receives `parent_death_signal` when the calling thread ends, however that
/// happens: call from a thread that lives as long as the child may. Returns its pid; the caller
/// reaps it. Any thread, as long as none changes the environment. A program that cannot be executed
/// shows as exit status 127.
Result<pid_t> Spawn(const SpawnOptions& options);

/// Blocks the signals in the whole process and returns a descriptor that delivers them
/// (signalfd(2)). Call before any thread starts.
Result<UniqueFd> SignalDescriptor(std::initializer_list<int> signals);

/// The next signal waiting in such a descriptor; kUnavailable when none waits.
Result<int> NextSignal(int descriptor);

/// How many cores this process may use: by its affinity, which containers and taskset(1) set, and
/// not by what the machine has. At least 1.
int UsableCores();

/// The path of the running program's file.
Result<std::string> ProgramPath();

}  // namespace galley::io
