"""Several variants of an endpoint: who answers whom, who is asked as well, who is taken out.

A server prepares a data directory; then the gateway runs alone on snapshots that the tests write.
"""

import json
import os
import re
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from conftest import Connection, Served, split, wait_until
from models import SLOW, Kitchen
from servers import PROGRAM, environment

UNITS = 300
FAILING = """
import sys
import mlflow

class Failing(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        sys.exit(3)

mlflow.models.set_model(Failing())
"""
DYING = FAILING.replace("sys.exit(3)", "__import__('os')._exit(3)")


def fnv1a32(text):
    """As in @growthbook/growthbook, packages/sdk-js/src/util.ts: hashFnv32a."""
    value = 0x811C9DC5
    units = text.encode("utf-16-le")
    for at in range(0, len(units), 2):
        value ^= units[at] | units[at + 1] << 8
        value = value * 0x01000193 & 0xFFFFFFFF
    return value


def growthbook_hash(seed, value):
    """`hash` of the same file, version 2."""
    return fnv1a32(str(fnv1a32(seed + value))) % 10000 / 10000


class Record:
    """One record of the prediction log, as docs/formats/prediction_log.md has it."""

    def __init__(self, raw):
        self.kind = raw[:1].decode()
        if self.kind != "P":
            self.fields = json.loads(raw[1:])
            return
        flags, project, endpoint, mime, request, response, self.rows = struct.unpack_from(
            "<xBHHHIIq", raw)
        self.id, self.variant = raw[32:48].hex(), raw[48:64].hex()
        at = 80
        self.mirror_of = None
        if flags & 2:
            self.mirror_of, at = raw[80:96].hex(), 96
        parts = []
        for size in (project, endpoint, mime, request, response):
            parts.append(raw[at:at + size])
            at += size
        assert at == len(raw)
        self.endpoint, self.response = parts[1].decode(), parts[4]
        self.request = parts[3] if flags & 1 else None


def segment_records(path):
    raw, at = path.read_bytes(), 64
    while (size := struct.unpack_from("<I", raw, at)[0]) != 0xFFFFFFFF:
        yield Record(raw[at + 8:at + 8 + size])
        at += 8 + size


