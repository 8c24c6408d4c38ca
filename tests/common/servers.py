"""The servers that tests run clients against: a real MLflow and Galley.

Runs in the environment of tests/environments/kitchen.txt.
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
PROGRAM = Path(os.environ.get("GALLEY_PROGRAM") or ROOT / "build/release/galley")
BIN = Path(sys.executable).parent
WAIT_SECONDS_MAX = 180  # A cold mlflow server on a busy machine takes most of a minute.
QUIET = {"DO_NOT_TRACK": "true", "MLFLOW_DISABLE_TELEMETRY": "true", "GIT_PYTHON_REFRESH": "quiet",
         "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false", "PYTHONDONTWRITEBYTECODE": "1",
         "OMP_NUM_THREADS": "1"}

os.environ.update(QUIET)


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
    """`galley up` on free ports, in a folder of its own or on a given data directory."""

    def __init__(self, folder, data=None, **options):
        self.data = data or folder / "data"
        super().__init__([PROGRAM, "up", "--json", "--data", self.data, "--port", "0",
                          "--predict-port", "0"], folder, piped=True, **options)
        line = self.process.stdout.readline()
        if not line:
            said = self.logged()
            self.stop()
            pytest.fail(f"galley up wrote no ready line; its log ends with:\n{said}")
        urls = json.loads(line)
        self.url, self.gateway = urls["server_url"], urls["gateway_url"]

    def kill(self):
        """kill -9 of supervisor, server and gateway at once, as when the power goes."""
        os.killpg(self.process.pid, signal.SIGSTOP)
        for pid in (self.process.pid, self.server_pid(), self.child_pid("gateway")):
            os.kill(pid, signal.SIGKILL)
        self.process.wait(WAIT_SECONDS_MAX)
        self.process.stdout.close()

    def server_pid(self):
        """Pid of the server process; None while there is none."""
        return self.child_pid("server")

    def child_pid(self, name):
        """Pid of the process `galley NAME` beneath `galley up`; None while there is none."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for child in children.read_text(encoding="ascii").split():
            try:
                if f"\0{name}\0".encode() in Path(f"/proc/{child}/cmdline").read_bytes():
                    return int(child)
            except OSError:  # It ended just now.
                continue
        return None
