"""Filters, orders, groups and windows against pandas, for runs that MLflow's client logged."""

import math
import random
import re

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient

from logged import Logged, number

TREES = 200


@pytest.fixture(scope="module")
def logged(galley):
    return Logged(galley.url, "queried")


def ids(api, logged, **query):
    """The ids of all runs that a query finds, by windows of its result."""
    answer = api.query(experiments=[logged.number], **query)
    out = [row["id"] for row in answer["rows"]]
    assert len(out) == answer["total"]  # Fewer runs than the first rows.
    return out


def like(pattern, fold):
    text = "".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in pattern)
    compiled = re.compile(text, re.DOTALL | (re.IGNORECASE if fold else 0))
    return lambda value: value is not None and compiled.fullmatch(value) is not None


COMPARE = {"=": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal,
           ">": np.greater, ">=": np.greater_equal}


def texts(table, column):
    """A column as texts and None; all None if no run has it."""
    if column not in table:
        return pd.Series([None] * len(table), index=table.index, dtype=object)
    return table[column].astype(object).where(table[column].notna(), None)


def metric_leaf(rnd, table):
    key, written = rnd.choice((("auc", "auc"), ("auc", "metrics.auc"), ("val/loss", "val/loss"),
                               ("val/loss", "metric.`val/loss`"), ("rare", "metrics.rare")))
    values, has = table[f"metrics.{key}"], table[f"has.{key}"] == True  # noqa: E712
    if rnd.random() < 0.2:
        return (f"{written} IS NULL", ~has) if rnd.random() < 0.5 else \
            (f"{written} is  not null", has)
    if rnd.random() < 0.2:
        some = [float(v) for v in rnd.sample(list(values.dropna()), 3)]
        return f"{written} IN ({', '.join(map(repr, some))})", values.isin(some)
    op, bound = rnd.choice(list(COMPARE)), round(rnd.gauss(0.5, 0.3), 3)
    return f"{written} {op} {bound!r}", values.notna() & COMPARE[op](values, bound)


def param_number_leaf(rnd, table):
    key = rnd.choice(("lr", "mixed"))
    column = texts(table, f"params.{key}")
    values = column.map(number)
    op, bound = rnd.choice(list(COMPARE)), rnd.choice((1, 2.5, -3, 1e-5, 0.01, 0.5))
    held = values.notna() & COMPARE[op](values, bound)
    if op == "!=":  # Another text is not that number.
        held |= values.isna() & column.notna()
    return f"{rnd.choice(('', 'params.', 'parameter.'))}{key} {op} {bound!r}", held


def text_leaf(rnd, table):
    column, written = rnd.choice((
        ("params.opt", "opt"), ("params.mixed", "params.mixed"),
        ("tags.dataset-version", "dataset-version"), ("tags.größe x", "tags.`größe x`"),
        ("name", "run_name"), ("status", "attributes.status")))
    values = texts(table, column)
    some = sorted({value for value in values if value is not None})
    kind = rnd.choice(("equal", "in", "like", "null", "order"))
    quoted = "'" + rnd.choice(some).replace("'", "''") + "'"
    if kind == "equal":
        value = rnd.choice(some)
        op = rnd.choice(("=", "!="))
        quoted = "'" + value.replace("'", "''") + "'"
        return f"{written} {op} {quoted}", values.map(
            lambda v: v is not None and (v == value) == (op == "="))
    if kind == "in":
        chosen = rnd.sample(some, min(2, len(some)))
        negated = rnd.random() < 0.5
        items = ", ".join("'" + value.replace("'", "''") + "'" for value in chosen)
        return f"{written} {'not ' if negated else ''}IN ({items})", values.map(
            lambda v: v is not None and (v in chosen) != negated)
    if kind == "like":
        value = rnd.choice(some)
        pattern = rnd.choice((value, value[:2] + "%", "%" + value[-2:], "_" + value[1:],
                              "%" + value[1:2].upper() + "%", "%"))
        word, fold = rnd.choice((("LIKE", False), ("ILIKE", True)))
        negated = rnd.random() < 0.3
        held = like(pattern, fold)
        quoted = "'" + pattern.replace("'", "''") + "'"
        return f"{written} {'NOT ' if negated else ''}{word} {quoted}", values.map(
            lambda v: v is not None and held(v) != negated)
    if kind == "null":
        return f"{written} is null", values.map(lambda v: v is None)
    if column == "status":
        return f"{written} = 'RUNNING'", values.map(lambda v: v == "running")
    bound = rnd.choice(some)
    quoted = "'" + bound.replace("'", "''") + "'"
    return f"{written} <= {quoted}", values.map(
        lambda v: v is not None and v.encode() <= bound.encode())


