"""docs/compat/mlflow.yaml has a row for every route of the MLflow protocol; every ledger's rows are whole,
and the tests that they name exist."""

import re

import pytest

from house import ROOT

LEDGER = ROOT / "docs/compat/mlflow.yaml"
SOURCES = ROOT / "src/protocol/control/mlflow"
KEYS = ["operation", "method", "path", "state", "test", "deviation"]
VERBS = ["create", "complete", "abort"]
# A route's verb and path, as a literal or as one of the names that artifacts.cc gives them.
ROUTE = re.compile(r'Add(?:Write|Read|Route)\(\s*routes,\s*(?:api,\s*)?Method::k(\w+),\s*'
                   r'(?:fmt::format\()?("[^"]+"|\w+)')


LEDGERS = sorted((ROOT / "docs/compat").glob("*.yaml"))


def rows(text):
    """The rows of a ledger in the subset of YAML that its head describes."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"(- |  )(\w+): (\S(?:.*\S)?)", line)
        if not match or match[2] not in KEYS or ": " in match[3] or " #" in match[3]:
            raise ValueError(f"{LEDGER.name}:{number}: {line!r} is not `key: plain words`")
        if match[1] == "- ":
            found.append({})
        if match[2] in found[-1]:
            raise ValueError(f"{LEDGER.name}:{number}: {match[2]} stands twice in a row")
        found[-1][match[2]] = match[3]
    return found


def routes():
    """{(method, path)} of what the sources register, without the twins below /ajax-api/."""
    found = {("GET", "/health"), ("GET", "/version"), ("GET", "/api/3.0/mlflow/server-info")}
    calls = 0
    for source in sorted(SOURCES.glob("*.cc")):
        text = source.read_text(encoding="utf-8")
        body = text[text.find("Routes(const Api& api) {"):]
        if source.name == "api.cc":
            assert body.count("TextRoute(") == 2 and body.count('"{}mlflow/server-info"') == 1
            continue
        calls += len(re.findall(r"\bAdd(?:Write|Read|Route)\(", body))
        for method, path in ROUTE.findall(body):
            proxied = "mlflow-artifacts/artifacts"
            paths = {"kProxied": [proxied], "file": [proxied + "/{path...}"]}.get(path)
            if "{}" in path:
                paths = [path.strip('"').replace("{}", verb).replace("{{", "{").replace("}}", "}")
                         for verb in VERBS]
            for one in paths or [path.strip('"')]:
                assert "/" in one, f"{source.name}: what is the path {one}?"
                found.add((method.upper(), "/api/2.0/" + one))
    assert calls > 50 and len(found) == calls + len(VERBS) - 1 + 3
    return found


@pytest.fixture(scope="module")
def ledger():
    return rows(LEDGER.read_text(encoding="utf-8"))


def test_every_route_has_a_row_and_every_row_a_route(ledger):
    listed = [(row["method"], row["path"]) for row in ledger]
    assert len(listed) == len(set(listed))
    offered = {(row["method"], row["path"]) for row in ledger if row["state"] != "refused"}
    served = routes()
    assert served - set(listed) == set()
    assert offered - served == set()


@pytest.mark.parametrize("file", LEDGERS, ids=lambda file: file.stem)
def test_the_rows_are_whole(file):
    needed = {"operation", "state"} | ({"method", "path"} if file == LEDGER else set())
    found = rows(file.read_text(encoding="utf-8"))
    assert len(found) > 5
    for row in found:
        assert row.keys() >= needed, row
        assert row["state"] in ("full", "partial", "refused"), row
        if row["state"] == "full":
            assert "test" in row, row
        else:
            assert "deviation" in row, f"why is {row['operation']} {row['state']}?"


@pytest.mark.parametrize("file", LEDGERS, ids=lambda file: file.stem)
def test_every_test_that_is_named_exists(file):
    named = {row["test"] for row in rows(file.read_text(encoding="utf-8")) if "test" in row}
    assert len(named) > (20 if file == LEDGER else 1)
    for test in named:
        source, function = test.split("::")
        text = (ROOT / source).read_text(encoding="utf-8")
        assert re.search(rf"^def {function}\(", text, re.MULTILINE), test


@pytest.mark.parametrize("text", ["operation: a", "- colour: red", "- path: a: b", "- path: a # b",
                                  "- path:", "- path: a\n  path: b", "- path: a\n    state: full"])
def test_what_is_no_ledger_is_refused(text):
    with pytest.raises((ValueError, IndexError)):
        rows(text)
