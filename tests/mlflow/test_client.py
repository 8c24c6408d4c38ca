"""What an unmodified MLflow client can do with Galley, call by call."""

import math
import uuid

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.entities import LoggedModelStatus, Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException, RestException
from sklearn.linear_model import LinearRegression, LogisticRegression

ROWS = np.arange(20, dtype=float).reshape(10, 2)
LABELS = np.array([0, 1] * 5)


@pytest.fixture(autouse=True)
def tracking(galley):
    mlflow.set_tracking_uri(galley.url)
    mlflow.set_registry_uri(galley.url)
    yield
    while mlflow.active_run():
        mlflow.end_run()


@pytest.fixture
def client(galley):
    return MlflowClient(galley.url)


@pytest.fixture
def name():
    """A name that no other test has."""
    return f"t-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def experiment(name):
    return mlflow.set_experiment(name).experiment_id


@pytest.fixture
def run_id(client, experiment):
    return client.create_run(experiment).info.run_id


@pytest.fixture
def version(experiment, name):
    """A registered model with one version; (name, run id, logged model id)."""
    with mlflow.start_run() as run:
        model = mlflow.sklearn.log_model(
            LinearRegression().fit(ROWS, ROWS[:, 0]), name="model", registered_model_name=name,
            pip_requirements=["scikit-learn"])
    return name, run.info.run_id, model.model_id


def refused(code, call, *arguments, **more):
    with pytest.raises(MlflowException) as caught:
        call(*arguments, **more)
    assert caught.value.error_code == code
    return str(caught.value)


# Experiments.

def test_experiment_lifecycle(client, name):
    made = client.create_experiment(name, tags={"team": "kitchen"})
    found = client.get_experiment(made)
    assert (found.name, found.lifecycle_stage, found.tags["team"]) == (name, "active", "kitchen")
    assert found.artifact_location == f"mlflow-artifacts:/{made}"
    assert client.get_experiment_by_name(name).experiment_id == made
    refused("RESOURCE_ALREADY_EXISTS", client.create_experiment, name)
    client.rename_experiment(made, name + "-b")
    client.set_experiment_tag(made, "team", "bar")
    assert client.get_experiment(made).name == name + "-b"
    assert client.get_experiment(made).tags["team"] == "bar"
    client.delete_experiment_tag(made, "team")
    assert "team" not in client.get_experiment(made).tags
    client.delete_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "deleted"
    client.restore_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "active"


def test_deleting_an_experiment_deletes_its_runs(client, experiment, run_id):
    client.delete_experiment(experiment)
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    refused("INVALID_PARAMETER_VALUE", client.create_run, experiment)
    client.restore_experiment(experiment)
    assert client.get_run(run_id).info.lifecycle_stage == "active"


def test_search_experiments(client, name):
    made = [client.create_experiment(f"{name}-{number}", tags={"n": f"{number}", "of": name})
            for number in range(5)]
    of = f"tags.of = '{name}'"
    found = client.search_experiments(filter_string=of, order_by=["name ASC"])
    assert [row.experiment_id for row in found] == made
    page = client.search_experiments(filter_string=of, max_results=2, order_by=["name DESC"])
    rest = client.search_experiments(filter_string=of, max_results=10, order_by=["name DESC"],
                                     page_token=page.token)
    assert [row.experiment_id for row in [*page, *rest]] == made[::-1]
    client.delete_experiment(made[0])
    assert len(client.search_experiments(filter_string=of)) == 4
    gone = client.search_experiments(view_type=ViewType.DELETED_ONLY, filter_string=of)
    assert [row.experiment_id for row in gone] == made[:1]
    assert len(client.search_experiments(view_type=ViewType.ALL, filter_string=of)) == 5
    like = client.search_experiments(filter_string=f"name LIKE '{name}-%' AND tags.n != '3'")
    assert sorted(row.name[-1] for row in like) == ["1", "2", "4"]


# Runs.

