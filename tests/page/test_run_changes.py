"""Changes of many runs at once, small curves and what a run is measured against, against a model of them."""

import json
import math
import urllib.error
import urllib.parse
import urllib.request

import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric

from conftest import PROJECT

TRACES = 12


class Wing:
    """An experiment with runs, and the API with the token."""

    def __init__(self, galley, name):
        self.url = galley.url
        self.token = (galley.data / "token").read_text(encoding="utf-8").strip()
        self.client = MlflowClient(galley.url, galley.url)
        self.experiment = self.client.create_experiment(name)

    def run(self, **tags):
        return self.client.create_run(self.experiment, tags=tags).info.run_id

    def log(self, run, key, values, steps=None):
        steps = range(len(values)) if steps is None else steps
        points = [Metric(key, float(value), 1_700_000_000_000 + at, int(step))
                  for at, (value, step) in enumerate(zip(values, steps, strict=True))]
        for begin in range(0, len(points), 1000):
            self.client.log_batch(run, metrics=points[begin:begin + 1000])

    def send(self, path, body, token=True):
        request = urllib.request.Request(f"{self.url}{PROJECT}{path}", json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        if token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())["error"]["message"]

    def bulk(self, **body):
        status, answer = self.send("runs/bulk", body)
        assert status == 200, answer
        return answer

    def state(self, run):
        return self.client.get_run(run).info.lifecycle_stage

    def tags(self, run):
        return {key: value for key, value in self.client.get_run(run).data.tags.items() if not key.startswith("mlflow.")}


@pytest.fixture(name="wing", scope="module")
def a_wing(galley):
    return Wing(galley, "changed together")


def test_archiving_can_be_tried_done_and_undone(wing, api):
    runs = [wing.run() for _ in range(5)]
    wing.client.set_terminated(runs[0])
    wing.client.delete_run(runs[4])
    tried = wing.bulk(action="delete", ids=runs, dry_run=True)
    assert (tried["total"], tried["changed"], tried["unchanged"], tried["running"], tried["undo"]) == (5, 4, 1, 3, [])
    assert [wing.state(run) for run in runs] == ["active"] * 4 + ["deleted"]
    done = wing.bulk(action="delete", ids=runs)
    assert (done["changed"], done["unchanged"], done["refused"]) == (4, 1, 0)
    assert {wing.state(run) for run in runs} == {"deleted"}
    # Each change is an event of its own.
    for run in runs[:4]:
        kinds = [event["kind"] for event in api.get("events", subject=run)["events"]]
        assert kinds[0] == "run.deleted"
    for body in done["undo"]:
        wing.bulk(**{key: value for key, value in body.items() if key in ("action", "ids")})
    assert [wing.state(run) for run in runs] == ["active"] * 4 + ["deleted"]


def test_tags_come_back_as_they_were(wing):
    runs = [wing.run(keep="no"), wing.run(keep="perhaps"), wing.run(), wing.run(keep="yes"), wing.run()]
    wing.client.delete_run(runs[4])
    before = [wing.tags(run) for run in runs]
    done = wing.bulk(action="tag", ids=runs, key="keep", value="yes")
    assert (done["changed"], done["unchanged"], done["refused"]) == (3, 1, 1)
    assert done["refusals"][0]["id"] == runs[4] and "archived" in done["refusals"][0]["reason"]
    assert [wing.tags(run).get("keep") for run in runs] == ["yes"] * 4 + [None]
    for body in done["undo"]:
        wing.bulk(**{key: body[key] for key in ("action", "ids", "key", "value") if body.get(key) is not None})
    assert [wing.tags(run) for run in runs] == before
    gone = wing.bulk(action="untag", ids=runs[:3], key="keep")
    assert (gone["changed"], gone["unchanged"]) == (2, 1)
    assert [wing.tags(run) for run in runs[:3]] == [{}] * 3


def test_all_of_a_result_but_some(galley, api):
    wing = Wing(galley, "all but some")
    runs = [wing.run() for _ in range(30)]
    answer = api.query(experiments=[wing.experiment])
    late = wing.run()  # Not in the result.
    done = wing.bulk(action="tag", result=answer["result"], **{"except": runs[:7]}, key="batch", value="one")
    assert (done["total"], done["changed"]) == (23, 23)
    assert api.query(experiments=[wing.experiment], filter="tags.batch = 'one'")["total"] == 23
    assert wing.tags(late) == {} and wing.tags(runs[3]) == {}


