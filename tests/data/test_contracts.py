"""Contracts: what they find in real and in broken data, and that nothing of it is published."""

import concurrent.futures
import json
import os
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from deltalake import DeltaTable

from served import READERS, Pantry, in_order

import faults
import pantry as kitchen

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = ROOT / "examples/kitchen/galley.yaml"
UNUSUAL = {92, 117, 123, 152, 160}  # Weeks of which R13 warns, all of them real.
RULES = [f"R{number:02}" for number in range(1, 14)]


@pytest.fixture(scope="module")
def frames():
    decoded = kitchen.load(os.environ["GALLEY_KITCHEN_RDA"])
    return {name: kitchen.frame(frame) for name, frame in decoded.items()}


def commit_frame(pantry, name, frame, folder, *arguments):
    path = folder / f"{name}-{time.monotonic_ns()}.parquet"
    frame.to_parquet(path, index=False)
    return pantry.command("dataset", "commit", name, path, *arguments)


def commit_week(pantry, sales, week, folder):
    done = commit_frame(pantry, "sales", sales[sales.week == week], folder, "--batch",
                        f"week{week}")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def guarded(tmp_path_factory, frames):
    """A server with the kitchen's contract in force and weeks 40 to 100."""
    folder = tmp_path_factory.mktemp("guarded")
    pantry = Pantry(folder)
    try:
        done = pantry.command("dataset", "apply", "--file", CONTRACT)
        assert done.returncode == 0, done.stderr
        assert "sales: 13 checks in force" in done.stdout
        assert commit_frame(pantry, "stores", frames["storedemo"], folder).returncode == 0
        for week in range(40, 101):
            commit_week(pantry, frames["yx"], week, folder)
        yield pantry
    finally:
        pantry.stop()


def failures(report):
    return {check["id"]: check["rows"] for check in report["checks"]
            if check["outcome"] == "failed"}


BROKEN = [(faults.per_bottle, {"R09": 132}),
          (faults.twice_and_missing, {"R03": 22, "R07": 10}),
          (faults.mixed_up, {"R02": 3, "R05": 11, "R06": 11, "R11": 1})]


def test_broken_weeks_are_kept_out_with_exactly_these_reports(guarded, frames, tmp_path):
    folder = guarded.folder("sales")
    before = sorted((folder / "_delta_log").iterdir())
    for number, (make, expected) in enumerate(BROKEN, 1):
        week = make(frames["yx"])
        done = commit_frame(guarded, "sales", week, tmp_path, "--batch", "week101")
        assert done.returncode == 1
        assert f"kept as sales@r{number}" in done.stderr and "Nothing is published" in done.stderr
        report = guarded.told("dataset", "report", f"sales@r{number}")
        assert report["outcome"] == "rejected"
        assert [check["id"] for check in report["checks"]] == RULES
        assert failures(report) == expected
        for rule, rows in expected.items():
            assert f"{rule}: {rows} row" in done.stderr
        for check in report["checks"]:
            assert len(check["examples"]) == min(5, expected.get(check["id"], 0))
        # The rows are there to be looked at.
        path = tmp_path / f"r{number}.parquet"
        assert guarded.command("dataset", "checkout", f"sales@r{number}", "--to",
                               path).returncode == 0
        pd.testing.assert_frame_equal(in_order(pd.read_parquet(path)), in_order(week),
                                      check_dtype=False)
    assert sorted((folder / "_delta_log").iterdir()) == before
    assert DeltaTable(str(folder)).version() == 60
    for read in READERS.values():
        assert len(read(folder, 60)) == (frames["yx"].week <= 100).sum()
    rejected = guarded.told("dataset", "rejected", "sales")["rejected"]
    assert [row["version"] for row in rejected] == ["r3", "r2", "r1"]
    events = guarded.told("event", "list", "--limit", "50")["events"]
    assert sum(event["kind"] == "dataset.rejected" for event in events) == 3


def test_duplicates_are_counted_by_key(guarded):
    report = guarded.told("dataset", "report", "sales@r2")
    unique = next(check for check in report["checks"] if check["id"] == "R03")
    assert unique["detail"] == "11 different keys"
    assert {example["store"] for example in unique["examples"]} == {5}


