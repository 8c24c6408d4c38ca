"""Monitors of endpoints with several variants: arms, named labels, closed windows, pairs, traffic.

What gateways log is written here, from its documents, in random order and several segments; numpy
and scipy recompute what the server says of it.
"""

import random
import time

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import binomtest

import segments
from conftest import Served, wait_until
from models import Kitchen

OLD, NEW = f"{1:032x}", f"{2:032x}"
NOW_MS = 1_800_000_000_000


@pytest.fixture(scope="module")
def galley(tmp_path_factory):
    galley = Served(tmp_path_factory.mktemp("windows"), GALLEY_UV="/nowhere/uv")
    try:
        yield galley
    finally:
        galley.stop()


@pytest.fixture(scope="module")
def plain(galley, tmp_path_factory):
    """A model behind the endpoint `plain`."""
    model = Kitchen(galley.url, tmp_path_factory.mktemp("code")).bare()
    galley.create("plain", model)
    assert galley.loaded("plain")["state"] == "ready"
    return model


def apply(galley, folder, text):
    path = folder / "galley.yaml"
    path.write_text(text, encoding="utf-8")
    code, _, errors = galley.command("monitor", "apply", "--file", path)
    assert code == 0, errors


def windows(galley, name, **query):
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    answer = galley.control("GET", f"monitors/{name}/windows?{asked}", token=False)
    assert answer.status == 200, answer
    return answer.json()


def await_rows(galley, name, predictions, labels):
    def there():
        found = windows(galley, name, arm="all", last=1000)["windows"]
        return (sum(it["predictions"] for it in found),
                sum(it["labels"] for it in found)) == (predictions, labels)
    wait_until(there, f"{predictions} predictions and {labels} labels in {name}", 20)


class Story:
    """Requests of an endpoint that both variants are asked: what one answers, the other mirrors.

    `rows`: of each row [id, window, brand, answered by, score of OLD, of NEW, label or None, orders
    or None, cost or None].
    """

    def __init__(self, endpoint, seed, requests=120, weeks=range(10, 16)):
        dice = random.Random(seed)
        self.rows, self.records = [], []
        following = random.Random(endpoint).getrandbits(64) << 64
        for request in range(requests):
            count = dice.randrange(1, 5)
            names = [f"{following + row:032x}" for row in range(count)]
            mirrored = f"{following + count:032x}"
            following += 2 * count
            served, other = dice.sample([OLD, NEW], 2)
            scores = {variant: [dice.randrange(1001) / 1000 for _ in names]
                      for variant in (OLD, NEW)}
            data = [[dice.choice(weeks), dice.choice(["a", "b", "c"])] for _ in names]
            body = {"dataframe_split": {"columns": ["week", "brand"], "data": data}}
            self.records.append(segments.prediction(
                names[0], count, NOW_MS + request, served, endpoint, scores[served], body))
            self.records.append(segments.prediction(
                mirrored, count, NOW_MS + request, other, endpoint, scores[other],
                mirror_of=names[0]))
            for row, name in enumerate(names):
                said = {None: self.tell(dice, name, [0, 1, True, False], None),
                        "orders": self.tell(dice, name, [0, 1], "orders"),
                        "cost": self.tell(dice, name, [1.25, 7, -3.5], "cost")}
                self.rows.append([name, data[row][0] // 2, data[row][1], served, scores[OLD][row],
                                  scores[NEW][row], said[None], said["orders"], said["cost"]])
        self.dice = dice

    def tell(self, dice, name, values, kind):
        """Up to three labels, of which the newest counts."""
        said = None
        for at_ms in range(dice.randrange(4)):
            said = dice.choice(values)
            self.records.append(segments.label(name, NOW_MS + at_ms, said, kind))
        return said

    def send(self, galley, parts=4):
        self.dice.shuffle(self.records)
        for part in range(parts):
            segments.put(galley.data, self.records[part::parts])

    def labels(self):
        return sum(row[6] is not None for row in self.rows)


def of(rows, column):
    return np.array([row[column] for row in rows])


def expect(rows, variant):
    """What a window's row of a variant must say, without what callers alone give."""
    told = [row for row in rows if row[6] is not None]
    score = of(told, 5 if variant == NEW else 4)
    label = of(told, 6).astype(float)
    right = int(((score >= 0.5) == label).sum())
    low, high = binomtest(right, len(told)).proportion_ci(method="wilson")
    of_truth = np.where(label == 1, score, 1 - score)
    return {"predictions": len(rows), "labels": len(told), "accuracy": right / len(told),
            "accuracy_low": low, "accuracy_high": high, "base_rate": label.mean(),
            "log_loss": -np.log(np.maximum(of_truth, 0.01)).mean(),
            "brier": ((score - label) ** 2).mean()}