def test_bad_changes_are_refused(wing):
    run = wing.run()
    for body, words in (({"action": "burn", "ids": [run]}, "'action' must be delete, restore, tag or untag"),
                        ({"action": "delete"}, "either 'ids' or 'result'"),
                        ({"action": "delete", "ids": [run], "result": run}, "either 'ids' or 'result'"),
                        ({"action": "delete", "ids": ["xyz"]}, "'ids[0]'"),
                        ({"action": "delete", "ids": [run], "except": [run]}, "'except' belongs to 'result'"),
                        ({"action": "delete", "ids": [run], "key": "a"}, "belong to the actions tag and untag"),
                        ({"action": "tag", "ids": [run], "value": "a"}, "'key' is missing"),
                        ({"action": "tag", "ids": [run], "key": "a"}, "'value' is missing"),
                        ({"action": "tag", "ids": [run], "key": "mlflow.user", "value": "me"}, "are the clients'"),
                        ({"action": "tag", "ids": [run], "key": "x" * 251, "value": ""}, "250")):
        status, message = wing.send("runs/bulk", body)
        assert status == 400 and words in message, (body, message)
    status, message = wing.send("runs/bulk", {"action": "delete", "result": "0" * 32})
    assert status == 404 and "no longer kept" in message
    assert wing.send("runs/bulk", {"action": "delete", "ids": [run]}, token=False)[0] == 401
    assert wing.state(run) == "active"
    unknown = wing.bulk(action="delete", ids=["0" * 32])
    assert unknown["refused"] == 1 and unknown["refusals"][0]["reason"] == "there is no such run"


def test_small_curves_keep_what_is_extreme(wing):
    rng = np.random.default_rng(5)
    runs, series = [], {}
    for number in range(TRACES):
        run = wing.run()
        size = int(rng.integers(1, 900)) if number else 3000
        values = np.cumsum(rng.normal(size=size))
        values[int(rng.integers(size))] += 50
        wing.log(run, "val/loss", values)
        runs.append(run)
        series[run] = values
    wing.log(runs[1], "flat", [math.nan, 2.0, 2.0, math.nan])
    wing.log(runs[2], "still", [1.0, 3.0, 2.0], steps=[0, 0, 0])
    status, answer = wing.send("runs/sparks", {"runs": [*runs, "0" * 32], "keys": ["val/loss", "flat", "still"]}, token=False)
    assert status == 200, answer
    found = {(one["run"], one["key"]): one for one in answer["sparks"]}
    assert len(found) == TRACES + 2
    for run, values in series.items():
        one = found[run, "val/loss"]
        assert one["points"] == len(values) and one["best"] == "min"
        assert (one["min"], one["min_step"]) == (values.min(), values.argmin())
        assert (one["max"], one["max_step"]) == (values.max(), values.argmax())
        assert len(one["x"]) == len(one["y"]) <= 40 and one["x"] == sorted(one["x"])
        assert {values.min(), values.max()} <= set(one["y"])
        assert all(values[step] == value for step, value in zip(one["x"], one["y"], strict=True))
        if len(values) <= 40:
            assert one["y"] == list(values)
    flat = found[runs[1], "flat"]
    assert (flat["x"], flat["y"], flat["min_step"], flat["max_step"]) == ([1, 2], [2, 2], 1, 1)
    # Of points of one step the order counts: by time, step, value.
    assert found[runs[2], "still"]["x"] == [0, 1, 2] and sorted(found[runs[2], "still"]["y"]) == [1, 2, 3]
    for body, words in (({"runs": runs, "keys": ["loss"] * 9}, "'keys'"), ({"runs": ["x"], "keys": ["a"]}, "'runs[0]'"),
                        ({"runs": runs, "keys": ["a"], "points": 41}, "'points' must be from 4 to 40")):
        status, message = wing.send("runs/sparks", body, token=False)
        assert status == 400 and words in message, message


def test_an_extreme_has_its_first_step(wing):
    """Also when points come late, and in several requests."""
    run = wing.run()
    rng = np.random.default_rng(11)
    steps = rng.permutation(200)
    values = rng.integers(0, 6, size=200).astype(float)
    for part in np.array_split(np.arange(200), 7):
        wing.log(run, "auc", values[part], steps[part])
    _, answer = wing.send("runs/sparks", {"runs": [run], "keys": ["auc"]})
    one = answer["sparks"][0]
    assert (one["best"], one["min"], one["max"]) == ("max", values.min(), values.max())
    assert one["min_step"] == steps[values == values.min()].min()
    assert one["max_step"] == steps[values == values.max()].min()


