"""Galley answers as MLflow's server does: status, error code and, where it matters, text.

Every case of answers.py is sent to both. What may differ stands in deviations.py with its reason,
and both sides of a deviation are asserted, so that one that ended is noticed.
"""

import json

import pytest

from answers import CASES, FILES
from conftest import Galley, Http
from deviations import ANSWERS, SETS, WORDINGS


def prepare(http):
    """Makes on a server what the cases talk about; {placeholder: id}."""
    made = {"experiment": http.post("experiments/create", name="first")["experiment_id"],
            "deleted": http.post("experiments/create", name="deleted")["experiment_id"],
            "empty": http.post("experiments/create", name="empty")["experiment_id"]}
    http.post("experiments/delete", experiment_id=made["deleted"])
    made["run"] = http.new_run(made["experiment"])
    made["deleted_run"] = http.new_run(made["experiment"])
    http.post("runs/delete", run_id=made["deleted_run"])
    made["model"] = http.post("logged-models", experiment_id=made["experiment"],
                              name="m")["model"]["info"]["model_id"]
    for name in ("known", "other"):
        http.post("registered-models/create", name=name)
    http.post("model-versions/create", name="known", source="s3://bucket/model")
    return made


def filled(value, made):
    """`value` with the ids of one server in it."""
    if isinstance(value, str):
        for name, made_id in made.items():
            value = value.replace("{" + name + "}", made_id)
    elif isinstance(value, dict):
        value = {key: filled(item, made) for key, item in value.items()}
    elif isinstance(value, list):
        value = [filled(item, made) for item in value]
    return value


def plain(text, made):
    """`text` without the ids of one server, longest first."""
    for name, made_id in sorted(made.items(), key=lambda pair: -len(pair[1])):
        if len(made_id) > 8:
            text = text.replace(made_id, "{" + name + "}")
    return text


def ask(server):
    """{case: (status, error code, message)} of one server."""
    http = Http(server.url)
    made = prepare(http)
    answers = {}
    for case in CASES:
        status, content = http.send(case.method, filled(case.path, made), filled(case.body, made),
                                    case.headers)
        try:
            answer = json.loads(content)
        except ValueError:
            answer = {}
        answer = answer if isinstance(answer, dict) else {}
        answers[case.name] = (status, answer.get("error_code"),
                              plain(answer.get("message", ""), made))
    http.close()
    return answers


@pytest.fixture(scope="module")
def theirs(real):
    return ask(real)


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """Of a server of its own, so that the experiments' numbers in texts are the same."""
    server = Galley(tmp_path_factory.mktemp("ours"))
    yield ask(server)
    server.stop()


@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_same_answer(theirs, ours, name):
    if name in ANSWERS:
        deviation = ANSWERS[name]
        assert theirs[name][:2] == deviation.theirs, theirs[name]
        assert ours[name][:2] == deviation.ours, ours[name]
        return
    assert ours[name][:2] == theirs[name][:2], f"{theirs[name]} | {ours[name]}"
    if name in WORDINGS:
        if WORDINGS[name] is not SETS:  # Which may come sorted by chance.
            assert ours[name][2] != theirs[name][2], "the wording is equal now"
        assert bool(ours[name][2]) == bool(theirs[name][2])
    else:
        assert ours[name][2] == theirs[name][2]


def test_the_cases_are_many_and_named_once():
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) >= 120


def test_every_deviation_belongs_to_a_case():
    names = {case.name for case in CASES}
    assert (set(ANSWERS) | set(WORDINGS)) <= names
    assert not set(ANSWERS) & set(WORDINGS)
    assert all(len(row.why) > 20 for row in ANSWERS.values())
    assert all(len(why) > 10 for why in WORDINGS.values())


def test_an_error_never_is_a_500(ours):
    """The client repeats a 5xx for minutes, so what a user did wrong must be a 4xx."""
    assert {name: answer for name, answer in ours.items() if answer[0] >= 500} == {}


def test_a_refused_file_is_nowhere(galley):
    http = Http(galley.url)
    for path in ("..%2Fa", "%2e%2e/a", "a%5C..%5Cb", "a%00b"):
        assert http.send("GET", f"{FILES}/{path}")[0] in (400, 404)
    http.close()
