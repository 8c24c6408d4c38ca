"""Notifications arrive at a real receiver: signed, once, in order, whatever is down meanwhile; and nowhere else."""

import hashlib
import hmac
import http.client
import json
import os
import socket
import subprocess
import sys

import pytest

from conftest import PROGRAM, ROOT, WAIT_SECONDS_MAX, Up, kill, wait_until

sys.path.insert(0, str(ROOT / "python"))
from galley import Error, send_alert  # noqa: E402

SECRET = "0123456789abcdef-secret"
PLAIN = {"HOME": "/nonexistent", "PATH": os.environ["PATH"], "TZ": "UTC", "LC_ALL": "C.UTF-8"}


class Receiver:
    """A process of its own that can go and come back on its port."""

    def __init__(self, folder):
        self.log = folder / "received.jsonl"
        self.port, self.process = 0, None
        self.start()

    def start(self, *answers):
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "tests/common/receiver.py", str(self.port), self.log, *answers], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.port = int(self.process.stdout.readline())

    def stop(self):
        self.process.kill()
        self.process.wait(WAIT_SECONDS_MAX)
        self.process.stdout.close()

    def restart(self, *answers):
        self.stop()
        self.start(*answers)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook/t0ken?key=hidden"

    def received(self):
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def await_received(self, count):
        return wait_until(lambda: len(self.received()) >= count and self.received(),
                          f"{count} requests at the receiver")


@pytest.fixture
def receiver(tmp_path):
    receiver = Receiver(tmp_path)
    yield receiver
    receiver.stop()


@pytest.fixture
def secret(tmp_path, monkeypatch):
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n", encoding="ascii")
    file.chmod(0o600)
    monkeypatch.setenv("GALLEY_NOTIFY_SECRET_FILE", str(file))


@pytest.fixture
def notifying(tmp_path, receiver, secret, monkeypatch):
    """`galley up` that tells the receiver."""
    monkeypatch.setenv("GALLEY_NOTIFY_WEBHOOKS", receiver.url)
    monkeypatch.setenv("GALLEY_NOTIFY_ALLOW", f"127.0.0.1:{receiver.port}")
    running = Up(tmp_path / "up.log")
    yield running
    assert running.stop() == 0, running.logged()


