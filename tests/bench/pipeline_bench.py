"""A pipeline of 200 jobs with nothing to do: `galley pipeline run` beside `dvc repro` on the same graph."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import BenchError, compare

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/common"))
from servers import Galley  # noqa: E402

CHAINS, LENGTH = 20, 10
GATE = 1 / 20
SECONDS_MAX = 900


def graph():
    """(name, command, dep, out) of each job: chains of copies, each with a line more."""
    for chain in range(CHAINS):
        before = f"in{chain}.txt"
        for at in range(LENGTH):
            out = f"out{chain}-{at}.txt"
            yield f"job{chain}-{at}", f"(cat {before}; echo {at}) > {out}", before, out
            before = out


def write(folder):
    for chain in range(CHAINS):
        (folder / f"in{chain}.txt").write_text(f"{chain}\n" * 100, encoding="utf-8")
    rows = list(graph())
    (folder / "galley.yaml").write_text(json.dumps({"jobs": {
        name: {"run": command, "deps": [dep], "outs": [out]} for name, command, dep, out in rows}}),
        encoding="utf-8")
    (folder / "dvc.yaml").write_text(json.dumps({"stages": {
        name: {"cmd": command, "deps": [dep], "outs": [out]} for name, command, dep, out in rows}}),
        encoding="utf-8")


def timed(command, folder, environment):
    began = time.monotonic()
    done = subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True,
                          text=True, timeout=SECONDS_MAX)
    if done.returncode != 0:
        raise BenchError(f"{command[0]}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
    return time.monotonic() - began, done.stdout


def run(options, folder):
    dvc = Path(options.dvc).parent / "dvc"
    with tempfile.TemporaryDirectory(dir=folder) as own:
        ours, theirs = Path(own) / "galley", Path(own) / "dvc"
        for project in (ours, theirs):
            project.mkdir()
            write(project)
        quiet = {"DVC_NO_ANALYTICS": "1", "DVC_CHECK_UPDATE": "0"}
        galley = Galley(Path(own))
        there = {"GALLEY_URL": galley.url, "GALLEY_DATA": str(galley.data)}
        commands = ([options.galley.resolve(), "pipeline", "run"], [dvc, "repro", "--quiet"])
        try:
            timed([dvc, "init", "--no-scm", "--quiet"], theirs, quiet)
            first = (timed(commands[0], ours, there)[0], timed(commands[1], theirs, quiet)[0])
            pairs = []
            for _ in range(options.pairs):
                seconds, said = timed(commands[0], ours, there)
                if said.count("  cached ") != CHAINS * LENGTH:
                    raise BenchError(f"not all jobs were cached:\n{said[-1000:]}")
                pairs.append((seconds, timed(commands[1], theirs, quiet)[0]))
        finally:
            galley.stop()
    yield {"name": "200 jobs with nothing to do", "unit": "s", "peer": "dvc repro 3.67.1",
           "gate": GATE, **compare(pairs)}
    yield {"name": "200 jobs, all new", "unit": "s", "peer": "dvc repro 3.67.1", "gate": 1,
           **compare([first])}
