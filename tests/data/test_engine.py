"""`galley exec table` against pandas, pyarrow and DuckDB's own package: the same rows in, the same
out, whatever was done to them. The files that it reads are written by the others."""

import datetime
import decimal
import hashlib
import importlib
import io
import json
import os
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from conftest import INVALID_ARGUMENT, NOT_FOUND, RESOURCE_EXHAUSTED, Refused, Table
from deltalake import DeltaTable
from pantry import load

UTC = datetime.UTC


def rows_of(table):
    """What pyarrow reads from the table's files, null in columns that a file lacks."""
    parts = [pq.read_table(path) for path in table.files]
    return pa.concat_tables(parts, promote_options="default") if parts else None


def written(folder, name, data, **options):
    path = folder / name
    if name.endswith(".parquet"):
        pq.write_table(data if isinstance(data, pa.Table) else pa.table(data), path, **options)
    else:
        path.write_text(data)
    return path


def types(table):
    return {column["name"]: column["type"] for column in table.columns}


def refused(table, words, operation, *inputs, code=INVALID_ARGUMENT, **more):
    with pytest.raises(Refused) as caught:
        table.ask(operation, *inputs, **more)
    assert caught.value.code == code, caught.value
    for word in words:
        assert word in caught.value.message, caught.value
    return caught.value.message


@pytest.fixture(scope="module")
def sales():
    frame = load(os.environ["GALLEY_KITCHEN_RDA"])["yx"]
    return pd.DataFrame({name: np.asarray(values) for name, values in frame.items()})


# --- Real data


def test_orange_juice_comes_in_week_by_week_and_is_all_there(table, tmp_path, sales):
    weeks = sorted(sales["week"].unique())[:6]
    for week in weeks:
        file = tmp_path / f"week{week}.csv"
        sales[sales["week"] == week].to_csv(file, index=False)
        table.commit("append", file)
    expected = sales[sales["week"].isin(weeks)].reset_index(drop=True)
    found = rows_of(table).to_pandas()
    assert types(table)["store"] == "long" and types(table)["price1"] == "double"
    order = ["week", "store", "brand"]
    pd.testing.assert_frame_equal(found.sort_values(order, ignore_index=True),
                                  expected.sort_values(order, ignore_index=True),
                                  check_dtype=False, check_exact=True)


def test_orange_juice_corrected_deleted_compacted(table, tmp_path, sales):
    data = sales[sales["week"] < 50].reset_index(drop=True)
    for store in (range(0, 50), range(50, 200)):
        part = data[data["store"].isin(store)]
        table.commit("append", written(tmp_path, f"{store.start}.parquet",
                                       pa.Table.from_pandas(part, preserve_index=False)))
    before = set(table.files)
    fixed = data[(data["store"] < 50) & (data["week"] == 45)].copy()
    fixed["feat"] = 1.0 - fixed["feat"]
    new = fixed.copy()
    new["week"] = 999
    both = pd.concat([fixed, new]).astype(data.dtypes)
    answer = table.commit("upsert", written(tmp_path, "fixed.parquet",
                                            pa.Table.from_pandas(both, preserve_index=False)),
                          keys=["store", "brand", "week"])
    assert answer["added"] == len(both) and answer["removed_rows"] == len(fixed)
    assert len(answer["removed"]) == 1 and len(before & set(table.files)) == 1
    keys = ["store", "brand", "week"]
    expected = pd.concat([data, both]).drop_duplicates(keys, keep="last")

    answer = table.commit("delete", where="brand = 3 AND feat > 0.5")
    gone = (expected["brand"] == 3) & (expected["feat"] > 0.5)
    assert answer["removed_rows"] == gone.sum() and answer["added"] == 0
    expected = expected[~gone]

    late = data.head(5).assign(week=1000).astype(data.dtypes)
    table.commit("append", written(tmp_path, "late.parquet",
                                   pa.Table.from_pandas(late, preserve_index=False)))
    expected = pd.concat([expected, late])
    answer = table.commit("compact")
    assert len(table.files) == 1 and len(answer["removed"]) == 2
    pd.testing.assert_frame_equal(
        rows_of(table).to_pandas().sort_values(keys, ignore_index=True),
        expected.sort_values(keys, ignore_index=True), check_dtype=False, check_exact=True)
    assert table.commit("compact")["removed"] == []


