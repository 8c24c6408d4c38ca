"""A worker over a socket pair, as the gateway runs it; beside it MLflow's own scoring server."""

import json
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true")

import pytest  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/common"))
from scoring_server import ScoringServer  # noqa: E402, F401
SCRIPT = ROOT / "python/galley_worker.py"
HEADER = struct.Struct("<IBBHII")
READY, FAILED, REQUEST, ANSWER = 1, 2, 3, 4
WAIT_SECONDS_MAX = 120


class Worker:
    """The script in a process of its own."""

    def __init__(self, model, log, *options):
        ours, theirs = socket.socketpair()
        ours.settimeout(WAIT_SECONDS_MAX)
        self.socket = ours
        self.log = Path(log)
        with self.log.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, SCRIPT, "--socket-fd", str(theirs.fileno()), "--model", str(model),
                 *options], pass_fds=[theirs.fileno()], stdout=errors, stderr=errors,
                stdin=subprocess.DEVNULL, cwd=self.log.parent)
        theirs.close()
        self.last_id = 0
        self.first = self.receive()

    def receive(self):
        """(kind, status, id, content type, body); None at the end of the stream."""
        header = self._exactly(HEADER.size)
        if header is None:
            return None
        body_bytes, version, kind, status, type_bytes, frame_id = HEADER.unpack(header)
        assert version == 1
        content_type = (self._exactly(type_bytes) or b"").decode()
        return kind, status, frame_id, content_type, self._exactly(body_bytes) or b""

    def _exactly(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(min(1 << 20, size - len(data)))
            if not piece:
                assert not data, "the stream ends within a frame"
                return None
            data += piece
        return data

    def ask(self, content_type, body):
        """Status, content type and body of one request."""
        self.last_id += 1
        mime = content_type.encode()
        self.socket.sendall(HEADER.pack(len(body), 1, REQUEST, 0, len(mime), self.last_id) + mime +
                            body)
        kind, status, frame_id, answer_type, answer = self.receive()
        assert (kind, frame_id) == (ANSWER, self.last_id)
        return status, answer_type, answer

    def stop(self):
        self.socket.close()
        try:
            return self.process.wait(WAIT_SECONDS_MAX)
        finally:
            self.process.kill()


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """The folder with the saved models."""
    from saved_models import save_all

    folder = tmp_path_factory.mktemp("models")
    save_all(folder)
    return folder


@pytest.fixture(scope="session")
def shared(models, tmp_path_factory):
    """shared(model) -> a Worker of the session: it takes seconds to start one."""
    workers = {}

    def one(model):
        if model not in workers:
            log = tmp_path_factory.mktemp("worker") / "worker.log"
            workers[model] = Worker(models / model, log)
        return workers[model]

    yield one
    for worker in workers.values():
        worker.stop()


@pytest.fixture
def start(models, tmp_path):
    """start(model, option, …) -> a Worker of this test alone, which may end it."""
    started = []

    def begin(model, *options):
        started.append(Worker(models / model, tmp_path / f"worker{len(started)}.log", *options))
        return started[-1]

    yield begin
    for worker in started:
        worker.stop()


def encoded(case):
    """(content type, bytes) of a case of cases.py."""
    content_type, body = case if isinstance(case, tuple) else ("application/json", case)
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
    return content_type, body.encode() if isinstance(body, str) else body
