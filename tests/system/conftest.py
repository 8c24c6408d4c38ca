"""Starts the real program for a test, and ends it with everything that it started."""

import http.client
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("GALLEY_PROGRAM") or ROOT / "build/release/galley")
WAIT_SECONDS_MAX = 20


def wait_until(condition, what):
    """Polls `condition` until it is true and returns its value; fails after a generous time."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.005)
    pytest.fail(f"waited {WAIT_SECONDS_MAX} s in vain: {what}")


def port_of(url):
    return urlsplit(url).port


def children_of(pid):
    """{`server`: pid, `gateway`: pid} of a running `galley up`."""
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        try:
            arguments = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):  # It ended just now.
            continue
        if len(arguments) > 1 and arguments[1] in (b"server", b"gateway"):
            found[arguments[1].decode()] = int(child)
    return found


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def get(port, path="/healthz"):
    """Status and JSON body of one GET on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS_MAX)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


class Up:
    """A running `galley up --json` on free ports; its data lie beside its log."""

    def __init__(self, log, data=None):
        self.log = log
        self.data = data or log.parent / "data"
        with open(log, "wb") as stderr:
            self.process = subprocess.Popen(
                [PROGRAM, "up", "--json", "--port", "0", "--predict-port", "0",
                 "--data", self.data],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr)
        line = self.process.stdout.readline()
        assert line, f"no ready line; the log says:\n{self.logged()}"
        self.urls = json.loads(line)
        self.server_port = port_of(self.urls["server_url"])
        self.gateway_port = port_of(self.urls["gateway_url"])
        self.pids = self.children()

    def children(self):
        return children_of(self.process.pid)

    def logged(self):
        return self.log.read_text(encoding="utf-8")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(WAIT_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.process.stdout.close()


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    """No test touches the data directory of whoever runs it."""
    monkeypatch.setenv("GALLEY_DATA", str(tmp_path / "data"))


@pytest.fixture
def up(tmp_path):
    running = Up(tmp_path / "up.log")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def shared_up(tmp_path_factory):
    """One `galley up` for all tests of a file that only ask it something."""
    running = Up(tmp_path_factory.mktemp("up") / "up.log")
    yield running
    assert running.stop() == 0, running.logged()


def kill(pid):
    os.kill(pid, signal.SIGKILL)
