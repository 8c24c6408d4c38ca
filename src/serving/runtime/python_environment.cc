#include "serving/runtime/python_environment.h"

#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include <stdio.h>

#include "foundation/io/command.h"
#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "foundation/telemetry/log.h"
#include "storage/blob/digest.h"

namespace galley::serving {
namespace {

constexpr int kFormat = 1;  // Part of the key: raise it when environments are made otherwise.
constexpr std::size_t kKeyDigits = 32;
constexpr int kFailureLines = 12;
constexpr std::size_t kFailureBytes = 2000;
constexpr std::size_t kLineBytes = 160;
constexpr std::int64_t kProbeMs = 20'000;
constexpr auto kLockPoll = std::chrono::milliseconds(100);
constexpr std::string_view kProbe =
    "import sys; sys.stderr.write('galley finds Python %d' % sys.version_info[0])";

/// Makes one environment. One thread.
class Maker {
 public:
  explicit Maker(const PythonEnvironmentOptions& options)
      : options_(options),
        final_(fmt::format("{}/{}", options.folder, Key(options))),
        making_(final_ + ".making"),
        log_(final_ + ".log") {}

  Result<std::string> Make();

 private:
  static std::string Key(const PythonEnvironmentOptions& options);
  bool IsThere() const;
  Result<io::UniqueFd> Lock() const;
  Result<std::string> FindUv() const;
  Status Build(const std::string& uv);
  Status Uv(const std::string& uv, std::vector<std::string> arguments);
  Status Publish();
  void Tell(const std::string& what) const;
  std::string Interpreter() const { return final_ + "/bin/python"; }

