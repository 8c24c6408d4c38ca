"""Runs `galley exec table`, the child that reads and writes tables, as the server runs it; and a server
with datasets.

Runs in the environment of tests/environments/data.txt.
"""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from served import Pantry

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("GALLEY_PROGRAM", ROOT / "build/release/galley"))
SECONDS_MAX = 120
EXIT_REPORTED = 3
INVALID_ARGUMENT, NOT_FOUND, RESOURCE_EXHAUSTED = 1, 2, 7

sys.path.insert(0, str(ROOT / "examples/kitchen"))


class Refused(Exception):
    """The child reported an error."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def run_child(request, memory_bytes=2 << 30):
    """The child's answer; Refused if it reports an error. Anything else fails the test."""
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))

    done = subprocess.run([str(PROGRAM), "exec", "table"], input=json.dumps(request).encode(),
                          capture_output=True, timeout=SECONDS_MAX, preexec_fn=limit, check=False,
                          cwd=request["out"])
    assert done.returncode in (0, EXIT_REPORTED), (done.returncode, done.stderr[-2000:])
    answer = json.loads(done.stdout)
    if done.returncode == EXIT_REPORTED:
        raise Refused(answer["code"], answer["message"])
    return answer


class Table:
    """A table as the server keeps it: what is in it, and what each request did to it."""

    def __init__(self, folder):
        self.folder = folder
        self.columns = []
        self.files = {}  # Path: answer's file.
        self.requests = 0

    def ask(self, operation, *inputs, memory_bytes=2 << 30, **more):
        self.requests += 1
        out = self.folder / f"out-{self.requests}"
        out.mkdir()
        files = [{"path": path, "rows": file["rows"]} for path, file in self.files.items()]
        request = {"operation": operation, "out": str(out), "prefix": f"p{self.requests}",
                   "inputs": [as_input(path) for path in inputs], "columns": self.columns,
                   "files": files, **more}
        answer = run_child(request, memory_bytes)
        return answer, out

    def commit(self, operation, *inputs, **more):
        answer, out = self.ask(operation, *inputs, **more)
        for path in answer["removed"]:
            del self.files[path]
        for file in answer["files"]:
            assert (out / file["path"]).exists()
            assert (out / file["path"]).with_suffix(".statistics").exists()
            self.files[str(out / file["path"])] = file
        self.columns = answer["columns"]
        # Nothing but what it names.
        names = {file["path"] for file in answer["files"]}
        names |= {Path(name).with_suffix(".statistics").name for name in names}
        assert {path.name for path in out.iterdir()} <= names | {"spill"}
        return answer


def as_input(path):
    path = Path(path)
    endings = {".parquet": "parquet", ".csv": "csv", ".jsonl": "json"}
    return {"path": str(path), "format": endings[path.suffix], "label": f"my {path.name}"}


@pytest.fixture(scope="module")
def pantry(tmp_path_factory):
    galley = Pantry(tmp_path_factory.mktemp("pantry"))
    try:
        yield galley
    finally:
        galley.stop()


@pytest.fixture
def table(tmp_path):
    return Table(tmp_path)
