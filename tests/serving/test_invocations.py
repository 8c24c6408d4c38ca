"""MLflow's scoring routes: status by status and number by number what MLflow's own server answers."""

import json
import socket
import urllib.parse

import pytest

from cases import ALL, FORMS, WRONG_VALUES
from conftest import WAIT_SECONDS_MAX, Served, split, wait_until
from models import Kitchen
from scoring_server import ScoringServer

MEBIBYTE = 1 << 20
ROW = {"size": 1.5, "weight": -2.25, "count": 3}
MORE = [
    {"dataframe_records": [{**ROW, "count": None}]},
    {"dataframe_split": {"columns": ["size", "weight", "count"], "data": [[1.0, 2.0, None]]}},
    '{"dataframe_records": [{"size": 1.0, "weight": 2.0, "count": NaN}]}',
    ("text/csv", "size,weight,count\n1.0,2.0,\n"),
    {"inputs": [[[1, 2, 3]]]}, {"inputs": {"size": 1.0}}, {"instances": "x"},
    {"dataframe_split": {"columns": ["size", "weight", "count"], "data": [[1, 2], [1, 2, 3, 4]]}},
    {"dataframe_records": [ROW, {"size": 1.0}]}, {"dataframe_records": [[1, 2, 3]]},
    ("application/json", '{"inputs": [[1, 2, 3]]'), ("application/json", "{'inputs': 1}"),
    ("application/json", b"\x00"), ("application/json", "{} {}"),
    ("application/vnd.apache.parquet", b"PAR1"), ("application/x-parquet", b"PAR1"),
    ("", "{}"), ("json", "{}"), ("multipart/form-data", "x"),
]
# Statuses that trees give on purpose: theirs, ours, what the one who refuses says.
TREES_DIFFER = [
    (400, 200, "feature_names mismatch"),  # Columns in another order.
    (400, 200, "data did not contain feature names"),
    (400, 200, "Not supported type for data.<class 'dict'>"),
    (400, 200, "DataFrame.dtypes for data"),  # A null alone in its column.
    (400, 415, "content types"), (200, 415, "content types"),  # Parquet.
    (200, 400, "instances: it must be a list; it is an object"),
]


def encoded(case):
    content_type, body = case if isinstance(case, tuple) else ("application/json", case)
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
    return content_type, body.encode() if isinstance(body, str) else body


def invoke(galley, name, content_type, body):
    answer = galley.ask("POST", f"/endpoints/{name}/invocations", body,
                        {"Content-Type": content_type})
    return answer.status, answer.headers["Content-Type"], answer.body


def close(ours, theirs):
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(close, ours, theirs))
    return ours == pytest.approx(theirs, rel=1e-12, abs=1e-12)


def on_purpose(ours, theirs):
    said = (theirs if ours[0] == 200 else ours)[2].decode()
    return any((theirs[0], ours[0]) == (other, mine) and part in said
               for other, mine, part in TREES_DIFFER)


def difference(ours, theirs, trees):
    """Why two answers differ, or None."""
    if trees and ours[0] != theirs[0] and on_purpose(ours, theirs):
        return None
    if ours[0] != theirs[0]:
        return f"status {ours[0]}, not {theirs[0]}"
    if theirs[0] == 200:
        mine, other = json.loads(ours[2]), json.loads(theirs[2])
        same = mine.keys() == other.keys() and close(mine["predictions"], other["predictions"])
        return None if same else "another value"
    if theirs[0] == 415 or theirs[2] == b"Internal Server Error":
        return None
    return None if json.loads(ours[2]).keys() == {"error_code", "message"} else "another shape"


@pytest.mark.parametrize("name, cases", [("bare", ALL + MORE), ("signed", ALL + MORE),
                                         ("logistic", FORMS + WRONG_VALUES + MORE)])
def test_answers_as_the_scoring_server_does(shop, galley, name, cases):
    assert galley.loaded(name)["state"] == "ready"
    server = ScoringServer(shop[name].uri)
    differences, seen = [], set()
    for case in cases:
        ours, theirs = invoke(galley, name, *encoded(case)), server.ask(*encoded(case))
        seen.add(theirs[0])
        if why := difference(ours, theirs, name != "logistic"):
            differences.append(f"{why}\n  {case}\n  ours   {ours}\n  theirs {theirs}")
    server.stop()
    assert not differences, f"{len(differences)} of {len(cases)}:\n" + "\n".join(differences)
    assert {200, 400, 415} <= seen


@pytest.mark.parametrize("name", ["bare", "logistic"])
def test_large_bodies(shop, galley, name):
    """10 MB is answered, 17 MB is 413, and the process is as well afterwards as before."""
    galley.loaded(name)
    model = shop[name]
    body = json.dumps(split(model, model.rows[:10])).encode()
    padded = body + b" " * (10 * MEBIBYTE - len(body))
    status, _, answer = invoke(galley, name, "application/json", padded)
    assert status == 200 and len(json.loads(answer)["predictions"]) == 10
    try:
        status, _, answer = invoke(galley, name, "application/json", b" " * (17 * MEBIBYTE))
        assert status == 413 and json.loads(answer)["error_code"]
    except ConnectionError:
        pass  # It was refused before it was sent; the answer may be lost with the connection.
    assert len(galley.predict(name, model, model.rows[:2])["predictions"]) == 2


