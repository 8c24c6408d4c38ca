"""Many clients, broken uploads, paths that climb, strangers: refused or served, nothing left."""

import http.client
import json
import os
import signal
import socket
import threading
import urllib.parse

import pytest

from conftest import API, FILES, Http, wait_until

CLIENTS = 64
MEGABYTE = 1024 * 1024


def unnamed_blobs(server):
    return [path.name for path in (server.data / "blobs/tmp").iterdir()]


def named_blobs(server):
    return [path for path in (server.data / "blobs").rglob("*")
            if path.is_file() and path.parent.name != "tmp"]


def connect(server):
    address = urllib.parse.urlsplit(server.url)
    return socket.create_connection((address.hostname, address.port), timeout=60)


def put_head(path, length):
    return (f"PUT {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n").encode()


def test_64_clients_at_once(own):
    """Each logs, uploads and reads its own; together they make one experiment's history."""
    experiment = Http(own.url).post("experiments/create", name="many")["experiment_id"]
    begin = threading.Barrier(CLIENTS)
    failures = []

    def work(number):
        http_client = Http(own.url)
        try:
            begin.wait()
            run_id = http_client.new_run(experiment, run_name=f"r{number}")
            for step in range(10):
                http_client.post("runs/log-metric", run_id=run_id, key="m", value=float(number),
                                 timestamp=step, step=step)
            http_client.post("runs/log-batch", run_id=run_id, params=[
                {"key": f"p{key}", "value": f"{number}"} for key in range(50)])
            path = f"{FILES}/{experiment}/{run_id}/artifacts/a.txt"
            assert http_client.send("PUT", path, f"file {number}".encode())[0] == 200
            assert http_client.send("GET", path) == (200, f"file {number}".encode())
            points = http_client.get("metrics/get-history", run_id=run_id, metric_key="m",
                                     max_results=100)["metrics"]
            assert [point["step"] for point in points] == list(range(10))
        except BaseException as error:
            failures.append(f"{number}: {error!r}")
            raise
        finally:
            http_client.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    runs = Http(own.url).post("runs/search", experiment_ids=[experiment],
                              filter="metrics.m >= 0")["runs"]
    found = sorted(run["data"]["metrics"][0]["value"] for run in runs)
    assert found == [float(number) for number in range(CLIENTS)]
    assert len(named_blobs(own)) == CLIENTS and unnamed_blobs(own) == []


def test_equal_files_are_stored_once(own):
    http_client = Http(own.url)
    for number in range(20):
        assert http_client.send("PUT", f"{FILES}/0/a/{number}", b"the same")[0] == 200
    assert len(named_blobs(own)) == 1


def test_a_large_file_comes_back_and_leaves_as_it_came(own):
    """48 MB, sent in chunks without a length; memory of the server does not grow by it."""
    http_client = Http(own.url)
    run_id = http_client.new_run()
    path = f"{FILES}/0/{run_id}/artifacts/large.bin"
    piece = os.urandom(MEGABYTE)
    before = resident_kilobytes(own.server_pid())
    connection = http.client.HTTPConnection(http_client.address, timeout=120)
    connection.request("PUT", path, (piece for _ in range(48)), encode_chunked=True,
                       headers={"Transfer-Encoding": "chunked"})
    assert connection.getresponse().read() == b"{}"
    connection.request("GET", path)
    answer = connection.getresponse()
    assert int(answer.headers["Content-Length"]) == 48 * MEGABYTE
    for _ in range(48):
        assert answer.read(MEGABYTE) == piece
    assert answer.read() == b""
    connection.close()
    assert resident_kilobytes(own.server_pid()) - before < 24 * 1024


