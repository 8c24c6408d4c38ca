"""Contingency plans: in force, refused, started by a rule, kept by kill -9, and rehearsed."""

import json
import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from conftest import Connection, Served, split, wait_until
from models import Kitchen
from servers import PROGRAM
from test_rollouts import HEAD, PAUSES, At, Stage

WITHOUT_DEFAULT = HEAD.replace("    fallback: {default: 0.5}\n", "")
RULES = """
alerts:
  busy: {endpoint: %(name)s, expr: "requests >= 1", plan: %(plan)s}
  calm: {endpoint: %(name)s, expr: "requests >= 1", plan: freeze}
"""
OF_A_MONITOR = """
monitors:
  meals: {endpoint: %(name)s, time: count}
alerts:
  seen-%(plan)s: {monitor: meals, expr: "predictions >= 1", plan: %(plan)s}
"""
LIMIT_SECONDS = 20


class Table(At):
    """An endpoint and its plans."""

    def __init__(self, stage, name, model):
        super().__init__(stage, name)
        self.model = model

    def apply(self, text=PAUSES):
        code, _, errors = self.galley.command("endpoint", "apply", "--file",
                                              self.file(text, duration="1h"))
        assert code == 0, errors

    def set(self, version):
        return self.galley.control("POST", f"endpoints/{self.name}/version",
                                   {"model": self.model.name, "version": version})

    def plan(self, *arguments):
        return self.galley.shown("plan", *arguments)["plan"]

    def refused_plan(self, *arguments):
        code, output, errors = self.galley.command("plan", *arguments)
        assert code == 1 and not output, output
        return errors

    def plans(self):
        return self.galley.shown("plan", "status", self.name)["plans"]

    def ask(self, rows=2):
        answer = self.galley.ask("POST", f"/api/v1/endpoints/{self.name}/predict",
                                 split(self.model, self.model.rows[:rows]))
        assert answer.status == 200, answer
        return answer

    def said(self, kind):
        """Details of the endpoint's events of one kind, the oldest first."""
        return [it["detail"] | {"by": it["actor"]} for it in self.events(
            self.galley.endpoint(self.name)["id"]) if it["kind"] == kind]

    def kill_server(self):
        pid = self.galley.server_pid()
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: self.galley.server_pid() not in (None, pid), "another server",
                   LIMIT_SECONDS)
        wait_until(lambda: subprocess.run(
            ["curl", "-sf", f"{self.galley.url}/health"], capture_output=True,
            check=False).returncode == 0, "it answers", LIMIT_SECONDS)


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    stage = Stage(tmp_path_factory.mktemp("stage"))
    try:
        yield stage
    finally:
        stage.galley.stop()


@pytest.fixture
def at(stage):
    return Table(stage, stage.open().name, stage.sauce[0])


def test_a_frozen_endpoint_stays_as_it_is(at):
    at.start(PAUSES, duration="1h")
    number = at.reaches("paused", 2)["number"]
    at.serves(("main", 950, 0, 1), ("canary", 50, 0, 2))
    started = at.plan("start", "freeze", at.name, "--reason", "stock-taking")
    assert started["in_force"] and started["rollout"] == number
    assert (at.rollout["phase"], at.rollout["reason"]) == ("paused", "plan freeze")
    assert "plan freeze is in force" in at.refused_plan("start", "degrade", at.name)

    refused = [at.order("promote"), at.order("resume"), at.set(3),
               at.galley.control("PUT", f"endpoints/{at.name}/settings", {}),
               at.galley.control("POST", f"endpoints/{at.name}/rollouts",
                                 {"model": "sauce", "version": 3})]
    for answer in refused:
        said = answer.json()["error"]["message"]
        assert answer.status == 409, answer
        assert f"plan freeze is in force at endpoint '{at.name}'" in said and "stock-taking" in said
    at.kill_server()
    assert at.set(3).status == 409 and at.plans()[0]["in_force"]
    assert "degraded" not in at.ask().json() and not at.snapshot()["degraded"]

    ended = at.plan("end", at.name, "--reason", "counted")
    assert not ended["in_force"] and ended["ended_because"] == "counted"
    assert "no plan is in force" in at.refused_plan("end", at.name)
    assert at.rollout["reason"] == "plan freeze has ended"
    assert at.order("promote").status == 200  # It is at its pause again, as before.
    at.reaches("paused", 4)
    at.run("abort", at.name)
    begun, over = at.said("plan.started"), at.said("plan.ended")
    assert [(it["plan"], it["endpoint"], it["actor"], it["by"], it["reason"]) for it in begun + over
            ] == [("freeze", at.name, "administrator", "administrator", reason)
                  for reason in ("stock-taking", "counted")]
    assert begun[0]["rollout"] == number


