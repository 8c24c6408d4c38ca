"""Requests that are sent to MLflow's server and to Galley, and where their answers may differ.

`{name}` in a request stands for what `test_same_answers.prepare` made on that server. Cases are
sent in their order, each once; a case may rest on what those before it left.
"""

from typing import NamedTuple

V2 = "/api/2.0/mlflow/"
FILES = "/api/2.0/mlflow-artifacts/artifacts"
JSON = {"Content-Type": "application/json"}
NO_RUN = "0" * 32


class Case(NamedTuple):
    name: str
    method: str
    path: str
    body: object = None
    headers: dict = {}


CASES = []


def post(name, path, body=None, method="POST", headers=JSON):
    CASES.append(Case(name, method, V2 + path, body, headers))


def get(name, path):
    CASES.append(Case(name, "GET", V2 + path))


def metric(**more):
    return {"run_id": "{run}", "key": "m", "value": 1.0, "timestamp": 1, "step": 0} | more


# Experiments.
post("experiment: no name", "experiments/create", {})
post("experiment: empty name", "experiments/create", {"name": ""})
post("experiment: number as name", "experiments/create", {"name": 7})
post("experiment: null as name", "experiments/create", {"name": None})
post("experiment: list as name", "experiments/create", {"name": ["a"]})
post("experiment: name there already", "experiments/create", {"name": "first"})
post("experiment: name of a deleted one", "experiments/create", {"name": "deleted"})
post("experiment: name of 501", "experiments/create", {"name": "n" * 501})
post("experiment: tags no list", "experiments/create", {"name": "x1", "tags": "a"})
post("experiment: tag without key", "experiments/create", {"name": "x2", "tags": [{"value": "v"}]})
post("experiment: bad tag key", "experiments/create",
     {"name": "x3", "tags": [{"key": "a!", "value": "v"}]})
post("experiment: fragment in location", "experiments/create",
     {"name": "x4", "artifact_location": "mlflow-artifacts:/a#b"})
post("experiment: location climbs", "experiments/create",
     {"name": "x5", "artifact_location": "mlflow-artifacts:/../b"})
get("experiment get: no id", "experiments/get")
get("experiment get: unknown", "experiments/get?experiment_id=999999")
get("experiment get: no integer", "experiments/get?experiment_id=abc")
get("experiment get: empty", "experiments/get?experiment_id=")
get("experiment get: minus one", "experiments/get?experiment_id=-1")
get("experiment get: twenty digits", "experiments/get?experiment_id=99999999999999999999")
get("experiment get: unknown field", "experiments/get?experiment_id=0&colour=red")
get("experiment by name: none given", "experiments/get-by-name")
get("experiment by name: unknown", "experiments/get-by-name?experiment_name=nobody")
post("experiment delete: unknown", "experiments/delete", {"experiment_id": "999999"})
post("experiment delete: deleted one", "experiments/delete", {"experiment_id": "{deleted}"})
post("experiment restore: active one", "experiments/restore", {"experiment_id": "{experiment}"})
post("experiment rename: no name", "experiments/update", {"experiment_id": "{experiment}"})
post("experiment rename: taken", "experiments/update",
     {"experiment_id": "{experiment}", "new_name": "Default"})
post("experiment rename: deleted one", "experiments/update",
     {"experiment_id": "{deleted}", "new_name": "x6"})
post("experiment rename: unknown", "experiments/update",
     {"experiment_id": "999999", "new_name": "x7"})
post("experiment tag: no key", "experiments/set-experiment-tag", {"experiment_id": "{experiment}"})
post("experiment tag: value of 5001", "experiments/set-experiment-tag",
     {"experiment_id": "{experiment}", "key": "k", "value": "v" * 5001})
post("experiment tag: unknown experiment", "experiments/set-experiment-tag",
     {"experiment_id": "999999", "key": "k", "value": "v"})
post("experiment tag: deleted experiment", "experiments/set-experiment-tag",
     {"experiment_id": "{deleted}", "key": "k", "value": "v"})
post("experiment tag delete: not there", "experiments/delete-experiment-tag",
     {"experiment_id": "{experiment}", "key": "nothing"})
