"""A server where something of everything has happened, by the real clients and the command line.

Runs in the environment of tests/environments/kitchen.txt, with GALLEY_DUCKDB_LIBRARY.
"""

import importlib.util
import os
import subprocess
import sys
import urllib.parse
from pathlib import Path

import mlflow

ROOT = Path(__file__).resolve().parents[2]
FAILS = "jobs: {boil: {stage: train, run: 'echo burnt; exit 3'}}\n"
SCHEDULE = 'on: {schedule: [{cron: "0 3 1 1 *"}]}\n'
CANARY = """
endpoints:
  sauce:
    strategy: {canary: {steps: [{setWeight: 25}, {pause: {}}]}}
"""


def module_of(name, path):
    """A module of another folder, whose name may be taken here."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


watch = module_of("watch_conftest", ROOT / "tests/watch/conftest.py")
wait_until = watch.serving.wait_until


class World:
    """What is there is named by its attributes."""

    def __init__(self, folder):
        self.folder = folder
        self.weeks = watch.Weeks(folder)
        self.galley = self.weeks.galley
        self.client = mlflow.MlflowClient(self.galley.url, self.galley.url)

    def fill(self):
        self.track()
        self.commit()
        self.fail_pipelines()
        self.break_endpoint()
        self.measure()
        self.roll_out()
        return self

    def command(self, *arguments, fails=False):
        code, output, errors = self.galley.command(*arguments)
        assert (code != 0) == fails, (arguments, output, errors)
        return output

    def file(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def track(self):
        self.experiment = self.client.create_experiment("Pastry shop")
        self.runs = {}
        for name, rate in (("flaky", "0.01"), ("crisp", "0.02")):
            run = self.client.create_run(self.experiment, run_name=f"{name} croissant")
            self.client.log_param(run.info.run_id, "butter_rate", rate)
            self.client.set_tag(run.info.run_id, "team", f"dough {name}")
            self.client.set_terminated(run.info.run_id)
            self.runs[name] = run.info.run_id
        self.client.set_registered_model_alias("watched", "champion", "1")
        self.client.set_registered_model_tag("watched", "cuisine", "levantine")

    def commit(self):
        for at in range(2):
            rows = "".join(f"{at},{row}\n" for row in range(10))
            self.command("dataset", "commit", "sales.daily", self.file(f"{at}.csv", f"day,sold\n{rows}"),
                         "--batch", f"market-{at}")
        self.versions = self.get("datasets/sales.daily/versions")["versions"]

    def fail_pipelines(self):
        project = self.folder / "bakery"
        self.file("bakery/galley.yaml", SCHEDULE + FAILS)
        environment = os.environ | {"GALLEY_URL": self.galley.url, "GALLEY_DATA": str(self.galley.data)}
        for arguments, code in ((("apply",), 0), (("run",), 1)):
            done = subprocess.run([watch.serving.PROGRAM, "pipeline", *arguments], cwd=project,
                                  env=environment, stdin=subprocess.DEVNULL, text=True,
                                  capture_output=True, timeout=60)
            assert done.returncode == code, done.stderr
        self.file("bakery/galley.yaml", FAILS)  # Its `on` is not what is in force any more.

    def break_endpoint(self):
        from models import Kitchen
        kitchen = Kitchen(self.galley.url, self.folder)
        self.broken = kitchen.logistic()  # Needs an environment, and there is no uv.
        self.galley.create("broken", self.broken)
        assert self.galley.loaded("broken")["state"] == "failed"
        self.sauce = [kitchen.booster("sauce", "binary:logistic", target, kitchen.plain)
                      for target in (kitchen.target, 1 - kitchen.target)]

    def measure(self):
        self.weeks.apply("monitors: {tasting: {endpoint: demand, time: week}}",
                         'alerts: {bland: {monitor: tasting, expr: "accuracy < 0.9"}, '
                         'busy: {endpoint: demand, expr: "requests > 0", seconds: 3600}}')
        for week, wrong in enumerate((0, 1, 9, 9, 0), start=10):
            self.weeks.ask(week)
            self.weeks.tell(week, wrong)
        self.prediction = self.weeks.asked[11][3][0]
        self.galley.prediction(self.prediction)
        wait_until(lambda: self.get("incidents")["incidents"], "an incident is opened")
        wait_until(lambda: self.weeks.alert("busy")["state"] == "firing", "the endpoint's rule fires")

    def roll_out(self):
        for version, tartness in (("1", 0.25), ("2", 0.75)):
            made = self.client.get_model_version("sauce", version)
            self.client.log_metric(made.run_id, "tartness", tartness)
        self.galley.create("sauce", self.sauce[0])
        assert self.galley.loaded("sauce")["state"] == "ready"
        self.command("rollout", "start", "sauce", "--model", "sauce@2", "--file",
                     self.file("sauce.yaml", CANARY), "--reason", "less salt")
        wait_until(lambda: self.get("endpoints/sauce/rollout")["rollout"]["phase"] == "paused",
                   "the rollout is paused")

    def get(self, path, status=200, **query):
        text = urllib.parse.urlencode(query)
        answer = self.galley.control("GET", f"{path}?{text}" if text else path, token=False)
        assert answer.status == status, (path, query, answer)
        return answer.json()

    def post(self, path, body, status=200, token=False):
        answer = self.galley.control("POST", path, body, token=token)
        assert answer.status == status, answer
        return answer.json()

    def hits(self, text, kind=None, **more):
        found = self.get("search", q=text, **more)
        return [it for it in found["hits"] if kind in (None, it["kind"])]

    def stop(self):
        self.galley.stop()


