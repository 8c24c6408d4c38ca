"""The native read API: what it tells of what MLflow's API stored, and what it refuses."""

import http.client
import json

import pytest

from conftest import WAIT_SECONDS_MAX, get
from tracked import Tracked

PROJECT = "/api/v1/projects/default/"


@pytest.fixture(scope="module")
def tracked(shared_up):
    return Tracked(shared_up.server_port)


def ask(tracked, path):
    return get(tracked.port, PROJECT + path)


def answer(tracked, path):
    status, body = ask(tracked, path)
    assert status == 200, body
    return body


def refusal(tracked, path):
    status, body = ask(tracked, path)
    assert set(body) == {"error"} and set(body["error"]) == {"code", "message"}
    return status, body["error"]["code"], body["error"]["message"]


def test_experiments(tracked):
    body = answer(tracked, "experiments")
    assert body["has_more"] is False
    by_name = {experiment["name"]: experiment for experiment in body["experiments"]}
    iris = by_name["iris"]
    assert {"Default", "iris"} <= set(by_name)
    assert iris["number"] == tracked.experiment
    assert iris["state"] == "active"
    assert iris["runs"] == {"active": 3, "running": 1, "deleted": 1}
    assert iris["tags"] == [{"key": "team", "value": "kitchen"}]
    assert isinstance(iris["created_ms"], int) and iris["created_ms"] <= iris["updated_ms"]
    assert len(iris["id"]) == 32
    for name in (tracked.experiment, "iris"):
        assert answer(tracked, f"experiments/{name}") == {"experiment": iris}
    assert answer(tracked, "experiments/gr%C3%B6%C3%9Fe%20%2F%20%E6%96%99")["experiment"]["name"] == \
        "größe / 料"


def test_experiments_are_paged(tracked):
    whole = [one["number"] for one in answer(tracked, "experiments?view=all")["experiments"]]
    pages, offset = [], 0
    while True:
        body = answer(tracked, f"experiments?view=all&limit=2&offset={offset}")
        pages += [one["number"] for one in body["experiments"]]
        offset += 2
        if not body["has_more"]:
            break
    assert pages == whole and len(whole) == 4
    deleted = answer(tracked, "experiments?view=deleted")["experiments"]
    assert [one["name"] for one in deleted] == ["thrown away"]
    assert deleted[0]["state"] == "deleted"


def test_runs(tracked):
    body = answer(tracked, "runs?experiment=iris")
    assert [run["name"] for run in body["runs"]] == ["latest", "failing", "first"]
    assert answer(tracked, f"runs?experiment={tracked.experiment}") == body
    latest, failing, first = body["runs"]
    assert (latest["status"], failing["status"], first["status"]) == \
        ("running", "failed", "finished")
    assert "ended_ms" not in latest
    assert (first["started_ms"], first["ended_ms"]) == (1_000, 61_000)
    assert {run["experiment_name"] for run in body["runs"]} == {"iris"}
    assert first["user"] == "ann"
    assert first["params"] == [{"key": "depth", "value": "7"}, {"key": "lr", "value": "0.1"}]
    assert {metric["key"]: metric["value"] for metric in first["metrics"]} == \
        {"accuracy": 0.75, "gone": "NaN"}


def test_runs_of_all_experiments_and_of_the_views(tracked):
    names = [run["name"] for run in answer(tracked, "runs")["runs"]]
    assert names == ["latest", "failing", "first", "elsewhere"]
    deleted = answer(tracked, "runs?view=deleted")["runs"]
    assert [(run["name"], run["state"]) for run in deleted] == [("thrown away", "deleted")]
    assert len(answer(tracked, "runs?view=all")["runs"]) == 5


def test_runs_are_paged(tracked):
    first = answer(tracked, "runs?limit=3")
    second = answer(tracked, "runs?limit=3&offset=3")
    assert (first["has_more"], second["has_more"]) == (True, False)
    assert first["runs"] + second["runs"] == answer(tracked, "runs?limit=1000")["runs"]
    assert answer(tracked, "runs?offset=100") == {"runs": [], "has_more": False}


