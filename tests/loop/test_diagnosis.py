"""What an incident says of a fault: its own column, or the deployment, is among the first three causes."""

import numpy as np
import pytest

import features
import models
from conftest import ENDPOINT, MODEL, wait_until

FIRST, FAULT, LAST = 103, 112, 117
IN_FIRST = 3


def ranked(incident):
    """[(kind, name)] of the first ranking, the likeliest first."""
    candidates = min(incident["rankings"], key=lambda it: it["number"])["candidates"]
    return [(it["kind"], it["name"]) for it in candidates], candidates


def first_incident(galley):
    number = galley.told("incident", "list")["incidents"][-1]["number"]
    return galley.told("incident", "show", number)["incident"]


@pytest.mark.parametrize("kind, columns", [
    ("deal_feat_stuck", {"deal", "feat"}), ("prices_alphabetical", {"price_rank"})])
def test_a_faulty_feed_ranks_its_columns_first(kitchen, tmp_path_factory, kind, columns):
    galley = kitchen.open(tmp_path_factory, kind, FIRST, retrain=False)
    try:
        galley.replay("--first", FIRST, "--last", LAST, "--fault", FAULT, "--kind", kind)
        incident = first_incident(galley)
    finally:
        galley.stop()
    order, candidates = ranked(incident)
    assert columns <= {name for what, name in order[:IN_FIRST] if what == "column"}, candidates
    assert order[0] in {("column", name) for name in columns}, candidates
    assert candidates[0]["claims_data_fault"]
    assert FAULT <= incident["window"] <= FAULT + 4
    assert len({what for what, _ in order}) >= 8


def test_the_fault_of_the_demo_ranks_first(demo):
    incident = demo.incidents[0]
    order, candidates = ranked(incident)
    assert order[0] == ("column", "feat") and candidates[0]["claims_data_fault"], candidates
    assert incident["window"] == pytest.approx(115, abs=1)


def test_a_bad_deployment_ranks_first(kitchen, tmp_path_factory):
    """A version that was trained with labels that belong to other rows."""
    galley = kitchen.open(tmp_path_factory, "deployed", FIRST, retrain=False)
    try:
        shuffled = np.random.default_rng(5).permutation(kitchen.known.label)
        wrong = features.Table(**vars(kitchen.known) | {"label": shuffled})
        kitchen.register(galley, models.fit_xgboost(wrong, 3)[0])
        galley.replay("--first", FIRST, "--last", FAULT - 1)
        assert galley.told("incident", "list")["incidents"] == []
        galley.command("endpoint", "set", ENDPOINT, "--model", f"{MODEL}@2")

        def answers():
            endpoint = galley.told("endpoint", "show", ENDPOINT)["endpoint"]
            return endpoint["answering"] == endpoint["variants"][0]["id"]
        wait_until(answers, "the version answers")
        galley.replay("--first", FAULT, "--last", LAST)
        incident = first_incident(galley)
    finally:
        galley.stop()
    order, candidates = ranked(incident)
    assert order.index(("model", f"{MODEL}@2")) < IN_FIRST, candidates
    assert candidates[0]["kind"] == "model", candidates
    assert not any(it["claims_data_fault"] for it in candidates)
