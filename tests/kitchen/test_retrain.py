"""A retraining says the known figures of three weeks: it may offer its challenger twice, and once not.

The whole of it, as a pipeline: tests/pipeline/test_retraining.py.
"""

import pandas as pd
import pytest

import challenge
import champion
import faults
import features
import models

SEED = 3
FAULT_WEEK = 113


@pytest.fixture(scope="module")
def faulty(frames):
    return faults.inject(frames["yx"], "feat_inverted", FAULT_WEEK)


@pytest.fixture(scope="module")
def first(train):
    """Version 1: weeks 48-100."""
    return models.fit_xgboost(train, SEED)[0]


def margin(yx, newest, answering):
    """By how much the challenger's twin is better than `answering` on the two newest weeks."""
    known = {name: values[yx["week"] <= newest] for name, values in yx.items()}
    _, found, _, held_out = challenge.fit(features.build(known), SEED)
    rows = {name: getattr(held_out, name) for name in ("features", "label", "week")}
    other = champion.score(answering, rows)
    for score in (found, other):
        assert (score["first_week"], score["last_week"]) == (newest - 1, newest)
    assert found["rows"] == other["rows"]
    return other["log_loss"] - found["log_loss"]


def test_the_challenger_of_week_116_is_better(faulty, first):
    assert margin(faulty, 116, first) == pytest.approx(.128, abs=.01)


def test_the_challenger_of_week_131_is_worse_than_version_2(faulty):
    second, _ = models.fit_xgboost(features.build(faulty).weeks(48, 116), SEED)
    assert margin(faulty, 131, second) == pytest.approx(-.020, abs=.01)


def test_the_clean_challenger_of_week_132_is_better_by_a_hair(frames, first):
    assert 0 < margin(frames["yx"], 132, first) < .01


def test_nothing_newer_than_the_dataset_is_looked_at(frames, table):
    known = {name: values[frames["yx"]["week"] <= 116] for name, values in frames["yx"].items()}
    cut = features.build(known)
    everything = table.weeks(48, 116)
    assert (cut.features == everything.features).all() and (cut.label == everything.label).all()
    known, before, held_out = challenge.split(cut)
    assert [(int(part.week.min()), int(part.week.max())) for part in (known, before, held_out)] == [
        (48, 116), (48, 114), (115, 116)]


def test_the_rows_of_a_dataset_are_read_as_they_were_committed(faulty, tmp_path):
    known = {name: values[faulty["week"] <= 116] for name, values in faulty.items()}
    pd.DataFrame(known).to_csv(tmp_path / "sales.csv", index=False)
    found, expected = challenge.read(tmp_path / "sales.csv"), features.build(known)
    assert (found.features == expected.features).all() and (found.label == expected.label).all()
    late = found.where(found.week >= FAULT_WEEK)
    assert late.column("feat").mean() > .7  # As the feed said, not as it was.


def test_the_champion_is_the_first_variant():
    said = ('{"endpoint":{"variants":[{"name":"main","model":"orange-juice","version":2},'
            '{"name":"canary","model":"orange-juice","version":3}]}}')
    assert champion.served(said) == ("orange-juice", 2)
