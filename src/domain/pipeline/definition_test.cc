#include "domain/pipeline/definition.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace galley::pipeline {
namespace {

class TestFiles : public Files {
 public:
  Result<std::string> Read(const std::string& path) const override {
    if (path == "params.yaml" || path == "conf/p.yaml") {
      return "train: {depth: 3, lr: 1e-4, tags: [a, 1]}\nprep: {split: 0.20}\nleast_auc: 0.7\n";
    }
    return Fail(Code::kNotFound, "there is no file '{}'", path);
  }
};

using Inputs = std::map<std::string, std::string>;

Result<Pipeline> Read(const std::string& text, const Inputs& inputs = {}) {
  const yaml::Document document = TRY(yaml::Parse(text, "demo/churn/galley.yaml"));
  return ReadPipeline(document, TestFiles(), inputs);
}

std::string Refusal(const std::string& text) {
  const auto pipeline = Read(text);
  return pipeline ? "" : pipeline.error().message;
}

template <typename List, typename Write>
void Add(std::string& out, std::string_view name, const List& list, Write write) {
  std::string items;
  for (const auto& item : list) items += (items.empty() ? "" : " ") + write(item);
  if (!items.empty()) out += fmt::format("; {} {}", name, items);
}

template <typename Number>
void AddNumber(std::string& out, std::string_view name, Number number) {
  if (number != 0) out += fmt::format("; {} {}", name, number);
}

/// A job in a line: what it has, and nothing else.
std::string Line(const Job& job) {
  const auto plain = [](const auto& text) { return std::string(text); };
  const auto pair = [](const auto& both) { return both.first + "=" + both.second; };
  std::string out = job.name;
  if (job.name != job.base) Add(out, "of " + job.base, job.matrix, pair);
  if (!job.stage.empty()) out += "; stage " + job.stage;
  Add(out, "needs", job.needs, plain);
  Add(out, "deps", job.deps, plain);
  Add(out, "datasets", job.datasets, [](const DatasetDependency& dataset) {
    return dataset.version ? fmt::format("{}@{}", dataset.name, *dataset.version) : dataset.name;
  });
  Add(out, "outs", job.outs,
      [](const Output& output) { return output.path + (output.cache ? "" : "(uncached)"); });
  Add(out, "metrics", job.metrics, plain);
  Add(out, "params", job.params, pair);
  Add(out, "env", job.environment, pair);
  if (!job.condition.empty()) out += "; if " + job.condition;
  AddNumber(out, "retries", job.retry.max);
  AddNumber(out, "backoff", job.retry.backoff_ms);
  AddNumber(out, "factor", job.retry.factor == 1 ? 0 : job.retry.factor);
  Add(out, "on", job.retry.on, plain);
  Add(out, "exit", job.retry.exit, [](std::int64_t code) { return std::to_string(code); });
  AddNumber(out, "timeout", job.timeout_ms);
  AddNumber(out, "cpu", job.resources.cpu);
  AddNumber(out, "cpu_time", job.resources.cpu_ms);
  AddNumber(out, "memory", job.resources.memory_bytes);
  AddNumber(out, "processes", job.resources.processes);
  AddNumber(out, "log", job.resources.log_bytes);
  AddNumber(out, "written", job.resources.written_bytes);
  if (job.always) out += "; always";
  return out + "; run " + job.run + "\n";
}

std::string Lines(const std::string& text, const Inputs& inputs = {}) {
  const auto pipeline = Read(text, inputs);
  if (!pipeline) return pipeline.error().message;
  std::string lines;
  for (const Job& job : pipeline->jobs) lines += Line(job);
  return lines;
}

// The guide's own blocks, as they stand.
constexpr const char* kSeedWorkflow = R"(name: Model Deploy
on: [push]
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v2
      - name: Train and Deploy
        run: |
          python train.py
          python deploy.py
)";
constexpr const char* kSeedStages = R"(stages:
  - data_prep
  - train
  - evaluate
  - deploy
  - monitor
)";