def test_all_real_weeks_pass_and_the_unusual_ones_warn(guarded, frames, tmp_path):
    for week in range(101, 161):
        commit_week(guarded, frames["yx"], week, tmp_path)
    versions = guarded.told("dataset", "log", "sales", "--limit", "200")["versions"]
    assert len(versions) == 121
    warned = {40 + row["version"] for row in versions if row["outcome"] == "warned"}
    assert warned == UNUSUAL
    assert {row["outcome"] for row in versions} == {"passed", "warned"}
    report = guarded.told("dataset", "report", f"sales@{152 - 40}")
    found = {check["id"]: check for check in report["checks"]}
    assert found["R13"]["outcome"] == "failed" and found["R13"]["severity"] == "warning"
    mean = frames["yx"][frames["yx"].week == 152].feat.mean()
    assert f"mean of feat is {mean:.6g}" in found["R13"]["detail"]
    # The median of eight needs eight weeks.
    early = guarded.told("dataset", "report", "sales@7")
    late = guarded.told("dataset", "report", "sales@8")
    outcomes = [next(check["outcome"] for check in report["checks"] if check["id"] == "R08")
                for report in (early, late)]
    assert outcomes == ["skipped", "passed"]
    # All rows at once.
    assert guarded.command("dataset", "check", "sales").returncode == 0


def test_statistics_are_those_of_all_rows(guarded, frames):
    versions = guarded.told("dataset", "log", "sales", "--limit", "1")["versions"]
    number = versions[0]["version"]
    rows = frames["yx"][frames["yx"].week <= 40 + number]
    told = guarded.told("dataset", "show", f"sales@{number}", "--statistics")
    assert told["rows"] == len(rows)
    for column in told["columns"]:
        values = rows[column["name"]]
        assert column["nulls"] == values.isna().sum()
        assert column["min"] == values.min() and column["max"] == values.max()
        assert column["mean"] == pytest.approx(values.mean(), rel=1e-12)
        assert column["stddev"] == pytest.approx(values.std(), rel=1e-9, abs=1e-12)
        distinct = values.nunique()
        assert column["distinct"] == pytest.approx(distinct, rel=0 if distinct <= 512 else 0.08)
        for share, name in ((.25, "q25"), (.5, "median"), (.75, "q75")):
            low = (values < column[name]).mean()
            high = (values <= column[name]).mean()
            assert low - 0.02 <= share <= high + 0.02, (column["name"], name)
        counts = values.value_counts()
        for item in column["frequent"][:1] if distinct <= 1000 else []:
            assert item["count"] == counts.max() == counts[item["value"]]


def project(folder, text):
    path = folder / "galley.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def in_force(pantry, folder, name, contract):
    """Sets a contract from its YAML, indented or not."""
    lines = "".join(f"      {line}\n" for line in contract.strip().splitlines())
    done = pantry.command("dataset", "apply", "--file",
                          project(folder, f"datasets:\n  {name}:\n    contract:\n{lines}"))
    assert done.returncode == 0, done.stderr


def rows(**columns):
    """A frame; whole numbers stay whole beside None."""
    frame = pd.DataFrame(columns)
    for name, values in columns.items():
        if all(isinstance(value, int | None) and not isinstance(value, bool) for value in values):
            frame[name] = frame[name].astype("Int64")
    return frame


