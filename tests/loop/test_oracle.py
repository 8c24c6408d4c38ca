"""The oracle itself: answers that others give, and that it notices a number that is wrong."""

import copy

import numpy as np
import pytest
from scipy.stats import binomtest

from oracles import loop

# Of https://prng.di.unimi.it/splitmix64.c with seed 1.
SPLITMIX = (0x910A2DEC89025CC1, 0xBEEB8DA1658EEC67, 0xF893A2EEFB32555E)


def test_the_draws_are_those_of_splitmix64():
    (one,) = loop.drawn(1000)
    assert one[0, :3].tolist() == [(it * 1000) >> 64 for it in SPLITMIX]
    first, second = loop.drawn(2, 1)
    assert first[0].tolist() == [(it * 2) >> 64 for it in SPLITMIX[:2]]
    assert first.shape == (loop.DRAWS, 2) and not second.any()


@pytest.mark.parametrize("hits, count", [(780, 869), (0, 10), (10, 10), (1, 53328)])
def test_intervals_are_wilsons(hits, count):
    expected = binomtest(hits, count).proportion_ci(method="wilson")
    assert loop.wilson(hits, count) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_an_alert_pends_fires_and_is_resolved():
    hits = {1: False, 2: True, 3: True, 4: None, 5: False, 6: True, 7: False, 8: True, 9: True}
    assert loop.episodes(hits, hold=1) == [(2, 3, 5), (8, 9, None)]
    assert loop.episodes(hits) == [(2, 2, 5), (6, 6, 7), (8, 8, None)]
    assert [loop.states(hits, 1)[window] for window in (1, 2, 3, 4, 5, 6, 9)] == [
        {"inactive"}, {"pending"}, {"firing"}, {"firing"}, {"resolved"}, {"pending"}, {"firing"}]


def test_evidence_of_blocks_that_say_all():
    """Two blocks that count fully: E is the mean of (1 + bet)²."""
    blocks = {(1, 1): (10, 10 * 10**9), (1, 2): (10, 10 * 10**9), (2, 1): (10, -(10**9) * 10)}
    better, worse = loop.evidence(blocks, 1, 1)
    assert np.exp(better) == pytest.approx(np.mean([(1 + bet) ** 2 for bet in loop.BETS]))
    assert np.exp(worse) == pytest.approx(np.mean([(1 - bet) ** 2 for bet in loop.BETS]))
    assert loop.verdict(blocks, 1, bound=1.5) == ("pass", 1)
    assert loop.verdict(blocks, 1, windows_max=2) == ("inconclusive", 2)
    assert loop.verdict({(3, 1): (1, -(10**9))}, 3, bound=1.2) == ("fail", 3)


def test_one_wrong_label_is_noticed(demo):
    import test_agreement
    wrong = copy.copy(demo)
    wrong.rows = copy.copy(demo.rows)
    wrong.rows.label = demo.rows.label.copy()
    at = np.flatnonzero(~demo.rows.is_mirrored)[-1]
    wrong.rows.label[at] = 1 - wrong.rows.label[at]
    for check in (lambda: test_agreement.test_what_was_measured(wrong, "windows", 1),
                  lambda: test_agreement.test_the_report_of_each_arm(wrong),
                  lambda: test_agreement.test_what_was_gained_and_what_was_not_cured(wrong)):
        with pytest.raises(AssertionError):
            check()


def test_one_wrong_probability_is_noticed(demo):
    import test_agreement
    wrong = copy.copy(demo)
    wrong.rows = copy.copy(demo.rows)
    wrong.rows.probability = demo.rows.probability.copy()
    challenger = demo.rollouts[0]["challenger"]["id"]
    at = np.flatnonzero(demo.rows.variant == challenger)[0]
    wrong.rows.probability[at] = 1 - wrong.rows.probability[at]
    with pytest.raises(AssertionError):
        test_agreement.test_each_look_of_a_rollout(wrong)
