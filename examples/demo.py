"""What `./dev demo` runs once everything is built and installed: real data, the unmodified trainer, the
mlflow client, and Galley.

It starts `galley up` on free ports with a data directory of its own, commits the orange juice data week
by week, runs the pipeline of examples/kitchen (whose train.py knows MLFLOW_TRACKING_URI and nothing else),
shows what is stored, and plays sixty further weeks in which a fault is met without anybody's help
(story.py). Then everything stays up to be looked at, until Ctrl-C; with --once it ends.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import story
from server import DemoError, Galley, say

ROOT = Path(__file__).resolve().parents[1]
KITCHEN = ROOT / "examples/kitchen"
FIRST_WEEK, LAST_WEEK = 40, 100
TRAIN_SECONDS_MAX = 900
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "GIT_PYTHON_REFRESH": "quiet",
         "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false"}


def stock(galley, rda, folder):
    """Puts the weeks up to the first training into a dataset behind its contract, one commit each, and
    offers three broken ones."""
    sys.path.insert(0, str(KITCHEN))
    import faults  # Theirs are numpy and pandas, slow to import.
    import pantry
    sales, stores = (pantry.frame(frame) for frame in pantry.load(rda).values())
    say(galley.command("dataset", "apply", "--file", str(KITCHEN / "galley.yaml")).rstrip())

    def commit(name, frame, batch):
        path = folder / f"{name}.csv"
        frame.to_csv(path, index=False)
        return galley.command("dataset", "commit", name, str(path), "--batch", batch,
                              "--source", "r-cran-bayesm")

    commit("stores", stores, "storedemo")
    for week in range(FIRST_WEEK, LAST_WEEK + 1):
        commit("sales", sales[sales.week == week], f"week{week}")
    say(galley.command("dataset", "log", "sales", "--limit", "5"))
    refused = {}
    for what, make in faults.BROKEN.items():
        try:
            raise DemoError(commit("sales", make(sales), "week101") + f"was published: {what}")
        except DemoError as error:
            if "Nothing is published" not in str(error):
                raise
        say(f"INJECTED, known truth: {what}")
        number = len(refused) + 1
        say(galley.command("dataset", "report", f"sales@r{number}"))
        refused[what] = json.loads(galley.command("dataset", "report", f"sales@r{number}", "--json"))
    newest = json.loads(galley.command("dataset", "show", "sales", "--json"))["version"]
    return {"version": newest["version"], "rows": newest["rows"],
            "digest": newest["digest"], "refused": refused}


def make_project(project):
    """A copy of the example; where git is installed a repository, so that runs know their code."""
    shutil.copytree(KITCHEN, project, ignore=shutil.ignore_patterns("__pycache__"))
    git = shutil.which("git")
    if git is None:
        return
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("GIT_")} | {"GIT_CONFIG_NOSYSTEM": "1"}
    for arguments in (["init", "--quiet"], ["add", "--all"],
                      ["-c", "user.name=demo", "-c", "user.email=demo@localhost", "commit", "--quiet",
                       "--no-gpg-sign", "--message", "The kitchen"]):
        subprocess.run([git, *arguments], cwd=project, env=environment, check=True,
                       stdin=subprocess.DEVNULL, capture_output=True, timeout=60)


def train(galley, rda, project):
    """Lets Galley run the project's pipeline and kills the server in the middle; returns what the
    trainer says of its models."""
    arguments = ["pipeline", "run", "--file", str(project / "galley.yaml"), "--input",
                 f"data={rda}"]
    number = json.loads(galley.command(*arguments, "--detach", "--json"))["run"]
    await_training(galley, number)
    say("Killing the server (kill -9) while a job trains; the job goes on ...")
    os.kill(galley.server_pid(), signal.SIGKILL)
    deadline = time.monotonic() + TRAIN_SECONDS_MAX
    while (run := run_of(galley, number))["state"] in ("waiting", "running"):
        if time.monotonic() > deadline:
            raise DemoError("the pipeline does not end")
        time.sleep(0.2)
    say(galley.command("pipeline", "status", str(number)))
    if run["state"] != "succeeded" or any(
            len(job["attempts"]) != (0 if job["name"] == "gate" else 1) for job in run["jobs"]):
        raise DemoError(f"the pipeline {run['state']}: {json.dumps(run['jobs'], indent=1)}")
    say(galley.command("pipeline", "logs", "train[xgboost]").rstrip())
    say(galley.command("pipeline", "gate"))
    gate = json.loads(galley.command("pipeline", "gate", "--json"))["gates"][0]
    say("The same pipeline again, with nothing new:")
    say(galley.command(*arguments))
    names = ["baselines", *(job["name"][6:-1] for job in run["jobs"]
                            if job["name"].startswith("train["))]
    found = {name: json.loads((project / f"metrics/{name}.json").read_text(encoding="utf-8"))
             for name in names}
    return {"baselines": found.pop("baselines"), "models": found, "gate": gate}


def offer_a_worse_model(galley, rda, project):
    """Trains with settings that are too weak, which the gate must refuse; what it said."""
    say("INJECTED, known truth: the deployed model is trained with 10 rounds instead of 150 ...")
    try:
        raise DemoError("a worse model was deployed:\n" + galley.command(
            "pipeline", "run", "--file", str(project / "galley.yaml"), "--input", f"data={rda}",
            "--input", "settings.xgboost.rounds=10"))
    except DemoError as error:
        if "'gate' refused" not in str(error):
            raise
    say(galley.command("pipeline", "status"))
    say(galley.command("pipeline", "gate"))
    gate = json.loads(galley.command("pipeline", "gate", "--json"))["gates"][0]
    endpoint = json.loads(galley.command("endpoint", "show", "demand", "--json"))["endpoint"]
    variant = endpoint["variants"][0]
    say(f"Endpoint 'demand' still answers with {variant['model']}@{variant['version']}.\n")
    return {"gate": gate, "served": f"{variant['model']}@{variant['version']}"}


def run_of(galley, number):
    """How a pipeline's run stands; also while the server starts again."""
    for _ in range(100):
        try:
            return json.loads(galley.command("pipeline", "status", str(number), "--json"))
        except DemoError:
            time.sleep(0.1)
    raise DemoError(f"the server does not answer:\n{galley.logged()}")


