"""An arm that must not answer any more does not: after an abort, and after a guardrail of the gateway."""

import http.client
import json
import sys
import threading
import time
from urllib.parse import urlsplit

import pytest

import features
import models
from conftest import ENDPOINT, MODEL, wait_until

CLIENTS = 4
ROUNDS = 3
STRATEGY = """
endpoints:
  demand:
    stickiness: {key: store}
    guardrails: {min_requests: 20, max_error_ratio: 0.05}
    strategy:
      canary:
        steps: [{setWeight: 50}, {pause: {}}]
"""
FAILING = """
import mlflow
import sys

class Failing(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        sys.exit(3)

mlflow.models.set_model(Failing())
"""


class Client:
    """Requests of one store after the other, on a kept connection; when each began and who answered."""

    def __init__(self, galley, row):
        self.connection = http.client.HTTPConnection(urlsplit(galley.gateway).netloc, timeout=60)
        self.row = row
        self.answers = []  # (when it was sent, status, variant, whether another one stood in)
        self.store = 0

    def ask(self):
        self.store += 1
        body = json.dumps({"dataframe_split": {"columns": ["store", *features.NAMES],
                                               "data": [[self.store, *self.row]]}})
        sent = time.monotonic()
        self.connection.request("POST", f"/api/v1/endpoints/{ENDPOINT}/predict", body,
                                {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        answer.read()
        self.answers.append((sent, answer.status, answer.headers["X-Galley-Variant"],
                             "X-Galley-Degraded" in answer.headers))
        return self.answers[-1]


@pytest.fixture(scope="module")
def galley(kitchen, tmp_path_factory):
    """Version 2 is another model, version 3 fails."""
    import mlflow
    galley = kitchen.open(tmp_path_factory, "aborts", retrain=False)
    try:
        kitchen.register(galley, models.fit_xgboost(kitchen.known.weeks(48, 90), 3)[0])
        code = galley.folder / "failing.py"
        code.write_text(FAILING, encoding="utf-8")
        mlflow.pyfunc.log_model(python_model=str(code), name="model", registered_model_name=MODEL,
                                pip_requirements=["mlflow"])
        galley.strategy = galley.folder / "strategy.yaml"
        galley.strategy.write_text(STRATEGY, encoding="utf-8")
        yield galley
    finally:
        galley.stop()


def start(galley, version, *more):
    galley.command("rollout", "start", ENDPOINT, "--model", f"{MODEL}@{version}", "--file",
                   galley.strategy, *more)
    rollout = wait_until(lambda: (it := status(galley))["phase"] != "progressing" and it,
                         "the challenger answers")
    assert rollout["phase"] == "paused" and rollout["awaits"] == 0, rollout
    return rollout["challenger"]["id"]


def status(galley):
    return galley.told("rollout", "status", ENDPOINT)["rollout"]


def test_no_request_reaches_the_challenger_after_an_abort(galley, kitchen):
    row = kitchen.known.features[0].tolist()
    for _ in range(ROUNDS):
        challenger = start(galley, 2)
        clients, over = [Client(galley, row) for _ in range(CLIENTS)], threading.Event()

        def send(client, over=over):
            while not over.is_set():
                client.ask()
        threads = [threading.Thread(target=send, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        wait_until(lambda clients=clients: all(len(it.answers) > 100 for it in clients), "requests")
        galley.command("rollout", "abort", ENDPOINT, "--reason", "enough")
        aborted = time.monotonic()
        already = [len(it.answers) for it in clients]
        wait_until(lambda: all(len(it.answers) > at + 100
                               for it, at in zip(clients, already, strict=True)), "more requests")
        over.set()
        for thread in threads:
            thread.join()
        answers = [it for client in clients for it in client.answers]
        assert {it[1] for it in answers} == {200}
        before = [it for it in answers if it[0] < aborted and it[2] == challenger]
        after = [it for it in answers if it[0] >= aborted]
        assert len(before) > 50 and len(after) > 50
        assert [it for it in after if it[2] == challenger] == []
        assert status(galley)["phase"] == "aborted"


def test_an_arm_that_fails_is_rolled_back_before_100_more_requests(galley, kitchen):
    challenger = start(galley, 3, "--python", sys.executable)
    client = Client(galley, kitchen.known.features[0].tolist())
    sent = 0
    while (rollout := status(galley))["phase"] == "paused":
        for _ in range(10):
            sent, answer = sent + 1, client.ask()
            assert answer[1] == 200 and answer[2] != challenger  # The champion stands in.
        assert sent < 2000, rollout
    assert rollout["phase"] == "rolled_back" and rollout["weight"] == 0, rollout
    assert "20 of its last 20 requests failed" in rollout["reason"]
    failed = sum(it[3] for it in client.answers)
    assert 20 <= failed < 20 + 100
    for _ in range(100):
        client.ask()
    assert sum(it[3] for it in client.answers) == failed
    (event,) = [it["detail"] for it in galley.events() if it["kind"] == "rollout.rolled_back"]
    assert event["version"] == 3 and event["reason"] == rollout["reason"]
