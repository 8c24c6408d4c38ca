"""The loop that closes by itself: what is watched, sixty weeks played, and what came of them.

Nothing of what was answered is measured here: Galley's report says it, and what a candidate came to in
its training its trainer. Each key of the JSON file (docs/formats/demo.md) has its function.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from server import DemoError, say

ENDPOINT = MONITOR = "demand"
FIRST_WEEK, LAST_WEEK = 101, 160
AFTER_PROMOTION = 122
FAULT_WEEK = 113
# What a ranking of causes should put first: (kind, name) as `galley incident show` says them.
TRUE_CAUSE = {"feat_inverted": ("column", "feat")}
SERVED = "served"  # The report's arm of what callers were answered.
REPLAY_SECONDS_MAX = 1800
# Assumptions, not bills: what a small cloud machine and its disk are sold for.
USD_A_CPU_HOUR, USD_A_GIB_MONTH = 0.04, 0.08
CLIENTS = ("requests", "failed", "p50_ms", "p99_ms", "seconds")

APPLIED = [("monitor", "apply", "--file", "galley.yaml"),
           ("monitor", "reference", MONITOR, "--file", "reference.csv"),
           ("endpoint", "apply", "--file", "galley.yaml"),
           ("alert", "apply", "--file", "alerts.yaml"),
           ("pipeline", "apply", "--file", "retrain.yaml")]
SHOWN = [("monitor", "show", MONITOR, "--span", "4"),
         ("monitor", "drift", MONITOR, "--limit", "60"),
         ("alert", "history"), ("incident", "list"), ("pipeline", "list"),
         ("rollout", "history", ENDPOINT)]


def prepare(galley, project):
    """Puts in force what is measured, what must not be, how a challenger goes out, and what follows an
    alert."""
    for arguments in APPLIED:
        *words, file = arguments
        say(galley.command(*words, str(project / file)).rstrip())


def replay(galley, rda, folder, options):
    """Plays all weeks; what callers saw. A request that failed is counted and ends nothing."""
    out = folder / "replay.json"
    command = [sys.executable, Path(__file__).with_name("kitchen") / "replay.py", "--gateway",
               galley.gateway, "--server", galley.server, "--program", galley.program, "--endpoint",
               ENDPOINT, "--monitor", MONITOR, "--data", rda, "--json", out]
    command += [] if options.clean else ["--fault", str(FAULT_WEEK)]
    command += ["--fast"] if options.fast else []
    done = subprocess.run(command, env=galley.environment(), stdin=subprocess.DEVNULL,
                          timeout=REPLAY_SECONDS_MAX, check=False)
    if not out.exists():
        raise DemoError(f"the replay ended with {done.returncode}")
    return json.loads(out.read_text(encoding="utf-8"))


def show(galley):
    for arguments in SHOWN:
        say(f"galley {' '.join(arguments)}\n{galley.command(*arguments)}")


def report(galley, folder, seen, html):
    """Prints the report and writes its page; the report as values."""
    clients = folder / "clients.json"
    clients.write_text(json.dumps({name: seen[name] for name in CLIENTS}), encoding="utf-8")
    arguments = ["report", ENDPOINT, "--monitor", MONITOR, "--clients", str(clients),
                 "--note", seen["injected"] or "", "--usd-per-cpu-hour", str(USD_A_CPU_HOUR),
                 "--usd-per-gib-month", str(USD_A_GIB_MONTH)]
    say(galley.command(*arguments, "--html", str(html)))
    return galley.told(*arguments)["report"]


class Told:
    """What Galley says when all weeks are over. Asked once each."""

    def __init__(self, galley, project, seen, reported, clean):
        self.galley = galley
        self.seen = seen  # By the replay, of the gateway.
        self.cause = None if clean else TRUE_CAUSE["feat_inverted"]
        self.report = reported
        self.incidents = galley.told("incident", "list")["incidents"]
        self.runs = galley.told("pipeline", "list", "--limit", "100")["runs"]
        self.trained = json.loads((project / "metrics/baselines.json").read_text(encoding="utf-8"))

    def arm(self, is_first):
        """All weeks of the first version, whoever got its answers, or of what callers were answered."""
        arm = next(it for it in self.report["arms"]
                   if (it["is_first"] if is_first else it["name"] == SERVED))
        weeks = [point["window"] for point in arm["points"]]
        if weeks != list(range(FIRST_WEEK, LAST_WEEK + 1)):
            raise DemoError(f"the report has weeks {weeks} of {arm['name']}")
        return arm

    def since_promotion(self, is_first):
        """The share of right answers, out of counts."""
        points = [it for it in self.arm(is_first)["points"] if it["window"] >= AFTER_PROMOTION]
        return sum(it["right"] for it in points) / sum(it["labels"] for it in points)


def version_of(model):
    """3 of `orange-juice@3`."""
    return int(model.rpartition("@")[2])


def accuracy_served(told):
    return told.arm(is_first=False)["accuracy"]


def accuracy_frozen(told):
    return told.arm(is_first=True)["accuracy"]


def balanced_accuracy_served(told):
    return told.arm(is_first=False)["balanced_accuracy"]


def served_minus_frozen(told):
    """The report's `gain` is the same with an interval, but begins with the first promotion, whenever
    that was."""
    return told.since_promotion(is_first=False) - told.since_promotion(is_first=True)


def baselines(told):
    """Of the clean table, whatever was injected; the trainer's."""
    metrics = told.trained["metrics"]
    return {name: metrics[theirs]["accuracy"] for name, theirs in (
        ("majority", "majority"), ("last_week", "last_week"), ("seasonal", "year_ago"),
        ("rule", "rule_feat_price"))}


