"""An endpoint gets another model version: nobody who asks it notices more than other answers."""

import http.client
import json
import os
import signal
import sqlite3
import sys
import threading
import time
from pathlib import Path

import mlflow
import numpy as np
import pytest
import xgboost

from conftest import Connection, Served, split, wait_until
from models import REQUIREMENTS, SLOW, Kitchen

CUSTOMERS = 4
ROWS = 3
SLOW_START = """
import os
import time
import mlflow

class Slow(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        time.sleep(3)

    def predict(self, context, model_input, params=None):
        return [2.5] * len(model_input)

mlflow.models.set_model(Slow())
"""
BROKEN = """
import mlflow

class Broken(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        raise RuntimeError("this one was never tasted")

    def predict(self, context, model_input, params=None):
        return [0.5] * len(model_input)

mlflow.models.set_model(Broken())
"""


class Book:
    """The registered models of this file: lists of versions, by name."""

    def __init__(self, url, folder):
        kitchen = Kitchen(url, folder)
        self.client = kitchen.client
        # Labels that no model of the first version would give again.
        first = kitchen.booster("sauce", "binary:logistic", kitchen.target, kitchen.plain)
        second = kitchen.booster("sauce", "reg:squarederror", kitchen.target * 100, kitchen.plain)
        self.sauce = [first, second]
        self.soup = [kitchen.logistic()]
        kitchen.target = 1 - kitchen.target
        self.soup.append(kitchen.logistic())
        self.mixed = [self.renamed(one, "mixed") for one in (first, self.soup[1])]
        self.slow = [self.renamed(first, "slow"), kitchen.from_code("slow", SLOW_START)]
        self.broken = [self.renamed(first, "broken"), kitchen.from_code("broken", BROKEN)]
        self.spoilt = [self.renamed(first, "spoilt"), self.spoil("spoilt", folder)]
        self.sleeper = [kitchen.from_code("sleeper", SLOW), self.renamed(first, "sleeper")]

    def renamed(self, model, name):
        """A version of another registered model, of the same files."""
        if not self.client.search_registered_models(f"name = '{name}'"):
            self.client.create_registered_model(name)
        source = self.client.get_logged_model(model.uri.rsplit("/", 1)[1]).artifact_location
        made = self.client.create_model_version(name, source)
        return type(model)(name, int(made.version), model.uri, None, model.columns, model.rows,
                           model.expected)

    def spoil(self, name, folder):
        """A version whose model file ends in the middle."""
        kept = folder / "spoilt"
        booster = xgboost.train({"max_depth": 2}, xgboost.DMatrix(np.eye(4), np.arange(4)), 2)
        mlflow.xgboost.save_model(booster, kept, **REQUIREMENTS)
        file = next(kept.glob("model.*"))
        file.write_bytes(file.read_bytes()[:-200])
        with mlflow.start_run() as run:
            mlflow.log_artifacts(str(kept), "model")
        made = self.client.create_model_version(name, f"{run.info.artifact_uri}/model",
                                                run.info.run_id)
        assert int(made.version) == 2


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    galley = Served(tmp_path_factory.mktemp("own"), GALLEY_UV="/nowhere/uv")
    try:
        galley.book = Book(galley.url, tmp_path_factory.mktemp("code"))
        yield galley
    finally:
        galley.stop()


@pytest.fixture
def open_at(own):
    """Makes an endpoint that is gone after the test, once it is ready."""
    made = []

    def opened(name, model, **more):
        own.create(name, model, **more)
        made.append(name)
        endpoint = own.loaded(name)
        assert endpoint["state"] == "ready", endpoint
        return endpoint

    yield opened
    for name in made:
        own.control("DELETE", f"endpoints/{name}")


