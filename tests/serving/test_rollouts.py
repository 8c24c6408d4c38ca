"""Rollouts through the command line, the API, the snapshot that gateways read, and the journal.

What the gateway does with weights is asked elsewhere; here it acknowledges snapshots.
"""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from conftest import Served, wait_until
from models import Kitchen

MONITORS = """
monitors:
  watch: {endpoint: %(name)s, time: day, compare: {by: [site]}}
  alone: {endpoint: %(name)s, time: day}
"""
HEAD = """
endpoints:
  %(name)s:
    stickiness: {key: site}
    guardrails: {min_requests: 20, max_error_ratio: 0.05, max_p99_ms: 100}
    fallback: {default: 0.5}
    strategy:
"""
CANARY = HEAD + """
      canary:
        keepShadow: 1
        steps:
        - mirror: {percent: 100}
        - setWeight: 10
        - pause: {}
        - setWeight: 50.5
        - analysis: {monitor: watch, bound: 20, max_windows: 8}
"""
PAUSES = HEAD + """
      canary:
        steps:
        - setWeight: 5
        - pause: {duration: %(duration)s}
        - setWeight: 20
        - pause: {}
"""
BLUE_GREEN = HEAD + """
      blueGreen:
        preview: {percent: 100}
        autoPromotion: false
        scaleDownDelay: {duration: 300ms}
"""


class Stage:
    """A server with three versions of one model, and an endpoint for each test."""

    def __init__(self, folder):
        self.galley = Served(folder, GALLEY_UV="/nowhere/uv")
        self.folder = folder
        kitchen = Kitchen(self.galley.url, folder)
        self.sauce = [kitchen.booster("sauce", "binary:logistic", target, kitchen.plain)
                      for target in (kitchen.target, 1 - kitchen.target, kitchen.target)]
        self.count = 0

    def open(self):
        self.count += 1
        name = f"sauce-{self.count}"
        self.galley.create(name, self.sauce[0])
        assert self.galley.loaded(name)["state"] == "ready"
        return At(self, name)


class At:
    """One endpoint and its rollouts."""

    def __init__(self, stage, name):
        self.stage, self.galley, self.name = stage, stage.galley, name

    def file(self, text, **values):
        path = self.stage.folder / f"{self.name}.yaml"
        path.write_text(text % ({"name": self.name} | values), encoding="utf-8")
        return path

    def monitors(self):
        code, _, errors = self.galley.command("monitor", "apply", "--file", self.file(MONITORS))
        assert code == 0, errors

    def run(self, *arguments):
        """A command that must succeed; its JSON."""
        return self.galley.shown("rollout", *arguments)

    def refused(self, *arguments):
        code, output, errors = self.galley.command("rollout", *arguments)
        assert code == 1 and not output, output
        return errors

    def start(self, text, version=2, **values):
        return self.run("start", self.name, "--model", f"sauce@{version}", "--file",
                        self.file(text, **values), "--reason", "it tastes better")["rollout"]

    def order(self, verb, **body):
        return self.galley.control("POST", f"endpoints/{self.name}/rollout/{verb}", body)

    @property
    def rollout(self):
        return self.run("status", self.name)["rollout"]

    def reaches(self, phase, step):
        return wait_until(lambda: (self.rollout["phase"], self.rollout["step"]) == (phase, step)
                          and self.rollout, f"{phase} at step {step}; is {self.rollout}", 10)

    def served(self):
        """(name, weight, mirror, version) of the endpoint's variants in the snapshot."""
        return [(it["name"], it["weight"], it["mirror"], it["version"])
                for it in self.snapshot()["variants"]]

    def snapshot(self):
        text = (Path(self.galley.data) / "serving/snapshot.json").read_text(encoding="utf-8")
        return next(it for it in json.loads(text)["endpoints"] if it["name"] == self.name)

    def serves(self, *variants):
        wait_until(lambda: self.served() == list(variants), f"{variants}; is {self.served()}", 10)

    def events(self, subject):
        shown = self.galley.shown("event", "list", "--subject", subject, "--limit", "200")
        return shown["events"][::-1]


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    stage = Stage(tmp_path_factory.mktemp("stage"))
    try:
        yield stage
    finally:
        stage.galley.stop()


@pytest.fixture
def at(stage):
    return stage.open()


