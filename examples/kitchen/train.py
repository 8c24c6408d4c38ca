"""Forecasts which orange juice brand sells more than double its usual amount, and tracks all of it.

MLFLOW_TRACKING_URI names the server. Without --data nothing happens; see README.md for the file.
"""

import argparse
import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import mlflow
import numpy as np
from mlflow.entities import Metric
from mlflow.models import infer_signature
from mlflow.tracking import MlflowClient
from mlflow.utils.time import get_current_time_millis
from threadpoolctl import threadpool_limits

import features
import models
import pantry

HERE = Path(__file__).resolve().parent
EXAMPLE_ROWS = 5
SAVED_ROWS = 1000
QUESTION = "Does this brand sell more than double its usual amount in this store this week?"
# Said outright: left to itself, mlflow starts a second Python for each model to find them out, and
# then writes down `xgboost`, whose package is several times as big as `xgboost-cpu`.
SKLEARN_PACKAGES = [f"scikit-learn=={version('scikit-learn')}", f"skops=={version('skops')}"]
XGBOOST_PACKAGES = [f"xgboost-cpu=={version('xgboost-cpu')}"]
# A file with such a tree can crash who loads it if a stranger wrote it; here we write it ourselves.
TRUSTED = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"]

BASELINES = "baselines"
DEFAULT = [BASELINES, "xgboost", "logistic", "histogram"]
COLUMNS = [("accuracy", "acc"), ("balanced_accuracy", "bal. acc"), ("auc", "AUC"),
           ("average_precision", "AP"), ("f1", "F1"), ("brier", "Brier")]


def log_data(table, path, context):
    dataset = mlflow.data.from_numpy(table.features, targets=table.label, source=str(path),
                                     name=f"weeks {table.week.min()}-{table.week.max()}")
    mlflow.log_input(dataset, context=context)


def log_losses(run_id, validation, losses):
    """One curve of each fit, in batches as long as the server takes them."""
    now = get_current_time_millis()
    curves = {f"{name}_logloss": values for name, values in losses.items()}
    for end, found in validation.losses.items():
        curves |= {f"fold_{end}/{name}_logloss": values for name, values in found.items()}
    metrics = [Metric(key, value, now, step)
               for key, values in curves.items() for step, value in enumerate(values)]
    for start in range(0, len(metrics), 1000):
        MlflowClient().log_batch(run_id, metrics=metrics[start:start + 1000])


def log_test(table, forecast):
    """Metrics and slices of one model on the test weeks; returns the metrics."""
    found = models.measure(table.label, forecast)
    found["worst_store"] = models.worst_store(table, forecast)
    mlflow.log_metrics({f"test_{name}": value for name, value in found.items()})
    mlflow.log_dict(models.slices(table, forecast), "test/slices.json")
    return found


def run_baselines(table, test, options):
    with mlflow.start_run(run_name="baselines") as run:
        mlflow.set_tags({"kind": "baseline", "question": QUESTION})
        log_data(test, options.data, "testing")
        found = {}
        rows = table.week >= models.TEST_WEEKS[0]
        for name, forecast in models.baselines(table, rows).items():
            found[name] = models.measure(test.label, forecast)
            for key, value in found[name].items():
                mlflow.log_metric(f"{name}/{key}", value)
    return {"run_id": run.info.run_id, "metrics": found,
            "folds": models.validate_baselines(table)}


def log_validation(validation):
    for end, fold in validation.folds.items():
        for name in ("accuracy", "over_majority", "auc", "log_loss"):
            mlflow.log_metric(f"fold_{name}", fold[name], step=end)
    mlflow.log_metrics({f"validation_{k}": v for k, v in validation.scores.items()})


