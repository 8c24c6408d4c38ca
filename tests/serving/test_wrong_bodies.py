"""What is wrong in a request to the routes of monitors, alerts, incidents, rollouts and notifications:
an error that says so, and a server that goes on."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import split

NAME = "probability"
BODIES = [("PUT", f"endpoints/{NAME}/settings"), ("POST", f"endpoints/{NAME}/rollouts"),
          *(("POST", f"endpoints/{NAME}/rollout/{verb}")
            for verb in ("promote", "pause", "resume", "abort", "retry", "undo", "juggle")),
          ("PUT", "monitors/wrong"), ("PUT", "alerts"), ("POST", "incidents/1/cause"),
          ("POST", "incidents/1/close"), ("POST", "notifications"), ("POST", "notifications/test")]
ASKED = {"monitors/bodies/windows": ["span", "last", "slice", "arm"],
         "monitors/bodies/drift": ["last"],
         "monitors/bodies/compare": ["champion", "challenger", "last"],
         f"endpoints/{NAME}/traffic": ["minutes"],
         f"endpoints/{NAME}/settled": ["monitor", "window"],
         f"endpoints/{NAME}/report": ["monitor"],
         f"endpoints/{NAME}/predictions": ["after", "limit"],
         f"endpoints/{NAME}/revisions": ["limit"],
         "rollouts": ["limit"], "alerts": ["state"], "alert-history": ["limit"],
         "incidents": ["limit", "before"], "notifications": ["limit", "before"]}
WRONG_BODIES = {
    "nothing": "", "not JSON": "{", "list": "[]", "text": '"x"', "number": "1", "null": "null",
    "unknown field": '{"zzz": 1}', "twice": '{"zzz": 1, "zzz": 2}', "NaN": '{"turn": NaN}',
    "huge": '{"turn": 1e999, "rank": 99999999999999999999}', "deep": '{"rules":' + "[" * 5000,
    "bytes": b'{"reason": "\xff"}', "ten megabytes": '{"reason": "' + "x" * 10_000_000 + '"}',
    "types": json.dumps({"reason": [], "rules": {}, "text": 1, "message": {}, "endpoint": 7,
                         "model": [1], "version": "a", "strategy": 1, "zzz": None})}


@pytest.fixture(scope="module")
def stage(shop):
    galley = shop.galley
    assert galley.loaded(NAME)["state"] == "ready"
    settings = {"endpoint": NAME, "drift": {"columns": ["feature 0"]}, "compare": {},
                "slices": ["feature 1"]}
    answer = galley.control("PUT", "monitors/bodies", settings)
    assert answer.status == 200, answer
    return galley


def says_what_is_wrong(answer):
    assert answer.status in (400, 404, 409, 413), answer
    error = answer.json()["error"]
    assert error["code"] and error["message"], answer


@pytest.mark.parametrize("kind", WRONG_BODIES)
def test_a_wrong_body_is_refused(stage, kind):
    for method, path in BODIES:
        says_what_is_wrong(stage.control(method, path, WRONG_BODIES[kind]))
    says_what_is_wrong(stage.ask("POST", f"/api/v1/endpoints/{NAME}/labels", WRONG_BODIES[kind]))
    assert stage.control("GET", f"endpoints/{NAME}/revisions").status == 200


def test_a_wrong_parameter_is_refused(stage):
    for path, names in ASKED.items():
        for name in names:
            for value in ("-1", "0", "1e400", "NaN", "99999999999999999999", "x" * 5000, "%00"):
                if name in ("window", "before") and value in ("-1", "0"):
                    continue  # Such windows there are; before nothing there is nothing.
                says_what_is_wrong(stage.control("GET", f"{path}?{name}={value}"))
        says_what_is_wrong(stage.control("GET", f"{path}?zzz=1"))


def test_settings_at_the_edges_are_refused_by_name(stage):
    monitor = {"endpoint": NAME}
    for key, value in {"window": 0, "labels_late": -1, "threshold": 1.1, "output": -1,
                       "slices": ["a"] * 2, "drift": {"columns": []}, "compare": {"loss_scale": 0},
                       "cost": "c" * 64, "time": "t" * 201}.items():
        answer = stage.control("PUT", "monitors/edges", monitor | {key: value})
        assert answer.status == 400 and key in answer.json()["error"]["message"], (key, answer)
    rule = {"monitor": "bodies", "expr": "accuracy < 0.9"}
    for key, value in {"span": 0, "for": -1, "keep_firing_for": 1e13, "no_data": "x",
                       "min_labels": -1, "expr": "accuracy <", "labels": {"monitor": "x"},
                       "annotations": {"a": "x" * 9000}}.items():
        answer = stage.control("PUT", "alerts", {"rules": [{"name": "r", "settings": rule | {key: value}}]})
        assert answer.status == 400 and key in answer.json()["error"]["message"], (key, answer)
    assert stage.control("GET", "alerts").json() == {"alerts": []}


def test_64_clients_at_once(stage, shop):
    model = shop[NAME]
    reads = [path for path in ASKED if "settled" not in path and "compare" not in path]

    def play(client):
        seen = []
        for at in range(6):
            path = reads[(client + at) % len(reads)]
            seen.append(stage.control("GET", path).status)
            rule = {"monitor": "bodies", "expr": f"accuracy < 0.{client + 10}"}
            seen.append(stage.control("PUT", "alerts", {"rules": [
                {"name": f"r{client % 8}", "settings": rule}]}).status)
            seen.append(stage.control("PUT", "alerts", WRONG_BODIES["types"]).status)
            seen.append(stage.ask("POST", f"/api/v1/endpoints/{NAME}/predict",
                                  split(model, model.rows[:2])).status)
        return seen

    with ThreadPoolExecutor(64) as pool:
        seen = {status for client in pool.map(play, range(64)) for status in client}
    assert seen <= {200, 400, 503} and {200, 400} <= seen, seen
    for number in range(8):
        assert stage.control("DELETE", f"alerts/r{number}").status == 200
    assert stage.control("GET", "alerts").json() == {"alerts": []}
