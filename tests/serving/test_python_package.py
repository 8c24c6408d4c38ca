"""The package `galley` as scripts use it: which version it means, and what it says if it cannot."""

import ast
import http.server
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from conftest import ROOT, Served, wait_until
from models import SLOW, Kitchen
from test_versions import BROKEN, SLOW_START

sys.path.insert(2, str(ROOT / "python"))
import galley  # noqa: E402
from galley import Deployment, Error, deploy  # noqa: E402

FILES = sorted((ROOT / "python/galley").glob("*.py"))


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A server with the model `bare` in three versions; the alias `best` is the second."""
    served = Served(tmp_path_factory.mktemp("own"), GALLEY_UV="/nowhere/uv")
    try:
        kitchen = Kitchen(served.url, tmp_path_factory.mktemp("code"))
        served.kitchen = kitchen
        served.versions = {number: kitchen.bare() for number in (1, 2, 3)}
        kitchen.client.set_registered_model_alias("bare", "best", 2)
        kitchen.client.transition_model_version_stage("bare", "1", "Production")
        kitchen.client.create_registered_model("empty")
        yield served
    finally:
        served.stop()


@pytest.fixture(autouse=True)
def environment(own, monkeypatch):
    """As a script finds it on the server's machine."""
    for name in list(os.environ):
        if name.startswith("GALLEY_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GALLEY_URL", own.url)
    monkeypatch.setenv("GALLEY_DATA", str(own.data))


@pytest.fixture
def fresh(own):
    """Whatever endpoints a test makes are gone afterwards."""
    yield
    for one in own.shown("endpoint", "list")["endpoints"]:
        own.control("DELETE", f"endpoints/{one['name']}")


def refused(*arguments, **more):
    with pytest.raises(Error) as caught:
        deploy(*arguments, **more)
    return caught.value


@pytest.mark.parametrize("arguments, version", [
    ({"model": "bare"}, 3), ({"model": "bare", "version": 1}, 1), ({"model": "bare", "version": "1"}, 1),
    ({"model": "bare@2"}, 2), ({"model": "bare@2", "version": 2}, 2),
    ({"model": "bare", "alias": "best"}, 2), ({"model": "models:/bare@best"}, 2),
    ({"model": "models:/bare/1"}, 1), ({"model": "models:/bare/latest"}, 3),
])
def test_which_version_is_meant(own, fresh, arguments, version):
    made = deploy(**arguments)
    endpoint = own.endpoint("bare")
    assert made == Deployment("bare", "bare", version, endpoint["variants"][0]["id"], "ready")
    assert endpoint["state"] == "ready" and endpoint["variants"][0]["version"] == version
    model = own.versions[version]
    assert own.predict("bare", model, model.rows[:1])["version"] == version


def test_the_first_deployment_makes_the_endpoint_and_the_next_ones_change_it(own, fresh):
    made = [deploy("bare", version, endpoint="juice") for version in (1, 2, 2, 3)]
    assert [one.version for one in made] == [1, 2, 2, 3]
    assert made[1] == made[2] and len({one.variant for one in made}) == 3
    assert {one.endpoint for one in made} == {"juice"}
    answer = own.shown("endpoint", "show", "juice")
    assert [one["version"] for one in answer["history"]] == [3, 2, 1]
    kinds = [one["kind"] for one in own.shown("event", "list", "--subject",
                                               answer["endpoint"]["id"])["events"]]
    assert kinds == ["endpoint.changed", "endpoint.changed", "endpoint.created"]


def test_the_environment_says_which_model(own, fresh, monkeypatch):
    assert "GALLEY_MODEL" in str(refused())
    monkeypatch.setenv("GALLEY_MODEL", "bare@2")
    assert deploy(endpoint="juice").version == 2
    assert deploy("bare@1", endpoint="juice").version == 1
    error = refused(endpoint="juice", version=3)
    assert "GALLEY_MODEL" in str(error) and "bare@2" in str(error)