def test_equal_requests_give_equal_bytes(tmp_path, sales):
    file = written(tmp_path, "a.parquet", pa.Table.from_pandas(sales, preserve_index=False))
    correction = written(tmp_path, "b.parquet", pa.Table.from_pandas(
        sales[sales["week"] == 100].assign(deal=7).astype(sales.dtypes), preserve_index=False))
    digests = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        table = Table(tmp_path / name)
        table.commit("append", file, threads=2)
        table.commit("upsert", correction, keys=["store", "brand", "week"], threads=2)
        folder = Path(next(iter(table.files))).parent
        digests.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                        for path in sorted(folder.iterdir()) if path.is_file()})
    assert digests[0] == digests[1] and len(digests[0]) >= 2


# --- Types


def test_types_are_as_the_page_says(table, tmp_path):
    moment = datetime.datetime(2024, 1, 2, 3, 4, 5, 678901)
    data = pa.table({
        "b": pa.array([True, None]), "i8": pa.array([-1, None], pa.int8()),
        "i16": pa.array([1, None], pa.int16()), "i32": pa.array([1, None], pa.int32()),
        "i64": pa.array([2**62, None], pa.int64()), "u8": pa.array([255, None], pa.uint8()),
        "u16": pa.array([65535, None], pa.uint16()), "u32": pa.array([2**32 - 1, None], pa.uint32()),
        "u64": pa.array([2**64 - 1, None], pa.uint64()), "f": pa.array([0.1, None], pa.float32()),
        "d": pa.array([0.1, None]), "dec": pa.array([decimal.Decimal("1.23"), None]),
        "s": pa.array(["ü\x00'\"", None]), "bin": pa.array([b"\x00\xff", None]),
        "day": pa.array([moment.date(), None]), "naive": pa.array([moment, None], pa.timestamp("us")),
        "nano": pa.array([moment, None], pa.timestamp("ns")),
        "zoned": pa.array([moment, None], pa.timestamp("ms", tz="Europe/Berlin")),
        "dict": pa.array(["x", None]).dictionary_encode()})
    table.commit("append", written(tmp_path, "a.parquet", data))
    assert types(table) == {
        "b": "boolean", "i8": "byte", "i16": "short", "i32": "integer", "i64": "long",
        "u8": "short", "u16": "integer", "u32": "long", "u64": "decimal(20,0)", "f": "float",
        "d": "double", "dec": "decimal(3,2)", "s": "string", "bin": "binary", "day": "date",
        "naive": "timestamp", "nano": "timestamp", "zoned": "timestamp", "dict": "string"}
    found = rows_of(table)
    assert found.schema.field("naive").type == pa.timestamp("us", tz="UTC")
    row, nulls = found.to_pylist()
    assert set(nulls.values()) == {None}
    assert row["naive"] == row["nano"] == moment.replace(tzinfo=UTC)
    assert row["zoned"] == moment.replace(microsecond=678000, tzinfo=UTC)
    assert row["u64"] == 2**64 - 1 and row["i64"] == 2**62 and row["bin"] == b"\x00\xff"
    assert row["s"] == "ü\x00'\"" and row["dec"] == decimal.Decimal("1.23")
    # What it wrote, it takes again.
    table.commit("append", Path(next(iter(table.files))))


@pytest.mark.parametrize("column", [
    pa.array([[1]]), pa.array([{"a": 1}]), pa.array([datetime.time(1)]),
    pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64()))])
def test_nested_columns_are_refused_by_name(table, tmp_path, column):
    file = written(tmp_path, "a.parquet", pa.table({"ok": [1], "odd one": column}))
    refused(table, ["my a.parquet", "odd one"], "append", file)


