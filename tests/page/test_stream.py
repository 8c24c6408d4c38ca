"""The event stream in Chromium: two tabs, a cut connection, a pause; the same without shared workers."""

from browser import walk


def test_two_tabs_are_told_of_what_others_do(empty):
    facts = walk("stream", empty.url)
    assert facts["workers"] == "function"
    assert facts["streamsOfTabs"] == 0, "the shared worker has the stream, no tab"
    assert facts["readsWhilePaused"] == 0
    assert facts["withoutWorker"] == "undefined"
    assert facts["streamsOfFollower"] == 0, "the tab that leads has the stream"
    assert facts["streamsAfterLeader"] == 1, "the tab that was left leads"
    assert facts["streamsOfThird"] == 0