post("experiments: page of zero", "experiments/search", {"max_results": 0})
post("experiments: page too large", "experiments/search", {"max_results": 50001})
post("experiments: page no number", "experiments/search", {"max_results": "many"})
post("experiments: bad token", "experiments/search", {"max_results": 5, "page_token": "%%"})
post("experiments: bad filter", "experiments/search", {"max_results": 5, "filter": "nope = 1"})
post("experiments: bad order", "experiments/search", {"max_results": 5, "order_by": ["nope"]})
post("experiments: bad view", "experiments/search", {"max_results": 5, "view_type": "SOME"})
get("experiments: search by GET", "experiments/search?max_results=1&filter=name%3D%27first%27")

# Runs.
post("run: unknown experiment", "runs/create", {"experiment_id": "999999"})
post("run: experiment no integer", "runs/create", {"experiment_id": "abc"})
post("run: deleted experiment", "runs/create", {"experiment_id": "{deleted}"})
post("run: two names", "runs/create", {"experiment_id": "0", "run_name": "a",
                                       "tags": [{"key": "mlflow.runName", "value": "b"}]})
post("run: start no number", "runs/create", {"experiment_id": "0", "start_time": "noon"})
post("run: fraction as start", "runs/create", {"experiment_id": "0", "start_time": 1.5})
post("run: start beyond 64 bits", "runs/create", {"experiment_id": "0", "start_time": 2 ** 63})
get("run get: no id", "runs/get")
get("run get: unknown", f"runs/get?run_id={NO_RUN}")
get("run get: bad id", "runs/get?run_id=a%2Fb")
get("run get: short id", "runs/get?run_id=abc")
get("run get: by run_uuid", "runs/get?run_uuid={run}")
get("run get: deleted one", "runs/get?run_id={deleted_run}")
post("run update: no id", "runs/update", {})
post("run update: unknown", "runs/update", {"run_id": NO_RUN, "status": "FINISHED"})
post("run update: bad status", "runs/update", {"run_id": "{run}", "status": "DONE"})
post("run update: status as number", "runs/update", {"run_id": "{run}", "status": 3})
post("run update: deleted one", "runs/update", {"run_id": "{deleted_run}", "status": "FINISHED"})
post("run update: empty name", "runs/update", {"run_id": "{run}", "run_name": ""})
post("run delete: unknown", "runs/delete", {"run_id": NO_RUN})
post("run delete: twice", "runs/delete", {"run_id": "{deleted_run}"})
post("run restore: active", "runs/restore", {"run_id": "{run}"})

# Metrics.
post("metric: plain", "runs/log-metric", metric())
post("metric: exactly again", "runs/log-metric", metric())
post("metric: no run", "runs/log-metric", {"key": "m", "value": 1.0, "timestamp": 1})
post("metric: no key", "runs/log-metric", {"run_id": "{run}", "value": 1.0, "timestamp": 1})
post("metric: no value", "runs/log-metric", {"run_id": "{run}", "key": "m", "timestamp": 1})
post("metric: no timestamp", "runs/log-metric", {"run_id": "{run}", "key": "m", "value": 1.0})
post("metric: text as value", "runs/log-metric", metric(value="high"))
post("metric: number in a string", "runs/log-metric", metric(value="0.5"))
post("metric: NaN in a string", "runs/log-metric", metric(value="NaN", step=2))
post("metric: infinity in a string", "runs/log-metric", metric(value="-Infinity", step=3))
post("metric: bool as value", "runs/log-metric", metric(value=True))
post("metric: list as value", "runs/log-metric", metric(value=[1]))
post("metric: bare NaN", "runs/log-metric",
     '{"run_id": "{run}", "key": "bare", "value": NaN, "timestamp": 1}')
post("metric: fraction as step", "runs/log-metric", metric(step=1.5))
post("metric: whole fraction as step", "runs/log-metric", metric(step=4.0))
post("metric: step in a string", "runs/log-metric", metric(step="5"))
post("metric: negative step", "runs/log-metric", metric(step=-1))
post("metric: negative timestamp", "runs/log-metric", metric(timestamp=-1))
post("metric: bad key", "runs/log-metric", metric(key="a!b"))
post("metric: key with a blank and a slash", "runs/log-metric", metric(key="a b/c"))
post("metric: key climbs", "runs/log-metric", metric(key="../a"))
post("metric: absolute key", "runs/log-metric", metric(key="/a"))
post("metric: empty key", "runs/log-metric", metric(key=""))
post("metric: key of 251", "runs/log-metric", metric(key="k" * 251))
post("metric: unknown run", "runs/log-metric", metric(run_id=NO_RUN))
post("metric: deleted run", "runs/log-metric", metric(run_id="{deleted_run}"))
get("history: no key", "metrics/get-history?run_id={run}")
get("history: no run", "metrics/get-history?metric_key=m")
get("history: unknown key", "metrics/get-history?run_id={run}&metric_key=none&max_results=5")
get("history: unknown run", f"metrics/get-history?run_id={NO_RUN}&metric_key=m&max_results=5")
get("history: bad token", "metrics/get-history?run_id={run}&metric_key=m&max_results=5"
    "&page_token=%21%21")