def test_columns_come_go_and_widen(table, tmp_path):
    table.commit("append", written(tmp_path, "a.parquet", {"a": pa.array([1, 2], pa.int64()),
                                                          "s": ["x", "y"]}))
    table.commit("append", written(tmp_path, "b.parquet", {"a": pa.array([3], pa.int16()),
                                                          "new": [1.5]}))
    assert types(table) == {"a": "long", "s": "string", "new": "double"}
    assert rows_of(table).to_pylist() == [
        {"a": 1, "s": "x", "new": None}, {"a": 2, "s": "y", "new": None},
        {"a": 3, "s": None, "new": 1.5}]
    for name, data, words in [
            ("c.parquet", {"a": ["text"]}, ["my c.parquet", "'a'", "string", "long"]),
            ("d.parquet", {"a": [1.5]}, ["'a'", "double", "long"]),
            ("e.parquet", {"new": pa.array([1], pa.int64())}, ["'new'", "long", "double"])]:
        refused(table, words, "append", written(tmp_path, name, data))
    # Rewriting a file that lacks a column gives it the column.
    table.commit("delete", where="a = 1")
    assert rows_of(table).sort_by("a").to_pylist() == [
        {"a": 2, "s": "y", "new": None}, {"a": 3, "s": None, "new": 1.5}]
    # Letters' case is no difference; overwriting starts anew.
    table.commit("append", written(tmp_path, "f.parquet", {"A": [9]}))
    assert list(types(table)) == ["a", "s", "new"]
    answer = table.commit("overwrite", written(tmp_path, "g.parquet", {"a": ["now text"]}))
    assert types(table) == {"a": "string"} and answer["removed_rows"] == 3
    assert rows_of(table).to_pylist() == [{"a": "now text"}]


def test_two_columns_of_one_name(table, tmp_path):
    file = written(tmp_path, "a.parquet", pa.table([[1], [2]], names=["x", "X"]))
    refused(table, ["my a.parquet", "two columns"], "append", file)


def test_names_that_are_sql(table, tmp_path):
    names = ['"; DROP TABLE x; --', "it's", "select", "filename", "a.b", "ü"]
    file = written(tmp_path, "a.parquet", pa.table([[1]] * len(names), names=names))
    odd = tmp_path / "it's.parquet"
    odd.write_bytes(file.read_bytes())
    table.commit("append", odd)
    assert rows_of(table).to_pylist() == [dict.fromkeys(names, 1)]
    assert table.commit("delete", where='"it\'s" = 1')["removed_rows"] == 1


# --- CSV and JSON


def test_csv_types_and_nulls(table, tmp_path):
    table.commit("append", written(tmp_path, "a.csv", (
        "n,x,code,big,flag,day,at,empty,s\r\n"
        '1,1.5,007,12345678901234567890,true,2024-01-31,2024-01-31T01:02:03.5Z,,"a ""b"", c"\r\n'
        ',,010,2,False,,"2024-01-31 01:02:03",,""\r\n')))
    assert types(table) == {
        "n": "long", "x": "double", "code": "string", "big": "string", "flag": "boolean",
        "day": "date", "at": "timestamp", "empty": "string", "s": "string"}
    first, second = rows_of(table).to_pylist()
    assert first["code"] == "007" and first["big"] == "12345678901234567890"
    assert first["s"] == 'a "b", c' and second["s"] == "" and first["empty"] is None
    assert second["n"] is None and second["flag"] is False
    assert first["at"] == datetime.datetime(2024, 1, 31, 1, 2, 3, 500000, UTC)
    # In a table the columns have their types: no guess.
    table.commit("append", written(tmp_path, "b.csv", "code,n,s\n123,7,5\n"))
    assert rows_of(table).to_pylist()[2]["code"] == "123"
    refused(table, ["my c.csv", "'n'", "long", "1.5", "line 3"], "append",
            written(tmp_path, "c.csv", "n\n1\n1.5\n"))


def test_csv_agrees_with_pandas_on_other_delimiters(table, tmp_path):
    text = "a;b;c\n1;x,y;2.5\n2;z;-1e3\n"
    table.commit("append", written(tmp_path, "a.csv", text))
    expected = pd.read_csv(io.StringIO(text), sep=";")
    pd.testing.assert_frame_equal(rows_of(table).to_pandas(), expected, check_dtype=False)


