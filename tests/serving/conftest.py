"""A `galley up` with models behind endpoints, and how tests ask it.

Runs in the environment of tests/environments/kitchen.txt.
"""

import http.client
import json
import os
import sqlite3
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/common"))
sys.path.insert(1, str(ROOT / "tests/worker"))
from servers import PROGRAM, Galley  # noqa: E402

WAIT_SECONDS_MAX = 60
JSON = {"Content-Type": "application/json"}


def wait_until(condition, what, seconds_max=WAIT_SECONDS_MAX):
    deadline = time.monotonic() + seconds_max
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    return pytest.fail(f"waited {seconds_max} s in vain: {what}")


class Answer:
    """Status, headers and body of one answer."""

    def __init__(self, answer):
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:500]}"


class Connection:
    """Requests to one address on a connection that is kept. One thread."""

    def __init__(self, url):
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc,
                                                     timeout=WAIT_SECONDS_MAX)

    def send(self, method, path, body=None, headers=None):
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
            headers = JSON | (headers or {})
        if isinstance(body, str):
            body = body.encode()
        try:
            self.connection.request(method, path, body, headers or {})
            return Answer(self.connection.getresponse())
        except Exception:
            self.connection.close()
            raise

    def close(self):
        self.connection.close()


class Served(Galley):
    """A `galley up` whose endpoints and predictions a test asks for."""

    def ask(self, method, path, body=None, headers=None):
        """One request to the gateway, on a connection of its own."""
        return self._once(self.gateway, method, path, body, headers)

    def control(self, method, path, body=None, token=True):
        """One request to the native API of the server, as the administrator if `token`."""
        headers = {"Authorization": f"Bearer {self.token()}"} if token else {}
        return self._once(self.url, method, f"/api/v1/projects/default/{path}", body, headers)

    @staticmethod
    def _once(url, *request):
        connection = Connection(url)
        try:
            return connection.send(*request)
        finally:
            connection.close()

    def token(self):
        return (Path(self.data) / "token").read_text(encoding="ascii").strip()

    def command(self, *arguments):
        """One galley command against this server; (exit code, output, errors)."""
        environment = os.environ | {"GALLEY_URL": self.url, "GALLEY_DATA": str(self.data)}
        done = subprocess.run([PROGRAM, *map(str, arguments)], env=environment, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=WAIT_SECONDS_MAX)
        return done.returncode, done.stdout, done.stderr

    def shown(self, *arguments):
        """The JSON that a command prints, which must succeed."""
        code, output, errors = self.command(*arguments, "--json")
        assert code == 0, errors
        return json.loads(output)

    def create(self, name, model, **more):
        """Asks for an endpoint without waiting for its model."""
        body = {"name": name, "model": model.name, "version": model.version, **more}
        answer = self.control("POST", "endpoints", body)
        assert answer.status == 200, answer
        return answer.json()["endpoint"]

    def endpoint(self, name):
        answer = self.control("GET", f"endpoints/{name}", token=False)
        assert answer.status == 200, answer
        return answer.json()["endpoint"]

    def loaded(self, name):
        """The endpoint, once the gateway has loaded its model or given up."""
        def end():
            endpoint = self.endpoint(name)
            return endpoint if endpoint["state"] in ("ready", "failed") else None
        return wait_until(end, f"endpoint {name} is loaded")

    def predict(self, name, model, rows):
        """The answer's JSON for rows of a model with columns; it must succeed."""
        answer = self.ask("POST", f"/api/v1/endpoints/{name}/predict", split(model, rows))
        assert answer.status == 200, answer
        return answer.json()

    def prediction(self, prediction_id):
        """The prediction as the database has it, once it has arrived."""
        def found():
            answer = self.control("GET", f"predictions/{prediction_id}", token=False)
            return answer.json()["prediction"] if answer.status == 200 else None
        return wait_until(found, f"prediction {prediction_id} is in the database", 10)

    def query(self, sql, *values):
        """Rows straight out of the database file."""
        database = sqlite3.connect(f"file:{self.data}/galley.db?mode=ro", uri=True)
        try:
            return database.execute(sql, values).fetchall()
        finally:
            database.close()


def split(model, rows):
    return {"dataframe_split": {"columns": model.columns, "data": rows}}


class Shop:
    """The server of the session, its models by name, each behind an endpoint of the same name."""

    def __init__(self, galley, kitchen):
        self.galley = galley
        self.kitchen = kitchen
        self.models = {model.name: model for model in (
            kitchen.probability(), kitchen.amount(), kitchen.courses(), kitchen.categories(),
            kitchen.bare(), kitchen.signed(), kitchen.logistic(),
            kitchen.from_code("chat", kitchen_code("CHAT")))}
        self.models["orphan"] = kitchen.orphan(self.models["bare"])
        for name, model in self.models.items():
            python = {"python": sys.executable} if name in ("logistic", "chat") else {}
            galley.create(name, model, **python)

    def __getitem__(self, name):
        return self.models[name]


def kitchen_code(name):
    import models
    return getattr(models, name)


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    from models import Kitchen  # Slow to import.
    # Without uv: what needs Python and names none fails. Environments: test_environments.py.
    galley = Served(tmp_path_factory.mktemp("shop"), GALLEY_UV="/nowhere/uv")
    try:
        yield Shop(galley, Kitchen(galley.url, tmp_path_factory.mktemp("code")))
    finally:
        galley.stop()


@pytest.fixture(scope="session")
def galley(shop):
    return shop.galley


@pytest.fixture(autouse=True)
def clients_of_the_shop(request):
    """Modules with a server of their own turn MLflow's client to it, and it is gone after them."""
    if "shop" not in request.fixturenames:
        return
    import mlflow
    url = request.getfixturevalue("shop").galley.url
    mlflow.set_tracking_uri(url)
    mlflow.set_registry_uri(url)
