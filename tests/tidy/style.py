"""Style that a tool can see. Each check takes a file's name and text and yields its problems."""

import re

LINES_MAX = 800
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 100

# Macros may be defined under these names only; helpers of one carry its name.
MACROS = re.compile(r"(GALLEY_)?(TRY|CHECK|DCHECK|BUG|LOG)(_[A-Z]+)*$")
# Headers must stay quick to compile and free of what their users do not ask for.
HEAVY = re.compile(r"<(regex|iostream|ranges|simdjson\.h|gtest/.*|boost/.*|CLI/.*)>")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def size(name, text):
    lines = text.splitlines()
    if len(lines) > LINES_MAX:
        yield f"{name}: {len(lines)} lines, more than {LINES_MAX}"
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX:
            yield f"{name}:{number}: {len(line)} columns, more than {COLUMNS_MAX}"


def functions(text):
    """(line, lines) of each function body in clang-formatted C++: from the line that starts the
    declaration to the closing brace at the same indent. A lambda counts as part of its function."""
    lines = text.splitlines()
    start = None
    for number, line in enumerate(lines):
        stripped = line.strip()
        indent = len(line) - len(line.lstrip())
        if start is not None:
            if indent == start[1] and re.match(r"\}(;|,|\)|$| )", stripped):
                yield start[0] + 1, number - start[0] + 1
                start = None
            continue
        head = stripped
        if not stripped.endswith("{") or stripped.startswith(("}", "//", "#")):
            continue
        first = number
        while first > 0 and "(" not in head and lines[first - 1].strip() and \
                not lines[first - 1].rstrip().endswith((";", "{", "}", ":")):
            first -= 1
            head = lines[first].strip() + " " + head
        # A continuation line is indented further than the line that it continues.
        while first > 0 and len(lines[first]) - len(lines[first].lstrip()) > 0 and \
                lines[first - 1].strip() and \
                not lines[first - 1].rstrip().endswith((";", "{", "}", ":")):
            first -= 1
            head = lines[first].strip() + " " + head
        if "(" not in head or re.match(r"(namespace|class|struct|enum|union|extern)\b", head):
            continue
        start = (first, len(lines[first]) - len(lines[first].lstrip()))


def function_size(name, text):
    for line, length in functions(text):
        if length > FUNCTION_LINES_MAX:
            yield f"{name}:{line}: a function of {length} lines, more than {FUNCTION_LINES_MAX}"


def macros(name, text):
    for macro in re.findall(r"^\s*#\s*define\s+(\w+)", text, re.MULTILINE):
        if not MACROS.match(macro):
            yield f"{name}: macro {macro}; only TRY, CHECK and logging are macros here"


def headers(name, text):
    if not name.endswith(".h"):
        return
    if not text.startswith("#pragma once\n"):
        yield f"{name}: does not begin with #pragma once"
    for match in HEAVY.finditer(text):
        yield f"{name}: includes {match.group(0)}, which belongs in a .cc file"


def unfinished(name, text):
    for match in UNFINISHED.finditer(text):
        yield f"{name}: says {match.group(0)}"


CHECKS = (size, function_size, macros, headers, unfinished)


def problems(name, text):
    return [problem for check in CHECKS for problem in check(name, text)]