def time_leaf(rnd, table):
    column, written = rnd.choice((("started", "start_time"), ("ended", "ended")))
    bound = int(rnd.choice(list(table[column].dropna())))
    op = rnd.choice(list(COMPARE))
    return f"{written} {op} {bound}", table[column].notna() & COMPARE[op](table[column], bound)


def tree(rnd, table, depth):
    """A random filter and the runs for which it holds."""
    if depth == 0 or rnd.random() < 0.3:
        leaf = rnd.choice((metric_leaf, param_number_leaf, text_leaf, time_leaf))
        text, held = leaf(rnd, table)
        return text, held.astype(bool)
    kind = rnd.choice(("AND", "or", "NOT"))
    left, held = tree(rnd, table, depth - 1)
    if kind == "NOT":
        return f"NOT ({left})", ~held
    right, other = tree(rnd, table, depth - 1)
    return f"({left}) {kind} ({right})", held & other if kind == "AND" else held | other


def test_filters_hold_for_the_same_runs_as_in_pandas(api, logged):
    rnd = random.Random(11)
    sizes = set()
    for _ in range(TREES):
        text, held = tree(rnd, logged.table, 3)
        found = ids(api, logged, filter=text)
        assert set(found) == set(logged.table["id"][held]), text
        sizes.add(len(found))
    assert len(sizes) > TREES / 10  # They were not all empty or full.


def test_and_binds_tighter_than_or(api, logged):
    table = logged.table
    lr, auc = texts(table, "params.lr").map(number), table["metrics.auc"]
    adamw = texts(table, "params.opt").map(lambda v: v == "adamw")
    loose = (lr < 0.01) | (adamw & (auc > 0.5))
    tight = ((lr < 0.01) | adamw) & (auc > 0.5)
    assert set(ids(api, logged, filter="lr < 0.01 OR opt = 'adamw' AND auc > 0.5")) == \
        set(table["id"][loose])
    assert set(ids(api, logged, filter="(lr < 0.01 OR opt = 'adamw') AND auc > 0.5")) == \
        set(table["id"][tight])
    assert loose.sum() != tight.sum()


def sort_key(values, ascending):
    """Missing last, NaN before it, numbers before texts and by value."""
    def key(value):
        if value is None:
            return (3, 0, "")
        if isinstance(value, float) and math.isnan(value):
            return (2, 0, "")
        return (0, value, "") if not isinstance(value, str) else \
            (0, number(value), "") if not math.isnan(number(value)) else (1, 0, value)
    present = sorted((v for v in map(key, values) if v[0] < 2), reverse=not ascending)
    places = {value: place for place, value in enumerate(dict.fromkeys(present))}
    return [(0, places[key(v)]) if key(v)[0] < 2 else (key(v)[0], 0) for v in values]


@pytest.mark.parametrize("column, name", [
    ("metrics.auc", "metrics.auc"), ("low.auc", "min(metrics.auc)"),
    ("high.val/loss", "max(metrics.val/loss)"), ("metrics.rare", "last(metrics.rare)"),
    ("params.lr", "params.lr"), ("params.opt", "params.opt"), ("params.mixed", "params.mixed"),
    ("tags.dataset-version", "tags.dataset-version"), ("ended", "attributes.ended"),
    ("status", "attributes.status"), ("name", "attributes.name")])
@pytest.mark.parametrize("ascending", [True, False])
def test_orders(api, logged, column, name, ascending):
    table = logged.table
    metric = column.split(".", 1)
    values = []
    for _, row in table.iterrows():
        value = row.get(column)
        if metric[0] in ("metrics", "low", "high"):
            values.append(float(value) if row.get(f"has.{metric[1]}") is True else None)
        else:
            values.append(None if pd.isna(value) else value)
    keys = sort_key(values, ascending)
    order = sorted(range(len(table)), key=lambda at: (keys[at], -table["started"][at],
                                                      table["id"][at]))
    found = ids(api, logged, sort=[name if ascending else f"-{name}"])
    if column == "params.lr":  # Texts of the same number may stand either way.
        assert [keys[list(table["id"]).index(one)] for one in found] == [keys[at] for at in order]
    else:
        assert found == [table["id"][at] for at in order]


