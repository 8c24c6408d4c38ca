"""Says how good the model that answers now is on the weeks that challenge.py held out: the stored model
itself, none that was trained again.

MLFLOW_TRACKING_URI names the server; standard input says what the endpoint answers with.
"""

import argparse
import json
import sys
from pathlib import Path

import mlflow
import numpy as np
import xgboost as xgb

import features
import models


def served(said):
    """(name, version) of what `endpoint show --json` printed: its first variant is the champion."""
    variant = json.loads(said)["endpoint"]["variants"][0]
    return variant["model"], int(variant["version"])


def load(name, version):
    """The booster out of the registry, as it was stored."""
    return mlflow.xgboost.load_model(f"models:/{name}/{version}")


def score(booster, held_out):
    """The same figures as challenge.score, of the saved rows of the held out weeks."""
    data = xgb.DMatrix(held_out["features"], feature_names=features.NAMES, nthread=models.THREADS)
    found = models.measure(held_out["label"], booster.predict(data))
    return {"log_loss": found["log_loss"], "accuracy": found["accuracy"],
            "rows": len(held_out["label"]), "first_week": int(held_out["week"].min()),
            "last_week": int(held_out["week"].max())}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held-out", required=True, type=Path, metavar="NPZ")
    parser.add_argument("--metrics", required=True, type=Path, metavar="JSON")
    options = parser.parse_args()
    name, version = served(sys.stdin.read())
    with np.load(options.held_out) as held_out:
        found = score(load(name, version), held_out)
    options.metrics.parent.mkdir(parents=True, exist_ok=True)
    options.metrics.write_text(json.dumps({"holdout": found, "model": name, "version": version},
                                          indent=2) + "\n", encoding="utf-8")
    print(f"{name}@{version} answers now: log loss {found['log_loss']:.4f} on weeks "
          f"{found['first_week']}-{found['last_week']}")


if __name__ == "__main__":
    main()