def resident_kilobytes(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_chunks_head_may_come_in_pieces(own, cut):
    """Where the head of the second chunk is cut, the server waits for the rest of it."""
    body = b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    path = f"{FILES}/0/x/pieces.bin"
    with connect(own) as client:
        client.sendall((f"PUT {path} HTTP/1.1\r\nHost: localhost\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n").encode() + body[:8 + cut])
        wait_until(lambda: unnamed_blobs(own), "the upload began")
        assert Http(own.url).send("GET", "/health")[0] == 200
        client.sendall(body[8 + cut:])
        assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
    assert Http(own.url).send("GET", path) == (200, b"hello world")


@pytest.mark.parametrize("sent", [0, 1, 100_000, 3 * MEGABYTE])
def test_an_upload_that_breaks_off_leaves_nothing(own, sent):
    path = f"{FILES}/0/x/broken.bin"
    with connect(own) as client:
        client.sendall(put_head(path, 4 * MEGABYTE) + b"x" * sent)
        wait_until(lambda: unnamed_blobs(own), "the upload began")
    wait_until(lambda: not unnamed_blobs(own), "the file is removed")
    assert Http(own.url).send("GET", path)[0] == 404
    assert named_blobs(own) == []


def test_a_slow_upload_is_ended(own):
    """It sends less than a byte a second: 408, and the file is gone."""
    path = f"{FILES}/0/x/slow.bin"
    with connect(own) as client:
        client.sendall(put_head(path, MEGABYTE) + b"x")
        wait_until(lambda: unnamed_blobs(own), "the upload began")
        assert client.recv(4096).startswith(b"HTTP/1.1 408 ")
    wait_until(lambda: not unnamed_blobs(own), "the file is removed")
    assert Http(own.url).send("GET", path)[0] == 404 and named_blobs(own) == []


def test_a_kill_during_uploads_leaves_nothing(own):
    clients = [connect(own) for _ in range(8)]
    for number, client in enumerate(clients):
        client.sendall(put_head(f"{FILES}/0/x/{number}", 4 * MEGABYTE) + b"x" * MEGABYTE)
    wait_until(lambda: len(unnamed_blobs(own)) == 8, "the uploads began")
    before = own.server_pid()
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: own.server_pid() not in (None, before), "another server")
    assert Http(own.url).json("GET", f"{FILES}?path=0/x") == (200, {})
    assert unnamed_blobs(own) == [] and named_blobs(own) == []
    for client in clients:
        client.close()


def test_a_broken_chunk_is_no_file(own):
    path = f"{FILES}/0/x/chunks.bin"
    with connect(own) as client:
        client.sendall((f"PUT {path} HTTP/1.1\r\nHost: localhost\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n").encode())
        assert client.recv(4096).startswith(b"HTTP/1.1 400 ")
    wait_until(lambda: not unnamed_blobs(own), "the file is removed")
    assert Http(own.url).send("GET", path)[0] == 404 and named_blobs(own) == []


def test_a_batch_beyond_the_bodys_limit_is_refused(galley):
    """Before it is read: its length is enough."""
    with connect(galley) as client:
        client.sendall((f"POST {API}runs/log-batch HTTP/1.1\r\nHost: localhost\r\n"
                        f"Content-Type: application/json\r\nContent-Length: {17 * MEGABYTE}"
                        "\r\n\r\n").encode())
        answer = client.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413 ") and b'"error_code"' in answer


