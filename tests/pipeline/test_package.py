"""Jobs import the package `galley` without installing it, and deploy what they made."""

import os
from pathlib import Path

import pytest

TRAIN = """
import json
import mlflow
import numpy
import xgboost

data = xgboost.DMatrix(numpy.arange(8.0).reshape(4, 2), [0, 1, 2, 3])
booster = xgboost.train({"max_depth": 2, "nthread": 1}, data, ROUNDS)
error = float(numpy.abs(booster.predict(data) - [0, 1, 2, 3]).mean())
with mlflow.start_run():
    mlflow.log_metric("error", error)
    mlflow.xgboost.log_model(booster, name="model", registered_model_name="jam",
                             pip_requirements=["mlflow"])
json.dump({"error": error}, open("m.json", "w"))
"""
DEPLOY = """
from galley import deploy

made = deploy(endpoint="toast")
print(f"variant={made.variant}")
"""
PIPELINE = """
    stages: [train, evaluate, deploy]
    jobs:
      fit:
        stage: train
        run: python3 train.py
        deps: [train.py]
        metrics: [m.json]
      gate:
        stage: evaluate
        gate:
          candidates: fit
          champion: {endpoint: toast}
          rules: [{metric: error, below: champion}]
      serve:
        stage: deploy
        run: python3 deploy.py
"""


def test_a_job_deploys_what_passed_the_gate(brigade):
    """The first version, a better one, and a worse one, which changes nothing."""
    variants = []
    for version, rounds in enumerate((2, 6, 1), 1):
        brigade.write(train__py=TRAIN.replace("ROUNDS", str(rounds)), deploy__py=DEPLOY,
                      galley__yaml=PIPELINE)
        run, jobs = brigade.run()
        answer = brigade.told("endpoint", "show", "toast")
        endpoint = answer["endpoint"]
        if version == 3:
            assert run["state"] == "refused" and jobs["serve"]["state"] == "skipped"
            break
        assert run["state"] == "succeeded", brigade.job_log("serve")
        variants.append(brigade.job_log("serve").split("variant=")[1].split()[0])
        assert (endpoint["state"], endpoint["answering"]) == ("ready", variants[-1])
        now = endpoint["variants"][0]
        assert (now["model"], now["version"]) == ("jam", version)
    assert endpoint["answering"] == variants[1]
    assert [one["id"] for one in answer["history"]] == variants[::-1]


@pytest.mark.parametrize("env, after", [("", ""), ("env: {PYTHONPATH: '/a:/b'}", ":/a:/b"),
                                        ("env: {PYTHONPATH: ''}", "")])
def test_the_package_comes_first(brigade, env, after):
    brigade.write(galley__yaml=f"""
        jobs:
          it:
            stage: train
            run: echo "path=$PYTHONPATH"; python3 -c "import galley; print('at=' + galley.__file__)"
            {env}
    """)
    _, jobs = brigade.run()
    assert jobs["it"]["state"] == "succeeded", brigade.job_log("it")
    log = dict(line.split("=", 1) for line in brigade.job_log("it").splitlines() if "=" in line)
    folder = Path(brigade.data) / "python"
    assert log["path"] == f"{folder}{after}"
    assert log["at"] == os.fspath(folder / "galley/__init__.py")