TEST(Pipeline, ReadsTheGuidesBlocks) {
  const auto stages = Read(kSeedStages);
  ASSERT_TRUE(stages.has_value()) << stages.error().message;
  EXPECT_EQ(stages->stages,
            (std::vector<std::string>{"data_prep", "train", "evaluate", "deploy", "monitor"}));
  EXPECT_TRUE(stages->jobs.empty());
  EXPECT_EQ(stages->name, "churn");

  const auto workflow = Read(kSeedWorkflow);
  ASSERT_TRUE(workflow.has_value()) << workflow.error().message;
  EXPECT_EQ(workflow->name, "Model Deploy");
  EXPECT_TRUE(workflow->stages.empty());
  ASSERT_NE(workflow->Find("deploy"), nullptr);
  EXPECT_EQ(workflow->Find("deploy")->place.line, 4);
  EXPECT_EQ(workflow->Find("train"), nullptr);
  EXPECT_EQ(Lines(kSeedWorkflow),
            "deploy; run set -eo pipefail\ntest -z \"${GALLEY_COMMIT-}\" || echo \"== checkout of "
            "$GALLEY_COMMIT\"\n(\nset -eo pipefail\nprintf '%s\\n' '== Train and "
            "Deploy'\npython train.py\npython deploy.py\n)\n\n");
}

/// What bash prints of a script, and how it ends.
std::string Printed(const std::string& script) {
  const std::string path = testing::TempDir() + "pipeline_steps.sh";
  std::ofstream(path) << script;
  // NOLINTNEXTLINE(bugprone-command-processor)
  FILE* pipe = popen(fmt::format("/bin/bash '{}' 2>/dev/null", path).c_str(), "r");
  std::string out;
  std::array<char, 256> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) out += buffer.data();
  return fmt::format("{}({})", out, pclose(pipe) == 0 ? "succeeded" : "failed");
}

std::string PrintedSteps(const std::string& steps) {
  const auto pipeline = Read("jobs:\n  a:\n    env: {A: job}\n    steps:\n" + steps);
  return pipeline ? Printed(pipeline->jobs[0].run) : pipeline.error().message;
}

TEST(Pipeline, StepsStopAtTheFirstErrorAndKeepToThemselves) {
  EXPECT_EQ(PrintedSteps("      - {name: \"it's\", run: 'X=1; cd /; echo one'}\n"
                         "      - {run: 'echo \"two$X\"; [ \"$PWD\" != / ]'}\n"),
            "== it's\none\n== step 2\ntwo\n(succeeded)");
  EXPECT_EQ(PrintedSteps("      - {run: 'echo one; false; echo no'}\n      - {run: echo two}\n"),
            "== step 1\none\n(failed)");
  EXPECT_EQ(PrintedSteps("      - {run: 'false | true'}\n      - {run: echo two}\n"),
            "== step 1\n(failed)");
  EXPECT_EQ(PrintedSteps("      - name: ${{ env.A }} and ${{ env.B }}\n"
                         "        env: {B: \"it's ${{ env.A }}\"}\n"
                         "        run: |\n"
                         "          cat <<END\n"
                         "          $B\n"
                         "          END\n"
                         "      - {run: 'echo \"B=$B\"', working-directory: ./}\n"),
            "== job and it's job\nit's job\n== step 2\nB=\n(succeeded)");
  EXPECT_EQ(PrintedSteps("      - {run: pwd, working-directory: no/such/folder}\n"),
            "== step 1\n(failed)");
}

// What is read of the design's example, and what is refused of it one after the other.
constexpr const char* kExample = "src/domain/pipeline/testdata/example.yaml";
struct Change {
  const char* message;  ///< Its end, behind the place.
  const char* from;
  const char* to;
};
constexpr Change kChanges[] = {
    {"'defaults.retry.on[0]': there is no ending 'node_lost'; there are: failed, killed, "
     "timed_out, "
     "out_of_cpu, out_of_memory, too_many_processes, log_too_large, wrote_too_much, lost, "
     "could_not_start, {exit: [CODE]}",
     "node_lost, oom", "lost, out_of_memory"},
    {"'jobs.train.hpo' is not supported yet", "    hpo: {", "    desc: unused\n    #{"},
    {"'jobs.train.runs-on' is not supported yet as a mapping: this version runs jobs on this "
     "machine; write 'local'",
     "{kubernetes: gpu-pool}", "gpu-pool"},
    {"'jobs.train.resources.gpu' is not supported yet", "gpu: 0, ", ""},
    {"'jobs.train.resources.nodes' is not supported yet", "nodes: 1, ", ""},
    {"'jobs.train.resources.spot' is not supported yet", ", spot: true", ""},
    {"'jobs.train.outs[0].type' is not supported yet", "type: model, ", ""},
    {"'jobs.train.outs[0].name' is not supported yet", ", name: churn}", "}"},
    {"'jobs.gate.if': position 16: there is no function 'baseline'; there are: success(), "
     "failure(), always()",
     "baseline('champion').auc - 0.002", "params.least_auc"},
    {"'jobs.gate.if': position 36: there is no function 'slices.min'; there are: success(), "
     "failure(), always()",
     " && slices.min('auc') > 0.7", ""},
    {"'jobs.gate.if': position 1: 'metrics.auc' is not known; there are: matrix.KEY, params.NAME, "
     "env.NAME, metrics.JOB.KEY, true, false, success(), failure(), always()",
     "metrics.auc", "metrics.`train[mlp,2]`.auc"},
    {"'jobs.deploy.approval' is not supported yet", "    approval: {", "    #{"},
    {"'jobs.deploy.deploy' is not supported yet", "    deploy: {", "    run: deploy #{"},
    {"'jobs.watch.monitor' is not supported yet",
     "monitor: {endpoint: churn, reference: "
     "data/clean.parquet, tests: [psi, ks]}",
     "run: watch"},
    {"'jobs.train.outs[0]': 'models' is an output, too, of job 'train[gbdt,1]' (line 28); its path "
     "must name the matrix, such as ${{ matrix.KEY }}",
     "models/", "'models/${{ matrix.model }}/${{ matrix.seed }}'"},
    {"'jobs.train.metrics[0]': 'metrics.json' is an output, too, of job 'train[gbdt,1]' (line 29); "
     "its path must name the matrix, such as ${{ matrix.KEY }}",
     "[metrics.json]", "'models/${{ matrix.model }}/${{ matrix.seed }}/metrics.json'"},
};

