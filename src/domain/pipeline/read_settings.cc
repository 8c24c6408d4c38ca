#include <algorithm>
#include <array>

#include "domain/pipeline/read_job.h"

namespace galley::pipeline {
namespace {

constexpr std::string_view kRetryKeys[] = {"max", "backoff", "factor", "on"};
/// Those of jobs::EndingName after which another attempt makes sense.
constexpr std::string_view kEndings[] = {"failed",         "killed",         "timed_out",
                                         "out_of_cpu",     "out_of_memory",  "too_many_processes",
                                         "log_too_large",  "wrote_too_much", "lost",
                                         "could_not_start"};
constexpr std::string_view kResourceKeys[] = {"cpu",       "cpu_time", "memory",
                                              "processes", "log",      "written"};
constexpr NotYet kResourcesNotYet[] = {{"gpu", ""}, {"nodes", ""}, {"spot", ""}};
constexpr std::string_view kDefaultsKeys[] = {"retry", "timeout", "resources", "env", "runs-on"};
constexpr std::string_view kExitKey[] = {"exit"};
constexpr std::int64_t kRetriesMax = 100;
constexpr std::size_t kVariablesMax = 200;
constexpr double kFactorMax = 100;
constexpr std::int64_t kProcessesMax = 1'000'000;
constexpr double kCpuMax = 4096;
constexpr double kCpuMin = 0.001;
constexpr std::int64_t kExitMax = 255;

void AddOnce(std::vector<std::string>& names, std::string_view name) {
  if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
}

Status ReadRetryOn(const At& at, Retry& retry) {
  for (const At& item : TRY(ReadItems(at, "an ending or a list of endings"))) {
    if (item.node->kind == yaml::Kind::kMap) {
      TRY(CheckKeys(item, kExitKey, {}));
      const At exit = item.Find("exit");
      if (!exit) return std::unexpected(Wrong(item, "must have the key 'exit'"));
      for (const At& code : TRY(ReadItems(exit, "an exit code or a list of exit codes"))) {
        retry.exit.push_back(TRY(ReadInteger(code, 1, kExitMax)));
      }
      AddOnce(retry.on, "failed");
      continue;
    }
    const std::string name = TRY(ReadText(item, "the name of an ending or {exit: [CODE]}"));
    if (std::ranges::find(kEndings, name) == std::end(kEndings)) {
      return std::unexpected(
          WrongIn(item, fmt::format("there is no ending '{}'; there are: {}, {{exit: [CODE]}}",
                                    name, Named(kEndings))));
    }
    AddOnce(retry.on, name);
  }
  return {};
}

bool IsVariable(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && (name[0] < '0' || name[0] > '9') && std::ranges::all_of(name, allowed);
}

}  // namespace

Result<Retry> ReadRetry(const At& at) {
  Retry retry;
  if (at.node->kind != yaml::Kind::kMap) {
    if (at.node->kind != yaml::Kind::kInteger) {
      return std::unexpected(
          WrongType(at, fmt::format("a whole number or a mapping ({})", Named(kRetryKeys))));
    }
    retry.max = TRY(ReadInteger(at, 0, kRetriesMax));
    return retry;
  }
  TRY(CheckKeys(at, kRetryKeys, {}));
  const At max = at.Find("max");
  if (!max) return std::unexpected(WrongAtKey(at, "must have the key 'max'"));
  retry.max = TRY(ReadInteger(max, 0, kRetriesMax));
  if (const At backoff = at.Find("backoff")) retry.backoff_ms = TRY(ReadTime(backoff));
  if (const At factor = at.Find("factor")) retry.factor = TRY(ReadNumber(factor, 1, kFactorMax));
  if (const At on = at.Find("on")) TRY(ReadRetryOn(on, retry));
  return retry;
}

Result<std::int64_t> ReadTimeout(const At& at) {
  const std::int64_t ms = TRY(ReadTime(at));
  if (ms == 0) return std::unexpected(Wrong(at, "must be longer than 0"));
  return ms;
}

Status ReadResources(const At& at, Resources& resources) {
  TRY(CheckKeys(at, kResourceKeys, kResourcesNotYet));
  if (const At cpu = at.Find("cpu")) resources.cpu = TRY(ReadNumber(cpu, kCpuMin, kCpuMax));
  if (const At time = at.Find("cpu_time")) resources.cpu_ms = TRY(ReadTimeout(time));
  if (const At memory = at.Find("memory")) resources.memory_bytes = TRY(ReadSize(memory));
  if (const At processes = at.Find("processes")) {
    resources.processes = TRY(ReadInteger(processes, 1, kProcessesMax));
  }
  if (const At log = at.Find("log")) resources.log_bytes = TRY(ReadSize(log));
  if (const At written = at.Find("written")) resources.written_bytes = TRY(ReadSize(written));
  return {};
}

Status CheckRunsOn(const At& at) {
  if (at.node->kind == yaml::Kind::kMap) {
    return std::unexpected(
        WrongAtKey(at,
                   "is not supported yet as a mapping: this version runs jobs on this machine; "
                   "write 'local'"));
  }
  const std::string word = TRY(ReadText(at, "a word such as 'local'"));
  if (word.find_first_of(" \t\n") == std::string::npos) return {};
  return std::unexpected(WrongType(at, "a word such as 'local'"));
}

Status CheckEnvironment(const At& at) {
  TRY(CheckMapping(at));
  if (at.node->entries.size() > kVariablesMax) {
    return std::unexpected(Wrong(at, fmt::format("has {} variables; the limit is {}",
                                                 at.node->entries.size(), kVariablesMax)));
  }
  for (const yaml::Entry& entry : at.node->entries) {
    const At value = at.Find(entry.key);
    if (!IsVariable(entry.key)) {
      return std::unexpected(WrongAtKey(
          value, "is no variable: a name has letters, digits and '_', no digit in front"));
    }
    if (entry.key.starts_with("GALLEY_")) {
      return std::unexpected(WrongAtKey(value, "cannot be set: GALLEY_… is Galley's own"));
    }
    if (!entry.value.IsScalar()) return std::unexpected(WrongType(value, "a single value"));
    if (entry.value.text.contains('\0')) {
      return std::unexpected(Wrong(value, "has the character NUL, which cannot stand here"));
    }
  }
  return {};
}

Status ReadEnvironment(const At& at, Scope& scope) {
  TRY(CheckEnvironment(at));
  for (const yaml::Entry& entry : at.node->entries) {
    auto value = Fill(entry.value.text, scope);
    if (!value) {
      return std::unexpected(WrongIn(at.Find(entry.key), value.error().message));
    }
    SetVariable(scope.environment, entry.key, *std::move(value));
  }
  return {};
}

Status CheckDefaults(const At& at) {
  TRY(CheckKeys(at, kDefaultsKeys, {}));
  Resources resources;
  if (const At retry = at.Find("retry")) TRY(ReadRetry(retry));
  if (const At timeout = at.Find("timeout")) TRY(ReadTimeout(timeout));
  if (const At limits = at.Find("resources")) TRY(ReadResources(limits, resources));
  if (const At env = at.Find("env")) TRY(CheckEnvironment(env));
  if (const At runs_on = at.Find("runs-on")) TRY(CheckRunsOn(runs_on));
  return {};
}

}  // namespace galley::pipeline