def expect_business(rows):
    orders = [row[7] for row in rows if row[7] is not None]
    cost = [row[8] for row in rows if row[8] is not None]
    low, high = binomtest(sum(orders), len(rows)).proportion_ci(method="wilson")
    return {"conversions": sum(orders), "conversion_labels": len(orders),
            "conversion": sum(orders) / len(rows), "conversion_low": low, "conversion_high": high,
            "cost": sum(cost), "cost_labels": len(cost)}


def check(row, expected):
    for key, value in expected.items():
        assert row[key] == pytest.approx(value, abs=2e-9), key


MONITOR = """
monitors:
  %s:
    endpoint: %s
    time: week
    window: 2
    labels_late: 1
    conversion: orders
    cost: cost
    slices: [brand]
    compare: {by: [brand], loss_scale: 1.5, probability_floor: 0.05}
"""


@pytest.fixture(scope="module")
def pairs(galley, tmp_path_factory):
    apply(galley, tmp_path_factory.mktemp("pairs"), MONITOR % ("pairs", "both"))
    story = Story("both", 3)
    story.send(galley)
    await_rows(galley, "pairs", 2 * len(story.rows), 2 * story.labels())
    return story


def test_each_arm_is_what_numpy_says(galley, pairs):
    for arm in ("served", "mirrored", "all"):
        rows = windows(galley, "pairs", arm=arm)["windows"]
        found = {(it["from"], it["variant"], it["arm"]): it for it in rows}
        keys = {(window, variant, one) for window in (5, 6, 7) for variant in (OLD, NEW)
                for one in ("served", "mirrored") if arm in (one, "all")}
        assert set(found) == {(window * 2, variant, one) for window, variant, one in keys}
        for window, variant, one in keys:
            mine = [row for row in pairs.rows if row[1] == window
                    and (row[3] == variant) == (one == "served")]
            row = found[(window * 2, variant, one)]
            check(row, expect(mine, variant))
            if one == "served":
                check(row, expect_business(mine))
            else:
                assert row["conversion_labels"] == row["cost_labels"] == 0
                assert "conversion" not in row and "cost" not in row
    # Without `arm` it is what callers got.
    assert windows(galley, "pairs") == windows(galley, "pairs", arm="served")
    brands = windows(galley, "pairs", slice="brand", span=9, arm="mirrored")["windows"]
    for it in brands:
        check(it, expect([row for row in pairs.rows if row[2] == it["value"]
                          and row[3] != it["variant"]], it["variant"]))
    assert len(brands) == 6


def scores_of(rows):
    """Row scores of NEW against OLD, as numpy has them."""
    label = of(rows, 6).astype(float)
    loss = [-np.log(np.maximum(np.where(label == 1, p, 1 - p), 0.05))
            for p in (of(rows, 4), of(rows, 5))]
    return np.clip((loss[0] - loss[1]) / 1.5, -1, 1)


