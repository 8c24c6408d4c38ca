"""Versions of tables: what other projects' readers see, kills, other writers, bad input."""

import concurrent.futures
import json
import os
import time

import numpy as np
import pandas as pd
import pytest
from deltalake import DeltaTable, write_deltalake

from served import Pantry, assert_all_agree, by_deltalake, by_duckdb, in_order

import pantry as kitchen

WEEKS = range(40, 101)


@pytest.fixture(scope="module")
def sales():
    """The kitchen's sales as a frame, as its own reader decodes them."""
    return kitchen.frame(kitchen.load(os.environ["GALLEY_KITCHEN_RDA"])["yx"])


def test_the_kitchens_weeks_one_by_one(pantry, sales, tmp_path):
    for week in WEEKS:
        path = tmp_path / f"week{week}.parquet"
        sales[sales.week == week].to_parquet(path, index=False)
        made = pantry.commit("sales", path, "--batch", f"week{week}", "--source", "bayesm")
        assert made["added"] == (sales.week == week).sum()
    versions = pantry.told("dataset", "log", "sales", "--limit", "100")["versions"]
    assert [row["version"] for row in versions] == list(range(60, -1, -1))
    assert versions[0]["rows"] == (sales.week <= 100).sum()
    parents = [row.get("parent") for row in versions]
    assert parents == [row["digest"] for row in versions[1:]] + [None]
    assert_all_agree(pantry, "sales", (0, 1, 30, 60), tmp_path)
    whole = in_order(by_deltalake(pantry.folder("sales"), 60))
    pd.testing.assert_frame_equal(whole, in_order(sales[sales.week <= 100]), check_dtype=False)