def test_a_run_with_everything(tracked):
    body = answer(tracked, f"runs/{tracked.first}")
    assert body["run"] in answer(tracked, "runs")["runs"]
    assert body["inputs"] == [{
        "name": "iris.csv", "digest": "abc123", "source_type": "local", "source": "{}",
        "tags": [{"key": "mlflow.data.context", "value": "training"}]}]
    made = {"id": tracked.model, "name": "tree", "type": "xgboost", "status": "pending", "step": 2}
    assert body["models_out"] == [made]
    assert body["models_in"] == []
    assert body["artifacts"] == [
        {"name": "model", "is_folder": True, "files": 2, "size": 30},
        {"name": "plot.png", "is_folder": False, "files": 1, "size": 5}]
    assert body["artifacts_has_more"] is False


def test_a_run_without_anything_has_empty_lists(tracked):
    body = answer(tracked, f"runs/{tracked.elsewhere}")
    for name in ("inputs", "models_in", "models_out", "artifacts"):
        assert body[name] == []
    assert body["run"]["metrics"] == [] and body["run"]["params"] == []


def test_the_first_digits_of_a_run(tracked):
    whole = answer(tracked, f"runs/{tracked.first}")
    assert answer(tracked, f"runs/{tracked.unique(tracked.first)}") == whole
    status, code, message = refusal(tracked, f"runs/{tracked.first[:6]}")
    assert (status, code) == (409, "failed_precondition")
    assert tracked.first in message and tracked.latest in message
    assert refusal(tracked, f"runs/{'f' * 6}")[:2] == (404, "not_found")
    assert refusal(tracked, f"runs/{'f' * 32}")[:2] == (404, "not_found")


@pytest.mark.parametrize("text", ["abcde", "x" * 32, "A" * 32, "0" * 33, "%00", "%20", "..", "%2F",
                                  "%27%20OR%201%3D1", "%F0%9F%8D%B3%F0%9F%8D%B3"])
def test_what_can_be_no_run_id(tracked, text):
    status, code, message = refusal(tracked, f"runs/{text}")
    assert (status, code) == (400, "invalid_argument")
    assert "32 lower-case hex digits" in message


def test_the_history_of_a_metric(tracked):
    path = f"runs/{tracked.first}/metrics?key=accuracy"
    points = answer(tracked, path)
    assert points["has_more"] is False
    assert [(point["step"], point["value"]) for point in points["metrics"]] == \
        [(0, 0.25), (1, 0.5), (2, 0.75)]
    pages = [answer(tracked, f"{path}&limit=2&offset={offset}") for offset in (0, 2)]
    assert [page["has_more"] for page in pages] == [True, False]
    assert pages[0]["metrics"] + pages[1]["metrics"] == points["metrics"]
    assert answer(tracked, f"{path}&offset=99") == {"metrics": [], "has_more": False}
    assert answer(tracked, f"runs/{tracked.first}/metrics?key=gone")["metrics"][0]["value"] == "NaN"
    assert refusal(tracked, f"runs/{tracked.first}/metrics?key=none")[:2] == (404, "not_found")
    assert refusal(tracked, f"runs/{tracked.first}/metrics")[0] == 400


def test_a_model(tracked):
    model = answer(tracked, f"models/{tracked.model}")["model"]
    assert answer(tracked, f"models/m-{tracked.model}")["model"] == model
    assert (model["name"], model["type"], model["status"]) == ("tree", "xgboost", "pending")
    assert model["source_run"] == tracked.first
    assert model["experiment"] == tracked.experiment
    assert refusal(tracked, f"models/{'0' * 32}")[:2] == (404, "not_found")
    assert refusal(tracked, "models/tree")[:2] == (400, "invalid_argument")