class Customers:
    """Threads that ask an endpoint without a pause and write down every answer."""

    def __init__(self, galley, name, model):
        self.galley, self.name = galley, name
        self.body = split(model, model.rows[:ROWS])
        self.answers, self.problems = [], []
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.ask) for _ in range(CUSTOMERS)]

    def ask(self):
        connection = Connection(self.galley.gateway)
        while not self.stopping.is_set():
            begun = time.monotonic()
            try:
                answer = connection.send("POST", f"/api/v1/endpoints/{self.name}/predict", self.body)
            except (OSError, http.client.HTTPException) as error:
                self.problems.append(repr(error))
                return
            if answer.status == 200:
                self.answers.append((begun, answer.json()))
            else:
                self.problems.append(repr(answer))
        connection.close()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        wait_until(lambda: self.problems or len(self.answers) > 20, "customers are answered")
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def go_on(self, count=50):
        """Waits for so many more answers."""
        aim = len(self.answers) + count
        wait_until(lambda: self.problems or len(self.answers) >= aim, "customers are answered")


def is_answer_of(model, body):
    """Whether predictions are exactly those of the library for the first rows."""
    expected = np.asarray(model.expected[:ROWS])
    return (np.asarray(body["predictions"], dtype=expected.dtype) == expected).all()


def events(galley, subject):
    answer = galley.control("GET", f"events?subject={subject}", token=False)
    assert answer.status == 200, answer
    return answer.json()["events"]


def set_version(galley, name, model, **more):
    return galley.control("POST", f"endpoints/{name}/version",
                          {"model": model.name, "version": model.version, **more})


@pytest.mark.parametrize("kind, python", [("sauce", None), ("mixed", sys.executable),
                                          ("soup", sys.executable)])
def test_no_request_is_lost_when_the_version_changes(own, open_at, kind, python):
    before, after = getattr(own.book, kind)
    name = f"e-{kind}"
    first = open_at(name, before, **({"python": python} if kind == "soup" else {}))
    more = ["--python", python] if kind == "mixed" else []
    with Customers(own, name, before) as customers:
        code, output, errors = own.command("endpoint", "set", name, "--model",
                                           f"{after.name}@{after.version}", *more)
        ready = time.monotonic()
        customers.go_on()
    assert code == 0, errors
    assert f"{after.name}@{after.version}" in output and "History" in output
    assert customers.problems == []
    variants = {one["variant"] for _, one in customers.answers}
    now = own.endpoint(name)
    old, new = first["variants"][0]["id"], now["variants"][0]["id"]
    assert old != new and variants == {old, new}
    for begun, body in customers.answers:
        model = after if body["variant"] == new else before
        assert (body["model"], body["version"]) == (model.name, model.version)
        assert is_answer_of(model, body), body
        assert begun < ready or body["variant"] == new
    assert (now["state"], now["answering"]) == ("ready", new)
    assert now["variants"][0]["python"] == (python or "")
    # Each prediction leads to the version that made it, also now.
    for variant, model in ((old, before), (new, after)):
        made = next(body for _, body in customers.answers if body["variant"] == variant)
        one = made["prediction_ids"][0]
        own.prediction(one)
        chain = {link["what"]: link for link in own.shown("why", one)["chain"]}
        assert chain["variant"]["id"] == variant
        assert chain["model version"]["text"] == f"{model.name}@{model.version}"
        if model.run_id:
            assert chain["run"]["id"] == model.run_id
    answered = {variant: sum(body["variant"] == variant for _, body in customers.answers)
                for variant in variants}
    for variant, count in answered.items():
        wait_until(lambda: own.query("SELECT count(*) FROM prediction WHERE lower(hex(variant)) = ?",
                                     variant)[0][0] == count, "all predictions are there")