SINGLE = [
    # rule, good rows, bad rows and how many of them.
    ("rule: not_null, columns: [a, t]", rows(a=[1, 2], t=["x", "y"]),
     rows(a=[1, None, 2], t=["x", "y", None]), 2),
    ("rule: in_set, columns: [t], values: [x, 'it''s', \"y\\n\"]", rows(t=["x", "it's", "y\n", None]),
     rows(t=["x", "y", "it's"]), 1),
    ("rule: in_set, columns: [a], values: [1, 2]", rows(a=[1, 2]), rows(a=[1, 3, 0]), 2),
    ("rule: in_set, columns: [f], values: [true]", rows(f=[True]), rows(f=[True, False]), 1),
    ("rule: range, columns: [b], min: 0, max: 1", rows(b=[0., 1., None]),
     rows(b=[-.1, 1.1, .5]), 2),
    ("rule: range, columns: [b], above: 0, below: 1", rows(b=[.5]), rows(b=[0., 1., .5]), 2),
    ("rule: expression, sql: a + 1 > 1 AND t <> 'no'", rows(a=[1, 2], t=["x", None]),
     rows(a=[1, -1, 1], t=["x", "x", "no"]), 2),
    ("rule: whole_number, columns: [b]", rows(b=[1., -3.]), rows(b=[1., 1.5]), 1),
    ("rule: whole_number, sql: b * 2, tolerance: 0.01, min: 1", rows(b=[1.5, 2.004]),
     rows(b=[1.52, 0., 1.]), 2),
    ("rule: unique, columns: [a], scope: batch", rows(a=[1, 2]), rows(a=[5, 5, 6]), 2),
    ("rule: one_value_per_group, columns: [b], by: [a]", rows(a=[1, 1, 2], b=[.5, .5, .7]),
     rows(a=[1, 1, 2], b=[.5, .6, .7]), 2),
    ("rule: distinct_per_group, columns: [b], by: [a], min: 2, max: 3",
     rows(a=[1, 1], b=[.1, .2]), rows(a=[1, 1, 2], b=[.1, .2, .3]), 1),
    ("rule: distinct_per_group, columns: [b, t], by: [a], equals: 2",
     rows(a=[1, 1], b=[.1, .1], t=["x", "y"]), rows(a=[1, 1], b=[.1, .1], t=["x", "x"]), 2),
    ("rule: next, columns: [a], step: 2", rows(a=[10, 10]), rows(a=[12, 12, 11]), 1),
    ("rule: row_count, min: 2, max: 3", rows(a=[1, 2]), rows(a=[1]), 0),
    ("rule: statistic, of: mean, columns: [a], min: 1, max: 2", rows(a=[1, 2]), rows(a=[4, 1]), 0),
    ("rule: statistic, of: stddev, columns: [a], below: 1", rows(a=[1, 2]), rows(a=[1, 4]), 0),
    ("rule: statistic, of: null_fraction, columns: [a], max: 0.5", rows(a=[1, None]),
     rows(a=[1, None, None]), 0),
    ("rule: statistic, of: distinct_count, columns: [t], min: 2", rows(t=["x", "y"]),
     rows(t=["x", "x"]), 0),
    ("rule: statistic, of: quantile, quantile: 0.9, columns: [a], max: 5", rows(a=range(6)),
     rows(a=range(10)), 0),
    ("rule: statistic, of: sum, columns: [a], scope: dataset, max: 10", rows(a=[4, 5]),
     rows(a=[2]), 0),
    ("rule: statistic, of: max, columns: [a], max: 10", rows(a=[10]), rows(a=[11]), 0),
    ("rule: query, sql: SELECT count(*) FROM batch WHERE a > 1, max: 1", rows(a=[1, 2]),
     rows(a=[2, 2]), 0),
    ("rule: query, sql: SELECT count(*) FROM dataset, below: 4", rows(a=[1, 2]),
     rows(a=[2, 2]), 0),
    ("rule: freshness, columns: [d], max_age: 3 d", rows(d=[pd.Timestamp.now("UTC")]), None, 0),
]


@pytest.mark.parametrize("number", range(len(SINGLE)), ids=[row[0][:60] for row in SINGLE])
def test_each_rule_passes_and_breaks(pantry, tmp_path, number):
    rule, good, bad, count = SINGLE[number]
    name = f"rule{number}"
    in_force(pantry, tmp_path, name, f"checks:\n  - {{id: it, {rule}}}")
    done = commit_frame(pantry, name, good, tmp_path)
    assert done.returncode == 0, done.stderr
    assert pantry.told("dataset", "report", f"{name}@0")["outcome"] == "passed"
    if bad is None:
        return
    done = commit_frame(pantry, name, bad, tmp_path)
    assert done.returncode == 1, done.stdout
    report = pantry.told("dataset", "report", f"{name}@r1")
    assert failures(report) == {"it": count}
    assert len(report["checks"][0]["examples"]) == min(count, 5)
    assert count or report["checks"][0]["detail"]
    assert pantry.told("dataset", "show", name)["version"]["version"] == 0


