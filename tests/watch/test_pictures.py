"""What is drawn of a monitor: heat map, histograms and labels' arrival, as numpy and scipy count them."""

import json
import math
import time

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import binomtest

from conftest import serving

MONITOR = """
monitors:
  %s:
    endpoint: demand
    time: week
    labels_late: 1
    drift: {columns: [size, weight], span: 2, measure: %s, floor: 0.15, deviations: 1, running: 2}
"""
FLOOR = 0.0001  # Of a share, in psi.


def edges_of(reference):
    return np.unique(np.quantile(reference[np.isfinite(reference)], np.arange(1, 10) / 10))


def shares(values, edges):
    """Of the bins, each with its lower edge, and of missing values."""
    there = values[np.isfinite(values)]
    counts = np.bincount(np.searchsorted(edges, there, side="right"), minlength=len(edges) + 1)
    return np.append(counts, len(values) - len(there))


def distance(measure, reference, current, edges):
    p, q = (shares(it, edges) / len(it) for it in (reference, current))
    if measure == "js":
        return jensenshannon(p, q)
    p, q = np.maximum(p, FLOOR), np.maximum(q, FLOOR)
    return ((p - q) * np.log(p / q)).sum()


def read(weeks, path, **query):
    asked = "&".join(f"{key}={value!r}" for key, value in query.items())
    answer = weeks.galley.control("GET", f"monitors/{path}?{asked}", token=False)
    assert answer.status == 200, answer
    return answer.json()


def refused(weeks, path, status=400):
    answer = weeks.galley.control("GET", f"monitors/{path}", token=False)
    assert answer.status == status, answer
    return answer.json()["error"]["message"]


def send(weeks, week, values):
    """One request; values are (size, weight), NaN: null."""
    data = [[None if math.isnan(size) else size, weight, 3, week] for size, weight in values.tolist()]
    answer = weeks.galley.ask("POST", "/api/v1/endpoints/demand/predict", {
        "dataframe_split": {"columns": [*weeks.model.columns, "week"], "data": data}})
    assert answer.status == 200, answer
    return answer.json()["prediction_ids"], answer.json()["predictions"]