def test_events(tracked):
    events = answer(tracked, "events?limit=1000")["events"]
    sequences = [event["sequence"] for event in events]
    assert sequences == sorted(sequences, reverse=True)
    assert events[-1]["kind"] == "experiment.created"
    assert isinstance(events[-1]["detail"], dict) and events[-1]["detail"]["name"] == "Default"
    of_run = [event for event in events if event["subject"] == tracked.first]
    assert of_run[-1]["kind"] == "run.created"
    for subject in (tracked.first, tracked.unique(tracked.first)):
        assert answer(tracked, f"events?subject={subject}")["events"] == of_run
    pages, before = [], ""
    while True:
        body = answer(tracked, f"events?limit=7{before}")
        pages += body["events"]
        before = f"&before={pages[-1]['sequence']}"
        if not body["has_more"]:
            break
    assert pages == events
    assert answer(tracked, "events?subject=nothing") == {"events": [], "has_more": False}
    assert refusal(tracked, f"events?subject={tracked.first[:6]}")[0] == 409


LISTS = ["experiments", "runs", "events"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("parameters, named", [
    ("limit=0", "from 1 to 1000, not 0"),
    ("limit=1001", "from 1 to 1000, not 1001"),
    ("limit=-1", "from 1 to 1000"),
    ("limit=many", "'limit' must be a whole number"),
    ("limit=", "limit must be a whole number"),
    ("limit=1.5", "'limit' must be a whole number"),
    ("limit=99999999999999999999", "'limit' must be a whole number"),
    ("limit=1&limit=2", "'limit' stands more than once"),
    ("limt=1", "there is no parameter 'limt'; there are: "),
    ("limit=%zz", "hexadecimal"),
    ("%00=1", "there is no parameter"),
])
def test_wrong_parameters(tracked, path, parameters, named):
    status, code, message = refusal(tracked, f"{path}?{parameters}")
    assert (status, code) == (400, "invalid_argument")
    assert named in message


@pytest.mark.parametrize("path, status, named", [
    ("runs?offset=-1", 400, "'offset' must not be negative"),
    ("runs?view=some", 400, "active, deleted or all"),
    ("experiments?view=", 400, "active, deleted or all"),
    ("runs?experiment=none", 404, "'none'"),
    ("runs?experiment=a%00b", 404, "no experiment"),
    ("runs?experiment=" + "x" * 1025, 400, "the limit is 1024"),
    ("experiments/99", 404, "'99'"),
    ("experiments/%00", 404, "no experiment"),
    ("experiments/0?limit=1", 400, "takes none"),
    ("events?before=x", 400, "'before'"),
    ("events?subject=a%00b&limit=0", 400, "'limit'"),
    ("runs/000000/metrics?key=a&limit=10001", 400, "from 1 to 10000"),
    ("none", 404, "nothing at"),
    ("runs/", 404, "nothing at"),
])
def test_other_refusals(tracked, path, status, named):
    got, _, message = refusal(tracked, path)
    assert got == status
    assert named in message


@pytest.mark.parametrize("project", ["none", "Default", "default%00", "%20", "..", "default%2F"])
@pytest.mark.parametrize("path", [*LISTS, "experiments/0", "runs/" + "0" * 32])
def test_an_unknown_project(tracked, project, path):
    status, body = get(tracked.port, f"/api/v1/projects/{project}/{path}")
    assert status == 404
    assert "there is no project" in body["error"]["message"]


@pytest.mark.parametrize("path, key", [("/api/v1/none", "error"), ("/api/none", "error"),
                                       ("/api/2.0/none", "error_code"),
                                       ("/api/3.0/none", "error_code"),
                                       ("/ajax-api/2.0/none", "error_code")])
def test_unknown_routes_answer_in_their_protocols_shape(tracked, path, key):
    status, body = get(tracked.port, path)
    assert status == 404
    assert key in body


def test_another_method(tracked):
    connection = http.client.HTTPConnection("127.0.0.1", tracked.port, timeout=WAIT_SECONDS_MAX)
    connection.request("POST", PROJECT + "runs", body="{}")
    response = connection.getresponse()
    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")
    assert json.loads(response.read())["error"]["code"] == "unimplemented"
    connection.close()