def test_old_data_is_not_fresh(pantry, tmp_path):
    in_force(pantry, tmp_path, "stale",
             "checks:\n  - {id: it, rule: freshness, columns: [d], max_age: 3 d}")
    old = rows(d=[pd.Timestamp.now("UTC") - pd.Timedelta(days=4)])
    assert commit_frame(pantry, "stale", old, tmp_path).returncode == 1
    assert commit_frame(pantry, "stale", rows(d=[pd.Timestamp.now("UTC")]),
                        tmp_path).returncode == 0
    # Old rows beside fresh ones.
    assert commit_frame(pantry, "stale", old, tmp_path).returncode == 0


def test_uniqueness_is_that_of_the_whole_dataset(pantry, tmp_path):
    in_force(pantry, tmp_path, "keys", "checks:\n  - {id: it, rule: unique, columns: [k, t]}")
    first = rows(k=[1, 2, 3], t=["a", "a", None])
    assert commit_frame(pantry, "keys", first, tmp_path).returncode == 0
    assert commit_frame(pantry, "keys", rows(k=[1], t=["b"]), tmp_path).returncode == 0
    done = commit_frame(pantry, "keys", rows(k=[1, 9, 3], t=["a", "a", None]), tmp_path)
    assert done.returncode == 1 and "it: 1 row" in done.stderr
    # An upsert takes the place of what has its key.
    done = commit_frame(pantry, "keys", rows(k=[1], t=["a"]), tmp_path, "--mode", "upsert",
                        "--key", "k,t")
    assert done.returncode == 0, done.stderr
    done = commit_frame(pantry, "keys", rows(k=[4], t=["a"]), tmp_path, "--mode", "upsert",
                        "--key", "k")
    assert done.returncode == 0, done.stderr


def test_references_follow_the_other_dataset(pantry, tmp_path):
    in_force(pantry, tmp_path, "orders",
             "checks:\n  - {id: it, rule: reference, columns: [c], dataset: customers, to: [id]}")
    order = rows(c=["ann", None])
    done = commit_frame(pantry, "orders", order, tmp_path)
    assert done.returncode == 1 and "the dataset 'customers' has no rows" in done.stderr
    assert commit_frame(pantry, "customers", rows(id=["bob"]), tmp_path).returncode == 0
    assert commit_frame(pantry, "orders", order, tmp_path).returncode == 1
    assert commit_frame(pantry, "customers", rows(id=["ann"]), tmp_path).returncode == 0
    assert commit_frame(pantry, "orders", order, tmp_path).returncode == 0


def test_groups_of_the_whole_dataset(pantry, tmp_path):
    in_force(pantry, tmp_path, "groups",
             "checks:\n  - {id: it, rule: one_value_per_group, columns: [v], by: [g], "
             "scope: dataset}")
    assert commit_frame(pantry, "groups", rows(g=[1, 2], v=[5, 6]), tmp_path).returncode == 0
    assert commit_frame(pantry, "groups", rows(g=[1], v=[5]), tmp_path).returncode == 0
    done = commit_frame(pantry, "groups", rows(g=[1, 3], v=[6, 6]), tmp_path)
    assert done.returncode == 1 and "it: 1 row" in done.stderr


def test_columns_that_are_not_the_contracts(pantry, tmp_path):
    in_force(pantry, tmp_path, "typed",
             "columns: [{name: a, type: long}, {name: t, type: string}]\n"
             "checks:\n  - {id: it, rule: schema}")
    # A text file has no types of its own: it takes the contract's.
    path = tmp_path / "typed.csv"
    path.write_text("a,t\n7,007\n", encoding="utf-8")
    assert pantry.commit("typed", path)["columns"] == [{"name": "a", "type": "long"},
                                                       {"name": "t", "type": "string"}]
    wrong = [(rows(a=[1]), "column 't' is missing"),
             (rows(t=["x"], a=[1]), "column 't' is out of order"),
             (rows(a=[1], t=["x"], z=[1]), "column 'z' is not in the contract"),
             (rows(a=["x"], t=["x"]), "column 'a' is string, not long"),
             (rows(a=np.array([1], dtype="int32"), t=["x"]), "column 'a' is integer, not long")]
    for frame, said in wrong:
        done = commit_frame(pantry, "typed", frame, tmp_path)
        assert done.returncode == 1 and said in done.stderr, done.stderr
        assert "kept as typed@r" in done.stderr
    in_force(pantry, tmp_path, "typed",
             "columns: [{name: a, type: long}, {name: t, type: string}]\n"
             "checks:\n  - {id: it, rule: schema, extra: allowed}")
    assert commit_frame(pantry, "typed", rows(a=[1], t=["x"], z=[1]), tmp_path).returncode == 0


