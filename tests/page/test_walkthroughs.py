"""From home to an answer, within so many clicks, in every mode: a server with runs and a rollout that hangs."""

import time

import pytest
from browser import MODES, walk
from conftest import Api
from fixture import seed_runs
from rollout_fixture import seed_rollout
from servers import Galley

WEEK_MS = 7 * 24 * 3600 * 1000


@pytest.fixture(name="seeded", scope="module")
def seeded_galley(tmp_path_factory):
    server = Galley(tmp_path_factory.mktemp("seeded"), GALLEY_UV="/nowhere/uv")
    try:
        seed_runs(server.url, 1000)
        token = (server.data / "token").read_text(encoding="ascii").strip()
        yield server, seed_rollout(server.url, server.gateway, token)
    finally:
        server.stop()


@pytest.mark.parametrize("mode", MODES)
def test_the_best_run_of_the_week_beside_the_champions(seeded, mode):
    server, rollout = seeded
    api = Api(server.url)
    runs = api.query(columns=["metrics.auc"], from_ms=int(time.time() * 1000) - WEEK_MS)
    best = max((row for row in runs["rows"] if row["values"][0] is not None), key=lambda row: row["values"][0]) \
        if runs["total"] <= 200 else api.query(columns=["metrics.auc"], sort=["-metrics.auc"], from_ms=int(time.time() * 1000) - WEEK_MS)["rows"][0]
    variants = api.get(f"endpoints/{rollout['endpoint']}")["endpoint"]["variants"]
    champion = next(one for one in variants if one["version"] == 1)
    facts = walk("best_run", server.url, clicks_max=4, data={"best": best["id"], "champion": champion["model"]}, **MODES[mode])
    mine = {param["key"]: param["value"] for param in api.get(f"runs/{best['id']}")["run"]["params"]}
    assert set(facts["differing"]) & set(mine)


@pytest.mark.parametrize("mode", MODES)
def test_why_a_rollout_is_inconclusive(seeded, mode):
    server, rollout = seeded
    review = Api(server.url).get(f"rollouts/{rollout['rollout']}")
    needs = next(row for row in review["evidence"] if row["metric"] == "log_loss")["needs_more"]
    facts = walk("inconclusive", server.url, clicks_max=2, **MODES[mode])
    said = facts["needs"].replace("\N{NARROW NO-BREAK SPACE}", "").replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", "")
    assert str(needs["rows"]) in said and str(needs["requests"]) in said
