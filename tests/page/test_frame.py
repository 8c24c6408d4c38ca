"""The frame around the pages, in every mode; and beneath a base path."""

import pytest
from browser import MODES, link_to_enter, walk

from servers import Galley


@pytest.mark.parametrize("mode", MODES)
def test_the_frame_works(empty, mode):
    walk("frame", empty.url, **MODES[mode])


def test_the_page_works_beneath_a_base_path(tmp_path, monkeypatch):
    monkeypatch.setenv("GALLEY_BASE_PATH", "/ml/galley")
    server = Galley(tmp_path)
    try:
        assert server.url.endswith("/ml/galley")
        facts = walk("basepath", server.url, enter=link_to_enter(server), data={"base": "/ml/galley"})
        assert facts["outside"] == [], "what is asked for elsewhere"
    finally:
        server.stop()
