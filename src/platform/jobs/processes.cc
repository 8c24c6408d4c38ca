#include "platform/jobs/processes.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <dirent.h>

#include "foundation/io/errno.h"
#include "foundation/io/fd.h"
#include "foundation/io/random.h"

namespace galley::jobs {
namespace {

constexpr std::uint64_t kMarkerBase = std::uint64_t{1} << 62U;
constexpr std::uint64_t kMarkerStep = std::uint64_t{1} << 32U;
constexpr int kStopRoundsMax = 1000;

std::int64_t NumberIn(std::string_view text) {
  const auto digit = text.find_first_of("0123456789");
  std::int64_t number = 0;
  if (digit != std::string_view::npos) {
    std::from_chars(text.data() + digit, text.data() + text.size(), number);
  }
  return number;
}

/// The number behind `name` in a file of lines; 0 if it has none.
std::int64_t NumberAfter(std::string_view text, std::string_view name) {
  const auto at = text.find(name);
  return at == std::string_view::npos ? 0 : NumberIn(text.substr(at + name.size()));
}

/// A file of /proc, into a buffer on the stack: these are read by the thousand.
class ProcFile {
 public:
  explicit ProcFile(const char* path) {
    const io::UniqueFd file(::open(path, O_RDONLY | O_CLOEXEC));
    const ssize_t size = file ? ::read(file.get(), bytes_, sizeof(bytes_)) : -1;
    text_ = {bytes_, size > 0 ? static_cast<std::size_t>(size) : 0};
  }
  ProcFile(pid_t pid, std::string_view name)
      : ProcFile(fmt::format("/proc/{}/{}", pid, name).c_str()) {}
  ProcFile(const ProcFile&) = delete;
  ProcFile& operator=(const ProcFile&) = delete;

  std::string_view text() const { return text_; }

 private:
  char bytes_[4096];
  std::string_view text_;
};

/// What we need of /proc/PID/stat (proc(5)).
struct Stat {
  char state = '?';
  pid_t parent = 0;
  std::int64_t cpu_ticks = 0;  // With children that it has reaped.
  std::int64_t start_ticks = 0;
  std::int64_t resident_pages = 0;
};

std::optional<Stat> ReadStat(pid_t pid) {
  const ProcFile file(pid, "stat");
  std::string_view rest = file.text();
  // The second field is the program's name in parentheses, which it may hold itself.
  const auto name_end = rest.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= rest.size()) return std::nullopt;
  rest.remove_prefix(name_end + 2);
  Stat stat;
  for (int field = 3; field <= 24 && !rest.empty(); ++field) {
    const auto end = std::min(rest.find(' '), rest.size());
    const std::string_view text = rest.substr(0, end);
    if (field == 3) stat.state = text.front();
    if (field == 4) stat.parent = static_cast<pid_t>(NumberIn(text));
    if (field >= 14 && field <= 17) stat.cpu_ticks += NumberIn(text);
    if (field == 22) stat.start_ticks = NumberIn(text);
    if (field == 24) stat.resident_pages = NumberIn(text);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return stat;
}

Result<std::vector<pid_t>> AllProcesses() {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc"), &::closedir);
  if (folder == nullptr) return std::unexpected(io::ErrnoError("listing /proc"));
  std::vector<pid_t> pids;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is ours alone.
  while (const dirent* entry = ::readdir(folder.get())) {
    const char first = entry->d_name[0];
    if (first >= '1' && first <= '9') pids.push_back(static_cast<pid_t>(NumberIn(entry->d_name)));
  }
  return pids;
}

/// Bytes sent to disks (proc(5)), without what was taken back by truncating or removing the file.
std::int64_t WrittenBytes(std::string_view io) {
  return std::max<std::int64_t>(
      0, NumberAfter(io, "\nwrite_bytes:") - NumberAfter(io, "cancelled_write_bytes:"));
}

std::int64_t ReapedCpuMs() {
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  const auto ms = [](const timeval& time) { return time.tv_sec * 1000 + time.tv_usec / 1000; };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

/// The kernel adds what reaped children did to the process's own account, not to its thread's.
std::int64_t ReapedWrittenBytes() {
  const ProcFile process("/proc/self/io");
  const ProcFile thread("/proc/thread-self/io");
  return std::max<std::int64_t>(0, WrittenBytes(process.text()) - WrittenBytes(thread.text()));
}

bool HasMarker(pid_t pid, std::int64_t marker) {
  rlimit limit{};
  return ::prlimit(pid, RLIMIT_RTTIME, nullptr, &limit) == 0 &&
         limit.rlim_max == static_cast<rlim_t>(marker);
}

/// Whether it is dead and only waits to be reaped. One that is gone is not: a moment ago it may
/// have lived and left a child.
bool IsZombie(pid_t pid) {
  const auto stat = ReadStat(pid);
  return stat && (stat->state == 'Z' || stat->state == 'X');
}

/// By a descriptor: between listing and signal the number may have become somebody else's.
void SignalOneMarked(pid_t pid, std::int64_t marker, int signal) {
  const io::UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process || !HasMarker(pid, marker)) return;
  ::syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0);
}

/// Stops the groups of these processes, which are the job's alone, as setpgid(2) does not cross
/// sessions. A group is stopped at one moment: a fork bomb cannot outrun that.
void StopGroups(const std::vector<pid_t>& pids) {
  std::unordered_set<pid_t> groups = {-1, 0, 1, ::getpgrp()};
  for (const pid_t pid : pids) {
    const pid_t group = ::getpgid(pid);
    if (groups.insert(group).second) ::kill(-group, SIGSTOP);
  }
}

/// Rounds until none is new: a fork may be under way while its parent is stopped. The youngest
/// first, as one that forks and ends, again and again, is gone soon.
template <typename Find, typename Signal>
Result<std::size_t> StopThenKill(Find find, Signal signal) {
  std::unordered_set<pid_t> stopped;
  for (int round = 0; round < kStopRoundsMax; ++round) {
    bool is_new = false;
    const auto found = TRY(find());
    StopGroups(found);
    for (auto pid = found.rbegin(); pid != found.rend(); ++pid) {
      if (!stopped.insert(*pid).second) continue;
      is_new = true;
      signal(*pid, SIGSTOP);
    }
    if (!is_new) break;
  }
  std::size_t living = 0;
  for (const pid_t pid : TRY(find())) {
    if (!IsZombie(pid)) ++living;
    signal(pid, SIGKILL);
  }
  return living;
}

}  // namespace

