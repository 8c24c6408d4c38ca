"""Jobs import the package `galley` without installing it, and deploy what they made."""

import os
from pathlib import Path

import pytest

TRAIN = """
import mlflow
import numpy
import xgboost

data = xgboost.DMatrix(numpy.arange(8.0).reshape(4, 2), [0, 1, 2, 3])
booster = xgboost.train({"max_depth": 2, "nthread": 1}, data, 3)
with mlflow.start_run():
    mlflow.xgboost.log_model(booster, name="model", registered_model_name="jam",
                             pip_requirements=["mlflow"])
"""
DEPLOY = """
import os
from galley import deploy

os.environ["GALLEY_MODEL"] = "jam@1"
made = deploy(endpoint="toast")
print(f"variant={made.variant}")
"""


def test_a_job_deploys_what_another_one_registered(brigade):
    brigade.write(train__py=TRAIN, deploy__py=DEPLOY, galley__yaml="""
        jobs:
          fit:
            stage: train
            run: python3 train.py
            deps: [train.py]
          serve:
            stage: train
            needs: [fit]
            run: python3 deploy.py
    """)
    _, jobs = brigade.run()
    assert {name: job["state"] for name, job in jobs.items()} == {
        "fit": "succeeded", "serve": "succeeded"}, brigade.job_log("serve")
    variant = brigade.job_log("serve").split("variant=")[1].split()[0]
    endpoint = brigade.told("endpoint", "show", "toast")["endpoint"]
    assert (endpoint["state"], endpoint["answering"]) == ("ready", variant)
    assert (endpoint["variants"][0]["model"], endpoint["variants"][0]["version"]) == ("jam", 1)


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