def alert_weeks(told, rule):
    """Weeks in which alerts of a rule began to fire, each once."""
    return sorted({it["window"] for it in told.report["alerts"] if it["rule"] == rule})


def drift_alert_weeks(told):
    return alert_weeks(told, "drift")


def accuracy_alert_weeks(told):
    return alert_weeks(told, "accuracy")


def conversion_alert_weeks(told):
    return alert_weeks(told, "conversion")


def promotions(told):
    return [{"version": version_of(it["model"]), "week": it["window"], "log_e": it.get("log_e")}
            for it in told.report["promotions"] if not it["by_hand"]]


def rollbacks(told):
    return [{"version": version_of(it["model"]), "week": it["end_window"], "reason": it["reason"]}
            for it in told.report["rollouts"] if it["outcome"] == "rolled_back"]


def refusals(told):
    """Retrainings whose challenger the gate did not let out."""
    found = []
    for run in sorted(told.runs, key=lambda run: run["run"]):
        if run["pipeline"] != "retrain" or run["state"] != "refused":
            continue
        jobs = {job["name"]: job for job in
                told.galley.told("pipeline", "status", str(run["run"]))["jobs"]}
        metrics = {it["name"]: it["value"] for it in jobs["challenge"]["metrics"]}
        found.append({"week": int(metrics["holdout.last_week"]), "reason": jobs["gate"]["reason"]})
    return found


def incidents(told):
    """Each with its causes as they were ranked last, and the place of the true one: null without a
    fault, or if it is not among them."""
    found = []
    for incident in sorted(told.incidents, key=lambda it: it["number"]):
        ranked = [(it["kind"], it.get("name", "")) for it in incident["rankings"][-1]["candidates"]]
        rank = ranked.index(told.cause) + 1 if told.cause in ranked else None
        found.append({"week": incident["window"], "true_cause_rank": rank,
                      "cause_ranked": [" ".join(filter(None, it)) for it in ranked]})
    return found


def gateway(told):
    return {name: told.seen[name] for name in CLIENTS if name != "seconds"}


KEYS = {"accuracy_101_160_served": accuracy_served, "accuracy_101_160_frozen": accuracy_frozen,
        "balanced_accuracy_101_160_served": balanced_accuracy_served, "baselines": baselines,
        "drift_alert_weeks": drift_alert_weeks, "accuracy_alert_weeks": accuracy_alert_weeks,
        "conversion_alert_weeks": conversion_alert_weeks, "promotions": promotions,
        "refusals": refusals, "rollbacks": rollbacks,
        "served_minus_frozen_122_160": served_minus_frozen, "incidents": incidents,
        "gateway": gateway}


def collect(told):
    return {name: function(told) for name, function in KEYS.items()}


class Clock:
    """Seconds of each stage, on the wall and of processors, and what all of them cost."""

    def __init__(self, galley):
        self.galley = galley
        self.began = self.last = time.monotonic()
        self.cpu_began = self.cpu_last = self.cpu()
        self.stages, self.cpu_stages = {}, {}

    def cpu(self):
        """Of Galley with its jobs, and of what was started from here."""
        ours = resource.getrusage(resource.RUSAGE_CHILDREN)
        own = resource.getrusage(resource.RUSAGE_SELF)
        return (self.galley.cpu_seconds() + self.galley.job_cpu_seconds() + ours.ru_utime +
                ours.ru_stime + own.ru_utime + own.ru_stime)

    def lap(self, stage):
        now = time.monotonic()
        self.stages[stage] = round(now - self.last, 3)
        self.last, before = now, self.cpu_last
        self.cpu_last = self.cpu()
        self.cpu_stages[stage] = round(self.cpu_last - before, 3)

    def cost(self, stored):
        """`stored`: the report's cost of what lies on disks."""
        seconds = self.cpu() - self.cpu_began
        usd = seconds / 3600 * USD_A_CPU_HOUR + stored["storage_usd"]
        return {"cpu_s": round(seconds, 3), "byte_hours": stored["byte_hours"],
                "usd": round(usd, 6)}


def run(galley, rda, folder, project, options, clock):
    """The loop; what the JSON file has of it."""
    say("Watching: what is measured, which alerts there are, how a challenger goes out, and what follows "
        "an alert ...")
    prepare(galley, project)
    clock.lap("prepare")
    say("Replaying weeks 101 to 160: each store asks each week, and what was true comes a week late ...")
    seen = replay(galley, rda, folder, options)
    clock.lap("replay")
    if seen["injected"]:
        say(seen["injected"])
    show(galley)
    reported = report(galley, folder, seen, options.html or folder / "report.html")
    found = collect(Told(galley, project, seen, reported, options.clean))
    found |= {"injected": seen["injected"], "cost": clock.cost(reported["cost"])}
    clock.lap("collect")
    say(json.dumps(found, indent=1))
    return found
