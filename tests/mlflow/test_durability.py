"""What was acknowledged is there after kill -9, exactly, and nothing is there by halves."""

import hashlib
import http.client
import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading

import pytest

from conftest import API, FILES, PROGRAM, Galley, Http, wait_until

ROUNDS = 5  # `galley up` gives up on a process that ends more often within 30 s.
WRITERS = 4
BATCH = 25
SPARE_BYTES = 256 * 1024


class Writer(threading.Thread):
    """Logs to one run until told to end, and keeps what was acknowledged and what was sent."""

    def __init__(self, url, seed):
        super().__init__()
        self.http = Http(url)
        self.random = random.Random(seed)
        self.run_id = self.http.new_run(run_name=f"writer {seed}")
        self.ending = threading.Event()
        self.next = 0
        self.sent = {"metric": {}, "param": {}, "batch": {}, "file": {}}
        self.acknowledged = {kind: set() for kind in self.sent}
        self.unexpected = []

    def run(self):
        while not self.ending.is_set():
            number, self.next = self.next, self.next + 1
            kind = self.random.choice(["metric", "param", "batch", "file"])
            method, path, body, value = getattr(self, kind)(number)
            self.sent[kind][number] = value
            try:
                status, answer = self.http.json(method, path, body)
            except (OSError, http.client.HTTPException):
                continue
            if status == 200:
                self.acknowledged[kind].add(number)
            elif status != 503:
                self.unexpected.append((status, answer))

    def metric(self, number):
        value = self.random.random()
        return "POST", API + "runs/log-metric", {
            "run_id": self.run_id, "key": "single", "value": value, "timestamp": number,
            "step": number}, value

    def param(self, number):
        value = f"{self.random.random()}"
        return "POST", API + "runs/log-parameter", {
            "run_id": self.run_id, "key": f"p{number}", "value": value}, value

    def batch(self, number):
        values = [self.random.random() for _ in range(BATCH)]
        return "POST", API + "runs/log-batch", {
            "run_id": self.run_id,
            "metrics": [{"key": f"batch{number}", "value": value, "timestamp": number, "step": step}
                        for step, value in enumerate(values)],
            "params": [{"key": f"b{number}", "value": "x"}],
            "tags": [{"key": f"b{number}", "value": "y"}]}, values

    def file(self, number):
        content = self.random.randbytes(self.random.randrange(1, 200_000))
        path = f"{FILES}/0/{self.run_id}/artifacts/f/{number}.bin"
        return "PUT", path, content, hashlib.sha256(content).hexdigest()

    def end(self):
        self.ending.set()
        self.join()
        self.http.close()
        assert self.unexpected == []


def history(http, run_id, key):
    found = http.get("metrics/get-history", run_id=run_id, metric_key=key, max_results=25000)
    return [(point["step"], point["value"]) for point in found.get("metrics", [])]


def check(http, writer):
    """Compares what is stored of a writer with what it sent; counts of what was found."""
    data = http.get("runs/get", run_id=writer.run_id)["run"]["data"]
    params = {pair["key"]: pair["value"] for pair in data.get("params", [])}
    tags = {pair["key"] for pair in data["tags"]}
    check_single(writer, dict(history(http, writer.run_id, "single")), params)
    check_batches(http, writer, params, tags)
    return check_files(http, writer)


def check_single(writer, points, params):
    assert writer.acknowledged["metric"] <= points.keys()
    assert {step: writer.sent["metric"][step] for step in points} == points
    stored = {int(key[1:]): value for key, value in params.items() if key.startswith("p")}
    assert writer.acknowledged["param"] <= stored.keys()
    assert {number: writer.sent["param"][number] for number in stored} == stored


def check_batches(http, writer, params, tags):
    """All or nothing: the params, the tags and every metric of a batch, or none of them."""
    for number, values in writer.sent["batch"].items():
        found = history(http, writer.run_id, f"batch{number}")
        there = {f"b{number}" in params, f"b{number}" in tags, bool(found)}
        assert len(there) == 1, f"half of batch {number}"
        if there == {True}:
            assert found == list(enumerate(values))
        else:
            assert number not in writer.acknowledged["batch"]