TEST(Pipeline, ReadsTheDesignsExampleAsFarAsItIsSupported) {
  std::ifstream file(kExample);
  ASSERT_TRUE(file.is_open()) << kExample << ": run this from the repository's root";
  std::string text(std::istreambuf_iterator<char>(file), {});
  for (const auto& [message, from, to] : kChanges) {
    const std::string refusal = Refusal(text);
    EXPECT_TRUE(refusal.ends_with(std::string(": ") + message)) << refusal;
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, std::string_view(from).size(), to);
  }
  const std::string rest =
      "; retries 2; backoff 10000; factor 2; on lost out_of_memory failed; exit 75; timeout "
      "1800000";
  std::string expected =
      "prep; stage data_prep; deps data/raw.csv src/prep.py; datasets churn_raw; outs "
      "data/clean.parquet; params prep.split=0.2" +
      rest + "; run python src/prep.py --out data/clean.parquet\n";
  for (const char* model : {"gbdt", "mlp"}) {
    for (const int seed : {1, 2}) {
      expected += fmt::format(
          "train[{0},{1}]; of train model={0} seed={1}; stage train; needs prep; deps "
          "data/clean.parquet src/train.py; outs models/{0}/{1}; metrics "
          "models/{0}/{1}/metrics.json{2}; cpu 2; memory 4294967296; run python src/train.py "
          "--model {0}\n",
          model, seed, rest);
    }
  }
  const std::string needs = "; needs prep train[gbdt,1] train[gbdt,2] train[mlp,1] train[mlp,2]";
  expected += "gate; stage evaluate" + needs + "; if metrics.`train[mlp,2]`.auc >= 0.7" + rest +
              "; run galley evaluate --model churn@candidate\n";
  expected += "deploy; stage deploy" + needs + " gate" + rest + "; run deploy\n";
  expected += "watch; stage monitor" + needs + " gate deploy" + rest + "; run watch\n";
  EXPECT_EQ(Lines(text), expected);
}