class Gateway:
    """A gateway alone, and the snapshot that it serves."""

    def __init__(self, data, made, folder):
        self.data, self.made, self.version = Path(data), made, 100
        self.log = open(folder / "gateway.log", "wb")
        self.process = subprocess.Popen(
            [PROGRAM, "gateway", "--data", data, "--predict-port", "0"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=self.log, text=True, env=environment(folder / "home"))
        self.url = re.search(r"http://[\d.]+:\d+", self.process.stdout.readline())[0]
        self.names = 0

    def variant(self, model, weight=0, mirror=0):
        """A new variant of a model."""
        self.names += 1
        return self.made[model] | {"id": f"{self.names:032x}", "weight": weight, "mirror": mirror}

    def serve(self, *variants, wait=True, **more):
        """Serves one endpoint; its status once all variants are loaded or given up."""
        self.version += 1
        endpoint = {"project": "default", "name": "e", "id": "e" * 32, "variants": list(variants)}
        text = json.dumps({"version": self.version, "endpoints": [endpoint | more]})
        path = self.data / "serving/snapshot.json"
        path.with_suffix(".new").write_text(text, encoding="utf-8")
        os.replace(path.with_suffix(".new"), path)

        def served():
            status = self.status()
            endpoints = status["endpoints"]
            states = [one["state"] for one in endpoints[0]["variants"]] if endpoints else []
            known = endpoints and [one["variant"] for one in endpoints[0]["variants"]] == [
                one["id"] for one in variants]
            done = known and "loading" not in states and status["version"] == self.version
            return endpoints[0] if done else None
        return wait_until(served, "the snapshot is served") if wait else None

    def status(self):
        return json.loads((self.data / "gateway/status.json").read_text(encoding="utf-8"))

    def ask(self, body, headers=None, path="predict"):
        connection = Connection(self.url)
        try:
            return connection.send("POST", f"/api/v1/endpoints/e/{path}", body, headers)
        finally:
            connection.close()

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=60)
        self.log.close()

    def records(self):
        """All that was logged; ends the gateway."""
        self.stop()
        assert self.process.returncode == 0
        return [record for path in sorted((self.data / "gateway/log").glob("*.sealed"))
                for record in segment_records(path)]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A data directory, and one variant of each model, by its name."""
    folder = tmp_path_factory.mktemp("prepared")
    galley = Served(folder, GALLEY_UV="/nowhere/uv")
    try:
        kitchen = Kitchen(galley.url, folder)
        models = [kitchen.signed(), kitchen.from_code("failing", FAILING),
                  kitchen.from_code("dying", DYING), kitchen.from_code("slow", SLOW)]
        for model in models:
            python = {} if model.name == "signed" else {"python": sys.executable}
            galley.create(model.name, model, **python)
        galley.loaded("signed")
    finally:
        galley.stop()
    data = Path(galley.data)
    served = json.loads((data / "serving/snapshot.json").read_text(encoding="utf-8"))
    return data, {one["name"]: one["variants"][0] for one in served["endpoints"]}, models[0]


@pytest.fixture
def gateway(prepared, tmp_path):
    data, made, _ = prepared
    for file in (data / "gateway/log").glob("*.sealed"):
        file.unlink()
    (data / "serving/snapshot.json").write_text("{}", encoding="utf-8")
    running = Gateway(data, made, tmp_path)
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture
def rows(prepared):
    return prepared[2]


def with_store(model, *stores):
    """A request whose rows have a column more than the model."""
    return {"dataframe_split": {"columns": ["store", *model.columns],
                                "data": [[store, *model.rows[at]] for at, store in
                                         enumerate(stores)]}}


def bodies(model, store):
    """The same first row in every form with names: body and headers."""
    row = dict(zip(model.columns, model.rows[0])) | {"store": store}
    table = ",".join(row) + "\n" + ",".join(map(str, row.values())) + "\n"
    return [
        (with_store(model, store, "another"), {}),
        ({"dataframe_split": {"data": [list(row.values())], "columns": list(row)}}, {}),
        ({"dataframe_records": [row, row | {"store": "another"}]}, {}),
        ({"instances": [row]}, {}),
        ({"inputs": {name: [value, value] for name, value in row.items()}}, {}),
        (table, {"Content-Type": "text/csv"}),
        (split(model, model.rows[:1]), {"X-Galley-Key": str(store)}),
    ]


def test_every_form_is_assigned_as_growthbook_assigns(gateway, rows):
    champion, canary = gateway.variant("signed", 600, 0), gateway.variant("signed", 400, 0)
    gateway.serve(champion, canary, key="store", seed="soup-2026")
    seen = set()
    for store in (1, 12, 12.0, 0.5, -7, "12", "user-1", "Zoë", "é☃😀", 10**15):
        text = f"{store:g}" if isinstance(store, float) else str(store)
        expected = canary if growthbook_hash("soup-2026", text) < 0.4 else champion
        forms = bodies(rows, store)
        # Headers are Latin-1 on this client's side.
        for body, headers in forms if text.isascii() else forms[:-1]:
            answer = gateway.ask(body, headers)
            assert answer.status == 200, (answer, body)
            assert answer.json()["variant"] == expected["id"], (store, body)
            assert answer.headers["X-Galley-Variant"] == expected["id"]
            assert "degraded" not in answer.json()
        seen.add(expected["id"])
    assert len(seen) == 2


def test_no_unit_leaves_the_canary_while_its_weight_grows(gateway, rows):
    champion, canary = gateway.variant("signed"), gateway.variant("signed")
    before = set()
    for weight in (0, 50, 300, 1000):
        gateway.serve(champion | {"weight": 1000 - weight}, canary | {"weight": weight},
                      key="store", seed="s")
        got = {store for store in range(UNITS)
               if gateway.ask(with_store(rows, store)).json()["variant"] == canary["id"]}
        assert got == {store for store in range(UNITS)
                       if growthbook_hash("s", str(store)) < weight / 1000}
        assert got >= before
        before = got
    assert len(before) == UNITS


def test_both_variants_of_a_canary_predict_every_request(gateway, rows):
    """One in Python, one of trees: each mirrored on the other, and all of it before the watermark."""
    champion = gateway.variant("signed", 500, 1000)
    canary = gateway.variant("slow", 500, 1000)
    status = gateway.serve(champion, canary, key="store", seed="s")
    assert [one["state"] for one in status["variants"]] == ["ready", "ready"]
    answered = {}
    for store in range(40):
        body = with_store(rows, store)
        body["dataframe_split"]["columns"].append("seconds")
        body["dataframe_split"]["data"][0].append(0.02)
        answer = gateway.ask(body)
        assert answer.status == 200, answer
        answered[answer.json()["prediction_ids"][0]] = answer.json()["variant"]
    assert set(answered.values()) == {champion["id"], canary["id"]}
    said = gateway.ask({"labels": [], "watermark": 116}, path="labels")
    assert (said.status, said.json()) == (200, {"accepted": 0})
    records = gateway.records()
    kinds = [record.kind for record in records if record.kind in "Pw"]
    assert kinds == ["P"] * 80 + ["w"]
    own = {record.id: record for record in records if record.kind == "P" and not record.mirror_of}
    others = {record.mirror_of: record for record in records
              if record.kind == "P" and record.mirror_of}
    assert own.keys() == others.keys() == answered.keys()
    for one, variant in answered.items():
        assert own[one].variant == variant and own[one].request and own[one].endpoint == "e"
        assert others[one].variant == ({champion["id"], canary["id"]} - {variant}).pop()
        assert others[one].request is None and others[one].response.startswith(b'{"predictions"')
    assert len({*own, *(record.id for record in others.values())}) == 80


def traffic_of(records):
    """Sums by variant: requests, failed, degraded."""
    sums = {}
    for record in records:
        if record.kind != "t":
            continue
        fields = record.fields
        assert sum(fields["latency"]) == fields["requests"] > 0
        assert fields["from_ms"] < fields["to_ms"]
        one = sums.setdefault(fields.get("variant", ""), [0, 0, 0])
        for at, name in enumerate(("requests", "failed", "degraded")):
            one[at] += fields[name]
    return sums


@pytest.mark.parametrize("model", ["failing", "dying"])
def test_a_failing_canary_is_taken_out_and_no_caller_notices(gateway, rows, model):
    champion, canary = gateway.variant("signed", 500), gateway.variant(model, 500)
    guardrails = {"min_requests": 20, "max_error_ratio": 0.05}
    gateway.serve(champion, canary, guardrails=guardrails)
    bad = 0
    for at in range(400):
        answer = gateway.ask(with_store(rows, at))
        assert answer.status == 200 and answer.json()["variant"] == champion["id"], answer
        assert ("X-Galley-Degraded" in answer.headers) == answer.json().get("degraded", False)
        assert answer.headers["X-Galley-Variant"] == champion["id"]
        bad += "X-Galley-Degraded" in answer.headers
    assert bad == 20
    trip = wait_until(lambda: gateway.status()["endpoints"][0]["trips"], "the trip is told")[0]
    assert trip["variant"] == canary["id"] and "20 of its last 20 requests failed" in trip["reason"]
    # It stays out whatever its weight, until it has had none.
    gateway.serve(champion, canary | {"weight": 900}, guardrails=guardrails)
    assert "X-Galley-Degraded" not in gateway.ask(with_store(rows, 0)).headers
    assert gateway.status()["endpoints"][0]["trips"] == [trip]
    assert gateway.serve(champion, canary | {"weight": 0}, guardrails=guardrails)["trips"] == []
    gateway.serve(champion, canary | {"weight": 1000}, guardrails=guardrails)
    assert gateway.ask(with_store(rows, 0)).json()["degraded"] is True
    sums = traffic_of(gateway.records())
    assert sums[canary["id"]] == [21, 0, 21]  # No caller saw a failure.
    assert sums[champion["id"]] == [381, 0, 0]


def test_a_slow_canary_is_taken_out(gateway, rows):
    champion, canary = gateway.variant("signed", 0), gateway.variant("slow", 1000)
    gateway.serve(champion, canary, guardrails={"min_requests": 5, "max_p99_ms": 20})
    body = with_store(rows, 1)
    body["dataframe_split"]["columns"].append("seconds")
    body["dataframe_split"]["data"][0].append(0.05)
    answered = [gateway.ask(body).json()["variant"] for _ in range(8)]
    assert answered == [canary["id"]] * 5 + [champion["id"]] * 3
    trip = wait_until(lambda: gateway.status()["endpoints"][0]["trips"], "the trip is told")[0]
    assert "took more than 20 ms" in trip["reason"]


def test_what_callers_do_wrong_trips_nothing(gateway, rows):
    champion, canary = gateway.variant("signed", 0), gateway.variant("signed", 1000)
    gateway.serve(champion, canary, default_answer="0.5",
                  guardrails={"min_requests": 1, "max_error_ratio": 0})
    for _ in range(30):
        assert gateway.ask({"inputs": [{"nothing": 1}]}).status == 400
        assert gateway.ask("x", {"Content-Type": "image/png"}).status == 415
    assert gateway.ask(with_store(rows, 1)).json()["variant"] == canary["id"]
    assert gateway.status()["endpoints"][0]["trips"] == []
    assert traffic_of(gateway.records()) == {canary["id"]: [61, 0, 0]}


def test_the_default_answers_when_nobody_can(gateway, rows):
    champion, canary = gateway.variant("failing", 0), gateway.variant("failing", 1000)
    gateway.serve(champion, canary, default_answer='"soup"')
    answer = gateway.ask(with_store(rows, 1, 2, 3))
    assert answer.status == 200, answer
    assert answer.json() == {"predictions": ["soup"] * 3, "prediction_ids": [], "degraded": True}
    assert "500" in answer.headers["X-Galley-Degraded"]
    assert "X-Galley-Variant" not in answer.headers
    connection = Connection(gateway.url)
    as_mlflow = connection.send("POST", "/endpoints/e/invocations", with_store(rows, 1))
    connection.close()
    assert as_mlflow.json() == {"predictions": ["soup"]}
    assert as_mlflow.headers["X-Galley-Degraded"]
    assert "Galley-Prediction-Id" not in as_mlflow.headers
    gateway.serve(champion, canary)
    refused = gateway.ask(with_store(rows, 1))
    assert refused.status == 500 and "X-Galley-Degraded" not in refused.headers
    records = gateway.records()
    assert [record for record in records if record.kind == "P"] == []
    assert traffic_of(records) == {canary["id"]: [3, 1, 2]}


def test_a_version_is_acknowledged_when_the_last_older_request_is_answered(gateway):
    slow, other = gateway.variant("slow", 1000), gateway.variant("signed", 1000)
    gateway.serve(slow)
    answers = []
    body = {"dataframe_split": {"columns": ["seconds"], "data": [[4]]}}
    thread = threading.Thread(target=lambda: answers.append(gateway.ask(body)))
    thread.start()
    time.sleep(0.3)
    old = gateway.version
    gateway.serve(other, wait=False)

    def taken_over():
        return gateway.status()["endpoints"][0]["answering"] == other["id"]

    wait_until(taken_over, "the new variant answers")
    assert gateway.status()["version"] == old and not answers
    wait_until(lambda: gateway.status()["version"] == old + 1, "it is acknowledged")
    thread.join(5)
    assert answers[0].status == 200 and answers[0].json()["variant"] == slow["id"]


def test_labels_have_names_and_a_watermark_follows_them(gateway):
    gateway.serve(gateway.variant("signed", 1000))
    one = "0" * 32
    said = gateway.ask({"labels": [{"prediction_id": one, "number": 1, "name": "orders"},
                                   {"prediction_id": one, "truth": True}], "watermark": -116.5},
                       path="labels")
    assert (said.status, said.json()) == (200, {"accepted": 2})
    told = [(record.kind, record.fields) for record in gateway.records() if record.kind in "lw"]
    assert [kind for kind, _ in told] == ["l", "l", "w"]
    assert [fields.get("name", "") for _, fields in told[:2]] == ["orders", ""]
    assert told[2][1]["time"] == -116.5 and told[2][1]["endpoint"] == "e"


@pytest.mark.parametrize("more, part", [
    ({"name": ""}, "name"), ({"name": "x" * 64}, "63"), ({"name": "a b"}, "name"),
    ({"name": 5}, "name"), ({"watermark": "soon"}, "watermark"), ({"watermark": True}, "watermark"),
])
def test_wrong_names_and_watermarks_are_refused(gateway, more, part):
    gateway.serve(gateway.variant("signed", 1000))
    label = {"prediction_id": "0" * 32, "number": 1}
    body = {"labels": [label | more]} if "name" in more else {"labels": [label]} | more
    answer = gateway.ask(body, path="labels")
    assert answer.status == 400 and part in answer.json()["error"]["message"], answer
    assert [record for record in gateway.records() if record.kind in "lw"] == []


def test_a_watermark_is_finite(gateway):
    gateway.serve(gateway.variant("signed", 1000))
    for text in ('{"watermark": 1e999}', '{"watermark": NaN}', '{"watermark": null}', "{}"):
        answer = gateway.ask(text, {"Content-Type": "application/json"}, path="labels")
        assert answer.status == 400, (text, answer)
