"""A dataset version as the reference of drift: what numpy makes of the same file, whatever happens meanwhile."""

import json
import os
import random
import signal
import sqlite3
import threading
from decimal import Decimal
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_wine

from conftest import serving
from test_pictures import distance, edges_of

WATCHED = ["alcohol", "proline", "hue", "magnesium"]
MONITOR = """
monitors:
  %s:
    endpoint: demand
    time: week
    labels_late: 1
    drift: {columns: [alcohol, proline, hue, magnesium], span: 2, floor: 0.05, deviations: 1%s}
"""
WEEK_ROWS = 18
BYTES_MAX = 64 << 20


def wine():
    """Forina's wines, in another order, each column of another type, some values missing."""
    frame = load_wine(as_frame=True).data.sample(frac=1, random_state=3).reset_index(drop=True)
    table = pd.DataFrame({
        "alcohol": frame["alcohol"], "proline": frame["proline"].astype("int64"),
        "hue": frame["hue"].astype("float32"),
        "magnesium": [Decimal(f"{it:.1f}") for it in frame["magnesium"]],
        "sort": frame["color_intensity"].map(lambda it: "dark" if it > 5 else "pale"),
        "week": np.arange(len(frame)) // WEEK_ROWS})
    table.loc[::17, "alcohol"] = None
    return table


class Cellar:
    """The wines as a file and as a dataset of two versions; the second lacks weeks."""

    def __init__(self, weeks):
        self.weeks, self.galley, self.folder = weeks, weeks.galley, weeks.folder
        self.path = self.folder / "wine.parquet"
        wine().to_parquet(self.path)
        self.commit("wine", self.path)
        self.commit("wine", "--mode", "delete", "--where", "week >= 8")

    def commit(self, *arguments):
        code, _, errors = self.galley.command("dataset", "commit", *arguments)
        assert code == 0, errors

    def values(self):
        """Of the file, as pandas reads it: a column of floats each."""
        frame = pd.read_parquet(self.path)
        return {name: frame[name].astype("float64").to_numpy() for name in [*WATCHED, "week"]}

    def refer(self, name, dataset, **more):
        return self.galley.control("POST", f"monitors/{name}/reference", {"dataset": dataset, **more})

    def monitor(self, name):
        answer = self.galley.control("GET", "monitors", token=False).json()
        return next(it for it in answer["monitors"] if it["name"] == name)

    def stored(self, name):
        return self.galley.query(
            "SELECT r.name, r.histogram, r.threshold, r.blocks, r.deviation FROM monitor_reference AS r "
            "JOIN monitor AS m ON m.row = r.monitor WHERE m.name = ? ORDER BY r.name", name)

    def version(self, number, dataset="wine"):
        return self.galley.control("GET", f"datasets/{dataset}/versions/{number}",
                                   token=False).json()["version"]


@pytest.fixture(name="cellar", scope="module")
def filled_cellar(weeks):
    return Cellar(weeks)


def limits(values):
    """Of each column, by the blocks of two weeks."""
    found = {}
    for name in WATCHED:
        column, edges = values[name], edges_of(values[name])
        blocks = [distance("psi", column, column[values["week"] // 2 == at], edges) for at in range(5)]
        found[name] = max(0.05, np.mean(blocks) + np.std(blocks))
    return found


def test_a_dataset_version_is_what_numpy_makes_of_its_file(weeks, cellar):
    weeks.apply(MONITOR % ("tasted", ""))
    tried = cellar.refer("tasted", "wine@0", dry_run=True).json()
    assert tried["dry_run"] and cellar.stored("tasted") == []
    told = weeks.galley.shown("monitor", "reference", "tasted", "--dataset", "wine@0")
    assert {**tried, "dry_run": False} == told
    version = cellar.version(0)
    assert (told["dataset"], told["version"], told["digest"], told["rows"]) == (
        "wine", 0, version["digest"], 178)
    values = cellar.values()
    expected = limits(values)
    assert [it["column"] for it in told["columns"]] == WATCHED
    for column in told["columns"]:
        assert column["blocks"] == 5
        assert column["threshold"] == pytest.approx(expected[column["column"]], rel=1e-9)

    # Wines of one kind alone are asked for: they differ from all.
    others = load_wine(as_frame=True)
    sent = others.data[others.target == 2][WATCHED].to_numpy()
    for week in (100, 101):
        data = [[1.0, 1.0, 3, week, *row] for row in sent.tolist()]
        columns = [*weeks.model.columns, "week", *WATCHED]
        answer = weeks.galley.ask("POST", "/api/v1/endpoints/demand/predict",
                                  {"dataframe_split": {"columns": columns, "data": data}})
        assert answer.status == 200, answer
    drift = serving.wait_until(
        lambda: next((it for it in weeks.galley.shown("monitor", "drift", "tasted")["windows"]
                      if it["rows"] == 2 * len(sent)), None), "both weeks are counted")
    for at, (name, value) in enumerate(zip(WATCHED, drift["columns"], strict=True)):
        assert value["psi"] == pytest.approx(
            distance("psi", values[name], np.tile(sent[:, at], 2), edges_of(values[name])), rel=1e-9)
    feature = weeks.galley.control("GET", "monitors/tasted/features/alcohol", token=False).json()
    assert feature["reference"]["bins"][-1]["rows"] == np.isnan(values["alcohol"]).sum() == 11


def nodes(weeks, node, direction):
    """The names of a lineage's nodes, as the API tells them."""
    path = f"lineage?node={node}&dir={direction}"
    return [it["node"] for it in weeks.galley.control("GET", path, token=False).json()["nodes"]]


def test_where_it_came_from_is_shown_and_found(weeks, cellar):
    weeks.apply(MONITOR % ("shown", ""))
    assert "reference" not in cellar.monitor("shown")
    assert cellar.refer("shown", "wine").status == 200
    version = cellar.version(1)
    reference = cellar.monitor("shown")["reference"]
    assert {key: reference[key] for key in ("source", "dataset", "version", "version_id", "digest", "rows")} == {
        "source": "dataset", "dataset": "wine", "version": 1, "version_id": version["id"],
        "digest": version["digest"], "rows": 8 * WEEK_ROWS}
    printed = weeks.galley.command("monitor", "show", "shown")[1]
    assert f"Reference: dataset wine@1, 144 rows, digest {version['digest'][:12]}" in printed
    consumers = weeks.galley.control("GET", "datasets/wine/consumers", token=False).json()["consumers"]
    found = [(it["name"], it["version"], it["state"]) for it in consumers if it["kind"] == "monitor"]
    assert ("shown", 1, "reference") in found
    assert "monitor:shown" in nodes(weeks, "dataset:wine@1", "down")
    assert nodes(weeks, "monitor:shown", "up") == ["monitor:shown", "dataset:wine@1"]
    assert "dataset wine@1" in " ".join(weeks.galley.command("lineage", "monitor:shown", "--up")[1].split())
    events = weeks.galley.shown("event", "list", "--limit", "20")["events"]
    event = next(it for it in events if it["kind"] == "monitor.reference_set")["detail"]
    assert (event["source"], event["dataset"], event["dataset_version"], event["dataset_version_id"],
            event["digest"]) == ("dataset", "wine", 1, version["id"], version["digest"])

    path = cellar.folder / "shown.csv"
    pd.read_parquet(cellar.path).drop(columns="sort").to_csv(path, index=False)
    assert weeks.galley.command("monitor", "reference", "shown", "--file", path)[0] == 0
    after = cellar.monitor("shown")["reference"]
    assert (after["source"], after["rows"]) == ("file", 178) and "dataset" not in after
    assert "Reference: a file, 178 rows, SHA-256" in weeks.galley.command("monitor", "show", "shown")[1]
    assert "monitor:shown" not in nodes(weeks, "dataset:wine@1", "down")
    assert nodes(weeks, "monitor:shown", "up") == ["monitor:shown"]


def test_a_version_by_its_id_and_digest(weeks, cellar):
    weeks.apply(MONITOR % ("named", ""))
    version = cellar.version(0)
    for text in (version["id"], version["digest"], version["digest"][:8].upper(), "wine@v0", " wine@0 "):
        answer = cellar.refer("named", text, dry_run=True)
        assert answer.status == 200 and answer.json()["version"] == 0, answer


def test_first_digits_of_two_digests_are_no_guess(weeks, cellar):
    """Digests that begin alike cannot be made; one is changed where it is kept."""
    weeks.apply(MONITOR % ("alike", ""))
    first, other = cellar.version(0), cellar.version(1)
    with sqlite3.connect(Path(weeks.galley.data) / "galley.db") as db:
        alike = f"CAST(X'{first['digest'][:12]}' || substr(digest, 7) AS BLOB)"
        db.execute(f"UPDATE dataset_version SET digest = {alike} WHERE id = X'{other['id']}'")
        db.commit()
        answer = cellar.refer("alike", first["digest"][:10], dry_run=True)
        assert answer.status == 400, answer
        said = answer.json()["error"]["message"]
        assert "'dataset': the digests of wine@1 and wine@0 begin with" in said, said
        assert cellar.refer("alike", first["digest"], dry_run=True).json()["version"] == 0
        db.execute(f"UPDATE dataset_version SET digest = X'{other['digest']}' WHERE id = X'{other['id']}'")


def test_of_a_csv_file_it_is_what_the_file_is(weeks, cellar, tmp_path):
    path = tmp_path / "same.csv"
    pd.read_parquet(cellar.path).drop(columns="sort").to_csv(path, index=False)
    cellar.commit("same", path)
    weeks.apply(MONITOR % ("by-file", ""))
    weeks.apply(MONITOR % ("by-dataset", ""))
    code, _, errors = weeks.galley.command("monitor", "reference", "by-file", "--file", path)
    assert code == 0, errors
    assert cellar.refer("by-dataset", "same@0").status == 200
    assert cellar.stored("by-file") == cellar.stored("by-dataset") != []


def test_missing_values_of_a_single_column_count(weeks, cellar):
    weeks.apply("monitors: {single: {endpoint: demand, drift: {columns: [alcohol]}}}")
    answer = cellar.refer("single", "wine@0")
    assert (answer.status, answer.json()["rows"]) == (200, 178)


def test_galley_yaml_names_one(weeks, cellar):
    pd.read_parquet(cellar.path).to_parquet(cellar.folder / "grown.parquet")
    cellar.commit("grown", cellar.folder / "grown.parquet")
    weeks.apply(MONITOR % ("kept-up", ", reference: grown"))
    assert cellar.monitor("kept-up")["reference"]["version"] == 0
    assert cellar.monitor("kept-up")["settings"]["drift"]["reference"] == "grown"
    set_ms = cellar.monitor("kept-up")["reference"]["set_ms"]
    weeks.apply(MONITOR % ("kept-up", ", reference: grown"))
    assert cellar.monitor("kept-up")["reference"]["set_ms"] == set_ms  # It is in force.

    weeks.ask(200)
    measured = "SELECT count(*) FROM measured AS r JOIN monitor AS m ON m.row = r.monitor WHERE m.name = 'kept-up'"
    serving.wait_until(lambda: weeks.galley.query(measured)[0][0] > 0, "it measures")
    cellar.commit("grown", "--mode", "delete", "--where", "week = 0")
    weeks.apply(MONITOR % ("kept-up", ", reference: grown"))
    assert cellar.monitor("kept-up")["reference"]["version"] == 1
    weeks.apply(MONITOR % ("kept-up", ", reference: grown@0"))
    assert cellar.monitor("kept-up")["reference"]["version"] == 0
    weeks.apply(MONITOR % ("kept-up", ""))
    assert cellar.monitor("kept-up")["reference"]["version"] == 0  # Without the key it stays.
    assert weeks.galley.query(measured)[0][0] > 0

    path = cellar.folder / "galley.yaml"
    path.write_text(MONITOR % ("kept-up", ", reference: grown@9"), encoding="utf-8")
    code, _, errors = weeks.command("monitor", "apply", "--file", path)
    assert code != 0 and "'drift.reference': dataset 'grown': there is no version 9" in errors
    assert cellar.monitor("kept-up")["settings"]["drift"]["reference"] == ""


@pytest.fixture(name="wrong", scope="module")
def wrong_datasets(cellar, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wrong")
    frame = pd.read_parquet(cellar.path)
    made = {"lacking": frame.drop(columns="hue"), "texts": frame.assign(hue="red"), "emptied": frame,
            "timeless": frame.assign(week=pd.Timestamp("2026-01-01")),
            "missing": frame.assign(hue=np.float32("nan"))}
    for name, table in made.items():
        table.to_parquet(folder / f"{name}.parquet")
        cellar.commit(name, folder / f"{name}.parquet")
    cellar.commit("emptied", "--mode", "delete", "--where", "true")
    cellar.commit("photos", folder)
    cellar.weeks.apply(MONITOR % ("wrong", ""))
    assert cellar.refer("wrong", "wine@0").status == 200
    return cellar.stored("wrong")


@pytest.mark.parametrize(("dataset", "status", "message"), [
    ("nothing@0", 404, "'dataset': there is no dataset 'nothing'; 'galley dataset list' prints those"),
    ("0123456789abcdef", 404, "there is no dataset '0123456789abcdef'"),
    ("wine@99", 404, "'dataset': dataset 'wine': there is no version 99; there are 0 to 1"),
    ("wine@r1", 400, "'wine@r1' broke its contract and was not published: 'galley dataset report wine@r1'"),
    ("wine@first", 400, "'dataset': 'first' is no version"),
    ("photos", 400, "'dataset': 'photos' is a dataset of files, which has no rows"),
    ("lacking", 400, "'lacking@0' has no column 'hue', which is in 'drift.columns' of the monitor 'wrong'; it "
     "has: alcohol, proline, magnesium, sort, week. Name a version that has it"),
    ("texts", 400, "the column 'hue' of 'texts@0' is string, not a number"),
    ("timeless", 400, "the column 'week' of 'timeless@0' is timestamp, not a number, and is in 'time'"),
    ("emptied", 400, "'emptied@1' has no rows"),
    ("missing", 400, "'dataset': the reference's column 'hue' has no numbers"),
])
def test_what_cannot_be_a_reference_changes_nothing(cellar, wrong, dataset, status, message):
    answer = cellar.refer("wrong", dataset)
    assert answer.status == status and message in answer.json()["error"]["message"], answer
    assert cellar.stored("wrong") == wrong
    code, _, errors = cellar.galley.command("monitor", "reference", "wrong", "--dataset", dataset)
    assert code != 0 and message in errors


def test_a_version_that_broke_its_contract_is_none(weeks, cellar, wrong, tmp_path):
    path = tmp_path / "galley.yaml"
    frame = pd.read_parquet(cellar.path)
    frame.to_parquet(tmp_path / "checked.parquet")
    cellar.commit("checked", tmp_path / "checked.parquet")
    path.write_text("datasets: {checked: {contract: {checks: [{id: hue, rule: range, columns: [hue], max: 2}]}}}",
                    encoding="ascii")
    code, _, errors = weeks.galley.command("dataset", "apply", "--file", path)
    assert code == 0, errors
    frame.assign(hue=np.float32(3)).to_parquet(tmp_path / "bad.parquet")
    code, _, errors = weeks.galley.command("dataset", "commit", "checked", tmp_path / "bad.parquet")
    assert code != 0 and "checked@r1" in errors
    assert "'checked@r1' broke its contract" in cellar.refer("wrong", "checked@r1").json()["error"]["message"]
    assert cellar.stored("wrong") == wrong
    # The newest one is a good one.
    assert cellar.refer("wrong", "checked", dry_run=True).json()["version"] == 0


def test_a_command_names_one_of_both(weeks, wrong):
    code, _, errors = weeks.galley.command("monitor", "reference", "wrong")
    assert code != 0 and "give --dataset NAME@VERSION or --file ROWS.csv" in errors
    code, _, errors = weeks.galley.command("monitor", "reference", "wrong", "--dataset", "wine", "--file", "a.csv")
    assert code != 0 and "--file excludes --dataset" in errors


@pytest.mark.parametrize(("body", "message"), [
    ({}, "give either 'dataset' or 'from' and 'to'"),
    ({"dataset": "wine", "from": 0, "to": 1}, "give either 'dataset' or 'from' and 'to'"),
    ({"from": 0}, "give both 'from' and 'to'"),
    ({"dataset": "wine", "model": "watched"}, "give both 'model' and 'version'"),
    ({"from": 0, "to": 1, "model": "watched", "version": 1}, "'model' and 'version' go with 'dataset'"),
    ({"dataset": "x" * 201}, "dataset"),
])
def test_unclear_questions_are_refused(weeks, wrong, body, message):
    answer = weeks.galley.control("POST", "monitors/wrong/reference", body)
    assert answer.status == 400 and message in answer.json()["error"]["message"], answer


def test_more_than_a_reference_may_have_is_refused_before_it_is_read(weeks, cellar, tmp_path):
    rows = BYTES_MAX // 30
    generator = np.random.default_rng(1)
    path = tmp_path / "large.parquet"
    pd.DataFrame({"alcohol": generator.random(rows), "more": generator.random(rows)}).to_parquet(path)
    cellar.commit("large", path)
    weeks.apply("monitors: {large: {endpoint: demand, drift: {columns: [alcohol, more]}}}")
    answer = cellar.refer("large", "large")
    assert answer.status == 429, answer  # As of too many logged rows.
    assert "'dataset': the 2 columns that are read of 'large@0' are" in answer.json()["error"]["message"]
    # One column of them is short enough.
    weeks.apply("monitors: {large: {endpoint: demand, drift: {columns: [more]}}}")
    answer = cellar.refer("large", "large")
    assert (answer.status, answer.json()["rows"]) == (200, rows)
    assert cellar.stored("large")[0][4] == pytest.approx(
        np.std(pd.read_parquet(path)["more"]), rel=1e-9)


def test_one_for_a_model_version_waits_for_it(weeks, cellar):
    client = mlflow.MlflowClient(weeks.galley.url)
    first = client.get_model_version(weeks.model.name, str(weeks.model.version))
    assert weeks.galley.control("GET", "monitors/tasted/reference", token=False).json()["trained_on"] == []
    client.set_tag(first.run_id, "galley.dataset.wine", "0")
    known = weeks.galley.control("GET", "monitors/tasted/reference", token=False).json()
    assert known["trained_on"] == [{"dataset": "wine", "version": 0}]

    second = int(client.create_model_version(weeks.model.name, first.source, first.run_id).version)
    weeks.apply(MONITOR % ("rolled", ", reference: wine@0"))
    model = f"{weeks.model.name}@{second}"
    code, _, errors = weeks.galley.command("monitor", "reference", "rolled", "--dataset", "wine@1", "--model", model)
    assert code == 0, errors
    assert cellar.monitor("rolled")["reference"]["version"] == 0

    def consumers():
        answer = weeks.galley.control("GET", "datasets/wine/consumers", token=False).json()["consumers"]
        return {(it["version"], it["state"]) for it in answer if it["name"] == "rolled"}
    assert consumers() == {(0, "reference"), (1, "kept")}
    code, _, errors = weeks.galley.command("endpoint", "set", "demand", "--model", model)
    assert code == 0, errors
    serving.wait_until(lambda: cellar.monitor("rolled")["reference"]["version"] == 1, "the kept one is in force")
    assert (1, "reference") in consumers()


def test_kills_leave_one_reference_or_the_other(weeks, cellar):
    weeks.apply(MONITOR % ("killed", ""))
    chance = random.Random(4)
    assert cellar.refer("killed", "wine@0").status == 200
    for turn in range(4):  # After more of them `galley up` gives up.
        def ask(version=1 - turn % 2):
            try:
                cellar.refer("killed", f"wine@{version}")
            except OSError:
                pass
        asking = threading.Thread(target=ask)
        asking.start()
        asking.join(chance.random() * 0.4)
        os.kill(weeks.galley.server_pid(), signal.SIGKILL)
        asking.join()

        def back():
            try:
                return cellar.monitor("killed")
            except (OSError, ValueError, KeyError):
                return None
        reference = serving.wait_until(back, "the server is back")["reference"]
        rows = {0: 178, 1: 144}[reference["version"]]
        answer = weeks.galley.control("GET", "monitors/killed/heatmap", token=False).json()
        assert {it["reference_rows"] for it in answer["columns"]} == {rows} == {reference["rows"]}
        (event,) = weeks.galley.query(
            "SELECT detail FROM event WHERE kind = 'monitor.reference_set' ORDER BY sequence DESC LIMIT 1")
        assert json.loads(event[0])["dataset_version"] == reference["version"]