  const PythonEnvironmentOptions& options_;
  const std::string final_;
  const std::string making_;
  const std::string log_;
};

/// What is wanted, in one text: it becomes the stamp and, hashed, the name.
std::string Wish(const PythonEnvironmentOptions& options) {
  utsname machine{};
  ::uname(&machine);
  return fmt::format("galley environment {}\n{} {}\npython {}\nfiles {}\n\n{}", kFormat,
                     machine.sysname, machine.machine, options.python,
                     options.requirements.names_files ? options.model_digest : "none",
                     options.requirements.text);
}

std::string Maker::Key(const PythonEnvironmentOptions& options) {
  return blob::DigestOf(Wish(options)).Hex().substr(0, kKeyDigits);
}

/// The interpreter may have gone since: it is a link to the one that the environment was made with.
bool Maker::IsThere() const {
  return ::access((final_ + "/complete").c_str(), F_OK) == 0 &&
         io::CheckExecutable(Interpreter()).has_value();
}

void Maker::Tell(const std::string& what) const {
  if (options_.progress) options_.progress(what);
}

Result<io::UniqueFd> Maker::Lock() const {
  for (;;) {
    auto lock = io::LockFile(final_ + ".lock");
    if (lock || lock.error().code != Code::kFailedPrecondition) return lock;
    if (options_.cancelled != nullptr && *options_.cancelled) {
      return Fail(Code::kUnavailable, "the gateway stops");
    }
    Tell("another model's Python environment, which is the same, is being made");
    std::this_thread::sleep_for(kLockPoll);
  }
}

Result<std::string> Maker::FindUv() const {
  if (!options_.uv.empty()) {
    TRY(Context(io::CheckExecutable(options_.uv), "the setting 'uv'"));
    return options_.uv;
  }
  std::string found = io::FindOnPath("uv");
  if (!found.empty()) return found;
  return Fail(Code::kFailedPrecondition,
              "this model needs Python, and there is no uv to make its environment with: install "
              "uv and start Galley with it on PATH or named by --uv, or create the endpoint with "
              "--python ENV, an environment with the packages of the model's requirements.txt");
}

Result<std::string> Maker::Make() {
  if (IsThere()) return Interpreter();
  TRY(io::MakeFolder(options_.folder));
  const io::UniqueFd lock = TRY(Lock());
  if (IsThere()) return Interpreter();
  const std::string uv = TRY(FindUv());
  TRY(io::RemoveFolder(final_));
  const auto built = Build(uv);
  if (!built) {
    if (const auto removed = io::RemoveFolder(making_); !removed) {
      telemetry::LogWarn("what is left of a Python environment cannot be removed",
                         {{"error.message", removed.error().message}});
    }
    return std::unexpected(built.error());
  }
  telemetry::LogInfo("a Python environment is made", {{"galley.folder", final_}});
  return Interpreter();
}

Status Maker::Build(const std::string& uv) {
  TRY(io::RemoveFolder(making_));
  if (::unlink(log_.c_str()) != 0 && errno != ENOENT) {
    return std::unexpected(io::ErrnoError("removing " + log_));
  }
  std::vector<std::string> venv = {"venv", "--no-project", "--relocatable"};
  if (!options_.python.empty()) venv.insert(venv.end(), {"--python", options_.python});
  venv.push_back(making_);
  TRY(Context(Uv(uv, std::move(venv)),
              options_.python.empty() ? "Python" : "Python " + options_.python));
  // Beside the model's own files, because its lines may name them.
  const std::string list = options_.model_folder + "/requirements.galley.txt";
  TRY(io::ReplaceFile(list, options_.requirements.text));
  TRY(Uv(uv, {"pip", "install", "--python", making_ + "/bin/python", "--only-binary",
              ":all:", "--requirement", list}));
  return Publish();
}

Status Maker::Uv(const std::string& uv, std::vector<std::string> arguments) {
  const std::string what = fmt::format("making the Python environment (uv, {} requirements)",
                                       options_.requirements.count);
  Tell(what + " ...");
  arguments.insert(arguments.begin(), {"uv", "--directory", options_.model_folder});
  const io::Command command{
      .spawn = {.program = uv,
                .arguments = std::move(arguments),
                .environment = {{"NO_COLOR", "1"}},
                .dropped_environment = {"GALLEY_", "NOTIFY_SOCKET=", "VIRTUAL_ENV=",
                                        "CONDA_PREFIX=", "PYTHONPATH=", "PYTHONHOME="},
                .confined = true},
      .log = log_,
      .timeout_ms = options_.timeout_ms,
      .cancelled = options_.cancelled,
      .meanwhile = [&] {
        const std::string line = io::LastLines(log_, 1, kFailureBytes).substr(0, kLineBytes);
        Tell(line.empty() ? what + " ..." : fmt::format("{}: {}", what, line));
      }};
  const auto status = io::RunCommand(command);
  const std::string said = io::LastLines(log_, kFailureLines, kFailureBytes);
  if (!status) {
    return std::unexpected(Error(status.error()).Context(what + (said.empty() ? "" : "\n" + said)));
  }
  if (*status == 0) return {};
  return Fail(Code::kFailedPrecondition,
              "{} failed: uv ended with exit status {} and said\n{}\n(all of it: {}; or create the "
              "endpoint with --python ENV)",
              what, *status, said, log_);
}

/// Nothing of it is used before all of it is on the disk under its final name.
Status Maker::Publish() {
  TRY(io::ReplaceFile(making_ + "/complete", Wish(options_)));
  {
    const io::UniqueFd folder(::open(making_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::syncfs(folder.get()) != 0) {
      return std::unexpected(io::ErrnoError("syncing " + making_));
    }
  }
  if (::rename(making_.c_str(), final_.c_str()) != 0) {
    return std::unexpected(io::ErrnoError("renaming " + making_));
  }
  return io::SyncFolder(options_.folder);
}

}  // namespace

Result<std::string> MakePythonEnvironment(const PythonEnvironmentOptions& options) {
  return Maker(options).Make();
}

Status CheckInterpreter(const std::string& python, const std::string& log,
                        const std::atomic<bool>* cancelled) {
  TRY(Context(io::CheckExecutable(python), "python"));
  ::unlink(log.c_str());
  const auto status =
      TRY(Context(io::RunCommand({.spawn = {.program = python,
                                            .arguments = {python, "-I", "-c", std::string(kProbe)},
                                            .dropped_environment = {"GALLEY_", "NOTIFY_SOCKET="},
                                            .confined = true},
                                  .log = log,
                                  .timeout_ms = kProbeMs,
                                  .cancelled = cancelled}),
                  "python"));
  const std::string said = io::LastLines(log, 1, kLineBytes);
  ::unlink(log.c_str());
  if (status == 0 && said.contains("galley finds Python 3")) return {};
  return Fail(Code::kInvalidArgument, "python: {} is not an interpreter of Python 3: {}", python,
              said.empty() ? fmt::format("it ends with exit status {}", status) : said);
}

}  // namespace galley::serving