def test_pairs_are_what_numpy_says(galley, pairs):
    told = galley.shown("monitor", "compare", "pairs")
    assert (told["champion"]["variant"], told["challenger"]["variant"]) == (OLD, NEW)
    assert [it["from"] for it in told["windows"]] == [10, 12, 14]
    for window in told["windows"]:
        assert [it["value"] for it in window["blocks"]] == ["a", "b", "c"]
        mine = [row for row in pairs.rows if row[1] == window["from"] // 2 and row[6] is not None]
        assert window["rows"] == len(mine)
        assert window["sum"] == pytest.approx(scores_of(mine).sum(), abs=1e-6)
        for block in window["blocks"]:
            scores = scores_of([row for row in mine if row[2] == block["value"]])
            assert block["rows"] == len(scores)
            assert block["mean"] == pytest.approx(scores.mean(), abs=1e-6)
    turned = galley.shown("monitor", "compare", "pairs", "--champion", NEW, "--challenger", OLD)
    assert [it["sum"] for it in turned["windows"]] == [-it["sum"] for it in told["windows"]]
    code, shown, _ = galley.command("monitor", "compare", "pairs")
    assert code == 0 and f"challenger {NEW} against champion {OLD}" in shown
    assert galley.shown("monitor", "compare", "pairs", "--champion", f"{7:032x}", "--challenger",
                        NEW)["windows"] == []


def test_windows_close_by_what_the_sender_states(galley, pairs):
    def states():
        told = windows(galley, "pairs")
        found = {it["from"]: it["state"] for it in told["windows"]}
        return told["monitor"].get("closed_through"), [found[start] for start in (10, 12, 14)]
    newest = max(row[1] for row in pairs.rows if row[6] is not None)
    assert newest == 7
    # The newest label is of week 15 and may be one late: [12, 14) has ended.
    assert states() == (14, ["late", "late", "open"])
    segments.put(galley.data, [segments.watermark("both", 16), segments.watermark("both", 12)])
    wait_until(lambda: states() == (16, ["closed"] * 3), "they are closed", 10)
    assert windows(galley, "pairs")["monitor"]["stated_watermark"] == 16
    assert "Windows up to 16 are closed." in galley.command("monitor", "show", "pairs")[1]
    assert {it["state"] for it in galley.shown("monitor", "compare", "pairs")["windows"]} == {"closed"}
    shown = galley.command("monitor", "show", "pairs", "--arm", "all")[1]
    assert "CONVERSION" in shown and "COST" in shown and "mirrored" in shown


def test_a_monitor_that_is_applied_anew_takes_back_nothing(galley, tmp_path):
    apply(galley, tmp_path, MONITOR % ("again", "again"))
    first = Story("again", 5, requests=40)
    first.send(galley)
    await_rows(galley, "again", 2 * len(first.rows), 2 * first.labels())
    apply(galley, tmp_path, (MONITOR % ("again", "again")).replace("window: 2", "window: 1"))
    assert windows(galley, "again", arm="all")["windows"] == []
    # Labels of before are replaced, and one more request comes.
    records = [segments.label(row[0], NOW_MS + 100, 1) for row in first.rows]
    name, mirrored = f"{7 << 64:032x}", f"{(7 << 64) + 1:032x}"
    body = {"dataframe_split": {"columns": ["week", "brand"], "data": [[20, "a"]]}}
    records += [segments.prediction(mirrored, 1, NOW_MS, OLD, "again", [0.2], mirror_of=name),
                segments.prediction(name, 1, NOW_MS, NEW, "again", [0.9], body),
                segments.label(name, NOW_MS, 1)]
    segments.put(galley.data, records)
    await_rows(galley, "again", 2, 2)
    assert [(it["from"], it["variant"], it["true_positives"], it["false_negatives"])
            for it in windows(galley, "again", arm="all")["windows"]] == [
        (20, OLD, 0, 1), (20, NEW, 1, 0)]
    (pair,) = galley.shown("monitor", "compare", "again")["windows"]
    assert pair["sum"] == pytest.approx(min(1, np.log(0.9 / 0.2) / 1.5))


def test_a_mirrored_prediction_says_what_it_mirrors(galley, pairs):
    row = pairs.rows[0]
    (mirror,) = galley.query("SELECT lower(hex(id)) FROM prediction WHERE mirror_of = ?",
                             bytes.fromhex(row[0]))[0]
    told = galley.prediction(mirror)
    assert told["mirror_of"] == row[0] and '"week"' in told["request"]
    assert "mirror_of" not in galley.prediction(row[0])
    assert f"mirrored: the caller got {row[0]}" in galley.command("why", mirror)[1]
    assert row[0] in galley.command("prediction", "show", mirror)[1]
    labels = galley.prediction(row[0])["labels"]
    newest = {it["name"]: it["value"] for it in labels}
    assert newest.get("cost") == (None if row[8] is None else str(row[8]))


def binned(reference, values):
    """Shares of ten bins at the reference's deciles, with infinite ends, and of missing values."""
    edges = np.unique(np.quantile(reference[~np.isnan(reference)], np.arange(1, 10) / 10))
    counts = np.bincount(np.searchsorted(edges, values[~np.isnan(values)], side="right"),
                         minlength=len(edges) + 1)
    return edges, counts, np.append(counts, np.isnan(values).sum()) / len(values)


def distances(reference, current):
    edges, p, shares = binned(reference, reference)
    _, q, others = binned(reference, current)
    floor = [np.maximum(it, 1e-4) for it in (shares, others)]
    difference = np.concatenate([[0], np.cumsum(p) / p.sum() - np.cumsum(q) / q.sum()])
    # The values of a bin as if they were spread evenly in it.
    ends = np.concatenate([[min(np.nanmin(reference), np.nanmin(current))], edges,
                           [max(np.nanmax(reference), np.nanmax(current))]])
    points = np.linspace(ends[0], ends[-1], 400_001)
    line = np.interp(points, ends, difference)
    area = np.sum(np.abs(line[1:] + line[:-1]) / 2) * (points[1] - points[0])
    return {"psi": float(((floor[0] - floor[1]) * np.log(floor[0] / floor[1])).sum()),
            "ks": float(np.abs(difference).max()), "js": float(jensenshannon(shares, others)),
            "wasserstein": float(area / np.nanstd(reference))}


@pytest.mark.parametrize("measure", ["psi", "ks", "js", "wasserstein"])
def test_drift_by_each_measure_is_what_scipy_says(galley, tmp_path, measure):
    name = f"drift-{measure}"
    apply(galley, tmp_path, f"""
monitors:
  {name}:
    endpoint: {name}
    time: day
    drift: {{columns: [size], measure: {measure}, floor: 0.01, deviations: 2, running: 1}}
""")
    generator = np.random.default_rng(8)
    reference = generator.gamma(2, 3, 600)
    reference[::20] = np.nan
    days = np.repeat(np.arange(6), 100)
    (tmp_path / "r.csv").write_text("day,size\n" + "".join(
        f"{day},{'' if np.isnan(size) else size}\n"
        for day, size in zip(days, reference, strict=True)), encoding="utf-8")
    made = galley.shown("monitor", "reference", name, "--file", tmp_path / "r.csv")
    blocks = [distances(reference, reference[days == day])[measure] for day in range(6)]
    limit = max(0.01, np.mean(blocks) + 2 * np.std(blocks))
    assert made["measure"] == measure
    assert made["reference"][0]["threshold"] == pytest.approx(limit, rel=1e-4)

    group = sorted(["psi", "ks", "js", "wasserstein"]).index(measure) << 32
    sent = {day: generator.gamma(2, 3 + shift, 300) for day, shift in ((10, 0), (11, 1), (12, 4))}
    for day, values in sent.items():
        values[:7] = np.nan
        body = {"dataframe_split": {"columns": ["size", "day"], "data": [
            [None if np.isnan(value) else value, day] for value in values]}}
        first = f"{(day + 100) << 64 | group:032x}"
        mirrored = f"{(day + 200) << 64 | group:032x}"
        segments.put(galley.data, [
            segments.prediction(mirrored, 300, NOW_MS, NEW, name, [0.5] * 300, mirror_of=first),
            segments.prediction(first, 300, NOW_MS, OLD, name, [0.5] * 300, body)])
    segments.put(galley.data, [segments.watermark(name, 13)])
    wait_until(lambda: [it["state"] for it in galley.shown("monitor", "drift", name)["windows"]]
               == ["closed"] * 3, "all is counted and closed", 10)
    told = galley.shown("monitor", "drift", name)
    assert told["measure"] == measure
    for window, values in zip(told["windows"], sent.values(), strict=True):
        assert window["rows"] == 300
        (column,) = window["columns"]
        expected = distances(reference, values)
        for key, value in expected.items():
            assert column[key] == pytest.approx(value, rel=1e-4), key
        assert column["distance"] == column[measure]
        assert column["beyond"] == column["alarm"] == (expected[measure] > limit)
    assert told["windows"][-1]["columns"][0]["alarm"]
    assert galley.command("monitor", "drift", name)[0] == 0


def test_traffic_of_an_endpoint(galley, plain):
    variant = galley.endpoint("plain")["variants"][0]["id"]
    now_ms = int(time.time() * 1000)
    slow = [0] * 60 + [3]
    segments.put(galley.data, [
        segments.traffic("plain", variant, now_ms - 20_000, 900, 3, 4, [0] * 20 + [900]),
        segments.traffic("plain", variant, now_ms - 50_000, 100, 7, 0, [0] * 20 + [97] + slow[21:]),
        segments.traffic("plain", "", now_ms - 20_000, 5, 5, 0, []),
        segments.traffic("plain", variant, now_ms - 3_600_000, 10_000, 0, 0, [10_000])])
    # The gateway may say something of its own.
    wait_until(lambda: any(it["requests"] >= 1000 for it in
                           galley.shown("endpoint", "traffic", "plain")["variants"]), "it is known", 10)
    told = galley.shown("endpoint", "traffic", "plain")["variants"]
    none, one = told[0], told[1]
    assert (none["variant"], none["requests"], none["error_ratio"]) == ("", 5, 1)
    assert "p50_ms" not in none
    assert (one["variant"], one["model"], one["requests"]) == (variant, plain.name, 1000)
    assert (one["failed"], one["degraded"], one["error_ratio"]) == (10, 4, 0.01)
    # Upper ends of the buckets: 10 us * 2^(bucket / 4).
    assert one["p50_ms"] == one["p99_ms"] == pytest.approx(0.01 * 2 ** 5)
    assert galley.shown("endpoint", "traffic", "plain", "--minutes", "120")["variants"][1][
        "requests"] == 11_000
    code, shown, _ = galley.command("endpoint", "traffic", "plain")
    assert code == 0 and "(none)" in shown and "1.00 %" in shown
    for arguments, message in ((["plain", "--minutes", "0"], "'minutes' must be from 1 to 43200, not 0"),
                               (["nobody"], "nobody")):
        code, _, errors = galley.command("endpoint", "traffic", *arguments)
        assert code != 0 and message in errors


@pytest.mark.parametrize(("settings", "message"), [
    ("compare: {loss_scale: 0}", "'monitors.m.compare.loss_scale' must be above 0 and at most 1e12, not 0"),
    ("compare: {probability_floor: 0.6}",
     "'monitors.m.compare.probability_floor' must be above 0 and at most 0.5, not 0.6"),
    ("compare: {probability_floor: 0}", "'monitors.m.compare.probability_floor' must be above 0"),
    ("compare: {by: [a, a]}", "'monitors.m.compare.by' names 'a' twice"),
    ("compare: {by: ['']}", "'monitors.m.compare.by' has an empty name"),
    ("compare: {bound: 2}", "there is no field 'monitors.m.compare.bound'"),
    ("cost: x, conversion: x", "'monitors.m.cost' is 'x', which 'conversion' is too"),
    ("drift: {columns: [a], measure: kl}",
     "'monitors.m.drift.measure' must be psi, ks, js or wasserstein, not 'kl'"),
])
def test_wrong_settings_are_named(galley, tmp_path, settings, message):
    (tmp_path / "galley.yaml").write_text(f"monitors: {{m: {{endpoint: e, {settings}}}}}",
                                          encoding="utf-8")
    code, _, errors = galley.command("monitor", "apply", "--file", tmp_path / "galley.yaml")
    assert code != 0 and message in errors


def test_wrong_questions_are_refused(galley, pairs, tmp_path):
    apply(galley, tmp_path, "monitors: {alone: {endpoint: e}, silent: {endpoint: e, compare: {}}}")
    for path, message in (
            ("pairs/windows?arm=both", "'arm' must be served, mirrored or all, not 'both'"),
            ("pairs/compare?champion=" + OLD, "give both 'champion' and 'challenger', or none of them"),
            (f"pairs/compare?champion=x&challenger={NEW}",
             "'champion': 'x' is no variant id; one has 32 hexadecimal digits"),
            ("pairs/compare?last=0", "'last' must be from 1 to 1000"),
            ("alone/compare", "the monitor 'alone' compares nothing: it has no 'compare'")):
        answer = galley.control("GET", f"monitors/{path}", token=False)
        assert answer.status in (400, 409), answer
        assert message in answer.json()["error"]["message"], answer
    code, _, errors = galley.command("monitor", "compare", "silent")
    assert code == 0 and "No row with a label was predicted by two variants." in errors


def test_named_labels_and_watermarks_come_through_the_gateway(galley, plain, tmp_path):
    apply(galley, tmp_path, """
monitors: {named: {endpoint: plain, conversion: orders, cost: cost, window: 1000000000}}
""")
    names = [galley.predict("plain", plain, plain.rows[row:row + 1])["prediction_ids"][0]
             for row in range(8)]
    orders = [1, 0, 0, 1, 0, 0, 0, 0]
    labels = [{"prediction_id": name, "name": "orders", "number": value}
              for name, value in zip(names, orders, strict=True)]
    labels += [{"prediction_id": name, "name": "cost", "number": 1.5} for name in names[:3]]
    labels += [{"prediction_id": names[0], "name": "cost", "number": 2.5},
               {"prediction_id": names[1], "truth": True}]
    answer = galley.ask("POST", "/api/v1/endpoints/plain/labels",
                        {"labels": labels, "watermark": 2_000_000_000})
    assert answer.status == 200, answer
    wait_until(lambda: windows(galley, "named")["monitor"].get("stated_watermark") == 2e9,
               "the watermark is known", 10)
    (window,) = windows(galley, "named")["windows"]
    assert (window["predictions"], window["labels"], window["state"]) == (8, 1, "closed")
    low, high = binomtest(2, 8).proportion_ci(method="wilson")
    check(window, {"conversions": 2, "conversion_labels": 8, "conversion": 0.25,
                   "conversion_low": low, "conversion_high": high, "cost": 5.5, "cost_labels": 3})
    assert window["from"] == 1_000_000_000 and window["to"] == 2_000_000_000
