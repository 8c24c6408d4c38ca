"""Processes are killed and files are damaged; what was promised holds."""

import http.client
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from conftest import WAIT_SECONDS_MAX, Connection, Served, split, wait_until
from models import SLOW, Kitchen

DURABLE_SECONDS = 0.3
KILLS = 3


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A server for this file, with an endpoint of trees and one of a slow Python model."""
    galley = Served(tmp_path_factory.mktemp("own"))
    try:
        kitchen = Kitchen(galley.url, tmp_path_factory.mktemp("code"))
        galley.slow = kitchen.from_code("slow", SLOW)
        galley.create("slow", galley.slow, python=sys.executable)
        galley.trees = kitchen.bare()
        galley.create("trees", galley.trees)
        assert galley.loaded("trees")["state"] == "ready"
        assert galley.loaded("slow")["state"] == "ready", galley.endpoint("slow")
        yield galley
    finally:
        galley.stop()


def ask(connection, galley, row):
    """The ids of one request to the trees, which must be right."""
    answer = connection.send("POST", "/api/v1/endpoints/trees/predict",
                             split(galley.trees, galley.trees.rows[row:row + 2]))
    assert answer.status == 200, answer
    body = answer.json()
    assert body["predictions"] == [pytest.approx(float(one), abs=0) for one
                                   in galley.trees.expected[row:row + 2]]
    return body["prediction_ids"]


def stored(galley, ids):
    """How often the database has the requests that begin with these ids."""
    rows = galley.query("SELECT lower(hex(id)), rows FROM prediction")
    wanted = set(ids)
    found = [(one, count) for one, count in rows if one in wanted]
    assert all(count == 2 for _, count in found)
    return len(found)


def server_is_back(galley, dead):
    wait_until(lambda: galley.child_pid("server") not in (None, dead), "the server is restarted")

    def answers():
        try:
            return galley.control("GET", "endpoints", token=False).status == 200
        except OSError:
            return False
    wait_until(answers, "the server answers")


def test_predictions_go_on_while_the_server_is_killed(own):
    before = own.query("SELECT count(*) FROM prediction")[0][0]
    connection, ids = Connection(own.gateway), []
    for number in range(200):
        if number % (200 // KILLS) == 10:
            os.kill(wait_until(lambda: own.child_pid("server"), "there is a server"),
                    signal.SIGKILL)
        ids.append(ask(connection, own, number)[0])
        time.sleep(0.005)
    connection.close()
    server_is_back(own, None)
    assert len(set(ids)) == 200
    wait_until(lambda: stored(own, ids) == 200, "all 200 predictions are in the database")
    time.sleep(0.5)  # Whatever comes twice would have come by now.
    assert own.query("SELECT count(*) FROM prediction")[0][0] - before == 200
    assert own.endpoint("trees")["state"] == "ready"


def test_a_killed_gateway_comes_back_with_all_that_is_durable(own):
    """Predictions go on until the process is gone; those acknowledged a moment before are kept."""
    acknowledged, stop = [], threading.Event()

    def customer():
        connection = Connection(own.gateway)
        while not stop.is_set():
            try:
                ids = ask(connection, own, 5)
            except (OSError, http.client.HTTPException):
                return
            acknowledged.append((time.monotonic(), ids[0]))
            time.sleep(0.002)

    thread = threading.Thread(target=customer)
    thread.start()
    time.sleep(1)
    pid = own.child_pid("gateway")
    killed_at = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    thread.join()
    stop.set()

    def answers():
        try:
            return own.ask("GET", "/readyz").status in (200, 503)
        except OSError:
            return False
    wait_until(answers, "the gateway answers on the same port")
    assert own.child_pid("gateway") != pid
    wait_until(lambda: own.endpoint("trees")["state"] == "ready", "the trees are loaded")
    connection = Connection(own.gateway)
    later = [one for _ in range(20) for one in ask(connection, own, 7)]
    connection.close()
    earlier = [one for _, one in acknowledged]
    assert len(earlier) > 50 and len(set(earlier)) == len(earlier)
    assert not set(later) & set(earlier) and len(set(later)) == 40
    durable = [one for at, one in acknowledged if at < killed_at - DURABLE_SECONDS]
    assert len(durable) > 20
    wait_until(lambda: stored(own, durable) == len(durable), "what was durable is in the database")
    assert stored(own, later[::2]) in range(21)


def slow(galley, seconds, name="slow"):
    answer = galley.ask("POST", f"/endpoints/{name}/invocations",
                        {"dataframe_split": {"columns": ["seconds"], "data": [[seconds]]}})
    return answer.status, answer.json()


def test_a_killed_worker_is_replaced_and_its_request_answered(own):
    wait_until(lambda: own.endpoint("slow")["state"] == "ready", "the slow model is loaded")
    status, body = slow(own, 0)
    assert status == 200, body
    worker = body["predictions"][0]
    answers = []
    thread = threading.Thread(target=lambda: answers.append(slow(own, 1)))
    thread.start()
    time.sleep(0.4)
    assert not answers
    os.kill(worker, signal.SIGKILL)
    thread.join()
    status, body = answers[0]
    assert status == 200, body
    assert body["predictions"][0] != worker
    assert slow(own, 0) == (200, body)
    assert own.endpoint("slow")["state"] == "ready"


def test_an_endpoint_is_deleted_under_its_request(own):
    """The request is answered or refused, and the gateway goes on."""
    gateway = own.child_pid("gateway")
    own.create("brief", own.slow, python=sys.executable)
    assert own.loaded("brief")["state"] == "ready"
    answers = []
    thread = threading.Thread(target=lambda: answers.append(slow(own, 1.5, "brief")))
    thread.start()
    time.sleep(0.3)
    assert own.control("DELETE", "endpoints/brief").status == 200
    wait_until(lambda: slow(own, 0, "brief")[0] == 404, "the endpoint is gone")
    thread.join()
    assert answers[0][0] in (200, 503), answers
    connection = Connection(own.gateway)
    for row in range(20):
        ask(connection, own, row)
        time.sleep(0.02)
    connection.close()
    assert own.child_pid("gateway") == gateway


def test_a_stop_does_not_wait_for_a_model_that_loads(tmp_path):
    endless = tmp_path / "python"
    endless.write_text("#!/bin/sh\nexec sleep 300\n", encoding="ascii")
    endless.chmod(0o755)
    galley = Served(tmp_path)
    try:
        kitchen = Kitchen(galley.url, tmp_path)
        galley.create("endless", kitchen.from_code("slow", SLOW), python=str(endless))
        time.sleep(0.5)
        assert galley.endpoint("endless")["state"] == "loading"
        begun = time.monotonic()
        galley.process.send_signal(signal.SIGTERM)  # Not to the model's process.
        assert galley.process.wait(WAIT_SECONDS_MAX) == 0
        assert time.monotonic() - begun < 4
    finally:
        galley.stop()
    assert "killing a process" not in galley.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("damage", ["", "{", '{"format": 2}', '{"format": 1, "unknown": 1}',
                                    b"\xff\x00", "[]"])
def test_a_damaged_snapshot_leaves_what_was_served(own, damage):
    path = Path(own.data) / "serving/snapshot.json"
    whole = path.read_bytes()
    connection = Connection(own.gateway)
    try:
        path.write_bytes(damage.encode() if isinstance(damage, str) else damage)
        time.sleep(0.25)  # The gateway looks ten times a second.
        for row in range(5):
            ask(connection, own, row)
        assert own.ask("GET", "/readyz").status == 200
        served = own.ask("GET", "/api/v1/serving").json()["endpoints"]
        assert {one["name"] for one in served} == {"slow", "trees"}
    finally:
        path.write_bytes(whole)
        connection.close()
    assert "the serving snapshot cannot be read" in own.log.read_text(encoding="utf-8")


def test_a_damaged_model_is_not_served_and_named(own):
    files = own.shown("model", "show", "bare@1")["model_version"]["files"]
    digest = next(one["sha256"] for one in files if one["path"].startswith("model."))
    path = Path(own.data) / "blobs" / digest[:2] / digest[2:]
    whole, mode = path.read_bytes(), path.stat().st_mode
    broken = bytearray(whole)
    broken[len(broken) // 2] ^= 1
    try:
        path.chmod(0o644)
        path.write_bytes(broken)
        code, _, errors = own.command("endpoint", "create", "broken", "--model", "bare@1")
        assert code == 1 and digest in errors, errors
        endpoint = own.endpoint("broken")
        assert endpoint["state"] == "failed" and digest in endpoint["reason"]
        answer = own.ask("POST", "/endpoints/broken/invocations", {"inputs": [[1, 2, 3]]})
        assert answer.status == 503 and digest in answer.json()["message"]
        path.unlink()
        own.create("absent", own.trees)
        endpoint = own.loaded("absent")
        assert endpoint["state"] == "failed" and digest in endpoint["reason"], endpoint
    finally:
        path.write_bytes(whole)
        path.chmod(mode)
        for endpoint in ("broken", "absent"):
            own.control("DELETE", f"endpoints/{endpoint}")
    assert own.endpoint("trees")["state"] == "ready"
