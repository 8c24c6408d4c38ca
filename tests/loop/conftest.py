"""Scenarios of the loop: a Galley that has been through its first training, made once and copied for each
of them, and weeks that are played against it.

Runs in the environment of tests/environments/kitchen.txt. GALLEY_KITCHEN_RDA names orangeJuice.rda.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
sys.path[:0] = [str(ROOT / "tests/common"), str(ROOT / "tests"), str(EXAMPLES), str(EXAMPLES / "kitchen")]
import faults  # noqa: E402
import features  # noqa: E402
import models  # noqa: E402
import pantry  # noqa: E402
import story  # noqa: E402
from oracles import loop  # noqa: E402
from servers import BIN, PROGRAM, Galley  # noqa: E402

MODEL, ENDPOINT = "orange-juice", "demand"
TRAINED_UNTIL = 100
FOLLOWED = 8  # The contract compares a week's rows with those of so many commits.
SECONDS_MAX = 600
SPAN = 4
RDA = Path(os.environ.get("GALLEY_KITCHEN_RDA", "/nowhere"))
COMPARED = ("deal", "feat", "mv_l1", "mv_q25", "mv_q75", "price_rank")
OF_ENDPOINTS = ("latency", "errors")  # Rules of the clock's time, which a busy machine may break.

long = pytest.mark.skipif(os.environ.get("GALLEY_LONG") != "1", reason="./dev test --long")


def wait_until(condition, what, seconds_max=60):
    deadline = time.monotonic() + seconds_max
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    return pytest.fail(f"waited {seconds_max} s in vain: {what}")


class Loop(Galley):
    """A `galley up`, its project's folder, and what it says."""

    def __init__(self, folder, data=None):
        super().__init__(folder, data)
        self.folder = folder
        self.project = folder / "kitchen"

    def environment(self):
        return os.environ | {"GALLEY_URL": self.url, "GALLEY_DATA": str(self.data),
                             "PATH": f"{BIN}:{os.environ['PATH']}"}

    def run(self, *arguments):
        return subprocess.run([PROGRAM, *map(str, arguments)], env=self.environment(), text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS_MAX)

    def command(self, *arguments):
        done = self.run(*arguments)
        assert done.returncode == 0, f"galley {arguments}: {done.stderr}{self.logged()}"
        return done.stdout

    def told(self, *arguments):
        return json.loads(self.command(*arguments, "--json"))

    def commit(self, sales, first, last, batch):
        weeks = (sales["week"] >= first) & (sales["week"] <= last)
        path = self.folder / f"{batch}.csv"
        pantry.frame({name: values[weeks] for name, values in sales.items()}).to_csv(path, index=False)
        self.command("dataset", "commit", "sales", path, "--batch", batch, "--source", "r-cran-bayesm")
        path.unlink()

    def commit_until(self, sales, first, last):
        """The newest weeks each by itself, as the contract's history wants them."""
        alone = max(first, last - FOLLOWED + 1)
        if first < alone:
            self.commit(sales, first, alone - 1, f"until{alone - 1}")
        for week in range(alone, last + 1):
            self.commit(sales, week, week, f"week{week}")

    def replay(self, *arguments, wait=True):
        """Plays weeks; what callers saw. Without `wait` the process, whose --json file is `seen`."""
        self.seen = self.folder / "replay.json"
        command = [sys.executable, EXAMPLES / "kitchen/replay.py", "--gateway", self.gateway, "--server",
                   self.url, "--program", PROGRAM, "--data", RDA, "--fast", "--json", self.seen,
                   *map(str, arguments)]
        with open(self.folder / "replay.log", "wb") as log:
            process = subprocess.Popen(command, env=self.environment(), stdin=subprocess.DEVNULL,
                                       stdout=log, stderr=log)
        return self.played(process) if wait else process

    def played(self, process):
        code = process.wait(SECONDS_MAX)
        said = (self.folder / "replay.log").read_text(encoding="utf-8")
        assert code == 0, said[-3000:] + self.logged()
        return json.loads(self.seen.read_text(encoding="utf-8"))

    def asked(self, path, body=None):
        """The native API's answer; with a body a POST."""
        headers = {"Authorization": f"Bearer {(Path(self.data) / 'token').read_text().strip()}"}
        request = urllib.request.Request(
            f"{self.url}/api/v1/projects/default/{path}", headers=headers,
            data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def events(self):
        """All of them, the oldest first."""
        found, before = [], ""
        while True:
            more = self.asked(f"events?limit=1000{before}")
            found += more["events"]
            if not more["has_more"]:
                return found[::-1]
            before = f"&before={found[-1]['sequence']}"

    def exported(self):
        path = self.folder / "predictions.jsonl"
        self.command("prediction", "export", ENDPOINT, "--to", path)
        with open(path, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def kill_server(self):
        """kill -9; `galley up` starts it again. The pid; None if there is none right now."""
        pid = self.server_pid()
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        return pid


class Kitchen:
    """The state after the first training, and its data."""

    def __init__(self, folder):
        if not RDA.is_file():
            pytest.fail("GALLEY_KITCHEN_RDA must name orangeJuice.rda; see examples/kitchen/README.md")
        self.frames = pantry.load(RDA)
        self.sales = self.frames["yx"]
        self.table = features.build(self.sales)
        self.known = self.table.weeks(*models.TRAIN_WEEKS)
        self.reference = folder / "reference.csv"
        models.frame(self.known)[features.NUMERIC].assign(week=self.known.week).to_csv(
            self.reference, index=False)
        galley = Loop(folder)
        self.data = Path(galley.data)
        try:
            self.register(galley, models.fit_xgboost(self.known, 3)[0])
            galley.command("endpoint", "create", ENDPOINT, "--model", f"{MODEL}@1")
            stores = folder / "stores.csv"
            pantry.frame(self.frames["storedemo"]).to_csv(stores, index=False)
            galley.command("dataset", "commit", "stores", stores, "--batch", "storedemo")
            galley.commit_until(self.sales, 40, TRAINED_UNTIL)
        finally:
            galley.stop()

    def register(self, galley, booster):
        """Another version of the model."""
        import mlflow  # Slow to import.
        mlflow.set_tracking_uri(galley.url)
        mlflow.set_experiment("kitchen")
        sample = models.frame(self.known, 5)
        mlflow.xgboost.log_model(
            booster, name="model", model_format="ubj", pip_requirements=["xgboost-cpu"],
            signature=mlflow.models.infer_signature(sample, models.probabilities(booster, self.known)[:5]),
            registered_model_name=MODEL)

    def open(self, tmp_path_factory, name, first=101, retrain=True):
        """A copy of it that runs, with all that is watched and that follows an alert in force."""
        folder = tmp_path_factory.mktemp(name)
        shutil.copytree(self.data, folder / "data")
        galley = Loop(folder)
        try:
            galley.commit_until(self.sales, TRAINED_UNTIL + 1, first - 1)
            shutil.copytree(EXAMPLES / "kitchen", galley.project,
                            ignore=shutil.ignore_patterns("__pycache__"))
            shutil.copy(self.reference, galley.project)
            galley.command("dataset", "apply", "--file", galley.project / "galley.yaml")
            for *words, file in story.APPLIED:
                if retrain or words[0] != "pipeline":
                    galley.command(*words, galley.project / file)
        except BaseException:
            galley.stop()
            raise
        return galley


class Played:
    """What Galley says of weeks that were played, and the rows that it says it of."""

    def __init__(self, galley, seen, first, last, fault, reference):
        self.seen, self.first, self.last, self.fault = seen, first, last, fault
        self.rows = loop.rows_of(galley.exported(), COMPARED)
        self.references = [(first, reference)]
        monitor = ("monitor", "show", ENDPOINT, "--limit", 1000, "--arm", "all")
        self.windows = galley.told(*monitor)["windows"]
        self.fours = galley.told(*monitor, "--span", SPAN)["windows"]
        self.drift = galley.told("monitor", "drift", ENDPOINT, "--limit", 1000)
        self.report = galley.told("report", ENDPOINT, "--monitor", ENDPOINT)["report"]
        self.rollouts = galley.asked(f"rollouts?endpoint={ENDPOINT}")["rollouts"][::-1]
        self.compared = [galley.told("monitor", "compare", ENDPOINT, "--limit", 1000, "--champion",
                                     it["champion"]["id"], "--challenger", it["challenger"]["id"])
                         for it in self.rollouts]
        self.status = galley.told("rollout", "status", ENDPOINT)["rollout"] if self.rollouts else None
        self.fired = [it for it in galley.told("alert", "history", "--limit", 1000)["alerts"]
                      if it["rule"] not in OF_ENDPOINTS]
        self.alerts = [it for it in galley.told("alert", "list")["alerts"]
                       if it["rule"] not in OF_ENDPOINTS]
        self.incidents = galley.told("incident", "list", "--limit", 100)["incidents"][::-1]
        self.events = galley.events()
        self.revisions = galley.told("rollout", "history", ENDPOINT)["revisions"][::-1]

        for event in self.of("rollout.promoted"):
            path = trained_on(galley, event["version"])
            self.references.append((event["window"] + 1, loop.Reference(path, COMPARED)))

    def of(self, kind):
        return [it["detail"] for it in self.events if it["kind"] == kind]


def trained_on(galley, version):
    """What a challenger was trained on, out of the run that made it."""
    import mlflow  # Slow to import.
    client = mlflow.MlflowClient(galley.url)
    run = client.get_model_version(MODEL, str(version)).run_id
    return client.download_artifacts(run, "reference.csv", str(galley.folder))


def sequences(events):
    """What became of a loop whatever the times and ids were: alerts and incidents, runs and gates, and
    rollouts. Each is in order; the three go on beside each other."""
    found = {"alerts": [], "runs": [], "rollouts": []}
    for event in events:
        kind, detail = event["kind"], event["detail"]
        if detail.get("rule") in OF_ENDPOINTS:
            continue
        if kind in ("alert.firing", "alert.resolved", "incident.opened", "incident.joined"):
            found["alerts"].append((kind, detail.get("rule"), detail.get("column"), detail["window"]))
        elif kind in ("pipeline_run.created", "job.ended", "gate.decided", "pipeline_run.ended"):
            found["runs"].append((kind, *(detail.get(it) for it in ("number", "trigger", "run", "job",
                                                                    "state"))))
        elif kind.startswith("rollout."):
            found["rollouts"].append((kind, *(detail.get(it) for it in (
                "rollout", "version", "phase", "step", "window", "verdict"))))
    return found


@pytest.fixture(scope="session")
def kitchen(tmp_path_factory):
    return Kitchen(tmp_path_factory.mktemp("first"))


def play(kitchen, tmp_path_factory, name, first, last, kind=None, week=None):
    galley = kitchen.open(tmp_path_factory, name, first)
    try:
        fault = [] if kind is None else ["--kind", kind, "--fault", week]
        seen = galley.replay("--first", first, "--last", last, *fault)
        return Played(galley, seen, first, last, (kind, week), loop.Reference(kitchen.reference, COMPARED))
    finally:
        galley.stop()


def say(request, text):
    """Also where a test's output is caught."""
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{text}", flush=True)


@pytest.fixture(scope="session")
def demo(kitchen, tmp_path_factory):
    """The demo's fault, all weeks."""
    return play(kitchen, tmp_path_factory, "demo", 101, 160, "feat_inverted", 113)


@pytest.fixture(scope="session")
def clean(kitchen, tmp_path_factory):
    return play(kitchen, tmp_path_factory, "clean", 101, 160)


@pytest.fixture(scope="session")
def drawn(kitchen, tmp_path_factory, request):
    """A fault that the test chooses, and from when on. GALLEY_LOOP_SEED plays the same again."""
    seed = int(os.environ.get("GALLEY_LOOP_SEED") or random.SystemRandom().randrange(10**6))
    chosen = random.Random(seed)
    kind, week = chosen.choice(sorted(set(faults.KINDS) - {"feat_inverted"})), chosen.randint(108, 125)
    say(request, f"GALLEY_LOOP_SEED={seed}: {faults.describe(kind, week)}")
    return play(kitchen, tmp_path_factory, "drawn", week - 7, week + 12, kind, week)


@pytest.fixture(scope="session", params=["demo", "drawn", "clean"])
def played(request):
    return request.getfixturevalue(request.param)
