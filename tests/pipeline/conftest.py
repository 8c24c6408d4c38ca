"""A server with a project folder, whose pipelines a test runs by the command line.

Runs in the environment of tests/environments/kitchen.txt.
"""

import json
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/common"))
from servers import PROGRAM, Galley  # noqa: E402

SECONDS_MAX = 120


class Brigade(Galley):
    """A server, and a folder with a galley.yaml."""

    def __init__(self, folder, data=None):
        super().__init__(folder, data)
        self.project = folder / "project"
        self.project.mkdir(exist_ok=True)

    def write(self, **files):
        """Writes files of the project: `a__b` is a.b."""
        for name, text in files.items():
            path = self.project / name.replace("__", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")

    def start(self, *arguments, **options):
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = os.environ | {"GALLEY_URL": self.url, "GALLEY_DATA": str(self.data),
                                    "PATH": path}
        return subprocess.Popen([PROGRAM, *map(str, arguments)], env=environment, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, cwd=self.project, **options)

    def command(self, *arguments):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=SECONDS_MAX)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def told(self, *arguments):
        done = self.command(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def run(self, *arguments):
        """The run's jobs by name, once it has ended, and its state."""
        done = self.command("pipeline", "run", "--json", *arguments)
        assert done.stdout, done.stderr
        run = json.loads(done.stdout)
        assert (done.returncode == 0) == (run["state"] == "succeeded"), done.stderr
        return run, {job["name"]: job for job in run["jobs"]}

    def states(self, *arguments):
        return {name: job["state"] for name, job in self.run(*arguments)[1].items()}

    def status(self, *arguments):
        return self.told("pipeline", "status", *arguments)

    def job_log(self, job, *arguments):
        done = self.command("pipeline", "logs", job, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def await_job(self, name, state, run=None):
        deadline = time.monotonic() + SECONDS_MAX
        while time.monotonic() < deadline:
            jobs = {job["name"]: job for job in self.status(*([run] if run else []))["jobs"]}
            if jobs[name]["state"] == state:
                return jobs[name]
            time.sleep(0.03)
        pytest.fail(f"job {name} did not become {state}: {jobs[name]}")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    brigade = Brigade(tmp_path_factory.mktemp("brigade"))
    try:
        yield brigade
    finally:
        brigade.stop()


@pytest.fixture
def brigade(server, tmp_path):
    """The server with a folder of its own for this test."""
    server.project = tmp_path
    return server


def processes_with(text):
    """Pids of living processes whose command line has `text`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state = (folder / "stat").read_text(encoding="latin-1").rsplit(")", 1)[1].split()[0]
            if text.encode() in (folder / "cmdline").read_bytes() and state != "Z":
                found.append(int(folder.name))
        except OSError:
            continue
    return found