def test_late_rows_go_aside_and_corrections_do_not(pantry, tmp_path):
    in_force(pantry, tmp_path, "events",
             "watermark: {column: week, lateness: 1}\n"
             "checks:\n  - {id: it, rule: range, columns: [v], min: 0}")
    assert commit_frame(pantry, "events", rows(week=[9, 10], v=[1, 1]), tmp_path).returncode == 0
    done = commit_frame(pantry, "events", rows(week=[8, 9, 11, None], v=[-5, 2, 2, 2]), tmp_path,
                        "--batch", "monday")
    assert done.returncode == 0, done.stderr
    newest = pantry.told("dataset", "show", "events")["version"]
    assert (newest["version"], newest["added"], newest["rows"]) == (1, 3, 5)
    assert pantry.told("dataset", "report", "events@1")["late"] == 1
    late = pantry.exported("events.late", 0, tmp_path)
    assert late.to_dict("records") == [{"week": 8, "v": -5}]
    # The same batch again: nothing twice, neither here nor there.
    done = commit_frame(pantry, "events", rows(week=[8, 9, 11, None], v=[-5, 2, 2, 2]), tmp_path,
                        "--batch", "monday")
    assert done.returncode == 0
    assert pantry.told("dataset", "show", "events")["version"]["version"] == 1
    assert pantry.told("dataset", "show", "events.late")["version"]["version"] == 0
    # A correction of any age.
    done = commit_frame(pantry, "events", rows(week=[9], v=[7]), tmp_path, "--mode", "upsert",
                        "--key", "week")
    assert done.returncode == 0, done.stderr
    # What is deleted does not turn the watermark back.
    assert pantry.command("dataset", "commit", "events", "--mode", "delete", "--where",
                          "week > 9").returncode == 0
    commit_frame(pantry, "events", rows(week=[9, 10], v=[1, 1]), tmp_path)
    assert pantry.told("dataset", "show", "events.late")["version"]["rows"] == 2


def test_late_rows_by_time(pantry, tmp_path):
    in_force(pantry, tmp_path, "clicks", "watermark: {column: at, lateness: 2 h}\nchecks: []")
    at = [pd.Timestamp(f"2024-05-01T{hour:02}:00:00Z") for hour in range(24)]
    assert commit_frame(pantry, "clicks", rows(at=at[10:13]), tmp_path).returncode == 0
    assert commit_frame(pantry, "clicks", rows(at=[at[9], at[10]]), tmp_path).returncode == 0
    assert pantry.exported("clicks.late", 0, tmp_path)["at"].tolist() == [at[9]]


def test_a_correction_is_checked_and_the_rows_beside_it_are_not(pantry, tmp_path):
    assert commit_frame(pantry, "fixes", rows(k=[1, 2], v=[-1, 5]), tmp_path).returncode == 0
    in_force(pantry, tmp_path, "fixes",
             "checks:\n  - {id: low, rule: range, columns: [v], min: 0}\n"
             "  - {id: mean, rule: statistic, of: mean, columns: [v], max: 8}\n"
             "  - {id: all, rule: statistic, of: mean, columns: [v], max: 6, scope: dataset}")
    upsert = ("--mode", "upsert", "--key", "k")
    done = commit_frame(pantry, "fixes", rows(k=[2], v=[-3]), tmp_path, *upsert)
    assert done.returncode == 1 and "low: 1 row" in done.stderr
    done = commit_frame(pantry, "fixes", rows(k=[2], v=[9]), tmp_path, *upsert)
    assert done.returncode == 1 and "mean of v is 9" in done.stderr and "all:" not in done.stderr
    assert commit_frame(pantry, "fixes", rows(k=[2], v=[7]), tmp_path, *upsert).returncode == 0
    # Without the row of -1 the mean of all is 7.
    done = pantry.command("dataset", "commit", "fixes", "--mode", "delete", "--where", "k = 1")
    assert done.returncode == 1 and "all: mean of v is 7" in done.stderr
    assert pantry.command("dataset", "check", "fixes").returncode == 1
    assert pantry.command("dataset", "contract", "fixes", "--remove").returncode == 0
    done = pantry.command("dataset", "commit", "fixes", "--mode", "delete", "--where", "k = 1")
    assert done.returncode == 0


