#include "platform/jobs/cgroup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "foundation/io/fd.h"
#include "foundation/io/file.h"

namespace galley::jobs {
namespace {

constexpr std::size_t kBytesMax = std::size_t{1} << 16U;
constexpr std::string_view kRoot = "/sys/fs/cgroup";

/// These files take one write, and are never created.
bool Write(const std::string& path, std::string_view text) {
  const io::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// The folder of the group that this process is in, by its line in /proc/self/cgroup: with version
/// 1 `8:pids:/path`, with version 2 `0::/path`.
std::string OwnGroup() {
  const auto text = io::ReadFile("/proc/self/cgroup", kBytesMax);
  if (!text) return {};
  std::string unified;
  for (std::string_view rest = *text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::string_view path = line.substr(second + 1);
    if (controllers == "pids") return fmt::format("{}/pids{}", kRoot, path == "/" ? "" : path);
    if (controllers.empty()) unified = fmt::format("{}{}", kRoot, path == "/" ? "" : path);
  }
  return unified;
}

std::string FolderOf(const std::string& parent, std::int64_t marker) {
  return fmt::format("{}/galley-{}", parent, marker);
}

}  // namespace

std::unique_ptr<ProcessesCgroup> ProcessesCgroup::Enter(std::int64_t marker,
                                                        std::int64_t processes_max) {
  const std::string parent = OwnGroup();
  if (parent.empty()) return nullptr;
  const std::string folder = FolderOf(parent, marker);
  if (::mkdir(folder.c_str(), 0755) != 0) return nullptr;
  std::unique_ptr<ProcessesCgroup> group(new ProcessesCgroup(parent, folder));
  // This process counts, too.
  if (!Write(folder + "/pids.max", std::to_string(processes_max + 1))) {
    // Version 2: the controller may have to be handed down first.
    Write(parent + "/cgroup.subtree_control", "+pids");
    if (!Write(folder + "/pids.max", std::to_string(processes_max + 1))) return nullptr;
  }
  if (!Write(folder + "/cgroup.procs", "0")) return nullptr;
  return group;
}

ProcessesCgroup::~ProcessesCgroup() {
  Write(parent_ + "/cgroup.procs", "0");
  ::rmdir(folder_.c_str());
}

bool ProcessesCgroup::HasRefused() const {
  const auto text = io::ReadFile(folder_ + "/pids.events", kBytesMax);
  return text && text->starts_with("max ") && !text->starts_with("max 0");
}

void ProcessesCgroup::Remove(std::int64_t marker) {
  const std::string parent = OwnGroup();
  if (!parent.empty()) ::rmdir(FolderOf(parent, marker).c_str());
}

}  // namespace galley::jobs