def test_a_canary_goes_step_by_step_and_each_is_acknowledged(at):
    at.monitors()
    rollout = at.start(CANARY)
    assert rollout["steps"][0]["text"] == "mirror: 100 %"
    assert rollout["started_because"] == "it tastes better" and rollout["actor"] == "administrator"
    at.reaches("paused", 3)
    at.serves(("main", 900, 1000, 1), ("canary", 100, 1000, 2))
    snapshot = at.snapshot()
    assert snapshot["key"] == "site" and snapshot["seed"] == at.name
    assert snapshot["guardrails"] == {"min_requests": 20, "max_error_ratio": 0.05,
                                      "max_p99_ms": 100.0}
    assert json.loads(snapshot["default_answer"]) == 0.5
    at.run("promote", at.name, "--reason", "tasted")
    at.reaches("progressing", 5)
    at.serves(("main", 495, 1000, 1), ("canary", 505, 1000, 2))
    at.run("promote", at.name, "--full")
    at.serves(("main", 1000, 0, 2), ("shadow", 0, 1000, 1))
    wait_until(lambda: at.rollout["awaits"] == 0, "the end is acknowledged", 10)
    assert at.rollout["phase"] == "promoted"
    code, output, errors = at.galley.command("rollout", "watch", at.name)
    assert code == 0 and output.startswith("promoted"), errors

    events = at.events(rollout["id"])
    assert [it["kind"].removeprefix("rollout.") for it in events] == [
        "started", "acknowledged", "stepped", "acknowledged", "stepped", "acknowledged", "stepped",
        "resumed", "stepped", "acknowledged", "stepped", "promoted", "acknowledged"]
    resumed = events[7]
    assert resumed["actor"] == "administrator" and resumed["detail"]["reason"] == "tasted"
    assert events[2]["actor"] == "galley" and events[2]["detail"]["mirror"] == 1000
    assert events[2]["detail"]["champion"]["version"] == 1 and events[2]["detail"]["version"] == 2

    # The next one leaves the oldest champion where it is.
    at.start(CANARY, 3)
    at.reaches("paused", 3)
    at.serves(("main", 900, 1000, 2), ("canary", 100, 1000, 3), ("shadow", 0, 1000, 1))
    at.run("promote", at.name, "--full")
    at.serves(("main", 1000, 0, 3), ("shadow", 0, 1000, 1))


def test_an_abort_is_answered_when_no_request_reaches_the_challenger(at):
    at.start(PAUSES, duration="1h")
    at.reaches("paused", 2)
    status = Path(at.galley.data) / "gateway/status.json"
    version = json.loads(status.read_text())["version"]
    done = at.run("abort", at.name, "--reason", "salt")["rollout"]
    assert json.loads(status.read_text())["version"] > version
    assert (done["phase"], done["reason"], done["weight"]) == ("aborted", "salt", 0)
    assert at.served() == [("main", 1000, 0, 1)]
    assert at.run("abort", at.name)["rollout"]["reason"] == "salt"  # Twice is once.
    assert "it has ended: aborted, salt" in at.refused("promote", at.name)
    assert "it has ended" in at.refused("resume", at.name)
    again = at.run("retry", at.name)["rollout"]
    assert again["number"] > done["number"]
    at.reaches("paused", 2)
    at.serves(("main", 950, 0, 1), ("canary", 50, 0, 2))
    kinds = [it["kind"] for it in at.events(again["id"])]
    assert "rollout.retried" in kinds
    at.run("abort", at.name)


def test_a_gateway_that_does_not_answer_is_named_and_the_abort_stands(at):
    at.start(PAUSES, duration="1h")
    at.reaches("paused", 2)
    gateway = at.galley.child_pid("gateway")
    os.kill(gateway, signal.SIGSTOP)
    try:
        answer = at.order("abort", reason="salt")
        assert answer.status == 504, answer
        assert "gateway/status.json" in answer.json()["error"]["message"], answer
        assert at.rollout["phase"] == "aborted" and at.rollout["awaits"] > 0
    finally:
        os.kill(gateway, signal.SIGCONT)
    wait_until(lambda: at.rollout["awaits"] == 0, "the gateway acknowledges at last", 10)


