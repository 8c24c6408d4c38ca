"""What the documents name is there: files, links, a room's headers, commands. And each check would
notice if it were not."""

import re

import pytest

from house import ROOT, House

FOLDERS = "src|docs|python|tests|examples"
PATH = re.compile(rf"`((?:{FOLDERS})/[\w./-]*)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
SOURCE = re.compile(r"`(\w+\.(?:h|cc))`")
DEV = re.compile(r"\./dev ([a-z]+)")
README_LINES_MAX = 90

ROOMS = [ROOT / room.path / "README.md" for room in House().existing()]
TOP = [ROOT / "README.md", ROOT / "README.zh.md"]
DOCUMENTS = sorted([*TOP, ROOT / "THIRD_PARTY_NOTICES.md", ROOT / "python/README.md", *ROOMS,
                    *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("README.md")])


def relative(file):
    return file.relative_to(ROOT).as_posix()


def missing(text, folder, root=ROOT):
    """Paths that the text of a document in `folder` names and that do not exist."""
    paths = [(path, root / path) for path in PATH.findall(text)]
    links = [(link, folder / link) for link in LINK.findall(text)]
    return [name for name, place in paths + links if not place.exists()]


def missing_sources(text, folder):
    """Headers and sources that a room's README names without a folder and that are not in it."""
    return [name for name in SOURCE.findall(text) if not (folder / name).is_file()]


def unknown_commands(text, script):
    known = set(re.findall(r"^  ([a-z]+(?: \| [^)]*)?)\)", script, re.MULTILINE))
    names = {name for entry in known for name in entry.split(" | ")}
    return [name for name in DEV.findall(text) if name not in names]


@pytest.mark.parametrize("file", DOCUMENTS, ids=relative)
def test_what_a_document_names_exists(file):
    assert missing(file.read_text(encoding="utf-8"), file.parent) == []


@pytest.mark.parametrize("file", ROOMS, ids=relative)
def test_the_sources_that_a_room_names_are_in_it(file):
    assert missing_sources(file.read_text(encoding="utf-8"), file.parent) == []


@pytest.mark.parametrize("file", TOP, ids=relative)
def test_a_readme_is_short_and_its_commands_exist(file):
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= README_LINES_MAX
    assert unknown_commands(text, (ROOT / "dev").read_text(encoding="utf-8")) == []
    assert {"demo", "test"} <= set(DEV.findall(text))


def test_both_readmes_name_the_same():
    english, chinese = (file.read_text(encoding="utf-8") for file in TOP)
    blocks = [re.findall(r"^    (.*?)(?:\s+#.*)?$", text, re.MULTILINE) for text in (english, chinese)]
    assert blocks[0] == blocks[1]
    assert len(re.findall(r"^\|", english, re.MULTILINE)) == len(
        re.findall(r"^\|", chinese, re.MULTILINE))


def test_a_missing_file_is_found(tmp_path):
    (tmp_path / "src/a").mkdir(parents=True)
    (tmp_path / "src/a/b.h").touch()
    text = "`src/a/b.h` `src/a/` `src/a/c.h` [x](c.md) [y](https://example.org/z) [z](src/a/b.h#part)"
    assert missing(text, tmp_path, tmp_path) == ["src/a/c.h", "c.md"]
    assert missing_sources("`b.h` `d.cc` `e/f.h`", tmp_path / "src/a") == ["d.cc"]


def test_a_wrong_command_is_found():
    script = "case $c in\n  setup) x ;;\n  help | -h)\n    y\n"
    assert unknown_commands("./dev setup, ./dev help, ./dev cook", script) == ["cook"]