# Params and tags.
post("param: plain", "runs/log-parameter", {"run_id": "{run}", "key": "p", "value": "1"})
post("param: same again", "runs/log-parameter", {"run_id": "{run}", "key": "p", "value": "1"})
post("param: changed", "runs/log-parameter", {"run_id": "{run}", "key": "p", "value": "2"})
post("param: no key", "runs/log-parameter", {"run_id": "{run}", "value": "1"})
post("param: no value", "runs/log-parameter", {"run_id": "{run}", "key": "p0"})
post("param: number as value", "runs/log-parameter", {"run_id": "{run}", "key": "p1", "value": 1})
post("param: value of 6001", "runs/log-parameter",
     {"run_id": "{run}", "key": "p2", "value": "v" * 6001})
post("param: bad key", "runs/log-parameter", {"run_id": "{run}", "key": "a*", "value": "1"})
post("tag: plain", "runs/set-tag", {"run_id": "{run}", "key": "t", "value": "1"})
post("tag: no key", "runs/set-tag", {"run_id": "{run}", "value": "1"})
post("tag: value of 8001", "runs/set-tag", {"run_id": "{run}", "key": "t2", "value": "v" * 8001})
post("tag: key of 251", "runs/set-tag", {"run_id": "{run}", "key": "k" * 251, "value": "v"})
post("tag: deleted run", "runs/set-tag", {"run_id": "{deleted_run}", "key": "t", "value": "1"})
post("tag delete: not there", "runs/delete-tag", {"run_id": "{run}", "key": "nothing"})
post("tag delete: unknown run", "runs/delete-tag", {"run_id": NO_RUN, "key": "t"})

# Batches.
post("batch: empty", "runs/log-batch", {"run_id": "{run}"})
post("batch: no run", "runs/log-batch", {})
post("batch: unknown run", "runs/log-batch", {"run_id": NO_RUN, "metrics": []})
post("batch: 1001 metrics", "runs/log-batch", {"run_id": "{run}", "metrics": [
    {"key": f"m{i}", "value": 1.0, "timestamp": 1, "step": 0} for i in range(1001)]})
post("batch: 101 params", "runs/log-batch", {"run_id": "{run}", "params": [
    {"key": f"q{i}", "value": "1"} for i in range(101)]})
post("batch: 101 tags", "runs/log-batch", {"run_id": "{run}", "tags": [
    {"key": f"t{i}", "value": "1"} for i in range(101)]})
post("batch: 1001 in all", "runs/log-batch", {"run_id": "{run}", "metrics": [
    {"key": f"m{i}", "value": 1.0, "timestamp": 1, "step": 0} for i in range(950)], "params": [
    {"key": f"q{i}", "value": "1"} for i in range(51)]})
post("batch: a param twice", "runs/log-batch", {"run_id": "{run}", "params": [
    {"key": "twice", "value": "1"}, {"key": "twice", "value": "1"}]})
post("batch: a param changed", "runs/log-batch", {"run_id": "{run}", "params": [
    {"key": "p", "value": "3"}]})
post("batch: a tag twice", "runs/log-batch", {"run_id": "{run}", "tags": [
    {"key": "twice", "value": "1"}, {"key": "twice", "value": "2"}]})
post("batch: metrics no list", "runs/log-batch", {"run_id": "{run}", "metrics": {"key": "a"}})
post("batch: metric without value", "runs/log-batch", {"run_id": "{run}", "metrics": [
    {"key": "a", "timestamp": 1}]})
post("batch: metric with text", "runs/log-batch", {"run_id": "{run}", "metrics": [
    {"key": "a", "value": "x", "timestamp": 1}]})
post("batch: bad key of the second metric", "runs/log-batch", {"run_id": "{run}", "metrics": [
    {"key": "a", "value": 1, "timestamp": 1}, {"key": "b?", "value": 1, "timestamp": 1}]})
post("batch: tag without key", "runs/log-batch", {"run_id": "{run}", "tags": [{"value": "1"}]})
post("batch: deleted run", "runs/log-batch", {"run_id": "{deleted_run}", "tags": [
    {"key": "a", "value": "b"}]})