@pytest.mark.parametrize("text, words", [
    ("a,b\n1,2\n3,4,5\n", ["line 3", "Expected Number of Columns: 2 Found: 3"]),
    ("a,b\n1,2\n3\n", ["line 3", "Found: 1"]),
    ("1,2\n3,4\n", ["names of its columns", "'1'"]),
    ("a,,c\n1,2,3\n", ["names of its columns", "column 2"]),
    ("a,b,A\n1,2,3\n", ["two columns"]),
    ("", ["empty"]),
    ('a,b\n1,"never closed\n', ["my a.csv"])])
def test_csv_that_is_wrong(table, tmp_path, text, words):
    message = refused(table, ["my a.csv"], "append", written(tmp_path, "a.csv", text))
    for word in words:
        assert word.lower() in message.lower(), message
    assert str(tmp_path) not in message


def test_json_lines(table, tmp_path):
    table.commit("append", written(tmp_path, "a.jsonl", (
        '{"n":1,"x":1.5,"s":"é","none":null}\n{"n":2,"s":"b","more":true}\n')))
    assert types(table) == {"n": "long", "x": "double", "s": "string", "none": "string",
                            "more": "boolean"}
    table.commit("append", written(tmp_path, "b.jsonl", '{"x":7,"n":null}\n'))
    assert rows_of(table).to_pylist()[2]["x"] == 7.0
    refused(table, ["my c.jsonl", "'n'"], "append", written(tmp_path, "c.jsonl", '{"n":1.5}\n'))
    refused(table, ["my d.jsonl", "deep"], "append",
            written(tmp_path, "d.jsonl", '{"deep":{"a":1}}\n'))
    refused(table, ["my e.jsonl"], "append", written(tmp_path, "e.jsonl", '{"n":1}\n{"n":\n'))


def test_no_rows_make_no_file(table, tmp_path):
    table.commit("append", written(tmp_path, "a.csv", "a,b\n"))
    assert not table.files and types(table) == {"a": "string", "b": "string"}
    empty = pa.table({"a": pa.array([], pa.string())})
    assert table.commit("append", written(tmp_path, "b.parquet", empty))["added"] == 0


# --- Upsert and delete


def test_upsert_refuses_what_is_not_clear(table, tmp_path):
    table.commit("append", written(tmp_path, "a.parquet", {"k": [1, 2], "v": ["a", "b"]}))
    twice = written(tmp_path, "b.parquet", {"k": [1, 3, 3], "v": ["x", "y", "z"]})
    refused(table, ["'keys'", "2 rows", "k = 3"], "upsert", twice, keys=["k"])
    null = written(tmp_path, "c.parquet", {"k": [1, None], "v": ["x", "y"]})
    refused(table, ["'keys'", "'k'", "null in 1 row"], "upsert", null, keys=["k"])
    refused(table, ["'keys'", "'nowhere'"], "upsert", null, keys=["nowhere"])
    refused(table, ["'keys'"], "upsert", null)


def test_upsert_leaves_untouched_files_alone(table, tmp_path):
    for number in range(3):
        keys = list(range(number * 10, number * 10 + 10))
        table.commit("append", written(tmp_path, f"{number}.parquet",
                                       {"k": keys, "v": [str(key) for key in keys]}))
    files = list(table.files)
    answer = table.commit("upsert", written(tmp_path, "u.csv", "k,v\n15,new\n99,more\n"),
                          keys=["k"])
    assert answer["removed"] == [files[1]] and answer["removed_rows"] == 1
    expected = {key: str(key) for key in range(30)} | {15: "new", 99: "more"}
    assert {row["k"]: row["v"] for row in rows_of(table).to_pylist()} == expected
    # All rows of a file replaced: the file goes, and only the new one comes.
    answer = table.commit("upsert", written(tmp_path, "all.parquet", {
        "k": list(range(10)), "v": ["n"] * 10}), keys=["k"])
    assert answer["removed"] == [files[0]] and [f["rows"] for f in answer["files"]] == [10]


