"""Saves the models that test_worker.py serves; each is an ordinary MLflow model folder."""

import mlflow
import numpy as np
import pandas as pd
from mlflow.models import ModelSignature, infer_signature
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

ROWS = 80
REQUIREMENTS = {"pip_requirements": ["mlflow"]}  # Else each save starts a Python to find out.

PARAMETERS = """
import mlflow
import pandas as pd

class Scaled(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        factor = (params or {}).get("factor", 1.0)
        names = (params or {}).get("names", [])
        return pd.DataFrame({"scaled": model_input["x"] * factor, "names": str(names)})

mlflow.models.set_model(Scaled())
"""

CHAT = """
import mlflow

class Chat(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return {"got": model_input, "params": params, "choices": [{"text": "né ☃ €"}]}

mlflow.models.set_model(Chat())
"""

TYPED = """
import mlflow

class Typed(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        out = model_input.copy()
        out["types"] = str([str(t) for t in model_input.dtypes])
        return out

mlflow.models.set_model(Typed())
"""

HINTED = """
import mlflow

class Hinted(mlflow.pyfunc.PythonModel):
    def predict(self, model_input: list[str]) -> list[str]:
        return [text.upper() for text in model_input]

mlflow.models.set_model(Hinted())
"""

NOISY = """
import os, sys
import mlflow
import numpy as np

class Noisy(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        word = model_input["do"]
        print("on stdout", word, "x" * 10000)
        os.write(1, b"straight to descriptor 1\\n")
        os.system("echo from a child")
        sys.stderr.write("on stderr\\n")
        if word == "stdin":
            return {"read": sys.stdin.read()}
        if word == "raise":
            raise RuntimeError("the oven is cold\\nand dark")
        if word == "exit":
            sys.exit("leaving")
        if word == "memory":
            raise MemoryError("too much")
        if word == "object":
            return object()
        if word == "nan":
            return np.array([1.0, float("nan"), float("inf")])
        if word == "huge":
            return "h" * 3_000_000
        if word == "mlflow":
            raise mlflow.exceptions.MlflowException("no such shelf", error_code=5)
        return {"prompt": word}

mlflow.models.set_model(Noisy())
"""

STEPS = """
from sklearn.base import BaseEstimator, TransformerMixin

class Halve(BaseEstimator, TransformerMixin):
    def fit(self, X, y=None):
        self.fitted_ = True
        return self

    def transform(self, X):
        return X / 2
"""


def training_data():
    generator = np.random.default_rng(7)
    data = pd.DataFrame({"size": generator.normal(2, 1, ROWS),
                         "weight": generator.normal(0, 3, ROWS),
                         "count": generator.integers(0, 9, ROWS)})
    return data, (data["size"] + data["weight"] / 5 + data["count"] / 9 > 2.5).astype(int)


def classifier():
    return make_pipeline(StandardScaler(), LogisticRegression())


def save_estimators(folder):
    data, labels = training_data()
    array = data.to_numpy(dtype=np.float64)
    mlflow.sklearn.save_model(classifier().fit(array, labels), folder / "plain",
                              **REQUIREMENTS)
    mlflow.sklearn.save_model(classifier().fit(data, labels), folder / "frame",
                              **REQUIREMENTS)
    model = classifier().fit(data, labels)
    mlflow.sklearn.save_model(model, folder / "columns", input_example=data.head(2),
                              signature=infer_signature(data, model.predict(data)), **REQUIREMENTS)
    mlflow.sklearn.save_model(model, folder / "proba", pyfunc_predict_fn="predict_proba",
                              signature=infer_signature(data, model.predict_proba(data)),
                              **REQUIREMENTS)
    tensor = classifier().fit(array, labels)
    mlflow.sklearn.save_model(tensor, folder / "tensor",
                              signature=infer_signature(array, tensor.predict(array)),
                              **REQUIREMENTS)
    forest = RandomForestClassifier(5, random_state=1).fit(data, labels)
    mlflow.sklearn.save_model(forest, folder / "pickled", pyfunc_predict_fn="predict_proba",
                              serialization_format="cloudpickle", **REQUIREMENTS)


def save_xgboost(folder):
    import xgboost

    data, labels = training_data()
    model = xgboost.XGBRegressor(n_estimators=5).fit(data, labels)
    mlflow.xgboost.save_model(model, folder / "xgboost",
                              signature=infer_signature(data, model.predict(data)), **REQUIREMENTS)


def save_python_models(folder):
    def save(name, code, **more):
        (folder / f"{name}_code.py").write_text(code, encoding="utf-8")
        mlflow.pyfunc.save_model(folder / name, python_model=str(folder / f"{name}_code.py"),
                                 **REQUIREMENTS, **more)

    params = ParamSchema([ParamSpec("factor", DataType.double, 2.0),
                          ParamSpec("names", DataType.string, ["a"], shape=(-1,))])
    save("params", PARAMETERS, signature=ModelSignature(
        inputs=Schema([ColSpec("double", "x")]), params=params))
    typed = Schema([ColSpec("string", "text"), ColSpec("boolean", "flag"),
                    ColSpec("integer", "small"), ColSpec("long", "large"),
                    ColSpec("float", "single"),
                    ColSpec("datetime", "when"), ColSpec("double", "maybe", required=False)])
    save("typed", TYPED, signature=ModelSignature(inputs=typed))
    save("binary", TYPED, signature=ModelSignature(inputs=Schema([ColSpec("binary", "raw")])))
    save("chat", CHAT)
    save("hinted", HINTED)
    save("noisy", NOISY)


def save_custom_step(folder):
    """A skops file with a type of the user's own, logged as trusted; once with that list lost."""
    import importlib
    import sys

    code = folder / "own_steps.py"
    code.write_text(STEPS, encoding="utf-8")
    sys.path.insert(0, str(folder))
    steps = importlib.import_module("own_steps")
    data, labels = training_data()
    model = make_pipeline(steps.Halve(), LogisticRegression()).fit(data, labels)
    mlflow.sklearn.save_model(model, folder / "trusted", code_paths=[str(code)],
                              skops_trusted_types=["own_steps.Halve"], **REQUIREMENTS)
    mlflow.sklearn.save_model(model, folder / "untrusted", code_paths=[str(code)],
                              skops_trusted_types=["own_steps.Halve"], **REQUIREMENTS)
    description = folder / "untrusted" / "MLmodel"
    text = description.read_text(encoding="utf-8")
    lost = text.replace("skops_trusted_types:\n    - own_steps.Halve", "skops_trusted_types: null")
    assert lost != text
    description.write_text(lost, encoding="utf-8")


def save_all(folder):
    save_estimators(folder)
    save_xgboost(folder)
    save_python_models(folder)
    save_custom_step(folder)
