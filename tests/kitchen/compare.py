"""What a server knows of one experiment, in a form in which two servers can be compared.

`snapshot` asks over plain HTTP and with the unmodified client. Ids become names (`run xgboost`),
times become `a time`; everything else stays, down to which fields a JSON object has and which types
they have. `differences` lists what two snapshots do not share.

Not compared, because they differ between two runs of one script on one server: ids, times and sizes
in MLmodel, and in .skops files the memory addresses that name their members.
"""

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import mlflow
import requests
from mlflow.tracking import MlflowClient

SECONDS_MAX = 60
# 2001 to 2100 in milliseconds: seconds or microseconds in place of them would be seen.
TIMES = range(978_307_200_000, 4_102_444_800_000)
TIME_KEY = re.compile(r"(time|timestamp)(_ms)?$")
MLMODEL_LOOSE = re.compile(r"^(run_id|model_id|model_uuid|utc_time_created|model_size_bytes):.*$",
                           re.MULTILINE)
ARTIFACT_URI = re.compile(r"(mlflow-artifacts:(?://[^/]*)?/)\d+/")
# Lists whose order no one promises.
UNORDERED = {"metrics", "params", "tags", "dataset_inputs", "aliases", "model_outputs"}

SEARCHES = [
    {"order_by": ["attributes.start_time ASC"]},
    {"order_by": ["attributes.start_time DESC"]},
    {},
    {"order_by": ["metrics.test_accuracy DESC"]},
    {"order_by": ["metrics.test_accuracy ASC", "attributes.run_name DESC"]},
    {"order_by": ["params.eta", "attributes.run_name"]},
    {"order_by": ["tags.`mlflow.runName`"]},
    {"filter": "metrics.test_accuracy > 0.9146"},
    {"filter": "metrics.`majority/accuracy` < 0.9 and tags.kind = 'baseline'"},
    {"filter": "params.eta = '0.1'"},
    {"filter": "params.features = '30' AND params.eta IS NULL"},
    {"filter": "tags.kind != 'model'"},
    {"filter": "tags.question LIKE 'Does%' and attributes.status = 'FINISHED'"},
    {"filter": "tags.question LIKE 'does%'"},
    {"filter": "attributes.run_name ILIKE 'XG%'"},
    {"filter": "run_name = 'logistic'"},
    {"filter": "dataset.name = 'weeks 48-100'", "order_by": ["run_name ASC"]},
    {"filter": "dataset.context IN ('training')", "order_by": ["run_name ASC"]},
    {"run_view_type": "DELETED_ONLY"},
    {"run_view_type": "ALL", "order_by": ["run_name ASC"]},
    {"filter": "metrics.test_accuracy > 'high'"},
    {"filter": "params.eta > 1"},
    {"filter": "nonsense.eta = '1'"},
    {"order_by": ["metrics.test_accuracy UPWARDS"]},
    {"max_results": 0},
]


class Server:
    """JSON over HTTP, with status, so that an error is an answer as well."""

    def __init__(self, uri):
        self.uri = uri.rstrip("/")
        self.session = requests.Session()

    def ask(self, method, endpoint, **options):
        answer = self.session.request(method, f"{self.uri}/api/2.0/{endpoint}",
                                      timeout=SECONDS_MAX, **options)
        return {"status": answer.status_code, "body": answer.json()}

    def get(self, endpoint, **parameters):
        return self.ask("GET", endpoint, params=parameters)

    def post(self, endpoint, **body):
        return self.ask("POST", endpoint, json=body)


