"""Instructions per request on the gateway's loop, counted by callgrind: no clock, so no noise.

A budget is what was last counted and a tenth more. Who needs more says why in the commit that raises
it; who has made it cheaper lowers it. CPU time beside a bare loop: `./dev bench http`.

Runs in the environment of tests/environments/kitchen.txt.
"""

import json
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/serving"))
from conftest import Served, split  # noqa: E402
from models import Kitchen  # noqa: E402
from servers import PROGRAM  # noqa: E402

WARM, COUNTED = 300, 1000
SECONDS_MAX = 120
BUDGETS = {"health": 7_100, "predict": 35_000}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data directory with one endpoint of trees, and a request to it."""
    folder = tmp_path_factory.mktemp("counts")
    galley = Served(folder)
    try:
        model = Kitchen(galley.url, folder).probability()
        galley.create("trees", model)
        assert galley.loaded("trees")["runtime"] == "trees"
        return galley.data, json.dumps(split(model, model.rows[:1])).encode()
    finally:
        galley.stop()


class Counted:
    """A gateway under callgrind, alone: it serves the snapshot that a server left."""

    def __init__(self, data, folder):
        self.folder = folder
        self.process = subprocess.Popen(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", PROGRAM,
             "gateway", "--data", data, "--predict-port", "0"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        host, port = re.search(r"http://([\d.]+):(\d+)", line).groups()
        self.host = f"{host}:{port}"
        self.connection = socket.create_connection((host, int(port)), timeout=SECONDS_MAX)

    def ask(self, method, path, body=b""):
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self.connection.sendall(head.encode() + b"\r\n" + body)
        return self.connection.recv(65536)

    def control(self, option):
        subprocess.run(["callgrind_control", option, str(self.process.pid)], check=True,
                       capture_output=True, timeout=SECONDS_MAX)
        time.sleep(0.5)

    def per_request(self, *request):
        """Instructions of the event loops per request; the log's thread is not counted."""
        for _ in range(WARM):
            answer = self.ask(*request)
        assert answer.startswith(b"HTTP/1.1 200 "), answer
        self.control("-z")
        for _ in range(COUNTED):
            self.ask(*request)
        self.control("-d")
        dump = max(self.folder.glob("out.*"), key=lambda file: int(file.suffix[1:]))
        listed = subprocess.run(["callgrind_annotate", "--inclusive=yes", dump], check=True,
                                capture_output=True, text=True, timeout=SECONDS_MAX).stdout
        loop = re.search(r"^\s*([\d,]+) .*EventLoop::Run\(", listed, re.MULTILINE)
        return int(loop[1].replace(",", "")) / COUNTED

    def stop(self):
        self.connection.close()
        self.process.terminate()
        self.process.communicate(timeout=SECONDS_MAX)


@pytest.fixture
def gateway(data, tmp_path):
    counted = Counted(data[0], tmp_path)
    yield counted
    counted.stop()


def test_health_stays_cheap(gateway):
    found = gateway.per_request("GET", "/healthz")
    print(f"GET /healthz: {found:.0f} instructions")
    assert found <= BUDGETS["health"]


def test_a_prediction_stays_cheap(gateway, data):
    path = "/api/v1/endpoints/trees/predict"
    deadline = time.monotonic() + SECONDS_MAX
    while not gateway.ask("POST", path, data[1]).startswith(b"HTTP/1.1 200 "):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    found = gateway.per_request("POST", path, data[1])
    print(f"POST {path}: {found:.0f} instructions")
    assert found <= BUDGETS["predict"]