def test_several_orders(api, logged):
    table = logged.table.assign(opt=texts(logged.table, "params.opt"))
    found = ids(api, logged, sort=["attributes.status", "-metrics.auc"],
                filter="auc is not null and NOT auc is null and auc > -9")
    wanted = table[table["metrics.auc"].notna()].sort_values(
        ["status", "metrics.auc", "started", "id"], ascending=[True, False, False, True])
    assert found == list(wanted["id"])


def test_values_of_the_rows(api, logged):
    columns = ["metrics.auc", "min(metrics.auc)", "max(metrics.auc)", "params.lr", "tags.nowhere",
               "tags.dataset-version", "attributes.ended", "attributes.duration",
               "attributes.experiment"]
    rows = {row["id"]: row for row in
            api.query(experiments=[logged.name], columns=columns)["rows"]}

    def json_of(value):
        return None if value is None else "NaN" if math.isnan(value) else value

    for _, run in logged.table.iterrows():
        row = rows[run["id"]]
        has = run.get("has.auc") is True
        assert row["name"] == run["name"] and row["status"] == run["status"]
        assert row["started_ms"] == run["started"] and row["experiment"] == logged.number
        ended = None if pd.isna(run["ended"]) else run["ended"]
        assert row["values"] == [
            *(json_of(run[c]) if has else None for c in ("metrics.auc", "low.auc", "high.auc")),
            *(None if pd.isna(run[c]) else run[c] for c in ("params.lr",)), None,
            None if pd.isna(run["tags.dataset-version"]) else run["tags.dataset-version"],
            ended, None if ended is None else ended - run["started"], logged.name]


@pytest.mark.parametrize("by", [["tags.dataset-version"], ["params.opt", "attributes.status"],
                                ["params.mixed", "tags.dataset-version", "attributes.status"]])
def test_groups_are_over_all_rows(api, logged, by):
    columns = ["metrics.auc", "max(metrics.val/loss)", "params.lr", "params.opt"]
    names = {"tags.dataset-version": "tags.dataset-version", "params.opt": "params.opt",
             "params.mixed": "params.mixed", "attributes.status": "status"}
    answer = api.query(experiments=[logged.number], group_by=by, columns=columns,
                       filter="lr < 0.5 OR lr is null")
    table = logged.table.assign(lr=texts(logged.table, "params.lr").map(number))
    table = table[(table["lr"] < 0.5) | table["lr"].isna()]
    keys = [names[one] for one in by]
    for key in keys:
        table = table.assign(**{key: texts(table, key).map(lambda v: "\0" if v is None else v)})
    groups = dict(list(table.groupby(keys)))
    assert answer["groups_total"] == len(groups) == len(answer["groups"])
    assert sum(group["runs"] for group in answer["groups"]) == answer["total"] == len(table)
    for group in answer["groups"]:
        wanted = groups[tuple("\0" if value is None else value for value in group["key"])]
        assert group["runs"] == len(wanted)
        assert {state: n for state, n in group["states"].items() if n} == \
            wanted["status"].value_counts().to_dict()
        for value, column in zip(group["values"], ("metrics.auc", "high.val/loss", "lr")):
            numbers = wanted[column].dropna().astype(float)
            assert value["n"] == len(numbers)
            if value["n"] == 0:
                assert set(value) == {"n"}
                continue
            assert value["mean"] == pytest.approx(numbers.mean(), rel=1e-12)
            assert value["min"] == numbers.min() and value["max"] == numbers.max()
            assert ("sd" in value) == (len(numbers) > 1)
            if len(numbers) > 1:
                assert value["sd"] == pytest.approx(numbers.std(), rel=1e-9, abs=1e-12)
        assert group["values"][3] == {"n": 0}  # A text has no mean.


def test_groups_in_the_order_of_a_mean(api, logged):
    answer = api.query(experiments=[logged.number], group_by=["tags.dataset-version"],
                       columns=["metrics.auc"], sort=["-metrics.auc"])
    means = [group["values"][0]["mean"] for group in answer["groups"]]
    assert means == sorted(means, reverse=True) and len(means) == 6
    by_key = api.query(experiments=[logged.number], group_by=["params.mixed"])
    assert [group["key"][0] for group in by_key["groups"]] == \
        ["-3", "1e-05", "1", "2.5", "auto", None]