def refer(weeks, name, rows, times):
    path = weeks.folder / f"{name}.csv"
    lines = ["size,weight,week"] + [
        f"{'' if math.isnan(size) else repr(size)},{weight!r},{week}"
        for (size, weight), week in zip(rows.tolist(), times.tolist(), strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    code, _, errors = weeks.command("monitor", "reference", name, "--file", path)
    assert code == 0, errors


class Drifting:
    """Weeks 0 to 3 and 6 to 9: nobody asks in 4 and 5; sizes are greater from week 7 on."""

    def __init__(self, weeks, name, measure):
        generator = np.random.default_rng(5)
        self.name, self.measure = name, measure
        weeks.apply(MONITOR % (name, measure))
        self.reference = generator.normal(2, 1, (400, 2))
        self.reference[::17, 0] = np.nan
        refer(weeks, name, self.reference, np.repeat(np.arange(10), 40))
        self.edges = [edges_of(self.reference[:, at]) for at in range(2)]
        self.sent = {}
        for week in (0, 1, 2, 3, 6, 7, 8, 9):
            values = generator.normal(2 if week < 7 else 3.5, 1, (25 + 3 * week, 2))
            values[:, 1] = generator.normal(2, 1, len(values))
            values[::9, 0] = np.nan
            self.sent[week] = values
            send(weeks, week, values)
        rows = sum(map(len, self.sent.values()))
        serving.wait_until(
            lambda: sum(it["predictions"] for it in read(weeks, f"{name}/accuracy")["windows"]) == rows,
            "all rows are counted")

    def current(self, last, column):
        """Values of the two weeks that end with `last`."""
        parts = [self.sent[week][:, column] for week in (last - 1, last) if week in self.sent]
        return np.concatenate(parts) if parts else np.empty(0)


@pytest.fixture(scope="module", params=["psi", "js"])
def drifting(weeks, request):
    return Drifting(weeks, f"pictured-{request.param}", request.param)


def test_the_heat_map_is_what_numpy_counts(weeks, drifting):
    answer = read(weeks, f"{drifting.name}/heatmap")
    assert (answer["span"], answer["width"], answer["measure"]) == (2, 1, drifting.measure)
    # The first week has none before it, so that no two weeks end with it.
    assert [(it["window"], it["from"], it["to"], it["state"]) for it in answer["windows"]] == [
        (1, 1, 2, "closed"), (2, 2, 3, "closed"), (3, 3, 4, "closed"), (5, 4, 6, "empty"),
        (6, 6, 7, "closed"), (7, 7, 8, "closed"), (8, 8, 9, "closed"), (9, 9, 10, "open")]
    assert answer["columns_total"] == 2
    assert [it["column"] for it in answer["columns"]] == ["size", "weight"]  # The worst first.
    for at, column in enumerate(answer["columns"]):
        assert column["reference_rows"] == 400
        for window, found, beyond in zip(answer["windows"], column["distances"], column["beyond"],
                                         strict=True):
            if window["state"] == "empty":
                assert found is None and window["rows"] == 0
                continue
            current = drifting.current(window["window"], at)
            assert window["rows"] == len(current)
            expected = distance(drifting.measure, drifting.reference[:, at], current,
                                drifting.edges[at])
            assert found == pytest.approx(expected, rel=1e-9)
            assert beyond == (expected > column["threshold"])
        known = [it for it in column["distances"] if it is not None]
        assert column["worst"] == pytest.approx(max(known) / column["threshold"], rel=1e-12)
    drift = read(weeks, f"{drifting.name}/drift")
    by_name = {it["column"]: it for it in answer["columns"]}
    for window in drift["windows"]:
        place = next(at for at, it in enumerate(answer["windows"])
                     if it["to"] == window["to"] and it["state"] != "empty")
        for value in window["columns"]:
            assert by_name[value["column"]]["distances"][place] == value["distance"]
            assert by_name[value["column"]]["alarms"][place] == value["alarm"]
    for column in answer["columns"]:  # Two windows beyond in a row; an open one changes nothing.
        row = False, False
        for window, beyond, alarm in zip(answer["windows"], column["beyond"], column["alarms"],
                                         strict=True):
            if window["state"] == "closed":
                row = row[1], beyond
            if window["state"] != "empty":
                assert alarm == all(row)
    assert by_name["size"]["alarms"][-2:] == [True, True]


def test_windows_and_columns_are_bounded(weeks, drifting):
    few = read(weeks, f"{drifting.name}/heatmap", last=2, columns=1)
    assert [it["window"] for it in few["windows"]] == [8, 9]
    assert [it["column"] for it in few["columns"]] == ["size"] and few["columns_total"] == 2
    name = drifting.name
    assert refused(weeks, f"{name}/heatmap?last=201") == "'last' must be from 1 to 200, not 201"
    assert refused(weeks, f"{name}/heatmap?last=0") == "'last' must be from 1 to 200, not 0"
    assert refused(weeks, f"{name}/heatmap?columns=2001") == \
        "'columns' must be from 1 to 2000, not 2001"
    assert "there is no parameter 'x'" in refused(weeks, f"{name}/heatmap?x=1")
    assert "there is no monitor 'nobody'" in refused(weeks, "nobody/heatmap", 404)


def test_histograms_are_numpys_and_give_the_monitors_distance(weeks, drifting):
    heatmap = read(weeks, f"{drifting.name}/heatmap")
    for at, name in enumerate(["size", "weight"]):
        column = next(it for it in heatmap["columns"] if it["column"] == name)
        edges = drifting.edges[at]
        for window, found in zip(heatmap["windows"], column["distances"], strict=True):
            if found is None:
                continue
            last = window["window"]
            answer = read(weeks, f"{drifting.name}/features/{name}", **{
                "from": last - 1, "to": last + 1})
            assert (answer["from"], answer["to"], answer["kind"]) == (last - 1, last + 1, "number")
            assert answer["distances"]["distance"] == found  # To the last bit.
            assert answer["threshold"] == column["threshold"]
            for side, values in (("reference", drifting.reference[:, at]),
                                 ("current", drifting.current(last, at))):
                bins = answer[side]["bins"]
                expected = shares(values, edges)
                assert [it["rows"] for it in bins] == expected.tolist()
                assert sum(it["share"] for it in bins) == pytest.approx(1)
                assert answer[side]["rows"] == len(values)
                assert [it.get("lo") for it in bins[1:-1]] == edges.tolist()
                assert [it.get("hi") for it in bins[:-2]] == edges.tolist()
                assert "lo" not in bins[0] and "hi" not in bins[-2] and bins[-1]["missing"]
                assert answer[side]["min"] == np.nanmin(values)
                assert answer[side]["max"] == np.nanmax(values)
            for quantile in answer["quantiles"]:
                # Between the ends of the bin that the quantile lies in.
                for side, values in (("reference", drifting.reference[:, at]),
                                     ("current", drifting.current(last, at))):
                    exact = np.nanquantile(values, quantile["q"])
                    ends = np.concatenate([[np.nanmin(values)], edges, [np.nanmax(values)]])
                    place = np.clip(np.searchsorted(edges, exact, side="right"), 0, len(edges))
                    slack = 0.2 * np.nanstd(values)
                    assert ends[place] - slack <= quantile[side] <= max(ends[place + 1], exact) + slack
    newest = read(weeks, f"{drifting.name}/features/size")
    assert (newest["from"], newest["to"]) == (8, 10)  # No window is closed yet: the newest two.
    wide = read(weeks, f"{drifting.name}/features/size", **{"from": 0, "to": 10})
    assert wide["current"]["rows"] == sum(map(len, drifting.sent.values()))
    empty = read(weeks, f"{drifting.name}/features/size", **{"from": 4, "to": 6})
    assert empty["current"]["rows"] == 0 and "distances" not in empty


def test_wrong_questions_about_columns_are_refused(weeks, drifting):
    path = f"{drifting.name}/features"
    assert "has no column 'length'; it has: size, weight" in refused(weeks, f"{path}/length", 404)
    assert refused(weeks, f"{path}/size?from=1") == "give both 'from' and 'to', or none of them"
    assert "no window begins at or after 'from' (3)" in refused(weeks, f"{path}/size?from=3&to=3")
    assert "are 20000 windows; the most are 10000" in refused(weeks, f"{path}/size?from=0&to=20000")
    assert "'from'" in refused(weeks, f"{path}/size?from=soon&to=1")
    assert "within" in refused(weeks, f"{path}/size?from=0&to=1e300")


def test_of_an_earlier_reference_distances_stay_and_histograms_go(weeks, drifting):
    before = read(weeks, f"{drifting.name}/heatmap")
    other = np.random.default_rng(9).normal(3, 1, (300, 2))
    refer(weeks, drifting.name, other, np.repeat(np.arange(10), 30))
    after = read(weeks, f"{drifting.name}/heatmap")
    assert [it for it in before["windows"] if it["state"] == "closed"] == [
        it for it in after["windows"] if it["state"] == "closed"]
    was, now = (next(it for it in of["columns"] if it["column"] == "size") for of in (before, after))
    assert was["distances"][:-1] == now["distances"] and was["beyond"][:-1] == now["beyond"]
    answer = read(weeks, f"{drifting.name}/features/size", **{"from": 7, "to": 9})
    assert "current" not in answer and answer["distances"]["distance"] == was["distances"][-2]


def test_a_monitor_without_drift_or_reference_says_so(weeks):
    weeks.apply("monitors: {plain: {endpoint: demand}, bare: {endpoint: demand, drift: "
                "{columns: [size]}}}")
    assert "looks at no drift" in refused(weeks, "plain/heatmap", 409)
    assert "looks at no drift" in refused(weeks, "plain/features/size", 409)
    bare = read(weeks, "bare/heatmap")
    assert bare["columns"] == bare["windows"] == [] and bare["columns_total"] == 0
    assert "has no reference yet: galley monitor reference bare" in refused(
        weeks, "bare/features/size", 409)


def label(weeks, pairs):
    answer = weeks.galley.ask("POST", "/api/v1/endpoints/demand/labels", {"labels": [
        {"prediction_id": name, "truth": bool(yes)} for name, yes in pairs]})
    assert answer.status == 200, answer


def test_accuracy_has_its_interval_and_labels_their_lag(weeks):
    weeks.apply("monitors: {lagging: {endpoint: demand, time: week, labels_late: 1}}")
    generator = np.random.default_rng(3)
    asked = {week: send(weeks, week, generator.normal(2, 1, (40, 2))) for week in range(3)}
    told = {0: 40, 1: 25}
    right = {0: 31, 1: 20}
    for week, count in told.items():
        ids, scores = asked[week]
        label(weeks, [(name, (score >= 0.5) == (at < right[week]))
                      for at, (name, score) in enumerate(zip(ids[:count], scores[:count], strict=True))])
    serving.wait_until(lambda: [it["labels"] for it in read(weeks, "lagging/accuracy")["windows"]]
                       == [40, 25, 0], "labels are counted")
    answer = read(weeks, "lagging/accuracy")
    assert [(it["window"], it["state"], it["predictions"]) for it in answer["windows"]] == [
        (0, "complete", 40), (1, "open", 40), (2, "open", 40)]
    for week, window in enumerate(answer["windows"][:2]):
        low, high = binomtest(right[week], told[week]).proportion_ci(method="wilson")
        assert window["accuracy"] == right[week] / told[week]
        assert (window["accuracy_low"], window["accuracy_high"]) == pytest.approx((low, high))
        assert window["coverage"] == told[week] / 40 and window["timed"] == told[week]
        (variant,) = window["variants"]
        assert (variant["model"], variant["labels"]) == ("watched", told[week])
        assert variant["accuracy_low"] == window["accuracy_low"]
    assert "accuracy" not in answer["windows"][2] and "lag_p50_ms" not in answer["windows"][2]

    # What the database says of each row: when it was predicted and when its label came.
    lags = {0: [], 1: []}
    for week in lags:
        ids, _ = asked[week]
        made = weeks.galley.query("SELECT at_ms FROM prediction WHERE id = ?", bytes.fromhex(ids[0]))
        for name in ids[:told[week]]:
            came = weeks.galley.query("SELECT at_ms FROM label WHERE prediction = ?",
                                      bytes.fromhex(name))
            lags[week].append(came[0][0] - made[0][0])
    for week, window in enumerate(answer["windows"][:2]):
        for q, found in ((0.5, window["lag_p50_ms"]), (0.9, window["lag_p90_ms"])):
            exact = np.quantile(lags[week], q, method="inverted_cdf")
            assert max(exact, 1) <= found * (1 + 1e-12) <= max(exact, 1) * 1.19
    assert answer["arrival_rows"] == 120
    every = np.array(lags[0] + lags[1])
    assert answer["arrival"][-1]["labels"] == 65
    for point in answer["arrival"]:
        assert point["labels"] == (every <= point["lag_ms"] * (1 + 1e-12)).sum()
        assert point["share"] == point["labels"] / 120

    # A corrected label has the lag of the new one.
    time.sleep(0.5)
    label(weeks, [(asked[1][0][0], False), (asked[1][0][1], False)])
    def corrected():
        window = read(weeks, "lagging/accuracy")["windows"][1]
        return window if window["timed"] == 25 and window["accuracy"] != 20 / 25 else None
    serving.wait_until(corrected, "labels are corrected")
    slow = [it for it in read(weeks, "lagging/accuracy")["arrival"] if it["lag_ms"] >= 500]
    assert slow and slow[-1]["labels"] == 65
    both = read(weeks, "lagging/accuracy", span=2)["windows"]
    assert [(it["from"], it["to"], it["predictions"]) for it in both] == [(-1, 1, 40), (1, 3, 80)]
    assert "'span' must be from 1 to 10000" in refused(weeks, "lagging/accuracy?span=0")


def test_answers_are_json(weeks, drifting):
    """No NaN, no infinity: bins without an end have none."""
    for path in ("heatmap", "features/size", "accuracy"):
        answer = weeks.galley.control("GET", f"monitors/{drifting.name}/{path}", token=False)
        assert "NaN" not in answer.body.decode() and "Infinity" not in answer.body.decode()
        assert json.loads(answer.body)["monitor"]