def await_training(galley, number):
    deadline = time.monotonic() + TRAIN_SECONDS_MAX
    while time.monotonic() < deadline:
        run = run_of(galley, number)
        states = {job["name"]: job["state"] for job in run["jobs"]}
        if any(state == "running" and name.startswith("train[")
               for name, state in states.items()):
            time.sleep(1)
            return
        if run["state"] not in ("waiting", "running"):
            raise DemoError(f"the pipeline {run['state']}: {json.dumps(run['jobs'], indent=1)}")
        time.sleep(0.1)


def survive_a_kill(galley, run_id):
    """Logs through a kill -9 of the server: every metric that was acknowledged must be there."""
    os.environ.update(QUIET)
    import mlflow  # Slow to import, and its settings are read at that moment.
    client = mlflow.MlflowClient(galley.server)
    for step in range(20):
        client.log_metric(run_id, "demo.heartbeat", float(step), step=step)
        if step == 9:
            os.kill(galley.server_pid(), signal.SIGKILL)
    kept = [point.step for point in client.get_metric_history(run_id, "demo.heartbeat")]
    if kept != list(range(20)):
        raise DemoError(f"metrics were lost in a kill -9 of the server: steps {kept}")
    return len(kept)


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), method="POST",
                                     headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def ask(galley, endpoint, names, rows):
    """Sends rows to an endpoint, as a caller of the model would; returns the whole answer."""
    return post(f"{galley.gateway}/api/v1/endpoints/{endpoint}/predict",
                {"dataframe_split": {"columns": names, "data": rows}})


def serve(galley, project, summary):
    """Two models answer: the trees from Galley itself, the other one from a Python worker."""
    import numpy  # It is in the trainer's environment.
    found = {}
    for name, endpoint in (("xgboost", "demand"), ("logistic", "logistic")):
        with numpy.load(project / f"rows/{name}.npz") as saved:
            names = [str(feature) for feature in saved["names"]]
            rows = saved["features"].tolist()
            expected = {name: saved[name].tolist()}
        started = time.monotonic()
        if name == "logistic":
            made = summary["train"]["models"][name]["registered"]
            say("uv makes a Python environment of the next model's requirements (seconds) ...")
            galley.command("endpoint", "create", endpoint, "--model",
                           f"{made['name']}@{made['version']}")
        say(galley.command("endpoint", "show", endpoint).rstrip())
        answer = ask(galley, endpoint, names, rows)
        got = answer["predictions"]
        got = [row[1] for row in got] if name == "logistic" else got
        differing = sum(one != other for one, other in zip(got, expected[name], strict=True))
        worst = max(abs(one - other) for one, other in zip(got, expected[name], strict=True))
        say(f"  1000 rows of week 101: {differing} differ from the library's own predictions "
            f"(at most {worst:.1e}); ready and answered in {time.monotonic() - started:.1f} s\n")
        found[name] = {"differing": differing, "worst": worst, "rows": len(got),
                       "prediction_id": answer["prediction_ids"][0]}
    return found


