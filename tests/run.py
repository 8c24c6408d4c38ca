"""Runs all tests of `./dev test`, prints the slowest and, last, `N passed, N failed`.

Every part writes JUnit XML; that is where names, times and results are read from. A part that ends
badly without a failed test in its report (a crash, no report at all) counts as one failure, and so
does a part in which no test ran.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PART_SECONDS_MAX = 1200
SLOWEST = 20


def unit_parts():
    for program in sorted((ROOT / "build/release/unit").glob("*_test")):
        yield f"unit {program.name}", [str(program), "--gtest_brief=1"], "--gtest_output=xml:{}"


def pytest_part(python, name, folder):
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider",
               "-o", "junit_family=xunit2", folder]
    return name, command, "--junitxml={}"


def parts(kitchen):
    """What is run. `kitchen` is the Python of tests/environments/kitchen.txt: real clients, a real
    MLflow server and the libraries that models are compared with."""
    yield from unit_parts()
    yield pytest_part(sys.executable, "system", "tests/system")
    yield pytest_part(kitchen, "mlflow", "tests/mlflow")
    yield pytest_part(kitchen, "worker", "tests/worker")
    yield pytest_part(kitchen, "serving", "tests/serving")
    yield pytest_part(sys.executable, "trees", "tests/trees")
    yield pytest_part(kitchen, "counts", "tests/counts")
    yield pytest_part(kitchen, "kitchen", "tests/kitchen")
    yield pytest_part(kitchen, "demo", "tests/demo")
    yield pytest_part(sys.executable, "tidy", "tests/tidy")


def read_report(part, file):
    """[(name, seconds, passed)] of one JUnit file; skipped tests are left out."""
    rows = []
    for case in ElementTree.parse(file).iter("testcase"):
        if case.find("skipped") is not None:
            continue
        failed = case.find("failure") is not None or case.find("error") is not None
        name = f"{part}: {case.get('classname', '')}.{case.get('name')}"
        rows.append((name, float(case.get("time", 0)), not failed))
    return rows


def run_part(name, command, report_option, folder):
    report = Path(folder) / (name.replace(" ", "_") + ".xml")
    print(f"--- {name}", flush=True)
    started = time.monotonic()
    try:
        code = subprocess.run([*command, report_option.format(report)], cwd=ROOT,
                              timeout=PART_SECONDS_MAX, stdin=subprocess.DEVNULL).returncode
    except subprocess.TimeoutExpired:
        code = f"no end after {PART_SECONDS_MAX} s"
    rows = read_report(name, report) if report.exists() else []
    if not rows or (code != 0 and all(passed for _, _, passed in rows)):
        rows.append((f"{name}: ended with {code}, {len(rows)} tests", 0.0, False))
    print(f"    {len(rows)} tests, {time.monotonic() - started:.1f} s", flush=True)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--built-in", type=float, default=0, help="seconds that the build took")
    parser.add_argument("--kitchen", type=Path, required=True,
                        help="Python with the packages of tests/environments/kitchen.txt")
    parser.add_argument("--rda", type=Path, required=True, help="the kitchen's orangeJuice.rda")
    parser.add_argument("parts", nargs="*", metavar="PART", help="only these parts")
    arguments = parser.parse_args()
    os.environ["GALLEY_KITCHEN_RDA"] = str(arguments.rda)
    os.environ["GALLEY_XGBOOST_PYTHON"] = str(arguments.kitchen)
    rows = []
    with tempfile.TemporaryDirectory(prefix="galley-test-") as folder:
        for name, command, report_option in parts(arguments.kitchen):
            if not arguments.parts or name.split()[0] in arguments.parts:
                rows += run_part(name, command, report_option, folder)
    if not rows:
        parser.error(f"there is no part {' or '.join(arguments.parts)}")
    timed = sorted([("build", arguments.built_in), *((name, s) for name, s, _ in rows)],
                   key=lambda row: -row[1])
    print(f"\nThe {min(SLOWEST, len(timed))} slowest steps:")
    for name, seconds in timed[:SLOWEST]:
        print(f"  {seconds:8.2f} s  {name}")
    failed = [name for name, _, passed in rows if not passed]
    for name in failed:
        print(f"FAILED  {name}")
    print(f"\n{len(rows) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
