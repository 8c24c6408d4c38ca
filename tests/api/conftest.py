"""A `galley up` with a bit of everything, and its OpenAPI document.

Runs in the environment of tests/environments/api.txt.
"""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/common"), str(ROOT / "tests/system")]
WAIT_SECONDS_MAX = 60  # Also for tracked.py.
from servers import PROGRAM, Galley  # noqa: E402
from tracked import Tracked  # noqa: E402

PROJECT = "/api/v1/projects/default/"
CONTRACT = """\
datasets:
  sales:
    contract:
      columns:
        - {name: store, type: any integer}
        - {name: units, type: any integer}
      checks:
        - {id: R1, rule: not_null, columns: [store, units]}
        - {id: R2, rule: range, columns: [units], min: 0, max: 15, severity: warning}
"""


class Server:
    """The running program, asked by its API and its command line."""

    def __init__(self, galley):
        self.galley = galley
        self.url = galley.url
        self.token = (galley.data / "token").read_text(encoding="ascii").strip()

    def send(self, method, path, body=None):
        """(status, body as JSON) of one request with the token."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method, headers={
            "Content-Type": "application/json", "Authorization": f"Bearer {self.token}"})
        try:
            with urllib.request.urlopen(request, timeout=WAIT_SECONDS_MAX) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def did(self, method, path, body=None):
        """The answer of a request that must succeed."""
        status, answer = self.send(method, PROJECT + path, body)
        assert status == 200, answer
        return answer

    def command(self, *arguments, cwd=None):
        done = subprocess.run([PROGRAM, *arguments, "--url", self.url, "--data", self.galley.data], cwd=cwd,
                              capture_output=True, text=True, timeout=WAIT_SECONDS_MAX)
        assert done.returncode == 0, done.stderr


def fill(server, folder):
    """Makes things; returns what the captures of paths may be, by the noun before them."""
    tracked = Tracked(urllib.parse.urlsplit(server.url).port)
    (folder / "galley.yaml").write_text(CONTRACT, encoding="utf-8")
    (folder / "week1.csv").write_text("store,units\n1,10\n2,20\n", encoding="utf-8")
    (folder / "week2.csv").write_text("store,units\n1,11\n", encoding="utf-8")
    server.command("dataset", "commit", "sales", "week1.csv", cwd=folder)
    server.command("dataset", "apply", cwd=folder)
    server.command("dataset", "commit", "sales", "week2.csv", cwd=folder)
    (folder / "photos").mkdir()
    (folder / "photos/a.txt").write_text("a", encoding="utf-8")
    server.command("dataset", "commit", "photos", "photos", cwd=folder)
    model = tracked.post("model-versions/create", {
        "name": tracked.post("registered-models/create", {"name": "tree"})["registered_model"]["name"],
        "source": f"mlflow-artifacts:/{tracked.experiment}/{tracked.first}/artifacts/model",
        "run_id": tracked.first})["model_version"]
    endpoint = server.did("POST", "endpoints", {"name": "juice", "model": "tree", "version": int(model["version"])})
    server.did("PUT", "monitors/demand", {"endpoint": "juice", "time": "week", "labels_late": 1})
    server.did("PUT", "alerts", {"rules": [{"name": "bad", "settings": {
        "monitor": "demand", "expr": "accuracy < 0.9", "span": 1, "labels": {"severity": "page"}}}]})
    return {"experiments": tracked.experiment, "runs": tracked.first, "models": tracked.model,
            "datasets": "sales", "versions": "1", "endpoints": "juice", "monitors": "demand",
            "alerts": "bad", "registered-models": "tree",
            "variants": endpoint["endpoint"]["variants"][0]["id"]}


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    galley = Galley(tmp_path_factory.mktemp("galley"))
    yield Server(galley)
    galley.stop()


@pytest.fixture(scope="session")
def things(server, tmp_path_factory):
    return fill(server, tmp_path_factory.mktemp("things"))


@pytest.fixture(scope="session")
def document(server):
    status, document = server.send("GET", "/api/v1/openapi.json")
    assert status == 200
    return document


@pytest.fixture(scope="session")
def node():
    return os.environ.get("GALLEY_NODE", "node")