@pytest.mark.parametrize("arguments, code, part", [
    ({"model": "nobody"}, "RESOURCE_DOES_NOT_EXIST", "nobody"),
    ({"model": "nobody@1"}, "not_found", "nobody"),
    ({"model": "empty"}, "not_found", "no version"),
    ({"model": "bare@77"}, "not_found", "77"),
    ({"model": "bare", "version": 0}, "invalid_argument", "'0'"),
    ({"model": "bare", "version": True}, "invalid_argument", "'True'"),
    ({"model": "bare", "version": "x"}, "invalid_argument", "'x'"),
    ({"model": "bare", "alias": "worst"}, "INVALID_PARAMETER_VALUE", "worst"),
    ({"model": "models:/bare@worst"}, "INVALID_PARAMETER_VALUE", "worst"),
    ({"model": "bare@best"}, "invalid_argument", "alias=\"best\""),
    ({"model": "bare@1", "version": 2}, "invalid_argument", "one version or one alias"),
    ({"model": "bare@1", "alias": "best"}, "invalid_argument", "one version or one alias"),
    ({"model": "models:/bare"}, "invalid_argument", "models:/NAME"),
    ({"model": "models:/bare/Production"}, "invalid_argument", "models:/NAME"),
    ({"model": "models:/a/b/c"}, "invalid_argument", "models:/NAME"),
    ({"model": "bare", "endpoint": "a b"}, "invalid_argument", "'name'"),
    ({"model": "bare", "project": "elsewhere"}, "INVALID_PARAMETER_VALUE", "elsewhere"),
    ({"model": "bare@1", "project": "elsewhere"}, "not_found", "elsewhere"),
    ({"model": "bare", "python": "/nowhere/python"}, "invalid_argument", "'python'"),
])
def test_what_cannot_be_deployed(own, arguments, code, part):
    error = refused(**arguments)
    assert error.code == code and part in str(error), (error.code, error)
    assert own.shown("endpoint", "list")["endpoints"] == []


def test_without_a_server(own, monkeypatch):
    error = refused("bare", url="http://127.0.0.1:1")
    assert "galley up" in str(error) and "GALLEY_URL" in str(error) and error.code == ""
    monkeypatch.setenv("GALLEY_URL", "http://127.0.0.1:1/")
    assert "http://127.0.0.1:1." in str(refused("bare"))
    for url in ("no address", "ftp://127.0.0.1", "http://"):
        assert "no address of a server" in str(refused("bare", url=url))
    assert "/elsewhere/" in str(refused("bare@1", url=own.url + "/elsewhere"))


