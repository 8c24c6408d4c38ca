"""Prediction ids, the prediction log as the database has it, labels, and `galley why`."""

import uuid

import pytest

from conftest import split
from models import COMMIT


def labels(galley, *labels, name="bare"):
    return galley.ask("POST", f"/api/v1/endpoints/{name}/labels", {"labels": list(labels)})


@pytest.fixture
def made(shop, galley):
    """The ids of three rows that were predicted just now."""
    galley.loaded("bare")
    return galley.predict("bare", shop["bare"], shop["bare"].rows[:3])["prediction_ids"]


def test_ids_are_unique_and_follow_one_another(shop, galley):
    galley.loaded("bare")
    answers = [galley.predict("bare", shop["bare"], shop["bare"].rows[:4]) for _ in range(20)]
    ids = [one for answer in answers for one in answer["prediction_ids"]]
    assert len(ids) == 80 == len(set(ids))
    assert all(len(one) == 32 and one == one.lower() for one in ids)
    for answer in answers:
        first = int(answer["prediction_ids"][0], 16)
        assert [int(one, 16) - first for one in answer["prediction_ids"]] == [0, 1, 2, 3]
    reply = galley.ask("POST", "/endpoints/bare/invocations",
                       split(shop["bare"], shop["bare"].rows[:2]))
    assert reply.headers["Galley-Prediction-Id"] not in ids
    assert reply.json().keys() == {"predictions"}


def test_a_refused_request_has_no_id(galley, shop):
    galley.loaded("bare")
    before = galley.query("SELECT count(*) FROM prediction WHERE endpoint = 'nobody'")
    for path, status in (("/endpoints/bare/invocations", 400), ("/endpoints/nobody/invocations", 404),
                         ("/api/v1/endpoints/nobody/predict", 404)):
        answer = galley.ask("POST", path, {"inputs": "x"})
        assert answer.status == status and "Galley-Prediction-Id" not in answer.headers
    assert galley.query("SELECT count(*) FROM prediction WHERE endpoint = 'nobody'") == before


@pytest.mark.parametrize("name", ["bare", "logistic"])
def test_a_prediction_is_in_the_database_within_seconds(shop, galley, name):
    model = shop[name]
    galley.loaded(name)
    answer = galley.predict(name, model, model.rows[:3])
    for row, prediction_id in enumerate(answer["prediction_ids"]):
        found = galley.prediction(prediction_id)
        assert (found["id"], found["row"], found["rows"]) == (prediction_id, row, 3)
        assert (found["endpoint"], found["variant"]) == (name, answer["variant"])
        assert f'"{model.columns[0]}"' in found["request"]
        assert found["response"].startswith('{"predictions":') and found["labels"] == []
    after = f"{int(answer['prediction_ids'][-1], 16) + (1 << 62):032x}"
    assert galley.control("GET", f"predictions/{after}").status == 404
    output = galley.command("prediction", "show", answer["prediction_ids"][1])[1]
    assert "2 of 3" in output and "none yet" in output


def test_a_long_request_is_answered_and_not_kept(shop, galley):
    model = shop["bare"]
    galley.loaded("bare")
    answer = galley.predict("bare", model, model.rows * 4)
    assert len(answer["prediction_ids"]) == 4000 == len(set(answer["prediction_ids"]))
    found = galley.prediction(answer["prediction_ids"][-1])
    assert (found["row"], found["rows"], found["request"]) == (3999, 4000, "")


def test_labels_of_all_kinds_show_up(galley, made):
    answer = labels(galley, {"prediction_id": made[0], "number": 0.25},
                    {"prediction_id": made[1], "text": "peak \"☃\""},
                    {"prediction_id": made[2], "truth": False},
                    {"prediction_id": made[2], "truth": True})
    assert (answer.status, answer.json()) == (200, {"accepted": 4})

    def values(prediction_id):
        return sorted(label["value"] for label in galley.prediction(prediction_id)["labels"])
    from conftest import wait_until
    wait_until(lambda: len(values(made[2])) == 2, "the labels are in the database", 10)
    assert [values(one) for one in made] == [["0.25"], ['"peak \\"☃\\""'], ["false", "true"]]
    assert "0.25" in galley.command("prediction", "show", made[0])[1]