def test_what_is_served_already_is_no_change(own, open_at):
    model, other = own.book.sauce
    made = open_at("same", model)
    version = own.ask("GET", "/api/v1/serving").json()["version"]
    answer = set_version(own, "same", model)
    assert answer.status == 200 and answer.json()["endpoint"] == own.endpoint("same")
    assert own.endpoint("same")["variants"] == made["variants"]
    assert [one["kind"] for one in events(own, made["id"])] == ["endpoint.created"]
    assert set_version(own, "same", other).status == 200
    own.loaded("same")
    assert own.ask("GET", "/api/v1/serving").json()["version"] == version + 1
    changed, created = events(own, made["id"])
    assert changed["kind"] == "endpoint.changed" and changed["actor"] == "administrator"
    detail = changed["detail"]
    now = own.endpoint("same")["variants"][0]
    assert (detail["model"], detail["version"], detail["variant"]) == ("sauce", 2, now["id"])
    before = detail["before"]
    assert (before["model"], before["version"]) == ("sauce", 1)
    assert before["variant"] == created["detail"]["variant"] == made["variants"][0]["id"]


def test_an_endpoint_has_a_history(own, open_at):
    first, second = own.book.sauce
    open_at("tale", first)
    for model in (second, first):
        assert set_version(own, "tale", model).status == 200
        assert own.loaded("tale")["state"] == "ready"
    answer = own.shown("endpoint", "show", "tale")
    history = answer["history"]
    assert [one["version"] for one in history] == [1, 2, 1] and not answer["history_has_more"]
    assert len({one["id"] for one in history}) == 3
    assert [one["id"] for one in answer["endpoint"]["variants"]] == [history[0]["id"]]
    assert "retired_ms" not in history[0]
    for older, newer in zip(history[1:], history):
        assert older["created_ms"] <= older["retired_ms"] == newer["created_ms"]
    assert history[2]["created_ms"] == answer["endpoint"]["created_ms"]
    output = own.command("endpoint", "show", "tale")[1]
    for one in history:
        assert one["id"] in output
        assert own.shown("variant", "show", one["id"])["variant"] == one


@pytest.mark.parametrize("kind, python, words", [
    ("spoilt", [], "JSON"), ("broken", ["--python", sys.executable], "never tasted")])
def test_a_version_that_cannot_be_loaded_leaves_the_one_before(own, open_at, kind, python, words):
    before = getattr(own.book, kind)[0]
    old = open_at(kind, before)["variants"][0]["id"]
    with Customers(own, kind, before) as customers:
        code, output, errors = own.command("endpoint", "set", kind, "--model", f"{kind}@2", *python)
        customers.go_on()
    assert code == 1 and output == "", errors
    assert f"{kind}@2 cannot be loaded" in errors
    assert f"goes on answering with {kind}@1" in errors
    assert customers.problems == []
    assert {body["variant"] for _, body in customers.answers} == {old}
    endpoint = own.endpoint(kind)
    assert (endpoint["state"], endpoint["answering"]) == ("failed", old)
    assert endpoint["variants"][0]["version"] == 2 and endpoint["variants"][0]["id"] != old
    assert own.ask("GET", "/readyz").status == 200
    status = next(one for one in own.ask("GET", "/api/v1/serving").json()["endpoints"]
                  if one["name"] == kind)
    assert (status["state"], status["answering"]) == ("failed", old) and status["reason"]
    shown = own.command("endpoint", "show", kind)[1]
    assert "failed" in shown and f"{kind}@1, until the newest is ready" in shown
    assert "the version before answers" in own.command("endpoint", "list")[1]
    # And back: a variant of its own again.
    code, _, errors = own.command("endpoint", "set", kind, "--model", f"{kind}@1")
    assert code == 0, errors
    body = own.predict(kind, before, before.rows[:ROWS])
    assert body["variant"] not in (old, endpoint["variants"][0]["id"])
    assert is_answer_of(before, body)


def test_versions_in_quick_succession(own, open_at):
    first, second = own.book.soup
    made = open_at("hasty", first, python=sys.executable)
    with Customers(own, "hasty", first) as customers:
        for _ in range(3):
            for model in (second, first):
                assert set_version(own, "hasty", model).status == 200
        assert set_version(own, "hasty", second).status == 200
        last = own.loaded("hasty")
        customers.go_on()
    assert last["state"] == "ready" and customers.problems == []
    for _, body in customers.answers:
        assert is_answer_of(second if body["version"] == second.version else first, body)
    assert own.predict("hasty", second, second.rows[:1])["variant"] == last["variants"][0]["id"]
    # What is not served any more leaves neither processes nor files.
    folder = Path(own.data) / "gateway/models"
    history = [one["id"] for one in own.shown("endpoint", "show", "hasty")["history"]]
    assert history[-1] == made["variants"][0]["id"] and len(history) == 8
    wait_until(lambda: [one for one in history if (folder / one).exists()] == history[:1],
               "only the newest is left")


