"""Incidents: faults of known truth are put into requests, and the ranking must name them."""

import json

import mlflow
import pytest
import xgboost
from mlflow.models import infer_signature

from conftest import Served, wait_until
from models import Kitchen

ROWS = 120  # Of a week.
FAULT, LAST = 10, 13
PROJECT = """
monitors:
  {name}:
    endpoint: {endpoint}
    time: week
    labels_late: 1
    slices: [site]
    drift: {{columns: [size, weight, count], running: 1}}
alerts:
  accuracy-{name}: {{monitor: {name}, expr: "accuracy < {limit}", span: {span},
    min_labels: {labels}}}
"""
SITES = ["nord", "ost", "west"]


def size_in_another_unit(row, _week):
    return [row[0] * 10, *row[1:]]


def weight_turned(row, _week):
    return [row[0], -row[1] - 4, row[2]]


def no_fault(row, _week):
    return row


def signed(kitchen, target):
    """With a signature, for without one columns that the model lacks are refused, as in MLflow."""
    data = xgboost.DMatrix(kitchen.plain, target)
    booster = xgboost.train({"max_depth": 3, "objective": "binary:logistic", "nthread": 1}, data, 5)
    expected = booster.predict(data)
    return kitchen._log(mlflow.xgboost.log_model, "watched", booster, kitchen.plain, expected,
                        signature=infer_signature(kitchen.plain, expected))


