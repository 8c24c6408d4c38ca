"""Endpoints: who may make them, what is refused, and how the command line shows them."""

import sys
import uuid

import pytest

WRONG_NAMES = ["", "a/b", "a:b", "a b", "é", "..", "x" * 64]


def body(shop, name, **more):
    return {"name": name, "model": "bare", "version": shop["bare"].version, **more}


def names(galley):
    return [one["name"] for one in galley.shown("endpoint", "list")["endpoints"]]


def error(answer):
    return answer.json()["error"]["message"]


@pytest.fixture
def fresh(galley):
    """A name for an endpoint that is gone after the test."""
    name = f"e-{uuid.uuid4().hex[:8]}"
    yield name
    galley.control("DELETE", f"endpoints/{name}")


def test_only_the_token_makes_and_deletes_endpoints(shop, galley, fresh):
    refused = galley.control("POST", "endpoints", body(shop, fresh), token=False)
    assert refused.status == 401 and fresh not in names(galley)
    assert galley.control("DELETE", "endpoints/bare", token=False).status == 401
    code, output, errors = galley.command("endpoint", "create", fresh, "--model", "bare@1")
    assert code == 0, errors
    assert "ready" in output and "trees" in output and "bare@1" in output
    assert fresh in names(galley)


@pytest.mark.parametrize("name", WRONG_NAMES)
def test_names_that_are_none(shop, galley, name):
    answer = galley.control("POST", "endpoints", body(shop, name))
    assert answer.status == 400 and "'name'" in error(answer), answer
    code, _, errors = galley.command("endpoint", "create", name, "--model", "bare@1")
    assert code != 0 and errors


def test_the_longest_name(shop, galley):
    name = "Z" * 63
    assert galley.control("POST", "endpoints", body(shop, name)).status == 200
    assert galley.loaded(name)["state"] == "ready"
    assert galley.control("DELETE", f"endpoints/{name}").status == 200


@pytest.mark.parametrize("more, status, part", [
    ({"model": "nobody"}, 404, "nobody"),
    ({"version": 77}, 404, "77"),
    ({"version": 0}, 404, "0"),
    ({"version": "one"}, 400, "'version'"),
    ({"model": None}, 400, "'model'"),
    ({"python": "relative/python"}, 400, "'python'"),
    ({"more": 1}, 400, "'more'"),
])
def test_endpoints_of_what_is_not_there(shop, galley, fresh, more, status, part):
    answer = galley.control("POST", "endpoints", body(shop, fresh) | more)
    assert answer.status == status and part in error(answer), answer
    assert fresh not in names(galley)


def test_a_name_is_given_once(shop, galley):
    answer = galley.control("POST", "endpoints", body(shop, "bare"))
    assert answer.status == 409 and "bare" in error(answer)
    assert galley.command("endpoint", "create", "bare", "--model", "bare@1")[0] == 1


@pytest.mark.parametrize("model", ["bare", "bare@", "@1", "bare@x", "bare@1.5", "bare@-1", "",
                                   "bare@99999999999999999999"])
def test_model_at_version_is_how_a_version_is_named(galley, shop, model):
    code, _, errors = galley.command("endpoint", "create", "new", "--model", model)
    assert code == 2, errors
    assert "MODEL@VERSION" in errors


def test_a_deleted_name_can_be_given_to_another_model(shop, galley, fresh):
    rows = shop["bare"].rows[:3]
    galley.create(fresh, shop["bare"])
    galley.loaded(fresh)
    first = galley.predict(fresh, shop["bare"], rows)
    code, output, errors = galley.command("endpoint", "delete", fresh)
    assert code == 0 and fresh in output, errors
    assert galley.command("endpoint", "show", fresh)[0] == 1
    assert galley.command("endpoint", "delete", fresh)[0] == 1
    code, _, errors = galley.command("endpoint", "create", fresh, "--model", "signed@1")
    assert code == 0, errors
    second = galley.predict(fresh, shop["signed"], rows)
    assert (first["model"], second["model"]) == ("bare", "signed")
    assert first["variant"] != second["variant"]
    gone = galley.shown("variant", "show", first["variant"])["variant"]
    assert (gone["endpoint"], gone["model"], gone["version"]) == (fresh, "bare", 1)


def test_a_new_endpoint_is_not_ready_because_an_old_one_of_its_name_was(shop, galley, fresh):
    """`create` waits for its own model, not for what the gateway last said of the name."""
    assert galley.command("endpoint", "create", fresh, "--model", "bare@1")[0] == 0
    for _ in range(5):
        assert galley.control("DELETE", f"endpoints/{fresh}").status == 200
        made = galley.create(fresh, shop["bare"])
        assert made["state"] == "loading"
        assert galley.loaded(fresh)["state"] == "ready"
        assert galley.predict(fresh, shop["bare"], shop["bare"].rows[:1])["variant"] == \
            made["variants"][0]["id"]


def test_an_endpoint_is_shown_with_what_is_behind_it(shop, galley):
    galley.loaded("logistic")
    endpoint = galley.shown("endpoint", "show", "logistic")["endpoint"]
    assert (endpoint["state"], endpoint["runtime"]) == ("ready", "python")
    variant = endpoint["variants"][0]
    assert (variant["model"], variant["version"], variant["weight"]) == ("logistic", 1, 1000)
    assert variant["python"] == sys.executable
    for noun, what, facts in (
            ("endpoint", "logistic", ("logistic@1", endpoint["id"], "ready", "python")),
            ("variant", variant["id"], (variant["id"], "logistic", "1000 of 1000")),
            ("model", "logistic@1", (shop["logistic"].run_id, "MLmodel", variant["version_id"])),
            ("model", variant["version_id"], ("logistic@1",))):
        code, output, errors = galley.command(noun, "show", what)
        assert code == 0, errors
        for fact in facts:
            assert fact in output, output
    listed = galley.command("endpoint", "list")[1]
    for name in shop.models:
        assert name in listed


@pytest.mark.parametrize("command", [
    ("endpoint", "show", "nobody"), ("endpoint", "delete", "nobody"), ("endpoint", "show", "a/b"),
    ("variant", "show", "0" * 32), ("variant", "show", "x"),
    ("model", "show", "nobody@1"), ("model", "show", "bare@77"), ("model", "show", "0" * 32),
    ("prediction", "show", "f" * 32), ("prediction", "show", "bare"),
    ("why", "f" * 32), ("why", "not an id"),
])
def test_what_is_not_there_is_said(galley, command):
    code, output, errors = galley.command(*command)
    assert code in (1, 2) and output == "" and errors.strip(), errors


def test_an_interpreter_that_is_none(shop, galley, fresh):
    code, _, errors = galley.command("endpoint", "create", fresh, "--model", "logistic@1",
                                     "--python", "/bin/false")
    assert code == 1 and errors
    assert galley.endpoint(fresh)["state"] == "failed"
