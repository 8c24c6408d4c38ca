"""The repository keeps the house of floors.toml, and the check would notice if it did not."""

import pytest

from house import ROOT, House

PLAN = """
[[floor]]
name = "ground"
path = "src/ground"
rooms = ["left", "right"]
uses = []
[[floor]]
name = "upper"
path = "src/upper"
rooms = ["only"]
uses = ["ground/left"]
[confined]
"slow/" = ["src/ground/left/a.cc"]
"slow/part/" = ["src/ground/right/b.cc"]
"""


@pytest.fixture
def plant(tmp_path):
    """A small house with the given files: {path: text}."""
    def build(files):
        (tmp_path / "floors.toml").write_text(PLAN)
        for path, text in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return House(tmp_path)
    return build


def test_every_arrow_is_allowed():
    assert House().wrong_arrows() == []


def test_every_folder_with_sources_is_a_room():
    assert House().unlisted() == []


@pytest.mark.parametrize("room", House().existing(), ids=lambda room: room.key)
def test_a_room_has_a_short_readme(room):
    readme = ROOT / room.path / "README.md"
    assert readme.is_file()
    lines = readme.read_text(encoding="utf-8").splitlines()
    assert 2 <= len(lines) <= 40
    assert lines[0] == f"# {room.name}"
    assert House().files(room), "a room without sources"


def test_confined_files_exist():
    for files in House().confined.values():
        for file in files:
            assert (ROOT / file).is_file()


@pytest.mark.parametrize("path, text, problem", [
    ("src/ground/left/a.cc", '#include "ground/right/b.h"', "not to its left"),
    ("src/ground/left/a.cc", '#include "upper/only/c.h"', "not below it"),
    ("src/upper/only/c.cc", '#include "ground/right/b.h"', "not below it"),
    ("src/upper/only/c.cc", '  #  include "ground/right/b.h"', "not below it"),
    ("src/ground/left/a.cc", '#include "a.h"', "in no room"),
    ("src/ground/right/b.cc", "#include <slow/all.hpp>", "may be included by"),
    ("src/ground/left/a.cc", "#include <slow/part/all.hpp>", "may be included by"),
])
def test_a_wrong_arrow_is_found(plant, path, text, problem):
    wrong = plant({path: text}).wrong_arrows()
    assert len(wrong) == 1
    assert wrong[0].startswith(path) and problem in wrong[0]


@pytest.mark.parametrize("path, text", [
    ("src/ground/right/b.cc", '#include "ground/left/a.h"'),
    ("src/ground/right/b.cc", '#include "ground/right/b.h"'),
    ("src/upper/only/c.h", '#include "ground/left/a.h"'),
    ("src/ground/left/a.cc", "#include <slow/all.hpp>\n#include <vector>"),
    ("src/ground/right/b.cc", "#include <slow/part/all.hpp>"),
])
def test_a_right_arrow_is_not(plant, path, text):
    assert plant({path: text}).wrong_arrows() == []


def test_an_unlisted_folder_is_found(plant):
    house = plant({"src/ground/cellar/d.cc": "", "src/ground/left/a.cc": ""})
    assert house.unlisted() == ["src/ground/cellar"]


def test_a_floor_uses_only_what_is_below_it(tmp_path):
    (tmp_path / "floors.toml").write_text(
        PLAN.replace('rooms = ["left", "right"]\nuses = []',
                     'rooms = ["left", "right"]\nuses = ["upper/only"]'))
    with pytest.raises(SystemExit, match="not below it"):
        House(tmp_path)