def log_xgboost(booster, test, forecast, registered):
    gains = booster.get_score(importance_type="total_gain")
    mlflow.log_dict(dict(sorted(gains.items(), key=lambda gain: -gain[1])),
                    "importance/total_gain.json")
    mlflow.log_artifact(HERE / "features.py", "source")
    sample = models.frame(test, EXAMPLE_ROWS)
    return mlflow.xgboost.log_model(
        booster, name="model", model_format="ubj", input_example=sample,
        signature=infer_signature(sample, forecast[:EXAMPLE_ROWS]),
        pip_requirements=XGBOOST_PACKAGES, registered_model_name=registered)


def log_sklearn(estimator, test, registered):
    """A scikit-learn model with probabilities as its predictions."""
    sample = models.frame(test, EXAMPLE_ROWS)
    return mlflow.sklearn.log_model(
        estimator, name="model", input_example=sample, pyfunc_predict_fn="predict_proba",
        signature=infer_signature(sample, estimator.predict_proba(sample)),
        pip_requirements=SKLEARN_PACKAGES, skops_trusted_types=TRUSTED,
        registered_model_name=registered)


def run_model(name, table, train, test, options):
    """Validates, fits, measures and tracks one of models.SETTINGS: what there is to say of it, and
    the model."""
    settings = models.SETTINGS[name] | options.settings
    registered = options.register and options.register + (
        "" if name == "xgboost" else f"-{name}")
    with mlflow.start_run(run_name=name) as run:
        mlflow.set_tags({"kind": "model", "question": QUESTION})
        mlflow.log_params((models.XGBOOST | {"seed": options.seed}
                           if models.is_xgboost(name) else {}) | settings)
        mlflow.log_param("features", len(features.NAMES))
        log_data(train, options.data, "training")
        log_data(test, options.data, "testing")

        validation = models.validate(table, name, settings)
        log_validation(validation)
        fitted, losses = models.fit(name, train, options.seed, settings=settings)
        log_losses(run.info.run_id, validation, losses)
        forecast = models.probabilities(fitted, test)
        found = log_test(test, forecast)
        mlflow.log_text(report(found, validation.scores), "report.txt")
        model = (log_xgboost(fitted, test, forecast, registered) if models.is_xgboost(name)
                 else log_sklearn(fitted, test, registered))
    result = {"run_id": run.info.run_id, "model_id": model.model_id,
              "validation": validation.scores, "metrics": found, "folds": validation.folds,
              "stores": validation.stores}
    if registered:
        result["registered"] = {"name": registered, "version": str(model.registered_model_version)}
    return result, fitted


def verdict(what, limits, scores):
    reasons = models.gate(limits, scores)
    said = "passed" if not reasons else "REFUSED: " + "; ".join(reasons)
    figures = ", ".join(f"{name} {scores[name]:.4f} (>= {least})" for name, least in limits.items())
    return f"{what} {said}\n    {figures}"


def report(test_scores, validation_scores):
    return "\n".join([
        verdict("Gate, rolling validation within the training weeks:", models.VALIDATION_GATE,
                validation_scores),
        verdict("Check, weeks after the training:", models.TEST_GATE, test_scores)])


def table_of(rows):
    widest = max(map(len, rows))
    lines = [" ".join([f"{'':{widest}}", *(f"{short:>8}" for _, short in COLUMNS),
                       "    TP /   FP /   FN /    TN"])]
    for name, found in rows.items():
        counts = " / ".join(f"{found[key]:>4}" for key in ("tp", "fp", "fn"))
        lines.append(" ".join([f"{name:{widest}}", *(f"{found[key]:8.4f}" for key, _ in COLUMNS),
                               f"  {counts} / {found['tn']:>5}"]))
    return "\n".join(lines)