def test_delete_is_a_condition_and_nothing_else(table, tmp_path):
    table.commit("append", written(tmp_path, "a.parquet", {
        "a": [1, 2, 3, None], "s": ["x", "(", "it's", None]}))
    for where in ["a = 1; DROP TABLE x", "a = 1) OR (1 = 1", "a = 1 --", "1 /*", "", "  ", "a =",
                  "(", ")", "nowhere = 1", "a", "s", "a, s", "count(*) > 1", "'", "$$x$$ = s",
                  "a = 1 GROUP BY a", "s = E'\\') OR (true' "]:
        message = refused(table, ["'where'"], "delete", where=where)
        assert str(tmp_path) not in message
    refused(table, ["'where'", "'hello'"], "delete", where="CAST('hello' AS INTEGER) = a")
    assert table.commit("delete", where="a > 5")["removed"] == []
    answer = table.commit("delete", where="s IN ('(', 'it''s')")
    assert answer["removed_rows"] == 2
    # Null is not true.
    assert table.commit("delete", where="NOT (a = 1)")["removed_rows"] == 0
    answer = table.commit("delete", where="true")
    assert answer["removed_rows"] == 2 and answer["files"] == [] and not table.files


def test_delete_by_chance_deletes_what_it_counts(table, tmp_path):
    table.commit("append", written(tmp_path, "a.parquet", {"a": list(range(10_000))}))
    answer = table.commit("delete", where="random() < 0.5")
    assert 3_000 < answer["removed_rows"] < 7_000
    assert rows_of(table).num_rows == 10_000 - answer["removed_rows"]


def test_sql_reads_no_other_files(table, tmp_path):
    secret = written(tmp_path, "secret.csv", "a\n1\n")
    table.commit("append", written(tmp_path, "a.parquet", {"a": [1]}))
    for function in (f"read_csv('{secret}')", f"read_text('{secret}')", "read_text('/etc/passwd')",
                     f"glob('{tmp_path}/*')", "sniff_csv('/etc/passwd')"):
        refused(table, ["'where'"], "delete", where=f"a IN (SELECT count(*) FROM {function})")


# --- Diff, export, head


def test_diff_agrees_with_pandas(table, tmp_path):
    old = pd.DataFrame({"k": [1, 2, 3, 4], "v": ["a", "b", None, "d"]})
    new = pd.DataFrame({"k": [2, 3, 4, 5], "v": ["b", None, "D", "e"], "w": [None, None, None, 1.5]})
    before, after = Table(tmp_path / "b"), Table(tmp_path / "a")
    for side, frame in ((before, old), (after, new)):
        side.folder.mkdir()
        side.commit("append", written(side.folder, "x.parquet",
                                      pa.Table.from_pandas(frame, preserve_index=False)))
    others = [{"path": path} for path in after.files]
    answer, _ = before.ask("diff", others=others, keys=["k"])
    assert [answer[name] for name in ("added", "removed_rows", "changed_rows", "same_rows")] == [
        1, 1, 1, 2]
    answer, _ = before.ask("diff", others=others)
    assert [answer[name] for name in ("added", "removed_rows", "same_rows")] == [2, 2, 2]


def test_diff_counts_equal_rows_as_often_as_they_are(table, tmp_path):
    table.commit("append", written(tmp_path, "a.parquet", {"a": [1, 1, 1, 2]}))
    before = [{"path": path, "rows": 4} for path in table.files]
    table.commit("append", written(tmp_path, "b.parquet", {"a": [1, 3]}))
    answer, _ = table.ask("diff", files=before, others=[{"path": path} for path in table.files])
    assert [answer[name] for name in ("added", "removed_rows", "same_rows")] == [2, 0, 4]
    answer, _ = table.ask("diff", others=before)
    assert [answer[name] for name in ("added", "removed_rows", "same_rows")] == [0, 2, 4]
    answer, _ = table.ask("diff", others=[])
    assert [answer[name] for name in ("added", "removed_rows", "same_rows")] == [0, 6, 0]


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_what_is_exported_comes_in_again(table, tmp_path, ending):
    at = datetime.datetime(2024, 1, 2, 3, 4, 5, 678901, UTC)
    table.commit("append", written(tmp_path, "a.parquet", {
        "i": [1, None, 3], "x": [0.1, None, 1e300], "s": ["a,\"\n", None, ""],
        "at": pa.array([at, None, at]), "d": [at.date(), None, at.date()]}))
    answer, out = table.ask("export", format="json" if ending == "jsonl" else ending)
    assert answer["files"][0]["rows"] == 3
    file = out / answer["files"][0]["path"]
    back = tmp_path / f"back.{ending}"
    back.write_bytes(file.read_bytes())
    again = Table(tmp_path / "again")
    again.folder.mkdir()
    again.columns = table.columns
    again.commit("append", back)
    assert rows_of(again).to_pylist() == rows_of(table).to_pylist()


