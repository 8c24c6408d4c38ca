#include "domain/pipeline/read_job.h"

#include <algorithm>
#include <charconv>

#include "domain/pipeline/read_gate.h"

namespace galley::pipeline {
namespace {

constexpr std::string_view kJobKeys[] = {
    "stage",   "needs",          "run",  "steps", "deps",    "outs",      "params",
    "metrics", "matrix",         "if",   "retry", "timeout", "resources", "env",
    "runs-on", "always_changed", "desc", "gate"};
constexpr NotYet kJobNotYet[] = {
    {"approval", ""},
    {"deploy", ""},
    {"monitor", ""},
    {"hpo", ""},
    {"strategy", "write 'matrix' into the job itself"},
    {"container", ""},
    {"services", ""},
    {"timeout-minutes", "write 'timeout'"},
    {"permissions", ""},
};
constexpr std::string_view kOutputKeys[] = {"path", "cache"};
constexpr NotYet kOutputNotYet[] = {{"type", ""}, {"name", ""}};
constexpr std::string_view kDataset = "dataset:";

/// Reads one job of a matrix.
class JobReader {
 public:
  JobReader(const At& at, const Surroundings& around) : at_(at), around_(around) {
    scope_.parameters = around.parameters;
  }

  Result<Draft> Run(const std::string& base, const Combination& matrix) {
    draft_.job.base = base;
    draft_.job.place = at_.place;
    Name(matrix);
    TRY(Settings());
    TRY(Script());
    if (draft_.job.run.size() > kFilledMax) {
      return std::unexpected(
          WrongAtKey(at_, fmt::format("has a script of {} bytes; the limit is {}",
                                      draft_.job.run.size(), kFilledMax)));
    }
    TRY(Needs());
    TRY(Dependencies());
    TRY(Outputs());
    TRY(Metrics());
    TRY(NamedParameters());
    TRY(If());
    draft_.job.environment = std::move(scope_.environment);
    return std::move(draft_);
  }

 private:
  void Name(const Combination& matrix) {
    Job& job = draft_.job;
    job.name = job.base;
    for (const auto& [key, value] : matrix) {
      job.name += fmt::format("{}{}", job.matrix.empty() ? "[" : ",", value.text);
      job.matrix.emplace_back(key, value.text);
    }
    if (!matrix.empty()) job.name += ']';
    scope_.matrix = matrix;
  }

  /// The job's own value, or that of `defaults`.
  At OwnOrDefault(std::string_view key) const {
    At own = at_.Find(key);
    return own || !around_.defaults ? own : around_.defaults.Find(key);
  }

  Status Settings() {
    Job& job = draft_.job;
    if (const At stage = at_.Find("stage")) {
      job.stage = TRY(ReadText(stage, "the name of a stage"));
      if (std::ranges::find(*around_.stages, job.stage) == around_.stages->end()) {
        return std::unexpected(WrongIn(stage, fmt::format("there is no stage '{}'; there are: {}",
                                                          job.stage, Named(*around_.stages))));
      }
    }
    if (const At retry = OwnOrDefault("retry")) job.retry = TRY(ReadRetry(retry));
    if (const At timeout = OwnOrDefault("timeout")) job.timeout_ms = TRY(ReadTimeout(timeout));
    if (const At runs_on = OwnOrDefault("runs-on")) TRY(CheckRunsOn(runs_on));
    for (const At& from : {around_.defaults, at_}) {
      if (!from) continue;
      if (const At resources = from.Find("resources")) TRY(ReadResources(resources, job.resources));
      if (const At env = from.Find("env")) TRY(ReadEnvironment(env, scope_));
    }
    if (const At always = at_.Find("always_changed")) job.always = TRY(ReadBool(always));
    if (const At desc = at_.Find("desc")) TRY(ReadText(desc, "a text"));
    return {};
  }

  Status Script() {
    if (at_.Find("gate")) {
      draft_.job.gate = TRY(ReadGate(at_, scope_, draft_.gate_jobs));
      return {};
    }
    const At run = at_.Find("run");
    const At steps = at_.Find("steps");
    if (run && steps) {
      return std::unexpected(WrongAtKey(steps, "cannot stand beside 'run'"));
    }
    if (!run && !steps)
      return std::unexpected(WrongAtKey(at_, "must have 'run', 'steps' or 'gate'"));
    if (steps) {
      draft_.job.run = TRY(ReadSteps(steps, scope_));
      return {};
    }
    if (run.node->kind == yaml::Kind::kList && run.node->items.empty()) {
      return std::unexpected(Wrong(run, "has no line"));
    }
    for (const At& line : TRY(ReadItems(run, "a script or a list of its lines"))) {
      std::string& script = draft_.job.run;
      if (!script.empty() && !script.ends_with('\n')) script += '\n';
      script += TRY(ReadFilled(line, "a script or a list of its lines", scope_));
    }
    return {};
  }

  Result<std::vector<Said>> Texts(std::string_view key, std::string_view expected) const {
    std::vector<Said> texts;
    const At at = at_.Find(key);
    if (!at) return texts;
    for (const At& item : TRY(ReadItems(at, fmt::format("{} or a list of them", expected)))) {
      texts.push_back({TRY(ReadFilled(item, expected, scope_)), item.where, item.node->place});
    }
    return texts;
  }

  Status Needs() {
    draft_.has_needs = static_cast<bool>(at_.Find("needs"));
    draft_.needs = TRY(Texts("needs", "the name of a job"));
    return {};
  }