struct Right {
  const char* text;
  const char* lines;
};
constexpr Right kRight[] = {
    {"datasets: {a: {contract: {}}}\nendpoints: 3\nmonitors: []\n", ""},
    {"jobs:\n", ""},
    {"on: manual\nconcurrency: main\njobs:\n  a: {run: [one, \"two\\n\", three]}\n",
     "a; run one\ntwo\nthree\n"},
    // YAML 1.2: `on` and `no` are words, 012 is a whole number that keeps its spelling.
    {"on: [push, drift]\njobs:\n  a: {run: 'x ${{ matrix.v }}', matrix: {v: [on, 012, 1.0, "
     "TRUE]}}\n",
     "a[on]; of a v=on; run x on\na[012]; of a v=012; run x 012\n"
     "a[1.0]; of a v=1.0; run x 1.0\na[TRUE]; of a v=TRUE; run x TRUE\n"},
    // Behind what it needs, else as in the file.
    {"jobs:\n  c: {run: x, needs: [b, a]}\n  b: {run: x}\n  a: {run: x}\n",
     "b; run x\na; run x\nc; needs b a; run x\n"},
    // Stages are barriers; `needs` takes their place; without a stage there is none.
    {"jobs:\n  t: {stage: train, run: x}\n  p: {stage: data_prep, run: x}\n"
     "  e: {stage: evaluate, run: x}\n  d: {stage: deploy, run: x, needs: []}\n"
     "  m: {stage: monitor, run: x, needs: e}\n  n: {run: x}\n",
     "p; stage data_prep; run x\nt; stage train; needs p; run x\n"
     "e; stage evaluate; needs t p; run x\nd; stage deploy; run x\n"
     "m; stage monitor; needs e; run x\nn; run x\n"},
    // Files: the same, inside of an output, a folder with an output in it.
    {"jobs:\n  b: {run: x, needs: [], deps: [o/./a.csv]}\n  c: {run: x, deps: d/e/f}\n"
     "  d: {run: x, deps: [g/]}\n  a: {run: x, outs: [o//a.csv, d/e, g/h/i, oo]}\n  e: {run: x, "
     "deps: o}\n",
     "a; outs o/a.csv d/e g/h/i oo; run x\nb; needs a; deps o/a.csv; run x\n"
     "c; needs a; deps d/e/f; run x\nd; needs a; deps g; run x\ne; needs a; deps o; run x\n"},
    // A metric is an output, and may lie inside of one.
    {"jobs:\n  a: {run: x, outs: [m, {path: big, cache: false}], metrics: [m/a.json, b.json]}\n"
     "  b: {run: x, deps: b.json}\n",
     "a; outs m big(uncached) b.json; metrics m/a.json b.json; run x\n"
     "b; needs a; deps b.json; run x\n"},
    // A base name is all of a matrix, a full name one.
    {"jobs:\n  t: {run: x, matrix: {a: [1, 2], b: [x, y]}}\n  u: {run: x, needs: t}\n"
     "  v: {run: x, needs: ['t[2,x]']}\n"
     "  w: {run: x, matrix: {a: [1, 2]}, needs: ['t[${{ matrix.a }},y]']}\n",
     "t[1,x]; of t a=1 b=x; run x\nt[1,y]; of t a=1 b=y; run x\n"
     "t[2,x]; of t a=2 b=x; run x\nt[2,y]; of t a=2 b=y; run x\n"
     "u; needs t[1,x] t[1,y] t[2,x] t[2,y]; run x\nv; needs t[2,x]; run x\n"
     "w[1]; of w a=1; needs t[1,y]; run x\nw[2]; of w a=2; needs t[2,y]; run x\n"},
    // The example of GitHub's page "Running variations of jobs in a workflow".
    {"jobs:\n  a:\n    run: x\n    matrix:\n      fruit: [apple, pear]\n      animal: [cat, dog]\n"
     "      include:\n        - color: green\n        - color: pink\n          animal: cat\n"
     "        - fruit: apple\n          shape: circle\n        - fruit: banana\n"
     "        - fruit: banana\n          animal: cat\n",
     "a[apple,cat,pink,circle]; of a fruit=apple animal=cat color=pink shape=circle; run x\n"
     "a[apple,dog,green,circle]; of a fruit=apple animal=dog color=green shape=circle; run x\n"
     "a[pear,cat,pink]; of a fruit=pear animal=cat color=pink; run x\n"
     "a[pear,dog,green]; of a fruit=pear animal=dog color=green; run x\n"
     "a[banana]; of a fruit=banana; run x\na[banana,cat]; of a fruit=banana animal=cat; run x\n"},
    // Its example of `exclude`.
    {"jobs:\n  a:\n    run: x\n    matrix:\n      os: [macos, windows]\n      version: [12, 14, "
     "16]\n"
     "      environment: [staging, production]\n      exclude:\n"
     "        - {os: macos, version: 12, environment: production}\n"
     "        - {os: windows, version: 16}\n",
     "a[macos,12,staging]; of a os=macos version=12 environment=staging; run x\n"
     "a[macos,14,staging]; of a os=macos version=14 environment=staging; run x\n"
     "a[macos,14,production]; of a os=macos version=14 environment=production; run x\n"
     "a[macos,16,staging]; of a os=macos version=16 environment=staging; run x\n"
     "a[macos,16,production]; of a os=macos version=16 environment=production; run x\n"
     "a[windows,12,staging]; of a os=windows version=12 environment=staging; run x\n"
     "a[windows,12,production]; of a os=windows version=12 environment=production; run x\n"
     "a[windows,14,staging]; of a os=windows version=14 environment=staging; run x\n"
     "a[windows,14,production]; of a os=windows version=14 environment=production; run x\n"},
    {"jobs:\n  a: {run: x, matrix: {include: [{site: a, dc: 1}, {site: b}]}}\n",
     "a[a,1]; of a site=a dc=1; run x\na[b]; of a site=b; run x\n"},
    // Parameters of a file, by name and by mapping; lists are one value.
    {"params: ./conf/p.yaml\njobs:\n  a: {run: 'x ${{ params.train.lr }}', params: [train, "
     "prep.split, train.lr]}\n",
     "a; params train.depth=3 train.lr=1e-04 train.tags=[\"a\",1] prep.split=0.2; run x 1e-4\n"},
    // Environment: the default's, then the job's in its place.
    {"defaults: {env: {A: one, B: '${{ env.A }}!'}}\njobs:\n  a:\n    env: {A: '${{ env.A }}+', N: "
     ", T: true}\n"
     "    run: x ${{env.A}}${{ env.N }}\n",
     "a; env A=one+ B=one! N= T=true; run x one+\n"},
    // Defaults, whole or key by key.
    {"defaults: {retry: 3, timeout: 1.5, resources: {cpu: 1, memory: 1Gi}, runs-on: any}\njobs:\n"
     "  a: {run: x}\n"
     "  b: {run: x, retry: {max: 1, on: lost}, timeout: 2 h, resources: {memory: 2 GB, cpu: "
     "0.5}}\n",
     "a; retries 3; timeout 1500; cpu 1; memory 1073741824; run x\n"
     "b; retries 1; on lost; timeout 7200000; cpu 0.5; memory 2000000000; run x\n"},
    {"jobs:\n  a:\n    run: x\n    always_changed: true\n    desc: text\n"
     "    resources: {cpu_time: 90 s, memory: 1.5GiB, processes: 64, log: 512Ki, written: "
     "1000000}\n"
     "    retry: {max: 5, backoff: 500 ms, factor: 1.5, on: [timed_out, {exit: 3}, failed]}\n",
     "a; retries 5; backoff 500; factor 1.5; on timed_out failed; exit 3; cpu_time 90000; memory "
     "1610612736; processes 64; log 524288; written 1000000; always; run x\n"},
    {"jobs:\n  a: {run: x, deps: ['dataset:s', 'dataset:s@latest', 'dataset:big.s-1@12', a, "
     "./a]}\n",
     "a; deps a; datasets s s big.s-1@12; run x\n"},
    // Conditions keep what is only known later; the job comes behind those that it asks about.
    {"params: {least: 0.7, name: it's, on: true}\njobs:\n"
     "  a:\n    run: x\n    if: ${{ params.on && metrics.b.a.auc >= params.least }}\n"
     "  b: {run: x, metrics: m.json}\n  c: {run: x, if: false}\n"
     "  d:\n    run: x\n    if: params.name != 'a' && \"${{ params.name }}\" == '${{ params.name "
     "}}'\n",
     "b; outs m.json; metrics m.json; run x\n"
     "a; needs b; if true && metrics.b.a.auc >= 0.7; run x\nc; if false; run x\n"
     "d; if 'it''s' != 'a' && \"it's\" == 'it''s'; run x\n"},
};