def galley(up, *arguments):
    return subprocess.run(
        [PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
        timeout=90, env=PLAIN | {"GALLEY_URL": up.urls["server_url"], "GALLEY_DATA": str(up.data)})


def listed(up):
    done = galley(up, "notify", "list", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["notifications"]


def delivery(up):
    """Of the newest notification, which has one receiver."""
    return listed(up)[0]["deliveries"][0]


def await_state(up, state):
    return wait_until(lambda: delivery(up)["state"] == state and delivery(up), f"it is {state}")


def alert(up, message="model quality fell", **more):
    return send_alert(message, url=up.urls["server_url"], **more)


def check_signature(request):
    headers = request["headers"]
    signed = headers["X-Galley-Timestamp"].encode() + b"." + request["body"].encode()
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Galley-Signature"] == "sha256=" + expected
    assert abs(int(headers["X-Galley-Timestamp"]) - request["at"]) < 300


def fingerprint(labels):
    value = 14695981039346656037
    for name in sorted(labels):
        for byte in name.encode() + b"\xff" + labels[name].encode() + b"\xff":
            value = (value ^ byte) * 1099511628211 % 2**64
    return f"{value:016x}"


def test_it_is_told_once_signed_as_alertmanager_says_it(notifying, receiver):
    assert alert(notifying, "模型性能下降", severity="critical", monitor="demand", window=116) is True
    assert alert(notifying, "模型性能下降", severity="critical", monitor="demand", window=116) is False
    assert alert(notifying, "another") is True
    requests = receiver.await_received(2)
    await_state(notifying, "delivered")
    assert len(receiver.received()) == 2
    for request in requests:
        check_signature(request)
        assert request["method"] == "POST" and request["path"] == "/hook/t0ken?key=hidden"
        assert request["headers"]["Content-Type"] == "application/json"
    told = {json.loads(one["body"])["commonAnnotations"]["summary"]: one for one in requests}
    body = json.loads(told["模型性能下降"]["body"])
    labels = {"alertname": "send_alert", "monitor": "demand", "severity": "critical", "window": "116"}
    assert set(body) == {"version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels",
                         "commonLabels", "commonAnnotations", "externalURL", "alerts"}
    assert body["version"] == "4" and body["status"] == "firing" and body["truncatedAlerts"] == 0
    assert body["groupLabels"] == {"alertname": "send_alert"}
    assert body["commonLabels"] == labels and body["externalURL"] == notifying.urls["server_url"]
    one, = body["alerts"]
    assert one["labels"] == labels and one["endsAt"] == "0001-01-01T00:00:00Z"
    assert one["annotations"] == body["commonAnnotations"] and one["status"] == "firing"
    assert one["fingerprint"] == fingerprint(labels)
    events = json.loads(galley(notifying, "event", "list", "--json").stdout)["events"]
    assert [(it["kind"], it["detail"]["told"]) for it in events if it["kind"] == "alert.sent"] == [
        ("alert.sent", True), ("alert.sent", False), ("alert.sent", True)]
    assert events[0]["subject"] == listed(notifying)[0]["id"]


def test_it_is_tried_again_after_a_failure_under_the_same_id(notifying, receiver):
    receiver.restart("503", "500")
    alert(notifying)
    first, second, third = receiver.await_received(3)
    ended = await_state(notifying, "delivered")
    assert ended["attempts"] == 3 and ended["http_status"] == 200 and ended["error"] == ""
    for request in (first, second, third):
        check_signature(request)
        assert request["headers"]["X-Galley-Delivery"] == ended["id"]
        assert request["body"] == first["body"]
    # At least half of the pause, and of the doubled one.
    assert second["at"] - first["at"] >= 0.5 and third["at"] - second["at"] >= 1


def test_the_receivers_own_pause_counts(notifying, receiver):
    receiver.restart("later")
    alert(notifying)
    first, second = receiver.await_received(2)
    assert second["at"] - first["at"] >= 3


def test_it_arrives_after_the_receiver_and_the_server_were_gone(notifying, receiver):
    receiver.stop()
    alert(notifying)
    waits = wait_until(lambda: delivery(notifying)["attempts"] >= 1 and delivery(notifying),
                       "it was tried")
    assert waits["state"] == "waiting" and "is a server running there?" in waits["error"]
    kill(notifying.children()["server"])
    receiver.start()
    requests = receiver.await_received(1)
    ended = wait_until(lambda: answering(notifying) and delivery(notifying)["state"] == "delivered" and
                       delivery(notifying), "it is delivered")
    assert ended["id"] == waits["id"] == requests[0]["headers"]["X-Galley-Delivery"]
    assert ended["attempts"] > waits["attempts"] and len(receiver.received()) == 1


def answering(up):
    return galley(up, "notify", "list").returncode == 0


def test_a_kill_in_the_middle_tells_it_again_under_the_same_id(notifying, receiver):
    receiver.restart("hang")
    alert(notifying)
    receiver.await_received(1)
    kill(notifying.children()["server"])
    first, second = receiver.await_received(2)
    assert first["headers"]["X-Galley-Delivery"] == second["headers"]["X-Galley-Delivery"]
    assert first["body"] == second["body"]
    check_signature(second)


def test_the_server_ends_while_a_receiver_is_silent(tmp_path, receiver, secret, monkeypatch):
    monkeypatch.setenv("GALLEY_NOTIFY_WEBHOOKS", receiver.url)
    monkeypatch.setenv("GALLEY_NOTIFY_ALLOW", "127.0.0.0/8")
    receiver.restart("hang")
    up = Up(tmp_path / "up.log")
    alert(up)
    receiver.await_received(1)
    assert up.stop() == 0, up.logged()


@pytest.mark.parametrize("answer, error", [
    ("404", "it answered with status 404"),
    ("redirect", "it answered with status 302; redirects are not followed")])
def test_other_answers_are_final(notifying, receiver, answer, error):
    receiver.restart(answer)
    alert(notifying)
    ended = await_state(notifying, "failed")
    assert (ended["attempts"], ended["error"]) == (1, error)
    assert [one["path"] for one in receiver.received()] == ["/hook/t0ken?key=hidden"]


def test_of_a_long_answer_little_is_read_and_nothing_shown(notifying, receiver):
    receiver.restart("long")
    alert(notifying)
    assert await_state(notifying, "delivered")["attempts"] == 1
    shown = galley(notifying, "notify", "list").stdout + json.dumps(listed(notifying))
    for hidden in ("inside", "t0ken", "hidden", SECRET):
        assert hidden not in shown and hidden not in notifying.logged()
    assert f"http://127.0.0.1:{receiver.port}" in shown


def test_receivers_do_not_wait_for_each_other(tmp_path, receiver, secret, monkeypatch):
    silent = socket.socket()
    silent.bind(("127.0.0.1", 0))
    silent.listen(8)  # Connections come, and no answer.
    port = silent.getsockname()[1]
    monkeypatch.setenv("GALLEY_NOTIFY_WEBHOOKS", f"http://127.0.0.1:{port}/,{receiver.url}")
    monkeypatch.setenv("GALLEY_NOTIFY_ALLOW", "127.0.0.1")
    up = Up(tmp_path / "up.log")
    try:
        for number in range(5):
            alert(up, f"message {number}")
        requests = receiver.await_received(5)
        said = [json.loads(one["body"])["commonAnnotations"]["summary"] for one in requests]
        assert said == [f"message {number}" for number in range(5)]
    finally:
        up.stop()
        silent.close()


def test_what_is_not_allowed_is_not_called(tmp_path, receiver, secret, monkeypatch):
    hosts = ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]",
             "0.0.0.0", "169.254.169.254"]
    monkeypatch.setenv("GALLEY_NOTIFY_WEBHOOKS",
                       ",".join(f"http://{host}:{receiver.port}/x" for host in hosts))
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{receiver.port}")
    # Neighbours of what would have to be allowed.
    monkeypatch.setenv("GALLEY_NOTIFY_ALLOW", f"127.0.0.2,127.0.0.1:{receiver.port + 1},example.org")
    up = Up(tmp_path / "up.log")
    try:
        done = galley(up, "notify", "test")
        assert done.returncode == 1 and done.stdout == ""
        assert done.stderr.count(" refused: ") == len(hosts)
        assert "no public address and not among the exceptions of the setting 'notify_allow'" in \
            done.stderr
        assert {one["state"] for one in listed(up)[0]["deliveries"]} == {"refused"}
        assert receiver.received() == []
    finally:
        up.stop()


