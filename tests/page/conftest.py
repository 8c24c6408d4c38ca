"""What the page asks of the server, and the page in Chromium, against the real server.

Runs in the environment of tests/environments/kitchen.txt.
"""

import http.client
import json
import sys
import urllib.parse
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for folder in ("tests/common", "tests/page"):
    sys.path.insert(0, str(ROOT / folder))
from servers import WAIT_SECONDS_MAX, Galley  # noqa: E402

PROJECT = "/api/v1/projects/default/"


class Api:
    """The native API of one server."""

    def __init__(self, url):
        self.address = urllib.parse.urlsplit(url).netloc

    def send(self, method, path, body=None):
        """(status, answer) of a request below the project."""
        connection = http.client.HTTPConnection(self.address, timeout=WAIT_SECONDS_MAX)
        try:
            headers = {"Content-Type": "application/json"} if body is not None else {}
            data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
            connection.request(method, PROJECT + path, data, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def get(self, path, **query):
        status, body = self.send("GET", f"{path}?{urllib.parse.urlencode(query)}")
        assert status == 200, body
        return body

    def query(self, **body):
        status, answer = self.send("POST", "runs/query", body)
        assert status == 200, answer
        return answer

    def refused(self, method, path, body=None):
        """(status, message) of what must be refused in the native shape."""
        status, answer = self.send(method, path, body)
        assert set(answer) == {"error"} and set(answer["error"]) == {"code", "message"}, answer
        return status, answer["error"]["message"]


@pytest.fixture(scope="session")
def galley(tmp_path_factory):
    server = Galley(tmp_path_factory.mktemp("galley"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def api(galley):
    return Api(galley.url)


@pytest.fixture(name="empty", scope="module")
def empty_galley(tmp_path_factory):
    """A Galley in which nothing has happened yet."""
    server = Galley(tmp_path_factory.mktemp("empty"))
    yield server
    server.stop()
