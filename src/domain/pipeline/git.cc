#include "domain/pipeline/git.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>

#include "foundation/io/command.h"
#include "foundation/io/errno.h"
#include "foundation/io/fd.h"
#include "foundation/io/file.h"

namespace galley::pipeline {
namespace {

using Arguments = std::vector<std::string>;

constexpr std::int64_t kLookMsMax = 2'000;
constexpr std::int64_t kCheckOutMsMax = 120'000;
constexpr std::size_t kOutputBytesMax = std::size_t{64} << 20U;
constexpr std::size_t kSha1Digits = 40;
constexpr std::size_t kSha256Digits = 64;

struct Said {
  int status = 0;
  std::string text;
};

/// Runs git in a folder. Its words are kept in memory: they may be asked for often.
Result<Said> RunGit(const std::string& folder, Arguments arguments, std::int64_t ms_max) {
  const std::string program = io::FindOnPath("git");
  if (program.empty()) {
    return Fail(Code::kFailedPrecondition,
                "git is needed for this and is not installed on the server's machine, or not on "
                "the server's PATH");
  }
  const io::UniqueFd words(::memfd_create("git", MFD_CLOEXEC));
  if (!words) return std::unexpected(io::ErrnoError("making a file in memory"));
  const std::string path = fmt::format("/proc/self/fd/{}", words.get());
  Arguments line = {"git",
                    "-C",
                    folder,
                    "-c",
                    "core.hooksPath=/dev/null",
                    "-c",
                    "core.fsmonitor=false",
                    "-c",
                    "advice.detachedHead=false"};
  line.insert(line.end(), std::make_move_iterator(arguments.begin()),
              std::make_move_iterator(arguments.end()));
  Said said;
  said.status = TRY(io::RunCommand({.spawn = {.program = program,
                                              .arguments = std::move(line),
                                              .environment = {{"GIT_CONFIG_NOSYSTEM", "1"},
                                                              {"GIT_TERMINAL_PROMPT", "0"},
                                                              {"GIT_ASKPASS", "true"},
                                                              {"GIT_OPTIONAL_LOCKS", "0"},
                                                              {"LC_ALL", "C.UTF-8"}},
                                              .dropped_environment = {"GIT_", "SSH_ASKPASS"}},
                                    .log = path,
                                    .timeout_ms = ms_max}));
  said.text = TRY(io::ReadFile(path, kOutputBytesMax));
  return said;
}

/// What git answered, or in its own words why it did not.
Result<std::string> Answer(const std::string& folder, Arguments arguments, std::int64_t ms_max) {
  const std::string what = arguments.front();
  Said said = TRY(RunGit(folder, std::move(arguments), ms_max));
  if (said.status == 0) return std::move(said.text);
  constexpr std::size_t kShown = 500;
  std::string text = said.text.substr(0, kShown);
  std::ranges::replace(text, '\n', ' ');
  return Fail(Code::kFailedPrecondition, "git {} in '{}': {}", what, folder, text);
}

bool LiesInWorkTree(std::string_view folder) {
  for (std::string_view rest = folder;;) {
    struct stat facts{};
    if (::stat(fmt::format("{}/.git", rest).c_str(), &facts) == 0) return true;
    if (rest.empty()) return false;
    rest = rest.substr(0, rest.rfind('/'));
  }
}

std::vector<std::string> NamesIn(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto end = std::min(text.find('\0'), text.size());
    if (end > 0) names.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return names;
}

}  // namespace

bool IsCommitName(std::string_view text) {
  return (text.size() == kSha1Digits || text.size() == kSha256Digits) &&
         std::ranges::all_of(
             text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsNoCommit(std::string_view text) {
  return IsCommitName(text) && std::ranges::all_of(text, [](char c) { return c == '0'; });
}

Commit CommitOf(const std::string& folder) {
  // Most folders without a repository need no program to tell.
  if (!LiesInWorkTree(folder)) return {};
  const auto said = RunGit(
      folder, {"status", "--porcelain=v2", "--branch", "--untracked-files=no", "--no-renames"},
      kLookMsMax);
  if (!said || said->status != 0) return {};
  constexpr std::string_view kCommit = "# branch.oid ";
  Commit code;
  for (std::string_view rest = said->text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    if (line.starts_with(kCommit)) {
      if (IsCommitName(line.substr(kCommit.size()))) code.hex = line.substr(kCommit.size());
    } else if (!line.starts_with('#')) {
      code.has_changes = true;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return code.hex.empty() ? Commit{} : code;
}

Result<WorkTree> WorkTreeOf(const std::string& folder) {
  if (!LiesInWorkTree(folder)) {
    return Fail(Code::kNotFound, "'{}' lies in no git repository", folder);
  }
  const std::string text =
      TRY(Answer(folder, {"rev-parse", "--show-toplevel", "--show-prefix"}, kLookMsMax));
  const auto first = text.find('\n');
  const auto second = first == std::string::npos ? first : text.find('\n', first + 1);
  if (second == std::string::npos) {
    return Fail(Code::kFailedPrecondition, "git rev-parse in '{}': {}", folder, text);
  }
  return WorkTree{.top = text.substr(0, first),
                  .prefix = text.substr(first + 1, second - first - 1)};
}

Status CheckRepository(const std::string& repository) {
  if (!io::IsFolder(repository)) {
    return Fail(Code::kInvalidArgument, "'repository': '{}' is no folder on the server's machine",
                repository);
  }
  TRY(Answer(repository, {"rev-parse", "--git-dir"}, kLookMsMax));
  return {};
}

Result<bool> HasCommit(const std::string& repository, const std::string& commit) {
  const Said said =
      TRY(RunGit(repository, {"cat-file", "-e", commit + "^{commit}"}, kCheckOutMsMax));
  if (said.status == 0) return true;
  // An object that is not there is told in many words; that there is no repository is another case.
  TRY(CheckRepository(repository));
  return false;
}

Result<std::vector<std::string>> ChangedFiles(const std::string& repository,
                                              const std::string& before, const std::string& after) {
  const bool is_new = before.empty() || IsNoCommit(before) || !TRY(HasCommit(repository, before));
  const Arguments line = is_new
                             ? Arguments{"ls-tree", "-r", "--full-tree", "--name-only", "-z", after}
                             : Arguments{"diff", "--name-only", "--no-renames", "--no-ext-diff",
                                         "-z",   before,        after,          "--"};
  return NamesIn(TRY(Answer(repository, line, kCheckOutMsMax)));
}

Status CheckOut(const std::string& repository, const std::string& commit,
                const std::string& folder) {
  TRY(Answer("/", {"clone", "--quiet", "--local", "--no-checkout", "--", repository, folder},
             kCheckOutMsMax));
  TRY(Answer(folder, {"checkout", "--quiet", "--detach", commit}, kCheckOutMsMax));
  return {};
}

}  // namespace galley::pipeline