def test_the_test_command(notifying, receiver):
    done = galley(notifying, "notify", "test")
    assert done.returncode == 0 and "delivered" in done.stdout and done.stderr == ""
    body = json.loads(receiver.received()[0]["body"])
    assert body["commonLabels"]["alertname"] == "galley_test" and body["status"] == "firing"
    assert body["commonAnnotations"]["status"] == "test"
    receiver.restart("503")
    done = galley(notifying, "notify", "test")
    assert done.returncode == 1 and "waiting: it answered with status 503; again in" in done.stderr
    connection = http.client.HTTPConnection("127.0.0.1", notifying.server_port,
                                            timeout=WAIT_SECONDS_MAX)
    connection.request("POST", "/api/v1/projects/default/notifications/test", "{}")
    assert connection.getresponse().status == 401
    connection.close()


def test_without_a_receiver_it_is_stored(up):
    assert alert(up) is True
    stored, = listed(up)
    assert stored["title"] == "model quality fell" and stored["deliveries"] == []
    assert "nobody" in galley(up, "notify", "list").stdout
    done = galley(up, "notify", "test")
    assert done.returncode == 1 and "notify_webhooks" in done.stderr
    file = up.data / "notify-secret"
    assert file.stat().st_mode & 0o777 == 0o600 and len(file.read_text()) == 65


