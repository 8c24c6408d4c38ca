"""A server with an endpoint that is monitored, and how tests let its weeks pass.

Runs in the environment of tests/environments/kitchen.txt.
"""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVING = ROOT / "tests/serving"


def serving_conftest():
    """tests/serving/conftest.py, which is not the conftest here."""
    spec = importlib.util.spec_from_file_location("serving_conftest", SERVING / "conftest.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["serving_conftest"] = module
    spec.loader.exec_module(module)
    return module


serving = serving_conftest()
sys.path.insert(0, str(SERVING))
ROWS = 20  # Of a week.


def train(kitchen):
    """With a signature, so that columns that the model does not know may be sent."""
    import xgboost
    from mlflow.models import infer_signature
    import mlflow
    data = xgboost.DMatrix(kitchen.plain, kitchen.target)
    booster = xgboost.train({"max_depth": 3, "objective": "binary:logistic", "nthread": 1}, data, 5)
    expected = booster.predict(data)
    return kitchen._log(mlflow.xgboost.log_model, "watched", booster, kitchen.plain, expected,
                        signature=infer_signature(kitchen.plain, expected))


class Weeks:
    """A server whose endpoint `demand` is asked week by week."""

    def __init__(self, folder):
        from models import Kitchen  # Slow to import.
        self.folder = folder
        self.galley = serving.Served(folder, GALLEY_UV="/nowhere/uv")
        self.model = train(Kitchen(self.galley.url, folder))
        self.galley.create("demand", self.model)
        assert self.galley.loaded("demand")["state"] == "ready"
        self.asked = {}

    def command(self, *arguments):
        return self.galley.command(*arguments)

    def apply(self, monitors="", alerts=""):
        """Puts monitors, then rules in force; both are YAML."""
        path = self.folder / "galley.yaml"
        path.write_text(f"{monitors}\n{alerts}\n", encoding="utf-8")
        for what, text in (("monitor", monitors), ("alert", alerts)):
            if text:
                code, _, errors = self.command(what, "apply", "--file", path)
                assert code == 0, errors

    def ask(self, week, rows=ROWS, shift=0.0):
        """Predictions of a week, in one request: [(id, whether it says yes)]."""
        columns = [*self.model.columns, "week"]
        data = [[row[0] + shift, *row[1:], week] for row in self.model.rows[:rows]]
        answer = self.galley.ask("POST", "/api/v1/endpoints/demand/predict",
                                 {"dataframe_split": {"columns": columns, "data": data}})
        assert answer.status == 200, answer
        said = answer.json()
        self.asked[week] = [(name, score >= 0.5) for name, score in
                            zip(said["prediction_ids"], said["predictions"], strict=True)]

    def tell(self, week, wrong, rows=None):
        """Labels of a week, of which so many are not what was predicted."""
        labels = [{"prediction_id": name, "truth": bool(yes) != (at < wrong)}
                  for at, (name, yes) in enumerate(self.asked[week][:rows])]
        answer = self.galley.ask("POST", "/api/v1/endpoints/demand/labels", {"labels": labels})
        assert answer.status == 200, answer

    def alerts(self, **query):
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        answer = self.galley.control("GET", f"alerts?{asked}", token=False)
        assert answer.status == 200, answer
        return answer.json()["alerts"]

    def alert(self, rule, column=""):
        return next(it for it in self.alerts(rule=rule) if it["column"] == column)

    def await_window(self, rule, window, column=""):
        """How a rule stands, once a window was evaluated."""
        def there():
            found = [it for it in self.alerts(rule=rule) if it["column"] == column]
            return found[0] if found and found[0].get("window") == window else None
        return serving.wait_until(there, f"rule {rule} is evaluated at window {window}")

    def events(self):
        """[(kind, rule, column, window, value)] of alerts, oldest first; straight from the file, so
        that a server that starts again is not asked."""
        rows = self.galley.query("SELECT kind, detail FROM event WHERE kind IN ('alert.firing', "
                                 "'alert.resolved') ORDER BY sequence")
        details = [(kind.split(".")[1], json.loads(detail)) for kind, detail in rows]
        return [(kind, it["rule"], it.get("column", ""), it.get("window"), it.get("value"))
                for kind, it in details]


@pytest.fixture(scope="module")
def weeks(tmp_path_factory):
    weeks = Weeks(tmp_path_factory.mktemp("weeks"))
    try:
        yield weeks
    finally:
        weeks.galley.stop()