def test_a_request_under_way_is_answered_by_whom_it_asked(own, open_at):
    before, after = own.book.sleeper
    old = open_at("sleeper", before, python=sys.executable)["variants"][0]["id"]
    answers = []

    def ask(seconds):
        answers.append(own.ask("POST", "/api/v1/endpoints/sleeper/predict",
                               {"dataframe_split": {"columns": ["seconds"], "data": [[seconds]]}}))

    # Longer than trees take to load; the second waits for the first.
    threads = [threading.Thread(target=ask, args=(4,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    code, _, errors = own.command("endpoint", "set", "sleeper", "--model", "sleeper@2")
    assert code == 0 and not answers, errors
    assert own.endpoint("sleeper")["answering"] != old
    for thread in threads:
        thread.join()
    for answer in answers:
        assert answer.status == 200 and answer.json()["variant"] == old, answer
    assert is_answer_of(after, own.predict("sleeper", after, after.rows[:ROWS]))


def test_the_gateway_is_killed_while_the_new_version_loads(own, open_at):
    before, after = own.book.slow
    old = open_at("slow", before)["variants"][0]["id"]
    body = split(before, before.rows[:ROWS])
    assert set_version(own, "slow", after, python=sys.executable).status == 200
    wait_until(lambda: own.endpoint("slow")["answering"] == old, "the gateway loads it")
    endpoint = own.endpoint("slow")
    assert endpoint["state"] == "loading"
    assert own.predict("slow", before, before.rows[:ROWS])["variant"] == old
    killed = own.child_pid("gateway")
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: own.child_pid("gateway") not in (None, killed), "the gateway is back")
    seen = []

    def answered():
        try:
            seen.append(own.ask("POST", "/api/v1/endpoints/slow/predict", body))
        except OSError:
            return False
        return seen[-1].status == 200

    wait_until(answered, "the new version answers")
    # The new gateway never had the old one.
    assert {one.status for one in seen} <= {200, 503, 404}
    assert seen[-1].json()["version"] == after.version and seen[-1].json()["variant"] != old
    assert own.loaded("slow")["state"] == "ready"


@pytest.mark.parametrize("name, body, status, part", [
    ("refusing", {"model": "nobody"}, 404, "nobody"),
    ("refusing", {"version": 77}, 404, "77"),
    ("refusing", {"version": 0}, 404, "0"),
    ("refusing", {"version": "one"}, 400, "'version'"),
    ("refusing", {"model": None}, 400, "'model'"),
    ("refusing", {"python": "relative/python"}, 400, "'python'"),
    ("refusing", {"python": "/nowhere/python"}, 400, "'python'"),
    ("refusing", {"name": "x"}, 400, "'name'"),
    ("refusing", {"model": "far", "version": 1}, 409, "s3://elsewhere/model"),
    ("nobody", {}, 404, "'nobody'"),
])
def test_what_cannot_be_set(own, open_at, name, body, status, part):
    if body.get("model") == "far" and not own.book.client.search_registered_models("name = 'far'"):
        own.book.client.create_registered_model("far")
        own.book.client.create_model_version("far", "s3://elsewhere/model")
    made = open_at("refusing", own.book.sauce[0])
    answer = own.control("POST", f"endpoints/{name}/version",
                         {"model": "sauce", "version": 2, **body})
    assert answer.status == status and part in answer.json()["error"]["message"], answer
    assert own.endpoint("refusing")["variants"] == made["variants"]
    assert [one["kind"] for one in events(own, made["id"])] == ["endpoint.created"]


def test_only_the_token_sets_a_version(own, open_at):
    made = open_at("locked", own.book.sauce[0])
    answer = own.control("POST", "endpoints/locked/version", {"model": "sauce", "version": 2},
                         token=False)
    assert answer.status == 401
    assert own.endpoint("locked") == made
    code, _, errors = own.command("endpoint", "set", "nobody", "--model", "sauce@2")
    assert code == 1 and "'nobody'" in errors
    assert own.command("endpoint", "set", "locked", "--model", "sauce")[0] == 2


def to_first_step(database):
    """Takes the tables of endpoints back to what the first release had."""
    with sqlite3.connect(database) as old:
        old.executescript("""
            CREATE TABLE was(row INTEGER PRIMARY KEY, project INTEGER NOT NULL REFERENCES project,
              id BLOB NOT NULL, endpoint INTEGER NOT NULL REFERENCES endpoint, name TEXT NOT NULL,
              weight INTEGER NOT NULL, model TEXT NOT NULL, version INTEGER NOT NULL,
              version_id BLOB NOT NULL, python TEXT NOT NULL,
              UNIQUE(project, id), UNIQUE(endpoint, name)) STRICT;
            INSERT INTO was SELECT row, project, id, endpoint, name, weight, model, version,
              version_id, python FROM variant;
            DROP TABLE variant;
            ALTER TABLE was RENAME TO variant;
            ALTER TABLE endpoint DROP COLUMN settings;
            DROP TABLE rollout_look;
            DROP TABLE rollout;
            DROP TABLE endpoint_revision;
            DROP TABLE contingency;
            UPDATE part SET version = 1 WHERE name = 'rollout';
        """)


def test_an_older_database_is_brought_forward(tmp_path):
    """Endpoints of before, deleted ones too, and what they predicted are there afterwards."""
    galley = Served(tmp_path)
    try:
        kitchen = Kitchen(galley.url, tmp_path)
        model = kitchen.bare()
        for name in ("gone", "stays"):
            galley.create(name, model)
            assert galley.loaded(name)["state"] == "ready"
        made = galley.predict("gone", model, model.rows[:1])
        galley.prediction(made["prediction_ids"][0])
        assert galley.control("DELETE", "endpoints/gone").status == 200
        was = galley.endpoint("stays")
    finally:
        galley.stop()
    to_first_step(galley.data / "galley.db")
    later = tmp_path / "later"
    later.mkdir()
    again = Served(later, data=galley.data)
    try:
        assert again.query("SELECT version FROM part WHERE name = 'rollout'") == [(4,)]
        assert again.query("PRAGMA foreign_key_check") == []
        assert list(galley.data.glob("before-upgrade-*.db"))
        assert again.loaded("stays")["variants"] == was["variants"]
        chain = again.shown("why", made["prediction_ids"][0])["chain"]
        assert {"variant", "model version"} <= {link["what"] for link in chain}
        assert not any(link["gap"] for link in chain)
        second = Kitchen(again.url, tmp_path).bare()
        assert set_version(again, "stays", second).status == 200
        assert again.loaded("stays")["state"] == "ready"
        history = again.shown("endpoint", "show", "stays")["history"]
        assert [one["version"] for one in history] == [2, 1]
        revisions = again.shown("rollout", "history", "stays")["revisions"]
        assert [(one["number"], one["version"], one["cause"]) for one in revisions] == [
            (2, 2, "set"), (1, 1, "created")]
        again.create("gone", second)
        assert again.loaded("gone")["state"] == "ready"
    finally:
        again.stop()


def test_the_status_is_json_with_who_answers(own, open_at):
    made = open_at("plain", own.book.sauce[0])
    status = json.loads((Path(own.data) / "gateway/status.json").read_text(encoding="utf-8"))
    mine = next(one for one in status["endpoints"] if one["name"] == "plain")
    assert mine["answering"] == mine["variant"] == made["variants"][0]["id"]
