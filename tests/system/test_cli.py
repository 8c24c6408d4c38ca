"""The command line as a person and a script use it: lists, one run, errors that say what to do."""

import fcntl
import json
import os
import pty
import socket
import struct
import subprocess
import termios

import pytest

from conftest import PROGRAM, WAIT_SECONDS_MAX
from tracked import Tracked

PLAIN = {"HOME": "/nonexistent", "PATH": os.environ["PATH"], "TZ": "UTC", "LC_ALL": "C.UTF-8"}


def galley(*arguments, **environment):
    return subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                          encoding="utf-8", timeout=WAIT_SECONDS_MAX, env={**PLAIN, **environment})


@pytest.fixture(scope="module")
def tracked(shared_up):
    return Tracked(shared_up.server_port)


@pytest.fixture
def ask(tracked, shared_up):
    """Runs a command against the server; it must succeed. Returns its output."""
    def run(*arguments):
        result = galley(*arguments, GALLEY_URL=shared_up.urls["server_url"])
        assert result.returncode == 0, result.stderr
        return result.stdout
    return run


@pytest.fixture
def fail(tracked, shared_up):
    """The same for a command that must fail: (exit code, error output)."""
    def run(*arguments):
        result = galley(*arguments, GALLEY_URL=shared_up.urls["server_url"])
        assert result.returncode != 0 and result.stdout == ""
        return result.returncode, result.stderr
    return run