def explain(galley, prediction_id):
    """Labels one prediction and follows it back to its code."""
    post(f"{galley.gateway}/api/v1/endpoints/demand/labels",
         {"labels": [{"prediction_id": prediction_id, "number": 0}]})
    deadline = time.monotonic() + 30
    while True:
        try:
            chain = galley.command("why", prediction_id)
            break
        except DemoError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    say(f"galley why {prediction_id}\n{chain}")
    say(f"galley lineage --down sales@60\n{galley.command('lineage', '--down', 'sales@60')}")
    return chain


def run(options, folder):
    started = time.monotonic()
    galley = Galley(options.galley, folder)
    summary = {"server_url": galley.server, "gateway_url": galley.gateway}
    try:
        say(f"Galley is up: {galley.server} (tracking), {galley.gateway} (predictions)")
        say(f"Look on, while it happens: {galley.server}/ui/\n")
        clock = story.Clock(galley)
        say("Committing weeks 40 to 100 of real sales, one by one, behind a contract ...")
        summary["stock"] = stock(galley, options.rda, folder)
        clock.lap("stock")
        say("Training six models on 45,507 rows of that dataset, two at a time, unmodified mlflow client, "
            "behind a gate (about 30 s) ...")
        project = folder / "kitchen"
        make_project(project)
        summary["train"] = train(galley, options.rda, project)
        clock.lap("train")
        run_id = summary["train"]["models"]["xgboost"]["run_id"]
        say("\nKilling the server (kill -9) in the middle of twenty metrics ...")
        kept = survive_a_kill(galley, run_id)
        say(f"All {kept} metrics that were acknowledged are there.\n")
        show(galley, run_id)
        summary["served"] = serve(galley, project, summary)
        clock.lap("serve")
        summary["refused"] = offer_a_worse_model(galley, options.rda, project)
        clock.lap("refuse")
        summary |= story.run(galley, options.rda, folder, project, options, clock)
        summary["why"] = explain(galley, summary["served"]["xgboost"]["prediction_id"])
        clock.lap("explain")
        summary["timings_s"], summary["cpu_s"] = clock.stages, clock.cpu_stages
        summary["seconds"] = round(time.monotonic() - started, 1)
        if not options.once:
            wait(galley)
    finally:
        galley.stop()
    return summary


def show(galley, run_id):
    say(galley.command("run", "list"))
    say(galley.command("run", "show", run_id))


def wait(galley):
    say("Everything stays up until Ctrl-C. The page, signed in (the link works once, for two minutes):")
    say(f"  {galley.told('ui')['url']}")
    say("Or look around from another terminal:")
    say(f"  export GALLEY_URL={galley.server} MLFLOW_TRACKING_URI={galley.server}")
    say(f"  export GALLEY_DATA={galley.data}")
    say(f"  {galley.program} run list")
    say(f"  {galley.program} report demand --html report.html")
    say(f"  {galley.program} incident show 1")
    say(f"  {galley.program} ui")
    try:
        galley.process.wait()
        raise DemoError(f"galley ended by itself:\n{galley.logged()}")
    except KeyboardInterrupt:
        say("")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--galley", required=True, type=Path, help="the program")
    parser.add_argument("--rda", required=True, type=Path, help="orangeJuice.rda")
    parser.add_argument("--once", action="store_true", help="end when all is shown")
    parser.add_argument("--clean", action="store_true", help="play the weeks as they were, without a "
                        "fault")
    parser.add_argument("--fast", action="store_true", help="play them as fast as they are answered")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as one page")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write a summary "
                        "(docs/formats/demo.md)")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="galley-demo-"))
    try:
        summary = run(options, folder)
        if options.json:
            options.json.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    except (DemoError, OSError, subprocess.SubprocessError) as error:
        sys.exit(f"demo: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
