"""What xgboost itself predicts: models of many kinds, rows, and the library's margins and predictions.

    trees.py FOLDER      with xgboost-cpu 3.2.0 and numpy importable

writes FOLDER/NAME/{model.json,model.ubj,rows,margins,predictions} for each case (raw little-endian
floats), FOLDER/refused/NAME.{json,ubj} for models that Galley must refuse, FOLDER/transforms/NAME.{margins,
predictions}, and FOLDER/cases.json. The answers come from the saved file, loaded again, and only those
are written that the library's three ways to predict agree on in every bit.
"""

import json
import sys
from pathlib import Path

import numpy
import xgboost

VERSION = "3.2.0"
ROWS = 4000
TRAINING_ROWS = 1500
TRANSFORMED = 2_000_000

LABELS = {
    "binary": lambda score, _: (score > 0).astype("f4"),
    "real": lambda score, noise: (3 * score + noise).astype("f4"),
    "positive": lambda score, noise: numpy.exp(score / 2 + noise / 4).astype("f4"),
    "count": lambda score, noise: numpy.floor(numpy.exp(score / 2 + noise / 4)).astype("f4"),
    "classes": lambda score, _: (numpy.clip(score + 2, 0, 4)).astype("i4").astype("f4"),
    "targets": lambda score, noise: numpy.stack([score, score * noise, -noise], 1).astype("f4"),
    "grades": lambda score, _: (numpy.clip(score + 1, 0, 3)).astype("i4").astype("f4"),
}


def case(objective, labels, rounds=30, features=8, missing=0.1, **parameters):
    return {"objective": objective, "labels": labels, "rounds": rounds, "features": features,
            "missing": missing, "parameters": parameters}


