"""The HTTP surface as seen from a raw socket: what is refused, how, and what is not disturbed by it."""

import http.client
import json
import socket
import threading

import pytest

from conftest import WAIT_SECONDS_MAX, get

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"


def exchange(port, *pieces):
    """Sends the pieces and returns all that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS_MAX) as client:
        for piece in pieces:
            client.sendall(piece)
        answer = b""
        while part := client.recv(65536):
            answer += part
        return answer


def status_and_error(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)["error"]


# What a strict reader of RFC 9112 must not accept, and what each limit answers.
REFUSED = {
    "not HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "not an HTTP request"),
    "HTTP/2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "HTTP/1.1"),
    "HTTP/0.9": (b"GET /healthz\r\n\r\n", 400, "target"),
    "HTTP/1.2": (b"GET /healthz HTTP/1.2\r\nHost: localhost\r\n\r\n", 505, "HTTP/1.1"),
    "no Host": (b"GET /healthz HTTP/1.1\r\n\r\n", 400, "Host"),
    "two Hosts": (GET + b"Host: y\r\n\r\n", 400, "Host"),
    "bare LF": (b"GET /healthz HTTP/1.1\nHost: localhost\n\n", 505, ""),
    "bare LF in headers": (b"GET /healthz HTTP/1.1\r\nHost: localhost\nA: b\r\n\r\n", 400, ""),
    "CR as separator": (b"GET /healthz HTTP/1.1\r\nHost: localhost\rA: b\r\n\r\n", 400, ""),
    "NUL in a header": (GET + b"A: b\0c\r\n\r\n", 400, "header value"),
    "NUL in the target": (b"GET /heal\0thz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "target"),
    "space before the colon": (GET + b"A : b\r\n\r\n", 400, "header name"),
    "folded header": (GET + b"A: b\r\n c\r\n\r\n", 400, "folded"),
    "length and chunked": (GET + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
                           "Transfer-Encoding"),
    "chunked and length": (GET + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400,
                           "Content-Length"),
    "two lengths": (GET + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n", 400, "differ"),
    "signed length": (GET + b"Content-Length: +3\r\n\r\nabc", 400, "Content-Length"),
    "negative length": (GET + b"Content-Length: -3\r\n\r\n", 400, "Content-Length"),
    "huge length": (GET + b"Content-Length: 99999999999999999999\r\n\r\n", 400, "Content-Length"),
    "unknown encoding": (GET + b"Transfer-Encoding: gzip\r\n\r\n", 501, "chunked"),
    "chunked not last": (GET + b"Transfer-Encoding: chunked, gzip\r\n\r\n", 501, "chunked"),
    "unknown expectation": (b"POST /none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
                            b"Expect: tea\r\n\r\n", 417, "100-continue"),
    "bad chunk size": (b"POST /none HTTP/1.1\r\nHost: localhost\r\n"
                       b"Transfer-Encoding: chunked\r\n\r\n"
                       b"+5\r\nhello\r\n0\r\n\r\n", 400, "chunked"),
    "long target": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414, "8192"),
    "endless target": (b"GET /" + b"a" * 60000, 414, "8192"),
    "large header": (GET + b"A: " + b"b" * 17000 + b"\r\n\r\n", 431, "16384"),
    "large headers": (GET + b"".join(b"A%d: %s\r\n" % (n, b"b" * 500) for n in range(40)) + b"\r\n",
                      431, "16384"),
    "many headers": (GET + b"".join(b"A%d: b\r\n" % n for n in range(200)) + b"\r\n", 431, "100"),
    "body over the route's limit": (GET + b"Content-Length: 5\r\n\r\nhello", 413, "limit"),
    "chunked body over the route's limit": (
        GET + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 413, "limit"),
}


@pytest.mark.parametrize("process", ["server", "gateway"])
@pytest.mark.parametrize("name", REFUSED)
def test_refused(shared_up, process, name):
    port = getattr(shared_up, f"{process}_port")
    request, status, named = REFUSED[name]
    answer = exchange(port, request)
    got, error = status_and_error(answer)
    assert got == status, error
    assert named in error["message"]
    assert b"\r\nConnection: close\r\n" in answer
    assert get(port)[0] == 200


def test_a_body_of_ten_megabytes_gets_its_answer(shared_up):
    body = b"x" * 10_000_000
    for path, status in (("/healthz", 413), ("/none", 404)):
        connection = http.client.HTTPConnection("127.0.0.1", shared_up.server_port,
                                                timeout=WAIT_SECONDS_MAX)
        connection.request("GET", path, body=body)
        answer = connection.getresponse()
        assert answer.status == status
        assert json.loads(answer.read())["error"]["message"]
        connection.close()


@pytest.mark.parametrize("request_bytes, named", [
    (b"POST /none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n"
     b"short", "end of the body"),
    (b"POST /none HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
     "end of the body"),
    (b"GET /healthz HTTP/1.1\r\nHo", "within the header"),
])
def test_a_truncated_request_is_refused(shared_up, request_bytes, named):
    answer = b""
    with socket.create_connection(("127.0.0.1", shared_up.server_port),
                                  timeout=WAIT_SECONDS_MAX) as client:
        client.sendall(request_bytes)
        client.shutdown(socket.SHUT_WR)
        while part := client.recv(65536):
            answer += part
    status, error = status_and_error(answer)
    assert status == 400
    assert named in error["message"]


def test_a_refusal_does_not_look_back_at_the_request_before(shared_up):
    answer = exchange(shared_up.server_port,
                      b"HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n\x16\x03")
    refusal = answer[answer.index(b"HTTP/1.1 400"):]
    assert status_and_error(refusal)[1]["message"] == "this is not an HTTP request"


def test_unknown_path_and_method_keep_the_connection(shared_up):
    connection = http.client.HTTPConnection("127.0.0.1", shared_up.server_port,
                                            timeout=WAIT_SECONDS_MAX)
    connection.request("POST", "/none", body=b"x" * 60_000)
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["error"]["code"]) == (404, "not_found")
    socket_before = connection.sock
    connection.request("POST", "/healthz", body=iter([b"chunk", b"ed"]), encode_chunked=True,
                       headers={"Transfer-Encoding": "chunked"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
    answer.read()
    connection.request("GET", "/healthz?verbose=1")
    answer = connection.getresponse()
    assert answer.status == 200
    answer.read()
    assert connection.sock is socket_before
    connection.close()


def test_head_has_the_length_and_no_body(shared_up):
    answer = exchange(shared_up.server_port,
                      b"HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"\r\nContent-Length: 52" in head
    assert body == b""


def test_pieces_of_any_size(shared_up):
    request = b"\r\n" + GET + b"Accept: */*\r\nConnection: close\r\n\r\n"
    answer = exchange(shared_up.server_port, *(bytes([byte]) for byte in request))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


def test_pipelined_requests_are_answered_in_order(shared_up):
    requests = GET + b"\r\n" + b"GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n" + GET + \
        b"Connection: close\r\n\r\n"
    answer = exchange(shared_up.server_port, requests)
    assert [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]] == [200, 404, 200]


def test_http_1_0_closes_unless_asked(shared_up):
    answer = exchange(shared_up.server_port, b"GET /healthz HTTP/1.0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200") and b"Connection: close" in answer
    answer = exchange(shared_up.server_port,
                      b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                      b"GET /healthz HTTP/1.0\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200") == 2
    assert answer.count(b"Connection: keep-alive") == 1


def test_a_proxys_absolute_target(shared_up):
    answer = exchange(shared_up.server_port, b"GET HTTP://galley.local/healthz HTTP/1.1\r\n"
                      b"Host: galley.local\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")


def test_expect_continue(shared_up):
    with socket.create_connection(("127.0.0.1", shared_up.server_port),
                                  timeout=WAIT_SECONDS_MAX) as client:
        client.sendall(b"POST /none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
                       b"Expect: 100-continue\r\n\r\n")
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"ok")
        assert client.recv(100).startswith(b"HTTP/1.1 404")


def test_an_http_1_0_expectation_is_ignored(shared_up):
    answer = exchange(shared_up.server_port, b"POST /none HTTP/1.0\r\nHost: localhost\r\n"
                      b"Content-Length: 2\r\nExpect: tea\r\n\r\nok")
    assert answer.startswith(b"HTTP/1.1 404")


def test_64_clients_at_once(shared_up):
    statuses = []

    def ask(port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS_MAX)
        for _ in range(50):
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        connection.close()

    ports = (shared_up.server_port, shared_up.gateway_port)
    clients = [threading.Thread(target=ask, args=(ports[n % 2],)) for n in range(64)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert statuses == [200] * (64 * 50)
