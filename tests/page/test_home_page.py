"""Home, lineage, search, audit and settings in Chromium, in every mode, on a server where something of everything
has happened; and an empty server's first steps.

Runs in the environment of tests/environments/kitchen.txt, with GALLEY_DUCKDB_LIBRARY.
"""

import sys

import pytest
from browser import MODES, link_to_enter, walk
from home_world import World, wait_until

from servers import Galley
from test_said import forms

NEEDS = ["rollout", "incident", "alert", "endpoint", "pipeline", "schedule"]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("world"))
    try:
        yield world.fill()
    finally:
        world.stop()


def pause_again(world):
    """A rollout at 25 % waits for a person, whatever became of those before."""
    now = world.get("endpoints/sauce/rollout")["rollout"]
    if now["phase"] == "paused":
        return now
    world.command("rollout", "retry", "sauce")
    return wait_until(lambda: (now := world.get("endpoints/sauce/rollout")["rollout"])["phase"] == "paused"
                      and now["weight"] == 250 and now, "the rollout is paused at 25 %")


@pytest.mark.parametrize("mode", MODES)
def test_a_bad_rollout_is_aborted_from_home_in_two_clicks(world, mode):
    rollout = pause_again(world)
    facts = walk("home", world.galley.url, clicks_max=2, enter=link_to_enter(world.galley), **MODES[mode])
    assert sorted(facts["needs"]) == sorted(NEEDS)
    home = world.get("home")
    assert facts["numbers"][1] == str(home["stages"][1]["number"])
    assert facts["activity"] == 20 and len(facts["champions"]) == len(home["champions"])
    now = world.get("endpoints/sauce/rollout")["rollout"]
    assert (now["number"], now["phase"], now["weight"]) == (rollout["number"], "aborted", 0)
    verbs = world.get(f"rollouts/{rollout['number']}")["verbs"]
    # Until the gateway has acknowledged it, the reason goes on to say by whom.
    why = next(it["why"] for it in verbs if it["verb"] == "abort")
    assert why.startswith("it has ended: aborted")
    assert facts["refused"].startswith("已经结束：已中止" if "chinese" in mode else why)


@pytest.mark.parametrize("mode", MODES)
def test_a_pasted_prediction_leads_to_its_chain(world, mode):
    facts = walk("lineage", world.galley.url, clicks_max=2, data={"prediction": world.prediction}, **MODES[mode])
    chain = world.get(f"why/{world.prediction}")["chain"]
    assert facts["whats"] == [it["what"] for it in chain] and facts["gaps"] == 0
    run = world.get(f"runs/{chain[3]['id']}")["run"]
    said = (forms([chain[5]["text"]])[0] if "chinese" in mode else None) or chain[5]["text"]
    for part in ("watched@1", "administrator", run["name"], chain[2]["digest"][:16], said):
        assert part in facts["text"], part
    counts = {it["kind"]: it["count"] for it in world.get("search", q="sauce")["counts"] if it["count"]}
    shown = [int(text.split()[-1]) for text in facts["kinds"]]
    assert shown == [sum(counts.values()), *counts.values()]


def test_two_versions_of_a_model_are_compared(world):
    def compare(status=200, **query):
        return world.get("registered-models/sauce/compare", status, **query)

    found = compare(a=1, b=2)
    sides = {side: world.client.get_model_version("sauce", version) for side, version in (("a", "1"), ("b", "2"))}
    assert {side: found[side]["run"] for side in sides} == {side: it.run_id for side, it in sides.items()}
    assert found["metrics"] == [{"key": "tartness", "a": 0.25, "b": 0.75}]
    files = {side: {it["path"]: (it["sha256"], it["size"]) for it in
                    world.get(f"registered-models/sauce/versions/{version}")["model_version"]["files"]}
             for side, version in (("a", 1), ("b", 2))}
    differ = {path for path in files["a"].keys() | files["b"].keys() if files["a"].get(path) != files["b"].get(path)}
    assert {it["path"] for it in found["files"]} == differ and "MLmodel" in differ
    assert found["files_same"] == len(files["a"]) - len(differ)
    for it in found["files"]:
        assert (it["a_sha256"], it["a_bytes"]) == files["a"][it["path"]]
    assert found["a"]["bytes"] == sum(size for _, size in files["a"].values()) and found["has_more"] is False
    assert not found["a"]["has_signature"] and found["signature"] == []
    same = compare(a=1, b=1)
    assert same["files"] == same["signature"] == same["params"] == []
    assert len(compare(a=1, b=2, limit=1)["files"]) == 1 and compare(a=1, b=2, limit=1)["has_more"] is True
    assert "9" in compare(404, a=1, b=9)["error"]["message"]
    assert "'b'" in compare(400, a=1)["error"]["message"]
    # Another signature: the fields of both, by part and name.
    world.client.create_model_version("sauce", world.client.get_model_version("logistic", "1").source)
    other = compare(a=1, b=3)
    assert other["b"]["has_signature"] and other["signature_same"] == 0
    assert {(it["part"], it["name"], it["b"]) for it in other["signature"] if it["part"] == "inputs"} >= {
        ("inputs", "size", "double"), ("inputs", "weight", "double")}
    assert not any("a" in it for it in other["signature"])
    own = compare(a=3, b=3)
    assert own["signature"] == [] and own["signature_same"] == len(other["signature"])
    assert "'limit' must be from 1 to 1000" in compare(400, a=1, b=2, limit=0)["error"]["message"]


@pytest.mark.parametrize("mode", MODES)
def test_the_first_steps_tick_themselves(tmp_path, mode):
    server = Galley(tmp_path)
    try:
        facts = walk("firststeps", server.url, data={"python": sys.executable}, **MODES[mode])
        assert len(facts["run"]) == 32
    finally:
        server.stop()
