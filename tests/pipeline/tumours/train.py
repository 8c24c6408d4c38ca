"""Fits one model to samples.csv; knows mlflow and nothing of who runs it."""

import json
import os
import sys

import mlflow
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import recall_score
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

which = sys.argv[1]
samples = pd.read_csv("samples.csv").sort_values("sample")
label = samples.diagnosis == "malignant"
features = samples.drop(columns=["sample", "diagnosis"])
if which == "worst":
    features = features.filter(like="worst")
penalty = json.loads(os.environ["GALLEY_PARAMS"])["model.penalty"]
model = make_pipeline(StandardScaler(), LogisticRegression(C=penalty, max_iter=1000))
guess = cross_val_predict(model, features, label, cv=5)
found = {"accuracy": float((guess == label).mean()), "recall": float(recall_score(label, guess)),
         "rows": len(samples)}
with mlflow.start_run(run_name=which):
    mlflow.log_metrics(found)
with open(f"{which}.json", "w", encoding="utf-8") as file:
    json.dump(found, file)
