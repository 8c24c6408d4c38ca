"""Small models of every kind that is served, trained, logged and registered by the real clients."""

from dataclasses import dataclass, field

import mlflow
import numpy as np
import pandas as pd
import xgboost
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

COMMIT = "0123456789abcdef0123456789abcdef01234567"
ROWS = 1000
NAMES = ["size", "weight", "count"]  # As in tests/worker/cases.py, whose requests are asked here too.
REQUIREMENTS = {"pip_requirements": ["mlflow"]}  # Else each model starts a Python to find out.
ROUNDS = {"max_depth": 4, "nthread": 1, "seed": 3}

CHAT = """
import mlflow

class Chat(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return {"got": model_input, "choices": [{"text": "né ☃ €"}]}

mlflow.models.set_model(Chat())
"""

SLOW = """
import os
import time
import mlflow

class Slow(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        time.sleep(float(model_input["seconds"].iloc[0]))
        return [os.getpid()]

mlflow.models.set_model(Slow())
"""


@dataclass
class Trained:
    """One registered model: what to send and what the library itself says to it."""

    name: str
    version: int
    uri: str
    run_id: str | None = None
    columns: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    expected: np.ndarray | None = None
    folder: str = ""  # What MLflow's own scoring server loads.


def to_json(frame):
    """Rows of a frame as JSON values, null where a value is missing."""
    return [[None if pd.isna(value) else value for value in row]
            for row in frame.to_numpy(dtype=object).tolist()]


class Kitchen:
    """Trains models and registers them with one server."""

    def __init__(self, url, folder):
        self.client = mlflow.MlflowClient(url, url)  # Not the registry of a server before.
        self.folder = folder
        mlflow.set_tracking_uri(url)
        mlflow.set_registry_uri(url)
        generator = np.random.default_rng(11)
        self.wide = pd.DataFrame(generator.normal(0, 3, (ROWS, 8)).astype(np.float32),
                                 columns=[f"feature {at}" for at in range(8)])
        self.wide = self.wide.mask(generator.random(self.wide.shape) < 0.15)
        self.signal = (self.wide.fillna(0) @ generator.normal(0, 1, 8)).to_numpy()
        self.plain = pd.DataFrame({"size": generator.normal(2, 1, ROWS),
                                   "weight": generator.normal(0, 3, ROWS),
                                   "count": generator.integers(0, 9, ROWS)})
        self.target = (self.plain["size"] + self.plain["weight"] / 5 > 2).astype(int).to_numpy()

    def _log(self, log, name, model, frame, expected, **more):
        with mlflow.start_run(run_name=f"of {name}") as run:
            mlflow.set_tag("mlflow.source.git.commit", COMMIT)
            mlflow.log_params({"depth": 4, "kind": name})
            made = log(model, name="model", registered_model_name=name, **REQUIREMENTS, **more)
        columns = [] if frame is None else list(frame.columns)
        return Trained(name, int(made.registered_model_version), made.model_uri, run.info.run_id,
                       columns, [] if frame is None else to_json(frame), expected,
                       made.artifact_path)

    def booster(self, name, objective, labels, frame=None, **settings):
        frame = self.wide if frame is None else frame
        data = xgboost.DMatrix(frame, labels, enable_categorical=True)
        model = xgboost.train({**ROUNDS, "objective": objective, **settings}, data, 20)
        return self._log(mlflow.xgboost.log_model, name, model, frame, model.predict(data))

    def probability(self):
        return self.booster("probability", "binary:logistic", self.signal > 0, base_score=0.02)

    def amount(self):
        return self.booster("amount", "reg:squarederror", self.signal + 5e4, base_score=123456.7)

    def courses(self):
        labels = np.digitize(self.signal, [-5, 0, 5])
        return self.booster("courses", "multi:softprob", labels, num_class=4)

    def categories(self):
        frame = self.plain.assign(count=self.plain["count"].astype("category"))
        return self.booster("categories", "binary:logistic", self.target, frame,
                            tree_method="hist", max_cat_to_onehot=1)

    def bare(self):
        return self.booster("bare", "binary:logistic", self.target, self.plain)

    def signed(self):
        model = xgboost.XGBRegressor(n_estimators=10, **{"max_depth": 3, "n_jobs": 1})
        model.fit(self.plain, self.target)
        expected = model.predict(self.plain)
        return self._log(mlflow.xgboost.log_model, "signed", model, self.plain, expected,
                         signature=infer_signature(self.plain, expected))

    def logistic(self):
        model = make_pipeline(StandardScaler(), LogisticRegression())
        model.fit(self.plain, self.target)
        expected = model.predict_proba(self.plain)
        return self._log(mlflow.sklearn.log_model, "logistic", model, self.plain, expected,
                         signature=infer_signature(self.plain, expected),
                         pyfunc_predict_fn="predict_proba")

    def from_code(self, name, code):
        path = self.folder / f"{name}.py"
        path.write_text(code, encoding="utf-8")
        return self._log(self._log_code, name, str(path), None, None)

    @staticmethod
    def _log_code(model, **more):
        return mlflow.pyfunc.log_model(python_model=model, **more)

    def orphan(self, other):
        """A version of the files of another model, registered without naming a run."""
        self.client.create_registered_model("orphan")
        logged = self.client.get_logged_model(other.uri.rsplit("/", 1)[1])
        source = logged.artifact_location  # Not models:/m-ID, which leads to the run.
        made = self.client.create_model_version("orphan", source)
        return Trained("orphan", int(made.version), other.uri, None, other.columns, other.rows,
                       other.expected)