def test_a_batch_comes_twice_and_counts_once(pantry, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("store,amount\n1,2.5\n", encoding="utf-8")
    first = pantry.commit("twice", path, "--batch", "monday")
    again = pantry.commit("twice", path, "--batch", "monday")
    assert (first["version"], again["version"], again["id"]) == (0, 0, first["id"])
    other = pantry.commit("twice", path, "--batch", "tuesday")
    assert (other["version"], other["rows"]) == (1, 2)


def test_equal_content_has_an_equal_digest(pantry, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("store,amount\n1,2.5\n2,\n", encoding="utf-8")
    digests = {pantry.commit(name, path)["digest"] for name in ("one", "other")}
    assert len(digests) == 1


class Model:
    """What the table should be, by pandas."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.rows = pd.DataFrame({"key": [], "value": [], "text": []})
        self.extra = 0

    def batch(self, keys):
        frame = pd.DataFrame({"key": keys, "value": self.random.normal(size=len(keys)).round(6),
                              "text": [f"t{key}" if key % 3 else None for key in keys]})
        for at in range(self.extra):
            frame[f"extra{at}"] = self.random.integers(0, 9, len(keys))
        return frame

    def step(self):
        """(arguments of the command, the batch or None), and the rows afterwards are known."""
        choice = self.random.integers(0, 6)
        if choice == 5:
            self.extra += 1
        if choice == 3 and len(self.rows):
            limit = int(self.random.integers(0, 200))
            self.rows = self.rows[~(self.rows.key < limit)]
            return ["--mode", "delete", "--where", f"key < {limit}"], None
        if choice == 4 and len(self.rows):
            return ["--mode", "compact"], None
        keys = self.random.choice(200, self.random.integers(1, 30), replace=False)
        batch = self.batch(keys)
        if choice == 0:
            self.rows = batch
            return ["--mode", "overwrite"], batch
        self.rows = pd.concat([self.rows[~self.rows.key.isin(keys)], batch], ignore_index=True)
        return ["--mode", "upsert", "--key", "key"], batch


@pytest.mark.parametrize("seed", [1, 2])
def test_any_sequence_leaves_every_version_readable(pantry, tmp_path, seed):
    name = f"random{seed}"
    model = Model(seed)
    expected = {}
    for at in range(14):
        arguments, batch = model.step()
        files = []
        if batch is not None:
            files = [tmp_path / f"{at}.parquet"]
            batch.to_parquet(files[0], index=False)
        version = pantry.commit(name, *files, *arguments)
        expected[version["version"]] = model.rows.copy()
    assert_all_agree(pantry, name, expected, tmp_path)
    for version, rows in expected.items():
        ours = in_order(pantry.exported(name, version, tmp_path))
        for column in set(ours.columns) - set(rows.columns):
            rows[column] = np.nan
        pd.testing.assert_frame_equal(ours, in_order(rows[ours.columns]), check_dtype=False,
                                      check_like=True, obj=f"{name}@{version}")


def test_skipping_by_statistics_finds_every_row(pantry, tmp_path):
    """Bounds of files that are wrong would make other engines lose rows without a word."""
    texts = ["", "a" * 40, "ä" * 33, "z" * 32, "z" * 33, "\U0010ffff" * 34, "mid"]
    times = pd.to_datetime(["2024-01-01 00:00:00.000001", "2024-06-01 12:00:00.999999"], utc=True)
    for at, text in enumerate(texts):
        frame = pd.DataFrame({"text": [text, None], "number": [at * 1e300, -0.5],
                              "odd": [float("nan") if at % 2 else 1.5, 2.5], "at": times})
        path = tmp_path / f"{at}.parquet"
        frame.to_parquet(path, index=False)
        pantry.commit("skipping", path)
    table, newest = pantry.folder("skipping"), len(texts) - 1
    for text in texts:
        found = DeltaTable(str(table)).to_pyarrow_table(filters=[("text", "=", text)])
        assert found.num_rows == 1, text
    assert len(by_duckdb(table, newest).query("number > 1e299")) == newest
    found = DeltaTable(str(table)).to_pyarrow_table(filters=[("odd", ">", 2.0)])
    assert found.num_rows >= len(texts)
    found = DeltaTable(str(table)).to_pyarrow_table(filters=[("at", ">=", times[1])])
    assert found.num_rows == len(texts)


def test_eight_writers_at_once_lose_nothing(pantry, tmp_path):
    def commit(at):
        path = tmp_path / f"{at}.csv"
        path.write_text(f"writer,value\n{at},{at * 10}\n", encoding="utf-8")
        return pantry.commit("crowd", path)["version"]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        versions = list(pool.map(commit, range(8)))
    assert sorted(versions) == list(range(8))
    assert sorted(by_deltalake(pantry.folder("crowd"), 7).writer) == list(range(8))


def test_another_writer_of_delta_is_taken_in(pantry, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("store,amount\n1,2.5\n", encoding="utf-8")
    pantry.commit("shared", path)
    write_deltalake(str(pantry.folder("shared")),
                    pd.DataFrame({"store": [7], "amount": [8.5]}), mode="append")
    made = pantry.commit("shared", path)
    assert (made["version"], made["rows"]) == (2, 3)
    log = pantry.told("dataset", "log", "shared")["versions"]
    assert [(row["version"], row["actor"], row["rows"]) for row in log] == [
        (2, "anonymous", 3), (1, "delta", 2), (0, "anonymous", 1)]
    assert_all_agree(pantry, "shared", range(3), tmp_path)
    kept = {path.stem for path in (pantry.folder("shared") / "_statistics").iterdir()}
    assert kept == {path.stem for path in pantry.folder("shared").glob("*.parquet")}
    DeltaTable(str(pantry.folder("shared"))).create_checkpoint()
    assert sorted(by_deltalake(pantry.folder("shared"), 2).store) == [1, 1, 7]


def test_a_kill_leaves_a_version_whole_or_not_at_all(tmp_path):
    """Everything is killed at many points of a commit. What the client was told is there; the same
    batch again makes it whole; no version is missing, doubled or half."""
    told = []
    for at in range(12):
        own = Pantry(tmp_path, data=tmp_path / "data")
        path = tmp_path / f"{at}.csv"
        path.write_text("n\n" + "\n".join(str(at * 1000 + row) for row in range(1000)),
                        encoding="utf-8")
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            running = pool.submit(own.command, "dataset", "commit", "killed", path, "--batch",
                                  f"b{at}", "--json")
            time.sleep(0.03 * at)
            own.kill()
            done = running.result()
        if done.returncode == 0:
            told.append(json.loads(done.stdout)["version"]["version"])
    own = Pantry(tmp_path, data=tmp_path / "data")
    try:
        for at in range(12):
            own.commit("killed", tmp_path / f"{at}.csv", "--batch", f"b{at}")
        versions = own.told("dataset", "log", "killed")["versions"]
        numbers = [row["version"] for row in versions]
        assert numbers == list(range(12))[::-1] and set(told) <= set(numbers)
        assert versions[0]["rows"] == 12_000
        assert sorted(by_deltalake(own.folder("killed"), 11).n) == list(range(12_000))
        assert_all_agree(own, "killed", numbers, tmp_path)
        events = own.told("event", "list", "--limit", "1000")["events"]
        assert sum(row["kind"] == "dataset.committed" for row in events) == 12
        assert not list((own.folder("killed").parents[1] / "tmp").iterdir())
    finally:
        own.stop()


def test_a_difference_is_what_pandas_says(pantry, tmp_path):
    before = pd.DataFrame({"k": range(100), "v": range(100)})
    after = pd.concat([before[before.k >= 10].assign(v=lambda f: f.v + (f.k % 5 == 0)),
                       pd.DataFrame({"k": range(100, 103), "v": [0, 0, 0]})])
    for at, frame in enumerate((before, after)):
        frame.to_parquet(tmp_path / f"{at}.parquet", index=False)
        pantry.commit("changed", tmp_path / f"{at}.parquet", "--mode", "overwrite")
    keyed = pantry.told("dataset", "diff", "changed", 0, 1, "--key", "k")
    assert keyed == {"columns": [], "added": 3, "removed": 10, "changed": 18, "same": 72, "samples": []}
    plain = pantry.told("dataset", "diff", "changed", 0, 1)
    assert plain == {"columns": [], "added": 21, "removed": 28, "changed": 0, "same": 72, "samples": []}


def refusals(folder):
    """(what, file name, bytes, arguments, what the error must say)."""
    whole = folder / "whole.parquet"
    pd.DataFrame({"store": [1, 2], "amount": [1.0, 2.0]}).to_parquet(whole, index=False)
    nested = folder / "nested.parquet"
    pd.DataFrame({"store": [1], "list": [[1, 2]]}).to_parquet(nested, index=False)
    bytes_of = whole.read_bytes()
    return [
        ("cut", "cut.parquet", bytes_of[:-20], [], ["cut.parquet"]),
        ("no parquet", "text.parquet", b"garbage" * 100, [], ["text.parquet"]),
        ("empty", "empty.csv", b"", [], ["empty.csv"]),
        ("ragged", "ragged.csv", b"a,b\n1,2\n1,2,3\n", [], ["ragged.csv"]),
        ("nested", "n.parquet", nested.read_bytes(), [], ["n.parquet", "'list'", "BIGINT[]"]),
        ("type", "type.csv", b"store,amount\n1,lots\n", [], ["type.csv", "lots"]),
        ("key", "k.csv", b"store,amount\n1,2\n", ["--mode", "upsert", "--key", "shop"],
         ["'keys'", "'shop'"]),
        ("twice", "t.csv", b"store,amount\n1,2\n1,3\n", ["--mode", "upsert", "--key", "store"],
         ["'keys'", "2 rows", "store"]),
        ("null key", "z.csv", b"store,amount\n,2\n", ["--mode", "upsert", "--key", "store"],
         ["'keys'", "'store'", "null"]),
        ("mode", "m.csv", b"store\n1\n", ["--mode", "merge"], ["'mode'", "'merge'"]),
        ("two columns", "c.csv", b"store,Store\n1,2\n", [], ["c.csv", "two columns", "store"]),
    ]


@pytest.mark.parametrize("at", range(11))
def test_bad_input_is_refused_by_name(pantry, tmp_path, at):
    what, name, content, arguments, words = refusals(tmp_path)[at]
    table = f"refused{at}"
    pantry.commit(table, tmp_path / "whole.parquet")
    (tmp_path / name).write_bytes(content)
    said = pantry.refused(table, tmp_path / name, *arguments)
    assert all(word in said for word in words), (what, said)
    assert str(pantry.data) not in said
    latest = pantry.told("dataset", "show", table)["version"]
    assert (latest["version"], latest["rows"]) == (0, 2)
    assert not list((pantry.folder(table).parents[1] / "tmp").iterdir())


@pytest.mark.parametrize("where", ["nosuch = 1", "1=1) OR (1=1", "1=1; DROP TABLE x", "1=1 -- x",
                                   "'open", "store IN (SELECT 1"])
def test_a_condition_is_one_condition(pantry, tmp_path, where):
    path = tmp_path / "a.csv"
    path.write_text("store,amount\n1,2.5\n", encoding="utf-8")
    if "conditions" not in {row["name"] for row in pantry.told("dataset", "list")["datasets"]}:
        pantry.commit("conditions", path)
    assert "'where'" in pantry.refused("conditions", "--mode", "delete", f"--where={where}")
    assert pantry.told("dataset", "show", "conditions")["version"]["rows"] == 1


@pytest.mark.parametrize("name", ["..", "a/b", "", "x" * 64, ".hidden", "tmp/../x"])
def test_names_stay_inside(pantry, tmp_path, name):
    path = tmp_path / "a.csv"
    path.write_text("store\n1\n", encoding="utf-8")
    pantry.refused(name, path)
    assert not (pantry.folder("x").parents[2] / "x").exists()


def test_without_duckdb_the_error_says_what_to_do(tmp_path):
    galley = Pantry(tmp_path, GALLEY_DUCKDB_LIBRARY="")
    try:
        (tmp_path / "a.csv").write_text("store\n1\n", encoding="utf-8")
        assert "duckdb_library" in galley.refused("sales", tmp_path / "a.csv")
        assert galley.told("dataset", "list") == {"datasets": []}
    finally:
        galley.stop()


def test_a_version_that_is_not_there(pantry, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("store\n1\n", encoding="utf-8")
    pantry.commit("few", path)
    for arguments in (("show", "few@7"), ("show", "none"), ("diff", "few", "0", "9"),
                      ("checkout", "few@3", "--to", tmp_path / "x.csv")):
        done = pantry.command("dataset", *arguments)
        assert done.returncode == 1 and "there " in done.stderr, done.stderr
    assert not (tmp_path / "x.csv").exists()
