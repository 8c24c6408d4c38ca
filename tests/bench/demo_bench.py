"""What the demo costs a newcomer: CPU, downloads and time until a model answers, from nothing.

The demo runs in a clone with empty caches. What apt installs is the machine's already and does not
count; what pip, uv and npm download does.
"""

import json
import os
import re
import resource
import subprocess
import time
from pathlib import Path

from measure import BenchError

ROOT = Path(__file__).resolve().parents[2]
SECONDS_MAX = 1800
LOOP = ("prepare", "replay", "collect")  # Stages of the demo: sixty weeks and what follows from them.


def received_mb():
    """What has come in over all interfaces but the loopback."""
    total = 0
    for line in Path("/proc/net/dev").read_text(encoding="ascii").splitlines():
        found = re.match(r"\s*(\w+):\s*(\d+)", line)
        if found and found[1] != "lo":
            total += int(found[2])
    return total / 1e6


def run_demo(clone, cache, summary):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    received, began = received_mb(), time.monotonic()
    done = subprocess.run([clone / "dev", "demo", "--once", "--json", summary], cwd=clone, text=True,
                          env=os.environ | {"GALLEY_CACHE": str(cache)}, check=False,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS_MAX)
    if done.returncode != 0:
        raise BenchError(f"the demo failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            "seconds": time.monotonic() - began, "received": received_mb() - received,
            "summary": json.loads(summary.read_text(encoding="utf-8"))}


def run(_, folder):
    clone, cache, summary = folder / "clone", folder / "cache", folder / "summary.json"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    first = run_demo(clone, cache, summary)
    second = run_demo(clone, cache, summary)
    yield {"name": "first demo: CPU", "unit": "s", "ours": first["cpu"], "gate": 400}
    yield {"name": "first demo: downloads", "unit": "MB", "ours": first["received"], "gate": 350}
    yield {"name": "first demo: until all is answered", "unit": "s", "ours": first["seconds"],
           "gate": 480}
    yield {"name": "second demo", "unit": "s", "ours": second["seconds"], "gate": 180}
    summary = second["summary"]
    for name, took in (("CPU", summary["cpu_s"]), ("time", summary["timings_s"])):
        yield {"name": f"the loop: {name}", "unit": "s",
               "ours": sum(took[stage] for stage in LOOP),
               "gate": 200 if name == "CPU" else 180}
