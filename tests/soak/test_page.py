"""The page of a run that logs, for an hour: what the browser keeps in memory must not grow.

Runs in the environment of tests/environments/kitchen.txt, with `./dev test --long soak`. GALLEY_SOAK_MINUTES: for
how long, 60 without it.
"""

import os
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for folder in ("tests/common", "tests/page"):
    sys.path.insert(0, str(ROOT / folder))
os.environ |= {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "GIT_PYTHON_REFRESH": "quiet"}
import browser  # noqa: E402
import mlflow  # noqa: E402
from servers import Galley  # noqa: E402

MINUTES = float(os.environ.get("GALLEY_SOAK_MINUTES", "60"))
GROWTH_MIB_MAX = 20
WARM_SECONDS = 20

pytestmark = pytest.mark.skipif(os.environ.get("GALLEY_LONG") != "1", reason="./dev test --long soak")


@pytest.fixture(name="server")
def running_server(tmp_path):
    server = Galley(tmp_path)
    yield server
    server.stop()


def log_until(stop, client, run):
    """Four metrics, five times a second, with MLflow's client."""
    step = 0
    while not stop.wait(0.2):
        client.log_batch(run, [mlflow.entities.Metric(f"train/{name}", 1 / (1 + step + at), 0, step)
                               for at, name in enumerate(("loss", "auc", "lr", "norm"))])
        step += 1


def test_the_heap_does_not_grow(server, monkeypatch):
    monkeypatch.setattr(browser, "WALK_SECONDS_MAX", MINUTES * 60 + 300)
    client = mlflow.MlflowClient(server.url)
    run = client.create_run("0").info.run_id
    stop = threading.Event()
    thread = threading.Thread(target=log_until, args=(stop, client, run))
    thread.start()
    try:
        facts = browser.walk("soak", server.url, data={"run": run, "minutes": MINUTES, "warm_s": WARM_SECONDS})
    finally:
        stop.set()
        thread.join()
    print(facts)
    assert facts["after_mib"] - facts["before_mib"] < GROWTH_MIB_MAX