class Shop:
    def __init__(self, folder):
        self.folder = folder
        self.galley = Served(folder, GALLEY_UV="/nowhere/uv")
        kitchen = Kitchen(self.galley.url, folder)
        self.model = signed(kitchen, kitchen.target)
        self.other = signed(kitchen, 1 - kitchen.target)

    def start(self, name, limit=0.85, span=1):
        """An endpoint with its monitor, its rule and the reference of what is asked."""
        self.galley.create(name, self.model)
        assert self.galley.loaded(name)["state"] == "ready"
        path = self.folder / f"{name}.yaml"
        path.write_text(PROJECT.format(name=name, endpoint=name, limit=limit, span=span,
                                       labels=span * ROWS), encoding="utf-8")
        reference = self.folder / f"{name}.csv"
        lines = [",".join([*self.model.columns, "week"])]
        for week in range(-12, 0):
            lines += [",".join(map(str, [*row, week])) for row in self.rows(week)]
        reference.write_text("\n".join(lines) + "\n", encoding="ascii")
        for command in (("monitor", "apply", "--file", path),
                        ("monitor", "reference", name, "--file", reference),
                        ("alert", "apply", "--file", path)):
            code, _, errors = self.galley.command(*command)
            assert code == 0, errors

    def rows(self, week):
        """Some of the model's rows, others each week."""
        count = len(self.model.rows)
        return [self.model.rows[(week * 37 + at * 7) % count] for at in range(ROWS)]

    def ask(self, endpoint, week, rows):
        columns = [*self.model.columns, "week", "site"]
        data = [[*row, week, SITES[at % 3]] for at, row in enumerate(rows)]
        answer = self.galley.ask("POST", f"/api/v1/endpoints/{endpoint}/predict",
                                 {"dataframe_split": {"columns": columns, "data": data}})
        assert answer.status == 200, answer
        return answer.json()

    def serve(self, endpoint, fault, weeks=range(LAST + 1)):
        """The truth is what the model would have said of the rows as they should have been."""
        for week in weeks:
            rows = self.rows(week)
            truth = [score >= 0.5 for score in self.ask("truth", week, rows)["predictions"]]
            sent = [fault(row, week) if week >= FAULT else row for row in rows]
            ids = self.ask(endpoint, week, sent)["prediction_ids"]
            labels = [{"prediction_id": name, "truth": bool(yes)}
                      for name, yes in zip(ids, truth, strict=True)]
            answer = self.galley.ask("POST", f"/api/v1/endpoints/{endpoint}/labels",
                                     {"labels": labels})
            assert answer.status == 200, answer

    def incident(self, monitor):
        def there():
            found = [it for it in self.galley.shown("incident", "list")["incidents"]
                     if it["monitor"] == monitor]
            return found[0]["number"] if found else None
        number = wait_until(there, f"an incident of {monitor}")
        return self.galley.shown("incident", "show", number)["incident"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    shop = Shop(tmp_path_factory.mktemp("incidents"))
    try:
        shop.galley.create("truth", shop.model)
        assert shop.galley.loaded("truth")["state"] == "ready"
        yield shop
    finally:
        shop.galley.stop()


@pytest.mark.parametrize(("endpoint", "fault", "column"), [
    ("unit", size_in_another_unit, "size"), ("turned", weight_turned, "weight")])
def test_a_fault_of_a_column_ranks_first(shop, endpoint, fault, column):
    shop.start(endpoint)
    shop.serve(endpoint, fault)
    incident = shop.incident(endpoint)
    ranking = incident["rankings"][0]
    first = ranking["candidates"][0]
    assert (first["kind"], first["name"]) == ("column", column), ranking
    assert first["since"] == FAULT and ranking["fall"] == FAULT
    assert ranking["claims_data_fault"] and first["claims_data_fault"]
    assert len({it["kind"] for it in ranking["candidates"]}) >= 8
    evidence = {it["name"]: it["value"] for it in first["evidence"]}
    assert float(evidence["distance"]) > float(evidence["threshold"])


def test_a_deployment_ranks_first_and_no_data_fault_is_claimed(shop):
    shop.start("deployed")
    shop.serve("deployed", no_fault, range(FAULT))
    code, _, errors = shop.galley.command("endpoint", "set", "deployed", "--model",
                                          f"watched@{shop.other.version}")
    assert code == 0, errors
    shop.serve("deployed", no_fault, range(FAULT, LAST + 1))
    ranking = shop.incident("deployed")["rankings"][0]
    first = ranking["candidates"][0]
    assert (first["kind"], first["name"]) == ("model", f"watched@{shop.other.version}"), ranking
    assert first["since"] == FAULT and first["events"], first
    assert not ranking["claims_data_fault"]
    kinds = shop.galley.query("SELECT kind FROM event WHERE sequence = ?", first["events"][0])
    assert kinds == [("endpoint.changed",)]


def test_without_a_fault_nothing_is_claimed(shop):
    """The rule fires because its limit is out of reach, not because anything happened."""
    shop.start("clean", limit=2, span=FAULT)
    shop.serve("clean", no_fault)
    ranking = shop.incident("clean")["rankings"][0]
    assert not ranking["claims_data_fault"] and "fall" not in ranking
    assert ranking["window"] == FAULT - 1
    assert max(it["score"] for it in ranking["candidates"]) < 0.2, ranking


def test_what_a_person_does_is_recorded(shop):
    incident = shop.incident("unit")
    number = incident["number"]
    answer = shop.galley.control("POST", f"incidents/{number}/ack", {}, token=False)
    assert answer.status == 401
    assert shop.galley.command("incident", "ack", number)[0] == 0
    code, _, errors = shop.galley.command("incident", "ack", number)
    assert code == 1 and "acknowledged already" in errors
    assert shop.galley.command("incident", "cause", number, "--rank", 1000)[0] != 0
    code, output, _ = shop.galley.command("incident", "cause", number, "--rank", 1)
    assert code == 0 and "among the first three" in output and "not" not in output
    code, output, _ = shop.galley.command("incident", "close", number, "--reason", "repaired")
    assert code == 0 and "still fires" in output
    code, output, _ = shop.galley.command("incident", "show", number)
    assert code == 0 and "column size" in output and "repaired" in output
    kinds = shop.galley.query("SELECT kind, detail FROM event WHERE subject = ? ORDER BY sequence",
                              incident["id"])
    assert [kind for kind, _ in kinds if kind != "incident.joined"] == [
        "incident.opened", "incident.acked", "incident.cause_set", "incident.closed"]
    details = [json.loads(detail) for _, detail in kinds]
    assert all(it["monitor"] == "unit" and "window" in it for it in details)
    assert details[-1]["still_firing"]