post("batch: a value of 10 MB", "runs/log-batch", {"run_id": "{run}", "params": [
    {"key": "big", "value": "v" * 10_000_000}]})

# Inputs, outputs and logged models.
post("inputs: no run", "runs/log-inputs", {"datasets": []})
post("inputs: dataset without digest", "runs/log-inputs", {"run_id": "{run}", "datasets": [
    {"dataset": {"name": "d", "source_type": "local", "source": "s"}}]})
post("inputs: name of 501", "runs/log-inputs", {"run_id": "{run}", "datasets": [
    {"dataset": {"name": "d" * 501, "digest": "1", "source_type": "local", "source": "s"}}]})
post("inputs: unknown run", "runs/log-inputs", {"run_id": NO_RUN, "datasets": []})
post("outputs: unknown model", "runs/outputs", {"run_id": "{run}", "models": [
    {"model_id": "m-" + NO_RUN, "step": 0}]})
post("logged model: bad name", "logged-models", {"experiment_id": "0", "name": "a/b"})
post("logged model: unknown experiment", "logged-models",
     {"experiment_id": "999999", "name": "a"})
post("logged model: no experiment", "logged-models", {"name": "a"})
get("logged model get: unknown", f"logged-models/m-{NO_RUN}")
post("logged model finish: bad status", "logged-models/{model}",
     {"model_id": "{model}", "status": "NO_SUCH"}, method="PATCH")
post("logged model finish: unknown", f"logged-models/m-{NO_RUN}",
     {"model_id": f"m-{NO_RUN}", "status": "LOGGED_MODEL_READY"}, method="PATCH")
CASES.append(Case("logged model tag delete: not there", "DELETE",
                  V2 + "logged-models/{model}/tags/nothing"))
post("logged models: no experiments", "logged-models/search", {})
post("logged models: bad filter", "logged-models/search",
     {"experiment_ids": ["0"], "filter": "nope = 'a'"})
post("logged models: page of zero", "logged-models/search",
     {"experiment_ids": ["0"], "max_results": 0})

# Searching runs.
for name, text in [
        ("unknown attribute", "nope = 'a'"), ("string for a metric", "metrics.m > 'a'"),
        ("number for a param", "params.p = 1"), ("no quotes", "params.p = one"),
        ("comparator of a param", "params.p > '1'"), ("comparator of a metric", "metrics.m LIKE 1"),
        ("unknown prefix", "colour.red = 'a'"), ("unbalanced", "params.p = 'a"),
        ("list of a param", "params.p IN ('a')"), ("is null of a metric", "metrics.m IS NULL"),
        ("semicolon", "params.p = 'a'; params.p = 'b'"), ("nothing", ""),
        ("plain", "metrics.m >= 1 AND params.p = '1'"), ("or", "params.p = '1' OR params.p = '2'")]:
    post(f"runs, filter: {name}", "runs/search",
         {"experiment_ids": ["{empty}"], "filter": text, "max_results": 5})
for name, text in [("unknown", "nope"), ("direction", "metrics.m sideways"),
                   ("two in one", "metrics.m, metrics.n"), ("twice", None), ("empty", "")]:
    post(f"runs, order: {name}", "runs/search",
         {"experiment_ids": ["{empty}"], "max_results": 5,
          "order_by": ["metrics.m", "metrics.m DESC"] if text is None else [text]})
post("runs: bad token", "runs/search", {"experiment_ids": ["{empty}"], "page_token": "zzz"})
post("runs: page of zero", "runs/search", {"experiment_ids": ["{empty}"], "max_results": 0})
post("runs: page too large", "runs/search", {"experiment_ids": ["{empty}"], "max_results": 50001})
post("runs: negative page", "runs/search", {"experiment_ids": ["{empty}"], "max_results": -1})
post("runs: bad view", "runs/search", {"experiment_ids": ["{empty}"], "run_view_type": "SOME"})
post("runs: ids no list", "runs/search", {"experiment_ids": "{empty}"})
post("runs: unknown experiment", "runs/search", {"experiment_ids": ["999999"]})
post("runs: experiment no integer", "runs/search", {"experiment_ids": ["abc"]})
post("runs: no experiments", "runs/search", {})

