#include "domain/pipeline/read_job.h"

namespace galley::pipeline {
namespace {

constexpr std::string_view kStepKeys[] = {"name", "uses", "run", "env", "working-directory"};
constexpr NotYet kNotYet[] = {{"id", ""},
                              {"if", "a job has 'if'"},
                              {"with", ""},
                              {"shell", "a step is run by bash"},
                              {"continue-on-error", ""},
                              {"timeout-minutes", "a job has 'timeout'"}};
constexpr std::size_t kStepsMax = 100;
constexpr std::string_view kCheckout = "actions/checkout@";

/// A text as one word of bash.
std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

Status CheckUses(const At& step, const At& uses) {
  const std::string action = TRY(ReadText(uses, "the name of an action"));
  if (!action.starts_with(kCheckout) || action.size() == kCheckout.size()) {
    return std::unexpected(
        Wrong(uses, fmt::format("names an action that is not supported: '{}'; there is: "
                                "actions/checkout@VERSION; the others' commands go into 'run'",
                                action)));
  }
  for (const std::string_view key : {"run", "env", "working-directory"}) {
    if (const At other = step.Find(key)) {
      return std::unexpected(WrongAtKey(other, "cannot stand beside 'uses'"));
    }
  }
  return {};
}

Result<std::string> ReadStep(const At& step, std::size_t number, Scope scope) {
  TRY(CheckKeys(step, kStepKeys, kNotYet));
  std::string name = fmt::format("step {}", number);
  if (const At uses = step.Find("uses")) {
    TRY(CheckUses(step, uses));
    // The folder is there already; of a push it is a checkout of the pushed commit.
    return "test -z \"${GALLEY_COMMIT-}\" || echo \"== checkout of $GALLEY_COMMIT\"\n";
  }
  const At run = step.Find("run");
  if (!run) return std::unexpected(Wrong(step, "must have 'run' or 'uses'"));
  std::string script = "(\nset -eo pipefail\n";
  if (const At env = step.Find("env")) {
    TRY(ReadEnvironment(env, scope));
    for (const yaml::Entry& entry : env.node->entries) {
      const auto value = scope.Value("env." + entry.key);
      script += fmt::format("export {}={}\n", entry.key, Quoted(value->text));
    }
  }
  if (const At named = step.Find("name")) name = TRY(ReadFilled(named, "a text", scope));
  script += fmt::format("printf '%s\\n' {}\n", Quoted("== " + name));
  if (const At folder = step.Find("working-directory")) {
    const std::string path = TRY(ReadFilled(folder, "a path", scope));
    if (path != "." && path != "./") {
      const auto normal = NormalPath(path);
      if (!normal) return std::unexpected(Wrong(folder, normal.error().message));
      script += fmt::format("cd -- {}\n", Quoted(*normal));
    }
  }
  script += TRY(ReadFilled(run, "a script", scope));
  return script + (script.ends_with('\n') ? ")\n" : "\n)\n");
}

}  // namespace

Result<std::string> ReadSteps(const At& at, const Scope& scope) {
  if (at.node->kind != yaml::Kind::kList) return std::unexpected(WrongType(at, "a list of steps"));
  if (at.node->items.empty()) return std::unexpected(Wrong(at, "has no step"));
  if (at.node->items.size() > kStepsMax) {
    return std::unexpected(
        Wrong(at, fmt::format("has {} steps; the limit is {}", at.node->items.size(), kStepsMax)));
  }
  std::string script = "set -eo pipefail\n";
  for (std::size_t index = 0; index < at.node->items.size(); ++index) {
    script += TRY(ReadStep(at.Item(index), index + 1, scope));
  }
  return script;
}

}  // namespace galley::pipeline
