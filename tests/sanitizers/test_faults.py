"""Each sanitizer ends a process that does what it watches for, and tests/run.py hears of it.

`GALLEY_SANITIZER` names the build: asan or tsan.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
import run  # noqa: E402

SANITIZER = os.environ["GALLEY_SANITIZER"]
FAULTY = ROOT / "build" / SANITIZER / "faulty"
FAULTS = {
    "asan": [("heap-overflow", "heap-buffer-overflow"), ("use-after-free", "heap-use-after-free"),
             ("leak", "16 byte(s) leaked"), ("signed-overflow", "signed integer overflow")],
    "tsan": [("race", "data race")],
}[SANITIZER]


def ended(fault, reports):
    return subprocess.run([FAULTY, fault], env=os.environ | run.sanitizer_options(reports),
                          capture_output=True, timeout=60).returncode


@pytest.mark.parametrize("fault, named", FAULTS)
def test_a_fault_is_caught_and_placed(tmp_path, fault, named):
    assert ended(fault, tmp_path / "report") != 0
    text = "".join(file.read_text() for file in tmp_path.iterdir())
    assert named in text
    assert "faulty.cc:" in text


def test_what_is_right_is_left_alone(tmp_path):
    assert ended("none", tmp_path / "report") == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fault, named", FAULTS)
def test_a_part_fails_by_a_report_alone(tmp_path, fault, named):
    """The part itself ends well, as `galley up` does when it has started a process again."""
    part = run.Part("planted", ["sh", "-c", f"{FAULTY} {fault}; true"], None)
    step, report = run.run_part(part, tmp_path)
    assert step.why is None
    assert named in report.why and (named.split()[0] in report.name or "leaked" in report.name)
