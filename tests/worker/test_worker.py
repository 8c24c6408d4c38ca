"""python/galley_worker.py answers as MLflow's own scoring server does.

Run it with a Python that has mlflow 3.17.2, scikit-learn, xgboost-cpu 3.2.0 and pytest:

    PYTHON -m pytest tests/worker
"""

import json
import math
import os
import re
import signal

import pytest

from cases import CASES
from conftest import ANSWER, FAILED, HEADER, READY, REQUEST, ScoringServer, encoded

TOLERANCE = 1e-12


def equal(ours, theirs):
    """JSON values; floats to 1e-12."""
    if isinstance(ours, float) and isinstance(theirs, float):
        return (math.isnan(ours) and math.isnan(theirs)) or \
            math.isclose(ours, theirs, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    if type(ours) is not type(theirs):
        return False
    if isinstance(ours, dict):
        return ours.keys() == theirs.keys() and all(equal(ours[k], theirs[k]) for k in ours)
    if isinstance(ours, list):
        return len(ours) == len(theirs) and all(map(equal, ours, theirs))
    return ours == theirs


def ordered(message):
    """The text with the sets in it sorted: Python prints them, and the lists that MLflow makes of
    them, in an order of each process."""
    return re.sub(r"[{\[]'\w+'(, '\w+')*[}\]]",
                  lambda found: str(sorted(found[0][1:-1].split(", "))), message)


def difference(ours, theirs):
    """Why two answers differ, or None. Of an error, status, code and MLflow's message are the same;
    what Galley adds stands behind that."""
    if ours[0] != theirs[0]:
        return f"status {ours[0]}, not {theirs[0]}"
    if theirs[0] == 500 and theirs[2] == b"Internal Server Error":
        return None if json.loads(ours[2])["error_code"] == "INTERNAL_ERROR" else "not an error"
    if theirs[1].split(";")[0] != ours[1]:
        return f"content type {ours[1]}, not {theirs[1]}"
    if theirs[0] == 415:
        return None if ours[2] == theirs[2] else "another text"
    mine, other = json.loads(ours[2]), json.loads(theirs[2])
    if theirs[0] == 200:
        return None if equal(mine, other) else "another value"
    if mine.keys() != {"error_code", "message"} or mine["error_code"] != other["error_code"]:
        return "another error code"
    same = ordered(mine["message"]).startswith(ordered(other["message"]))
    return None if same else "another message"


@pytest.mark.parametrize("model", CASES)
def test_answers_like_the_scoring_server(model, models, shared):
    worker = shared(model)
    assert worker.first[0] == READY, worker.first
    server = ScoringServer(models / model)
    differences, seen = [], set()
    for case in CASES[model]:
        ours, theirs = worker.ask(*encoded(case)), server.ask(*encoded(case))
        seen.add(theirs[0])
        if why := difference(ours, theirs):
            differences.append(f"{why}\n  {case}\n  ours   {ours}\n  theirs {theirs}")
    server.stop()
    assert not differences, f"{len(differences)} of {len(CASES[model])}:\n" + "\n".join(differences)
    assert 200 in seen


def test_says_what_it_has_loaded(shared):
    kind, _, _, content_type, body = shared("columns").first
    ready = json.loads(body)
    assert (kind, content_type) == (READY, "application/json")
    columns = [column["name"] for column in ready["signature"]["inputs"]]
    assert columns == ["size", "weight", "count"]
    assert ready["mlflow_version"] == "3.17.2" and ready["seconds"] > 0
    assert json.loads(shared("plain").first[4])["signature"] is None


def ask_noisy(worker, word):
    status, content_type, body = worker.ask("application/json", json.dumps(
        {"prompt": "x", "do": word}).encode())
    return status, body if content_type == "text/plain" else json.loads(body)


def test_survives_what_models_do(start):
    worker = start("noisy", "--answer-bytes-max", "1000000")
    assert ask_noisy(worker, "well") == (200, {"prompt": "well"})
    status, error = ask_noisy(worker, "raise")
    assert (status, error["error_code"]) == (400, "BAD_REQUEST")
    assert error["message"].endswith("RuntimeError: the oven is cold\nand dark")
    assert "Traceback" not in error["message"]
    assert ask_noisy(worker, "exit") == \
        (500, {"error_code": "INTERNAL_ERROR", "message": "SystemExit: leaving"})
    assert ask_noisy(worker, "object")[0] == 500
    assert ask_noisy(worker, "stdin") == (200, {"read": ""})
    status, error = ask_noisy(worker, "huge")
    assert (status, error["error_code"]) == (500, "RESOURCE_EXHAUSTED")
    assert ask_noisy(worker, "well") == (200, {"prompt": "well"})
    log = worker.log.read_text()
    for text in ("on stdout", "straight to descriptor 1", "from a child", "on stderr",
                 "RuntimeError: the oven is cold"):
        assert text in log


def error_of(worker, body):
    status, _, answer = worker.ask("application/json", json.dumps(body).encode())
    assert status == 400
    return json.loads(answer)["message"]


def test_errors_name_the_field(shared):
    row = {"size": 1.0, "weight": 2.0, "count": 3}
    worker = shared("columns")
    assert "Columns with missing values: 'size'." in error_of(
        worker, {"dataframe_records": [{**row, "size": None}, row]})
    assert "'weight'" in error_of(worker, {"dataframe_records": [{"size": 1.0, "count": 3}]})
    assert "count" in error_of(worker, {"dataframe_records": [{**row, "count": "many"}]})
    unsigned = shared("frame")
    assert "zebra" in error_of(unsigned, {"dataframe_records": [{**row, "zebra": 1}]})
    assert "2 features" in error_of(shared("plain"), {"inputs": [[1, 2]]})


def test_unknown_columns_are_refused_on_request(shared, start):
    body = {"dataframe_records": [{"size": 1.0, "weight": 2.0, "count": 3, "zebra": 1, "ant": 2}]}
    assert shared("columns").ask("application/json", json.dumps(body).encode())[0] == 200
    strict = start("columns", "--refuse-unknown-columns")
    assert "does not have: 'ant', 'zebra'." in error_of(strict, body)
    body = {"dataframe_records": [{"size": 1.0, "weight": 2.0, "count": 3}]}
    assert strict.ask("application/json", json.dumps(body).encode())[0] == 200


def test_skops_types_are_trusted_on_request(start):
    kind, _, _, content_type, body = start("untrusted").first
    assert (kind, content_type) == (FAILED, "text/plain")
    assert b"own_steps.Halve" in body
    worker = start("untrusted", "--trust-skops-types")
    assert worker.first[0] == READY
    body = json.dumps({"dataframe_records": [{"size": 1.0, "weight": 2.0, "count": 3}]}).encode()
    assert worker.ask("application/json", body)[0] == 200


def test_a_model_that_cannot_be_loaded(start):
    worker = start("nowhere")
    assert worker.first[0] == FAILED
    assert b"nowhere" in worker.first[4] and len(worker.first[4]) <= 4000
    assert worker.process.wait(30) == 1


def test_ends_with_the_socket(start):
    worker = start("plain")
    assert worker.stop() == 0


def test_leaves_no_files_behind(start, tmp_path):
    worker = start("plain")
    worker.ask("application/json", b'{"inputs": [[1, 2, 3]]}')
    worker.stop()
    assert [path.name for path in tmp_path.iterdir()] == [worker.log.name]


@pytest.mark.parametrize("frame", [
    HEADER.pack(0, 2, REQUEST, 0, 0, 1), HEADER.pack(0, 1, ANSWER, 0, 0, 1),
    HEADER.pack(10, 1, REQUEST, 0, 0, 1) + b"short"])
def test_ends_where_frames_end(start, frame):
    worker = start("plain")
    worker.socket.sendall(frame)
    worker.socket.shutdown(1)
    assert worker.receive() is None
    assert worker.process.wait(30) == 1
    assert "ProtocolError" in worker.log.read_text()


def test_dies_at_once(start):
    """No handler or thread of MLflow's keeps it alive."""
    worker = start("plain")
    os.kill(worker.process.pid, signal.SIGTERM)
    assert worker.process.wait(30) == -signal.SIGTERM
