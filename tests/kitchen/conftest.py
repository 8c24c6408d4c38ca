"""The data, decoded once, and the servers that the example is run against.

Runs in the environment of tests/environments/kitchen.txt. GALLEY_KITCHEN_RDA names orangeJuice.rda.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/kitchen"
PROGRAM = ROOT / "build/release/galley"
BIN = Path(sys.executable).parent
WAIT_SECONDS_MAX = 180  # A cold mlflow server on a busy machine takes most of a minute.
QUIET = {"DO_NOT_TRACK": "true", "MLFLOW_DISABLE_TELEMETRY": "true", "GIT_PYTHON_REFRESH": "quiet",
         "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false", "PYTHONDONTWRITEBYTECODE": "1",
         "OMP_NUM_THREADS": "1"}

os.environ.update(QUIET)
sys.path.insert(0, str(EXAMPLE))


@pytest.fixture(scope="session")
def data_file():
    path = os.environ.get("GALLEY_KITCHEN_RDA")
    if not path:
        pytest.fail("GALLEY_KITCHEN_RDA must name orangeJuice.rda; see examples/kitchen/README.md")
    return Path(path)


@pytest.fixture(scope="session")
def frames(data_file):
    import pantry
    return pantry.load(data_file)


@pytest.fixture(scope="session")
def table(frames):
    import features
    return features.build(frames["yx"])


@pytest.fixture(scope="session")
def train(table):
    return table.weeks(48, 100)


@pytest.fixture(scope="session")
def test(table):
    return table.weeks(101, 160)


def environment(home):
    home.mkdir(parents=True, exist_ok=True)
    return os.environ | QUIET | {"HOME": str(home), "PATH": f"{BIN}:{os.environ['PATH']}"}


class Process:
    """A server in a session of its own, so that what it starts ends with it."""

    def __init__(self, command, folder, piped=False, **options):
        self.log = folder / "log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, env=environment(folder / "home") | options,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if piped else log, stderr=log,
                start_new_session=True)

    def logged(self):
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(WAIT_SECONDS_MAX)
        except ProcessLookupError:
            self.process.wait(WAIT_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
        finally:
            if self.process.stdout:
                self.process.stdout.close()


class Mlflow(Process):
    """The real server of this environment: SQLite, local artifacts, one worker."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        super().__init__(
            [BIN / "mlflow", "server", "--backend-store-uri", f"sqlite:///{folder}/store.db",
             "--artifacts-destination", folder / "artifacts", "--host", "127.0.0.1",
             "--port", str(port), "--workers", "1"], folder,
            MLFLOW_SERVER_ENABLE_JOB_EXECUTION="false")
        self.await_health()

    def await_health(self):
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        said = self.logged()
        self.stop()
        pytest.fail(f"mlflow server is not ready; its log ends with:\n{said}")


class Galley(Process):
    def __init__(self, folder):
        super().__init__([PROGRAM, "up", "--json", "--data", folder / "data", "--port", "0",
                          "--predict-port", "0"], folder, piped=True)
        line = self.process.stdout.readline()
        if not line:
            said = self.logged()
            self.stop()
            pytest.fail(f"galley up wrote no ready line; its log ends with:\n{said}")
        self.url = json.loads(line)["server_url"]


SERVERS = {"mlflow": Mlflow, "galley": Galley}


@pytest.fixture(scope="session")
def real_server(tmp_path_factory):
    server = Mlflow(tmp_path_factory.mktemp("real"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def other_server(tmp_path_factory):
    """What is compared with the real server. GALLEY_KITCHEN_SERVER=mlflow puts a second real one
    here: that tests the comparison itself, because then nothing may differ."""
    kind = os.environ.get("GALLEY_KITCHEN_SERVER", "galley")
    server = SERVERS[kind](tmp_path_factory.mktemp("other"))
    yield server
    server.stop()
