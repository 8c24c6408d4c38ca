"""Trains a challenger on all weeks whose sales are known, tracks and registers it, and says how good a
model is that was trained in the same way without the newest two of them.

MLFLOW_TRACKING_URI names the server. What the newest weeks look like decides whether the challenger may
be offered: on them the model that answers now has to be worse (champion.py).
"""

import argparse
import warnings
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd

import features
import models
import train

HELD_OUT_WEEKS = 2
FIRST_WEEK = models.TRAIN_WEEKS[0]


def read(sales):
    """The table of a version of the dataset, from its rows alone."""
    with warnings.catch_warnings():
        # From pandas 4 on every number is read so.
        warnings.filterwarnings("ignore", "The 'float_precision' argument is deprecated")
        frame = pd.read_csv(sales, float_precision="round_trip")
    return features.build({name: frame[name].to_numpy() for name in frame.columns})


def split(table):
    """(all labelled weeks, those before the held out ones, the held out ones)"""
    newest = int(table.week.max())
    return (table.weeks(FIRST_WEEK, newest), table.weeks(FIRST_WEEK, newest - HELD_OUT_WEEKS),
            table.weeks(newest - HELD_OUT_WEEKS + 1, newest))


def score(booster, held_out):
    """What a gate compares; champion.py says it of the other model."""
    found = models.measure(held_out.label, models.probabilities(booster, held_out))
    return {"log_loss": found["log_loss"], "accuracy": found["accuracy"],
            "rows": len(held_out.label), "first_week": int(held_out.week.min()),
            "last_week": int(held_out.week.max())}


def fit(table, seed):
    """(challenger, what its twin comes to on the held out weeks, all labelled weeks, held out weeks)"""
    known, before, held_out = split(table)
    twin, _ = models.fit_xgboost(before, seed)
    challenger, _ = models.fit_xgboost(known, seed)
    return challenger, score(twin, held_out), known, held_out


def write_reference(path, known):
    """The features of the training rows: what requests are expected to look like."""
    path.parent.mkdir(parents=True, exist_ok=True)
    models.frame(known)[features.NUMERIC].assign(week=known.week).to_csv(path, index=False)


def track(options, challenger, found, known, held_out):
    """Registers the challenger; its reference is an artifact of the run, to be found from the version."""
    with mlflow.start_run(run_name=f"challenge-{found['last_week']}"):
        mlflow.set_tags({"kind": "challenger", "question": train.QUESTION})
        mlflow.log_params(models.XGBOOST | models.SETTINGS["xgboost"] |
                          {"seed": options.seed, "features": len(features.NAMES),
                           "weeks": f"{FIRST_WEEK}-{found['last_week']}",
                           "held_out": f"{found['first_week']}-{found['last_week']}"})
        train.log_data(known, options.sales, "training")
        mlflow.log_metrics({"holdout.log_loss": found["log_loss"],
                            "holdout.accuracy": found["accuracy"]})
        mlflow.log_artifact(options.reference)
        return train.log_xgboost(challenger, held_out, models.probabilities(challenger, held_out),
                                 options.register)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sales", required=True, type=Path, metavar="CSV",
                        help="a version of the dataset")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--experiment", default="kitchen")
    parser.add_argument("--register", required=True, metavar="NAME")
    parser.add_argument("--metrics", required=True, type=Path, metavar="JSON")
    parser.add_argument("--held-out", required=True, type=Path, metavar="NPZ",
                        help="write the newest weeks, for the other model to be asked the same")
    parser.add_argument("--reference", required=True, type=Path, metavar="CSV",
                        help="write the features of the training weeks")
    options = parser.parse_args()
    # Two of mlflow's classes claim local paths; both mean the same.
    warnings.filterwarnings("ignore", "The specified dataset source can be interpreted")
    mlflow.set_experiment(options.experiment)
    challenger, found, known, held_out = fit(read(options.sales), options.seed)
    write_reference(options.reference, known)
    made = track(options, challenger, found, known, held_out)
    np.savez(options.held_out, features=held_out.features, label=held_out.label,
             week=held_out.week)
    train.write(options.metrics, {"holdout": found})
    print(f"{options.register}@{made.registered_model_version}, weeks {FIRST_WEEK}-"
          f"{found['last_week']}; without weeks {found['first_week']}-{found['last_week']} log loss "
          f"{found['log_loss']:.4f} on them")


if __name__ == "__main__":
    main()
