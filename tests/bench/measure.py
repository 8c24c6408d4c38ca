"""What the benchmarks read off processes: CPU time, memory, load, and what wrk counts."""

import os
import re
import statistics
import subprocess
from pathlib import Path

CONNECTIONS = 64
LATIN = "ascii"
CORES = sorted(os.sched_getaffinity(0))


class BenchError(Exception):
    """Why there is no number."""


def cpu_seconds(pid):
    """CPU time of a process's first thread, and of all its threads: the kernel's nanoseconds."""
    threads = {int(task.name): int((task / "schedstat").read_text(LATIN).split()[0])
               for task in Path(f"/proc/{pid}/task").iterdir()}
    return threads[pid] / 1e9, sum(threads.values()) / 1e9


def family(pid):
    """A process and all that it started, directly or not."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(LATIN).split():
            found += family(int(child))
    return found


def memory_mb(pid):
    """Proportional set size of a process and its children, so that shared pages count once."""
    kilobytes = 0
    for member in family(pid):
        rollup = Path(f"/proc/{member}/smaps_rollup").read_text(LATIN)
        kilobytes += int(re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)[1])
    return kilobytes / 1024


def cores():
    """(of what is measured, of what drives it): one core each, so that neither takes the other's."""
    if len(CORES) < 2:
        raise BenchError("this needs two cores, one for the server and one for wrk")
    return CORES[0], CORES[1]


def wrk(url, seconds, script=None, **environment):
    """Runs wrk on its core against `url`; returns the number of answers, all of them 200."""
    command = ["taskset", "-c", str(cores()[1]), "wrk", "-t1", f"-c{CONNECTIONS}",
               f"-d{seconds}s", *(["-s", str(script)] if script else []), url]
    done = subprocess.run(command, env=os.environ | environment, text=True, check=False,
                          capture_output=True, timeout=seconds + 60)
    wrong = re.search(r"(Non-2xx or 3xx responses|Socket errors).*", done.stdout)
    answers = re.search(r"(\d+) requests in", done.stdout)
    if done.returncode != 0 or wrong or not answers:
        raise BenchError(f"wrk: {wrong[0] if wrong else done.stdout + done.stderr}")
    return int(answers[1])


def micros_per_request(pid, url, seconds, script=None, **environment):
    """CPU a request, of the first thread and of all."""
    before = cpu_seconds(pid)
    answers = wrk(url, seconds, script, **environment)
    return [(one - other) * 1e6 / answers
            for one, other in zip(cpu_seconds(pid), before, strict=True)]


def compare(rows):
    """Of pairs (ours, theirs) that were measured in turn: the medians of both and of their ratios."""
    ratios = [one / other for one, other in rows]
    return {"ours": statistics.median(one for one, _ in rows),
            "theirs": statistics.median(other for _, other in rows),
            "ratio": statistics.median(ratios), "lowest": min(ratios), "highest": max(ratios)}
