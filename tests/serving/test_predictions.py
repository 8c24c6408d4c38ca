"""What endpoints answer is what the libraries themselves say."""

import sys

import numpy as np
import pytest

from conftest import split


def floats(answer):
    return np.array(answer["predictions"], dtype=np.float64)


@pytest.mark.parametrize("name", ["probability", "amount", "courses", "bare", "signed", "orphan"])
def test_trees_answer_the_same_bits_as_the_library(shop, galley, name):
    model = shop[name]
    assert galley.loaded(name)["runtime"] == "trees"
    got = floats(galley.predict(name, model, model.rows))
    assert got.shape == model.expected.shape and len(got) == 1000
    assert (got.astype(np.float32) == got).all()  # Nothing is lost on the way through JSON.
    assert got.astype(np.float32).tobytes() == model.expected.tobytes()


def test_the_models_are_as_hard_as_they_shall_be(shop):
    """NaN among the inputs, an intercept far from 0.5, four classes."""
    assert sum(value is None for row in shop["probability"].rows for value in row) > 500
    assert shop["amount"].expected.mean() > 4e4
    assert shop["courses"].expected.shape == (1000, 4)
    assert len(set(shop["probability"].expected.tolist())) > 100


@pytest.mark.parametrize("form", ["records", "inputs", "csv"])
def test_every_form_gives_the_same_bits(shop, galley, form):
    model, rows = shop["bare"], shop["bare"].rows
    galley.loaded("bare")
    if form == "csv":
        text = "\n".join([",".join(model.columns), *(",".join(map(repr, row)) for row in rows)])
        answer = galley.ask("POST", "/endpoints/bare/invocations", text + "\n",
                            {"Content-Type": "text/csv"})
    else:
        records = [dict(zip(model.columns, row)) for row in rows]
        key = {"records": "dataframe_records", "inputs": "inputs"}[form]
        answer = galley.ask("POST", "/endpoints/bare/invocations", {key: records})
    assert answer.status == 200, answer
    got = floats(answer.json()).astype(np.float32)
    assert got.tobytes() == model.expected.tobytes()


def test_scikit_learn_answers_the_same_in_a_worker(shop, galley):
    model = shop["logistic"]
    assert galley.loaded("logistic")["runtime"] == "python"
    got = floats(galley.predict("logistic", model, model.rows))
    assert got.shape == (1000, 2)
    assert np.abs(got - model.expected).max() <= 1e-12


def test_categories_are_refused_or_run_in_python(shop, galley):
    """Trees that split on categories are not evaluated natively, and not answered wrongly."""
    refused = galley.loaded("categories")
    assert refused["state"] == "failed" and "categor" in refused["reason"], refused
    model = shop["categories"]
    galley.create("categories-py", model, python=sys.executable)
    try:
        endpoint = galley.loaded("categories-py")
        assert (endpoint["state"], endpoint["runtime"]) == ("ready", "python"), endpoint
        answer = galley.ask("POST", "/endpoints/categories-py/invocations",
                            split(model, model.rows[:3]))
        assert answer.status == 200, answer
        assert np.abs(floats(answer.json()) - model.expected[:3]).max() <= 1e-6
    finally:
        galley.control("DELETE", "endpoints/categories-py")


def test_an_llm_style_model_gets_its_body_and_answers_unwrapped(galley, shop):
    assert galley.loaded("chat")["state"] == "ready"
    body = {"messages": [{"role": "user", "content": "soup? ☃"}], "temperature": 0.5}
    answer = galley.ask("POST", "/endpoints/chat/invocations", body)
    assert answer.status == 200, answer
    assert answer.json() == {"got": body, "choices": [{"text": "né ☃ €"}]}
    assert len(answer.headers["Galley-Prediction-Id"]) == 32
    native = galley.ask("POST", "/api/v1/endpoints/chat/predict", body).json()
    assert native["got"] == body and len(native["prediction_ids"]) == 1