def test_what_does_not_fit_is_refused_by_name(at):
    at.monitors()
    number = at.start(PAUSES, duration="1h")["number"]
    at.reaches("paused", 2)
    second = at.galley.control("POST", f"endpoints/{at.name}/rollouts",
                               {"model": "sauce", "version": 3})
    changed = at.galley.control("POST", f"endpoints/{at.name}/version",
                                {"model": "sauce", "version": 3})
    undone = at.order("undo")
    configured = at.galley.control("PUT", f"endpoints/{at.name}/settings", {})
    for answer in (second, changed, undone, configured):
        said = answer.json()["error"]["message"]
        assert answer.status == 409 and f"rollout {number} of endpoint '{at.name}'" in said
    assert at.order("taste").status == 400
    assert "alone" in str(at.order("pause", full=True))
    assert at.galley.control("POST", f"endpoints/{at.name}/rollout/abort", {}, False).status == 401
    at.run("abort", at.name)
    for strategy, version, why in (
            (PAUSES, 1, "serves already"),
            (CANARY.replace("watch", "nobody"), 2, "no monitor 'nobody'"),
            (CANARY.replace("monitor: watch", "monitor: alone"), 2, "nothing would be compared"),
            (HEAD.replace("    strategy:", ""), 2, "has no strategy")):
        path = at.file(strategy, duration="1h")
        errors = at.refused("start", at.name, "--model", f"sauce@{version}", "--file", path)
        assert why in errors, errors
    assert "soup" in at.refused("start", at.name, "--model", "soup@1", "--file",
                                at.file(PAUSES, duration="1h"))
    assert at.served() == [("main", 1000, 0, 1)]


def test_a_person_who_looked_too_long_ago_is_refused(at):
    at.start(PAUSES, duration="1h")
    turn = at.reaches("paused", 2)["turn"]
    assert at.order("promote", turn=turn).status == 200
    again = at.order("promote", turn=turn)  # As a client does that lost the answer.
    assert again.status == 409 and "went on since you looked" in str(again)
    at.reaches("paused", 4)
    at.serves(("main", 800, 0, 1), ("canary", 200, 0, 2))
    assert at.order("pause", reason="lunch").status == 200
    assert at.order("pause").status == 200
    assert at.order("resume").status == 200
    assert at.reaches("paused", 4)["reason"] == "resumed by a person"
    assert at.order("resume").status == 200
    at.serves(("main", 1000, 0, 2))


def test_blue_green_switches_at_once_and_keeps_the_old_one_for_a_while(at):
    at.start(BLUE_GREEN)
    at.reaches("paused", 2)
    at.serves(("main", 1000, 1000, 1), ("canary", 0, 1000, 2))
    at.run("promote", at.name)
    at.reaches("promoted", 5)
    at.serves(("main", 1000, 0, 2))


def test_an_earlier_revision_is_back_at_once(at):
    at.start(PAUSES, duration="1h")
    at.reaches("paused", 2)
    number = at.run("promote", at.name, "--full")["rollout"]["number"]
    at.serves(("main", 1000, 0, 2))
    assert at.run("undo", at.name, "--reason", "bitter")["revision"]["number"] == 3
    assert at.served() == [("main", 1000, 0, 1)]
    assert at.rollout["phase"] == "undone"
    revisions = at.run("history", at.name)["revisions"]
    assert [(it["number"], it["version"], it["cause"], it["reason"]) for it in revisions] == [
        (3, 1, "undone", "bitter"), (2, 2, "promoted", "by a person"), (1, 1, "created", "")]
    assert revisions[1]["rollout"] == number
    undone = next(it for it in at.events(at.rollout["id"]) if it["kind"] == "rollout.undone")
    assert undone["detail"]["to"] == 1 and undone["detail"]["before"]["version"] == 2
    assert "what it serves" in at.refused("undo", at.name, "--to", "3")
    assert "no revision 9" in at.refused("undo", at.name, "--to", "9")
    at.run("undo", at.name, "--to", "2")
    assert at.served() == [("main", 1000, 0, 2)]
    assert at.galley.loaded(at.name)["state"] == "ready"


def test_deleting_an_endpoint_ends_its_rollout(at):
    at.start(PAUSES, duration="1h")
    at.reaches("paused", 2)
    assert at.galley.control("DELETE", f"endpoints/{at.name}").status == 200
    ended = at.run("status")["rollouts"][0]
    assert (ended["endpoint"], ended["phase"]) == (at.name, "aborted")
    assert ended["reason"] == "its endpoint was deleted"