def test_what_a_person_paused_stays_paused_when_the_plan_ends(at):
    at.start(PAUSES, duration="1h")
    at.reaches("paused", 2)
    assert at.order("pause", reason="lunch").status == 200
    assert at.plan("start", "freeze", at.name).get("rollout") is None
    at.plan("end", at.name)
    assert at.rollout["reason"] == "lunch"
    at.run("abort", at.name)


def test_a_degraded_endpoint_answers_with_its_default(at):
    at.apply(WITHOUT_DEFAULT + "      canary: {steps: [pause: {}]}\n")
    errors = at.refused_plan("start", "degrade", at.name)
    assert "has no default answer" in errors and f"endpoints.{at.name}.fallback.default" in errors
    at.apply()
    before = at.ask().json()
    assert at.plan("start", "degrade", at.name, "--reason", "salt")["in_force"]
    for _ in range(2):  # The second time with another server and another gateway.
        answer = at.ask()
        assert answer.headers["X-Galley-Degraded"] == "plan degrade"
        assert answer.json() == {"predictions": [0.5, 0.5], "prediction_ids": [], "degraded": True}
        invoked = at.galley.ask("POST", f"/endpoints/{at.name}/invocations",
                                split(at.model, at.model.rows[:3]))
        assert invoked.json() == {"predictions": [0.5] * 3}, invoked
        assert invoked.headers["X-Galley-Degraded"] == "plan degrade"
        uncounted = at.galley.ask("POST", f"/api/v1/endpoints/{at.name}/predict", {"prompt": "?"})
        assert uncounted.status == 503 and "cannot be counted" in str(uncounted)
        at.kill_server()
        gateway = at.galley.child_pid("gateway")
        os.kill(gateway, signal.SIGKILL)
        wait_until(lambda: at.galley.child_pid("gateway") not in (None, gateway), "a gateway",
                   LIMIT_SECONDS)
        assert at.galley.loaded(at.name)["state"] == "ready"
    refused = at.galley.control("PUT", f"endpoints/{at.name}/settings", {})
    assert refused.status == 409 and "without a default answer" in str(refused)
    started = at.galley.control("POST", f"endpoints/{at.name}/rollouts",
                                {"model": "sauce", "version": 2})
    assert started.status == 409 and "plan degrade is in force" in str(started)
    assert at.set(3).status == 200  # That is how a person mends it.
    assert at.set(1).status == 200
    assert at.galley.loaded(at.name)["state"] == "ready"
    at.plan("end", at.name)
    after = at.ask()
    assert after.json()["predictions"] == before["predictions"]
    assert "X-Galley-Degraded" not in after.headers
    at.galley.prediction(after.json()["prediction_ids"][0])
    asked = at.galley.control("GET", f"endpoints/{at.name}/predictions").json()["requests"]
    assert [it["rows"] for it in asked] == [2, 2]  # Default answers are no predictions.


def test_a_rollback_aborts_and_goes_back(at):
    errors = at.refused_plan("start", "rollback", at.name)
    for instead in ("no earlier revision", "galley rollout abort", "galley endpoint set",
                    "galley plan start degrade"):
        assert instead in errors
    assert at.set(2).status == 200
    at.start(PAUSES, version=3, duration="1h")
    number = at.reaches("paused", 2)["number"]
    done = at.plan("start", "rollback", at.name, "--reason", "bitter")
    assert not done["in_force"] and done["rollout"] == number
    assert done["ended_because"] == "the version before answers"
    assert at.ask().json()["version"] == 1  # At once.
    assert at.served() == [("main", 1000, 0, 1)]
    assert (at.rollout["phase"], at.rollout["reason"]) == ("aborted", "plan rollback")
    # The version that it went back from does not come back by another one.
    assert "no earlier revision" in at.refused_plan("start", "rollback", at.name)
    assert [it["plan"] for it in at.said("plan.ended")] == ["rollback"]
    assert at.set(3).status == 200 and at.galley.loaded(at.name)["state"] == "ready"
    at.plan("start", "rollback", at.name)
    assert at.ask().json()["version"] == 1


