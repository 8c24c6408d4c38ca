"""Runs the benchmarks of `./dev bench` and prints what they found; --write also puts it into
docs/BENCHMARKS.md and docs/benchmarks.json, and nothing else writes there.

Every figure is a ratio to a peer or to a bare limit that was measured in turn with it, in the same
run on the same machine. A run starts when the machine is quiet: with a load of 1 or more it waits.
"""

import argparse
import datetime
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import contract_bench
import demo_bench
import files_bench
import http_bench
import page_bench
import pipeline_bench
import process_bench
from measure import BenchError

ROOT = Path(__file__).resolve().parents[2]
JSON = ROOT / "docs/benchmarks.json"
PAGE = ROOT / "docs/BENCHMARKS.md"
LOAD_MAX = 1.0
QUIET_SECONDS_MAX = 300
BENCHES = {"http": http_bench.run, "process": process_bench.run, "files": files_bench.run,
           "contract": contract_bench.run, "pipeline": pipeline_bench.run, "page": page_bench.run, "demo": demo_bench.run}


def await_quiet():
    """Benchmarks beside other work say nothing. The load falls by 63 % a minute once it is idle."""
    deadline = time.monotonic() + QUIET_SECONDS_MAX
    while (load := os.getloadavg()[0]) >= LOAD_MAX:
        if time.monotonic() > deadline:
            raise BenchError(f"the machine is busy (load {load:.1f}); benchmarks need a quiet one")
        print(f"waiting for a quiet machine, load {load:.1f} ...", file=sys.stderr, flush=True)
        time.sleep(10)


def machine():
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return f"{model[1] if model else platform.machine()}, {len(os.sched_getaffinity(0))} cores"


def commit():
    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=ROOT, text=True, check=True,
                              capture_output=True).stdout.strip()
    return git("rev-parse", "--short", "HEAD") + (" with changes" if git("status", "--short", "-uno")
                                                  else "")


def line_of(row):
    """One row as the terminal and the page show it: (what, ours, peer, ratio, range)."""
    if "peer" not in row:
        return row["name"], f"{row['ours']:.4g} {row['unit']}", f"budget {row['gate']:g}", \
            f"{row['ours'] / row['gate']:.2f}", ""
    ratio = f"{row['ratio']:.3g}"
    return row["name"], f"{row['ours']:.4g} {row['unit']}", \
        f"{row['theirs']:.4g} ({row['peer']})", ratio, \
        f"{row['lowest']:.3g}–{row['highest']:.3g}"


def is_kept(row):
    """Whether a row is within what the project promises."""
    if row["gate"] is None:
        return True
    return (row["ratio"] if "peer" in row else row["ours"]) <= row["gate"]


def promise(row):
    """What is promised of a row, and whether it is kept; empty where nothing is."""
    if row["gate"] is None:
        return ""
    return f"≤ {row['gate']:g}" + ("" if is_kept(row) else " **not kept**")


def measure(name, options):
    rows = []
    if not options.any_load:
        await_quiet()
    with tempfile.TemporaryDirectory(prefix="galley-bench-") as folder:
        for row in BENCHES[name](options, Path(folder)):
            what, ours, peer, ratio, spread = line_of(row)
            print(f"{what}: {ours}, {peer}: ratio {ratio} {spread}  {promise(row)}", flush=True)
            rows.append(row)
    return {"commit": commit(), "date": datetime.date.today().isoformat(), "machine": machine(),
            "pairs": options.pairs, "rows": rows}


def page(found):
    lines = ["# Benchmarks", "",
             "Written by `./dev bench --write`. Ratios are medians over pairs that were measured in",
             "turn; below 1 Galley needs less than its peer. What the peers are stands in",
             "`tests/bench`.", ""]
    for name, part in sorted(found.items()):
        lines += [f"## {name}", "",
                  f"Commit {part['commit']}, {part['date']}, {part['machine']}, "
                  f"{part['pairs']} pairs.", "",
                  "| what | Galley | peer | ratio | range | promised |", "|---|---|---|---|---|---|"]
        for row in part["rows"]:
            lines.append("| " + " | ".join((*line_of(row), promise(row))) + " |")
        lines.append("")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--galley", required=True, type=Path, help="the program")
    parser.add_argument("--rda", required=True, type=Path, help="the kitchen's orangeJuice.rda")
    parser.add_argument("--dvc", required=True, type=Path,
                        help="Python of the environment tests/environments/dvc.txt")
    parser.add_argument("--pairs", type=int, default=7, help="measured pairs (default 7)")
    parser.add_argument("--seconds", type=int, default=3, help="of load for each half of a pair")
    parser.add_argument("--write", action="store_true", help="write docs/BENCHMARKS.md")
    parser.add_argument("--any-load", action="store_true",
                        help="do not wait for a quiet machine: rough figures, not to be written")
    parser.add_argument("benches", nargs="*", metavar="BENCH",
                        help=f"only these ones of {', '.join(BENCHES)}")
    options = parser.parse_args()
    unknown = set(options.benches) - set(BENCHES)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; those that exist: "
                     f"{', '.join(BENCHES)}")
    if options.write and options.any_load:
        parser.error("--write needs a quiet machine, so not --any-load")
    found = json.loads(JSON.read_text(encoding="utf-8")) if JSON.exists() else {}
    kept = True
    for name in options.benches or BENCHES:
        try:
            found[name] = measure(name, options)
        except BenchError as error:
            sys.exit(f"bench {name}: {error}")
        kept = kept and all(is_kept(row) for row in found[name]["rows"])
    if options.write:
        JSON.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        PAGE.write_text(page(found), encoding="utf-8")
        print(f"written: {PAGE.relative_to(ROOT)}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
