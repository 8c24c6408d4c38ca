"""The API's description: valid by others' validators, true of real answers, and what the page's types
are made of."""

import copy
import re
import subprocess

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from conftest import PROGRAM, PROJECT, ROOT

METHODS = ("get", "post", "put", "delete", "patch")
# Bytes, text, or whatever a sender of webhooks has: no message.
NO_ANSWER = {"get_datasets_by_name_versions_by_version_export", "post_objects_read",
             "get_objects_by_sha256", "post_hooks_by_hook", "get_runs_by_run_file", "get_stream"}
NO_BODY = {"post_hooks_by_hook", "post_uploads", "post_objects", "put_datasets_by_name_contract",
           "put_monitors_by_name_reference"}
# What a path's end takes besides.
QUERIES = {"get_runs_by_run_metrics": "key=accuracy", "get_endpoints_by_name_settled": "monitor=demand",
           "get_datasets_by_name_diff": "from=0&to=1"}
GETS_MIN = 30


def operations(document):
    """(path, method, operation) of all of them."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def strict(document):
    """The document, with objects that have no fields but those that are named."""
    closed = copy.deepcopy(document)
    for schema in closed["components"]["schemas"].values():
        if schema.get("type") == "object":
            schema.setdefault("additionalProperties", False)
    return closed


def problems(document, schema, value):
    root = {"components": strict(document)["components"], **schema}
    return [f"{list(error.absolute_path)}: {error.message}" for error in
            Draft202012Validator(root).iter_errors(value)]


def answer_of(document, operation, status):
    """The schema of an answer with that status; null if it is no message."""
    response = operation["responses"]["200" if status == 200 else "default"]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    return response["content"].get("application/json", {}).get("schema")


def test_the_document_is_valid(document):
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_each_operation_says_what_it_takes_and_answers(document):
    seen = set()
    for path, method, operation in operations(document):
        name = operation["operationId"]
        assert name not in seen
        seen.add(name)
        names = re.findall(r"\{(\w+)\}", path)
        assert names == [one["name"] for one in operation["parameters"] if one["in"] == "path"]
        has_answer = answer_of(document, operation, 200) is not None
        assert has_answer == (name not in NO_ANSWER), name
    assert NO_ANSWER | NO_BODY <= seen


def test_bodies_are_described(document):
    """What a handler reads as a message; a verb without a body has none either."""
    undescribed = {operation["operationId"] for _, method, operation in operations(document)
                   if method in ("post", "put") and "application/json" not in
                   operation.get("requestBody", {}).get("content", {})}
    bare = {name for name in undescribed
            if re.search(r"_(cancel|retry|ack|check)$", name)}
    assert undescribed - bare == NO_BODY


def test_rights_are_said(document):
    by_name = {operation["operationId"]: operation for _, _, operation in operations(document)}
    assert by_name["get_runs"]["security"] == []
    assert by_name["post_endpoints"]["security"] == [{"token": []}, {"session": [], "csrf": []}]
    assert by_name["post_ui_sessions"]["security"] == by_name["post_endpoints"]["security"]


def test_numbers_and_scalars(document):
    schemas = document["components"]["schemas"]
    metric = schemas["Metric"]["properties"]
    assert metric["step"] == {"type": "integer", "format": "int64"}
    assert metric["value"] == {"$ref": "#/components/schemas/Double"}
    assert problems(document, {"$ref": "#/components/schemas/Double"}, "NaN") == []
    assert problems(document, {"$ref": "#/components/schemas/Double"}, "nan") != []


def filled(path, things):
    """The path with things that are there in it; null if there is none for it."""
    path = path.replace("{project}", "default")

    def take(match):
        noun = path[:match.start()].rstrip("/").rsplit("/", 1)[-1]
        if noun == "versions" and "registered-models" in path:
            return "1"
        return things[noun]
    try:
        return re.sub(r"\{\w+\}", take, path)
    except KeyError:
        return None


def test_real_answers_are_as_described(server, things, document):
    """Each read that something was made for, and the rest if it has no captures."""
    asked, wrong = {}, {}
    for path, method, operation in operations(document):
        name = operation["operationId"]
        target = filled(path, things)
        if method != "get" or target is None or answer_of(document, operation, 200) is None:
            continue
        if name in QUERIES:
            target += "?" + QUERIES[name]
        status, answer = server.send("GET", target)
        asked[name] = status
        found = problems(document, answer_of(document, operation, status), answer)
        if found:
            wrong[name] = found[:3]
    assert wrong == {}
    answered = [name for name, status in asked.items() if status == 200]
    assert len(answered) >= GETS_MIN, asked
    assert {"get_runs_by_run", "get_runs_by_run_metrics", "get_experiments", "get_events", "get_datasets",
            "get_datasets_by_name_contract", "get_datasets_by_name_versions_by_version_statistics",
            "get_endpoints_by_name", "get_monitors", "get_alerts", "get_me"} <= set(answered)


def test_a_dataset_of_files_differs_otherwise(server, things, document):
    operation = document["paths"][PROJECT.replace("default", "{project}") + "datasets/{name}/diff"]["get"]
    status, answer = server.send("GET", PROJECT + "datasets/photos/diff?from=0&to=0")
    assert status == 200 and "files" in answer
    assert problems(document, answer_of(document, operation, status), answer) == []


@pytest.mark.parametrize("name, method, path, body", [
    ("post_ui_sessions", "POST", "/api/v1/ui/sessions", {}),
    ("post_ui_errors", "POST", "/api/v1/ui/errors", {"message": "x", "path": "/ui/"}),
    ("post_notifications", "POST", PROJECT + "notifications", {"message": "hello", "labels": {"a": "b"}}),
    ("put_endpoints_by_name_settings", "PUT", PROJECT + "endpoints/juice/settings",
     {"stickiness": {"key": "store"}}),
    ("post_endpoints_by_name_plan", "POST", PROJECT + "endpoints/juice/plan", {"plan": "nonsense"}),
    ("post_runs_query", "POST", PROJECT + "runs/query",
     {"columns": ["metrics.accuracy", "metrics.gone", "params.lr"], "sort": ["-metrics.accuracy"]}),
    ("post_runs_query", "POST", PROJECT + "runs/query", {"filter": "accuracy >"}),
    ("post_runs_query", "POST", PROJECT + "runs/query",
     {"columns": ["metrics.accuracy"], "group_by": ["params.lr"]}),
    ("post_objects_missing", "POST", PROJECT + "objects/missing", {"sha256": ["0" * 64]}),
    ("post_endpoints_by_name_rollouts", "POST", PROJECT + "endpoints/juice/rollouts",
     {"model": "tree", "version": 9}),
])
def test_real_changes_are_as_described(server, things, document, name, method, path, body):
    operation = next(one for _, _, one in operations(document) if one["operationId"] == name)
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert problems(document, schema, body) == []
    assert problems(document, schema, {**body, "unknown": 1}) != []
    status, answer = server.send(method, path, body)
    assert problems(document, answer_of(document, operation, status), answer) == []
    status, answer = server.send(method, path, {**body, "unknown": 1})
    assert status == 400
    assert problems(document, answer_of(document, operation, status), answer) == []


def test_the_pages_types_are_those_of_the_document(node, tmp_path):
    assert (ROOT / "ui/node_modules/openapi-typescript").exists(), "./dev test installs openapi-typescript"
    made = tmp_path / "schema.d.ts"
    done = subprocess.run([node, ROOT / "ui/tools/api.mjs", PROGRAM, made], capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stderr
    assert made.read_text() == (ROOT / "ui/src/api/schema.d.ts").read_text(), "run ./dev api"