def test_time(api, logged):
    table = logged.table
    begin, end = (int(table["started"].quantile(q)) for q in (0.25, 0.75))
    held = (table["started"] >= begin) & (table["started"] < end)
    assert set(ids(api, logged, from_ms=begin, to_ms=end)) == set(table["id"][held])
    day = pd.Timestamp(int(table["started"].median()), unit="ms")
    held = table["started"] >= day.floor("min").value // 10 ** 6
    assert set(ids(api, logged, filter=f"started >= '{day:%Y-%m-%d %H:%M}'")) == \
        set(table["id"][held])


def test_a_bare_key_means_the_same_whatever_the_time(api, logged):
    late = int(logged.table["started"].max()) + 1
    assert api.query(experiments=[logged.number], filter="auc > 0 OR lr > 0", from_ms=late)["total"] == 0
    assert api.query(experiments=[logged.number], filter="auc > 0", view="deleted")["total"] == 0


def test_windows_by_ordinal(api, logged):
    answer = api.query(experiments=[logged.number], sort=["metrics.auc"], columns=["metrics.auc"])
    whole = answer["rows"]
    path = f"runs/result/{answer['result']}"
    window = api.get(path, **{"from": 40, "n": 25})
    assert window == {"total": len(whole), "from": 40, "rows": whole[40:65]}
    assert api.get(path, **{"from": len(whole) - 1, "n": 500})["rows"] == whole[-1:]
    assert api.get(path, **{"from": len(whole) + 9, "n": 1})["rows"] == []


def test_an_order_stays_while_values_move_on(api, galley):
    client = MlflowClient(tracking_uri=galley.url)
    number_of = client.create_experiment("moving")
    runs = [client.create_run(number_of, start_time=1000 + at).info.run_id for at in range(3)]
    for at, run in enumerate(runs):
        client.log_metric(run, "m", float(at), step=0, timestamp=1)
        client.set_tag(run, "t", "before")
    query = {"experiments": [number_of], "sort": ["-metrics.m"],
             "columns": ["metrics.m", "max(metrics.m)", "tags.t"]}
    first = api.query(**query)
    assert [row["id"] for row in first["rows"]] == runs[::-1]
    client.log_metric(runs[0], "m", 9.0, step=1, timestamp=2)
    client.log_metric(runs[2], "m", -1.0, step=1, timestamp=2)
    client.delete_tag(runs[0], "t")
    later = client.create_run(number_of).info.run_id
    window = api.get(f"runs/result/{first['result']}", n=500, **{"from": 0})["rows"]
    assert [row["id"] for row in window] == runs[::-1]
    assert [row["values"] for row in window] == \
        [[-1.0, 2.0, "before"], [1.0, 1.0, "before"], [9.0, 9.0, None]]
    again = api.query(**query)
    assert [row["id"] for row in again["rows"]] == [runs[0], runs[1], runs[2], later]
    assert again["position"] > first["position"] and again["result"] != first["result"]
    client.delete_run(later)
    assert api.query(**query)["total"] == 3
    assert api.query(view="all", **query)["total"] == 4
    assert [row["state"] for row in api.query(view="deleted", **query)["rows"]] == ["deleted"]


def test_all_experiments(api, logged, galley):
    everything = api.query()
    assert everything["total"] >= len(logged.table)
    both = api.query(experiments=[logged.number, logged.name])
    assert both["total"] == len(logged.table)
    assert api.query(experiments=[int(logged.number)])["total"] == len(logged.table)


def test_datasets(api, galley):
    import mlflow
    import mlflow.data
    mlflow.set_tracking_uri(galley.url)
    mlflow.set_experiment("with data")
    with mlflow.start_run() as run:
        for name, context in (("train-set", "training"), ("test-set", "validation")):
            mlflow.log_input(mlflow.data.from_pandas(pd.DataFrame({"x": [1, 2]}), name=name),
                             context=context)
    with mlflow.start_run():
        pass
    for text in ("dataset.name = 'test-set'", "datasets.context = 'training'",
                 "dataset.name LIKE 'train%' AND dataset.name = 'test-set'"):
        found = api.query(experiments=["with data"], filter=text, columns=["dataset.name"])
        assert [row["id"] for row in found["rows"]] == [run.info.run_id], text
        assert found["rows"][0]["values"] == ["train-set"]
    assert api.query(experiments=["with data"], filter="dataset.name is null")["total"] == 1
