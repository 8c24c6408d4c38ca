"""A rollout that hangs, in the browser: why, what it still needs, its abort by keyboard."""

import json
import math
import sys
import urllib.error
import urllib.request

import pytest
from browser import ROOT, link_to_enter, walk

sys.path.insert(0, str(ROOT / "tests/common"))
from rollout_fixture import MONITOR, seed_rollout  # noqa: E402
from servers import Galley  # noqa: E402


def ask(server, path):
    with urllib.request.urlopen(f"{server.url}/api/v1/projects/default/{path}", timeout=60) as answer:
        return json.loads(answer.read())


def check_series(server, made):
    """Figures over time are the same requests and rows as the review's and the monitor's."""
    series = ask(server, f"rollouts/{made['rollout']}/series?buckets=7")
    review = ask(server, f"rollouts/{made['rollout']}")
    assert [it["role"] for it in series["variants"]] == ["champion", "challenger"]
    assert series["step_ms"] % 10_000 == 0 and not series["is_cut"]
    for variant, row in zip(series["variants"], review["traffic"], strict=True):
        points = variant["traffic"]
        assert 0 < len(points) <= 7
        assert sum(it["requests"] for it in points) == row["requests"]
        assert sum(it["failed"] + it["degraded"] for it in points) == row["failed"] + row["degraded"]
        assert all((it["at_ms"] - series["from_ms"]) % series["step_ms"] == 0 for it in points)
        assert all(it["p50_ms"] <= it["p95_ms"] <= it["p99_ms"] for it in points)
        assert max(it["p99_ms"] for it in points) >= row["p99_ms"]
    windows = ask(server, f"monitors/{MONITOR}/windows?last=20&arm=all")["windows"]
    for variant in series["variants"]:
        for quality in variant["quality"]:
            same = [it for it in windows if it["variant"] == variant["variant"] and it["from"] == quality["window"]]
            assert quality["predictions"] == sum(it["predictions"] for it in same)
            assert quality["labels"] == sum(it["labels"] for it in same)
            right = sum(it["true_positives"] + it["true_negatives"] for it in same)
            assert quality["accuracy"] == pytest.approx(right / quality["labels"])
            assert quality["accuracy_low"] < quality["accuracy"] < quality["accuracy_high"]
            assert series["from_ms"] <= quality["last_ms"] < series["to_ms"]
    assert [it["window"] for it in series["windows"]] == [0, 1, 2, 3][-len(series["windows"]):]
    assert all(it["coverage"] == 1 and it["lag_p50_ms"] <= it["lag_p90_ms"] for it in series["windows"])
    assert [it["kind"] for it in series["markers"]][0] == "rollout.started"
    assert "setWeight: 25 %" in [it["step"] for it in series["markers"]]
    assert series["markers"][-1]["weight"] == 250
    refused(server, f"rollouts/{made['rollout']}/series?buckets=201", 400, "'buckets'", "200")
    refused(server, f"rollouts/{made['rollout']}/series?monitor=nobody", 404, "nobody")
    refused(server, "rollouts/99/series", 404, "99")
    return {"markers": len(series["markers"])}


def check_samples(server, made):
    """Each sample is the prediction that it names, and what it says of it holds."""
    path = f"rollouts/{made['rollout']}/samples"
    answer = ask(server, f"{path}?metric=log_loss&limit=5")
    assert len(answer["first"]) == len(answer["failing"]) == 5 and answer["looked_at"] > 1000
    worse = [it["loss"] - it["champion_loss"] for it in answer["failing"]]
    assert worse == sorted(worse, reverse=True) and worse[-1] > 0
    assert [it["at_ms"] for it in answer["first"]] == sorted(it["at_ms"] for it in answer["first"])
    for sample in answer["failing"] + answer["first"]:
        told = ask(server, f"predictions/{sample['prediction']}")["prediction"]
        scores = json.loads(told["response"])["predictions"]
        assert sample["probability"] == pytest.approx(scores[told["row"]])
        assert [json.loads(it["value"]) if isinstance(it["value"], str) else it["value"]
                for it in told["labels"]] == [sample["label"]]
        right = sample["probability"] if sample["label"] else 1 - sample["probability"]
        assert sample["loss"] == pytest.approx(-math.log(max(0.01, right)), abs=1e-6)
        assert sample["mirrored"] == ("mirror_of" in told)
        if "champion" in sample:
            theirs = ask(server, f"predictions/{sample['champion']}")["prediction"]
            assert theirs["variant"] != told["variant"] and theirs["row"] == told["row"]
    wrong = ask(server, f"{path}?metric=accuracy&limit=100")["failing"]
    assert wrong and all((it["probability"] >= 0.5) != it["label"] for it in wrong)
    assert ask(server, f"{path}?metric=error_ratio")["reason"] == "a request that failed leaves no prediction"
    refused(server, f"{path}?metric=sunshine", 400, "'metric'", "sunshine")
    refused(server, f"{path}?limit=0", 400, "'limit'", "100")
    return {"sample": answer["failing"][0]["prediction"]}


def refused(server, path, status, *words):
    with pytest.raises(urllib.error.HTTPError) as problem:
        ask(server, path)
    assert problem.value.code == status
    said = problem.value.read().decode()
    assert all(word in said for word in words), said


@pytest.mark.parametrize("mode", [{}, {"language": "zh", "theme": "dark", "cut": True}],
                         ids=["english", "chinese-dark-cut"])
def test_a_rollout_that_hangs_says_why_and_is_aborted(tmp_path, mode):
    server = Galley(tmp_path, GALLEY_UV="/nowhere/uv")
    try:
        token = (server.data / "token").read_text(encoding="ascii").strip()
        made = seed_rollout(server.url, server.gateway, token)
        shown = check_series(server, made) | check_samples(server, made)
        facts = walk("rollout", server.url, enter=link_to_enter(server), **mode,
                     data={"number": made["rollout"], "endpoint": made["endpoint"]} | shown)
        assert "2 210" in facts["needs"].replace("\N{NARROW NO-BREAK SPACE}", " ")
    finally:
        server.stop()
