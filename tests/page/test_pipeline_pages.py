"""The pages of pipelines and datasets in every mode, on runs and versions that a real server made."""

import pytest
from browser import MODES, link_to_enter, walk
from conftest import Api
from data_fixture import seed_datasets
from mlflow import MlflowClient
from pipeline_fixture import begin_live, seed_pipelines
from servers import Galley

CLICKS_TO_ERROR_MAX = 2


@pytest.fixture(name="past", scope="module")
def made(tmp_path_factory):
    """The server, and what was made in it."""
    folder = tmp_path_factory.mktemp("past")
    server = Galley(folder)
    token = (server.data / "token").read_text(encoding="ascii").strip()
    server.token = token
    data = {"pipelines": seed_pipelines(server.url, token, folder / "pipelines"),
            "datasets": seed_datasets(server.url, token, folder / "datasets")}
    yield server, data
    server.stop()


@pytest.mark.parametrize("mode", MODES)
def test_from_a_failed_run_to_its_error_and_why_jobs_ran(past, mode):
    server, data = past
    facts = walk("pipelines", server.url, data=data, enter=link_to_enter(server), **MODES[mode])
    assert 0 < facts["clicks_to_error"] <= CLICKS_TO_ERROR_MAX


def test_the_log_of_a_job_is_that_of_its_run(past):
    """What a job tags its run with is enough to find it."""
    server, made_of = past
    data = made_of["pipelines"]
    api = Api(server.url)
    job = next(one for one in api.get(f"pipelines/runs/{data['failed_run']}")["jobs"] if one["name"] == data["job"])
    client = MlflowClient(server.url, server.url)
    run = client.create_run("0", tags={"galley.job_id": job["id"]}).info.run_id
    found = api.get(f"runs/{run}/logs")["job"]
    assert (found["run"], found["job"], found["is_live"]) == (data["failed_run"], data["job"], False)
    assert [one["number"] for one in found["attempts"]] == [one["number"] for one in job["attempts"]]
    assert all(one["ending"] for one in found["attempts"])
    walk("job_log", server.url, data={"run": run, "attempts": len(found["attempts"])})


@pytest.mark.parametrize("mode", MODES)
def test_versions_checks_and_differences(past, mode):
    server, data = past
    walk("datasets", server.url, data=data, enter=link_to_enter(server), **MODES[mode])


@pytest.mark.parametrize("mode", MODES)
def test_a_run_under_way_is_followed_cancelled_and_retried(past, mode, tmp_path):
    server, _ = past
    data = begin_live(server.url, server.token, tmp_path)
    walk("pipeline_live", server.url, data=data, enter=link_to_enter(server), **MODES[mode])
