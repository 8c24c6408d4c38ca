"""Pages are told of what changes: a subscription by HTTP alone, changes by the real clients.

Runs in the environment of tests/environments/kitchen.txt.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import mlflow
import pytest

from streams import PATH, SECONDS_MAX, Stream, get, post, wait

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/serving"))
from conftest import Served  # noqa: E402
from models import Kitchen  # noqa: E402
from servers import PROGRAM  # noqa: E402

SOURCE = ROOT / "src/protocol/control/native/stream_topics.cc"
PIPELINE = """
    name: short
    stages: [train]
    jobs:
      train: {stage: train, run: cp input.txt out.txt, deps: [input.txt], outs: [out.txt]}
"""
MONITORED = """
    monitors:
      watched: {endpoint: trees}
    alerts:
      slow: {endpoint: trees, expr: p99_ms > 100000, min_requests: 1}
"""


@pytest.fixture(scope="module")
def galley(tmp_path_factory):
    served = Served(tmp_path_factory.mktemp("streams"))
    try:
        yield served
    finally:
        served.stop()


@pytest.fixture(scope="module")
def client(galley):
    mlflow.set_tracking_uri(galley.url)
    mlflow.set_registry_uri(galley.url)
    return mlflow.MlflowClient(galley.url, galley.url)


def netloc(galley):
    return galley.url.removeprefix("http://")


def command(galley, folder, *arguments):
    environment = os.environ | {"GALLEY_URL": galley.url, "GALLEY_DATA": str(galley.data)}
    done = subprocess.run([PROGRAM, *map(str, arguments)], env=environment, text=True, cwd=folder,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS_MAX)
    assert done.returncode == 0, done.stderr
    return done.stdout


def write(folder, **files):
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(textwrap.dedent(text).lstrip("\n"))


def test_a_metric_is_told_to_who_looks_at_its_run_and_to_nobody_else(galley, client):
    experiment = client.create_experiment("told")
    run, other = (client.create_run(experiment).info.run_id for _ in range(2))
    topics = (f"run/{run}", f"experiment/{experiment}")
    with Stream(galley.url, topics) as mine, Stream(galley.url, [f"run/{other}"]) as others:
        mine.until(*topics)  # What was made just now is told at once: who asks may have missed it.
        before = int(mine.last_id)
        client.log_metric(run, "loss", 0.5, step=1)
        mine.until(*topics)
        assert int(mine.last_id) == before  # Telemetry has no event.
        client.log_param(run, "lr", "0.1")
        mine.until(*topics)
        assert int(mine.last_id) == before + 1
        client.log_param(other, "lr", "0.1")
        others.until(f"run/{other}")
        told = {topic for kind, data in others.told if kind == "change" for topic in data["topics"]}
        assert told == {f"run/{other}"}
        rows = galley.query("SELECT max(sequence) FROM event")
        wait(lambda: int(others.last_id) == rows[0][0], "the id is the journal's newest sequence")


def test_home_is_made_before_it_is_told(galley, client):
    """Who is told asks at once, and finds the answer there."""
    path = "/api/v1/projects/default/home"
    get(netloc(galley), path)
    with Stream(galley.url, ["home"]) as stream:
        time.sleep(2.5)  # What other tests did is told, and made.
        while not stream.events.empty():
            stream.next("change")
        for at in range(3):
            model = client.create_registered_model(f"told of {at}")
            stream.until("home")
            answer, body = get(netloc(galley), path)
            assert answer.headers["Server-Timing"] == 'home;desc="kept"'
            assert json.loads(body)["activity"][0]["detail"]["name"] == model.name


def test_all_of_a_noun(galley, client):
    with Stream(galley.url, ["run/*", "experiment/*"]) as stream:
        experiment = client.create_experiment("all of them")
        stream.until("experiment/*")
        client.create_run(experiment)
        stream.until("run/*")


def test_topics_are_replaced(galley, client):
    run, other = (client.create_run("0").info.run_id for _ in range(2))
    with Stream(galley.url) as stream:
        assert stream.replace([f"run/{run}"]) == (200, {"topics": [f"run/{run}"]})
        stream.until(f"run/{run}")  # It was made a moment ago.
        client.log_metric(run, "loss", 1)
        stream.until(f"run/{run}")
        assert stream.replace([f"run/{other}", "model/of, a name with a comma"])[0] == 200
        stream.until(f"run/{other}")
        client.create_registered_model("of, a name with a comma")
        stream.until("model/of, a name with a comma")
        client.log_metric(run, "loss", 2)
        client.log_metric(other, "loss", 2)
        assert stream.until(f"run/{other}") == {f"run/{other}"}


def test_all_parts_of_the_loop_are_told(galley, client, tmp_path):
    """Also walks the journal of all that: each kind has its row."""
    kitchen = Kitchen(galley.url, tmp_path)
    topics = ["home", "alert", "event", "dataset/oranges", "pipeline/short", "pipeline-run/*",
              "model/*", "endpoint/trees", "monitor/watched", "rollout/*", "run/*", "incident/*"]
    write(tmp_path, galley__yaml=PIPELINE, input__txt="a\n", watch__yaml=MONITORED)
    (tmp_path / "oranges").mkdir()
    write(tmp_path / "oranges", first__txt="one")
    with Stream(galley.url, topics) as stream:
        command(galley, tmp_path, "dataset", "commit", "oranges", "oranges")
        assert stream.until("dataset/oranges", "event", "home")
        assert '"succeeded"' in command(galley, tmp_path, "pipeline", "run", "--json")
        stream.until("pipeline/short", "pipeline-run/*")
        model = kitchen.bare()
        stream.until("model/*", "run/*")
        client.set_registered_model_alias(model.name, "best", model.version)
        client.set_registered_model_tag(model.name, "a", "b")
        client.set_model_version_tag(model.name, model.version, "a", "b")
        stream.until("model/*")
        galley.create("trees", model)
        stream.until("endpoint/trees")
        for what in ("monitor", "alert"):
            command(galley, tmp_path, what, "apply", "--file", "watch.yaml")
        stream.until("monitor/watched", "alert")
        assert galley.loaded("trees")["state"] == "ready"
        galley.predict("trees", model, model.rows[:2])
        stream.until("endpoint/trees", "monitor/watched")  # By the gateway's log, without an event.
        answer = galley.control("POST", "notifications", {"message": "the oven is cold"})
        assert answer.status == 200, answer
        stream.until("alert")
        assert ("reset", {}) not in stream.told
    kinds = {kind for kind, in galley.query("SELECT DISTINCT kind FROM event")}
    assert {"dataset.committed", "job.ended", "model.alias_set", "monitor.set", "alert.sent"} < kinds
    assert kinds <= rows_of(SOURCE.read_text(encoding="utf-8"))


def rows_of(text):
    return set(re.findall(r'^    \{"([a-z_]+\.[a-z_]+)", (?:true|false),', text, re.MULTILINE))


def recorded():
    """The kinds that stand in the source where events are recorded and changes are told."""
    kinds, calls = set(), 0
    for file in [*(ROOT / "src/domain").rglob("*.cc"), *(ROOT / "src/platform").rglob("*.cc"),
                 *(ROOT / "src/protocol/control").rglob("*.cc")]:
        text = file.read_text(encoding="utf-8")
        if file.name.endswith("_test.cc") or "storage/journal" in str(file):
            continue
        here = re.findall(r'(?:Record|Touch)\((?:[a-z_.]+, )*"([a-z_]+\.[a-z_]+)"', text)
        here += [one for pair in re.findall(
            r'Record\([^;]*?\? "([a-z_]+\.[a-z_]+)"\s*: "([a-z_]+\.[a-z_]+)"', text) for one in pair]
        here += re.findall(r'"((?:rollout|monitor)\.[a-z_]+)"', text if "Record(" in text or
                           file.name == "machine.cc" else "")
        calls += len(here)
        kinds.update(here)
    return kinds | {"alert.firing", "alert.resolved"}  # Their names are put together.


def test_every_kind_that_is_recorded_has_a_row():
    rows, kinds = rows_of(SOURCE.read_text(encoding="utf-8")), recorded()
    assert len(kinds) > 80
    assert kinds - rows == set()
    assert rows - kinds == set(), "rows of kinds that nobody records"


def test_who_was_away_is_told_what_changed(galley, client):
    """kill -9 of the server: the stream ends, and the next one resumes where it was."""
    run, other = (client.create_run("0").info.run_id for _ in range(2))
    topics = (f"run/{run}", "model/made-meanwhile", "dataset/nothing", "model/untouched")
    stream = Stream(galley.url, topics)
    stream.until(f"run/{run}")
    dead = galley.server_pid()
    os.kill(dead, signal.SIGKILL)
    stream.next("end")
    wait(lambda: galley.server_pid() not in (None, dead), "the server is restarted")
    wait(lambda: get(netloc(galley), "/healthz")[0].status == 200, "it answers")
    client.create_registered_model("made-meanwhile")
    client.log_metric(other, "loss", 1)
    with Stream(galley.url, topics, last_id=stream.last_id) as again:
        told = again.until("model/made-meanwhile")
        # Of metrics nobody remembers whose they were.
        assert told == {"model/made-meanwhile", f"run/{run}"}
        client.log_metric(run, "loss", 2)
        again.until(f"run/{run}")
    with Stream(galley.url, topics, last_event_id=stream.last_id) as by_parameter:
        by_parameter.until("model/made-meanwhile")


@pytest.mark.parametrize("last_id", ["999999999", "-1", "yesterday", "1e3"])
def test_a_place_that_is_unknown_is_a_reset(galley, last_id):
    with Stream(galley.url, ["home"], last_id=last_id) as stream:
        assert stream.next("reset") == {}


def test_bad_requests(galley):
    def refused(query):
        answer, body = get(netloc(galley), f"{PATH}?{query}")
        return answer.status, body.decode()
    assert refused("topics=home,wish/1")[0] == 400
    assert "'topics' has 'wish/1'" in refused("topics=home,wish/1")[1]
    for topic in ("run", "run/", "home/1", "/", ""):
        expected = 200 if topic == "" else 400
        answer, _ = get(netloc(galley), f"{PATH}?topics={topic}", "HEAD")
        assert answer.status == expected, topic
    many = ",".join(f"run/{at}" for at in range(257))
    assert "'topics' has 257; the limit of a stream is 256" in refused(f"topics={many}")[1]
    assert "one of 301 bytes; the limit is 300" in refused(f"topics=run/{'x' * 297}")[1]
    assert "there is no parameter 'topic'" in refused("topic=home")[1]
    answer, body = get(netloc(galley), "/api/v1/projects/nowhere/stream?topics=home")
    assert answer.status == 404 and b"there is no project 'nowhere'" in body
    status, answer = post(netloc(galley), f"{PATH}/0123/topics", {"topics": ["home"]})
    assert status == 404 and "there is no stream '0123'" in answer["error"]["message"]
    with Stream(galley.url) as stream:
        status, answer = stream.replace(["wish/1"])
        assert status == 400 and "'topics' has 'wish/1'" in answer["error"]["message"]
        assert post(netloc(galley), f"{PATH}/{stream.name}/topics", {"topic": []})[0] == 400
        assert stream.replace([f"run/{at}" for at in range(256)])[0] == 200


def test_headers(galley):
    answer, body = get(netloc(galley), f"{PATH}?topics=home", "HEAD")
    assert answer.status == 200 and body == b""
    with Stream(galley.url) as stream:
        for headers in (answer.headers, stream.answer.headers):
            assert headers["Content-Type"] == "text/event-stream"
            assert headers["Cache-Control"] == "no-store"
            assert headers["Content-Length"] is None


def test_curl_reads_it(galley, client):
    run = client.create_run("0").info.run_id
    process = subprocess.Popen(["curl", "-sN", f"{galley.url}{PATH}?topics=run/{run}"],
                               stdout=subprocess.PIPE, text=True)
    try:
        lines = []
        while not any(run in line for line in lines):
            lines.append(process.stdout.readline())
            assert lines[-1], lines
        assert "event: hello\n" in lines and "event: change\n" in lines
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_stream_that_was_left_is_forgotten(galley):
    stream = Stream(galley.url)
    assert stream.replace(["home"])[0] == 200
    stream.close()
    wait(lambda: stream.replace(["home"])[0] == 404, "the stream is over")


def test_more_streams_than_there_may_be(galley):
    """1,024 at once, each in use; the next one is told, and one that ends makes room."""
    connections = []
    request = f"GET {PATH}?topics=home HTTP/1.1\r\nHost: {netloc(galley)}\r\n\r\n".encode()
    host, port = netloc(galley).split(":")
    try:
        for _ in range(1024):
            one = socket.create_connection((host, int(port)), timeout=SECONDS_MAX)
            one.sendall(request)
            connections.append(one)
        for one in connections:
            seen = b""
            while b"event: hello" not in seen:
                part = one.recv(65536)
                assert part, seen
                seen += part
        answer, body = get(netloc(galley), PATH)
        assert answer.status == 429 and b"there are 1024 streams, the most allowed" in body
        connections.pop().close()

        def admitted():
            with socket.create_connection((host, int(port)), timeout=SECONDS_MAX) as one:
                one.sendall(request)
                return one.recv(12) == b"HTTP/1.1 200"
        wait(admitted, "there is room again")
    finally:
        for one in connections:
            one.close()


def test_stopping_ends_streams_at_once(tmp_path):
    """As the first of all: nothing waits until they are drained."""
    served = Served(tmp_path)
    try:
        stream = Stream(served.url, ["home"])
    finally:
        served.stop()
    while stream.next()[0] != "end":
        pass