def check_files(http, writer):
    listed = http.get("artifacts/list", run_id=writer.run_id, path="f").get("files", [])
    names = {int(entry["path"].split("/")[1].split(".")[0]): entry for entry in listed}
    assert writer.acknowledged["file"] <= names.keys()
    for number, entry in names.items():
        path = f"{FILES}/0/{writer.run_id}/artifacts/f/{number}.bin"
        status, content = http.send("GET", path)
        assert status == 200 and len(content) == entry["file_size"]
        assert hashlib.sha256(content).hexdigest() == writer.sent["file"][number]
    return len(names)


def blobs_of(data):
    """(files with a name, files without one) in the blob store."""
    files = [path for path in (data / "blobs").rglob("*") if path.is_file()]
    unnamed = [path for path in files if path.parent.name == "tmp"]
    return [path for path in files if path not in unnamed], unnamed


@pytest.mark.parametrize("seed", [20_261, 7, 11])
def test_kill_9_loses_nothing_that_was_acknowledged(own, seed):
    chance = random.Random(seed)
    writers = [Writer(own.url, seed * 100 + index) for index in range(WRITERS)]
    for writer in writers:
        writer.start()
    for _ in range(ROUNDS):
        # The moment is given by what was acknowledged, not by the clock.
        goal = sum(len(kind) for writer in writers for kind in writer.acknowledged.values())
        goal += chance.randrange(5, 60)
        wait_until(lambda: sum(len(kind) for writer in writers for kind in
                               writer.acknowledged.values()) >= goal, "more was acknowledged")
        before = own.server_pid()
        os.kill(before, signal.SIGKILL)
        # `galley up` starts the server again on the same socket.
        wait_until(lambda: own.server_pid() not in (None, before), "another server")
    for writer in writers:
        writer.end()
    reader = Http(own.url)
    assert sum(check(reader, writer) for writer in writers) > 0
    for kind in ("metric", "param", "batch", "file"):
        assert sum(len(writer.acknowledged[kind]) for writer in writers) >= ROUNDS, kind
    reader.close()
    named, unnamed = blobs_of(own.data)
    assert unnamed == []
    for path in named:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert path.parent.name + path.name == digest


def server(data, **more):
    """A `galley server` alone; (process, url)."""
    process = subprocess.Popen([PROGRAM, "server", "--port", "0", "--data", data],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, **more)
    line = process.stdout.readline()
    return process, line.split()[-1] if line else None


def end(process):
    process.terminate()
    _, said = process.communicate(timeout=60)
    return process.returncode, said


def fill(http, run_id):
    """Uploads until the server says that there is no space; the files that it took."""
    taken = {}
    for number in range(200):
        content = random.Random(number).randbytes(SPARE_BYTES)
        status, answer = http.json("PUT", f"{FILES}/0/{run_id}/artifacts/{number}.bin", content)
        if status != 200:
            assert status in (429, 503), answer
            assert answer["error_code"] in ("RESOURCE_EXHAUSTED", "TEMPORARILY_UNAVAILABLE")
            return taken
        taken[number] = content
    return pytest.fail("the disk is never full")


def log_until_refused(http, run_id):
    """Logs batches until the server says that there is no space; how many it took."""
    metrics = [{"key": f"m{key}", "value": 0.5, "timestamp": 1} for key in range(1000)]
    for step in range(500):
        status, answer = http.json("POST", API + "runs/log-batch", {
            "run_id": run_id, "metrics": [metric | {"step": step} for metric in metrics]})
        if status != 200:
            assert status in (429, 503), answer
            assert answer["error_code"] in ("RESOURCE_EXHAUSTED", "TEMPORARILY_UNAVAILABLE")
            return step
    return pytest.fail("the disk is never full")


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 16 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", folder],
                             capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("needs the right to mount a tmpfs")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def check_full(http_client, run_id, make_space):
    """Fills what there is, makes space, and finds all that was acknowledged."""
    taken = fill(http_client, run_id)
    logged = log_until_refused(http_client, run_id)
    make_space()
    wait_until(lambda: http_client.json("POST", API + "runs/set-tag", {
        "run_id": run_id, "key": "after", "value": "space"})[0] == 200, "space is used")
    http_client.post("runs/log-metric", run_id=run_id, key="m0", value=1.0, timestamp=2,
                     step=logged)
    points = history(http_client, run_id, "m0")
    assert points[:logged] == [(step, 0.5) for step in range(logged)]
    assert len(points) == logged + 1 and points[-1] == (logged, 1.0)
    for number, content in taken.items():
        path = f"{FILES}/0/{run_id}/artifacts/{number}.bin"
        assert http_client.send("GET", path) == (200, content)
    path = f"{FILES}/0/{run_id}/artifacts/after.bin"
    assert http_client.send("PUT", path, b"y" * 1000)[0] == 200


