"""Fits one model to scikit-learn's digits and registers it; knows mlflow alone."""

import mlflow
import xgboost as xgb
from sklearn.datasets import load_digits

digits = load_digits(as_frame=True)
label = digits.target == 8
train = digits.data.index % 3 > 0
booster = xgb.train({"objective": "binary:logistic", "nthread": 1, "seed": 1},
                    xgb.DMatrix(digits.data[train], label[train]), 20)
guess = booster.predict(xgb.DMatrix(digits.data[~train])) > 0.5
with mlflow.start_run(run_name="digits") as run:
    mlflow.log_metric("accuracy", float((guess == label[~train]).mean()))
    mlflow.xgboost.log_model(booster, name="model", model_format="ubj",
                             pip_requirements=["xgboost-cpu"], registered_model_name="digits",
                             input_example=digits.data[:2])
    print(f"run {run.info.run_id}")
