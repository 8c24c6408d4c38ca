"""clang-tidy with the checks of .clang-tidy finds nothing. A file that passed is remembered under the
hash of all that it was judged by, so that only changed files cost time."""

import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from house import INCLUDE, ROOT

TOOL = os.environ.get("GALLEY_CLANG_TIDY", "clang-tidy: ./dev tidy fetches it and says where it is")
BUILD = ROOT / "build/release"
CACHE = Path(os.environ.get("GALLEY_CACHE") or
             Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "galley") / "lint"
SECONDS_MAX = 300

SOURCES = sorted((ROOT / "src").rglob("*.cc"))


def relative(file):
    return file.relative_to(ROOT).as_posix()


def judged_by(file, seen):
    """The file and every header of ours that it includes, directly or not."""
    if file in seen:
        return
    seen.add(file)
    for quoted, _ in INCLUDE.findall(file.read_text(encoding="utf-8")):
        header = ROOT / "src" / quoted
        if header.is_file():
            judged_by(header, seen)


def key_of(file, version):
    digest = hashlib.sha256(version)
    digest.update((ROOT / ".clang-tidy").read_bytes())
    digest.update((ROOT / "CMakeLists.txt").read_bytes())
    files = set()
    judged_by(file, files)
    for one in sorted(files):
        digest.update(relative(one).encode() + b"\0" + one.read_bytes() + b"\0")
    return digest.hexdigest()


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    """A folder with the build's compile commands without its precompiled header, which would hide a
    missing #include."""
    text = (BUILD / "compile_commands.json").read_text(encoding="utf-8")
    stripped = re.sub(r" -include-pch \S+", "", text)
    assert len(json.loads(stripped)) > len(SOURCES) / 2 and "-include" not in stripped
    folder = tmp_path_factory.mktemp("commands")
    (folder / "compile_commands.json").write_text(stripped, encoding="utf-8")
    return folder


def lint(file, commands):
    result = subprocess.run([TOOL, "-p", commands, f"--config-file={ROOT / '.clang-tidy'}", "--quiet", file], cwd=ROOT, capture_output=True,
                            text=True, timeout=SECONDS_MAX)
    return "" if result.returncode == 0 else result.stdout + result.stderr


@pytest.fixture(scope="module")
def findings(commands):
    """{file: what clang-tidy says of it}, with the files that passed before left out."""
    version = subprocess.run([TOOL, "--version"], capture_output=True, check=True).stdout
    CACHE.mkdir(parents=True, exist_ok=True)
    markers = {file: CACHE / key_of(file, version) for file in SOURCES}
    due = [file for file in SOURCES if not markers[file].exists()]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = dict(zip(due, pool.map(lambda file: lint(file, commands), due)))
    for file, text in found.items():
        if not text:
            markers[file].touch()
    return found


@pytest.mark.parametrize("file", SOURCES, ids=relative)
def test_clang_tidy_finds_nothing(findings, file):
    text = findings.get(file, "")
    assert not text, text[:4000]


def test_clang_tidy_would_find_something(tmp_path):
    planted = tmp_path / "planted.cc"
    planted.write_text("int wrong_name() { int* p = 0; return *p; }\n")
    result = subprocess.run([TOOL, "--quiet", f"--config-file={ROOT / '.clang-tidy'}", planted, "--"],
                            capture_output=True, text=True, timeout=SECONDS_MAX)
    assert result.returncode != 0
    for check in ("modernize-use-nullptr", "readability-identifier-naming"):
        assert check in result.stdout


def test_a_missing_include_is_found(commands, tmp_path):
    every = json.loads((commands / "compile_commands.json").read_text(encoding="utf-8"))
    command = next(it for it in every if it["file"].endswith("/main.cc"))
    planted = tmp_path / "planted.cc"
    planted.write_text("int Length(const std::string& text) { return static_cast<int>(text.size()); }\n")
    command = command | {"file": str(planted), "command":
                         command["command"].replace(command["file"], str(planted))}
    (tmp_path / "compile_commands.json").write_text(json.dumps([command]))
    assert "use of undeclared identifier 'std'" in lint(planted, tmp_path)