CASES = {
    "logistic": case("binary:logistic", "binary", rounds=150, features=30, max_depth=4),
    "logistic_dense": case("binary:logistic", "binary", missing=0),
    "logistic_base_0.9": case("binary:logistic", "binary", base_score=0.9),
    "logistic_base_1e-7": case("binary:logistic", "binary", base_score=1e-7),
    "logistic_base_0.99999": case("binary:logistic", "binary", base_score=0.99999),
    "logistic_weighted": case("binary:logistic", "binary", scale_pos_weight=20),
    "logistic_steep": case("binary:logistic", "binary", rounds=80, eta=3.0, reg_lambda=0,
                           min_child_weight=0),
    "regression_logistic": case("reg:logistic", "binary", base_score=0.2),
    "logitraw": case("binary:logitraw", "binary", base_score=0.3),
    "hinge": case("binary:hinge", "binary"),
    "squared": case("reg:squarederror", "real", max_depth=8),
    "squared_base_1000": case("reg:squarederror", "real", base_score=1000),
    "squared_base_-5e6": case("reg:squarederror", "real", base_score=-5e6),
    "squared_huge_leaves": case("reg:squarederror", "real", eta=50.0, rounds=10),
    "squared_log": case("reg:squaredlogerror", "positive"),
    "pseudo_huber": case("reg:pseudohubererror", "real"),
    "absolute": case("reg:absoluteerror", "real"),
    "quantile": case("reg:quantileerror", "real", quantile_alpha=0.9),
    "quantiles": case("reg:quantileerror", "real", quantile_alpha=[0.1, 0.5, 0.9]),
    "poisson": case("count:poisson", "count"),
    "poisson_base_3.7": case("count:poisson", "count", base_score=3.7),
    "gamma": case("reg:gamma", "positive"),
    "tweedie": case("reg:tweedie", "positive", tweedie_variance_power=1.3),
    "cox": case("survival:cox", "positive", rounds=10),
    "softprob": case("multi:softprob", "classes", num_class=5),
    "softmax": case("multi:softmax", "classes", num_class=5),
    "softmax_100_rounds": case("multi:softmax", "classes", rounds=100, num_class=5, max_depth=3),
    "softprob_base_0.5": case("multi:softprob", "classes", num_class=5, base_score=0.5),
    "softprob_forest": case("multi:softprob", "classes", num_class=5, num_parallel_tree=3,
                            subsample=0.5, rounds=11),
    "softprob_unused_classes": case("multi:softprob", "classes", num_class=17, rounds=3),
    "forest": case("binary:logistic", "binary", rounds=1, num_parallel_tree=50, subsample=0.6,
                   colsample_bynode=0.5, eta=1.0),
    "boosted_forest": case("reg:squarederror", "real", rounds=9, num_parallel_tree=3, subsample=0.6),
    "targets": case("reg:squarederror", "targets", multi_strategy="one_output_per_tree"),
    "targets_logistic": case("binary:logistic", "binary_targets"),
    "rank_ndcg": case("rank:ndcg", "grades"),
    "rank_pairwise": case("rank:pairwise", "grades"),
    "rank_map": case("rank:map", "binary"),
    "stumps": case("binary:logistic", "binary", max_depth=1, rounds=64),
    "single_leaf": case("binary:logistic", "binary", gamma=1e9, rounds=5, base_score=0.3),
    "no_trees": case("binary:logistic", "binary", rounds=0, base_score=0.3),
    "one_tree": case("reg:squarederror", "real", rounds=1),
    "nine_trees": case("reg:squarederror", "real", rounds=9),
    "deep": case("reg:squarederror", "real", max_depth=0, max_leaves=300, grow_policy="lossguide",
                 min_child_weight=0),
    "chain": case("reg:squarederror", "chain", max_depth=0, grow_policy="lossguide", features=1,
                  rounds=3, reg_lambda=0, min_child_weight=0, missing=0),
    "exact_pruned": case("binary:logistic", "binary", tree_method="exact", gamma=2.0),
    "approximate": case("binary:logistic", "binary", tree_method="approx"),
    "many_trees": case("binary:logistic", "binary", rounds=2000, max_depth=3, eta=0.02),
    "one_feature": case("reg:squarederror", "real", features=1),
    "wide": case("binary:logistic", "binary", features=500, colsample_bytree=0.2),
    "mostly_missing": case("binary:logistic", "binary", missing=0.9),
    "empty_column": case("binary:logistic", "binary", empty_column=True),
    "names": case("binary:logistic", "binary", features=3, names=["age", "höhe \"m\"", "収入"]),
    "early_stopping": case("reg:squarederror", "real", rounds=200, early_stopping=True, eta=0.5),
    "early_stopping_forest": case("multi:softprob", "classes", rounds=60, early_stopping=True,
                                  num_class=5, num_parallel_tree=2, eta=0.6),
    "old_scalar_base": case("binary:logistic", "binary", base_score=0.8, edit="old"),
    "old_multi_class": case("multi:softprob", "classes", num_class=5, base_score=0.25, edit="old"),
    "shuffled_trees": case("reg:squarederror", "real", edit="shuffle"),
}

REFUSED = {
    "dart": case("binary:logistic", "binary", booster="dart", rate_drop=0.3),
    "gblinear": case("reg:squarederror", "real", booster="gblinear"),
    "categorical": case("reg:squarederror", "real", categorical=True),
    "vector_leaf": case("reg:squarederror", "targets", multi_strategy="multi_output_tree"),
    "untrained": case("binary:logistic", "binary", rounds=0),
    "aft": case("survival:aft", "positive"),
}

TRANSFORMS = {"binary:logistic": 1, "reg:logistic": 1, "count:poisson": 1, "reg:gamma": 1,
              "reg:tweedie": 1, "survival:cox": 1, "binary:hinge": 1, "multi:softprob": 5}


def labels_of(kind, features, noise):
    filled = numpy.nan_to_num(features)
    score = filled[:, 0] - filled[:, -1] * (filled[:, 0] > 0.3) + 0.5 * filled.sum(1)
    if kind == "chain":
        return numpy.exp2(numpy.arange(len(features)) % 40).astype("f4")
    if kind == "binary_targets":
        return numpy.stack([score > 0, noise > 0], 1).astype("f4")
    return LABELS[kind](score, noise)