def test_a_refused_rollback_leaves_the_rollout_alone(at):
    at.start(PAUSES, duration="1h")
    at.reaches("paused", 2)
    assert "no earlier revision" in at.refused_plan("start", "rollback", at.name)
    assert at.rollout["phase"] == "paused"
    assert at.plans() == [] and at.said("plan.started") == []
    at.run("abort", at.name)


def test_a_gateway_that_does_not_answer_is_named_and_the_plan_stands(at):
    at.set(2)
    assert at.galley.loaded(at.name)["state"] == "ready"
    gateway = at.galley.child_pid("gateway")
    os.kill(gateway, signal.SIGSTOP)
    try:
        answer = at.galley.control("POST", f"endpoints/{at.name}/plan", {"plan": "rollback"})
        assert answer.status == 504 and "gateway/status.json" in str(answer), answer
        assert at.plans()[0]["in_force"]
        at.kill_server()
        assert "plan rollback is in force" in str(at.set(3))
    finally:
        os.kill(gateway, signal.SIGCONT)
    wait_until(lambda: not at.plans()[0]["in_force"], "it ends by itself", LIMIT_SECONDS)
    assert at.plans()[0]["ended_by"] == "galley"
    assert at.ask().json()["version"] == 1


def test_wrong_plans_are_refused_by_name(at):
    wrong = at.galley.control("POST", f"endpoints/{at.name}/plan", {"plan": "panic"})
    assert wrong.status == 400 and "must be freeze, degrade or rollback" in str(wrong)
    assert at.galley.control("POST", f"endpoints/{at.name}/plan", {"plan": "freeze"},
                             False).status == 401
    assert "no endpoint 'soup'" in at.refused_plan("start", "freeze", "soup")
    long = at.galley.control("POST", f"endpoints/{at.name}/plan",
                             {"plan": "freeze", "reason": "x" * 1001})
    assert long.status == 400 and "limit is 1000" in str(long)
    code, output, errors = at.galley.command("plan", "list")
    assert code == 0 and all(it in output for it in ("freeze", "degrade", "rollback")), errors


def test_deleting_an_endpoint_ends_its_plan(at):
    at.plan("start", "freeze", at.name)
    assert at.galley.control("DELETE", f"endpoints/{at.name}").status == 200
    ended = at.plans()[0]
    assert (ended["in_force"], ended["ended_because"]) == (False, "its endpoint was deleted")


def apply_rules(at, text, **values):
    code, _, errors = at.galley.command("alert", "apply", "--file", at.file(text, **values))
    assert code == 0, errors


def fired(at, rule):
    """Detail of the newest event of a rule that fired; None while it has not."""
    past = at.galley.control("GET", f"alert-history?rule={rule}").json()["alerts"]
    if not past:
        return None
    return next(it["detail"] for it in at.events(past[0]["id"]) if it["kind"] == "alert.firing")


def test_a_rule_starts_a_plan_and_says_why_it_could_not(at):
    path = at.file(RULES, plan="panic")
    code, _, errors = at.galley.command("alert", "apply", "--file", path)
    assert code == 2 and "'alerts.busy.plan' must be freeze, degrade or rollback" in errors
    at.apply()
    apply_rules(at, RULES, plan="degrade")
    at.ask()
    plan = wait_until(at.plans, "a rule starts the plan", 60)[0]
    wait_until(lambda: at.ask().headers["X-Galley-Degraded"] == "plan degrade", "in force", 10)
    assert (plan["plan"], plan["rule"], plan["actor"]) == ("degrade", "busy", "alert busy")
    assert plan["reason"].startswith("requests >= 1; value ")
    # Rules are looked at by name.
    first, second = fired(at, "busy"), fired(at, "calm")
    assert first["plan"] == "degrade" and "plan_refused" not in first
    assert second["plan"] == "freeze" and "plan degrade is in force" in second["plan_refused"]
    started = at.said("plan.started")
    assert [(it["by"], it["actor"], it["rule"]) for it in started] == [("alert busy",) * 2 + ("busy",)]
    for rule in ("busy", "calm"):
        at.galley.command("alert", "remove", rule)
    assert at.plans()[0]["in_force"]  # Only a person ends it.
    at.plan("end", at.name)