PATHS = ["../secret", "a/../../secret", "%2e%2e/secret", "%2E%2e%2fsecret", "..%2Fsecret", "/etc",
         "//etc/passwd", "%2Fetc/passwd", "a//b", "a/./b", "a/", "a%00b", "a\\..\\b", "a%5C..%5Cb",
         "a%0Ab", "a%7Fb", "..", ".", "%2e", "C:%5Cx", "a/b/..", "a%2F..%2F..%2Fb", "a%23b"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE"])
def test_a_path_that_climbs_is_refused(galley, method, path):
    body = b"bytes" if method == "PUT" else None
    http_client = Http(galley.url)
    status, answer = http_client.json(method, f"{FILES}/{path}", body)
    http_client.close()
    assert status == 400, answer
    assert answer["error_code"] in ("INVALID_PARAMETER_VALUE", "BAD_REQUEST")
    query = path if "%" in path else urllib.parse.quote(path)
    status, answer = http_client.json("GET", f"{FILES}?path={query}")
    assert status == 400, answer


@pytest.mark.parametrize("path", ["%252e%252e/x", "a%b", "100%25.txt", "%C3%A9/%E2%82%AC", "a b",
                                  "a+b", "...", "a..b", "..a", "~", "-rf", "con", "a;b", "%25",
                                  "x" * 255])
def test_an_odd_name_is_only_a_name(galley, path):
    """Names are rows of a table and never reach the file system; `%` is decoded once."""
    http_client = Http(galley.url)
    path = path.replace("a%b", "a%25b").replace(" ", "%20")
    content = path.encode()
    assert http_client.send("PUT", f"{FILES}/odd/{path}", content)[0] == 200
    assert http_client.send("GET", f"{FILES}/odd/{path}") == (200, content)
    listed = http_client.json("GET", f"{FILES}?path=odd")[1]["files"]
    first = urllib.parse.unquote(path).split("/")[0]
    assert first in [entry["path"] for entry in listed]


@pytest.mark.parametrize("path", ["a%2", "a%zz", "%"])
def test_a_percent_without_digits_is_refused(galley, path):
    assert Http(galley.url).send("PUT", f"{FILES}/{path}", b"x")[0] == 400


def test_a_name_beyond_255_bytes_is_refused(galley):
    http_client = Http(galley.url)
    assert http_client.send("PUT", f"{FILES}/{'x' * 256}", b"x")[0] == 400
    assert http_client.send("PUT", f"{FILES}/{'/'.join(['x' * 200] * 6)}", b"x")[0] == 400


def test_a_download_is_saved_and_not_run(galley):
    http_client = Http(galley.url)
    http_client.send("PUT", f"{FILES}/page/x.html", b"<script>")
    connection = http.client.HTTPConnection(http_client.address)
    connection.request("GET", f"{FILES}/page/x.html")
    answer = connection.getresponse()
    assert answer.read() == b"<script>"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    connection.close()


def host(name):
    return {"Host": name}


@pytest.mark.parametrize("headers", [
    host("evil.example"), host("evil.example:5000"), host("127.0.0.1.evil.example"),
    host("localhost.evil.example"), host("10.0.0.1"), host(""),
    {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "https://localhost"},
    {"Origin": "http://localhost:1"}])
@pytest.mark.parametrize("method, path", [
    ("GET", API + "experiments/get?experiment_id=0"), ("POST", API + "runs/create"),
    ("PUT", FILES + "/stranger.txt"), ("GET", "/version")])
def test_a_stranger_is_refused(galley, method, path, headers):
    body = None if method == "GET" else b"{}"
    status, answer = Http(galley.url).json(method, path, body, headers)
    assert status == 403, answer
    assert Http(galley.url).send("GET", FILES + "/stranger.txt")[0] == 404


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "LOCALHOST:80", "[::1]:5000"])
def test_a_neighbour_is_not(galley, name):
    path = API + "experiments/get?experiment_id=0"
    assert Http(galley.url).send("GET", path, headers=host(name))[0] == 200
    origin = {"Host": name, "Origin": f"http://{name}"}
    assert Http(galley.url).send("GET", path, headers=origin)[0] == 200


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", [
    "/api/3.0/mlflow/traces/search", "/api/2.0/mlflow/webhooks", "/api/2.0/mlflow/traces",
    "/api/2.0/mlflow/users/create", "/api/4.0/anything", "/ajax-api/3.0/jobs", "/api/"])
def test_what_is_not_offered_is_a_404_in_json(galley, method, path):
    """A 404 that a client understands, at once; never a 5xx, which it would repeat for minutes."""
    status, answer = Http(galley.url).json(method, path, b"{}" if method != "GET" else None)
    assert status == 404
    if path.startswith(("/api/2.0/", "/api/3.0/")):
        assert answer["error_code"] == "ENDPOINT_NOT_FOUND" and path in answer["message"]
    else:
        assert path in json.dumps(answer)


def test_deep_json_is_no_way_in(galley):
    deep = "[" * 100_000 + "]" * 100_000
    for body in (deep, json.dumps({"name": "d"})[:-1] + ', "tags": ' + deep + "}"):
        status, _ = Http(galley.url).send("POST", API + "experiments/create", body,
                                          {"Content-Type": "application/json"})
        assert status == 400
    assert Http(galley.url).send("GET", "/health") == (200, b"OK")
