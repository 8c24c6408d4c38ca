"""The blocks of the practice guide that Galley was begun with, run as they stand.

What is added to one is named at its test. What does not run yet stands in not_yet.toml.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from pathlib import Path

import mlflow
import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests/common"))
sys.path.insert(0, str(ROOT / "tests/pipeline"))
from conftest import Brigade  # noqa: E402
from servers import BIN, WAIT_SECONDS_MAX  # noqa: E402

NOT_YET = tomllib.loads((HERE / "not_yet.toml").read_text(encoding="utf-8"))
SECONDS_MAX = 300


def block(name):
    return (HERE / "blocks" / name).read_text(encoding="utf-8")


@pytest.fixture
def brigade(tmp_path):
    brigade = Brigade(tmp_path)
    shutil.copytree(HERE / "project", brigade.project, dirs_exist_ok=True)
    try:
        yield brigade
    finally:
        brigade.stop()


def clients_environment(brigade, **more):
    return os.environ | {"MLFLOW_TRACKING_URI": brigade.url, "GALLEY_URL": brigade.url,
                         "GALLEY_DATA": str(brigade.data),
                         "PATH": f"{BIN}:{os.environ['PATH']}"} | more


def test_version_control(brigade):
    """Added: `--env-manager local`, for there is no pyenv; a port of its own, by mlflow's variable. The
    run is the one that `mlflow run` just made."""
    run_line, serve_line = block("version_control.sh").splitlines()
    done = subprocess.run(f"{run_line} --env-manager local", shell=True, cwd=brigade.project,
                          env=clients_environment(brigade), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=SECONDS_MAX)
    assert done.returncode == 0, done.stderr[-3000:]
    (run,) = mlflow.MlflowClient(brigade.url).search_runs(["0"])
    assert run.info.status == "FINISHED" and run.data.metrics["accuracy"] > 0.95
    assert run.data.tags["mlflow.project.entryPoint"] == "main"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = serve_line.replace("d16076a3ec534311817565e6527539c0", run.info.run_id)
    serving = subprocess.Popen(f"exec {command} --env-manager local", shell=True,
                               cwd=brigade.project, stdin=subprocess.DEVNULL,
                               env=clients_environment(brigade, MLFLOW_PORT=str(port)),
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)
    try:
        await_ping(port, serving)
        mlflow.set_tracking_uri(brigade.url)
        example = json.dumps({"dataframe_split": mlflow.artifacts.load_dict(
            f"runs:/{run.info.run_id}/model/input_example.json")}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{port}/invocations", example,
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            predictions = json.load(answer)["predictions"]
        assert len(predictions) == 2 and all(0 <= it < 0.5 for it in predictions)
    finally:
        os.killpg(serving.pid, 15)
        serving.communicate()


def await_ping(port, process):
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("mlflow models serve does not answer")


def git(folder, *arguments):
    done = subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.org",
                           "-c", "init.defaultBranch=main", *arguments], cwd=folder, text=True,
                          capture_output=True, check=True, timeout=60)
    return done.stdout.strip()


def test_automated_deployment(brigade):
    """Added: its commit, `galley pipeline apply`, and the post-receive hook of docs/formats/trigger.md."""
    kitchen = brigade.project.parent / "kitchen.git"
    git("/", "init", "--quiet", "--bare", kitchen)
    brigade.write(galley__yaml=block("deploy.yaml"))
    git(brigade.project, "init", "--quiet")
    git(brigade.project, "add", "--all")
    git(brigade.project, "commit", "--quiet", "--message", "digits")
    said = brigade.command("pipeline", "apply", "--repository", kitchen).stdout
    url, secret = (re.search(rf"{name} +(\S+)\n", said)[1] for name in ("webhook", "stands in"))
    page = (ROOT / "docs/formats/trigger.md").read_text(encoding="utf-8")
    script = re.search(r"```bash\n(.*?)```", page, re.DOTALL)[1]
    hook = kitchen / "hooks/post-receive"
    hook.write_text(script.replace("set -euo", f"export GALLEY_HOOK_URL={url} "
                                   f"GALLEY_HOOK_SECRET={secret}\nset -euo", 1))
    hook.chmod(0o755)
    # What is not committed must not be seen.
    (brigade.project / "train.py").write_text("raise SystemExit('not this one')")
    git(brigade.project, "push", "--quiet", kitchen, "main")
    run, = brigade.told("pipeline", "list")["runs"]
    assert run["trigger"] == f"push main {git(brigade.project, 'rev-parse', 'HEAD')[:12]}"
    brigade.await_job("deploy", "succeeded", run["run"])
    assert brigade.told("endpoint", "show", "digits")["endpoint"]["state"] == "ready"


def test_stages_are_a_pipeline(brigade):
    brigade.write(galley__yaml=block("stages.yaml"))
    run, jobs = brigade.run()
    assert run["state"] == "succeeded" and jobs == {}


def test_stages_are_the_head_of_the_examples_file():
    head = [line.strip("- ") for line in block("stages.yaml").splitlines()[1:]]
    lines = (ROOT / "examples/kitchen/galley.yaml").read_text(encoding="utf-8").splitlines()
    assert f"stages: [{', '.join(head)}]" in lines


@pytest.mark.parametrize("name", NOT_YET)
def test_what_is_not_there_yet_is_listed(name):
    """Fails as soon as it is there: then it gets a test of its own."""
    missing = NOT_YET[name]
    assert missing["reason"] and block(Path(missing["file"]).name)
    sys.path.insert(0, str(ROOT / "python"))
    try:
        import galley
        assert not [it for it in missing["names"] if hasattr(galley, it)]
    finally:
        sys.path.remove(str(ROOT / "python"))