  /// A path in its shortest form, in place.
  Status Normalise(Said& said) const {
    auto path = NormalPath(said.text);
    if (!path) {
      return std::unexpected(yaml::ErrorAt(
          *at_.document, said.place, fmt::format("'{}' {}", said.where, path.error().message)));
    }
    said.text = *std::move(path);
    return {};
  }

  Status Dependencies() {
    for (Said& dep : TRY(Texts("deps", "a path or 'dataset:NAME'"))) {
      if (dep.text.starts_with(kDataset)) {
        TRY(Dataset(dep));
        continue;
      }
      TRY(Normalise(dep));
      if (std::ranges::find(draft_.job.deps, dep.text) != draft_.job.deps.end()) continue;
      draft_.job.deps.push_back(dep.text);
      draft_.deps.push_back(std::move(dep));
    }
    return {};
  }

  Status Dataset(const Said& dep) {
    const std::string_view text = std::string_view(dep.text).substr(kDataset.size());
    const auto sign = std::min(text.find('@'), text.size());
    DatasetDependency dataset{.name = std::string(text.substr(0, sign)), .version = {}};
    bool is_right = IsDatasetName(dataset.name);
    if (sign < text.size() && text.substr(sign) != "@latest") {
      const std::string_view number = text.substr(sign + 1);
      const char* last = number.data() + number.size();
      std::int64_t version = 0;
      const auto [end, error] = std::from_chars(number.begin(), last, version);
      is_right = is_right && error == std::errc() && end == last && version > 0;
      dataset.version = version;
    }
    if (!is_right) {
      return std::unexpected(yaml::ErrorAt(
          *at_.document, dep.place,
          fmt::format(
              "'{}' must be 'dataset:NAME', 'dataset:NAME@latest' or 'dataset:NAME@NUMBER', "
              "not '{}'",
              dep.where, dep.text)));
    }
    draft_.job.datasets.push_back(std::move(dataset));
    return {};
  }

  Status Outputs() {
    const At at = at_.Find("outs");
    if (!at) return {};
    constexpr std::string_view kExpected = "a path or {path, cache}";
    for (const At& item : TRY(ReadItems(at, fmt::format("{} or a list of them", kExpected)))) {
      Output out;
      At path = item;
      if (item.node->kind == yaml::Kind::kMap) {
        TRY(CheckKeys(item, kOutputKeys, kOutputNotYet));
        path = item.Find("path");
        if (!path) return std::unexpected(Wrong(item, "must have the key 'path'"));
        if (const At cache = item.Find("cache")) out.cache = TRY(ReadBool(cache));
      }
      Said said{TRY(ReadFilled(path, kExpected, scope_)), item.where, path.node->place};
      TRY(Normalise(said));
      out.path = said.text;
      draft_.job.outs.push_back(std::move(out));
      draft_.outs.push_back(std::move(said));
    }
    return {};
  }

  Status Metrics() {
    Job& job = draft_.job;
    for (Said& metric : TRY(Texts("metrics", "a path"))) {
      TRY(Normalise(metric));
      if (std::ranges::find(job.metrics, metric.text) != job.metrics.end()) continue;
      job.metrics.push_back(metric.text);
      const bool is_inside = std::ranges::any_of(draft_.outs, [&metric](const Said& out) {
        return metric.text == out.text || metric.text.starts_with(out.text + "/");
      });
      if (is_inside) continue;
      job.outs.push_back({.path = metric.text});
      metric.is_metric = true;
      draft_.outs.push_back(std::move(metric));
    }
    return {};
  }

  Status NamedParameters() {
    const At at = at_.Find("params");
    if (!at) return {};
    constexpr std::string_view kExpected = "the name of a parameter";
    auto& params = draft_.job.params;
    for (const At& item : TRY(ReadItems(at, fmt::format("{} or a list of them", kExpected)))) {
      const std::string name = TRY(ReadFilled(item, kExpected, scope_));
      if (around_.parameters->Find(name) == nullptr) {
        return std::unexpected(
            WrongIn(item, fmt::format("there is no parameter '{}'; there are: {}", name,
                                      Named(around_.parameters->Names()))));
      }
      auto values = around_.parameters->Below(name);
      if (params.size() + values.size() > kItemsMax) {
        return std::unexpected(
            Wrong(item, fmt::format("is too much: with it the job has {} parameters; the limit "
                                    "is {}",
                                    params.size() + values.size(), kItemsMax)));
      }
      for (auto& value : values) {
        if (std::ranges::find(params, value) == params.end()) params.push_back(std::move(value));
      }
    }
    return {};
  }

  Status If() {
    const At at = at_.Find("if");
    if (!at) return {};
    if (at.node->kind != yaml::Kind::kText && at.node->kind != yaml::Kind::kBool) {
      return std::unexpected(WrongType(at, "a condition"));
    }
    auto condition = FillCondition(TRY(ReadText(at, "a condition")), scope_);
    if (!condition) return std::unexpected(WrongIn(at, condition.error().message));
    draft_.job.condition = std::move(condition->text);
    for (const auto& parts : condition->metrics) {
      draft_.metrics_jobs.push_back({parts[1], at.where, at.node->place});
    }
    return {};
  }

  const At& at_;
  const Surroundings& around_;
  Scope scope_;
  Draft draft_;
};

}  // namespace

Status CheckJobKeys(const At& at) {
  return CheckKeys(at, kJobKeys, kJobNotYet);
}

Result<Draft> ReadJob(const At& at, const std::string& base, const Combination& matrix,
                      const Surroundings& around) {
  return JobReader(at, around).Run(base, matrix);
}

}  // namespace galley::pipeline
