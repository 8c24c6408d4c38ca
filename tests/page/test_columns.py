"""Profiles of columns against pandas, for runs that MLflow's client logged."""

import numpy as np
import pytest
from mlflow import MlflowClient

from logged import RUNS, Logged, number


@pytest.fixture(scope="module")
def logged(galley):
    return Logged(galley.url, "profiled", seed=6)


@pytest.fixture(scope="module")
def columns(api, logged):
    answer = api.get(f"experiments/{logged.number}/columns", limit=500)
    assert answer["has_more"] is False
    return {column["key"]: column for column in answer["columns"]}


def values_of(table, key):
    """What the runs have in a column."""
    kind, _, name = key.partition(".")
    if kind == "attributes":
        return table[name].dropna()
    if kind == "metrics":
        return table[key][table[f"has.{name}"] == True]  # noqa: E712
    return table[key].dropna()


KEYS = ["metrics.auc", "metrics.val/loss", "metrics.rare", "params.lr", "params.opt",
        "params.mixed", "tags.dataset-version", "tags.größe x", "attributes.started",
        "attributes.ended", "attributes.status", "attributes.name"]


@pytest.mark.parametrize("key", KEYS)
def test_fill_rate_and_values(columns, logged, key):
    column, values = columns[key], values_of(logged.table, key)
    started = logged.table["started"][values.index]
    assert (column["runs"], column["total"]) == (len(values), RUNS)
    assert column["distinct"] == len(set(map(str, values)))
    assert column["kind"] == key.split(".")[0].removesuffix("s")
    assert (column["first_seen_ms"], column["last_seen_ms"]) == (started.min(), started.max())
    counts = values.dropna().value_counts().to_dict()
    top = {one["value"]: one["count"] for one in column["top"]}
    assert len(top) == min(10, len(counts))
    assert all(counts[value] == count for value, count in top.items())
    assert sorted(top.values(), reverse=True) == sorted(counts.values(), reverse=True)[:len(top)]
    assert [one["count"] for one in column["top"]] == \
        sorted((one["count"] for one in column["top"]), reverse=True)


@pytest.mark.parametrize("key", KEYS)
def test_numbers(columns, logged, key):
    column, values = columns[key], values_of(logged.table, key)
    numbers = np.array([number(value) for value in values], dtype=float)
    is_metric = key.startswith("metrics.")
    if not is_metric and np.isnan(numbers).any():
        assert (column["type"], column["histogram"]) == ("text", [])
        assert "min" not in column and "max" not in column
        return
    numbers = numbers[~np.isnan(numbers)]
    assert column["type"] == "number"
    assert (column["min"], column["max"]) == (numbers.min(), numbers.max())
    found = np.cumsum(column["histogram"])
    assert len(found) == 20 and found[-1] == len(numbers)
    edges = np.linspace(numbers.min(), numbers.max(), 21)
    for edge, at in zip(edges[1:-1], found):  # A value at an edge may stand on either side.
        off = 1e-9 * (edges[1] - edges[0])
        assert (numbers < edge - off).sum() <= at <= (numbers < edge + off).sum()


def test_which_columns_there_are(columns, logged):
    wanted = {c for c in logged.table.columns if c.split(".")[0] in ("params", "tags", "metrics")}
    found = {key for key in columns if not key.startswith(("attributes.", "tags.mlflow."))}
    assert found == wanted
    assert list(columns) == sorted(columns, key=lambda key: (
        ("metrics", "params", "tags", "attributes").index(key.split(".")[0]), key.encode()))


def test_only_what_runs_of_the_experiment_have(api, logged, galley):
    client = MlflowClient(tracking_uri=galley.url)
    number_of = client.create_experiment("other columns")
    client.log_param(client.create_run(number_of).info.run_id, "elsewhere", "1")
    mine = api.get(f"experiments/{logged.number}/columns", q="elsewhere")["columns"]
    assert mine == []
    all_of_them = api.get("experiments/-/columns", q="ELSEwhere")["columns"]
    assert [(one["key"], one["runs"]) for one in all_of_them] == [("params.elsewhere", 1)]
    assert all_of_them[0]["total"] > RUNS
    constant = all_of_them[0]
    assert (constant["min"], constant["max"], constant["histogram"][0]) == (1, 1, 1)


def test_pages_and_kinds(api, logged, columns):
    path, after, seen = f"experiments/{logged.name}/columns", {}, []
    while True:
        page = api.get(path, limit=3, **after)
        seen += [one["key"] for one in page["columns"]]
        if not page["has_more"]:
            break
        assert len(page["columns"]) == 3
        after = {"after": seen[-1]}
    assert seen == list(columns)
    metrics = api.get(path, kind="metric")["columns"]
    assert [one["key"] for one in metrics] == ["metrics.auc", "metrics.rare", "metrics.val/loss"]