def test_best_is_the_good_extreme(galley, api):
    wing = Wing(galley, "best")
    runs = [wing.run() for _ in range(6)]
    rng = np.random.default_rng(2)
    values = {key: rng.random((6, 9)) for key in ("val/loss", "auc", "test_error_rate", "losses_seen", "RMSE")}
    for at, run in enumerate(runs):
        for key, all_of in values.items():
            wing.log(run, key, all_of[at])
    columns = [f"best(metrics.{key})" for key in values]
    answer = api.query(experiments=[wing.experiment], columns=columns, sort=["best(metrics.val/loss)"])
    low = {"val/loss", "test_error_rate", "RMSE"}
    for row in answer["rows"]:
        at = runs.index(row["id"])
        assert row["values"] == [(all_of[at].min() if key in low else all_of[at].max()) for key, all_of in values.items()]
    assert [row["values"][0] for row in answer["rows"]] == sorted(values["val/loss"].min(axis=1))
    status, message = api.refused("POST", "runs/query", {"columns": ["best(params.lr)"]})
    assert status == 400 and "only metrics" in message


def test_what_a_run_is_measured_against(galley, api):
    wing = Wing(galley, "measured")
    first, second = wing.run(), wing.run()
    wing.log(first, "auc", [0.7, 0.8])
    assert api.get(f"runs/{second}/baseline").get("baseline") is None
    wing.client.create_registered_model("measured-model")
    version = wing.client.create_model_version("measured-model", f"runs:/{first}/model", first)
    wing.client.set_registered_model_alias("measured-model", "champion", version.version)
    baseline = api.get(f"runs/{second}/baseline")["baseline"]
    assert (baseline["kind"], baseline["run"], baseline["model"], baseline["version"]) == \
        ("champion", first, "measured-model", 1)
    assert baseline["metrics"] == [{"key": "auc", "value": 0.8}]
    child = wing.run(**{"mlflow.parentRunId": second})
    assert api.get(f"runs/{child}/baseline")["baseline"]["run"] == second
    # Of another experiment nobody is champion.
    other = Wing(galley, "measured elsewhere").run()
    assert api.get(f"runs/{other}/baseline").get("baseline") is None


def put(galley, run, path, text):
    request = urllib.request.Request(
        f"{galley.url}/api/2.0/mlflow-artifacts/artifacts/{run.experiment}/{run.id}/artifacts/{path}",
        text.encode(), method="PUT")
    urllib.request.urlopen(request, timeout=60).close()


def test_logs_of_a_run(galley, api):
    wing = Wing(galley, "logs")
    run = type("Run", (), {"id": wing.run(), "experiment": wing.experiment})
    lines = [f"epoch {at}: löss {1 / (at + 1):.3f}" for at in range(3000)]
    lines[1200] = "Traceback (most recent call last):"
    lines[1201] = "  File \"train.py\", line 3, in <module>"
    lines[1202] = "ValueError: no data"
    lines[2000] = "ERROR cannot save"
    text = "\n".join(lines) + "\n"
    for path, content in (("logs/train.txt", text), ("model/notes.txt", "no log"), ("train.log", "short\n"),
                          ("deep/logs/a.txt", "x\n"), ("stdout", "y\n"), ("logs/plot.png", "z")):
        put(galley, run, path, content)
    answer = api.get(f"runs/{run.id}/logs")
    assert [one["path"] for one in answer["files"]] == ["deep/logs/a.txt", "logs/train.txt", "stdout", "train.log"]
    assert answer["is_here"] and answer.get("job") is None and not answer["has_more"]

    def log(**asked):
        status, answer = api.send("GET", f"runs/{run.id}/log?{urllib.parse.urlencode(asked)}")
        assert status == 200, answer
        return answer

    got, offset = "", 0
    while True:
        page = log(path="logs/train.txt", offset=offset, limit=5000)
        got, offset = got + page["text"], page["next_offset"]
        assert page["size"] == len(text.encode())
        if not page["text"]:
            break
    assert got == text
    found = log(path="logs/train.txt", limit=0, errors="true", q="Epoch 29")
    assert found["first_error"]["line"] == 1203 and found["first_error"]["text"] == "ValueError: no data"
    assert [one["line"] for one in found["errors"]] == [1203, 2001]
    assert [one["line"] for one in found["matches"]] == [30, *range(291, 301), *range(2901, 3001)]
    assert text.encode()[found["matches"][0]["offset"]:].startswith(b"epoch 29:")
    for path, code in (("../secret", 400), ("none.log", 404)):
        assert api.refused("GET", f"runs/{run.id}/log?path={path}")[0] == code
    status, message = api.refused("GET", f"runs/{run.id}/log?path=train.log&limit=3")
    assert status == 400 and "'limit'" in message