@pytest.mark.parametrize("plan", ["freeze", "rollback"])
def test_a_rule_of_a_monitor_starts_the_plan_of_its_endpoint(at, plan):
    code, _, errors = at.galley.command("monitor", "apply", "--file",
                                        at.file(OF_A_MONITOR, plan=plan))
    assert code == 0, errors
    apply_rules(at, OF_A_MONITOR, plan=plan)
    at.start(PAUSES, duration="1h")
    at.reaches("paused", 2)
    at.galley.predict(at.name, at.model, [[1.5, 0.5, count] for count in (1, 2)])
    assert at.galley.ask("POST", f"/api/v1/endpoints/{at.name}/labels",
                         {"watermark": 2}).status == 200
    detail = wait_until(lambda: fired(at, f"seen-{plan}"), "the rule fires", LIMIT_SECONDS)
    try:
        if plan == "rollback":  # There is no earlier revision: nothing of it is done.
            assert "no earlier revision" in detail["plan_refused"]
            assert at.plans() == [] and at.rollout["phase"] == "paused"
            assert at.rollout["reason"] != "plan freeze"
        else:
            assert "plan_refused" not in detail and at.plans()[0]["actor"] == f"alert seen-{plan}"
            assert at.rollout["reason"] == "plan freeze"
            at.plan("end", at.name)
    finally:
        at.galley.command("alert", "remove", f"seen-{plan}")
        at.galley.command("monitor", "remove", "meals")
        at.run("abort", at.name)


def test_an_alert_starts_no_run_while_a_plan_is_in_force(at, tmp_path):
    (tmp_path / "galley.yaml").write_text(
        "name: again\non: {alert: {rules: [seen-freeze]}}\njobs: {train: {run: 'true'}}\n",
        encoding="utf-8")
    path = at.file(OF_A_MONITOR, plan="freeze")
    code, _, errors = at.galley.command("monitor", "apply", "--file", path)
    assert code == 0, errors
    apply_rules(at, OF_A_MONITOR, plan="freeze")
    code, _, errors = at.galley.command("pipeline", "apply", "--file", tmp_path / "galley.yaml")
    assert code == 0, errors

    def close(window):
        at.galley.predict(at.name, at.model, [[1.5, 0.5, window]])
        assert at.galley.ask("POST", f"/api/v1/endpoints/{at.name}/labels",
                             {"watermark": window + 1}).status == 200

    def considered():
        """The newest window that the trigger decided about."""
        cycles = at.galley.query("SELECT cycle FROM pipeline_alert_cycle")
        return max([json.loads(cycle).get("considered", 0) for cycle, in cycles], default=0)

    def runs():
        return [it["trigger"] for it in
                at.galley.control("GET", "pipelines/runs").json()["runs"]]

    close(1)
    wait_until(lambda: considered() == 1, "the trigger sees the alert", LIMIT_SECONDS)
    assert at.plans()[0]["actor"] == "alert seen-freeze" and runs() == []
    at.plan("end", at.name)
    close(2)
    wait_until(lambda: runs() == ["alert meals/seen-freeze@2"], "a run is started", LIMIT_SECONDS)
    at.galley.command("pipeline", "apply", "--remove", "--file", tmp_path / "galley.yaml")
    at.galley.command("alert", "remove", "seen-freeze")
    at.galley.command("monitor", "remove", "meals")


