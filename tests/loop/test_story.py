"""What must hold of the loop: the weeks of the demo's fault, and that nothing is cured which is not ill."""

import pytest

SERVED_AND_FROZEN = {"demo": (.8922, .8670), "clean": (.9148, .9148)}
TOLERANCE = 0.003


def arm(played, is_first):
    return next(it for it in played.report["arms"]
                if (it["is_first"] if is_first else it["name"] == "served"))


def weeks(played, rule):
    return sorted({it["window"] for it in played.report["alerts"] if it["rule"] == rule})


@pytest.mark.parametrize("name", SERVED_AND_FROZEN)
def test_accuracies(name, request):
    played = request.getfixturevalue(name)
    served, frozen = SERVED_AND_FROZEN[name]
    assert arm(played, True)["accuracy"] == pytest.approx(frozen, abs=TOLERANCE)
    # What comes after week 128 is not asserted, but the whole of it is about that.
    assert arm(played, False)["accuracy"] == pytest.approx(served, abs=2 * TOLERANCE)
    assert [it["window"] for it in arm(played, True)["points"]] == list(range(101, 161))


def test_the_fault_is_noticed_and_a_challenger_promoted(demo):
    assert weeks(demo, "drift")[0] == pytest.approx(115, abs=1)
    assert weeks(demo, "accuracy")[0] == pytest.approx(116, abs=1)
    assert weeks(demo, "conversion")[0] == pytest.approx(119, abs=1)
    first = next(it for it in demo.report["promotions"] if not it["by_hand"])
    assert first["window"] == pytest.approx(122, abs=1) and first["model"] == "orange-juice@2"


def test_what_it_gained(demo):
    right, labels = ([sum(it[what] for it in arm(demo, is_first)["points"] if it["window"] >= 122)
                      for is_first in (False, True)] for what in ("right", "labels"))
    assert labels[0] == labels[1]
    assert right[0] / labels[0] - right[1] / labels[1] >= .02


def test_clean_weeks_raise_no_alarm_and_promote_nobody(clean):
    assert weeks(clean, "drift") == [] and weeks(clean, "conversion") == []
    assert weeks(clean, "accuracy") == pytest.approx([132, 142], abs=1)
    assert clean.report["promotions"] == [] or all(it["by_hand"] for it in clean.report["promotions"])
    assert [it["phase"] for it in clean.rollouts if it["phase"] == "promoted"] == []


def test_no_data_fault_is_claimed_of_clean_weeks(clean):
    rankings = clean.of("incident.opened") + clean.of("incident.joined")
    assert len(rankings) >= 2  # The alerts of 132 and 142.
    assert [it["claims_data_fault"] for it in rankings] == [False] * len(rankings)
    assert not any(it["claims_data_fault"] for ranking in rankings for it in ranking["candidates"])


def test_one_version_answers_at_a_time(demo, clean):
    """Champions follow one another, each by the rollout that promoted it."""
    for played in (demo, clean):
        assert [it["number"] for it in played.revisions] == list(range(1, len(played.revisions) + 1))
        assert [it["cause"] for it in played.revisions[1:]] == ["promoted"] * (
            len(played.of("rollout.promoted")))