def test_kill_9_keeps_the_step_and_does_not_restart_a_pause(at):
    at.start(PAUSES, duration="2s")
    before = at.reaches("paused", 2)
    until = json.loads(at.galley.query("SELECT state FROM rollout WHERE id = ?",
                                       bytes.fromhex(before["id"]))[0][0])["until_ms"]
    for _ in range(3):
        pid = at.galley.server_pid()
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: at.galley.server_pid() not in (None, pid), "another server", 20)
        wait_until(lambda: subprocess.run(
            ["curl", "-sf", f"{at.galley.url}/health"], capture_output=True,
            check=False).returncode == 0, "it answers", 20)
    at.reaches("paused", 4)
    kinds = [it["kind"] for it in at.events(before["id"])]
    assert kinds.count("rollout.stepped") == 4 and kinds.count("rollout.started") == 1
    stepped = [it for it in at.events(before["id"]) if it["kind"] == "rollout.stepped"][2]
    assert stepped["at_ms"] >= until
    at.serves(("main", 800, 0, 1), ("canary", 200, 0, 2))
    at.run("abort", at.name)


STEP = "      canary:\n        steps:\n        - setWeight: 10\n        - %s\n"
# What stands there, the line (HEAD has 7 of them), a part of what is said.
WRONG = [
    (HEAD + "      canari: {}\n", 8, "'endpoints.sauce.strategy.canari'"),
    (HEAD + "      canary: {steps: []}\n", 8, "steps"),
    (HEAD + "      {}\n", 7, "must have 'canary' or 'blueGreen'"),
    (HEAD + STEP % "setWeight: 101", 11, "from 0 to 100"),
    (HEAD + STEP % "setWeight: 0.05", 11, "in steps of 0.1"),
    (HEAD + STEP % "setWeight: much", 11, "a number"),
    (HEAD + STEP % "pause:", 11, "not 0 of them"),
    (HEAD + STEP % "{pause: {}, setWeight: 3}", 11, "not 2 of them"),
    (HEAD + STEP % "pause: {duration: soon}", 11, "whole number with ms, s, m, h or d"),
    (HEAD + STEP % "pause: {windows: 2}", 11, "'windows' and 'monitor' together"),
    (HEAD + STEP % "setHeaderRoute: {}", 11, "there are: setWeight, mirror, analysis, pause"),
    (HEAD + STEP % "analysis: {bound: 20}", 11, "'endpoints.sauce.strategy.canary.steps[1]"),
    (HEAD + STEP % "analysis: {monitor: a, bound: 1}", 11, "is not above 1"),
    (HEAD + STEP % "analysis: {monitor: a, lambdas: [0.5, 1]}", 11, "is not between 0 and 1"),
    (HEAD + STEP % "analysis: {monitor: a, noData: shrug}", 11, "wait, inconclusive, fail, pass"),
    (HEAD + STEP % "analysis: {monitor: a, min_windows: 9}", 11, "from 1 to 8"),
    (HEAD + STEP % "analysis: {monitor: a, conditions: [taste > 1]}", 11, "accuracy"),
    (HEAD + STEP % "analysis: {monitor: a, conditions: [accuracy > high]}", 11, "METRIC >= NUMBER"),
    (HEAD + "      canary: {steps: [analysis: {monitor: a}]}\n", 8, "nothing to look at"),
    (HEAD + "      blueGreen: {prePromotionAnalysis: {monitor: a}}\n", 8, "without 'preview'"),
    (HEAD.replace("0.05", "1.5") + STEP % "pause: {}", 5, "max_error_ratio"),
    (HEAD.replace("key: site", "seed: s") + STEP % "pause: {}", 4, "stickiness.key"),
    (HEAD.replace("default: 0.5", "default:") + STEP % "pause: {}", 6, "fallback"),
]


@pytest.mark.parametrize(("text", "line", "says"), WRONG, ids=[says for _, _, says in WRONG])
def test_a_wrong_file_is_refused_with_line_and_key(stage, tmp_path, text, line, says):
    path = tmp_path / "galley.yaml"
    path.write_text(text % {"name": "sauce"}, encoding="utf-8")
    code, output, errors = stage.galley.command("endpoint", "apply", "--file", path, "--dry-run")
    assert code == 2 and not output
    assert f"galley.yaml:{line}:" in errors and says in errors, errors


def test_settings_are_in_force_once_they_are_applied(at):
    path = at.file(CANARY)
    code, output, errors = at.galley.command("endpoint", "apply", "--file", path)
    assert code == 0 and f"{at.name}: in force" in output, errors
    at.monitors()
    assert at.snapshot()["key"] == "site"
    # Without a file it is the stored strategy.
    answer = at.galley.control("POST", f"endpoints/{at.name}/rollouts",
                               {"model": "sauce", "version": 2})
    assert answer.status == 200, answer
    begun = time.monotonic()
    at.reaches("paused", 3)
    assert time.monotonic() - begun < 10
    at.run("abort", at.name)
