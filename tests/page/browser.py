"""Runs the steps of ui/e2e/walks/NAME.mjs in Chromium against a server."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NODE = os.environ.get("GALLEY_NODE", "node")
WALK_SECONDS_MAX = 180
# How each walk is walked; by mouse in English and light is what the others are compared with. With
# ./dev test --long also each way for itself.
MODES = {"mouse": {}, "keyboard": {"keyboard": True},
         "chinese-dark-cut": {"language": "zh", "theme": "dark", "cut": True}}
if os.environ.get("GALLEY_LONG") == "1":
    MODES |= {"chinese": {"language": "zh"}, "dark": {"theme": "dark"}, "cut": {"cut": True}, "slow": {"slow": 4}}


def run_walk(name, url, **options):
    """What came of it, as ui/e2e/run.mjs prints it. `options` are those of Walk.start."""
    shots = Path(os.environ.get("GALLEY_PAGE_SHOTS", ROOT / "build/page"))
    shots.mkdir(parents=True, exist_ok=True)
    options = {"url": url, "failure_shot": str(shots / f"{name}.png")} | options
    done = subprocess.run([NODE, str(ROOT / "ui/e2e/run.mjs"), name], input=json.dumps(options), text=True,
                          capture_output=True, timeout=WALK_SECONDS_MAX * options.get("slow", 1), check=False)
    if done.returncode != 0:
        pytest.fail(f"the browser did not run: {done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def walk(name, url, clicks_max=None, **options):
    """Runs a walk and asserts what must hold of every one; gives its facts."""
    result = run_walk(name, url, **options)
    assert result["problem"] is None, result["problem"]
    assert result["violations"] == [], "Content-Security-Policy"
    assert result["errors"] == [], "errors on the page"
    assert result["outside"] == [], "requests that leave the machine"
    assert result["axe"] == [], result["axe"]
    if clicks_max is not None:
        assert 0 < result["clicks"] <= clicks_max
    return result["facts"]


def link_to_enter(server, to="/ui/home"):
    """A link of `galley ui` that signs a browser in."""
    from servers import PROGRAM
    done = subprocess.run([PROGRAM, "ui", "--json"], env=os.environ | {"GALLEY_URL": server.url, "GALLEY_DATA": str(server.data)},
                          capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)["url"]
