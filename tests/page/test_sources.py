"""The page's own checks: types, unit tests, arrows between folders, sizes of what is sent."""

import gzip
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UI = ROOT / "ui"
NODE = os.environ.get("GALLEY_NODE", "node")
DIST = ROOT / "build/ui/dist"
SOURCES = sorted(path for path in (UI / "src").rglob("*") if path.suffix in (".ts", ".tsx"))
# In kB, gzip: what ui's budgets allow at most.
SCRIPT_KB_MAX, STYLE_KB_MAX, CHUNK_KB_MAX, ALL_KB_MAX = 190, 20, 60, 900


def run_tool(*command):
    done = subprocess.run([NODE, *command], cwd=UI, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_types_hold():
    run_tool("node_modules/typescript/bin/tsc", "--noEmit")


def test_format_holds():
    run_tool("node_modules/prettier/bin/prettier.cjs", "--check", "src", "e2e", "tools", "vite.config.ts", "vitest.config.ts")


def test_unit_tests_pass():
    run_tool("node_modules/vitest/vitest.mjs", "run")


def floor_of(path):
    """`app`, `kit`, `api`, or `features/NAME`."""
    parts = path.relative_to(UI / "src").parts
    return "/".join(parts[:2]) if parts[0] == "features" else parts[0]


def allowed(source, target):
    if source == target or source == "main.tsx":
        return True
    if source == "app":
        return True
    if source.startswith("features/"):
        return target in ("kit", "api")
    return source == "api" and target == "kit"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(UI)))
def test_house_of_the_page(path):
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    if path.name == "schema.d.ts":
        return
    assert len(lines) <= 400
    for imported in re.findall(r"""(?:from|import)\s*\(?['"](\.[^'"]+)['"]""", text):
        target = (path.parent / imported).resolve()
        assert allowed(floor_of(path), floor_of(target)), f"imports {imported}"
    assert not re.search(r"[:<]\s*any\b|\bas any\b|@ts-ignore|dangerouslySetInnerHTML", text)
    assert "#" not in re.sub(r"'#'|`#|\"#\"|#\$|'#", "", "".join(re.findall(r"#[0-9a-fA-F]{6}\b", text))), "a colour of its own"


def gz(path):
    return len(gzip.compress(path.read_bytes(), 9)) / 1000


def test_what_is_sent_stays_small():
    index = (DIST / "index.html").read_text(encoding="utf-8")
    first = [DIST / name.removeprefix("/ui/") for name in re.findall(r'(?:src|href)="(/ui/assets/[^"]+)"', index)]
    scripts = sum(gz(path) for path in first if path.suffix == ".js")
    styles = sum(gz(path) for path in first if path.suffix == ".css")
    chunks = {path.name: gz(path) for path in (DIST / "assets").glob("*.js") if path not in first}
    everything = sum(gz(path) for path in (DIST / "assets").iterdir() if path.suffix != ".woff2")
    assert 50 < scripts <= SCRIPT_KB_MAX
    assert 5 < styles <= STYLE_KB_MAX
    assert {name: size for name, size in chunks.items() if size > CHUNK_KB_MAX} == {}
    assert everything <= ALL_KB_MAX
