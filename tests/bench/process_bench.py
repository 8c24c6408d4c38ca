"""Start and idle memory of `galley up`, beside the real MLflow server started as its users do."""

import sys
import tempfile
import time
from pathlib import Path

from measure import compare, memory_mb

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/common"))
from servers import Galley, Mlflow  # noqa: E402

IDLE_SECONDS = 5


def started(make, folder):
    """(seconds until it answers, memory in MB once it has been idle)."""
    with tempfile.TemporaryDirectory(dir=folder) as own:
        began = time.monotonic()
        server = make(Path(own))
        try:
            seconds = time.monotonic() - began
            time.sleep(IDLE_SECONDS)
            return seconds, memory_mb(server.process.pid)
        finally:
            server.stop()


def run(options, folder):
    for make in (Galley, Mlflow):
        started(make, folder)  # So that files are in the page cache for both.
    pairs = [(started(Galley, folder), started(Mlflow, folder))
             for _ in range(min(options.pairs, 3))]
    for at, name, unit in ((0, "start until it answers", "s"), (1, "memory when idle", "MB")):
        rows = [(one[at], other[at]) for one, other in pairs]
        yield {"name": name, "unit": unit, "peer": "MLflow 3.17.2 server", "gate": 1,
               **compare(rows)}