def test_nested_runs_and_resuming(client, experiment):
    with mlflow.start_run(run_name="parent") as parent:
        with mlflow.start_run(run_name="child", nested=True) as child:
            mlflow.log_metric("m", 1)
    assert client.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == parent.info.run_id
    assert client.get_parent_run(child.info.run_id).info.run_id == parent.info.run_id
    assert client.get_run(parent.info.run_id).info.status == "FINISHED"
    with mlflow.start_run(run_id=parent.info.run_id):
        assert client.get_run(parent.info.run_id).info.status == "RUNNING"
        mlflow.log_param("late", 1)
    again = client.get_run(parent.info.run_id)
    assert (again.info.status, again.data.params["late"]) == ("FINISHED", "1")
    children = client.search_runs([experiment], f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
    assert [run.info.run_id for run in children] == [child.info.run_id]


@pytest.mark.parametrize("status", ["FINISHED", "FAILED", "KILLED"])
def test_ends_of_runs(client, run_id, status):
    assert client.get_run(run_id).info.end_time is None
    client.set_terminated(run_id, status, end_time=1_700_000_000_000)
    found = client.get_run(run_id).info
    assert (found.status, found.end_time) == (status, 1_700_000_000_000)


def test_a_run_that_fails(client, experiment):
    with pytest.raises(RuntimeError):
        with mlflow.start_run() as run:
            raise RuntimeError
    assert client.get_run(run.info.run_id).info.status == "FAILED"


def test_update_delete_and_restore_of_a_run(client, run_id):
    client.update_run(run_id, status="SCHEDULED", name="renamed")
    found = client.get_run(run_id)
    assert (found.info.status, found.info.run_name) == ("SCHEDULED", "renamed")
    assert found.data.tags["mlflow.runName"] == "renamed"
    client.delete_run(run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    refused("INVALID_PARAMETER_VALUE", client.log_metric, run_id, "m", 1)
    client.restore_run(run_id)
    client.log_metric(run_id, "m", 1)
    refused("RESOURCE_DOES_NOT_EXIST", client.get_run, "0" * 32)


# What runs log.

def test_params_metrics_and_tags_one_by_one(client, run_id):
    client.log_param(run_id, "a", 1)
    client.log_param(run_id, "a", 1)
    refused("INVALID_PARAMETER_VALUE", client.log_param, run_id, "a", 2)
    client.log_metric(run_id, "m", 0.1, timestamp=5, step=3)
    client.log_metric(run_id, "m", 0.2, timestamp=9, step=2)
    client.set_tag(run_id, "t", "x")
    client.set_tag(run_id, "t", "y")
    client.set_tag(run_id, "gone", "x")
    client.delete_tag(run_id, "gone")
    data = client.get_run(run_id).data
    assert data.params == {"a": "1"}
    assert data.metrics == {"m": 0.1}  # The highest step is the latest, not the last to come.
    assert data.tags["t"] == "y" and "gone" not in data.tags


def test_batches(client, run_id):
    client.log_batch(run_id, [Metric(f"m{n}", n / 3, 1, 0) for n in range(800)],
                     [Param(f"p{n}", f"{n}") for n in range(100)],
                     [RunTag(f"t{n}", f"{n}") for n in range(100)])
    data = client.get_run(run_id).data
    assert data.metrics == {f"m{n}": n / 3 for n in range(800)}
    assert data.params == {f"p{n}": f"{n}" for n in range(100)}
    assert {f"t{n}": f"{n}" for n in range(100)}.items() <= data.tags.items()


def test_without_waiting(experiment):
    with mlflow.start_run() as run:
        for step in range(50):
            mlflow.log_metric("m", step, step=step, synchronous=False)
        mlflow.log_params({"a": 1, "b": 2}, synchronous=False)
        mlflow.set_tags({"t": 1}, synchronous=False)
        mlflow.flush_async_logging()
    found = MlflowClient().get_run(run.info.run_id).data
    assert found.metrics["m"] == 49 and found.params == {"a": "1", "b": "2"}
    assert len(MlflowClient().get_metric_history(run.info.run_id, "m")) == 50


def test_numbers_that_are_none(client, run_id):
    for step, value in enumerate([math.nan, math.inf, -math.inf, 1e-320, -0.0, 2.0 ** 60 + 1]):
        client.log_metric(run_id, "odd", value, step=step)
    values = [point.value for point in client.get_metric_history(run_id, "odd")]
    assert math.isnan(values[0])
    assert values[1:] == [1.7976931348623157e308, -1.7976931348623157e308, 1e-320, 0.0, 2.0 ** 60]
    client.log_batch(run_id, [Metric("nan", math.nan, 1, 0)])
    assert math.isnan(client.get_run(run_id).data.metrics["nan"])


def test_metric_history_in_pages(client, run_id):
    for begin in range(0, 3000, 1000):
        client.log_batch(run_id, [Metric("m", n, n, n) for n in range(begin, begin + 1000)])
    store = client._tracking_client.store
    values, token = [], None
    while True:
        page = store.get_metric_history(run_id, "m", max_results=700, page_token=token)
        values += [point.step for point in page]
        token = page.token
        if not token:
            break
    assert values == list(range(3000))
    assert len(client.get_metric_history(run_id, "m")) == 3000


def test_inputs(client, experiment):
    frame = pd.DataFrame({"x": [1, 2, 3], "y": [0, 1, 0]})
    data = mlflow.data.from_pandas(frame, source="https://example.org/rows.csv", name="rows",
                                   targets="y")
    with mlflow.start_run() as run:
        mlflow.log_input(data, context="training", tags={"week": "48"})
    (found,) = client.get_run(run.info.run_id).inputs.dataset_inputs
    assert (found.dataset.name, found.dataset.digest) == ("rows", data.digest)
    assert {tag.key: tag.value for tag in found.tags} == \
        {"mlflow.data.context": "training", "week": "48"}
    runs = client.search_runs([experiment], f"dataset.digest = '{data.digest}'")
    assert len(runs) == 1


# Artifacts.

def test_artifacts(client, experiment, tmp_path):
    folder = tmp_path / "folder/deep"
    folder.mkdir(parents=True)
    (folder / "file.bin").write_bytes(bytes(range(256)))
    (tmp_path / "one.txt").write_text("one", encoding="utf-8")
    with mlflow.start_run() as run:
        mlflow.log_text("text é", "notes/a.txt")
        mlflow.log_dict({"a": [1, 2]}, "notes/a.json")
        mlflow.log_artifact(tmp_path / "one.txt")
        mlflow.log_artifacts(tmp_path / "folder", "all")
        mlflow.log_image(np.zeros((4, 4, 3), dtype=np.uint8), "image.png")
        mlflow.log_image(np.zeros((4, 4, 3), dtype=np.uint8), key="steps", step=1)
        mlflow.log_table({"q": ["a"], "n": [1]}, "table.json")
        mlflow.log_table({"q": ["b"], "n": [2]}, "table.json")
    root = run.info.run_id
    assert {file.path: file.is_dir for file in client.list_artifacts(root)} == {
        "all": True, "image.png": False, "images": True, "notes": True, "one.txt": False,
        "table.json": False}
    (deep,) = client.list_artifacts(root, "all/deep")
    assert (deep.path, deep.file_size) == ("all/deep/file.bin", 256)
    assert client.list_artifacts(root, "all/deep/file.bin") == []
    assert len(client.list_artifacts(root, "images")) == 2
    there = client.download_artifacts(root, "all", tmp_path)
    assert there.endswith("/all")
    assert (tmp_path / "all/deep/file.bin").read_bytes() == bytes(range(256))
    assert mlflow.artifacts.load_text(f"runs:/{root}/notes/a.txt") == "text é"
    assert mlflow.artifacts.load_dict(f"runs:/{root}/notes/a.json") == {"a": [1, 2]}
    assert mlflow.load_table("table.json", run_ids=[root]).to_dict("list")["n"] == [1, 2]
    with pytest.raises(MlflowException):
        mlflow.artifacts.load_text(f"runs:/{root}/nothing.txt")


# Searching runs.

@pytest.fixture
def many(client, experiment):
    """Ten runs: metric n, param parity, tag third."""
    for n in range(10):
        run = client.create_run(experiment, start_time=n + 1, run_name=f"run-{n}",
                                tags={"third": f"{n % 3}"})
        client.log_metric(run.info.run_id, "n", n)
        client.log_param(run.info.run_id, "parity", "even" if n % 2 == 0 else "odd")
    return experiment


@pytest.mark.parametrize("text, expected", [
    ("metrics.n > 6", {7, 8, 9}),
    ("metrics.n >= 3 AND params.parity = 'odd'", {3, 5, 7, 9}),
    ("metrics.n < 2 OR metrics.n > 7", {0, 1, 8, 9}),
    ("params.parity = 'even' AND (tags.third = '0' OR metrics.n = 4)", {0, 4, 6}),
    ("NOT params.parity = 'even' AND metrics.n < 4", {1, 3}),
    ("attributes.run_name LIKE 'run-%' AND attributes.start_time <= 2", {0, 1}),
    ("run_name ILIKE 'RUN-3'", {3}), ("tags.third != '0'", {1, 2, 4, 5, 7, 8}),
    ("tags.nothing IS NULL AND metrics.n = 1", {1}), ("params.parity IS NOT NULL", set(range(10))),
    ("status = 'RUNNING'", set(range(10))), ("status = 'FINISHED'", set()),
])
def test_search_runs(client, many, text, expected):
    found = client.search_runs([many], text)
    assert {int(run.data.metrics["n"]) for run in found} == expected


def test_search_runs_in_pages_and_orders(client, many):
    found, token = [], None
    while True:
        page = client.search_runs([many], order_by=["params.parity", "metrics.n DESC"],
                                  max_results=3, page_token=token)
        found += [int(run.data.metrics["n"]) for run in page]
        token = page.token
        if not token:
            break
    assert found == [8, 6, 4, 2, 0, 9, 7, 5, 3, 1]
    newest = client.search_runs([many], max_results=2)
    assert [int(run.data.metrics["n"]) for run in newest] == [9, 8]
    client.delete_run(newest[0].info.run_id)
    assert len(client.search_runs([many])) == 9
    gone = client.search_runs([many], run_view_type=ViewType.DELETED_ONLY)
    assert [run.info.run_id for run in gone] == [newest[0].info.run_id]
    frame = mlflow.search_runs([many], "metrics.n < 3")
    assert sorted(frame["metrics.n"]) == [0, 1, 2]
    refused("INVALID_PARAMETER_VALUE", client.search_runs, [many], "metrics.n > 'a'")


# Logged models.

def test_logged_models(client, experiment):
    model = mlflow.initialize_logged_model(name="m", params={"depth": "3"}, tags={"a": "b"})
    assert model.status == LoggedModelStatus.PENDING
    client.set_logged_model_tags(model.model_id, {"c": "d"})
    client.delete_logged_model_tag(model.model_id, "a")
    client.log_model_params(model.model_id, {"width": "4"})
    client.finalize_logged_model(model.model_id, LoggedModelStatus.READY)
    found = client.get_logged_model(model.model_id)
    assert found.status == LoggedModelStatus.READY
    assert (found.tags["c"], "a" in found.tags) == ("d", False)
    assert found.params == {"depth": "3", "width": "4"}
    with mlflow.start_run():
        mlflow.log_metric("score", 0.9, model_id=model.model_id)
    found = client.search_logged_models([experiment], "params.depth = '3' AND metrics.score > 0.5")
    assert [one.model_id for one in found] == [model.model_id]
    assert [metric.value for metric in found[0].metrics] == [0.9]
    other = mlflow.create_external_model(name="n")
    ordered = client.search_logged_models([experiment], order_by=[
        {"field_name": "creation_timestamp", "ascending": True}])
    assert [one.model_id for one in ordered] == [model.model_id, other.model_id]
    page = client.search_logged_models([experiment], max_results=1)
    assert len(page) == 1 and page.token
    client.delete_logged_model(other.model_id)
    assert len(client.search_logged_models([experiment])) == 1


# The registry.

def test_registered_models(client, name):
    client.create_registered_model(name, tags={"a": "b"}, description="old")
    refused("RESOURCE_ALREADY_EXISTS", client.create_registered_model, name)
    client.update_registered_model(name, "new")
    client.set_registered_model_tag(name, "c", "d")
    client.delete_registered_model_tag(name, "a")
    found = client.get_registered_model(name)
    assert (found.description, found.tags) == ("new", {"c": "d"})
    client.rename_registered_model(name, name + "-b")
    refused("RESOURCE_DOES_NOT_EXIST", client.get_registered_model, name)
    client.delete_registered_model(name + "-b")
    refused("RESOURCE_DOES_NOT_EXIST", client.get_registered_model, name + "-b")


def test_versions(client, version):
    name, run_id, model_id = version
    found = client.get_model_version(name, "1")
    assert (found.status, found.current_stage, found.run_id) == ("READY", "None", run_id)
    assert found.source == f"models:/{model_id}"
    client.update_model_version(name, "1", "described")
    client.set_model_version_tag(name, "1", "a", "b")
    client.set_model_version_tag(name, "1", "c", "d")
    client.delete_model_version_tag(name, "1", "a")
    found = client.get_model_version(name, "1")
    assert (found.description, found.tags) == ("described", {"c": "d"})
    second = client.create_model_version(name, f"models:/{model_id}", run_id)
    assert second.version in ("2", 2)
    client.delete_model_version(name, "2")
    refused("RESOURCE_DOES_NOT_EXIST", client.get_model_version, name, "2")
    third = client.create_model_version(name, f"models:/{model_id}", run_id)
    assert str(third.version) == "3"  # A number is never used again.


def test_aliases(client, version):
    name, run_id, model_id = version
    client.create_model_version(name, f"models:/{model_id}", run_id)
    client.set_registered_model_alias(name, "champion", "1")
    assert str(client.get_model_version_by_alias(name, "champion").version) == "1"
    client.set_registered_model_alias(name, "champion", "2")
    assert str(client.get_model_version_by_alias(name, "champion").version) == "2"
    assert client.get_model_version(name, "2").aliases == ["champion"]
    assert {key: str(value) for key, value in client.get_registered_model(name).aliases.items()} \
        == {"champion": "2"}
    client.delete_registered_model_alias(name, "champion")
    refused("INVALID_PARAMETER_VALUE", client.get_model_version_by_alias, name, "champion")
    client.set_registered_model_alias(name, "champion", "2")
    client.delete_model_version(name, "2")
    assert client.get_registered_model(name).aliases == {}


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_stages(client, version):
    name, run_id, model_id = version
    client.create_model_version(name, f"models:/{model_id}", run_id)
    moved = client.transition_model_version_stage(name, "1", "production")
    assert moved.current_stage == "Production"
    client.transition_model_version_stage(name, "2", "Production", archive_existing_versions=True)
    assert client.get_model_version(name, "1").current_stage == "Archived"
    (latest,) = client.get_latest_versions(name, ["Production"])
    assert str(latest.version) == "2"
    stages = {found.current_stage for found in client.get_latest_versions(name)}
    assert stages == {"Production", "Archived"}


def test_search_of_the_registry(client, version, name):
    name, run_id, _ = version
    client.create_registered_model(name + "-other", tags={"kind": name})
    found = client.search_registered_models(f"name LIKE '{name}%'", order_by=["name DESC"])
    assert [model.name for model in found] == [name + "-other", name]
    assert [str(one.version) for one in found[1].latest_versions] == ["1"]
    tagged = client.search_registered_models(f"tags.kind = '{name}'")
    assert [model.name for model in tagged] == [name + "-other"]
    page = client.search_registered_models(f"name LIKE '{name}%'", max_results=1)
    rest = client.search_registered_models(f"name LIKE '{name}%'", page_token=page.token)
    assert [model.name for model in [*page, *rest]] == [name, name + "-other"]
    versions = client.search_model_versions(f"run_id = '{run_id}'")
    assert [(one.name, str(one.version)) for one in versions] == [(name, "1")]


def test_copy_of_a_version(client, version):
    name, _, _ = version
    copy = client.copy_model_version(f"models:/{name}/1", name + "-copy")
    assert (copy.name, str(copy.version)) == (name + "-copy", "1")
    assert copy.source == f"models:/{name}/1"
    loaded = mlflow.sklearn.load_model(f"models:/{name}-copy/1")
    np.testing.assert_allclose(loaded.predict(ROWS), ROWS[:, 0], atol=1e-9)


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_every_form_of_a_models_uri(client, version):
    name, run_id, model_id = version
    client.set_registered_model_alias(name, "best", "1")
    client.transition_model_version_stage(name, "1", "Production")
    root = client.get_run(run_id).info.artifact_uri.rsplit("/", 2)[0]
    for uri in (f"models:/{name}/1", f"models:/{name}/latest", f"models:/{name}@best",
                f"models:/{name}/Production", f"runs:/{run_id}/model", f"models:/{model_id}",
                f"{root}/models/{model_id}/artifacts"):
        predicted = mlflow.pyfunc.load_model(uri).predict(ROWS)
        np.testing.assert_allclose(predicted, ROWS[:, 0], atol=1e-9, err_msg=uri)
    for uri in (f"models:/{name}/9", f"models:/{name}@nobody", f"models:/m-{'0' * 32}"):
        with pytest.raises(MlflowException):
            mlflow.pyfunc.load_model(uri)


def test_a_version_keeps_its_files(client, version):
    """What happens to the run afterwards does not change what was registered."""
    name, run_id, _ = version
    client.delete_run(run_id)
    loaded = mlflow.sklearn.load_model(f"models:/{name}/1")
    np.testing.assert_allclose(loaded.predict(ROWS), ROWS[:, 0], atol=1e-9)


# Around it.

def test_autologging(client, experiment):
    mlflow.sklearn.autolog()
    try:
        with mlflow.start_run() as run:
            LogisticRegression().fit(ROWS, LABELS)
    finally:
        mlflow.sklearn.autolog(disable=True)
    found = client.get_run(run.info.run_id)
    assert found.info.status == "FINISHED"
    assert found.data.params["solver"] == "lbfgs"
    assert "training_accuracy_score" in found.data.metrics
    files = {file.path for file in client.list_artifacts(run.info.run_id)}
    assert {"estimator.html", "training_confusion_matrix.png"} <= files
    assert found.outputs.model_outputs and found.inputs.dataset_inputs


def test_what_is_not_offered_fails_at_once(client, galley):
    with pytest.raises((RestException, MlflowException)) as caught:
        client.search_traces(["0"])
    assert "404" in str(caught.value) or caught.value.error_code == "ENDPOINT_NOT_FOUND"
    text = refused("INVALID_PARAMETER_VALUE", client.create_registered_model, "a/b")
    assert "cannot contain" in text


def test_evaluation(client, experiment):
    frame = pd.DataFrame(ROWS, columns=["a", "b"]).assign(label=LABELS)
    with mlflow.start_run() as run:
        result = mlflow.models.evaluate(lambda rows: (rows["a"] % 4 > 1).astype(int), frame,
                                        targets="label", model_type="classifier",
                                        evaluator_config={"log_model_explainability": False})
    assert client.get_run(run.info.run_id).data.metrics["accuracy_score"] == \
        result.metrics["accuracy_score"]
