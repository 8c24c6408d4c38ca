"""What a commit behind a contract costs as the table grows: 100 commits of a hundredth each, and then
commits to that table and to one of ten commits in turn."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import BenchError, compare

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/common"), str(ROOT / "examples/kitchen")]
import pantry  # noqa: E402
from servers import Galley  # noqa: E402

COMMITS, YOUNG = 100, 10
FLAT = 1.2
CONTRACT = """
datasets:
  NAME:
    contract:
      checks:
        - {id: nulls, rule: not_null, columns: [store, brand, week, feat]}
        - {id: prices, rule: range, columns: [price1, price11], above: 0.005, below: 0.1}
        - {id: once, rule: unique, columns: [store, brand, week], scope: batch}
        - {id: mean, rule: statistic, of: mean, columns: [feat], scope: dataset, min: 0.01, max: 0.9}
        - {id: middle, rule: statistic, of: quantile, quantile: 0.5, columns: [profit], scope: dataset,
           min: 1}
        - {id: stores, rule: statistic, of: distinct_count, columns: [store], scope: dataset, min: 1}
"""


class Grown:
    """A server with two tables that grow."""

    def __init__(self, options, folder):
        self.options = options
        self.galley = Galley(folder)
        self.environment = {"GALLEY_URL": self.galley.url, "GALLEY_DATA": str(self.galley.data)}
        file = folder / "galley.yaml"
        for name in ("grown", "young"):
            file.write_text(CONTRACT.replace("NAME", name), encoding="utf-8")
            self.seconds("dataset", "apply", "--file", file)

    def seconds(self, *arguments):
        began = time.monotonic()
        done = subprocess.run([self.options.galley.resolve(), *map(str, arguments)],
                              env=os.environ | self.environment, capture_output=True, text=True,
                              timeout=600)
        if done.returncode != 0:
            raise BenchError(done.stderr[-1000:])
        return time.monotonic() - began


def run(options, folder):
    sales = pantry.frame(pantry.load(options.rda)["yx"]).sort_values(
        ["week", "store", "brand"], ignore_index=True)
    size = len(sales) // COMMITS
    with tempfile.TemporaryDirectory(dir=folder) as own:
        own = Path(own)
        grown = Grown(options, own)
        batch = own / "batch.csv"

        def commit(name, at):
            rows = sales[at % COMMITS * size:(at % COMMITS + 1) * size]
            rows.to_csv(batch, index=False)
            return grown.seconds("dataset", "commit", name, batch)

        try:
            for at in range(COMMITS):
                commit("grown", at)
                if at < YOUNG:
                    commit("young", at)
            checks = [min(grown.seconds("dataset", "check", name) for _ in range(3))
                      for name in ("grown", "young")]
            pairs = [(commit("grown", COMMITS + at), commit("young", YOUNG + at))
                     for at in range(options.pairs)]
        finally:
            grown.galley.stop()
    yield {"name": "a commit behind a contract, to 100 commits", "unit": "s",
           "peer": "to 10 commits", "gate": FLAT, **compare(pairs)}
    yield {"name": "all rows checked anew, of 100 commits", "unit": "s",
           "peer": "of 10 commits", "gate": None, **compare([(checks[0], checks[1])])}