def test_a_large_body_of_rows(shop, galley):
    galley.loaded("bare")
    model = shop["bare"]
    times = 10 * MEBIBYTE // len(json.dumps(model.rows))
    answer = galley.predict("bare", model, model.rows * times)
    assert len(answer["predictions"]) == 1000 * times == len(answer["prediction_ids"])
    assert answer["predictions"][:1000] == answer["predictions"][-1000:]


def test_a_truncated_body_is_no_request(shop, galley):
    """The client promises more than it sends: nothing is predicted."""
    galley.loaded("bare")
    body = json.dumps(split(shop["bare"], shop["bare"].rows[:1])).encode()
    address = urllib.parse.urlsplit(galley.gateway)
    with socket.create_connection((address.hostname, address.port), WAIT_SECONDS_MAX) as client:
        client.sendall(b"POST /endpoints/bare/invocations HTTP/1.1\r\nHost: localhost\r\n"
                       b"Content-Type: application/json\r\n"
                       b"Content-Length: %d\r\n\r\n" % (len(body) + 100) + body)
        client.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := client.recv(65536):
            answer += piece
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 "), answer
    assert b"predictions" not in answer


def test_errors_are_mlflows_and_name_the_field(galley):
    galley.loaded("signed")
    status, _, body = invoke(galley, "signed", *encoded(
        {"dataframe_records": [{"size": 1.0, "weight": 2.0}]}))
    error = json.loads(body)
    assert status == 400 and error["error_code"] == "BAD_REQUEST" and "count" in error["message"]
    answer = galley.ask("POST", "/api/v1/endpoints/signed/predict",
                        {"dataframe_records": [{"size": 1.0, "weight": 2.0}]})
    assert answer.status == 400 and "count" in answer.json()["error"]["message"]


def test_native_errors_are_the_messages_of_python_models_unchanged(galley):
    galley.loaded("logistic")
    body = {"dataframe_records": [{"size": "ta\"ll\n\\", "weight": 2.0, "count": 3}]}
    theirs = json.loads(invoke(galley, "logistic", *encoded(body))[2])["message"]
    ours = galley.ask("POST", "/api/v1/endpoints/logistic/predict", body)
    assert ours.status == 400 and ours.json()["error"]["message"] == theirs


def test_native_statuses(galley):
    galley.loaded("bare")

    def status(body, content_type="application/json", name="bare"):
        answer = galley.ask("POST", f"/api/v1/endpoints/{name}/predict", body,
                            {"Content-Type": content_type})
        assert answer.status == 200 or answer.json()["error"]["message"], answer
        return answer.status
    assert status('{"inputs": [[1, 2, 3]]}') == 200
    assert status("{") == 400 and status("") == 400
    assert status("PAR1", "application/vnd.apache.parquet") == 415
    assert status("{}", "text/plain") == 415
    assert status("{}", name="nobody") == 404
    assert galley.ask("GET", "/api/v1/endpoints/bare/predict").status == 405


def test_other_routes_of_the_scoring_server(galley):
    assert galley.ask("GET", "/version").body == b"3.17.2"
    assert galley.ask("GET", "/invocations").status == 405
    missing = galley.ask("POST", "/endpoints/nobody/invocations", {"inputs": []})
    assert missing.status == 404 and "nobody" in missing.json()["message"]


def test_the_default_endpoint(tmp_path):
    """The one that is called `default`, or the only one there is; its /ping."""
    galley = Served(tmp_path)
    try:
        kitchen = Kitchen(galley.url, tmp_path)
        model, other = kitchen.bare(), kitchen.probability()

        def asked():
            answer = galley.ask("POST", "/invocations", split(model, model.rows[:1]))
            return answer.status, answer.json().get("predictions")

        assert asked()[0] == 404 and galley.ask("GET", "/ping").status == 404
        right = (200, [pytest.approx(float(model.expected[0]))])
        galley.create("only", model)
        assert galley.loaded("only")["state"] == "ready"
        assert asked() == right and galley.ask("GET", "/ping").status == 200
        galley.create("second", other)
        assert galley.loaded("second")["state"] == "ready"
        assert asked()[0] == 404 and galley.ask("GET", "/ping").status == 404
        galley.create("default", model)
        assert galley.loaded("default")["state"] == "ready"
        assert asked() == right and galley.ask("GET", "/ping").status == 200
        assert galley.ask("GET", "/readyz").status == 200
        for name in ("default", "only"):
            assert galley.control("DELETE", f"endpoints/{name}").status == 200
        wait_until(lambda: asked()[0] == 400, "the other model answers, with other columns")
    finally:
        galley.stop()
