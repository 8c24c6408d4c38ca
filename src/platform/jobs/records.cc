#include "platform/jobs/records.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iterator>

#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"

namespace galley::jobs {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::size_t kSpecBytesMax = 8 << 20;  // More than execve(2) takes.
constexpr std::size_t kRecordBytesMax = 64 << 10;
constexpr off_t kReservedBytes = 16 << 10;

constexpr std::string_view kEndingNames[] = {
    "succeeded",          "failed",        "killed",
    "timed_out",          "out_of_cpu",    "out_of_memory",
    "too_many_processes", "log_too_large", "wrote_too_much",
    "cancelled",          "lost",          "could_not_start",
};

struct VariableRecord {
  std::string name;
  std::string value;
  static const schema::Message kSchema;
};
constexpr schema::Field kVariable[] = {
    schema::Of<&VariableRecord::name>("name").Required(),
    schema::Of<&VariableRecord::value>("value"),
};
const schema::Message VariableRecord::kSchema{"variable", kVariable};

// These add a table to their base and no member, so that a pointer to one is a pointer to the
// other.
struct LimitsRecord : Limits {
  static const schema::Message kSchema;
};
constexpr schema::Field kLimits[] = {
    schema::Of<&Limits::wall_ms>("wall_ms"),
    schema::Of<&Limits::cpu_ms>("cpu_ms"),
    schema::Of<&Limits::memory_bytes>("memory_bytes"),
    schema::Of<&Limits::processes>("processes"),
    schema::Of<&Limits::log_bytes>("log_bytes"),
    schema::Of<&Limits::file_bytes>("file_bytes"),
    schema::Of<&Limits::written_bytes>("written_bytes"),
    schema::Of<&Limits::grace_ms>("grace_ms"),
};
const schema::Message LimitsRecord::kSchema{"limits", kLimits};

struct UsageRecord : Usage {
  static const schema::Message kSchema;
};
constexpr schema::Field kUsage[] = {
    schema::Of<&Usage::wall_ms>("wall_ms"),
    schema::Of<&Usage::cpu_ms>("cpu_ms"),
    schema::Of<&Usage::peak_memory_bytes>("peak_memory_bytes"),
    schema::Of<&Usage::peak_processes>("peak_processes"),
    schema::Of<&Usage::written_bytes>("written_bytes"),
    schema::Of<&Usage::log_bytes>("log_bytes"),
};
const schema::Message UsageRecord::kSchema{"usage", kUsage};

struct SpecRecord {
  std::int64_t version = 0;
  std::string attempt;
  std::string working_folder;
  std::string script;
  std::vector<std::string> command;
  std::vector<VariableRecord> environment;
  LimitsRecord limits;
  static const schema::Message kSchema;
};
constexpr schema::Field kSpec[] = {
    schema::Of<&SpecRecord::version>("version").Required(),
    schema::Of<&SpecRecord::attempt>("attempt").Required(),
    schema::Of<&SpecRecord::working_folder>("working_folder").Required(),
    schema::Of<&SpecRecord::script>("script"),
    schema::Of<&SpecRecord::command>("command"),
    schema::Of<&SpecRecord::environment>("environment"),
    schema::Of<&SpecRecord::limits>("limits"),
};
const schema::Message SpecRecord::kSchema{"spec.json", kSpec};

struct StartedRecord : Started {
  std::int64_t version = 0;
  static const schema::Message kSchema;
};
constexpr schema::Field kStarted[] = {
    schema::Of<&StartedRecord::version>("version").Required(),
    schema::Of<&Started::pid>("pid").Required(),
    schema::Of<&Started::start_ticks>("start_ticks").Required(),
    schema::Of<&Started::boot_id>("boot_id"),
    schema::Of<&Started::marker>("marker").Required(),
    schema::Of<&Started::started_ms>("started_ms").Required(),
};
const schema::Message StartedRecord::kSchema{"started", kStarted};

struct OutcomeRecord {
  std::int64_t version = 0;
  std::string ending;
  std::string reason;
  std::int64_t exit_code = 0;
  std::int64_t signal = 0;
  std::int64_t limit = 0;
  std::int64_t used = 0;
  UsageRecord usage;
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;
  std::int64_t log_lost_bytes = 0;
  static const schema::Message kSchema;
};
constexpr schema::Field kOutcome[] = {
    schema::Of<&OutcomeRecord::version>("version").Required(),
    schema::Of<&OutcomeRecord::ending>("ending").Required(),
    schema::Of<&OutcomeRecord::reason>("reason"),
    schema::Of<&OutcomeRecord::exit_code>("exit_code"),
    schema::Of<&OutcomeRecord::signal>("signal"),
    schema::Of<&OutcomeRecord::limit>("limit"),
    schema::Of<&OutcomeRecord::used>("used"),
    schema::Of<&OutcomeRecord::usage>("usage"),
    schema::Of<&OutcomeRecord::started_ms>("started_ms"),
    schema::Of<&OutcomeRecord::ended_ms>("ended_ms"),
    schema::Of<&OutcomeRecord::log_lost_bytes>("log_lost_bytes"),
};
const schema::Message OutcomeRecord::kSchema{"exit.json", kOutcome};

/// A record of this version. What cannot be read is damage: we wrote it.
template <typename T>
Result<T> ReadRecord(const std::string& folder, std::string_view name, std::size_t bytes_max) {
  const std::string path = PathOf(folder, name);
  const std::string text = TRY(io::ReadFile(path, bytes_max));
  auto record = schema::FromJson<T>(text, {});
  if (!record) {
    return Fail(Code::kDataLoss, "{} is damaged: {}", path,
                schema::ErrorOf(record.error()).message);
  }
  if (record->version != kVersion) {
    return Fail(Code::kFailedPrecondition, "{} has version {}; this program knows version {}", path,
                record->version, kVersion);
  }
  return *std::move(record);
}

template <typename T>
std::string TextOf(const T& record) {
  return schema::ToJson(record, schema::EmptyLists::kOmit) + "\n";
}

/// A whole lock of a file's open description (fcntl(2)).
struct flock WholeFile() {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

std::string_view EndingName(Ending ending) {
  return kEndingNames[static_cast<std::size_t>(ending)];
}

std::string BootId() {
  std::string id = io::ReadFile("/proc/sys/kernel/random/boot_id", 100).value_or("");
  while (id.ends_with('\n')) id.pop_back();
  return id;
}

std::string PathOf(const std::string& folder, std::string_view name) {
  return fmt::format("{}/{}", folder, name);
}

Status CreateFile(const std::string& path, std::string_view bytes) {
  // No other process has this name, and none of our threads this number.
  const std::string temporary = fmt::format("{}.{}.{}", path, ::getpid(), ::gettid());
  const io::UniqueFd file(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return std::unexpected(io::ErrnoError("creating " + temporary));
  Status written = io::WriteAll(file.get(), bytes, temporary);
  if (written && ::fsync(file.get()) != 0) {
    written = std::unexpected(io::ErrnoError("writing " + temporary));
  }
  // Unlike rename(2), link(2) leaves what is there.
  if (written && ::link(temporary.c_str(), path.c_str()) != 0) {
    written = errno == EEXIST ? Fail(Code::kAlreadyExists, "{} exists", path)
                              : std::unexpected(io::ErrnoError("naming " + path));
  }
  ::unlink(temporary.c_str());
  TRY(std::move(written));
  return io::SyncFolder(path.substr(0, path.rfind('/') + 1));
}

Status WriteSpec(const Spec& spec) {
  SpecRecord record{.version = kVersion,
                    .attempt = spec.attempt,
                    .working_folder = spec.working_folder,
                    .script = spec.script,
                    .command = spec.command,
                    .limits = {spec.limits}};
  for (const auto& [name, value] : spec.environment) record.environment.push_back({name, value});
  const std::string text = TextOf(record);
  if (text.size() > kSpecBytesMax) {
    return Fail(Code::kInvalidArgument,
                "script, command and environment have {} bytes, more than "
                "{}",
                text.size(), kSpecBytesMax);
  }
  return io::ReplaceFile(PathOf(spec.folder, "spec.json"), text);
}

Result<Spec> ReadSpec(const std::string& folder) {
  auto record = TRY(ReadRecord<SpecRecord>(folder, "spec.json", kSpecBytesMax));
  Spec spec{.attempt = std::move(record.attempt),
            .folder = folder,
            .working_folder = std::move(record.working_folder),
            .script = std::move(record.script),
            .command = std::move(record.command),
            .limits = record.limits};
  for (auto& variable : record.environment) {
    spec.environment.emplace_back(std::move(variable.name), std::move(variable.value));
  }
  return spec;
}

Status WriteStarted(const std::string& folder, const Started& started) {
  return CreateFile(PathOf(folder, "started"), TextOf(StartedRecord{{started}, kVersion}));
}

Result<Started> ReadStarted(const std::string& folder) {
  return TRY(ReadRecord<StartedRecord>(folder, "started", kRecordBytesMax));
}

Result<std::string> ReadCancel(const std::string& folder) {
  return io::ReadFile(PathOf(folder, "cancel"), kRecordBytesMax);
}

Status ReserveOutcome(const std::string& folder) {
  const std::string path = PathOf(folder, "exit.json.new");
  const io::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return std::unexpected(io::ErrnoError("creating " + path));
  if (const int error = ::posix_fallocate(file.get(), 0, kReservedBytes); error != 0) {
    return std::unexpected(io::ErrnoError("reserving " + path, error));
  }
  if (::fsync(file.get()) != 0) return std::unexpected(io::ErrnoError("writing " + path));
  return {};
}

Status WriteOutcome(const std::string& folder, const Outcome& outcome) {
  const std::string text = TextOf(OutcomeRecord{.version = kVersion,
                                                .ending = std::string(EndingName(outcome.ending)),
                                                .reason = outcome.reason,
                                                .exit_code = outcome.exit_code,
                                                .signal = outcome.signal,
                                                .limit = outcome.limit,
                                                .used = outcome.used,
                                                .usage = {outcome.usage},
                                                .started_ms = outcome.started_ms,
                                                .ended_ms = outcome.ended_ms,
                                                .log_lost_bytes = outcome.log_lost_bytes});
  const std::string temporary = PathOf(folder, "exit.json.new");
  {
    // Not truncated first: the reserved space is written to.
    const io::UniqueFd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (!file) return std::unexpected(io::ErrnoError("opening " + temporary));
    TRY(io::WriteAll(file.get(), text, temporary));
    if (::ftruncate(file.get(), static_cast<off_t>(text.size())) != 0 || ::fsync(file.get()) != 0) {
      return std::unexpected(io::ErrnoError("writing " + temporary));
    }
  }
  if (::rename(temporary.c_str(), PathOf(folder, "exit.json").c_str()) != 0) {
    return std::unexpected(io::ErrnoError("naming " + PathOf(folder, "exit.json")));
  }
  return io::SyncFolder(folder);
}

Result<Outcome> ReadOutcome(const std::string& folder) {
  auto record = TRY(ReadRecord<OutcomeRecord>(folder, "exit.json", kRecordBytesMax));
  const auto* const name = std::ranges::find(kEndingNames, record.ending);
  if (name == std::end(kEndingNames)) {
    return Fail(Code::kDataLoss, "{}: there is no ending '{}'", PathOf(folder, "exit.json"),
                record.ending);
  }
  return Outcome{.ending = static_cast<Ending>(name - std::begin(kEndingNames)),
                 .reason = std::move(record.reason),
                 .exit_code = record.exit_code,
                 .signal = record.signal,
                 .limit = record.limit,
                 .used = record.used,
                 .usage = record.usage,
                 .started_ms = record.started_ms,
                 .ended_ms = record.ended_ms,
                 .log_lost_bytes = record.log_lost_bytes};
}

Result<io::UniqueFd> TakeLease(const std::string& folder) {
  const std::string path = PathOf(folder, "lease");
  io::UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return std::unexpected(io::ErrnoError("opening " + path));
  struct flock lock = WholeFile();
  if (::fcntl(file.get(), F_OFD_SETLK, &lock) == 0) return file;
  if (errno != EAGAIN && errno != EACCES) return std::unexpected(io::ErrnoError("locking " + path));
  return Fail(Code::kFailedPrecondition, "{} is held by another process", path);
}

Result<bool> LeaseIsHeld(const std::string& folder) {
  const std::string path = PathOf(folder, "lease");
  const io::UniqueFd file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!file && errno == ENOENT) return false;
  struct flock lock = WholeFile();
  if (!file || ::fcntl(file.get(), F_OFD_GETLK, &lock) != 0) {
    return std::unexpected(io::ErrnoError("looking at " + path));
  }
  return lock.l_type != F_UNLCK;
}

}  // namespace galley::jobs