TEST(Pipeline, ReadsWhatIsRight) {
  for (const auto& [text, lines] : kRight) EXPECT_EQ(Lines(text), lines) << text;
}

TEST(Pipeline, InputsTakeThePlaceOfParameters) {
  const std::string text =
      "params: {a: {b: 1, c: x}, d: 2}\n"
      "jobs: {j: {run: 'x ${{ params.a.b }}', params: [a, d], if: params.a.b == 1}}\n";
  EXPECT_EQ(Lines(text, {{"a.b", "1"}, {"d", "true"}}),
            "j; params a.b=1 a.c=\"x\" d=true; if 1 == 1; run x 1\n");
  EXPECT_EQ(Lines(text, {{"a.b", "\"1\""}, {"d", "[1]"}}),
            "j; params a.b=\"1\" a.c=\"x\" d=\"[1]\"; if '1' == 1; run x 1\n");
  EXPECT_EQ(Lines(text, {{"a.c", "x # y"}, {"d", ""}}),
            "j; params a.b=1 a.c=\"x # y\" d=null; if 1 == 1; run x 1\n");
}

TEST(Pipeline, TakesAThousandJobs) {
  std::string list;
  for (int number = 0; number < 500; ++number) list += fmt::format("{}, ", number);
  const auto pipeline =
      Read(fmt::format("jobs:\n  a: {{stage: train, run: x, matrix: {{m: [{0}]}}}}\n"
                       "  b: {{stage: deploy, run: x, matrix: {{m: [{0}]}}}}\n",
                       list));
  ASSERT_TRUE(pipeline.has_value()) << pipeline.error().message;
  ASSERT_EQ(pipeline->jobs.size(), 1000U);
  EXPECT_EQ(pipeline->jobs[999].needs.size(), 500U);
}

}  // namespace
}  // namespace galley::pipeline