# Registered models.
post("model: no name", "registered-models/create", {})
post("model: empty name", "registered-models/create", {"name": ""})
post("model: slash in the name", "registered-models/create", {"name": "a/b"})
post("model: colon in the name", "registered-models/create", {"name": "a:b"})
post("model: dots as name", "registered-models/create", {"name": ".."})
post("model: name of 257", "registered-models/create", {"name": "n" * 257})
post("model: there already", "registered-models/create", {"name": "known"})
post("model: tag without key", "registered-models/create", {"name": "y1", "tags": [{"value": "v"}]})
get("model get: none given", "registered-models/get")
get("model get: unknown", "registered-models/get?name=nobody")
post("model rename: unknown", "registered-models/rename", {"name": "nobody", "new_name": "y2"})
post("model rename: no new name", "registered-models/rename", {"name": "known"})
post("model rename: taken", "registered-models/rename", {"name": "known", "new_name": "other"})
post("model rename: bad name", "registered-models/rename", {"name": "known", "new_name": "a/b"})
post("model update: unknown", "registered-models/update", {"name": "nobody", "description": "d"},
     method="PATCH")
post("model update: no description", "registered-models/update", {"name": "known"}, method="PATCH")
post("model delete: unknown", "registered-models/delete", {"name": "nobody"}, method="DELETE")
post("model tag: no key", "registered-models/set-tag", {"name": "known", "value": "v"})
post("model tag: unknown model", "registered-models/set-tag",
     {"name": "nobody", "key": "k", "value": "v"})
post("model tag: bad key", "registered-models/set-tag",
     {"name": "known", "key": "a?", "value": "v"})
post("model tag delete: not there", "registered-models/delete-tag",
     {"name": "known", "key": "nothing"}, method="DELETE")
get("models: page too large", "registered-models/search?max_results=1001")
get("models: page of zero", "registered-models/search?max_results=0")
get("models: bad filter", "registered-models/search?filter=nope%20%3D%20%27a%27")
get("models: bad order", "registered-models/search?order_by=nope")
get("models: bad token", "registered-models/search?page_token=zzz")
get("models: page no number", "registered-models/search?max_results=many")

# Versions, stages, aliases.
post("version: no source", "model-versions/create", {"name": "known"})
post("version: unknown model", "model-versions/create",
     {"name": "nobody", "source": "s3://bucket/a"})
post("version: bad name", "model-versions/create",
     {"name": "a/b", "source": "s3://bucket/a"})
post("version: artifacts of no run", "model-versions/create",
     {"name": "other", "source": "mlflow-artifacts:/0/a"})
post("version: artifacts of another run", "model-versions/create",
     {"name": "other", "source": "mlflow-artifacts:/0/a", "run_id": "{run}"})
post("version: local source", "model-versions/create", {"name": "known", "source": "/etc"})
post("version: file source", "model-versions/create", {"name": "known", "source": "file:///etc"})
post("version: source climbs", "model-versions/create",
     {"name": "known", "source": "mlflow-artifacts:/0/../../a"})
post("version: source climbs, encoded", "model-versions/create",
     {"name": "known", "source": "mlflow-artifacts:/0/%252e%252e/a"})
post("version: source is an unknown model", "model-versions/create",
     {"name": "known", "source": f"models:/m-{NO_RUN}"})
get("version get: unknown number", "model-versions/get?name=known&version=99")
get("version get: unknown model", "model-versions/get?name=nobody&version=1")
get("version get: no number", "model-versions/get?name=known&version=one")
get("version get: none given", "model-versions/get?name=known")
get("version get: zero", "model-versions/get?name=known&version=0")
get("version get: with blanks", "model-versions/get?name=known&version=%201")
get("version uri: unknown number", "model-versions/get-download-uri?name=known&version=99")
post("version update: unknown number", "model-versions/update",
     {"name": "known", "version": "99", "description": "d"}, method="PATCH")
post("version number as number", "model-versions/update",
     {"name": "known", "version": 1, "description": "d"}, method="PATCH")
post("stage: unknown", "model-versions/transition-stage",
     {"name": "known", "version": "1", "stage": "Nowhere", "archive_existing_versions": False})
post("stage: any case", "model-versions/transition-stage",
     {"name": "known", "version": "1", "stage": "staGing", "archive_existing_versions": False})
post("stage: archive others of None", "model-versions/transition-stage",
     {"name": "known", "version": "1", "stage": "None", "archive_existing_versions": True})
post("stage: none given", "model-versions/transition-stage", {"name": "known", "version": "1"})
post("stage: unknown version", "model-versions/transition-stage",
     {"name": "known", "version": "99", "stage": "Staging", "archive_existing_versions": False})