class Clients(threading.Thread):
    """Asks the real endpoint, by name and as the default one, until it is stopped."""

    def __init__(self, table):
        super().__init__()
        self.table, self.over = table, threading.Event()
        self.answers, self.wrong = 0, []

    def run(self):
        connection = Connection(self.table.galley.gateway)
        body = split(self.table.model, self.table.model.rows[:1])
        while not self.over.is_set():
            for path in (f"/api/v1/endpoints/{self.table.name}/predict", "/invocations"):
                answer = connection.send("POST", path, body)
                self.answers += 1
                if answer.status != 200 or answer.headers["X-Galley-Degraded"]:
                    self.wrong.append(str(answer))
        connection.close()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A server with one endpoint, which is the default one."""
    folder = tmp_path_factory.mktemp("alone")
    galley = Served(folder, GALLEY_UV="/nowhere/uv")
    try:
        kitchen = Kitchen(galley.url, folder)
        models = [kitchen.booster("sauce", "binary:logistic", target, kitchen.plain)
                  for target in (kitchen.target, 1 - kitchen.target)]
        galley.create("sauce", models[0])
        assert galley.loaded("sauce")["state"] == "ready"
        stage = Stage.__new__(Stage)
        stage.galley, stage.folder = galley, folder
        table = Table(stage, "sauce", models[0])
        table.apply()
        yield table
    finally:
        galley.stop()


def drill(table, *arguments):
    return table.galley.command("drill", *arguments, "--gateway", table.galley.gateway)


def endpoints(table):
    return [it["name"] for it in table.galley.control("GET", "endpoints").json()["endpoints"]]


def test_a_drill_needs_requests_and_an_endpoint(alone):
    code, output, errors = drill(alone, "freeze", "sauce")
    assert code == 1 and not output and "has no recorded requests" in errors
    code, _, errors = drill(alone, "freeze", "soup")
    assert code == 1 and "no endpoint 'soup'" in errors
    code, _, errors = drill(alone, "panic", "sauce")
    assert code == 2 and "not 'panic'" in errors
    assert endpoints(alone) == ["sauce"]


@pytest.mark.parametrize(("plan", "versions"), [
    ("freeze", 1), ("degrade", 1), ("rollback", 1), ("rollback", 2)])
def test_a_drill_rehearses_a_plan_beside_the_endpoint(alone, plan, versions):
    if alone.snapshot()["variants"][0]["version"] != versions:
        assert alone.set(versions).status == 200
        assert alone.galley.loaded("sauce")["state"] == "ready"
    alone.galley.prediction(alone.ask(3).json()["prediction_ids"][0])
    before = alone.snapshot()["variants"]
    with Clients(alone) as clients:
        code, output, errors = drill(alone, plan, "sauce", "--json")
    assert code == 0, output + errors
    assert clients.wrong == [] and clients.answers > 10
    assert alone.snapshot()["variants"] == before and endpoints(alone) == ["sauce"]
    assert alone.plans() == []
    told = json.loads(output)
    assert told["passed"] and told["failed"] == 0 and told["requests"] > 3
    assert [(it["step"], it["passed"]) for it in told["steps"]] == [
        (step, True) for step in ("create", "load", "ask", "start", "check", "end", "check again",
                                  "delete")]
    event = alone.said("drill.run")[-1]
    assert {key: event[key] for key in told} == told and event["by"] == "administrator"


def test_a_failed_step_ends_with_1_and_the_endpoint_is_gone(alone):
    alone.galley.prediction(alone.ask(1).json()["prediction_ids"][0])
    settings = alone.galley.control("GET", "endpoints/sauce/settings").json()
    assert alone.galley.control("PUT", "endpoints/sauce/settings",
                                {it: settings[it] for it in settings if it != "fallback"}
                                ).status == 200
    try:
        code, output, _ = drill(alone, "degrade", "sauce")
    finally:
        alone.apply()
    assert code == 1 and "FAILED" in output and "has no default answer" in output, output
    assert endpoints(alone) == ["sauce"]
    last = alone.said("drill.run")[-1]
    assert not last["passed"] and [it["step"] for it in last["steps"]][-2:] == ["start", "delete"]


def test_ctrl_c_removes_the_drill(alone):
    alone.galley.prediction(alone.ask(1).json()["prediction_ids"][0])
    environment = os.environ | {"GALLEY_URL": alone.galley.url,
                                "GALLEY_DATA": str(alone.galley.data)}
    gateway = alone.galley.child_pid("gateway")
    os.kill(gateway, signal.SIGSTOP)  # So that the drill waits.
    try:
        running = subprocess.Popen(
            [PROGRAM, "drill", "freeze", "sauce", "--gateway", alone.galley.gateway],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait_until(lambda: "sauce-drill" in endpoints(alone), "the drill's endpoint", 10)
        again = drill(alone, "freeze", "sauce")
        assert again[0] == 1 and "'sauce-drill' already" in again[2]
        running.send_signal(signal.SIGINT)
        output, errors = running.communicate(timeout=LIMIT_SECONDS)
    finally:
        os.kill(gateway, signal.SIGCONT)
    assert running.returncode == 1 and "interrupted" in output, output + errors
    assert endpoints(alone) == ["sauce"]
    assert Path(alone.galley.data).exists()