std::int64_t NewMarker() {
  io::SystemRandom random;
  rlimit limit{};
  ::getrlimit(RLIMIT_RTTIME, &limit);
  // Inside a job of another Galley only lower ones can be set.
  if (limit.rlim_max < 2 * kMarkerBase && limit.rlim_max > kMarkerStep) {
    return static_cast<std::int64_t>(limit.rlim_max - 1 - random.Below(kMarkerStep));
  }
  return static_cast<std::int64_t>(kMarkerBase + random.Below(kMarkerBase));
}

Result<std::vector<pid_t>> Marked(std::int64_t marker) {
  std::vector<pid_t> pids = TRY(AllProcesses());
  std::erase_if(pids, [marker](pid_t pid) { return !HasMarker(pid, marker); });
  return pids;
}

Result<std::vector<pid_t>> Descendants() {
  std::unordered_map<pid_t, std::vector<pid_t>> children;
  for (const pid_t pid : TRY(AllProcesses())) {
    if (const auto stat = ReadStat(pid)) children[stat->parent].push_back(pid);
  }
  std::vector<pid_t> found = children[::getpid()];
  for (std::size_t at = 0; at < found.size(); ++at) {
    const std::vector<pid_t> next = std::move(children[found[at]]);
    found.insert(found.end(), next.begin(), next.end());
  }
  return found;
}

std::int64_t StartTicks(pid_t pid) {
  const auto stat = ReadStat(pid);
  return stat ? stat->start_ticks : 0;
}

Result<Sample> Measure(std::int64_t marker, std::int64_t memory_limit,
                       std::int64_t processes_limit) {
  const auto pids = TRY(Marked(marker));
  const std::int64_t tick_ms = 1000 / ::sysconf(_SC_CLK_TCK);
  const std::int64_t page_bytes = ::sysconf(_SC_PAGESIZE);
  // The reaped first: who ends in between is missed once, and not counted twice.
  Sample sample{.cpu_ms = ReapedCpuMs(), .written_bytes = ReapedWrittenBytes()};
  if (processes_limit > 0 && std::cmp_greater(pids.size(), processes_limit)) {
    for (const pid_t pid : pids) {
      if (!IsZombie(pid) && ++sample.processes > processes_limit) return sample;
    }
    sample.processes = 0;
  }
  for (const pid_t pid : pids) {
    const auto stat = ReadStat(pid);
    if (!stat) continue;
    sample.cpu_ms += stat->cpu_ticks * tick_ms;
    sample.written_bytes += WrittenBytes(ProcFile(pid, "io").text());
    if (stat->state == 'Z' || stat->state == 'X') continue;
    ++sample.processes;
    sample.memory_bytes += stat->resident_pages * page_bytes;
  }
  if (memory_limit == 0 || sample.memory_bytes <= memory_limit) return sample;
  const std::int64_t resident_bytes = std::exchange(sample.memory_bytes, 0);
  for (const pid_t pid : pids) {
    const ProcFile rollup(pid, "smaps_rollup");
    sample.memory_bytes += NumberAfter(rollup.text(), "\nPss:") * 1024;
  }
  if (sample.memory_bytes == 0) sample.memory_bytes = resident_bytes;  // An old kernel.
  return sample;
}

Status SignalMarked(std::int64_t marker, int signal) {
  for (const pid_t pid : TRY(Marked(marker))) SignalOneMarked(pid, marker, signal);
  return {};
}

Result<std::size_t> KillMarked(std::int64_t marker) {
  return StopThenKill([marker] { return Marked(marker); },
                      [marker](pid_t pid, int signal) { SignalOneMarked(pid, marker, signal); });
}

Result<std::size_t> KillDescendants() {
  return StopThenKill(&Descendants, [](pid_t pid, int signal) { ::kill(pid, signal); });
}

std::int64_t KernelOomKills() {
  const io::UniqueFd file(::open("/proc/vmstat", O_RDONLY | O_CLOEXEC));
  std::string text;
  char part[4096];
  for (ssize_t size = 1; file && size > 0;) {
    size = ::read(file.get(), part, sizeof(part));
    if (size > 0) text.append(part, static_cast<std::size_t>(size));
  }
  return NumberAfter(text, "\noom_kill ");
}

}  // namespace galley::jobs