def test_a_server_of_another_kind():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as \
            other:
        thread = threading.Thread(target=other.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{other.server_port}"
            for model in ("bare", "bare@1"):
                assert f"{url} answered with status 404; is that a Galley server?" in str(
                    refused(model, url=url))
        finally:
            other.shutdown()
            thread.join()


def test_the_token_is_found_as_the_command_finds_it(own, fresh, monkeypatch, tmp_path):
    monkeypatch.setenv("GALLEY_DATA", str(tmp_path))
    error = refused("bare")
    assert error.code == "unauthenticated" and "token" in str(error)
    monkeypatch.setenv("GALLEY_TOKEN", "galley-wrong")
    assert refused("bare").code == "unauthenticated"
    assert own.shown("endpoint", "list")["endpoints"] == []
    monkeypatch.setenv("GALLEY_TOKEN", own.token())
    assert deploy("bare@1").state == "ready"
    monkeypatch.delenv("GALLEY_TOKEN")
    monkeypatch.delenv("GALLEY_DATA")
    (tmp_path / "galley").mkdir()
    shutil.copy(own.data / "token", tmp_path / "galley/token")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert deploy("bare@2").version == 2
    # Not to other machines.
    assert galley._client.find_token("example.org") == ""


def test_a_version_that_cannot_be_loaded(own, fresh):
    own.kitchen.from_code("broken", BROKEN)
    error = refused("broken", python=sys.executable, endpoint="juice")
    assert error.code == "failed_precondition" and "never tasted" in str(error)
    assert "does not answer" in str(error)
    assert deploy("bare@1", endpoint="juice").state == "ready"
    error = refused("broken", python=sys.executable, endpoint="juice")
    assert "broken@1 cannot be loaded" in str(error)
    assert "goes on answering with bare@1" in str(error)


def test_waiting(own, fresh):
    own.kitchen.from_code("late", SLOW_START)
    made = deploy("late", python=sys.executable, wait=False)
    assert made.state == "loading"
    error = refused("late", timeout=0.5)
    assert error.code == "deadline_exceeded" and "within 0.5 s" in str(error)
    done = deploy("late")
    assert (done.variant, done.state) == (made.variant, "ready")
    # A folder of an environment does as well, and stays until another is named.
    slow = own.kitchen.from_code("slow", SLOW)
    made = deploy(slow.name, endpoint="late", python=Path(sys.executable).parent.parent)
    python = own.endpoint("late")["variants"][0]["python"]
    assert python == str(Path(sys.executable).parent.parent / "bin/python")
    assert deploy("bare@1", endpoint="late").state == "ready"
    assert own.endpoint("late")["variants"][0]["python"] == python
    assert deploy("bare@1", endpoint="late", python="").variant != made.variant
    assert own.endpoint("late")["variants"][0]["python"] == ""


def test_it_waits_on_while_the_server_starts_again(own, fresh):
    own.kitchen.from_code("late", SLOW_START)
    made = []
    thread = threading.Thread(target=lambda: made.append(deploy("late", python=sys.executable)))
    thread.start()
    wait_until(lambda: own.control("GET", "endpoints/late", token=False).status == 200 and
               own.endpoint("late")["reason"], "the gateway loads it")
    time.sleep(0.3)  # The first answer has long been read.
    os.kill(own.child_pid("server"), signal.SIGKILL)
    thread.join()
    assert made and made[0].state == "ready"


def test_two_at_once_make_one_endpoint(own, fresh):
    made, problems = [], []

    def run(version):
        try:
            made.append(deploy("bare", version, endpoint="juice", wait=False))
        except Error as error:
            problems.append(error)

    threads = [threading.Thread(target=run, args=(1 + at % 3,)) for at in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == [] and len(made) == 9
    assert len(own.shown("endpoint", "list")["endpoints"]) == 1
    assert own.loaded("juice")["state"] == "ready"


def test_it_is_imported_from_the_data_directory(own, fresh, tmp_path):
    """As jobs do it: nothing is installed, and nothing but the standard library is there."""
    folder = own.data / "python/galley"
    assert [one.name for one in sorted(folder.glob("*.py"))] == [one.name for one in FILES]
    for file in FILES:
        assert (folder / file.name).read_bytes() == file.read_bytes()
    done = subprocess.run(
        ["/usr/bin/python3", "-S", "-c", "from galley import deploy; print(deploy('bare'))"],
        env={"PYTHONPATH": str(own.data / "python"), "GALLEY_URL": own.url,
             "GALLEY_DATA": str(own.data), "HOME": str(tmp_path)},
        cwd=tmp_path, text=True, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "version=3" in done.stdout and "state='ready'" in done.stdout


def test_a_restart_mends_the_package(tmp_path):
    served = Served(tmp_path)
    try:
        file = served.data / "python/galley/_deploy.py"
        whole, other = file.read_bytes(), served.data / "python/galley/__init__.py"
        file.write_bytes(b"damaged")
        untouched = other.stat().st_mtime_ns
        killed = served.child_pid("server")
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: file.read_bytes() == whole, "the package is whole again")
        assert other.stat().st_mtime_ns == untouched
    finally:
        served.stop()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_needs_an_old_python_and_its_library_only(file):
    tree = ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 9))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module]
        else:
            continue
        assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
    for one in ast.walk(tree):  # Written types are looked at when they are defined.
        if isinstance(one, ast.AnnAssign):
            assert not isinstance(one.annotation, ast.BinOp)
