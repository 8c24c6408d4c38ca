"""What MLflow's client prints at the end of a run leads to that run's page."""

import os
import subprocess
import sys
import urllib.parse

from conftest import ROOT

NODE = os.environ.get("GALLEY_NODE", "node")
SCRIPT = ("eval(require('fs').readFileSync(process.argv[1], 'utf8'));"
          "console.log(globalThis.target(process.argv[2]));")
TRAINING = """
import mlflow
with mlflow.start_run(run_name="a b") as run:
    mlflow.log_metric("loss", 0.3)
print("ids", run.info.experiment_id, run.info.run_id)
"""


def opened(url):
    """Where the server's page at / leads for a link's fragment."""
    done = subprocess.run([NODE, "-e", SCRIPT, ROOT / "src/protocol/control/ui/open_link.js",
                           "#" + urllib.parse.urlsplit(url).fragment],
                          capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_links_of_a_run(galley):
    training = subprocess.run([sys.executable, "-c", TRAINING], capture_output=True, text=True, check=True,
                              env={**os.environ, "MLFLOW_TRACKING_URI": galley.url})
    lines = training.stdout.splitlines()
    _, experiment, run = next(line for line in lines if line.startswith("ids ")).split()
    run_line, = (line for line in lines if "View run" in line)
    experiment_line, = (line for line in lines if "View experiment" in line)
    link = run_line.split(" at: ")[1]
    assert link == f"{galley.url}/#/experiments/{experiment}/runs/{run}"
    assert opened(link) == f"/ui/runs/{run}"
    assert opened(experiment_line.split(" at: ")[1]) == f"/ui/experiments/{experiment}"