@pytest.mark.parametrize("arguments, part", [
    ({"message": ""}, "'message'"), ({"message": "x" * 1001}, "1 to 1000 characters, and has 1001"),
    ({"message": "m", "severity": ""}, "'severity' must have 1 to 64 characters"),
    ({"message": "m", "größe": "1"}, "'größe' is no name"),
    ({"message": "m", "note": "x" * 1001}, "'labels.note' has 1001 bytes; the limit is 1000"),
    ({"message": "m", **{f"l{at}": at for at in range(33)}}, "has 33 members; the limit is 32"),
])
def test_wrong_messages_are_refused(shared_up, arguments, part):
    with pytest.raises(Error) as caught:
        alert(shared_up, **arguments)
    assert caught.value.code == "invalid_argument" and part in str(caught.value)
    assert listed(shared_up) == []


@pytest.mark.parametrize("body", ["", "[]", "{", '{"message":1}', '{"message":"m","labels":[]}',
                                  '{"message":"m","labels":{"a":1}}', '{"message":"m","more":1}',
                                  '{"message":"m","labels":{"severity":"x"}}', '{"severity":"x"}',
                                  '{"message":"m","labels":{"a":tru}}'])
def test_wrong_bodies_are_refused(shared_up, body):
    connection = http.client.HTTPConnection("127.0.0.1", shared_up.server_port,
                                            timeout=WAIT_SECONDS_MAX)
    connection.request("POST", "/api/v1/projects/default/notifications", body)
    answer = connection.getresponse()
    said = json.loads(answer.read())
    connection.close()
    assert answer.status == 400 and said["error"]["code"] == "invalid_argument", said
    assert listed(shared_up) == []


@pytest.mark.parametrize("path, status", [
    ("notifications?limit=0", 400), ("notifications?limit=1001", 400), ("notifications?x=1", 400),
    ("notifications/xyz", 400), (f"notifications/{'0' * 32}", 404)])
def test_wrong_questions_are_refused(shared_up, path, status):
    connection = http.client.HTTPConnection("127.0.0.1", shared_up.server_port,
                                            timeout=WAIT_SECONDS_MAX)
    connection.request("GET", f"/api/v1/projects/default/{path}")
    assert connection.getresponse().status == status
    connection.close()


@pytest.mark.parametrize("text, mode, part", [
    (SECRET, 0o644, "(mode 644); 'chmod 600'"), ("short", 0o600, "it must have 16 to 1024"),
    ("x" * 1025, 0o600, "it must have 16 to 1024"), (None, 0o600, "there is no file")])
def test_a_secret_that_is_none_stops_the_start(tmp_path, text, mode, part):
    file = tmp_path / "secret"
    if text is not None:
        file.write_text(text, encoding="ascii")
        file.chmod(mode)
    done = subprocess.run([PROGRAM, "server", "--port", "0", "--notify-secret-file", file],
                          stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
                          timeout=WAIT_SECONDS_MAX, cwd=tmp_path)
    assert done.returncode == 1 and "notify_secret_file: " in done.stderr and part in done.stderr


@pytest.mark.parametrize("flag, value, part", [
    ("--notify-webhooks", "ftp://x", "notify_webhooks (from flag --notify-webhooks)"),
    ("--notify-allow", "127.1", "notify_allow (from flag --notify-allow): '127.1' is no address")])
def test_wrong_settings_are_named(tmp_path, flag, value, part):
    done = subprocess.run([PROGRAM, "up", "--port", "0", flag, value], stdin=subprocess.DEVNULL,
                          capture_output=True, encoding="utf-8", timeout=WAIT_SECONDS_MAX,
                          cwd=tmp_path)
    assert done.returncode == 2 and part in done.stderr