def train(options):
    """Runs what is asked for; returns the summary that --out writes."""
    sales = pantry.load(options.data)["yx"]
    if options.sales:
        sales = pantry.with_committed(sales, options.sales)
    table = features.build(sales)
    learn, test = table.weeks(*models.TRAIN_WEEKS), table.weeks(*models.TEST_WEEKS)
    experiment = mlflow.set_experiment(options.experiment)
    summary = {"experiment_id": experiment.experiment_id, "seed": options.seed, "models": {}}
    shown, fitted = {}, {}
    for name in options.only or DEFAULT:
        if name == BASELINES:
            summary["baselines"] = run_baselines(table, test, options)
            shown |= summary["baselines"]["metrics"]
            continue
        summary["models"][name], fitted[name] = run_model(name, table, learn, test, options)
        shown[name] = summary["models"][name]["metrics"]

    print(f"Weeks {test.week.min()}-{test.week.max()}, {len(test.label)} rows, "
          f"{test.label.mean():.1%} peaks\n{table_of(shown)}")
    for name, model in summary["models"].items():
        print(f"{name}\n{report(model['metrics'], model['validation'])}")
    if options.reference:
        models.frame(learn)[features.NUMERIC].assign(week=learn.week).to_csv(
            options.reference, index=False)
    if options.rows:
        # Asked again, because the last digits of a matrix product depend on how many rows it has.
        rows = test.where(slice(SAVED_ROWS))
        np.savez(options.rows, names=features.NAMES, features=rows.features,
                 **{name: models.probabilities(model, rows) for name, model in fitted.items()})
    return summary


def refusals(summary):
    """Why the model that is meant to be deployed may not be."""
    model = summary["models"]["xgboost"]
    return (models.gate(models.VALIDATION_GATE, model["validation"])
            + models.gate(models.TEST_GATE, model["metrics"]))


def arguments(given=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, type=Path, help="orangeJuice.rda")
    parser.add_argument("--sales", type=Path, metavar="CSV", help="the weeks to learn from, as a "
                        "version of a dataset has them; without it those of --data")
    parser.add_argument("--experiment", default="kitchen")
    parser.add_argument("--seed", type=int, default=3, help="of XGBoost")
    parser.add_argument("--register", metavar="NAME", help="register XGBoost's model as NAME, the "
                        "others as NAME-logistic and NAME-histogram")
    parser.add_argument("--only", action="append", metavar="NAME",
                        choices=[BASELINES, *models.SETTINGS], help="train this one alone and leave "
                        f"it to others to judge it; again for more: {BASELINES}, "
                        f"{', '.join(models.SETTINGS)}. Without it {', '.join(DEFAULT)}, of which "
                        "XGBoost must pass the gate")
    parser.add_argument("--settings", type=own_settings, default={}, metavar="JSON",
                        help="settings that take the place of the model's own; of dotted names the "
                        "last part counts")
    parser.add_argument("--out", type=Path, help="write a summary as JSON")
    parser.add_argument("--metrics", type=Path, help="write what --only's one name came to, as JSON")
    parser.add_argument("--reference", type=Path, metavar="CSV", help="write the features of the "
                        "training weeks, for who watches what is asked later")
    parser.add_argument("--rows", type=Path, help="write the first test rows' features and the "
                        "models' own predictions as .npz")
    options = parser.parse_args(given)
    if len(options.only or []) != 1 and (options.metrics or options.settings):
        parser.error("--metrics and --settings are about one model: name it with --only")
    return options


def own_settings(text):
    return {name.rsplit(".", 1)[-1]: value for name, value in json.loads(text).items()}


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def main():
    options = arguments()
    # Two of mlflow's classes claim local paths; both mean the same.
    warnings.filterwarnings("ignore", "The specified dataset source can be interpreted")
    try:
        with threadpool_limits(models.THREADS):
            summary = train(options)
    except pantry.PantryError as error:
        sys.exit(f"train.py: {error}")
    if options.out:
        write(options.out, summary)
    if options.metrics:
        write(options.metrics, summary["models"].get(options.only[0]) or summary["baselines"])
    if not options.only and refusals(summary):
        sys.exit(1)


if __name__ == "__main__":
    main()
