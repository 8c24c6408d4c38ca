"""The blocks of the practice guide that Galley was begun with, run as they stand.

What is added to one is named at its test.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import mlflow
import pytest
from sklearn.datasets import load_digits

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests/common"))
sys.path.insert(0, str(ROOT / "tests/pipeline"))
from conftest import Brigade  # noqa: E402
from servers import BIN, WAIT_SECONDS_MAX  # noqa: E402

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


@pytest.fixture
def received(tmp_path, monkeypatch):
    """What a receiver of webhooks, which the server's settings name, was sent so far."""
    log = tmp_path / "received.jsonl"
    log.touch()
    receiver = subprocess.Popen([sys.executable, ROOT / "tests/common/receiver.py", "0", log],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    address = f"127.0.0.1:{int(receiver.stdout.readline())}"
    monkeypatch.setenv("GALLEY_NOTIFY_WEBHOOKS", f"http://{address}/")
    monkeypatch.setenv("GALLEY_NOTIFY_ALLOW", address)
    try:
        yield lambda: [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    finally:
        receiver.kill()
        receiver.communicate()


def python(brigade, script, cwd):
    done = subprocess.run([sys.executable, "-c", script], cwd=cwd, capture_output=True, text=True,
                          env=clients_environment(brigade, PYTHONPATH=str(brigade.data / "python")),
                          stdin=subprocess.DEVNULL, timeout=SECONDS_MAX)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def await_true(condition, what):
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.1)
    pytest.fail(f"waited {WAIT_SECONDS_MAX} s in vain: {what}")


def test_monitoring_alert(received, brigade):
    """Added: the import that its text names, a call of the function, a model to be watched."""
    watched = (f"from galley import get_model_metrics, send_alert\n{block('monitor.py')}\n"
               "monitor_model_health()\n")
    for script in ("train.py", "deploy.py"):
        python(brigade, (brigade.project / script).read_text(encoding="utf-8"), brigade.project)
    brigade.write(galley__yaml="monitors: {digits: {endpoint: digits}}")
    assert brigade.command("monitor", "apply").returncode == 0
    predict = f"{brigade.gateway}/api/v1/endpoints/digits"
    digits = load_digits(as_frame=True)
    rows, truth = digits.data[:200], (digits.target[:200] == 8).tolist()
    split = {"columns": list(rows.columns), "data": rows.to_numpy().tolist()}
    ids = post(f"{predict}/predict", {"dataframe_split": split})["prediction_ids"]

    def label(values):
        labels = [{"prediction_id": one, "number": int(value)} for one, value in zip(ids, values)]
        assert post(f"{predict}/labels", {"labels": labels}) == {"accepted": len(ids)}

    def accuracy():
        windows = brigade.told("monitor", "show", "digits")["windows"]
        return windows and windows[-1]["labels"] == len(ids) and windows[-1]["accuracy"]

    label(truth)
    await_true(lambda: accuracy() and accuracy() > 0.9, "the model is good")
    python(brigade, watched, brigade.project)
    assert brigade.told("notify", "list")["notifications"] == []
    label([not value for value in truth[:50]] + truth[50:])
    await_true(lambda: accuracy() and accuracy() < 0.9, "the model is bad")
    python(brigade, watched, brigade.project)
    await_true(lambda: received(), "somebody was told")
    python(brigade, watched, brigade.project)
    stored, = brigade.told("notify", "list")["notifications"]
    assert stored["title"] == "模型性能下降"
    await_true(lambda: brigade.told("notify", "list")["notifications"][0]["deliveries"][0]["state"] ==
               "delivered", "it is delivered")
    told, = received()
    assert json.loads(told["body"])["commonAnnotations"] == {"summary": "模型性能下降"}