def train(spec, random):
    parameters = dict(spec["parameters"], objective=spec["objective"], seed=7, nthread=1)
    names = parameters.pop("names", None)
    parameters.pop("edit", None)
    early = parameters.pop("early_stopping", False)
    empty = parameters.pop("empty_column", False)
    categorical = parameters.pop("categorical", False)
    features = random.normal(size=(TRAINING_ROWS, spec["features"])).astype("f4")
    labels = labels_of(spec["labels"], features, random.normal(size=TRAINING_ROWS))
    features[random.random(features.shape) < spec["missing"]] = numpy.nan
    if spec["labels"] == "chain":
        features = (numpy.arange(TRAINING_ROWS) % 40).astype("f4")[:, None]
    types = ["q"] * spec["features"] if categorical else None
    if empty:
        features[:, 2] = numpy.nan
    if categorical:
        types[1] = "c"
        features[:, 1] = random.integers(0, 12, TRAINING_ROWS)
    data = xgboost.DMatrix(features, labels, feature_names=names, feature_types=types,
                           enable_categorical=categorical)
    if spec["objective"].startswith("rank"):
        data.set_group([50] * (TRAINING_ROWS // 50))
    if spec["objective"] == "survival:aft":
        data.set_float_info("label_lower_bound", labels)
        data.set_float_info("label_upper_bound", labels)
    extra = {}
    if early:
        held = xgboost.DMatrix(random.normal(size=features.shape).astype("f4"),
                               random.permutation(labels))
        extra = {"evals": [(held, "held")], "early_stopping_rounds": 5}
    return xgboost.train(parameters, data, spec["rounds"], verbose_eval=False, **extra)


def edited(model, how):
    """The model as another version or tool would have written it."""
    learner = model["learner"]
    booster = learner["gradient_booster"]["model"]
    if how == "old":  # XGBoost 1.x: a scalar base_score, no rounds, booleans, no types of splits.
        parameters = learner["learner_model_param"]
        parameters["base_score"] = parameters["base_score"].strip("[]").split(",")[0]
        del parameters["num_target"], booster["iteration_indptr"], booster["cats"]
        for tree in booster["trees"]:
            tree["default_left"] = [bool(value) for value in tree["default_left"]]
            tree["tree_param"]["size_leaf_vector"] = "0"
            del tree["split_type"]
        model["version"] = [1, 7, 6]
    if how == "shuffle":
        booster["trees"].reverse()
    return model


def thresholds(model):
    """Per feature the values that splits compare with: rows at, below and above them decide."""
    found = {}
    for tree in model["learner"]["gradient_booster"]["model"]["trees"]:
        for left, feature, value in zip(tree["left_children"], tree["split_indices"],
                                        tree["split_conditions"]):
            if left != -1:
                found.setdefault(feature, []).append(value)
    return found


def rows_for(spec, model, random):
    rows = random.normal(size=(ROWS, spec["features"])).astype("f4") * 2
    if spec["labels"] == "chain":
        rows = random.uniform(-2, 42, size=rows.shape).astype("f4")
    for feature, values in thresholds(model).items():
        at = numpy.array(values, "f4")[random.integers(0, len(values), ROWS)]
        aside = numpy.nextafter(at, random.choice([-numpy.inf, numpy.inf], ROWS).astype("f4"))
        at = numpy.where(random.random(ROWS) < 0.5, at, aside)
        rows[:, feature] = numpy.where(random.random(ROWS) < 0.4, at, rows[:, feature])
    rare = random.random(rows.shape)
    rows[rare < 0.004] = 3e38
    rows[(rare >= 0.004) & (rare < 0.008)] = -3e38
    rows[(rare >= 0.008) & (rare < 0.012)] = -0.0
    rows[(rare >= 0.012) & (rare < 0.016)] = 1e-42
    half = ROWS // 2  # Half of the blocks of 64 rows stay without a missing value.
    holes = random.random((half, spec["features"])) < max(spec["missing"], 0.02)
    rows[:half][holes] = numpy.nan
    return rows


def answers(booster, rows, rounds, in_place=True):
    """Margins and predictions, from a DMatrix of all rows, then in place, then row by row."""
    def ask(part, margin, in_place):
        if in_place:
            return booster.inplace_predict(part, predict_type="margin" if margin else "value",
                                           iteration_range=rounds, validate_features=False)
        data = xgboost.DMatrix(part, feature_names=booster.feature_names)
        return booster.predict(data, output_margin=margin, iteration_range=rounds)

    result = []
    for margin in (True, False):
        whole = ask(rows, margin, False)
        for other in (ask(rows, margin, in_place),
                      numpy.concatenate([numpy.atleast_1d(ask(rows[i:i + 1], margin, in_place))
                                         for i in range(100)])):
            assert whole[:len(other)].tobytes() == other.astype("f4").tobytes()
        result.append(whole.astype("<f4"))
    return result


def write_case(name, spec, folder):
    random = numpy.random.default_rng(sum(name.encode()))
    target = folder / name
    target.mkdir(parents=True)
    booster = train(spec, random)
    booster.save_model(target / "model.json")
    model = edited(json.loads((target / "model.json").read_text("utf-8")),
                   spec["parameters"].get("edit"))
    if "edit" in spec["parameters"]:
        (target / "model.json").write_text(json.dumps(model), encoding="utf-8")
        booster = xgboost.Booster(model_file=target / "model.json")
    booster.save_model(target / "model.ubj")
    rows = rows_for(spec, model, random)
    loaded = xgboost.Booster(model_file=target / "model.json")
    best = "early_stopping" in spec["parameters"]
    rounds = (0, loaded.best_iteration + 1) if best else (0, 0)
    # xgboost 3.2.0 cannot predict in place with a quantile model that was loaded.
    in_place = spec["objective"] != "reg:quantileerror"
    margins, predictions = answers(loaded, rows, rounds, in_place)
    rows.astype("<f4").tofile(target / "rows")
    margins.tofile(target / "margins")
    predictions.tofile(target / "predictions")
    return {"rounds": "best" if best else "all", "objective": spec["objective"],
            "features": spec["features"], "margins": int(margins.size // ROWS),
            "outputs": int(predictions.size // ROWS), "names": loaded.feature_names or [],
            "rows": ROWS}


def margins_to_transform(classes, random):
    """All sizes of float, and many where the transforms are neither 0 nor 1."""
    random_bits = random.integers(0, 2**32, TRANSFORMED // 4, dtype="u4").view("f4")
    finite = random_bits[numpy.isfinite(random_bits)]
    near = random.uniform(-110, 110, TRANSFORMED - len(finite)).astype("f4")
    margins = numpy.concatenate([finite, near])
    random.shuffle(margins)
    return margins[:len(margins) // classes * classes]


def write_transforms(folder):
    """A base margin takes the place of base_score: a model without trees is its transform alone."""
    random = numpy.random.default_rng(11)
    folder.mkdir()
    for name, classes in TRANSFORMS.items():
        parameters = {"objective": name, "base_score": 0.5, "nthread": 2}
        if classes > 1:
            parameters["num_class"] = classes
        data = xgboost.DMatrix(numpy.ones((10, 1), "f4"), numpy.ones(10, "f4"))
        booster = xgboost.train(parameters, data, 0)
        margins = margins_to_transform(classes, random)
        count = len(margins) // classes
        asked = xgboost.DMatrix(numpy.zeros((count, 1), "f4"))
        asked.set_base_margin(margins.reshape(count, classes) if classes > 1 else margins)
        assert booster.predict(asked, output_margin=True).tobytes() == margins.tobytes()
        stem = name.replace(":", "_")
        margins.astype("<f4").tofile(folder / f"{stem}.margins")
        booster.predict(asked).astype("<f4").tofile(folder / f"{stem}.predictions")


def main(folder):
    assert xgboost.__version__ == VERSION, f"xgboost {xgboost.__version__}, and not {VERSION}"
    xgboost.set_config(verbosity=0)
    refused = folder / "refused"
    refused.mkdir(parents=True)
    for name, spec in REFUSED.items():
        booster = train(spec, numpy.random.default_rng(3))
        for ending in ("json", "ubj"):
            booster.save_model(refused / f"{name}.{ending}")
    cases = {name: write_case(name, spec, folder) for name, spec in CASES.items()}
    write_transforms(folder / "transforms")
    (folder / "cases.json").write_text(json.dumps(
        {"cases": cases, "refused": list(REFUSED), "transforms": TRANSFORMS}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