def test_a_full_disk_is_an_answer_and_not_an_end(small_disk):
    process, url = server(small_disk / "data")
    spare = small_disk / "spare"
    spare.write_bytes(b"x" * 4 * 1024 * 1024)
    http_client = Http(url)
    try:
        check_full(http_client, http_client.new_run(), spare.unlink)
        assert process.poll() is None
    finally:
        http_client.close()
        code, said = end(process)
    assert code == 0, said
    assert blobs_of(small_disk / "data")[1] == []


def test_a_limit_on_files_is_an_answer_and_not_an_end(tmp_path):
    """The same without the right to mount: writes fail beyond a size."""
    process, url = server(tmp_path / "data", preexec_fn=lambda: signal.signal(
        signal.SIGXFSZ, signal.SIG_IGN))
    http_client = Http(url)
    try:
        run_id = http_client.new_run()
        _, most = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (SPARE_BYTES // 2, most))
        check_full(http_client, run_id, lambda: resource.prlimit(
            process.pid, resource.RLIMIT_FSIZE, (most, most)))
        assert process.poll() is None
    finally:
        http_client.close()
        code, said = end(process)
    assert code == 0, said


def test_two_servers_on_one_data_directory(own):
    process, url = server(own.data)
    code, said = end(process)
    assert url is None and code == 1
    assert "another galley server uses" in said and str(own.data) in said
    assert Http(own.url).send("GET", "/health") == (200, b"OK")


def test_a_data_directory_of_a_newer_galley(tmp_path):
    data = tmp_path / "data"
    process, url = server(data)
    run_id = Http(url).new_run()
    assert end(process)[0] == 0
    stamp = data / "format"
    text = stamp.read_text(encoding="ascii")
    stamp.write_text(text.replace("layout 1", "layout 2"), encoding="ascii")
    process, url = server(data)
    code, said = end(process)
    assert url is None and code == 1 and "newer Galley" in said
    stamp.write_text(text, encoding="ascii")
    process, url = server(data)
    assert Http(url).get("runs/get", run_id=run_id)["run"]["info"]["run_id"] == run_id
    assert end(process)[0] == 0


def test_tables_of_a_newer_galley(tmp_path):
    data = tmp_path / "data"
    process, _ = server(data)
    assert end(process)[0] == 0
    script = ("import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); "
              "d.execute(\"UPDATE part SET version = 99 WHERE name = 'tracking'\"); d.commit()")
    subprocess.run([sys.executable, "-c", script, data / "galley.db"], check=True)
    process, url = server(data)
    code, said = end(process)
    assert url is None and code == 1
    assert "tracking" in said and "newer Galley" in said


def test_up_again_on_the_same_directory(tmp_path):
    """All of it is there after an ordered stop, and the token is the same."""
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    first = Galley(tmp_path / "first", data=tmp_path / "data")
    writer = Http(first.url)
    run_id = writer.new_run()
    writer.post("runs/log-metric", run_id=run_id, key="m", value=0.1, timestamp=1, step=1)
    token = (tmp_path / "data/token").read_text(encoding="ascii")
    writer.close()
    first.stop()
    second = Galley(tmp_path / "second", data=tmp_path / "data")
    try:
        assert history(Http(second.url), run_id, "m") == [(1, 0.1)]
        assert (tmp_path / "data/token").read_text(encoding="ascii") == token
        assert json.loads(Http(second.url).send("GET", "/healthz")[1])["status"] == "ok"
    finally:
        second.stop()
