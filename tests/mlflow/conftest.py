"""Galley and a real MLflow server, for clients and for raw requests.

Runs in the environment of tests/environments/kitchen.txt.
"""

import http.client
import json
import sys
import time
import urllib.parse
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/common"))
from servers import PROGRAM, WAIT_SECONDS_MAX, Galley, Mlflow  # noqa: E402, F401

API = "/api/2.0/mlflow/"
FILES = "/api/2.0/mlflow-artifacts/artifacts"


class Http:
    """Raw requests to one server, on one connection that is kept. One thread."""

    def __init__(self, url):
        self.address = urllib.parse.urlsplit(url).netloc
        self.connection = None

    def send(self, method, path, body=None, headers=None):
        """(status, body as bytes) of one request. A dict as body is sent as JSON."""
        headers = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode()
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.address, timeout=WAIT_SECONDS_MAX)
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except Exception:
            self.close()
            raise

    def json(self, method, path, body=None, headers=None):
        """(status, body as JSON, or None if it is none)."""
        status, content = self.send(method, path, body, headers)
        try:
            return status, json.loads(content)
        except ValueError:
            return status, None

    def post(self, path, /, **body):
        """The body of a POST to MLflow's API, which must succeed."""
        status, answer = self.json("POST", API + path, body)
        assert status == 200, f"{path}: {status} {answer}"
        return answer

    def get(self, path, /, **query):
        """The body of a GET of MLflow's API, which must succeed."""
        status, answer = self.json("GET", f"{API}{path}?{urllib.parse.urlencode(query, True)}")
        assert status == 200, f"{path}: {status} {answer}"
        return answer

    def new_run(self, experiment_id="0", **more):
        made = self.post("runs/create", experiment_id=experiment_id, **more)
        return made["run"]["info"]["run_id"]

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


def wait_until(condition, what, seconds_max=60):
    deadline = time.monotonic() + seconds_max
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    return pytest.fail(f"waited {seconds_max} s in vain: {what}")


@pytest.fixture(scope="session")
def real(tmp_path_factory):
    server = Mlflow(tmp_path_factory.mktemp("real"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def galley(tmp_path_factory):
    """One `galley up` for all tests that leave it as they found it but for their own names."""
    server = Galley(tmp_path_factory.mktemp("galley"))
    yield server
    server.stop()


@pytest.fixture
def own(tmp_path):
    """A `galley up` for one test alone."""
    server = Galley(tmp_path)
    yield server
    server.stop()
    assert server.process.returncode == 0, server.logged()
