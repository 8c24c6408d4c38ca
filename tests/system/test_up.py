"""`galley up`: both processes answer, what ends is started again, and nothing stays behind."""

import json
import os
import signal
import socket
import subprocess
import threading

import pytest

from conftest import (PROGRAM, WAIT_SECONDS_MAX, children_of, get, is_running, kill, port_of,
                      wait_until)


def galley(*arguments):
    return subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=WAIT_SECONDS_MAX)


def test_both_processes_answer(up):
    assert get(up.server_port) == (200, {"status": "ok", "process": "server", "version": "0.1.0"})
    assert get(up.gateway_port)[1]["process"] == "gateway"


def test_the_ready_line_for_people_names_both_urls():
    process = subprocess.Popen([PROGRAM, "up", "--port", "0", "--predict-port", "0"],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    words = process.stdout.readline().split()
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=WAIT_SECONDS_MAX)
    assert words[:4] == ["Galley", "is", "ready:", "server"]
    assert [word.rsplit(":", 1)[0] for word in words if word.startswith("http")] == \
        ["http://127.0.0.1"] * 2
    assert rest == ""
    assert process.returncode == 0


@pytest.mark.parametrize("times", [1, 2])
def test_stop_leaves_nothing_behind(up, times):
    pids = list(up.pids.values())
    assert len(pids) == 2
    for _ in range(times):  # timeout(1) signals twice; that is still one request.
        up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(WAIT_SECONDS_MAX) == 0
    assert "killing" not in up.logged()
    assert not any(is_running(pid) for pid in pids)
    for port in (up.server_port, up.gateway_port):
        with pytest.raises(ConnectionRefusedError):
            get(port)


def test_a_killed_gateway_comes_back_on_the_same_socket(up):
    kill(up.pids["gateway"])
    # Nobody accepts at this moment, but the socket is open: the connection waits and is answered.
    assert get(up.gateway_port)[0] == 200
    again = up.children()
    assert again["gateway"] != up.pids["gateway"]
    assert again["server"] == up.pids["server"]


def test_a_killed_server_does_not_disturb_the_gateway(up):
    statuses, done = [], threading.Event()

    def ask():
        while not done.is_set():
            statuses.append(get(up.gateway_port)[0])

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for _ in range(3):
            before = up.children()["server"]
            kill(before)
            wait_until(lambda: up.children().get("server") not in (None, before), "a new server")
            assert get(up.server_port)[0] == 200
    finally:
        done.set()
        asking.join()
    assert len(statuses) > 3 and set(statuses) == {200}
    assert up.children()["gateway"] == up.pids["gateway"]


def test_a_process_that_ends_too_often_ends_everything(up):
    server = up.pids["server"]
    for _ in range(6):
        before = up.children().get("gateway")
        kill(before)
        wait_until(lambda: up.process.poll() is not None or (
            up.children().get("gateway") not in (None, before) and
            get(up.gateway_port)[0] == 200), "a new gateway, or the end")
    assert up.process.wait(WAIT_SECONDS_MAX) == 1
    assert "galley gateway ended 6 times in 30 s, last with signal 9 (Killed)" in up.logged()
    assert not is_running(server)


def test_the_processes_end_with_a_killed_supervisor(up):
    kill(up.process.pid)
    up.process.wait(WAIT_SECONDS_MAX)
    wait_until(lambda: not any(is_running(pid) for pid in up.pids.values()), "no process left")


@pytest.mark.parametrize("option", ["--port", "--predict-port"])
def test_a_port_in_use_is_named(option):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ports = {"--port": "0", "--predict-port": "0", option: str(port)}
        result = galley("up", *(word for pair in ports.items() for word in pair))
    assert result.returncode == 1
    assert f"galley up: {option}: port {port} is in use" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("arguments, named", [
    (["up", "--port", "65536"], "--port"),
    (["up", "--port", "-1"], "--port"),
    (["up", "--port", "http"], "--port"),
    (["up", "--colour"], "--colour"),
    (["down"], "no command 'down'"),
    ([], "command"),
])
def test_wrong_usage_is_named_and_ends_with_2(arguments, named):
    result = galley(*arguments)
    assert result.returncode == 2
    assert named in result.stderr
    # What is wrong with a setting's value says what a right one is instead.
    assert "galley --help" in result.stderr or "is no port; a port is" in result.stderr


def test_help_teaches():
    result = galley("--help")
    assert result.returncode == 0
    for word in ("up", "server", "gateway", "Examples:", "Exit codes:"):
        assert word in result.stdout


@pytest.mark.parametrize("name, option", [("server", "--port"), ("gateway", "--predict-port")])
def test_each_process_runs_alone(name, option):
    process = subprocess.Popen([PROGRAM, name, option, "0"], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    line = process.stdout.readline()
    assert line.startswith(f"galley {name} is ready: http://127.0.0.1:")
    assert get(int(line.rsplit(":", 1)[1]))[1]["process"] == name
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=WAIT_SECONDS_MAX)
    assert process.returncode == 0


def test_another_supervisor_can_stand_in(tmp_path):
    """sd_listen_fds(3) and sd_notify(3), played by this test as systemd plays them."""
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(str(tmp_path / "notify"))
    notify.settimeout(WAIT_SECONDS_MAX)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    wrapper = 'exec 3<&"$1"; LISTEN_PID=$$ LISTEN_FDS=1 exec "$2" server'
    process = subprocess.Popen(
        ["bash", "-c", wrapper, "bash", str(listener.fileno()), PROGRAM],
        pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env={**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")})
    try:
        assert notify.recv(100) == b"READY=1"
        assert get(port)[1]["process"] == "server"
    finally:
        process.terminate()
        out, _ = process.communicate(timeout=WAIT_SECONDS_MAX)
        listener.close()
        notify.close()
    assert process.returncode == 0
    assert out == b""


def test_the_log_is_ecs_json(up):
    records = [json.loads(line) for line in up.logged().splitlines()]
    assert {record["process.name"] for record in records} >= {"server", "gateway"}
    for record in records:
        assert {"@timestamp", "log.level", "message", "ecs.version"} <= record.keys()


def test_a_closed_log_pipe_ends_nobody():
    """`galley up 2>&1 | head -1`: the reader of the log goes away."""
    process = subprocess.Popen([PROGRAM, "up", "--json", "--port", "0", "--predict-port", "0"],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    port = port_of(json.loads(process.stdout.readline())["gateway_url"])
    process.stderr.close()
    before = children_of(process.pid)
    kill(before["gateway"])
    assert get(port)[0] == 200
    after = wait_until(lambda: len(children_of(process.pid)) == 2 and children_of(process.pid),
                       "two children")
    assert after["server"] == before["server"]
    process.terminate()
    assert process.wait(WAIT_SECONDS_MAX) == 0
    process.stdout.close()


def test_closed_standard_descriptors():
    """A service started with nothing open: no log line may reach a client's socket."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wrapper = 'exec 3<&"$1"; LISTEN_PID=$$ LISTEN_FDS=1 exec "$2" gateway <&- >&- 2>&-'
        process = subprocess.Popen(["bash", "-c", wrapper, "bash", str(listener.fileno()), PROGRAM],
                                   pass_fds=[listener.fileno()])
        try:
            assert get(listener.getsockname()[1])[1]["process"] == "gateway"
            for fd in (0, 1, 2):
                assert os.readlink(f"/proc/{process.pid}/fd/{fd}") == "/dev/null"
        finally:
            process.terminate()
            assert process.wait(WAIT_SECONDS_MAX) == 0