class Names:
    """Replaces ids and times by what is equal on every server."""

    def __init__(self, experiment):
        self.experiment = experiment
        self.ids = {}

    def add(self, identity, name):
        if name in self.ids.values():
            raise ValueError(f"two of {name}: give each run of the experiment a name of its own")
        self.ids[identity] = name

    def text(self, text):
        for identity, name in self.ids.items():
            text = text.replace(identity, f"<{name}>")
        return ARTIFACT_URI.sub(r"\1<experiment>/", text)

    def plain(self, value, key=""):
        if isinstance(value, dict):
            return {self.text(name): self.plain(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            items = [self.plain(inner, key) for inner in value]
            return sorted(items, key=json.dumps) if key in UNORDERED else items
        if key == "experiment_id" and value == self.experiment:
            return "<experiment>"
        if key == "next_page_token":
            return "a token" if value else value
        if key == "model_size_bytes":
            return "a size"
        if TIME_KEY.search(key) and type(value) is int and value in TIMES:
            return "a time"
        if isinstance(value, str):
            return self.string(value)
        return value

    def string(self, text):
        """A string that holds JSON is compared as JSON; it may hold ids and times too."""
        if text[:1] in ("{", "["):
            try:
                return {"JSON": self.plain(json.loads(text))}
            except ValueError:
                pass
        return self.text(text)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def skops(data):
    """Content of a .skops file: its schema with the addresses numbered in the order in which they
    occur, and in place of each member's name its checksum."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    numbers = {}

    def plain(value, key=""):
        if isinstance(value, dict):
            return {name: plain(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        if key == "__id__":
            return numbers.setdefault(value, len(numbers))
        if key == "file":
            return sha256(archive.read(value))
        return value

    schema = plain(json.loads(archive.read("schema.json")))
    return {"members": len(archive.namelist()),
            "schema": sha256(json.dumps(schema, sort_keys=True).encode())}


def content(path, data, names):
    """{size, sha256} of a file's bytes, of those that two runs of one script share."""
    if path.endswith(".skops"):
        return skops(data)
    if Path(path).name == "MLmodel":
        data = MLMODEL_LOOSE.sub(r"\1: -", names.text(data.decode())).encode()
    return {"size": len(data), "sha256": sha256(data)}


def run_artifacts(server, client, run_id, names):
    """Listings of all folders of a run, and what the files that the client downloads hold."""
    listings, due = {}, [None]
    while due:
        path = due.pop()
        answer = server.get("mlflow/artifacts/list", run_id=run_id, path=path)
        listings[path or "."] = names.plain(answer)
        due += [file["path"] for file in answer["body"].get("files", []) if file["is_dir"]]
    with TemporaryDirectory() as folder:
        client.download_artifacts(run_id, "", folder)
        files = read_all(Path(folder), names)
    return {"listings": listings, "files": files}


def read_all(folder, names):
    return {path.relative_to(folder).as_posix(): content(path.name, path.read_bytes(), names)
            for path in sorted(folder.rglob("*")) if path.is_file()}


def model_listing(server, model_id, names):
    """The server's own list of a model's files, without sizes that two runs do not share."""
    answer = names.plain(server.get(f"mlflow/logged-models/{model_id}/artifacts/directories"))
    for file in answer["body"].get("files", []):
        if file["path"].endswith((".skops", "MLmodel")):
            file["file_size"] = type(file["file_size"]).__name__
    return answer


def logged_model(server, model_id, names, rows):
    with TemporaryDirectory() as folder:
        mlflow.artifacts.download_artifacts(f"models:/{model_id}", dst_path=folder)
        found = {"get": names.plain(server.get(f"mlflow/logged-models/{model_id}")),
                 "listing": model_listing(server, model_id, names),
                 "files": read_all(Path(folder), names)}
    if rows is not None:
        predictions = mlflow.pyfunc.load_model(f"models:/{model_id}").predict(rows)
        found["predictions"] = {"dtype": str(predictions.dtype), "shape": list(predictions.shape),
                                "sha256": sha256(predictions.tobytes())}
    return found


def one_run(server, client, run, names):
    run_id = run["info"]["run_id"]
    found = {"get": names.plain(server.get("mlflow/runs/get", run_id=run_id)),
             "artifacts": run_artifacts(server, client, run_id, names), "histories": {}}
    for metric in run["data"].get("metrics", []):
        answer = server.get("mlflow/metrics/get-history", run_id=run_id, metric_key=metric["key"],
                            max_results=25000)
        found["histories"][metric["key"]] = names.plain(answer)
    return found


def pages(server, experiment, names):
    """The runs of the experiment, one a page."""
    found, token = [], None
    while True:
        answer = server.post("mlflow/runs/search", experiment_ids=[experiment], max_results=1,
                             order_by=["attributes.start_time ASC"],
                             **({"page_token": token} if token else {}))
        found.append([run["info"]["run_name"] for run in answer["body"].get("runs", [])])
        token = answer["body"].get("next_page_token")
        if not token:
            return found


def registry(server, names):
    models = server.get("mlflow/registered-models/search", max_results=100)
    found = {"models": names.plain(models),
             "versions": names.plain(server.get("mlflow/model-versions/search", max_results=100))}
    for model in models["body"].get("registered_models", []):
        name = model["name"]
        found[name] = {
            "get": names.plain(server.get("mlflow/registered-models/get", name=name)),
            "source": names.plain(server.get("mlflow/model-versions/get-download-uri", name=name,
                                             version="1")),
            "no version": names.plain(server.get("mlflow/model-versions/get", name=name,
                                                 version="99")),
            "no alias": names.plain(server.get("mlflow/registered-models/alias", name=name,
                                               alias="nobody"))}
    return found


def snapshot(tracking_uri, experiment_name, rows=None):
    """Everything that the server knows of the experiment and its registered models. `rows` is a
    frame of features: with it, every logged model is loaded and asked."""
    server = Server(tracking_uri)
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(tracking_uri)
    try:
        return take(server, MlflowClient(tracking_uri), experiment_name, rows)
    finally:
        mlflow.set_tracking_uri(before)


def take(server, client, experiment_name, rows):
    by_name = server.get("mlflow/experiments/get-by-name", experiment_name=experiment_name)
    experiment = by_name["body"]["experiment"]["experiment_id"]
    names = Names(experiment)
    runs = server.post("mlflow/runs/search", experiment_ids=[experiment], run_view_type="ALL",
                       order_by=["attributes.start_time ASC"])["body"].get("runs", [])
    for run in runs:
        names.add(run["info"]["run_id"], f"run {run['info']['run_name']}")
    models = server.post("mlflow/logged-models/search", experiment_ids=[experiment],
                         order_by=[{"field_name": "creation_timestamp", "ascending": True}])
    model_ids = {}
    for model in models["body"].get("models", []):
        info = model["info"]
        name = f"model {info['name']} of {names.ids[info['source_run_id']]}"
        names.add(info["model_id"], name)
        model_ids[name] = info["model_id"]

    searches = {json.dumps(search): names.plain(
        server.post("mlflow/runs/search", experiment_ids=[experiment], **search))
        for search in SEARCHES}
    return {
        "experiment": {"by name": names.plain(by_name), "get": names.plain(
            server.get("mlflow/experiments/get", experiment_id=experiment))},
        "runs": {run["info"]["run_name"]: one_run(server, client, run, names) for run in runs},
        "searches": searches, "pages": pages(server, experiment, names),
        "logged models": names.plain(models),
        "models": {name: logged_model(server, model_id, names, rows)
                   for name, model_id in model_ids.items()},
        "registry": registry(server, names)}


def differences(left, right, path=""):
    """`place: left is not right` of everything that is not equal; types count, 1 is not 1.0."""
    if isinstance(left, dict) and isinstance(right, dict):
        found = []
        for key in dict.fromkeys([*left, *right]):
            place = f"{path}/{key}"
            if key not in left or key not in right:
                side = left if key in left else right
                found.append(f"{place}: only {'left' if key in left else 'right'} has "
                             f"{json.dumps(side[key])[:200]}")
            else:
                found += differences(left[key], right[key], place)
        return found
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        return [difference for i, (one, other) in enumerate(zip(left, right, strict=True))
                for difference in differences(one, other, f"{path}/{i}")]
    if type(left) is type(right) and left == right:
        return []
    return [f"{path}: {json.dumps(left)[:200]} is not {json.dumps(right)[:200]}"]