WRONG = [
    ("datasets:\n  s:\n    contract:\n      checks:\n        - {id: a, rule: unqiue, columns: [x]}",
     "galley.yaml:5:19: 'datasets.s.contract.checks[0].rule': there is no rule 'unqiue'; there are"),
    ("datasets:\n  s:\n    contract:\n      checks:\n        - id: a\n          rule: range\n"
     "          columns: [x]\n          mx: 3\n",
     "galley.yaml:8:11: there is no field 'datasets.s.contract.checks[0].mx'; there are: id, rule"),
    ("datasets:\n  s:\n    contract:\n      checks:\n        - id: a\n          rule: range\n"
     "          columns: x\n", "galley.yaml:7:11: 'datasets.s.contract.checks[0].columns' must be a "
     'list, not "x"'),
    ("datasets:\n  s:\n    contract:\n      checks:\n        - {id: a, rule: range, columns: [x]}",
     "rule 'range' needs a bound: min max above below"),
    ("datasets:\n  s:\n    contract:\n      checks:\n        - {id: a, rule: unique}",
     "galley.yaml:5:11: 'datasets.s.contract.checks[0].columns': rule 'unique' needs 'columns'"),
    ("datasets:\n  s:\n    contract:\n      checks:\n"
     "        - {id: a, rule: unique, columns: [x], min: 1}",
     "galley.yaml:5:47: 'datasets.s.contract.checks[0].min': 'min' is no key of rule 'unique'; it "
     "has: columns scope"),
    ("datasets:\n  s:\n    contract:\n      checks:\n"
     "        - {id: a, rule: range, columns: [x], min: low}", "must be a number, not \"low\""),
    ("datasets:\n  s:\n    contract:\n      checks:\n"
     "        - {id: a, rule: range, columns: [x], min: 2, max: 1}", "'min' 2 is above 'max' 1"),
    ("datasets:\n  s:\n    contract:\n      checks:\n"
     "        - {id: a, rule: unique, columns: [x]}\n        - {id: a, rule: unique, columns: [y]}",
     "galley.yaml:6:12: 'datasets.s.contract.checks[1].id': there are two checks 'a'"),
    ("datasets:\n  s:\n    contract:\n      checks:\n"
     "        - {id: a, rule: freshness, columns: [x], max_age: soon}",
     "'max_age' must be a time such as '90 min', '6 h' or '2 d', not 'soon'"),
    ("datasets:\n  s:\n    contract:\n      checks:\n"
     "        - {id: a, rule: unique, columns: [x], severity: fatal}",
     "'severity' must be one of error, warning, not 'fatal'"),
    ("datasets:\n  s:\n    contract:\n      watermark: {column: x, lateness: -1}", "'lateness' must"),
    ("datasets:\n  s:\n    contrct: {}", "galley.yaml:3:5: there is no key 'datasets.s.contrct'"),
    ("dataset:\n  s: {}", "galley.yaml:1:1: there is no key 'dataset'; there are: name, on"),
    ("datasets: [s]", "galley.yaml:1:11: 'datasets' must be a mapping of names"),
    ("datasets:\n  s:\n    contract: nowhere.odcs.yaml", "galley.yaml:3:15: 'datasets.s.contract': "),
    ("datasets:\n  s: {\n", "galley.yaml:3:1: is not YAML: "),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_what_is_wrong_with_a_file_is_named_with_its_line(pantry, tmp_path, number):
    text, said = WRONG[number]
    done = pantry.command("dataset", "apply", "--dry-run", "--file", project(tmp_path, text))
    assert done.returncode != 0
    assert said in done.stderr, done.stderr


def test_the_api_refuses_what_is_no_contract(pantry):
    for body, said in [
            ({"checks": [{"id": "a", "rule": "unique"}]}, "'checks[0].columns': rule 'unique' needs"),
            ({"check": []}, "there is no field 'check'"),
            ([], "must be a JSON object"),
            ({"checks": [{"id": "a" * 101, "rule": "unique"}]}, "has 101 bytes; the limit is 100"),
            ({"checks": [{"id": "a", "rule": "in_set", "columns": ["a"], "values": [{}]}]},
             "must be a string, a number, true or false")]:
        status, answer = pantry.put("datasets/none/contract", body)
        assert status == 400 and said in answer["error"]["message"], answer
    names = [row["name"] for row in pantry.told("dataset", "list")["datasets"]]
    assert "none" not in names


def test_conditions_that_cannot_be_evaluated_keep_the_data_out(pantry, tmp_path):
    for at, (sql, said) in enumerate([
            ("nowhere > 1", "nowhere"), ("a > 1) OR (true", "is not one condition"),
            ("a = (SELECT count(*) FROM read_csv('/etc/passwd'))", "it cannot be evaluated"),
            ("a; DROP VIEW batch", "is not one condition"), ("error('boom')", "boom")]):
        name = f"condition{at}"
        in_force(pantry, tmp_path, name,
                 f"checks:\n  - {{id: it, rule: expression, sql: {json.dumps(sql)}}}")
        done = commit_frame(pantry, name, rows(a=[1]), tmp_path)
        assert done.returncode == 1 and said in done.stderr, done.stderr


def test_a_kill_leaves_a_version_with_its_report_or_none(tmp_path, frames):
    data = tmp_path / "data"
    pantry = Pantry(tmp_path, data)
    try:
        in_force(pantry, tmp_path, "sales",
                 "checks:\n  - {id: it, rule: range, columns: [price1], min: 0}\n"
                 "  - {id: all, rule: statistic, of: min, columns: [week], min: 40, scope: dataset}")
        good = frames["yx"][frames["yx"].week == 40]
        bad = good.assign(price1=-1.)
        random = np.random.default_rng(11)
        for attempt in range(8):
            frame = bad if attempt % 2 else good
            worker = threading.Thread(target=commit_frame, args=(pantry, "sales", frame, tmp_path))
            worker.start()
            time.sleep(random.uniform(0.02, 0.25))
            pantry.kill()
            worker.join()
            pantry = Pantry(tmp_path, data)
            versions = pantry.told("dataset", "log", "sales")["versions"] \
                if (pantry.folder("sales") / "_delta_log").exists() else []
            for row in versions:
                assert row["outcome"] == "passed"
                report = pantry.told("dataset", "report", f"sales@{row['version']}")
                assert [check["outcome"] for check in report["checks"]] == ["passed"] * 2
            kept = pantry.told("dataset", "rejected", "sales")["rejected"]
            folders = list((pantry.folder("sales") / "_rejected").glob("*"))
            assert len(folders) == len(kept)
            for row in kept:
                out = tmp_path / "kept.parquet"
                assert pantry.command("dataset", "checkout", f"sales@{row['version']}", "--to",
                                      out).returncode == 0
    finally:
        pantry.stop()


def test_eight_writers_at_once_are_all_checked(pantry, tmp_path):
    in_force(pantry, tmp_path, "crowd", "checks:\n  - {id: it, rule: unique, columns: [k]}")

    def write(number):
        return commit_frame(pantry, "crowd", rows(k=[number // 2]), tmp_path).returncode

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(write, range(8)))
    assert sorted(codes) == [0] * 4 + [1] * 4
    assert sorted(pantry.exported("crowd", 3, tmp_path)["k"]) == [0, 1, 2, 3]


# As the standard's own examples have them (data quality, service levels), put together.
ODCS = """
version: 1.0.0
apiVersion: v3.1.0
kind: DataContract
id: 53581432-6c55-4ba2-a65f-72344a91553a
status: active
name: orders
schema:
  - name: orders
    physicalType: table
    properties:
      - name: order_id
        logicalType: integer
        primaryKey: true
        primaryKeyPosition: 1
      - name: order_status
        logicalType: string
        physicalType: varchar(10)
        quality:
          - metric: nullValues
            mustBeLessThan: 50
            unit: percent
            description: "There must be less than 50 % null values in the column."
          - type: library
            metric: invalidValues
            arguments:
              validValues: ['open', 'paid']
            mustBe: 0
      - name: iban
        logicalType: string
        quality:
          - metric: invalidValues
            mustBeLessThan: 2
            unit: rows
            arguments:
              pattern: '^[A-Z]{2}[0-9]{2}'
      - name: amount
        logicalType: number
        required: true
        quality:
          - type: sql
            severity: warning
            name: big
            query: |
              SELECT COUNT(*) FROM {object} WHERE {property} > 100
            mustBeLessOrEqualTo: 1
          - type: custom
            engine: galley
            implementation: |
              id: cents
              rule: whole_number
              sql: amount * 100
              tolerance: 0.0001
          - type: custom
            engine: soda
            implementation: "anything"
          - type: text
            description: The amount was verified by the system.
    quality:
      - metric: rowCount
        mustBeBetween: [1, 5]
slaProperties:
  - property: retention
    value: 3
    unit: y
"""


def test_an_odcs_file_is_a_contract(pantry, tmp_path):
    (tmp_path / "orders.odcs.yaml").write_text(ODCS, encoding="utf-8")
    done = pantry.command("dataset", "apply", "--file",
                          project(tmp_path, "datasets: {odcs: {contract: orders.odcs.yaml}}"))
    assert done.returncode == 0, done.stderr
    contract = pantry.told("dataset", "contract", "odcs")["contract"]
    assert [check["id"] for check in contract["checks"]] == [
        "order_id.required", "order_status.nullValues", "order_status.invalidValues",
        "iban.invalidValues", "amount.required", "big", "cents", "primaryKey", "schema", "rowCount"]
    good = rows(order_id=[1, 2, 3], order_status=["open", None, "paid"],
                iban=["DE12", "x", None], amount=[1.25, 500., 3.])
    done = commit_frame(pantry, "odcs", good, tmp_path)
    assert done.returncode == 0, done.stderr
    bad = rows(order_id=[1, 5, 5], order_status=["open", None, "lost"],
               iban=["DE12", "x", "y"], amount=[1.255, 500., None])
    assert commit_frame(pantry, "odcs", bad, tmp_path).returncode == 1
    report = pantry.told("dataset", "report", "odcs@r1")
    assert failures(report) == {"order_status.invalidValues": 0, "iban.invalidValues": 0,
                                "amount.required": 1, "big": 0, "cents": 1, "primaryKey": 3,
                                "rowCount": 0}
    other = rows(order_id=["a"], order_status=["open"], iban=["DE12"], amount=[1.])
    done = commit_frame(pantry, "odcs", other, tmp_path)
    assert "column 'order_id' is string, not any integer" in done.stderr


@pytest.mark.parametrize("old, new, said", [
    ("v3.1.0", "v2.2.2", ":2:1: this is no ODCS file"),
    ("mustBeBetween: [1, 5]", "mustBeBetween: [1]", ":61:24: 'mustBeBetween' must be two numbers"),
    ("mustBeBetween: [1, 5]", "unit: rows", "this rule needs an operator"),
    ("mustBeBetween: [1, 5]", "mustNotBe: 3", "'mustNotBe' is not supported"),
    ("metric: rowCount", "metric: rows", "there is no metric 'rows'; there are: nullValues"),
    ("logicalType: number", "logicalType: map", "property 'amount': neither"),
    ("rule: whole_number", "rule: whole", "there is no rule 'whole'"),
])
def test_what_is_wrong_with_an_odcs_file(pantry, tmp_path, old, new, said):
    assert old in ODCS
    (tmp_path / "o.yaml").write_text(ODCS.replace(old, new), encoding="utf-8")
    done = pantry.command("dataset", "apply", "--dry-run", "--file",
                          project(tmp_path, "datasets: {odcs: {contract: o.yaml}}"))
    assert done.returncode != 0 and said in done.stderr, done.stderr
