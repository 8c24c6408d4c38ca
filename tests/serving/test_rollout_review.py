"""What a rollout shows of itself, recomputed by numpy and scipy from blocks, counts and requests.

The rollout is that of the page's walk-throughs: real requests and labels, no evidence in the end.
"""

import importlib.util
import json
import math
import time
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import betaln, logsumexp

from conftest import Served, wait_until

LAMBDAS = np.array([0.1, 0.2, 0.3, 0.5, 0.7, 0.9])
BOUND, SCALE, NATS = 20, 0.25, 2.3


def fixture_module():
    path = Path(__file__).resolve().parents[1] / "page/rollout_fixture.py"
    spec = importlib.util.spec_from_file_location("rollout_fixture", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Hanging:
    """The server, and the rollout that hangs."""

    def __init__(self, folder):
        self.galley = Served(folder, GALLEY_UV="/nowhere/uv")
        made = fixture_module().seed_rollout(self.galley.url, self.galley.gateway,
                                             self.galley.token())
        self.endpoint, self.number = made["endpoint"], made["rollout"]

    def review(self, number=None):
        answer = self.galley.control("GET", f"rollouts/{number or self.number}", token=False)
        assert answer.status == 200, answer
        return answer.json()

    def row(self, metric):
        return next(it for it in self.review()["evidence"] if it["metric"] == metric)

    def verb(self, name, number=None):
        return next(it for it in self.review(number)["verbs"] if it["verb"] == name)

    def order(self, verb, **body):
        return self.galley.control("POST", f"endpoints/{self.endpoint}/rollout/{verb}", body)

    def blocks(self):
        """Means of the blocks, window by window."""
        answer = self.galley.control("GET", "monitors/sauce-watch/compare?last=20", token=False)
        return [[block["mean"] for block in window["blocks"]]
                for window in answer.json()["windows"] if window["blocks"]]


@pytest.fixture(scope="module")
def hanging(tmp_path_factory):
    galley = Hanging(tmp_path_factory.mktemp("hanging"))
    try:
        yield galley
    finally:
        galley.galley.stop()


def log_e(values, m=0.0):
    """ln E for "the mean is above m" of values within -1 and 1."""
    grown = np.log1p(LAMBDAS[:, None] * (values[None, :] - m) / (1 + m)).sum(axis=1)
    return logsumexp(grown) - math.log(len(LAMBDAS))


def ends(values):
    """The betting interval of the blocks' mean."""
    def low(of):
        return brentq(lambda m: log_e(of, m) - math.log(BOUND), -1 + 1e-9, of.mean())
    return low(values), -low(-values)


def test_the_difference_has_the_interval_that_the_bets_do_not_refute(hanging):
    row = hanging.row("log_loss")
    windows = hanging.blocks()
    assert len(row["points"]) == len(windows) == 3
    seen = []
    for point, means in zip(row["points"], windows, strict=True):
        seen += means
        values = np.clip(np.array(seen) / SCALE, -1, 1)
        low, high = ends(values)
        assert point["value"] == pytest.approx(values.mean() * SCALE * NATS, abs=1e-9)
        assert point["lo"] == pytest.approx(low * SCALE * NATS, abs=1e-7)
        assert point["hi"] == pytest.approx(high * SCALE * NATS, abs=1e-7)
        assert point["log_e_better"] == pytest.approx(log_e(values), abs=1e-9)
        assert point["log_e_worse"] == pytest.approx(log_e(-values), abs=1e-9)
    assert row["difference"] == pytest.approx(
        {"value": point["value"], "lo": point["lo"], "hi": point["hi"], "level": 0.9})
    assert row["e_value"] == pytest.approx(math.exp(max(log_e(values), log_e(-values))))
    assert (row["blocks"], row["rows"]) == (len(seen), 1440)
    assert row["state"] == "inconclusive" and row["decides"] and row["bound"] == BOUND
    assert row["reason"] == hanging.review()["rollout"]["reason"]


def test_what_is_missing_is_what_the_same_blocks_again_would_take(hanging):
    row = hanging.row("log_loss")
    needs = row["needs_more"]
    values = np.clip(np.concatenate(hanging.blocks()) / SCALE, -1, 1)
    side = np.sign(values.mean())
    growth = np.log1p(LAMBDAS[:, None] * side * values[None, :]).mean(axis=1)
    blocks = next(k for k in range(100_000)  # Anew: the analysis is over.
                  if logsumexp(k * growth) - math.log(len(LAMBDAS)) >= math.log(BOUND))
    assert needs["anew"] and needs["verdict"] == ("pass" if side > 0 else "fail")
    assert needs["blocks"] == blocks
    assert needs["rows"] == math.ceil(blocks * 1440 / 18)
    assert needs["windows"] == math.ceil(blocks * 3 / 18)
    assert needs["requests"] == math.ceil(blocks * 180 / 18)
    assert f"{needs['windows']} are needed" in row["needs_why"]


def bernoulli(successes, n, tuned_for, alpha=0.05):
    """Howard et al.'s beta-binomial mixture, as the authors' confseq has it."""
    def log_mixture(p):
        g, h, v, s = p, 1 - p, p * (1 - p) * n, successes - p * n
        two = -2 * math.log(alpha)
        rho = p * (1 - p) * tuned_for / (two + math.log1p(two))
        r = max(rho - g * h, 1e-3 * g * h)
        return (v / (g * h) * math.log(g + h) - (v + h * s) / h * math.log(g)
                - (v - g * s) / g * math.log(h)
                + betaln((r + v - g * s) / g, (r + v + h * s) / h)
                - betaln(r / g, r / h)) - math.log(1 / alpha)
    observed = successes / n
    low = brentq(log_mixture, 1e-12, observed) if observed > 0 else 0
    high = brentq(log_mixture, observed, 1 - 1e-12) if observed < 1 else 1
    return low, high


def test_shares_have_intervals_that_hold_at_every_look(hanging):
    row = hanging.row("accuracy")
    assert not row["decides"]
    answer = hanging.galley.control("GET", "monitors/sauce-watch/windows?last=3&arm=all",
                                    token=False)
    arms = {1: np.zeros(2), 2: np.zeros(2)}
    for it in answer.json()["windows"]:
        arms[it["version"]] += [it["true_positives"] + it["true_negatives"], it["labels"]]
    for name, (right, n) in (("champion", arms[1]), ("challenger", arms[2])):
        low, high = bernoulli(right, n, 1000)
        assert row[name] == pytest.approx(
            {"n": n, "value": right / n, "lo": low, "hi": high}, abs=1e-6)
    (a, na), (b, nb) = arms[1], arms[2]
    p, q = a / na, b / nb
    se, n = math.sqrt(p * (1 - p) / na + q * (1 - q) / nb), na + nb
    two = -2 * math.log(0.05)
    square = (two + math.log(two + 1)) / 5000

    def half(n, se):
        return se * math.sqrt(n) * math.sqrt(2 * (n * square + 1) / (n * n * square)
                                             * math.log(math.sqrt(n * square + 1) / 0.05))
    assert row["difference"] == pytest.approx(
        {"value": q - p, "lo": q - p - half(n, se), "hi": q - p + half(n, se), "level": 0.95})
    more = row["needs_more"]["rows"]
    for count, excludes in ((n + more, True), (n + more - 1, False)):
        assert (abs(q - p) > half(count, se * math.sqrt(n / count))) == excludes


def test_traffic_is_what_the_gateway_answered(hanging):
    review = hanging.review()
    champion, challenger = review["traffic"]
    assert (champion["role"], challenger["role"]) == ("champion", "challenger")
    assert (champion["target"], challenger["target"]) == (750, 250)
    answered = dict(hanging.galley.query(
        "SELECT lower(hex(variant)), count(*) FROM prediction WHERE mirror_of IS NULL "
        "AND at_ms >= ? GROUP BY variant", review["since_ms"]))
    assert challenger["requests"] == answered[challenger["variant"]]
    if review["from_ms"] // 10_000 * 10_000 <= review["since_ms"] + 20_000:
        share = challenger["requests"] / 180
        assert challenger["measured"] == pytest.approx(share)
        assert challenger["rps"] == pytest.approx(
            1000 * challenger["requests"] / (review["to_ms"] - review["from_ms"]))
        assert review["ratio"]["p"] > 0.001
    ratio = hanging.row("error_ratio")
    assert ratio["challenger"]["n"] == challenger["requests"] and ratio["state"] == "pass"
    assert ratio["threshold"] == 0.05


def test_steps_have_times_and_the_verdict(hanging):
    review = hanging.review()
    steps = review["timeline"]
    assert [it["kind"] for it in steps] == ["load", "mirror", "setWeight", "analysis", "setWeight"]
    assert [it["state"] for it in steps] == ["done", "done", "done", "now", "next"]
    assert all(before["ended_ms"] == after["started_ms"]
               for before, after in zip(steps[:3], steps[1:4], strict=True))
    assert (steps[3]["verdict"], steps[3]["windows"], steps[3]["windows_max"]) == (
        "inconclusive", 3, 3)
    kinds = [it["kind"].removeprefix("rollout.") for it in review["events"]][::-1]
    assert kinds == ["started", "acknowledged", "stepped", "acknowledged", "stepped",
                     "acknowledged", "stepped", "judged", "judged", "judged", "paused"]
    assert review["events"][0]["detail"]["weight"] == 250


def test_what_a_verb_does_was_said_before(hanging):
    """The last test of this file that needs the rollout as it was: it ends it."""
    number, turn = hanging.number, hanging.review()["rollout"]["turn"]
    assert "can be promoted, retried or aborted" in hanging.verb("resume")["why"]
    assert hanging.verb("promote_full")["needs_reason"]
    said = hanging.verb("abort")
    assert said["allowed"] and (said["effect"]["from"], said["effect"]["to"]) == (250, 0)
    assert said["effect"]["answers"] == "sauce@1"
    late = hanging.order("promote", turn=turn - 1, rollout=number)
    assert late.status == 409
    assert f"(turn {turn - 1}, now {turn})" in late.json()["error"]["message"]
    other = hanging.order("abort", rollout=number + 1)
    assert other.status == 409 and "look again before you abort" in str(other)

    done = hanging.order("abort", turn=turn, rollout=number, reason="no evidence")
    assert done.status == 200, done
    review = hanging.review()
    champion, challenger = review["traffic"]
    assert (challenger["target"], challenger["measured"], challenger["rps"]) == (0, 0, 0)
    assert champion["target"] == 1000
    assert [it["verb"] for it in review["verbs"] if it["allowed"]] == ["retry"]
    kept = next(it for it in review["evidence"] if it["metric"] == "log_loss")
    assert kept["champion"]["n"] == kept["challenger"]["n"] == 1440, "windows of the analysis alone"
    assert kept["needs_more"]["anew"]
    assert review["timeline"][3]["state"] == "done" and review["timeline"][4]["state"] == "skipped"

    again = hanging.order("retry", rollout=number)
    assert again.status == 200, again
    assert "came after it" in hanging.verb("abort", number)["why"]
    wait_until(lambda: hanging.review(number + 1)["rollout"]["step"] == 3, "the analysis begins")
    silent = next(it for it in hanging.review(number + 1)["evidence"] if it["decides"])
    assert silent["state"] == "no_data" and "needs_more" not in silent
    assert "no window of monitor" in silent["reason"]
    assert hanging.order("promote", full=True, rollout=number + 1, reason="enough").status == 200
    undo = hanging.verb("undo", number + 1)
    assert undo["allowed"] and undo["effect"]["answers"] == "sauce@1"
    stale = hanging.order("undo", newest=1)
    assert stale.status == 409 and "(revision 1, now 2)" in str(stale)
    assert hanging.order("abort", newest=2).status == 400
    assert hanging.order("undo", newest=2).status == 200
    assert hanging.review(number + 1)["rollout"]["phase"] == "undone"


def test_each_endpoint_has_its_line(hanging):
    hanging.galley.loaded(hanging.endpoint)
    answer = hanging.galley.control("GET", "serving?minutes=60", token=False).json()
    line = next(it for it in answer["endpoints"] if it["name"] == hanging.endpoint)
    assert (line["state"], line["model"], line["requests"], line["failed"]) == (
        "ready", "sauce", 240, 0)
    assert line["rps"] == pytest.approx(240 / 3600)
    for asked, why in (("minutes=0", "from 1 to 43200"), ("hours=1", "no parameter 'hours'")):
        wrong = hanging.galley.control("GET", f"serving?{asked}", token=False)
        assert wrong.status == 400 and why in wrong.json()["error"]["message"]


@pytest.mark.parametrize(("number", "status"), [("99", 404), ("x", 400), ("0", 400), ("-1", 400),
                                                ("99999999999999999999", 400)])
def test_a_number_that_is_none_is_named(hanging, number, status):
    answer = hanging.galley.control("GET", f"rollouts/{number}", token=False)
    assert answer.status == status and number in answer.json()["error"]["message"]


def test_registered_models_say_where_they_answer(hanging):
    control = hanging.galley.control
    import mlflow
    mlflow.MlflowClient(hanging.galley.url, hanging.galley.url).set_registered_model_alias(
        "sauce", "tasted", 2)
    models = control("GET", "registered-models?q=SAU", token=False).json()
    assert [it["name"] for it in models["models"]] == ["sauce"] and not models["has_more"]
    assert models["models"][0]["newest"] == 2
    assert models["models"][0]["aliases"] == [{"alias": "tasted", "version": 2}]
    assert control("GET", "registered-models?q=soup", token=False).json()["models"] == []
    shown = control("GET", "registered-models/sauce?limit=1", token=False).json()
    assert shown["has_more"] and [it["version"] for it in shown["versions"]] == [2]
    version = shown["versions"][0]
    assert version["run_name"] == "sauce of 360 rows" and version["aliases"] == ["tasted"]
    assert [it["key"] for it in version["metrics"]] == ["accuracy"]
    assert version["files"] > 0 and version["bytes"] > 0
    both = control("GET", "registered-models/sauce", token=False).json()["versions"]
    assert [[at["endpoint"] for at in it["served"]] for it in both] == [[], ["sauce"]]
    assert control("GET", "registered-models/soup", token=False).status == 404
    assert control("GET", "registered-models/sauce?limit=201", token=False).status == 400
    assert json.loads(control("GET", "registered-models?offset=1", token=False).body) == {
        "models": [], "has_more": False}
    assert time.time() * 1000 >= version["created_ms"]