def on_terminal(columns, *arguments, **environment):
    """What a command prints on a terminal of that width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([PROGRAM, *arguments], stdin=theirs, stdout=theirs, stderr=theirs,
                               env={**PLAIN, "TERM": "xterm", **environment})
    os.close(theirs)
    output = b""
    try:
        while part := os.read(ours, 65536):
            output += part
    except OSError:  # The terminal's other end is closed.
        pass
    os.close(ours)
    assert process.wait(WAIT_SECONDS_MAX) == 0
    return output.decode().replace("\r\n", "\n")


def test_experiment_list(ask):
    lines = ask("experiment", "list").splitlines()
    assert lines[0].split() == ["NUMBER", "NAME", "RUNS", "RUNNING", "CREATED", "CHANGED"]
    iris = next(line for line in lines if " iris " in line)
    assert iris.split()[:4] == ["1", "iris", "3", "1"]
    assert "just now" in iris or "s ago" in iris
    assert any("größe / 料" in line for line in lines)
    assert "thrown away" in ask("experiment", "list", "--deleted")


def test_run_list(ask, tracked):
    lines = ask("run", "list").splitlines()
    assert lines[0].split() == ["ID", "NAME", "EXPERIMENT", "STATUS", "STARTED", "TOOK", "METRICS"]
    assert [line.split()[1] for line in lines[1:]] == ["latest", "failing", "first", "elsewhere"]
    first = lines[3].split()
    assert tracked.first.startswith(first[0]) and len(first[0]) >= 12
    assert first[2:] == ["iris", "finished", "1970-01-01", "1", "min", "0", "s",
                         "accuracy=0.75", "gone=NaN"]
    assert len(ask("run", "list", "--experiment", "größe / 料").splitlines()) == 2
    assert "thrown away" in ask("run", "list", "--deleted")


def test_columns_are_aligned_whatever_the_alphabet(ask):
    lines = ask("run", "list").splitlines()
    # Each wide sign takes two columns and is one character.
    starts = {line.replace("料", "料 ").index(status)
              for line, status in zip(lines[1:], ["running", "failed", "finished", "running"])}
    assert starts == {lines[0].index("STATUS")}


def test_a_list_that_goes_on_says_so_beside_the_result(tracked, shared_up):
    result = galley("run", "list", "--limit", "1", "--url", shared_up.urls["server_url"])
    assert len(result.stdout.splitlines()) == 2
    assert "--limit" in result.stderr


def test_run_show(ask, tracked):
    text = ask("run", "show", tracked.first)
    assert text.startswith("Run first\n")
    for section in ("Parameters", "Metrics", "Tags", "Inputs", "Models", "Artifacts"):
        assert f"\n\n{section}\n" in text
    for line in (f"  id          {tracked.first}", "  experiment  iris (number 1)",
                 "  status      finished", "  user        ann", "  took        1 min 0 s",
                 "  depth  7", "  lr     0.1", "  plot.png   5 B"):
        assert f"\n{line}\n" in text
    assert "1970-01-01 00:00:01 UTC" in text
    assert tracked.model in text
    assert "2 files" in text
    assert "\x1b" not in text and "a\ufffd[31mb c" in text
    assert ask("run", "show", tracked.unique(tracked.first)).startswith("Run first\n")


def test_runs_are_archived_restored_and_tagged(ask, tracked, shared_up):
    experiment = tracked.experiment_of("many at once")
    runs = [tracked.run_of(experiment, name, 5_000) for name in ("one", "two")]

    def verb(*arguments, code=0):
        result = galley("run", *arguments, GALLEY_URL=shared_up.urls["server_url"], GALLEY_TOKEN=token)
        assert result.returncode == code, result.stdout + result.stderr
        return result.stdout

    token = (shared_up.data / "token").read_text().strip()
    short = [run[:20] for run in runs]
    assert verb("archive", *short, "--dry-run").startswith("2 runs would be archived")
    assert verb("archive", *short).startswith("2 runs archived; 2 of them still running")
    assert verb("archive", short[0]).startswith("0 runs archived; 1 unchanged")
    assert "refused" in verb("tag", short[0], "--set", "keep=yes", code=1)
    assert verb("restore", *short).startswith("2 runs restored")
    assert verb("tag", *short, "--set", "keep=yes", "--set", "note=a=b").count("2 runs tagged") == 2
    assert "a=b\n" in ask("run", "show", runs[1])
    assert verb("tag", short[1], "--remove", "--set", "note").startswith("1 run rid of note")
    assert "a=b" not in ask("run", "show", runs[1])
    answer = json.loads(verb("archive", *short, "--json"))
    assert (answer["changed"], answer["undo"][0]["action"]) == (2, "restore")
    result = galley("run", "tag", runs[0], "--set", "keep", GALLEY_URL=shared_up.urls["server_url"])
    assert result.returncode == 2 and "KEY=VALUE" in result.stderr


def test_a_bare_run_has_no_empty_sections(ask, tracked):
    text = ask("run", "show", tracked.elsewhere)
    assert "Parameters" not in text and "Artifacts" not in text


def test_event_list(ask, tracked):
    lines = ask("event", "list", "--limit", "1000").splitlines()
    assert lines[0].split() == ["NUMBER", "WHEN", "WHAT", "SUBJECT", "WHO", "DETAIL"]
    assert lines[-1].split()[0] == "1" and "experiment.created" in lines[-1]
    of_run = ask("event", "list", "--subject", tracked.unique(tracked.deleted)).splitlines()
    assert [line.split()[3 if "just" in line else 4] for line in of_run[1:]] == \
        ["run.deleted", "run.created"]


@pytest.mark.parametrize("command, key", [
    (("experiment", "list"), "experiments"), (("run", "list"), "runs"), (("event", "list"), "events")])
def test_json_is_the_servers_answer(ask, command, key):
    body = json.loads(ask(*command, "--json"))
    assert set(body) == {key, "has_more"} and body[key]
    assert len(json.loads(ask(*command, "--json", "--limit", "1"))[key]) == 1


def test_json_of_one_run(ask, tracked):
    body = json.loads(ask("run", "show", "--json", tracked.first))
    assert body["run"]["id"] == tracked.first
    assert body["artifacts"][1]["size"] == 5


@pytest.mark.parametrize("arguments, code, named", [
    (("run", "show", "f" * 12), 1, "there is no run 'ffffffffffff'"),
    (("run", "show", "abc"), 2, "32 lower-case hex digits"),
    (("run", "show", "../../x?y#z"), 2, "'../../x?y#z' is no run id"),
    (("run", "list", "--experiment", "none"), 1, "'none'"),
    (("run", "list", "--project", "none"), 1, "there is no project 'none'"),
    (("run", "list", "--limit", "0"), 2, "from 1 to 1000, not 0"),
    (("run", "list", "--limit", "1001"), 2, "from 1 to 1000, not 1001"),
    (("run", "list", "--limit", "many"), 2, "--limit"),
    (("run", "list", "--colour"), 2, "'galley run list --help'"),
    (("run", "list", "surplus"), 2, "surplus"),
    (("run", "show"), 2, "ID is required"),
    (("run",), 2, "subcommand"),
    (("run", "lst"), 2, "there is no command 'run lst'; there are: list, show"),
    (("run", "list", "--url", "ftp://127.0.0.1"), 2, "http://"),
])
def test_errors_name_what_is_wrong(fail, arguments, code, named):
    got, message = fail(*arguments)
    assert got == code, message
    assert named in message


def test_an_ambiguous_beginning_names_the_runs(fail, tracked):
    code, message = fail("run", "show", tracked.first[:6])
    assert code == 1
    assert tracked.first in message and tracked.latest in message
    assert "give more digits" in message


def test_an_error_cannot_steer_the_terminal(fail):
    _, message = fail("run", "list", "--experiment", "\x1b[2J")
    assert "\x1b" not in message


@pytest.fixture
def nobody():
    """A URL where no one listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    return f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("command", [("experiment", "list"), ("run", "list"), ("event", "list"),
                                     ("run", "show", "0" * 32)])
