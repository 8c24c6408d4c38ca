"""Galley's evaluator and xgboost agree on every bit of every margin and prediction.

GALLEY_XGBOOST_PYTHON is a Python with xgboost-cpu 3.2.0 and numpy; without it, this Python must have
them. tests/oracles/trees.py makes the models and asks the library, tree_oracle asks Galley.
"""

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GENERATOR = ROOT / "tests/oracles/trees.py"
PROGRAM = ROOT / "build/release/tree_oracle"
PYTHON = os.environ.get("GALLEY_XGBOOST_PYTHON", sys.executable)
FORMATS = ("json", "ubj")
CASES_MIN = 50
SECONDS_MAX = 600


def galley(*arguments):
    return subprocess.run([str(PROGRAM), *map(str, arguments)], capture_output=True, text=True,
                          timeout=SECONDS_MAX)


def differing(ours, theirs):
    """Indices of the floats that differ in a bit."""
    assert len(ours) == len(theirs)
    if ours == theirs:
        return []
    pairs = zip(struct.iter_unpack("<I", ours), struct.iter_unpack("<I", theirs))
    return [index for index, (a, b) in enumerate(pairs) if a != b]


@pytest.fixture(scope="module")
def oracle(tmp_path_factory):
    """(folder, cases.json)"""
    subprocess.run(["ninja", "-C", str(ROOT / "build/release"), "tree_oracle"], check=True,
                   stdout=subprocess.DEVNULL, timeout=SECONDS_MAX)
    folder = tmp_path_factory.mktemp("oracle")
    made = subprocess.run([PYTHON, str(GENERATOR), str(folder)], capture_output=True, text=True,
                          timeout=SECONDS_MAX)
    assert made.returncode == 0, made.stderr[-4000:]
    return folder, json.loads((folder / "cases.json").read_text("utf-8"))


@pytest.mark.parametrize("ending", FORMATS)
def test_every_case_is_equal(oracle, tmp_path, ending):
    folder, listed = oracle
    assert len(listed["cases"]) >= CASES_MIN
    wrong = []
    floats = 0
    for name, case in listed["cases"].items():
        target = folder / name
        result = galley(ending, case["rounds"], target / f"model.{ending}", target / "rows",
                        tmp_path / "margins", tmp_path / "predictions")
        if result.returncode != 0:
            wrong.append(f"{name}: {result.returncode} {result.stdout} {result.stderr}")
            continue
        names = "".join(f"{feature}|" for feature in case["names"])
        said = (f"features={case['features']} margins={case['margins']} "
                f"outputs={case['outputs']} trees=")
        if not result.stdout.startswith(said) or \
                not result.stdout.endswith(f"objective={case['objective']} names={names}\n"):
            wrong.append(f"{name}: says {result.stdout}")
        for kind in ("margins", "predictions"):
            theirs = (target / kind).read_bytes()
            different = differing((tmp_path / kind).read_bytes(), theirs)
            floats += len(theirs) // 4
            if different:
                wrong.append(f"{name}: {len(different)} {kind} differ, first at {different[0]}")
    assert wrong == []
    print(f"{len(listed['cases'])} models, {floats} floats equal")


def test_every_transform_is_equal(oracle, tmp_path):
    folder, listed = oracle
    for objective, classes in listed["transforms"].items():
        stem = folder / "transforms" / objective.replace(":", "_")
        result = galley("transform", objective, f"{stem}.margins", tmp_path / "out", classes)
        assert result.returncode == 0, result.stderr
        theirs = Path(f"{stem}.predictions").read_bytes()
        assert len(theirs) > 4_000_000
        assert differing((tmp_path / "out").read_bytes(), theirs) == [], objective


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("name, said", [
    ("untrained", "not been trained"),
    ("dart", "booster 'dart'"),
    ("gblinear", "booster 'gblinear'"),
    ("categorical", "categorical splits"),
    ("vector_leaf", "multi_output_tree"),
    ("aft", "objective 'survival:aft'"),
])
def test_other_models_are_refused_by_name(oracle, ending, name, said):
    folder, listed = oracle
    assert name in listed["refused"]
    result = galley("load", folder / "refused" / f"{name}.{ending}")
    assert result.returncode == 3
    assert result.stdout.startswith(("unimplemented: ", "invalid_argument: "))
    assert said in result.stdout


def test_a_changed_leaf_would_be_noticed(oracle, tmp_path):
    folder, _ = oracle
    model = json.loads((folder / "one_tree/model.json").read_text("utf-8"))
    tree = model["learner"]["gradient_booster"]["model"]["trees"][0]
    leaf = tree["left_children"].index(-1)
    tree["split_conditions"][leaf] += 1.0
    (tmp_path / "model.json").write_text(json.dumps(model), encoding="utf-8")
    result = galley("json", "all", tmp_path / "model.json", folder / "one_tree/rows",
                    tmp_path / "margins", tmp_path / "predictions")
    assert result.returncode == 0, result.stderr
    assert differing((tmp_path / "margins").read_bytes(),
                     (folder / "one_tree/margins").read_bytes()) != []
