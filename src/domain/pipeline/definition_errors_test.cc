#include <gtest/gtest.h>

#include "domain/pipeline/definition.h"

namespace galley::pipeline {
namespace {

class TestFiles : public Files {
 public:
  Result<std::string> Read(const std::string& path) const override {
    if (path == "list.yaml") return "- 1\n";
    if (path == "twice.yaml") return "a: 1\na: 2\n";
    return Fail(Code::kNotFound, "there is no file '{}'", path);
  }
};

std::string Refusal(const std::string& text) {
  const auto document = yaml::Parse(text, "galley.yaml");
  if (!document) return document.error().message;
  const auto pipeline = ReadPipeline(*document, TestFiles(), {});
  EXPECT_FALSE(pipeline.has_value()) << text;
  return pipeline ? "" : pipeline.error().message;
}

struct Case {
  const char* text;
  const char* message;
};

/// Whole files.
constexpr Case kFiles[] = {
    {"- a\n", "galley.yaml:1:1: a pipeline must be a mapping, not a list"},
    {"hello\n", "galley.yaml:1:1: a pipeline must be a mapping, not a text"},
    {"jbos: {}\n",
     "galley.yaml:1:1: there is no key 'jbos'; there are: name, on, params, defaults, "
     "stages, concurrency, jobs, on_failure, datasets, endpoints, monitors, alerts"},
    {"name: [a]\n", "galley.yaml:1:7: 'name' must be a text, not a list"},
    {"name: \"a\\nb\"\n",
     "galley.yaml:1:7: 'name' must be a text of one line, of at most 200 bytes"},
    {"stages: train\n", "galley.yaml:1:9: 'stages' must be a list of names, not 'train'"},
    {"stages: [a, b, a]\n", "galley.yaml:1:16: 'stages[2]' names the stage 'a' again"},
    {"stages: [a b]\n",
     "galley.yaml:1:10: 'stages[0]' cannot be a stage: 'a b'; a name has 1 to 63 "
     "letters, digits, '_' and '-', and no '-' in front"},
    {"stages: [[a]]\n", "galley.yaml:1:10: 'stages[0]' must be the name of a stage, not a list"},
    {"on: [push, pull_request]\n",
     "galley.yaml:1:12: 'on[1]': there is no trigger 'pull_request'; there are: push, "
     "schedule, data, alert, drift, model, manual, workflow_dispatch"},
    {"on: {cron: x}\n",
     "galley.yaml:1:6: there is no key 'on.cron'; there are: push, schedule, data, "
     "alert, drift, model, manual, workflow_dispatch"},
    {"on: {alert: {rule: x}}\n",
     "galley.yaml:1:14: there is no key 'on.alert.rule'; there are: rules, monitor, "
     "cooldown, give_up_after"},
    {"on: {alert: {rules: [a, a]}}\n", "galley.yaml:1:25: 'on.alert.rules[1]' stands there twice"},
    {"on: {alert: {rules: [a], cooldown: -1}}\n",
     "galley.yaml:1:36: 'on.alert.cooldown' must be a number from 0 to 1000000000000, not '-1'"},
    {"on: {alert: {give_up_after: 0}}\n",
     "galley.yaml:1:29: 'on.alert.give_up_after' must be a whole number from 1 to 1000, not '0'"},
    {"on: {drift: [deal]}\n", "galley.yaml:1:13: 'on.drift' must be a mapping, not a list"},
    {"on: 3\n",
     "galley.yaml:1:5: 'on': there is no trigger '3'; there are: push, schedule, "
     "data, alert, drift, model, manual, workflow_dispatch"},
    {"params: 3\n",
     "galley.yaml:1:9: 'params' must be a mapping or the path of a YAML file, not '3'"},
    {"params: nope.yaml\n",
     "galley.yaml:1:9: 'params' cannot be read: there is no file 'nope.yaml'"},
    {"params: ../p.yaml\n",
     "galley.yaml:1:9: 'params' must stay in the project's folder; '../p.yaml' leaves "
     "it"},
    {"params: list.yaml\n", "list.yaml:1:1: parameters must be a mapping, not a list"},
    {"params: twice.yaml\n", "twice.yaml:2:1: the key 'a' stands here twice; first in line 1"},
    {"defaults: {stage: train}\n",
     "galley.yaml:1:12: there is no key 'defaults.stage'; there are: retry, timeout, "
     "resources, env, runs-on"},
    {"defaults: {timeout: soon}\n",
     "galley.yaml:1:21: 'defaults.timeout' must be a time such as '90 s', '30m', '2 "
     "h' or a number of seconds, at most 365 d, not 'soon'"},
    {"defaults:\n"
     "  env: {A: [1]}\n",
     "galley.yaml:2:12: 'defaults.env.A' must be a single value, not a list"},
    {"concurrency: {grup: a}\n",
     "galley.yaml:1:15: there is no key 'concurrency.grup'; there are: group, "
     "cancel-in-progress"},
    {"concurrency: {group: a, cancel-in-progress: maybe}\n",
     "galley.yaml:1:45: 'concurrency.cancel-in-progress' must be true or false, not "
     "'maybe'"},
    {"on_failure: mail\n", "galley.yaml:1:13: 'on_failure' must be a mapping, not 'mail'"},
    {"jobs: [a]\n", "galley.yaml:1:7: 'jobs' must be a mapping of names to jobs, not a list"},
    {"jobs:\n"
     "  a b:\n"
     "    run: x\n",
     "galley.yaml:2:3: 'jobs.a b' cannot be a job's name: a name has 1 to 63 letters, "
     "digits, '_' and '-', and no '-' in front"},
    {"jobs:\n"
     "  a: python x.py\n",
     "galley.yaml:2:6: 'jobs.a' must be a mapping, not 'python x.py'"},
    {"jobs:\n"
     "  a:\n",
     "galley.yaml:2:3: 'jobs.a' must be a mapping, not nothing"},
    {"jobs:\n"
     "  a:\n"
     "    stage: train\n",
     "galley.yaml:2:3: 'jobs.a' must have 'run', 'steps' or 'gate'"},
    {"stages: [one, two]\n"
     "jobs:\n"
     "  a:\n"
     "    run: x\n"
     "    stage: three\n",
     "galley.yaml:5:12: 'jobs.a.stage': there is no stage 'three'; there are: one, two"},
    {"jobs:\n"
     "  a:\n"
     "    run: ''\n",
     "galley.yaml:3:10: 'jobs.a.run' must be a script or a list of its lines, not an "
     "empty text"},
    {"jobs:\n"
     "  a:\n"
     "    run: {cmd: x}\n",
     "galley.yaml:3:10: 'jobs.a.run' must be a script or a list of its lines, not a "
     "mapping"},
    {"jobs:\n"
     "  a:\n"
     "    run: []\n",
     "galley.yaml:3:10: 'jobs.a.run' has no line"},
    {"jobs:\n"
     "  a:\n"
     "    run: [x, [y]]\n",
     "galley.yaml:3:14: 'jobs.a.run[1]' must be a script or a list of its lines, not "
     "a list"},
    {"params: {train: {depth: 3}}\n"
     "jobs:\n"
     "  a:\n"
     "    run: x\n"
     "    params: [trian]\n",
     "galley.yaml:5:14: 'jobs.a.params[0]': there is no parameter 'trian'; there are: "
     "train.depth"},
    {"jobs:\n"
     "  a:\n"
     "    matrix: {model: [gbdt]}\n"
     "    run: train ${{ matrix.modell }}\n",
     "galley.yaml:4:10: 'jobs.a.run': 'matrix.modell': there is no such key; the "
     "matrix has: model"},
    {"jobs:\n"
     "  a:\n"
     "    run: train ${{ matrix.model }}\n",
     "galley.yaml:3:10: 'jobs.a.run': 'matrix.model': there is no such key; the "
     "matrix has: none"},
    {"params: {train: {depth: 3}}\n"
     "jobs:\n"
     "  a:\n"
     "    run: train ${{ params.depth }}\n",
     "galley.yaml:4:10: 'jobs.a.run': 'params.depth': there is no such parameter; "
     "there are: train.depth"},
    {"params: {train: {depth: 3}}\n"
     "jobs:\n"
     "  a:\n"
     "    run: train ${{ params.train }}\n",
     "galley.yaml:4:10: 'jobs.a.run': 'params.train' is a mapping; a single value is "
     "needed here"},
    {"jobs:\n"
     "  a:\n"
     "    env: {HOME: /tmp}\n"
     "    run: train ${{ env.HOEM }}\n",
     "galley.yaml:4:10: 'jobs.a.run': 'env.HOEM': there is no such variable; env has: "
     "HOME"},
    {"jobs:\n"
     "  a:\n"
     "    run: train ${{ secrets.KEY }}\n",
     "galley.yaml:3:10: 'jobs.a.run': 'secrets.KEY' is not known; there are: "
     "matrix.KEY, params.NAME, env.NAME"},
    {"jobs:\n"
     "  a:\n"
     "    run: train ${{ params.x\n",
     "galley.yaml:3:10: 'jobs.a.run': '${{' has no '}}' behind it"},
    {"jobs:\n"
     "  t: {run: x, metrics: 'm/${{ matrix.m }}', matrix: {m: [1, 2]}}\n"
     "  a:\n"
     "    run: x\n"
     "    if: metrics.t.auc > 1\n",
     "galley.yaml:5:9: 'jobs.a.if' asks for metrics of 't', a job that does not "
     "exist; there are: t[1], t[2]"},
    {"jobs:\n"
     "  a:\n"
     "    steps: []\n",
     "galley.yaml:3:12: 'jobs.a.steps' has no step"},
    {"jobs:\n"
     "  a:\n"
     "    steps:\n"
     "      - uses: actions/setup-python@v5\n",
     "galley.yaml:4:15: 'jobs.a.steps[0].uses' names an action that is not supported: "
     "'actions/setup-python@v5'; there is: actions/checkout@VERSION; the others' "
     "commands go into 'run'"},
    {"jobs:\n"
     "  a:\n"
     "    steps:\n"
     "      - uses: actions/checkout\n",
     "galley.yaml:4:15: 'jobs.a.steps[0].uses' names an action that is not supported: "
     "'actions/checkout'; there is: actions/checkout@VERSION; the others' commands go "
     "into 'run'"},
    {"jobs:\n"
     "  a:\n"
     "    steps:\n"
     "      - name: x\n",
     "galley.yaml:4:9: 'jobs.a.steps[0]' must have 'run' or 'uses'"},
    {"jobs:\n"
     "  a:\n"
     "    steps:\n"
     "      - uses: actions/checkout@v4\n"
     "        run: x\n",
     "galley.yaml:5:9: 'jobs.a.steps[0].run' cannot stand beside 'uses'"},
    {"jobs:\n"
     "  a:\n"
     "    steps:\n"
     "      - run: x\n"
     "        shell: pwsh\n",
     "galley.yaml:5:9: 'jobs.a.steps[0].shell' is not supported yet: a step is run by "
     "bash"},
    {"jobs:\n"
     "  a:\n"
     "    steps:\n"
     "      - run: x\n"
     "        working-directory: ../x\n",
     "galley.yaml:5:28: 'jobs.a.steps[0].working-directory' must stay in the "
     "project's folder; '../x' leaves it"},
    {"jobs:\n"
     "  a:\n"
     "    steps:\n"
     "      - rnu: x\n",
     "galley.yaml:4:9: there is no key 'jobs.a.steps[0].rnu'; there are: name, uses, "
     "run, env, working-directory"},
    {"jobs:\n"
     "  a:\n"
     "    steps:\n"
     "      - python x.py\n",
     "galley.yaml:4:9: 'jobs.a.steps[0]' must be a mapping, not 'python x.py'"},
    {"jobs:\n"
     "  z:\n"
     "    run: x\n"
     "    needs: b\n"
     "  a:\n"
     "    run: x\n"
     "    deps: [f/b]\n"
     "    outs: [f/a]\n"
     "  b:\n"
     "    run: x\n"
     "    deps: [f/a]\n"
     "    outs: [f/b]\n",
     "galley.yaml:5:3: 'jobs.a' needs itself, in a circle: a -> b -> a"},
    {"stages: [one, two]\n"
     "jobs:\n"
     "  a: {stage: one, run: x, deps: [o]}\n"
     "  b: {stage: two, run: x, outs: [o]}\n",
     "galley.yaml:3:3: 'jobs.a' needs itself, in a circle: a -> b -> a"},
    {"jobs:\n"
     "  a:\n"
     "    run: [x\n",
     "galley.yaml:4:1: is not YAML: end of sequence flow not found"},
    {"params: {a: 1}\n"
     "jobs:\n"
     "  a:\n"
     "    run: x\n"
     "    if: params.a\n",
     "galley.yaml:5:9: 'jobs.a.if': position 1: expected true or false, not 1"},
    {"defaults: {env: {A-B: x}}\n",
     "galley.yaml:1:18: 'defaults.env.A-B' is no variable: a name has letters, digits "
     "and '_', no digit in front"},
};

/// What stands behind a job that is right.
constexpr const char* kJob = "jobs:\n  a:\n    run: x\n";
constexpr Case kJobs[] = {
    {"    stgae: train\n",
     "galley.yaml:4:5: there is no key 'jobs.a.stgae'; there are: stage, needs, run, "
     "steps, deps, outs, params, metrics, matrix, if, retry, timeout, resources, env, "
     "runs-on, always_changed, desc, gate"},
    {"    hpo: {trials: 3}\n", "galley.yaml:4:5: 'jobs.a.hpo' is not supported yet"},
    {"    approval: {min: 1}\n", "galley.yaml:4:5: 'jobs.a.approval' is not supported yet"},
    {"    strategy: {matrix: {a: [1]}}\n",
     "galley.yaml:4:5: 'jobs.a.strategy' is not supported yet: write 'matrix' into "
     "the job itself"},
    {"    stage: trian\n",
     "galley.yaml:4:12: 'jobs.a.stage': there is no stage 'trian'; there are: "
     "data_prep, train, evaluate, deploy, monitor"},
    {"    stage: 3\n",
     "galley.yaml:4:12: 'jobs.a.stage': there is no stage '3'; there are: data_prep, "
     "train, evaluate, deploy, monitor"},
    {"    steps: [{run: y}]\n", "galley.yaml:4:5: 'jobs.a.steps' cannot stand beside 'run'"},
    {"    needs: b\n", "galley.yaml:4:12: 'jobs.a.needs': there is no job 'b'; there are: a"},
    {"    needs: {b: 1}\n",
     "galley.yaml:4:12: 'jobs.a.needs' must be the name of a job, not a mapping"},
    {"    needs: [a]\n", "galley.yaml:2:3: 'jobs.a' needs itself, in a circle: a -> a"},
    {"    deps: [/etc/passwd]\n",
     "galley.yaml:4:12: 'jobs.a.deps[0]' must be relative to the project's folder, "
     "not '/etc/passwd'"},
    {"    deps: [a/../../b]\n",
     "galley.yaml:4:12: 'jobs.a.deps[0]' must stay in the project's folder; "
     "'a/../../b' leaves it"},
    {"    deps: ['a\\b']\n",
     "galley.yaml:4:12: 'jobs.a.deps[0]' is no path: it has a backslash, a NUL or "
     "another control character"},
    {"    deps: \"a\\0b\"\n",
     "galley.yaml:4:11: 'jobs.a.deps' has the character NUL, which cannot stand here"},
    {"    deps: [.]\n",
     "galley.yaml:4:12: 'jobs.a.deps[0]' must name something below the project's "
     "folder; '.' is the folder itself"},
    {"    deps:\n"
     "      - ok\n"
     "      - {path: x}\n",
     "galley.yaml:6:9: 'jobs.a.deps[1]' must be a path or 'dataset:NAME', not a "
     "mapping"},
    {"    deps: ['dataset:']\n",
     "galley.yaml:4:12: 'jobs.a.deps[0]' must be 'dataset:NAME', "
     "'dataset:NAME@latest' or 'dataset:NAME@NUMBER', not 'dataset:'"},
    {"    deps: ['dataset:x@newest']\n",
     "galley.yaml:4:12: 'jobs.a.deps[0]' must be 'dataset:NAME', "
     "'dataset:NAME@latest' or 'dataset:NAME@NUMBER', not 'dataset:x@newest'"},
    {"    deps: ['dataset:x@0']\n",
     "galley.yaml:4:12: 'jobs.a.deps[0]' must be 'dataset:NAME', "
     "'dataset:NAME@latest' or 'dataset:NAME@NUMBER', not 'dataset:x@0'"},
    {"    outs: [{path: a, type: model}]\n",
     "galley.yaml:4:22: 'jobs.a.outs[0].type' is not supported yet"},
    {"    outs: [{cache: true}]\n", "galley.yaml:4:12: 'jobs.a.outs[0]' must have the key 'path'"},
    {"    outs: [{path: a, cache: 1}]\n",
     "galley.yaml:4:29: 'jobs.a.outs[0].cache' must be true or false, not '1'"},
    {"    outs: [{pth: a}]\n",
     "galley.yaml:4:13: there is no key 'jobs.a.outs[0].pth'; there are: path, cache"},
    {"    outs: [x, x]\n",
     "galley.yaml:4:15: 'jobs.a.outs[1]': 'x' is an output, too, of job 'a' (line 4); "
     "an output belongs to one job"},
    {"    outs: [x/, x/y]\n",
     "galley.yaml:4:16: 'jobs.a.outs[1]': 'x/y' lies inside of 'x', an output of job "
     "'a' (line 4); an output belongs to one job"},
    {"    outs: [x]\n"
     "  b:\n"
     "    run: y\n"
     "    outs: [./x]\n",
     "galley.yaml:7:12: 'jobs.b.outs[0]': 'x' is an output, too, of job 'a' (line 4); "
     "an output belongs to one job"},
    {"    outs: [x]\n"
     "  b:\n"
     "    run: y\n"
     "    metrics: x/m.json\n",
     "galley.yaml:7:14: 'jobs.b.metrics': 'x/m.json' lies inside of 'x', an output of "
     "job 'a' (line 4); an output belongs to one job"},
    {"    outs: [x]\n"
     "    deps: [x/y]\n",
     "galley.yaml:5:12: 'jobs.a.deps[0]': the job reads 'x/y' and writes 'x' itself "
     "(line 4)"},
    {"    matrix: {m: [1, 2]}\n"
     "    outs: [x]\n",
     "galley.yaml:5:12: 'jobs.a.outs[0]': 'x' is an output, too, of job 'a[1]' (line "
     "5); its path must name the matrix, such as ${{ matrix.KEY }}"},
    {"    params: [x]\n",
     "galley.yaml:4:14: 'jobs.a.params[0]': there is no parameter 'x'; there are: none"},
    {"    params: [{p.yaml: [x]}]\n",
     "galley.yaml:4:14: 'jobs.a.params[0]' must be the name of a parameter, not a "
     "mapping"},
    {"    matrix: [1]\n", "galley.yaml:4:13: 'jobs.a.matrix' must be a mapping, not a list"},
    {"    matrix: {m: 1}\n",
     "galley.yaml:4:17: 'jobs.a.matrix.m' must be a list of values, not '1'"},
    {"    matrix: {m: []}\n", "galley.yaml:4:17: 'jobs.a.matrix.m' has no value"},
    {"    matrix: {m: [{a: 1}]}\n",
     "galley.yaml:4:18: 'jobs.a.matrix.m[0]' must be a single value, not a mapping"},
    {"    matrix: {m: [1, 1]}\n",
     "galley.yaml:2:3: 'jobs.a.matrix' makes two jobs of the name 'a[1]'"},
    {"    matrix: {'a b': [1]}\n",
     "galley.yaml:4:14: 'jobs.a.matrix.a b': a key of a matrix has letters, digits, "
     "'_' and '-'"},
    {"    matrix:\n"
     "      m: [1, 2]\n"
     "      exclude:\n"
     "        - {n: 1}\n",
     "galley.yaml:7:12: 'jobs.a.matrix.exclude[0].n': there is no such key; the "
     "matrix has: m"},
    {"    matrix: {m: [1], exclude: [{m: 1}]}\n",
     "galley.yaml:4:13: 'jobs.a.matrix' makes no job: it has no combination of values"},
    {"    matrix: {m: [1], include: {m: 2}}\n",
     "galley.yaml:4:31: 'jobs.a.matrix.include' must be a list of mappings, not a "
     "mapping"},
    {"    matrix: {}\n",
     "galley.yaml:4:13: 'jobs.a.matrix' makes no job: it has no combination of values"},
    {"    matrix: {a: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, "
     "21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39], b: [0, 1, 2, 3, "
     "4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, "
     "28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39]}\n",
     "galley.yaml:4:13: 'jobs.a.matrix' makes 1600 jobs; a pipeline has at most 1000"},
    {"    outs: ['m/${{ matrix.x }}']\n",
     "galley.yaml:4:12: 'jobs.a.outs[0]': 'matrix.x': there is no such key; the "
     "matrix has: none"},
    {"    if: 3\n", "galley.yaml:4:9: 'jobs.a.if' must be a condition, not '3'"},
    {"    if: success\n",
     "galley.yaml:4:9: 'jobs.a.if': position 1: 'success' is a function; write "
     "success()"},
    {"    if: succes()\n",
     "galley.yaml:4:9: 'jobs.a.if': position 1: there is no function 'succes'; there "
     "are: success(), failure(), always()"},
    {"    if: matrix.x == 1\n",
     "galley.yaml:4:9: 'jobs.a.if': position 1: 'matrix.x': there is no such key; the "
     "matrix has: none"},
    {"    if: a == 1\n",
     "galley.yaml:4:9: 'jobs.a.if': position 1: 'a' is not known; there are: "
     "matrix.KEY, params.NAME, env.NAME, metrics.JOB.KEY, true, false, success(), "
     "failure(), always()"},
    {"    if: \"'abc' < 3\"\n",
     "galley.yaml:4:9: 'jobs.a.if': position 1: 'abc' < 3: 'abc' is no number and "
     "cannot be compared with one"},
    {"    if: success() &&\n",
     "galley.yaml:4:9: 'jobs.a.if': position 13: found the end, expected a name or a "
     "value"},
    {"    if: metrics.b.auc > 1\n",
     "galley.yaml:4:9: 'jobs.a.if' asks for metrics of 'b', a job that does not "
     "exist; there are: a"},
    {"    if: metrics.a.auc > 1\n",
     "galley.yaml:4:9: 'jobs.a.if' asks for metrics of job 'a', which has none"},
    {"    if: baseline('champion').auc > 1\n",
     "galley.yaml:4:9: 'jobs.a.if': position 1: there is no function 'baseline'; "
     "there are: success(), failure(), always()"},
    {"    if: ${{ always()\n", "galley.yaml:4:9: 'jobs.a.if': '${{' has no '}}' behind it"},
    {"    retry: often\n",
     "galley.yaml:4:12: 'jobs.a.retry' must be a whole number or a mapping (max, "
     "backoff, factor, on), not 'often'"},
    {"    retry: -1\n",
     "galley.yaml:4:12: 'jobs.a.retry' must be a whole number from 0 to 100, not '-1'"},
    {"    retry: {backoff: 3s}\n", "galley.yaml:4:5: 'jobs.a.retry' must have the key 'max'"},
    {"    retry: {max: 2, on: [oom]}\n",
     "galley.yaml:4:26: 'jobs.a.retry.on[0]': there is no ending 'oom'; there are: "
     "failed, killed, timed_out, out_of_cpu, out_of_memory, too_many_processes, "
     "log_too_large, wrote_too_much, lost, could_not_start, {exit: [CODE]}"},
    {"    retry: {max: 2, on: [exit: [300]]}\n",
     "galley.yaml:4:33: 'jobs.a.retry.on[0].exit[0]' must be a whole number from 1 to "
     "255, not '300'"},
    {"    retry: {max: 2, on: [{code: 3}]}\n",
     "galley.yaml:4:27: there is no key 'jobs.a.retry.on[0].code'; there are: exit"},
    {"    retry: {max: 2, factor: 0.5}\n",
     "galley.yaml:4:29: 'jobs.a.retry.factor' must be a number from 1 to 100, not "
     "'0.5'"},
    {"    retry: {max: 2, backoff: -3}\n",
     "galley.yaml:4:30: 'jobs.a.retry.backoff' must be a time such as '90 s', '30m', "
     "'2 h' or a number of seconds, at most 365 d, not '-3'"},
    {"    retry: {max: 2.5}\n",
     "galley.yaml:4:18: 'jobs.a.retry.max' must be a whole number from 0 to 100, not "
     "'2.5'"},
    {"    timeout: 0\n", "galley.yaml:4:14: 'jobs.a.timeout' must be longer than 0"},
    {"    timeout: 30 minutes\n",
     "galley.yaml:4:14: 'jobs.a.timeout' must be a time such as '90 s', '30m', '2 h' "
     "or a number of seconds, at most 365 d, not '30 minutes'"},
    {"    timeout: [1]\n",
     "galley.yaml:4:14: 'jobs.a.timeout' must be a time such as '90 s', '30m', '2 h' "
     "or a number of seconds, at most 365 d, not a list"},
    {"    resources: {memory: 4 gigs}\n",
     "galley.yaml:4:25: 'jobs.a.resources.memory' must be a size such as '512Mi', "
     "'4Gi', '2 GB' or a number of bytes, above 0, not '4 gigs'"},
    {"    resources: {memory: 0}\n",
     "galley.yaml:4:25: 'jobs.a.resources.memory' must be a size such as '512Mi', "
     "'4Gi', '2 GB' or a number of bytes, above 0, not '0'"},
    {"    resources: {cpu: many}\n",
     "galley.yaml:4:22: 'jobs.a.resources.cpu' must be a number from 0.001 to 4096, "
     "not 'many'"},
    {"    resources: {processes: 1.5}\n",
     "galley.yaml:4:28: 'jobs.a.resources.processes' must be a whole number from 1 to "
     "1000000, not '1.5'"},
    {"    resources: {gpu: 1}\n", "galley.yaml:4:17: 'jobs.a.resources.gpu' is not supported yet"},
    {"    resources: {ram: 1Gi}\n",
     "galley.yaml:4:17: there is no key 'jobs.a.resources.ram'; there are: cpu, "
     "cpu_time, memory, processes, log, written"},
    {"    resources: 4Gi\n", "galley.yaml:4:16: 'jobs.a.resources' must be a mapping, not '4Gi'"},
    {"    env: [A=1]\n", "galley.yaml:4:10: 'jobs.a.env' must be a mapping, not a list"},
    {"    env: {1A: x}\n",
     "galley.yaml:4:11: 'jobs.a.env.1A' is no variable: a name has letters, digits "
     "and '_', no digit in front"},
    {"    env: {GALLEY_URL: x}\n",
     "galley.yaml:4:11: 'jobs.a.env.GALLEY_URL' cannot be set: GALLEY_… is Galley's "
     "own"},
    {"    env: {A: '${{ matrix.x }}'}\n",
     "galley.yaml:4:14: 'jobs.a.env.A': 'matrix.x': there is no such key; the matrix "
     "has: none"},
    {"    runs-on: {slurm: gpu}\n",
     "galley.yaml:4:5: 'jobs.a.runs-on' is not supported yet as a mapping: this "
     "version runs jobs on this machine; write 'local'"},
    {"    runs-on: {kubernetes: ns}\n",
     "galley.yaml:4:5: 'jobs.a.runs-on' is not supported yet as a mapping: this "
     "version runs jobs on this machine; write 'local'"},
    {"    runs-on: [self-hosted]\n",
     "galley.yaml:4:14: 'jobs.a.runs-on' must be a word such as 'local', not a list"},
    {"    runs-on: two words\n",
     "galley.yaml:4:14: 'jobs.a.runs-on' must be a word such as 'local', not 'two "
     "words'"},
    {"    always_changed: yes\n",
     "galley.yaml:4:21: 'jobs.a.always_changed' must be true or false, not 'yes'"},
    {"    desc: [a]\n", "galley.yaml:4:11: 'jobs.a.desc' must be a text, not a list"},
    {"    needs: b\n"
     "  b:\n"
     "    run: x\n"
     "    needs: c\n"
     "  c:\n"
     "    run: x\n"
     "    needs: [a]\n",
     "galley.yaml:2:3: 'jobs.a' needs itself, in a circle: a -> b -> c -> a"},
    {"    matrix: {m: [1]}\n"
     "    needs: ['a[2]']\n",
     "galley.yaml:5:13: 'jobs.a.needs[0]': there is no job 'a[2]'; there are: a[1]"},
    {"  a:\n"
     "    run: y\n",
     "galley.yaml:4:3: the key 'a' stands here twice; first in line 2"},
    {"    if: (true\n",
     "galley.yaml:4:9: 'jobs.a.if': position 6: found the end, expected the ')' of "
     "the '(' at position 1"},
    {"    if: true }}\n", "galley.yaml:4:9: 'jobs.a.if': position 6: '}}' has no place here"},
    {"    if: success(1)\n",
     "galley.yaml:4:9: 'jobs.a.if': position 8: 'success' takes nothing in its "
     "parentheses"},
    {"    timeout: 400 d\n",
     "galley.yaml:4:14: 'jobs.a.timeout' must be a time such as '90 s', '30m', '2 h' "
     "or a number of seconds, at most 365 d, not '400 d'"},
    {"    metrics: [m.json]\n"
     "  b:\n"
     "    run: y\n"
     "    metrics: [m.json]\n",
     "galley.yaml:7:15: 'jobs.b.metrics[0]': 'm.json' is an output, too, of job 'a' "
     "(line 4); an output belongs to one job"},
    {"    matrix: {m: [~]}\n",
     "galley.yaml:4:18: 'jobs.a.matrix.m[0]' must be a single value, not nothing"},
    {"    matrix: {m: [1], include: [{}]}\n",
     "galley.yaml:4:32: 'jobs.a.matrix.include[0]' has no key"},
    {"    outs: ['']\n",
     "galley.yaml:4:12: 'jobs.a.outs[0]' must be a path or {path, cache}, not an "
     "empty text"},
    {"    needs: ~\n",
     "galley.yaml:4:5: 'jobs.a.needs' must be the name of a job or a list of them, "
     "not nothing"},
};

TEST(PipelineErrors, OfFilesNameFileLineKeyAndWhatWasExpected) {
  for (const auto& [text, message] : kFiles) EXPECT_EQ(Refusal(text), message) << text;
}

TEST(PipelineErrors, OfJobsNameFileLineKeyAndWhatWasExpected) {
  for (const auto& [text, message] : kJobs) {
    EXPECT_EQ(Refusal(std::string(kJob) + text), message) << text;
  }
}

std::string Numbers(int count) {
  std::string list;
  for (int number = 0; number < count; ++number) list += fmt::format("{}, ", number);
  return list;
}

TEST(PipelineErrors, NameTheLimitOfJobs) {
  EXPECT_EQ(
      Refusal(fmt::format("{}    matrix: {{a: [{}], b: [{}]}}\n", kJob, Numbers(40), Numbers(40))),
      "galley.yaml:4:13: 'jobs.a.matrix' makes 1600 jobs; a pipeline has at most 1000");
  const std::string job = fmt::format("{{run: x, matrix: {{m: [{}]}}}}\n", Numbers(400));
  EXPECT_EQ(
      Refusal(fmt::format("jobs:\n  a: {0}  b: {0}  c: {0}", job)),
      "galley.yaml:4:3: 'jobs.c' is one too many: with it there are 1200 jobs; a pipeline has "
      "at most 1000");
  EXPECT_EQ(Refusal(fmt::format("{}    matrix: {{a: [{}], b: [{}]}}\n", kJob, Numbers(4000),
                                Numbers(4000))),
            "galley.yaml:4:13: 'jobs.a.matrix' makes 16000000 jobs; a pipeline has at most 1000");
}

// So that a small file cannot become much work.
TEST(PipelineErrors, NameTheLimitsOfLists) {
  const auto job = [](std::string_view key, const std::string& items) {
    return fmt::format("{}    {}: [{}]\n", kJob, key, items);
  };
  EXPECT_EQ(Refusal(job("deps", Numbers(1001))),
            "galley.yaml:4:11: 'jobs.a.deps' has 1001 items; the limit is 1000");
  std::string map;
  for (int key = 0; key < 1001; ++key) map += fmt::format("k{}: 1, ", key);
  EXPECT_EQ(
      Refusal(fmt::format("params: {{m: {{{}}}}}\n{}", map, job("params", "m"))),
      "galley.yaml:5:14: 'jobs.a.params[0]' is too much: with it the job has 1001 parameters; "
      "the limit is 1000");
  EXPECT_EQ(Refusal(fmt::format("{}    env: {{{}}}\n", kJob, map)),
            "galley.yaml:4:10: 'jobs.a.env' has 1001 variables; the limit is 200");
  EXPECT_EQ(Refusal(fmt::format("{}    matrix: {{{}}}\n", kJob, map)),
            "galley.yaml:4:13: 'jobs.a.matrix' has 1001 keys; the limit is 32");
  EXPECT_EQ(Refusal(fmt::format("jobs:\n  a:\n    steps: [{}]\n", Numbers(101))),
            "galley.yaml:3:12: 'jobs.a.steps' has 101 steps; the limit is 100");
  const std::string big(60'000, 'x');
  EXPECT_EQ(Refusal(fmt::format("jobs:\n  a:\n    run: [{0}, {0}]\n", big)),
            "galley.yaml:2:3: 'jobs.a' has a script of 120001 bytes; the limit is 100000");
  EXPECT_EQ(
      Refusal(fmt::format("params: {{b: {}}}\njobs:\n  a:\n    run: ${{{{ params.b }}}}${{{{ "
                          "params.b }}}}\n",
                          big)),
      "galley.yaml:4:10: 'jobs.a.run': it has more than 100000 bytes with its values filled in");
}

TEST(PipelineErrors, ListTwentyNamesAtMost) {
  std::string text = "jobs:\n";
  for (int job = 0; job < 30; ++job) text += fmt::format("  j{}: {{run: x}}\n", job);
  EXPECT_EQ(
      Refusal(text + "  z: {run: x, needs: y}\n"),
      "galley.yaml:32:22: 'jobs.z.needs': there is no job 'y'; there are: j0, j1, j2, j3, j4, "
      "j5, j6, j7, j8, j9, j10, j11, j12, j13, j14, j15, j16, j17, j18, j19 and 11 more");
}

TEST(PipelineErrors, OfInputsListTheParameters) {
  const auto document = yaml::Parse("params: {train: {depth: 3, on: {a: 1}}, seed: 1}\n", "g.yaml");
  const auto refusal = [&](const std::string& name) {
    const auto pipeline = ReadPipeline(*document, TestFiles(), {{name, "5"}});
    return pipeline ? std::string() : pipeline.error().message;
  };
  EXPECT_EQ(refusal("train.width"),
            "input 'train.width': there is no such parameter; there are: train.depth, train.on.a, "
            "seed");
  EXPECT_EQ(
      refusal("train"),
      "input 'train': that parameter is a mapping; an input takes the place of a single value");
  EXPECT_EQ(refusal("train.depth"), "");
}

}  // namespace
}  // namespace galley::pipeline