@pytest.mark.parametrize("wrong, part", [
    ({"prediction_id": "x", "number": 1}, "prediction_id"),
    ({"prediction_id": "", "number": 1}, "prediction_id"),
    ({"prediction_id": "g" * 32, "number": 1}, "prediction_id"),
    ({"prediction_id": "0" * 31, "number": 1}, "prediction_id"),
    ({"number": 1}, "prediction_id"),
    ({"prediction_id": "0" * 32}, "exactly one"),
    ({"prediction_id": "0" * 32, "number": 1, "text": "a"}, "exactly one"),
    ({"prediction_id": "0" * 32, "number": 1, "truth": True}, "exactly one"),
    ({"prediction_id": "0" * 32, "number": "many"}, "number"),
    ({"prediction_id": "0" * 32, "text": 5}, "text"),
    ({"prediction_id": "0" * 32, "text": "x" * 1001}, "text"),
    ({"prediction_id": "0" * 32, "truth": 1}, "truth"),
    ({"prediction_id": "0" * 32, "number": 1, "more": 1}, "more"),
])
def test_wrong_labels_are_refused_and_none_of_the_request_is_taken(galley, made, wrong, part):
    answer = labels(galley, {"prediction_id": made[0], "number": 77}, wrong)
    assert answer.status == 400 and part in answer.json()["error"]["message"], answer
    assert galley.prediction(made[0])["labels"] == []


def test_labels_for_nothing(galley, made):
    good = {"prediction_id": made[0], "number": 1}
    assert labels(galley, good, name="nobody").status == 404
    for body in ("", "{", "[]", "null", '{"labels": 5}', "{}", '{"labels": null}'):
        answer = galley.ask("POST", "/api/v1/endpoints/bare/labels", body)
        assert answer.status == 400, (body, answer)
    many = labels(galley, *[good] * 10_001)
    assert many.status == 400 and "10000" in many.json()["error"]["message"].replace(",", "")


def test_why_leads_from_a_prediction_to_its_code(shop, galley, made):
    galley.prediction(made[1])
    chain = {link["what"]: link for link in galley.shown("why", made[1])["chain"]}
    assert list(chain) == ["prediction", "variant", "model version", "run", "parameters", "commit"]
    assert not any(link["gap"] for link in chain.values())
    assert "row 2 of 3" in chain["prediction"]["text"] and "bare" in chain["prediction"]["text"]
    assert chain["model version"]["text"] == "bare@1"
    assert chain["run"]["id"] == shop["bare"].run_id and "of bare" in chain["run"]["text"]
    assert "depth=4" in chain["parameters"]["text"] and "kind=bare" in chain["parameters"]["text"]
    assert chain["commit"]["text"] == COMMIT
    resolved = {"prediction": ("prediction", "prediction"), "variant": ("variant", "variant"),
                "model version": ("model", "model_version"), "run": ("run", "run")}
    for what, (noun, key) in resolved.items():
        assert galley.shown(noun, "show", chain[what]["id"])[key]["id"] == chain[what]["id"]
    output = galley.command("why", made[1])[1]
    assert COMMIT in output and "GAP" not in output


def test_why_names_what_is_missing(shop, galley):
    galley.loaded("orphan")
    made = galley.predict("orphan", shop["orphan"], shop["orphan"].rows[:1])["prediction_ids"][0]
    galley.prediction(made)
    chain = galley.shown("why", made)["chain"]
    assert [(link["what"], link["gap"]) for link in chain] == [
        ("prediction", False), ("variant", False), ("model version", False), ("run", True)]
    output = galley.command("why", made)[1]
    assert "GAP" in output and "names no run" in output


def test_why_without_commit_and_parameters(shop, galley):
    """A run that logged nothing, of a registered version."""
    client, name = shop.kitchen.client, f"quiet-{uuid.uuid4().hex[:8]}"
    run = client.create_run("0")
    client.create_registered_model(name)
    source = client.get_logged_model(shop["bare"].uri.rsplit("/", 1)[1]).artifact_location
    version = client.create_model_version(name, source, run.info.run_id)
    assert galley.control("POST", "endpoints", {"name": name, "model": name,
                                                "version": int(version.version)}).status == 200
    galley.loaded(name)
    made = galley.predict(name, shop["bare"], shop["bare"].rows[:1])["prediction_ids"][0]
    galley.prediction(made)
    chain = {link["what"]: link for link in galley.shown("why", made)["chain"]}
    assert chain["run"]["id"] == run.info.run_id
    assert chain["parameters"]["gap"] and chain["commit"]["gap"]
    # What was predicted is explained even when the endpoint is gone.
    assert galley.control("DELETE", f"endpoints/{name}").status == 200
    assert {link["what"]: link for link in galley.shown("why", made)["chain"]} == chain