post("latest: unknown stage", "registered-models/get-latest-versions",
     {"name": "known", "stages": ["Nowhere"]})
post("latest: unknown model", "registered-models/get-latest-versions", {"name": "nobody"})
post("version tag: unknown version", "model-versions/set-tag",
     {"name": "known", "version": "99", "key": "k", "value": "v"})
post("version tag: no key", "model-versions/set-tag",
     {"name": "known", "version": "1", "value": "v"})
post("version tag: bad version", "model-versions/set-tag",
     {"name": "known", "version": "x", "key": "k", "value": "v"})
post("version delete: unknown", "model-versions/delete", {"name": "known", "version": "99"},
     method="DELETE")
get("versions: page too large", "model-versions/search?max_results=200001")
get("versions: bad filter", "model-versions/search?filter=nope%20%3D%20%27a%27")
get("versions: number as text", "model-versions/search?filter=version_number%20%3D%20%27a%27")
for name, alias in [("latest", "latest"), ("Latest", "Latest"), ("like a version", "v1"),
                    ("blank", "a b"), ("dot", "a.b"), ("empty", ""), ("256 long", "a" * 256),
                    ("fine", "champion-1_x")]:
    post(f"alias: {name}", "registered-models/alias",
         {"name": "known", "alias": alias, "version": "1"})
post("alias: unknown version", "registered-models/alias",
     {"name": "known", "alias": "a", "version": "99"})
post("alias: unknown model", "registered-models/alias",
     {"name": "nobody", "alias": "a", "version": "1"})
post("alias: no version", "registered-models/alias", {"name": "known", "alias": "a"})
get("alias get: unknown", "registered-models/alias?name=known&alias=nothing")
get("alias get: unknown model", "registered-models/alias?name=nobody&alias=nothing")
post("alias delete: not there", "registered-models/alias", {"name": "known", "alias": "nothing"},
     method="DELETE")

# Artifacts.
for name, path in [("climbs", "../a"), ("climbs, encoded", "%2e%2e/a"),
                   ("climbs, encoded twice", "%252e%252e/a"), ("absolute", "/etc/passwd"),
                   ("fragment", "a%23b"), ("backslash", "a%5C..%5Cb"), ("NUL", "a%00b"),
                   ("not there", "0/none/file.txt")]:
    CASES.append(Case(f"file get: {name}", "GET", f"{FILES}/{path}"))
    if name != "not there":
        CASES.append(Case(f"file put: {name}", "PUT", f"{FILES}/{path}", b"bytes"))
CASES.append(Case("files: climbs", "GET", f"{FILES}?path=..%2Fa"))
CASES.append(Case("files: nothing there", "GET", f"{FILES}?path=none/at/all"))
CASES.append(Case("file delete: not there", "DELETE", f"{FILES}/none/at/all"))
get("artifacts of a run: none yet", "artifacts/list?run_id={run}")
get("artifacts of a run: climbs", "artifacts/list?run_id={run}&path=..")
get("artifacts of a run: unknown run", f"artifacts/list?run_id={NO_RUN}")
get("artifacts of a run: no run", "artifacts/list")

# The form of requests.
post("form: not JSON", "experiments/create", "{nope")
post("form: a list", "experiments/create", "[1]")
post("form: a number", "experiments/create", "7")
post("form: nothing", "experiments/create", "")
post("form: encoded twice", "runs/set-tag", '"{\\"run_id\\": \\"{run}\\", \\"key\\": \\"e\\"}"')
post("form: unknown fields", "runs/set-tag",
     {"run_id": "{run}", "key": "u", "value": "v", "colour": "red"})
post("form: text/plain", "experiments/create", '{"name": "z1"}',
     headers={"Content-Type": "text/plain"})
post("form: charset", "runs/set-tag", '{"run_id": "{run}", "key": "c", "value": "v"}',
     headers={"Content-Type": "application/json; charset=utf-8"})
post("form: broken UTF-8", "experiments/create", b'{"name": "\xff"}')
get("form: wrong verb", "runs/create")
post("form: wrong verb, too", "runs/get", {"run_id": "{run}"})
post("form: no such path", "runs/nothing", {})
CASES.append(Case("form: no such version of the API", "GET", "/api/9.0/mlflow/runs/get"))
CASES.append(Case("form: trailing slash", "GET", V2 + "experiments/search/?max_results=1"))
