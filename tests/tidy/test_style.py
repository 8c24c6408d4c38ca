"""The sources keep the style rules, and each rule would notice if they did not."""

import shutil
import subprocess

import pytest

import style
from house import ROOT


def sources():
    return sorted(p for p in (ROOT / "src").rglob("*") if p.suffix in (".cc", ".h"))


def test_the_sources_keep_the_rules():
    found = [problem for file in sources()
             for problem in style.problems(file.relative_to(ROOT).as_posix(),
                                           file.read_text(encoding="utf-8"))]
    assert found == []


def test_the_sources_are_formatted():
    assert shutil.which("clang-format-19"), "run ./dev setup"
    result = subprocess.run(["clang-format-19", "--dry-run", "-Werror", *sources()], cwd=ROOT,
                            capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, "run ./dev fmt\n" + result.stderr[:2000]


@pytest.mark.parametrize("folder", ["tests", "python", ".ci", "."])
def test_scripts_are_not_too_long(folder):
    pattern = "**/*.py" if folder in ("tests", "python") else "*"
    for file in (ROOT / folder).glob(pattern):
        if file.is_file() and file.suffix in (".py", ""):
            lines = file.read_text(encoding="utf-8").splitlines()
            assert len(lines) <= style.LINES_MAX, file


def body(lines, head="int F() {", indent=""):
    return "\n".join([indent + head, *[indent + "  a = 1;"] * (lines - 2), indent + "}"]) + "\n"


@pytest.mark.parametrize("name, text, problem", [
    ("a.cc", "int a;\n" * 801, "801 lines"),
    ("a.cc", "x" * 101, "101 columns"),
    ("a.cc", body(71), "a function of 71 lines"),
    ("a.cc", body(71, "int F(int a,\n      int b) {").replace("  a = 1;\n", "", 1), "71 lines"),
    ("a.cc", "class A {\n" + body(71, "int F() const {", "  ") + "};\n", "71 lines"),
    ("a.cc", "#define MAX 3\n", "macro MAX"),
    ("a.h", "#pragma once\n#include <iostream>\n", "<iostream>"),
    ("a.h", "#pragma once\n#include <boost/asio.hpp>\n", "<boost/asio.hpp>"),
    ("a.h", "int a;\n", "#pragma once"),
    ("a.cc", "// TO" + "DO: later\n", "says TO" + "DO"),
])
def test_a_broken_rule_is_found(name, text, problem):
    found = style.problems(name, text)
    assert len(found) == 1 and problem in found[0]


def test_rules_kept_to_the_limit_are_not():
    text = "#pragma once\n#include <vector>\n#define TRY(x) x\n" + body(70) + "x" * 100 + "\n"
    assert style.problems("a.h", text) == []


def test_functions_are_measured_one_by_one():
    text = "namespace a {\n" + body(40) + body(50, "A::A()\n    : b_(1),\n      c_(2) {") + "}\n"
    assert [length for _, length in style.functions(text)] == [40, 52]
