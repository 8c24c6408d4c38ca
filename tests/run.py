"""Runs all tests of `./dev test`, prints the slowest and, last, `N passed, N failed`.

Every part writes JUnit XML; that is where names, times and results are read from. A part that ends
badly without a failed test in its report (a crash, no report at all) counts as one failure, and so
does a part in which no test ran, and each report of a sanitizer: the tests need not notice that a
process ended, because `galley up` starts it again.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PART_SECONDS_MAX = 1200
LONG_PART_SECONDS_MAX = 4500
SLOWEST = 20
REPORT_CHARACTERS = 8000
FAILURES_TOLD = 20  # Again at the end, with the last characters of each.
FAILURE_CHARACTERS = 2500


# ASan and UBSan: all unit tests. TSan: the rooms with threads.
TSAN_ROOMS = ("foundation_base", "foundation_http", "foundation_io", "platform_notify",
              "protocol_control_native", "serving_router",
              "serving_runtime", "storage_appendlog", "storage_db")
SANITIZERS = {"asan": ["all", "faulty"],
              "tsan": ["galley", "faulty", *(f"{room}_test" for room in TSAN_ROOMS)]}
# Tests of the whole program beside tests/system, without those of memory and of a slow client.
ASAN_MLFLOW = ("tests/mlflow/test_limits.py", "tests/mlflow/test_same_answers.py",
               "-k", "not a_large_file and not a_slow_upload")
ASAN_SERVING = ("tests/serving/test_invocations.py", "tests/serving/test_records.py")
TSAN_MLFLOW = ("tests/mlflow/test_durability.py",)
TSAN_SERVING = ("tests/serving/test_load.py", "tests/serving/test_kills.py",
                "tests/serving/test_versions.py")
# Of binutils, which the compiler needs; an llvm-symbolizer on PATH may be too old.
SYMBOLIZER = "external_symbolizer_path=/usr/bin/addr2line"


@dataclass
class Row:
    """One test; `why` is what its failure says, None if it passed."""
    name: str
    seconds: float
    why: str | None = None


@dataclass
class Part:
    name: str
    command: list
    report_option: str | None  # None: one step, which passes if it ends with 0.
    environment: dict = field(default_factory=dict)


def unit_part(name, program, **environment):
    return Part(f"{name} {program.name}", [str(program), "--gtest_brief=1"],
                "--gtest_output=xml:{}", environment)


def unit_parts():
    for program in sorted((ROOT / "build/release/unit").glob("*_test")):
        yield unit_part("unit", program)


def pytest_part(python, name, *tests, **environment):
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider",
               "-o", "junit_family=xunit2", *tests]
    return Part(name, command, "--junitxml={}", environment)


def sanitizer_options(reports):
    """The environment in which what the sanitizers find is written to files that begin so."""
    common = f"halt_on_error=1:{SYMBOLIZER}:log_path={reports}"
    return {"ASAN_OPTIONS": f"{common}:detect_leaks=1",
            "UBSAN_OPTIONS": f"{common}:print_stacktrace=1",
            "TSAN_OPTIONS": f"{common}:second_deadlock_stack=1"}


def sanitized_parts(kitchen, sanitizer):
    """Builds, sees planted faults caught, then runs what `sanitizer` is there for."""
    build = ROOT / "build" / sanitizer
    program = {"GALLEY_PROGRAM": str(build / "galley")}
    yield Part(f"{sanitizer} build", [str(ROOT / "dev"), "build", sanitizer,
                                      *SANITIZERS[sanitizer]], None)
    yield pytest_part(sys.executable, f"{sanitizer} faults", "tests/sanitizers",
                      GALLEY_SANITIZER=sanitizer)
    for test in sorted((build / "unit").glob("*_test")):
        if sanitizer == "asan" or test.name.removesuffix("_test") in TSAN_ROOMS:
            yield unit_part(sanitizer, test)
    yield pytest_part(sys.executable, f"{sanitizer} system", "tests/system", **program)
    mlflow = ASAN_MLFLOW if sanitizer == "asan" else TSAN_MLFLOW
    serving = ASAN_SERVING if sanitizer == "asan" else TSAN_SERVING
    yield pytest_part(kitchen, f"{sanitizer} mlflow", *mlflow, **program)
    yield pytest_part(kitchen, f"{sanitizer} serving", *serving, **program)


def parts(kitchen, readers, validators):
    """What is run. `kitchen` is the Python of tests/environments/kitchen.txt: real clients, a real
    MLflow server and the libraries that models are compared with."""
    yield from unit_parts()
    yield pytest_part(sys.executable, "system", "tests/system")
    yield pytest_part(validators, "api", "tests/api")
    yield pytest_part(kitchen, "mlflow", "tests/mlflow")
    yield pytest_part(kitchen, "worker", "tests/worker")
    yield pytest_part(kitchen, "serving", "tests/serving")
    yield pytest_part(kitchen, "watch", "tests/watch")
    yield pytest_part(kitchen, "stream", "tests/stream")
    yield pytest_part(sys.executable, "trees", "tests/trees")
    yield pytest_part(kitchen, "counts", "tests/counts")
    yield pytest_part(kitchen, "kitchen", "tests/kitchen")
    yield pytest_part(readers, "data", "tests/data")
    yield pytest_part(kitchen, "pipeline", "tests/pipeline")
    yield pytest_part(kitchen, "seed", "tests/seed")
    yield pytest_part(kitchen, "demo", "tests/demo")
    yield pytest_part(kitchen, "loop", "tests/loop")
    yield pytest_part(kitchen, "page", "tests/page")
    if os.environ.get("GALLEY_LONG") == "1":
        yield pytest_part(kitchen, "soak", "tests/soak")
    for sanitizer in SANITIZERS:
        yield from sanitized_parts(kitchen, sanitizer)
    yield pytest_part(sys.executable, "tidy", "tests/tidy")


def read_report(part, file):
    """The rows of one JUnit file; skipped tests are left out."""
    rows = []
    for case in ElementTree.parse(file).iter("testcase"):
        if case.find("skipped") is not None:
            continue
        why = [it.text or it.get("message", "") for it in case if it.tag in ("failure", "error")]
        name = f"{part}: {case.get('classname', '')}.{case.get('name')}"
        rows.append(Row(name, float(case.get("time", 0)), "\n".join(why) if why else None))
    return rows


def sanitizer_reports(part, folder):
    """A failed row for each report; prints what it says."""
    rows = []
    for file in sorted(folder.iterdir()):
        text = file.read_text(encoding="utf-8", errors="replace")
        print(text[:REPORT_CHARACTERS], flush=True)
        lines = [line for line in text.splitlines() if "SUMMARY" in line or "runtime error" in line]
        rows.append(Row(f"{part}: {lines[0] if lines else 'report of a sanitizer'}", 0.0, text))
    return rows


def seconds_max():
    return LONG_PART_SECONDS_MAX if os.environ.get("GALLEY_LONG") == "1" else PART_SECONDS_MAX


def cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run_part(part, folder):
    folder = Path(tempfile.mkdtemp(dir=folder))
    report, reports = folder / "report.xml", folder / "sanitizers"
    reports.mkdir()
    option = [part.report_option.format(report)] if part.report_option else []
    print(f"--- {part.name}", flush=True)
    started, cpu = time.monotonic(), cpu_of_children()
    try:
        code = subprocess.run(
            [*part.command, *option], cwd=ROOT, timeout=seconds_max(),
            stdin=subprocess.DEVNULL,
            env=os.environ | sanitizer_options(reports / "report") | part.environment).returncode
    except subprocess.TimeoutExpired:
        code = f"no end after {seconds_max()} s"
    seconds = time.monotonic() - started
    rows = read_report(part.name, report) if report.exists() else []
    if part.report_option is None:
        rows = [Row(part.name, seconds, None if code == 0 else f"it ended with {code}")]
    if not rows or (code != 0 and all(row.why is None for row in rows)):
        rows.append(Row(f"{part.name}: ended with {code}, {len(rows)} tests", 0.0, ""))
    rows += sanitizer_reports(part.name, reports)
    print(f"    {len(rows)} tests, {seconds:.1f} s, CPU {cpu_of_children() - cpu:.1f} s", flush=True)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--built-in", type=float, default=0, help="seconds that the build took")
    parser.add_argument("--kitchen", type=Path, required=True,
                        help="Python with the packages of tests/environments/kitchen.txt")
    parser.add_argument("--readers", type=Path, required=True,
                        help="Python with the packages of tests/environments/data.txt")
    parser.add_argument("--validators", type=Path, required=True,
                        help="Python with the packages of tests/environments/api.txt")
    parser.add_argument("--rda", type=Path, required=True, help="the kitchen's orangeJuice.rda")
    parser.add_argument("--long", action="store_true", help="also the long tests")
    parser.add_argument("parts", nargs="*", metavar="PART", help="only these parts")
    arguments = parser.parse_args()
    os.environ["GALLEY_KITCHEN_RDA"] = str(arguments.rda)
    os.environ["GALLEY_LONG"] = "1" if arguments.long else "0"
    os.environ["GALLEY_XGBOOST_PYTHON"] = str(arguments.kitchen)
    rows = []
    with tempfile.TemporaryDirectory(prefix="galley-test-") as folder:
        for part in parts(arguments.kitchen, arguments.readers, arguments.validators):
            if not arguments.parts or part.name.split()[0] in arguments.parts:
                rows += run_part(part, folder)
    if not rows:
        parser.error(f"there is no part {' or '.join(arguments.parts)}")
    timed = sorted([Row("build", arguments.built_in), *rows], key=lambda row: -row.seconds)
    print(f"\nThe {min(SLOWEST, len(timed))} slowest steps:")
    for row in timed[:SLOWEST]:
        print(f"  {row.seconds:8.2f} s  {row.name}")
    failed = [row for row in rows if row.why is not None]
    for row in failed[:FAILURES_TOLD]:
        print(f"\n{row.name}\n{row.why[-FAILURE_CHARACTERS:]}")
    for row in failed:
        print(f"FAILED  {row.name}")
    print(f"\n{len(rows) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
