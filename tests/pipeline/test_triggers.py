"""What starts runs by itself: times, versions of datasets, and that none of it is lost or doubled."""

import json
import re
import sqlite3
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from conftest import Brigade

ON_DATA = """
    name: counting
    on: {data: {dataset: DATASET, change: any}}
    jobs:
      it:
        stage: train
        run: echo "$GALLEY_TRIGGER $GALLEY_EVENT" >> ../ran
        always_changed: true
"""


def apply(brigade, *arguments):
    done = brigade.command("pipeline", "apply", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def commit(brigade, dataset, text):
    path = brigade.project / "rows.csv"
    path.write_text(text)
    return brigade.command("dataset", "commit", dataset, path)


def runs_of(brigade, limit=1000):
    """Runs in the test's own folder, oldest first."""
    runs = brigade.told("pipeline", "list", "--limit", limit)["runs"]
    return [run for run in reversed(runs) if run["folder"] == str(brigade.project)]


def await_runs(brigade, count, state="succeeded", seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        runs = runs_of(brigade)
        if len(runs) >= count and all(run["state"] not in ("waiting", "running") for run in runs):
            break
        assert time.monotonic() < deadline, runs
        time.sleep(0.05)
    assert [run["state"] for run in runs] == [state] * count
    return runs


def triggers_of(brigade):
    found = brigade.told("pipeline", "triggers")["triggers"]
    return [row for row in found if row["folder"] == str(brigade.project)]


def test_a_new_version_of_a_dataset_starts_a_run(brigade):
    brigade.write(galley__yaml=ON_DATA.replace("DATASET", "fruit").replace("../ran", "ran"))
    assert commit(brigade, "fruit", "n\n1\n").returncode == 0
    assert apply(brigade) == "data fruit: in force\n"
    time.sleep(2.5)
    assert runs_of(brigade) == []  # What was there before is no news.
    assert commit(brigade, "fruit", "n\n2\n").returncode == 0
    run = await_runs(brigade, 1)[0]
    assert run["trigger"] == "data fruit@1" and run["actor"] == "administrator"
    version = brigade.told("dataset", "log", "fruit")["versions"][0]["id"]
    assert (brigade.project / "ran").read_text() == f"data {version}\n"
    row = triggers_of(brigade)[0]
    assert row["pipeline"] == "counting" and row["trigger"] == "data" and row["waits_for"] == "fruit"
    assert row["last"]["id"] == version and row["last"]["run"] == run["run"]
    shown = brigade.command("pipeline", "triggers").stdout
    assert "counting" in shown and "fruit" in shown and str(run["run"]) in shown
    # Applied again it goes on where it was.
    apply(brigade)
    assert commit(brigade, "fruit", "n\n3\n").returncode == 0
    assert [run["trigger"] for run in await_runs(brigade, 2)] == ["data fruit@1", "data fruit@2"]
    assert "any more" in apply(brigade, "--remove")
    assert commit(brigade, "fruit", "n\n4\n").returncode == 0
    time.sleep(2.5)
    assert len(runs_of(brigade)) == 2 and triggers_of(brigade) == []
    done = brigade.command("pipeline", "apply", "--remove")
    assert done.returncode == 1 and "no trigger of" in done.stderr
    # What came meanwhile is passed over.
    apply(brigade)
    time.sleep(2.5)
    assert len(runs_of(brigade)) == 2


def test_the_first_version_of_a_dataset_is_new(brigade):
    brigade.write(galley__yaml=ON_DATA.replace("DATASET", "later").replace("../ran", "ran"))
    apply(brigade)
    assert commit(brigade, "later", "n\n1\n").returncode == 0
    assert await_runs(brigade, 1)[0]["trigger"] == "data later@0"


def test_a_rejected_version_starts_nothing(brigade):
    contract = "datasets: {strict: {contract: {checks: [{id: small, rule: range, columns: [n], max: 9}]}}}"
    text = ON_DATA.replace("DATASET", "strict").replace("../ran", "ran")
    brigade.write(galley__yaml=f"{text}    {contract}\n")
    done = brigade.command("dataset", "apply")
    assert done.returncode == 0, done.stderr
    apply(brigade)
    assert commit(brigade, "strict", "n\n77\n").returncode == 1
    time.sleep(2.5)
    assert runs_of(brigade) == []
    assert commit(brigade, "strict", "n\n7\n").returncode == 0
    assert await_runs(brigade, 1)[0]["trigger"] == "data strict@0"


def test_the_file_is_read_anew_and_what_is_wrong_with_it_is_told(brigade):
    text = ON_DATA.replace("DATASET", "anew").replace("../ran", "ran")
    brigade.write(galley__yaml=text)
    apply(brigade)
    brigade.write(galley__yaml=text.replace("it:", "other:"))
    assert commit(brigade, "anew", "n\n1\n").returncode == 0
    run = await_runs(brigade, 1)[0]
    assert [job["name"] for job in brigade.status(run["run"])["jobs"]] == ["other"]
    brigade.write(galley__yaml=text.replace("stage: train", "stage: trian"))
    assert commit(brigade, "anew", "n\n2\n").returncode == 0
    deadline = time.monotonic() + 30
    while "run" in (row := triggers_of(brigade)[0])["last"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert row["last"]["error"].startswith("galley.yaml:5:12: 'jobs.it.stage'"), row
    assert row["problem"].startswith("galley.yaml:5:12: ")
    shown = brigade.command("pipeline", "triggers").stdout
    assert "started no run: galley.yaml:5:12: " in shown
    # Mended: the next version starts a run again, the failed one does not.
    brigade.write(galley__yaml=text)
    assert commit(brigade, "anew", "n\n3\n").returncode == 0
    assert [run["trigger"] for run in await_runs(brigade, 2)] == ["data anew@0", "data anew@2"]
    # A file that is gone.
    (brigade.project / "galley.yaml").unlink()
    assert commit(brigade, "anew", "n\n4\n").returncode == 0
    deadline = time.monotonic() + 30
    while "run" in (row := triggers_of(brigade)[0])["last"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert "galley.yaml" in row["last"]["error"]
    assert "any more" in apply(brigade, "--remove")  # Also without the file.


def test_a_change_of_on_must_be_applied(brigade):
    text = ON_DATA.replace("DATASET", "first").replace("../ran", "ran")
    brigade.write(galley__yaml=text)
    apply(brigade)
    assert triggers_of(brigade)[0]["problem"] == ""
    brigade.write(galley__yaml=text.replace("first", "second"))
    row = triggers_of(brigade)[0]
    assert row["waits_for"] == "first" and "'on' has changed" in row["problem"]
    assert "'galley pipeline apply'" in brigade.command("pipeline", "triggers").stdout
    apply(brigade)
    row = triggers_of(brigade)[0]
    assert row["waits_for"] == "second" and row["problem"] == ""


def test_what_is_not_supported_yet_is_listed_so(brigade):
    brigade.write(galley__yaml="""
        on:
          drift: {monitor: churn_prod}
          model: {name: churn, alias: candidate}
          schedule: [{cron: "0 3 * * *", timezone: "+08:00"}]
          manual:
        jobs: {it: {stage: train, run: "true"}}
    """)
    assert "schedule 0 3 * * * +08:00: read\n" in apply(brigade, "--dry-run")
    assert triggers_of(brigade) == []
    said = apply(brigade)
    assert "model: not supported yet\n" in said and "schedule 0 3 * * * +08:00: in force\n" in said
    assert "drift any column of churn_prod, gives up after 3: in force\n" in said
    rows = {row["trigger"]: row for row in triggers_of(brigade)}
    assert {name: row["supported"] for name, row in rows.items()} == {
        "drift": True, "model": False, "schedule": True}
    assert rows["schedule"]["next_ms"] % 86_400_000 == 19 * 3_600_000  # Three o'clock in +08:00.
    assert "not supported yet" in brigade.command("pipeline", "triggers").stdout


def test_what_is_wrong_with_on_is_named(brigade):
    brigade.write(galley__yaml="""
        on:
          schedule: [{cron: "61 * * * *"}]
        jobs: {it: {stage: train, run: "true"}}
    """)
    done = brigade.command("pipeline", "apply")
    assert done.returncode == 2
    assert "galley.yaml:2:21: 'on.schedule[0].cron': the minute '61'" in done.stderr
    brigade.write(galley__yaml="on: manual\njobs: {}\n")
    done = brigade.command("pipeline", "apply")
    assert done.returncode == 0 and "has no 'on' that starts runs" in done.stderr
    done = brigade.command("pipeline", "apply", "--file", "nowhere.yaml")
    assert done.returncode == 1 and "there is no file 'nowhere.yaml'" in done.stderr


def test_whoever_lets_runs_start_must_hold_the_token(brigade):
    body = json.dumps({"folder": str(brigade.project)}).encode()
    for path in ("triggers", "triggers/remove"):
        request = urllib.request.Request(
            f"{brigade.url}/api/v1/projects/default/pipelines/{path}", body, method="POST")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        assert refused.value.code == 401


def test_a_version_is_not_lost_when_the_server_is_killed(tmp_path):
    """Publishes and kills in turn: each newest version that stays the newest starts one run."""
    brigade = Brigade(tmp_path)
    try:
        brigade.write(galley__yaml=ON_DATA.replace("DATASET", "sales"))
        apply(brigade)
        for at in range(3):
            assert commit(brigade, "sales", f"n\n{at}\n").returncode == 0
            brigade.kill()  # At once: before a second's look at datasets, or in the middle of it.
            project = brigade.project
            brigade = Brigade(tmp_path, brigade.data)
            brigade.project = project
            deadline = time.monotonic() + 60
            while f"data sales@{at}" not in [run["trigger"] for run in runs_of(brigade)]:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        runs = await_runs(brigade, 3)
        assert [run["trigger"] for run in runs] == [f"data sales@{at}" for at in range(3)]
        assert len((tmp_path / "ran").read_text().split("\n")) == 4
    finally:
        brigade.stop()


def restarted(brigade, statement):
    """The same after the server was down, and something else stood in its database then."""
    brigade.stop()
    database = sqlite3.connect(Path(brigade.data) / "galley.db")
    database.executescript(statement)
    database.commit()
    database.close()
    again = Brigade(brigade.project.parent, brigade.data)
    again.project = brigade.project
    return again


def test_several_versions_are_one_run_for_the_newest(tmp_path):
    brigade = Brigade(tmp_path)
    try:
        brigade.write(galley__yaml=ON_DATA.replace("DATASET", "sales"))
        for at in range(3):
            assert commit(brigade, "sales", f"n\n{at}\n").returncode == 0
        apply(brigade)
        # As if the server had seen none of them, and then as if it had forgotten the last one.
        for position in (0, 1):
            brigade = restarted(brigade, f"UPDATE pipeline_trigger SET position = {position}")
            assert await_runs(brigade, 1)[0]["trigger"] == "data sales@2"
        time.sleep(2.5)
        assert len(runs_of(brigade)) == 1
    finally:
        brigade.stop()


def test_every_minute_and_those_that_were_missed(tmp_path):
    brigade = Brigade(tmp_path)
    try:
        brigade.write(galley__yaml="""
            on:
              schedule:
                - {cron: "* * * * *"}
                - {cron: "0 0 1 1 *", catchup: true}
                - {cron: "0 0 2 1 *"}
            jobs: {it: {stage: train, run: 'echo "$GALLEY_TRIGGER $GALLEY_EVENT" >> ran'}}
        """)
        apply(brigade)
        # As if they had been applied in 2020, and the server been down since.
        brigade = restarted(brigade, "UPDATE pipeline_source SET applied_ms = 1577836800000; "
                            "UPDATE pipeline_trigger SET position = 1577836800000 "
                            "WHERE key LIKE '% 1 1 %' OR key LIKE '% 2 1 %'")
        this_year = time.gmtime().tm_year
        missed = [f"schedule {year}-01-01T00:00Z" for year in range(2021, this_year + 1)]
        deadline = time.monotonic() + 90
        while len([run for run in runs_of(brigade) if run["trigger"] not in missed]) < 1:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        triggers = [run["trigger"] for run in runs_of(brigade)]
        assert triggers[:len(missed)] == missed  # Oldest first; those of 2 January are passed over.
        for trigger in triggers[len(missed):]:
            assert re.fullmatch(r"schedule 20\d\d-\d\d-\d\dT\d\d:\d\dZ", trigger), trigger
        assert len(set(triggers)) == len(triggers)
        await_runs(brigade, len(runs_of(brigade)))
        assert f"schedule {this_year}-01-01T00:00Z\n" in (brigade.project / "ran").read_text()
    finally:
        brigade.stop()
