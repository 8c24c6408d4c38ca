"""What an incident says of a fault: its own column, or the deployment, is among the first three causes."""

import numpy as np
import pytest

import features
import models
from conftest import ENDPOINT, MODEL, wait_until

FIRST, FAULT, LAST = 103, 112, 117
IN_FIRST = 3


def ranked(events):
    """(window, [(kind, name)], candidates) of the first incident when it was opened, the likeliest first."""
    opened = next(it["detail"] for it in events if it["kind"] == "incident.opened")
    order = [(it["kind"], it["name"]) for it in opened["candidates"]]
    assert len({kind for kind, _ in order}) >= 8
    return opened["window"], order, opened["candidates"]


@pytest.mark.parametrize("kind, columns", [
    ("deal_feat_stuck", {"deal", "feat"}), ("feat_stuck", {"feat"})])
def test_a_faulty_feed_ranks_its_columns_first(kitchen, tmp_path_factory, kind, columns):
    galley = kitchen.open(tmp_path_factory, kind, FIRST, retrain=False)
    try:
        galley.replay("--first", FIRST, "--last", LAST, "--fault", FAULT, "--kind", kind)
        events = galley.events()
    finally:
        galley.stop()
    window, order, candidates = ranked(events)
    assert columns <= {name for what, name in order[:IN_FIRST] if what == "column"}, candidates
    assert order[0] in {("column", name) for name in columns}, candidates
    assert candidates[0]["claims_data_fault"]
    assert FAULT <= window <= FAULT + 4


def test_the_fault_of_the_demo_ranks_first(demo):
    window, order, candidates = ranked(demo.events)
    assert order[0] == ("column", "feat") and candidates[0]["claims_data_fault"], candidates
    assert window == pytest.approx(115, abs=1)


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
        events = galley.events()
    finally:
        galley.stop()
    _, order, candidates = ranked(events)
    assert order.index(("model", f"{MODEL}@2")) < IN_FIRST, candidates
    assert candidates[0]["kind"] == "model", candidates
    assert not any(it["claims_data_fault"] for it in candidates)