def test_an_unreachable_server(nobody, command):
    result = galley(*command, GALLEY_URL=nobody)
    assert result.returncode == 1
    assert result.stdout == ""
    assert f"cannot reach {nobody}" in result.stderr and "Connection refused" in result.stderr
    assert "galley up" in result.stderr


def test_the_server_is_found_by_the_port_of_the_settings(tracked, shared_up):
    port = str(shared_up.server_port)
    assert "iris" in galley("experiment", "list", "--port", port).stdout
    assert "iris" in galley("experiment", "list", GALLEY_PORT=port).stdout
    result = galley("experiment", "list", GALLEY_PORT="0")
    assert result.returncode == 2 and "--url" in result.stderr


def test_the_flag_wins_over_the_environment(tracked, shared_up, nobody):
    result = galley("experiment", "list", "--url", shared_up.urls["server_url"] + "/",
                    GALLEY_URL=nobody)
    assert result.returncode == 0, result.stderr


def answering(reply, *arguments, **environment):
    """Runs a command against a server that sends `reply`: the result and what the server got."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(WAIT_SECONDS_MAX)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        process = subprocess.Popen([PROGRAM, *arguments, "--url", url], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, encoding="utf-8",
                                   env={**PLAIN, **environment})
        client, _ = listener.accept()
        with client:
            request = b""
            while b"\r\n\r\n" not in request:
                request += client.recv(65536)
            client.sendall(reply)
        out, err = process.communicate(timeout=WAIT_SECONDS_MAX)
    return process.returncode, out, err, request.decode()


EMPTY = b'HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\r\n{"runs":[],"has_more":false}'


@pytest.mark.parametrize("reply, named", [
    (b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone", "is that a Galley server?"),
    (b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n", "302"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "not understood"),
    (b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"runs":1}', "not understood"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "failed"),
    (b"", "failed"),
])
def test_another_server(reply, named):
    code, out, err, _ = answering(reply, "run", "list")
    assert (code, out) == (1, "")
    assert named in err


def test_the_token(tmp_path):
    (tmp_path / "token").write_text("of-the-file\n")
    data = ("--data", str(tmp_path))
    assert "Authorization" not in answering(EMPTY, "run", "list")[3]
    assert "Authorization: Bearer of-the-file\r\n" in answering(EMPTY, "run", "list", *data)[3]
    assert "Authorization: Bearer mine\r\n" in \
        answering(EMPTY, "run", "list", *data, GALLEY_TOKEN="mine")[3]


def test_nothing_there_says_what_to_do_next():
    code, out, err, _ = answering(EMPTY, "run", "list")
    assert (code, out) == (0, "")
    assert "MLFLOW_TRACKING_URI=http://127.0.0.1:" in err


def test_a_terminal_gets_colours_and_no_line_wider_than_it_is(tracked, shared_up):
    url = shared_up.urls["server_url"]
    coloured = on_terminal(200, "run", "list", GALLEY_URL=url)
    assert "\x1b[31mfailed\x1b[0m" in coloured
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in on_terminal(200, "run", "list", GALLEY_URL=url, **environment)
    narrow = on_terminal(90, "event", "list", GALLEY_URL=url, NO_COLOR="1")
    assert "…" in narrow
    assert max(len(line) for line in narrow.splitlines()) <= 90


@pytest.mark.parametrize("command", [("experiment", "list"), ("run", "list"), ("run", "show"),
                                     ("event", "list"), ("config", "show"), ("run",), ("server",)])
def test_help_teaches_with_an_example(command):
    result = galley(*command, "--help")
    assert result.returncode == 0
    assert f"galley {' '.join(command)}" in result.stdout.split("Examples:")[1]