def test_head_is_json(table, tmp_path):
    table.commit("append", written(tmp_path, "a.parquet", {
        "x": [float("nan"), float("inf"), 1.5], "b": [b"\xff", b"", None], "s": ["\"\x01", "ü", None]}))
    answer, _ = table.ask("head", limit=5)
    assert json.loads(answer["text"], parse_constant=pytest.fail) == [
        {"x": None, "b": "/w==", "s": "\"\x01"}, {"x": None, "b": "", "s": "ü"},
        {"x": 1.5, "b": None, "s": None}]
    assert json.loads(table.ask("head", limit=1)[0]["text"])[0]["b"] == "/w=="
    assert table.ask("head", limit=0)[0]["text"] == "[]"
    refused(table, ["'limit'"], "head", limit=10**6)


# --- Files that are none


def test_hostile_files(table, tmp_path):
    good = written(tmp_path, "good.parquet", {"a": list(range(1000))}).read_bytes()
    hostile = {
        "half.parquet": good[: len(good) // 2],
        "no_footer.parquet": good[:-8],
        "text.parquet": b"hello",
        "empty.parquet": b"",
        "footer.parquet": good[:-8] + (2**30).to_bytes(4, "little") + b"PAR1",
        "middle.parquet": good[:100] + bytes(200) + good[300:],
        "zeros.csv": bytes(1000),
        "binary.csv": bytes(range(256)) * 10,
        "latin.csv": b"a,b\nj\xfcrgen,1\n",
        "empty.jsonl": b"[1,2",
        "binary.jsonl": bytes(range(256)) * 10,
    }
    for name, content in hostile.items():
        path = tmp_path / name
        path.write_bytes(content)
        message = refused(table, [f"my {name}"], "append", path)
        assert str(tmp_path) not in message and "\n" not in message
    folder = tmp_path / "folder.parquet"
    folder.mkdir()
    refused(table, ["my folder.parquet"], "append", folder)
    refused(table, ["my nowhere.csv"], "append", tmp_path / "nowhere.csv", code=NOT_FOUND)
    (tmp_path / "star.parquet").write_bytes(good)
    refused(table, ["*"], "append", tmp_path / "s*.parquet")
    assert not table.files


def test_out_of_memory_is_said(table, tmp_path):
    file = tmp_path / "wide.parquet"
    duckdb.sql("COPY (SELECT repeat(chr(65 + (range % 26)::INT), 30000000) AS s FROM range(30)) TO "
               f"'{file}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048)")
    message = refused(table, ["memory"], "append", file, code=RESOURCE_EXHAUSTED,
                      memory_bytes=700 << 20)
    assert "\n" not in message


def test_request_that_is_none(table):
    refused(table, ["'operation'", "'cook'"], "cook")
    refused(table, ["'inputs'"], "append")
    refused(table, ["'format'", "'xml'"], "export", format="xml")


# --- Delta's statistics: who skips by them must lose no row


def stats_of(table):
    return [json.loads(file["delta_stats"]) for file in table.files.values()]


def test_statistics_are_bounds(table, tmp_path):
    last = "\U0010ffff"
    at = datetime.datetime(2024, 1, 2, 3, 4, 5, 678901, UTC)
    table.commit("append", written(tmp_path, "a.parquet", {
        "i": [3, -5, None], "x": [0.5, -1e300, None], "nan": [1.0, float("nan"), 2.0],
        "inf": [float("inf"), 0.0, None], "f": pa.array([0.1, 0.2, None], pa.float32()),
        "s": ["a" * 40, "é" * 40, None], "ascii": ["z" * 33, "y", "a"],
        "short": ["b", "a", ""], "end": [last * 40, "a", None],
        "at": pa.array([at, at, None]), "d": [at.date(), datetime.date(1, 1, 1), None],
        "bin": [b"x", None, None], "flag": [True, None, None], "none": pa.array([None] * 3, pa.int64()),
        "dec": [decimal.Decimal("-1.50"), decimal.Decimal("20.25"), None],
        "wide": [decimal.Decimal("12345678901234567890.1"), None, None]}))
    stats, = stats_of(table)
    assert stats["numRecords"] == 3
    assert stats["nullCount"] == {
        "i": 1, "x": 1, "nan": 0, "inf": 1, "f": 1, "s": 1, "ascii": 0, "short": 0, "end": 1, "at": 1, "d": 1,
        "bin": 2, "flag": 2, "none": 3, "dec": 1, "wide": 2}
    float_of = lambda value: float(np.float32(value))  # noqa: E731
    assert stats["minValues"] == {
        "i": -5, "x": -1e300, "f": float_of(0.1), "s": "a" * 32, "ascii": "a", "short": "", "end": "a",
        "at": "2024-01-02T03:04:05.678Z", "d": "0001-01-01", "dec": -1.5}
    assert stats["maxValues"] == {
        "i": 3, "x": 0.5, "f": float_of(0.2), "s": "é" * 32 + last, "ascii": "z" * 32 + "\x7f", "short": "b",
        "end": last * 40,
        "at": "2024-01-02T03:04:05.679Z", "d": "2024-01-02", "dec": 20.25}


def test_statistics_of_the_first_32_columns(table, tmp_path):
    table.commit("append", written(tmp_path, "a.parquet", {f"c{n}": [n] for n in range(40)}))
    stats, = stats_of(table)
    assert set(stats["nullCount"]) == set(stats["maxValues"]) == {f"c{n}" for n in range(32)}


def test_bounds_hold_for_random_texts(table, tmp_path):
    random = np.random.default_rng(1)
    alphabet = list("ab\x00\x7f\x80é߿ࠀ￿\U00010000\U0010fffe\U0010ffff")
    columns = {f"c{n}": ["".join(random.choice(alphabet, size=random.integers(0, 40)))
                         for _ in range(5)] for n in range(30)}
    table.commit("append", written(tmp_path, "a.parquet", columns))
    stats, = stats_of(table)
    for name, values in columns.items():
        encoded = [value.encode() for value in values]
        assert stats["minValues"][name].encode() <= min(encoded)
        upper = stats["maxValues"][name]
        assert upper.encode() >= max(encoded)
        # Longer only where no larger character than the text's own could stand.
        assert set(upper[32:-1]) <= {"\U0010ffff"}


def test_a_stranger_s_file_is_profiled(table, tmp_path):
    file = written(tmp_path, "a.parquet", {"a": pa.array([1, None, 7], pa.int32())})
    columns = [{"name": "a", "type": "long"}, {"name": "later", "type": "string"}]
    answer, out = table.ask("profile", files=[{"path": str(file)}], columns=columns)
    assert json.loads(answer["files"][0]["delta_stats"]) == {
        "numRecords": 3, "minValues": {"a": 1}, "maxValues": {"a": 7},
        "nullCount": {"a": 1, "later": 3}}
    assert answer["files"][0]["path"] == str(file) and answer["files"][0]["rows"] == 3
    assert len(list(out.glob("*-0.statistics"))) == 1


def as_delta(table, folder):
    """The table with a log of one commit, as Delta's PROTOCOL.md has it."""
    log = folder / "_delta_log"
    log.mkdir(parents=True)
    fields = [{**column, "nullable": True, "metadata": {}} for column in table.columns]
    actions = [{"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
               {"metaData": {"id": "1", "format": {"provider": "parquet", "options": {}},
                             "schemaString": json.dumps({"type": "struct", "fields": fields}),
                             "partitionColumns": [], "configuration": {}}}]
    for path, file in table.files.items():
        os.link(path, folder / Path(path).name)
        actions.append({"add": {"path": Path(path).name, "partitionValues": {}, "dataChange": True,
                                "size": os.stat(path).st_size, "modificationTime": 0,
                                "stats": file["delta_stats"]}})
    (log / f"{0:020d}.json").write_text("".join(
        # As Galley writes it; deltalake 1.6.6 takes the escape of U+10FFFF for U+FFFFF.
        json.dumps(action, ensure_ascii=False) + "\n" for action in actions))
    return folder


def test_others_that_skip_files_find_every_row(table, tmp_path):
    random = np.random.default_rng(2)
    start = datetime.datetime(1969, 12, 31, 23, 59, 59, 999_000, UTC)
    for number in range(8):
        at = [start + datetime.timedelta(microseconds=int(us))
              for us in random.integers(number * 500, number * 500 + 1500, size=20)]
        table.commit("append", written(tmp_path, f"{number}.parquet", {
            "id": list(range(number * 20, number * 20 + 20)), "at": at,
            "x": pa.array(random.normal(number, 0.5, 20), pa.float32()),
            "dec": [decimal.Decimal(int(v)).scaleb(-2) for v in random.integers(0, 900, 20)],
            "s": ["x" * int(n) + c for n, c in zip(random.integers(25, 45, 20),
                                                   random.choice(list("aé\U0010ffff"), 20))]}))
    folder = as_delta(table, tmp_path / "delta")
    everything = rows_of(table)
    delta = DeltaTable(str(folder))
    assert delta.to_pyarrow_table().num_rows == everything.num_rows == 160
    duck = duckdb.connect()
    duck.execute("SET TimeZone = 'UTC'")
    extension = importlib.import_module("duckdb_extension_delta")
    for file in Path(extension.__path__[0]).rglob("delta.duckdb_extension"):
        duck.execute(f"LOAD '{file}'")
    for name in ("id", "at", "x", "dec", "s"):
        for value in everything[name].to_pylist()[::9]:
            scalar = pa.scalar(value, everything.schema.field(name).type)
            for compare, sql in ((pc.equal, "="), (pc.greater_equal, ">="), (pc.less, "<")):
                field = pc.field(name)
                expected = sorted(everything.filter(compare(field, scalar))["id"].to_pylist())
                found = delta.to_pyarrow_dataset().to_table(filter=compare(field, scalar))
                assert sorted(found["id"].to_pylist()) == expected, (name, value, sql)
                operator = {"=": pl.col(name) == value, ">=": pl.col(name) >= value,
                            "<": pl.col(name) < value}[sql]
                if name != "x":  # Polars compares a float with a double.
                    found = pl.scan_delta(str(folder)).filter(operator).select("id").collect()
                    assert sorted(found["id"].to_list()) == expected, (name, value, sql)
                typed = {"x": "FLOAT", "at": "TIMESTAMPTZ", "dec": "DECIMAL(18,2)",
                         "s": "VARCHAR", "id": "BIGINT"}[name]
                found = duck.execute(f"SELECT id FROM delta_scan('file://{folder}') WHERE \"{name}\" "
                                     f"{sql} CAST(? AS {typed})", [value]).fetchall()
                assert sorted(row[0] for row in found) == expected, (name, value, sql)


# --- The files themselves


def test_files_are_parquet_of_the_promised_shape(table, tmp_path):
    table.commit("append", written(tmp_path, "a.parquet", {"a": list(range(300_000))}))
    file, = (pq.ParquetFile(path) for path in table.files)
    assert [file.metadata.row_group(n).num_rows for n in range(3)] == [122880, 122880, 54240]
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert pc.all(pc.equal(file.read()["a"], pa.array(range(300_000)))).as_py()


def test_large_tables_are_many_files(table, tmp_path):
    file = tmp_path / "large.parquet"
    duckdb.sql("COPY (SELECT hash(range) AS h, hash(range + 1e9::BIGINT) AS g FROM "
               f"range(12000000)) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
    table.commit("append", file)
    sizes = [os.stat(path).st_size for path in table.files]
    assert len(sizes) == 2 and 120e6 < sizes[0] < 160e6
    assert sum(file["rows"] for file in table.files.values()) == 12_000_000
    assert table.commit("compact")["removed"] == []
