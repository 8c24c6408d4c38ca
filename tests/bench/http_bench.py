"""CPU time of the gateway per request, beside a bare epoll loop that answers the same bytes.

The promise is about the thread that answers. What the whole process takes, the prediction log's
thread with it, stands beside it without one: the bare loop writes nothing down.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

from measure import CORES, BenchError, compare, cores, micros_per_request, wrk

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples"))
from demo import KITCHEN, QUIET, Galley  # noqa: E402

POST = Path(__file__).with_name("post.lua")
WARM_SECONDS = 1
PREDICT = "/api/v1/endpoints/trees/predict"
ROWS = 1, 11  # One, and a store's week: what the kitchen asks at once.
GATE = 1.25
BODY_START = b'{"predictions": ['


class Pinned(Galley):
    """A galley whose gateway has the measured core for itself; it started with one core, so it has
    one event loop, its first thread."""

    def __init__(self, program, folder):
        os.sched_setaffinity(0, {cores()[0]})
        try:
            super().__init__(program, folder)
        finally:
            os.sched_setaffinity(0, set(CORES))

    def gateway_pid(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for child in children.read_text(encoding="ascii").split():
            if b"\0gateway\0" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
        raise BenchError("the gateway process is gone")


class BareLoop:
    """tests/bench/bare_loop.cc on the measured core."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            ["taskset", "-c", str(cores()[0]), ROOT / "build/release/bare_loop", *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{self.process.stdout.readline().strip()}"

    def stop(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


def raw_answer(url, method, path, body=b""):
    """An answer's head and body as they come over the wire, on a connection that is kept."""
    host, port = url.removeprefix("http://").split(":")
    request = (f"{method} {path} HTTP/1.1\r\nHost: {host}:{port}\r\n"
               f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
               "\r\n").encode() + body
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(request)
        head, answer = b"", b""
        while not answer:
            head += connection.recv(65536)
            if b"\r\n\r\n" in head:
                head, answer = head.split(b"\r\n\r\n", 1)
        while len(answer) < int(re.search(rb"Content-Length: (\d+)", head)[1]):
            answer += connection.recv(65536)
    if not head.startswith(b"HTTP/1.1 200 "):
        raise BenchError(f"{path}: {head} {answer[:500]}")
    return head + b"\r\n\r\n", answer


def model_folder(galley, made, folder):
    """Downloads what the bare loop needs of the registered model."""
    import mlflow  # Slow to import, and its settings are read at that moment.
    client = mlflow.MlflowClient(galley.server)
    source = client.get_model_version_download_uri(made["name"], str(made["version"]))
    mlflow.set_tracking_uri(galley.server)
    (folder / "model").mkdir()
    return mlflow.artifacts.download_artifacts(source, dst_path=str(folder / "model"))


def against(galley, name, path, bare, options, **post):
    """Compares in turn; both have answered for a second before it counts."""
    ours, theirs = galley.gateway + path, bare.url + path
    for url in (ours, theirs):
        wrk(url, WARM_SECONDS, **post)
    pairs = [(micros_per_request(galley.gateway_pid(), ours, options.seconds, **post),
              micros_per_request(bare.process.pid, theirs, options.seconds, **post))
             for _ in range(options.pairs)]
    row = {"unit": "µs of CPU a request", "peer": "bare epoll loop"}
    yield row | {"name": name, "gate": GATE,
                 **compare([(one[0], other[0]) for one, other in pairs])}
    yield row | {"name": f"{name}, whole process", "gate": None,
                 **compare([(one[1], other[1]) for one, other in pairs])}


def health(galley, folder, options):
    head, body = raw_answer(galley.gateway, "GET", "/healthz")
    files = folder / "health.head", folder / "health.body"
    for file, part in zip(files, (head, body), strict=True):
        file.write_bytes(part)
    bare = BareLoop("health", *files)
    try:
        same_answer(galley.gateway, bare.url, "GET", "/healthz")
        yield from against(galley, "GET /healthz", "/healthz", bare, options)
    finally:
        bare.stop()


def predict(galley, model, folder, rows, options):
    """`rows`: how many of them a request has."""
    import numpy  # It is in the trainer's environment.
    with numpy.load(folder / "rows.npz") as saved:
        body = json.dumps({"dataframe_split": {"columns": [str(name) for name in saved["names"]],
                                               "data": saved["features"][:rows].tolist()}})
    request = folder / "request.json"
    request.write_text(body, encoding="utf-8")
    head, answer = raw_answer(galley.gateway, "POST", PREDICT, body.encode())
    if not answer.startswith(BODY_START):
        raise BenchError(f"the answer begins with {answer[:60]}")
    files = folder / "predict.head", folder / "predict.body"
    files[0].write_bytes(head)
    files[1].write_bytes(answer[answer.index(b"]") + 1:])
    bare = BareLoop("predict", *files, model)
    try:
        same_answer(galley.gateway, bare.url, "POST", PREDICT, body.encode())
        yield from against(galley, f"POST predict, {rows} row{'s' * (rows > 1)}", PREDICT, bare,
                           options, script=POST, BODY=str(request))
    finally:
        bare.stop()


def same_answer(ours, theirs, method, path, body=b""):
    """The peer must do the same work: everything but dates and ids has to be equal."""
    def told(url):
        head, answer = raw_answer(url, method, path, body)
        said = json.loads(answer)
        said.pop("prediction_ids", None)
        return len(head), len(answer), said
    if told(ours) != told(theirs):
        raise BenchError(f"{path}: the bare loop answers {told(theirs)}, not {told(ours)}")


def train(galley, rda, folder):
    """What the kitchen's trainer says of the models that it registered."""
    out = folder / "train.json"
    done = subprocess.run(
        [sys.executable, KITCHEN / "train.py", "--data", rda, "--register", "orange-juice", "--out",
         out, "--rows", folder / "rows.npz"],
        env=os.environ | QUIET | {"MLFLOW_TRACKING_URI": galley.server},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"train.py failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return json.loads(out.read_text(encoding="utf-8"))


def run(options, folder):
    galley = Pinned(options.galley, folder)
    server = galley.server_pid()
    try:
        summary = train(galley, options.rda, folder)
        made = summary["models"]["xgboost"]["registered"]
        galley.command("endpoint", "create", "trees", "--model",
                       f"{made['name']}@{made['version']}")
        model = model_folder(galley, made, folder)
        # The gateway serves its snapshot. Else the server, taking in what is logged, would share a
        # core with the driver.
        os.kill(server, signal.SIGSTOP)
        yield from health(galley, folder, options)
        for rows in ROWS:
            yield from predict(galley, model, folder, rows, options)
    finally:
        os.kill(server, signal.SIGCONT)
        galley.stop()
