"""Alerts over real predictions and labels, beside a second account of what must fire when."""

import json
import os
import pty
import signal
import subprocess

import numpy as np
import pytest

from conftest import ROWS, Weeks, serving

MONITOR = """
monitors:
  %s: {endpoint: demand, time: week, labels_late: 1}
"""
RULES = {
    "held": {"span": 2, "limit": 0.8, "for": 1},
    "kept": {"span": 1, "limit": 0.7, "keep_firing_for": 2},
    "sure": {"span": 3, "limit": 0.9, "for": 2, "min_labels": 2 * ROWS + 1},
    "deaf": {"span": 1, "limit": 0.8, "min_labels": ROWS, "no_data": "inactive"},
}
# Wrong predictions and labels of each week; a fault from week 4 on, that ends, and one later.
WRONG = [0, 2, 1, 7, 9, 8, 9, 2, 1, 9, 0, 0, 8, 8, 8, 1, 0, 3, 2, 2]
LABELS = [ROWS if week not in (6, 13) else ROWS // 2 for week in range(len(WRONG))]


def rules_text(monitor):
    lines = ["alerts:"]
    for name, rule in RULES.items():
        keys = {"monitor": monitor, "expr": f"accuracy < {rule['limit']}",
                **{key: value for key, value in rule.items() if key != "limit"}}
        lines.append(f"  {name}-{monitor}: {json.dumps(keys)}")
    return "\n".join(lines)


def expected_events(monitor, closed):
    """What Prometheus's rules say of the weeks, one after the other."""
    events, active = [], {}
    for week in range(closed + 1):
        for name in sorted(RULES):
            rule = RULES[name]
            span = range(max(0, week - rule["span"] + 1), week + 1)
            labels = sum(LABELS[it] for it in span)
            value = (labels - sum(min(WRONG[it], LABELS[it]) for it in span)) / labels
            is_hit = value < rule["limit"]
            if labels < rule.get("min_labels", 0):
                if rule.get("no_data", "keep") == "keep":
                    continue
                is_hit = False
            alert = active.get(name)
            kind = None
            if is_hit:
                alert = active.setdefault(name, {"since": week, "fires": False})
                alert["missed"] = None
                if not alert["fires"] and week - alert["since"] >= rule.get("for", 0):
                    alert["fires"], kind = True, "firing"
            elif alert and not alert["fires"]:
                del active[name]
            elif alert:
                if alert["missed"] is None:
                    alert["missed"] = week
                if week - alert["missed"] >= rule.get("keep_firing_for", 0):
                    del active[name]
                    kind = "resolved"
            if kind:
                events.append((kind, f"{name}-{monitor}", "", week, value))
    return events


def play(weeks, first, last):
    """Week by week: its predictions, then the labels of the week before."""
    for week in range(first, last + 1):
        weeks.ask(week)
        if week > 0:
            weeks.tell(week - 1, WRONG[week - 1], LABELS[week - 1])


def of_monitor(events, monitor):
    return [(kind, rule, column, window, value and float(value))
            for kind, rule, column, window, value in events if rule.endswith(f"-{monitor}")]


def test_what_fires_is_what_must(weeks):
    weeks.apply(MONITOR % "whole", rules_text("whole"))
    assert [(it["state"], it["settings"]["monitor"]) for it in weeks.alerts()] == [
        ("inactive", "whole")] * 4
    last = len(WRONG) - 1
    play(weeks, 0, last)
    weeks.tell(last, WRONG[last])
    # The label of week `last` closes what ends, with the delay, before it.
    closed = last - 2
    weeks.await_window("held-whole", closed)
    expected = expected_events("whole", closed)
    assert of_monitor(weeks.events(), "whole") == expected
    assert {kind for kind, *_ in expected} == {"firing", "resolved"} and len(expected) >= 12

    past = json.loads(weeks.command("alert", "history", "held-whole", "--json")[1])["alerts"]
    fired = [it["fired_window"] for it in reversed(past)]
    assert fired == [window for kind, rule, _, window, _ in expected
                     if (kind, rule) == ("firing", "held-whole")]
    assert all(it["active_window"] == it["fired_window"] - 1 for it in past)
    detail = weeks.galley.query("SELECT detail FROM event WHERE kind = 'alert.firing' AND "
                                "detail LIKE '%sure-whole%' LIMIT 1")[0][0]
    detail = json.loads(detail)
    assert detail["monitor"] == "whole" and detail["limit"] == "0.9"
    assert detail["min_sample"] == str(2 * ROWS + 1) and int(detail["sample"]) > 2 * ROWS
    assert detail["labels"] == {"alertname": "sure-whole", "monitor": "whole"}


def test_kills_of_the_server_change_nothing(tmp_path):
    weeks = Weeks(tmp_path)
    try:
        weeks.apply(MONITOR % "killed", rules_text("killed"))
        last = len(WRONG) - 1
        chance = np.random.default_rng(4)
        reached = []
        for week in range(last + 1):
            play(weeks, week, week)
            if week % 5 == 3:  # Four times: `galley up` gives up a server that ends too often.
                serving.time.sleep(chance.uniform(0, 0.4))
                serving.wait_until(weeks.galley.server_pid, "there is a server to kill")
                os.kill(weeks.galley.server_pid(), signal.SIGKILL)
                reached += weeks.galley.query("SELECT through FROM alert_progress")
        serving.wait_until(lambda: weeks.command("alert", "list")[0] == 0, "it is up again")
        weeks.await_window("held-killed", last - 3)
        assert of_monitor(weeks.events(), "killed") == expected_events("killed", last - 3)
        assert weeks.galley.query("SELECT through FROM alert_progress") == [(last - 3,)]
        assert any(through < last - 3 for through, in reached)  # Not all kills came too late.
    finally:
        weeks.galley.stop()


def test_a_window_is_looked_at_when_its_labels_are_late_no_more(weeks):
    weeks.apply("monitors: {patient: {endpoint: demand, time: week, labels_late: 3}}",
                'alerts: {few: {monitor: patient, expr: "labels < 1000", span: 2, for: 1}}')
    assert weeks.alert("few")["state"] == "inactive" and "window" not in weeks.alert("few")
    for week in range(100, 106):
        weeks.ask(week)
        weeks.tell(week, 0)
    # 105 is three after the end of 101.
    alert = weeks.await_window("few", 101)
    assert (alert["state"], alert["active_window"], alert["fired_window"]) == ("firing", 100, 101)
    assert alert["value"] == 2 * ROWS and alert["limit"] == 1000 and alert["sample"] == 2 * ROWS
    weeks.ask(106)
    weeks.tell(106, 0)
    assert weeks.await_window("few", 102)["active_window"] == 100


def test_a_changed_rule_begins_anew_and_the_same_does_not(weeks):
    weeks.apply("monitors: {anew: {endpoint: demand, time: week}}",
                'alerts: {changed: {monitor: anew, expr: "accuracy < 0.9"}}')
    for week in range(200, 203):
        weeks.ask(week)
        weeks.tell(week, 10)
    before = weeks.await_window("changed", 201)
    assert before["state"] == "firing"
    weeks.apply(alerts='alerts: {changed: {monitor: anew, expr: "accuracy < 0.9"}}')
    assert weeks.alert("changed") == before
    weeks.apply(alerts='alerts: {changed: {monitor: anew, expr: "accuracy < 0.4"}}')
    now = weeks.alert("changed")
    assert now["state"] == "inactive" and "window" not in now
    shown = json.loads(weeks.command("alert", "show", "changed", "--json")[1])
    assert [(it["state"], it["reason"]) for it in shown["history"]] == [
        ("resolved", "the rule was changed")]
    weeks.ask(203)
    weeks.tell(203, 10)
    assert weeks.await_window("changed", 202)["state"] == "inactive"
    assert weeks.command("alert", "remove", "changed")[0] == 0
    assert weeks.alerts(rule="changed") == []
    code, _, errors = weeks.command("alert", "show", "changed")
    assert code == 1 and "there is no rule 'changed'; there are: " in errors


def test_a_monitor_that_begins_anew_takes_its_alerts_along(weeks):
    rules = 'alerts: {again: {monitor: moved, expr: "accuracy < 0.9"}}'
    weeks.apply("monitors: {moved: {endpoint: demand, time: week}}", rules)
    for week in range(220, 223):
        weeks.ask(week)
        weeks.tell(week, 10)
    assert weeks.await_window("again", 221)["state"] == "firing"
    weeks.apply("monitors: {moved: {endpoint: demand, time: week, window: 2}}")
    for week in range(230, 234):
        weeks.ask(week)
        weeks.tell(week, 0)
    alert = weeks.await_window("again", 115)
    assert alert["state"] == "inactive" and alert["value"] == 1
    past = json.loads(weeks.command("alert", "history", "again", "--json")[1])["alerts"]
    assert [it["reason"] for it in past] == ["the monitor began anew"]
    assert weeks.command("monitor", "remove", "moved")[0] == 0


def test_alerts_of_a_monitor_that_is_gone_are_over(weeks):
    weeks.apply("monitors: {left: {endpoint: demand, time: week}}",
                'alerts: {alone: {monitor: left, expr: "accuracy < 0.9"}}')
    for week in range(240, 243):
        weeks.ask(week)
        weeks.tell(week, 10)
    assert weeks.await_window("alone", 241)["state"] == "firing"
    assert weeks.command("monitor", "remove", "left")[0] == 0
    serving.wait_until(lambda: weeks.alert("alone")["state"] == "inactive", "it is over", 20)
    past = json.loads(weeks.command("alert", "history", "alone", "--json")[1])["alerts"]
    assert [it["reason"] for it in past] == ["the monitor is gone"]


def test_a_time_far_away_is_not_walked_to(weeks):
    weeks.apply("monitors: {far: {endpoint: demand, time: week}}",
                'alerts: {leap: {monitor: far, expr: "labels < 100", no_data: alert}}')
    far = 10**12
    for week in (400, 401, far, far + 1, far + 2):
        weeks.ask(week)
        weeks.tell(week, 0)
    alert = weeks.await_window("leap", far + 1)
    assert (alert["state"], alert["active_window"]) == ("firing", 400)
    assert weeks.command("alert", "remove", "leap")[0] == 0


def test_a_single_wrong_time_closes_nothing(weeks):
    weeks.apply("monitors: {wrong: {endpoint: demand, time: week}}",
                'alerts: {any: {monitor: wrong, expr: "labels > 0"}}')
    for week in (500, 10**9, 501, 502):
        weeks.ask(week)
        weeks.tell(week, 0)
    alert = weeks.await_window("any", 501)
    assert (alert["state"], alert["active_window"]) == ("firing", 500)
    assert weeks.command("alert", "remove", "any")[0] == 0


def test_an_endpoints_requests_are_looked_at_by_the_clock(weeks):
    weeks.apply(alerts="""
alerts:
  busy:  {endpoint: demand, expr: "requests >= 10 AND error_ratio == 0", seconds: 3600}
  slow:  {endpoint: demand, expr: "p99_ms > 60000", seconds: 3600}
  quiet: {endpoint: demand, expr: "requests < 10", min_requests: 1000000}
""")
    for _ in range(10):
        weeks.ask(500)
    busy = serving.wait_until(
        lambda: next((it for it in weeks.alerts(rule="busy") if it["state"] == "firing"), None),
        "the rule fires")
    assert busy["value"] >= 10 and busy["limit"] == 10 and "active_window" not in busy
    assert busy["fired_ms"] >= busy["active_ms"] > 0
    slow, quiet = weeks.alert("slow"), weeks.alert("quiet")
    assert (slow["state"], slow["seen"]) == ("inactive", "miss") and slow["value"] < 60000
    assert (quiet["state"], quiet["seen"]) == ("inactive", "no data")
    (event,) = [it for it in weeks.events() if it[1] == "busy"]
    assert event[:4] == ("firing", "busy", "", None)
    for name in ("busy", "slow", "quiet"):
        assert weeks.command("alert", "remove", name)[0] == 0
    assert [it[0] for it in weeks.events() if it[1] == "busy"] == ["firing", "resolved"]


def test_drift_is_an_alert_of_each_column(weeks):
    weeks.apply("""
monitors:
  input: {endpoint: demand, time: week, drift: {columns: [size, weight], floor: 0.3, running: 2}}
""", 'alerts: {shifted: {monitor: input, expr: drift}}')
    rows = "".join(f"{row[0]},{row[1]},{week}\n" for week in range(10)
                   for row in weeks.model.rows[:200])
    path = weeks.folder / "reference.csv"
    path.write_text(f"size,weight,week\n{rows}", encoding="utf-8")
    code, _, errors = weeks.command("monitor", "reference", "input", "--file", path)
    assert code == 0, errors
    for week in range(300, 306):
        weeks.ask(week, rows=200, shift=0.0 if week < 302 else 3.0)
        weeks.tell(week, 0)
    size = weeks.await_window("shifted", 304, "size")
    assert (size["state"], size["active_window"], size["fired_window"]) == ("firing", 303, 303)
    assert size["value"] > size["limit"] == 0.3 and size["sample"] == 200
    weight = weeks.alert("shifted", "weight")
    assert weight["state"] == "inactive" and weight["value"] < 0.3
    drifted = [it for it in weeks.events() if it[1] == "shifted"]
    assert [it[:4] for it in drifted] == [("firing", "shifted", "size", 303)]
    _, listed, _ = weeks.command("alert", "list", "--monitor", "input")
    assert "shifted of size" in listed and "firing" in listed and "window 303" in listed


def test_the_usual_rules_are_there_for_those_who_ask(weeks):
    weeks.apply("monitors: {usual: {endpoint: demand, time: week, conversion: orders}}")
    elsewhere = weeks.folder / "elsewhere.yaml"
    code, said, errors = weeks.command("alert", "apply", "--defaults", "--file", elsewhere)
    assert code == 0, errors
    assert "accuracy-usual: accuracy < 0.9 of usual is in force" in said
    assert "conversion-usual: conversion < 0.05 of usual is in force" in said
    assert "latency-demand: p99_ms > 100 of demand is in force" in said
    assert "conversion-whole" not in said  # It names no label of conversions.
    assert weeks.alert("latency-demand")["settings"]["min_requests"] == 100
    again = weeks.command("alert", "apply", "--defaults", "--file", elsewhere)
    assert again[0] == 0 and "without the usual rules" in again[2]
    elsewhere.write_text("alerts: {}", encoding="utf-8")
    code, _, errors = weeks.command("alert", "apply", "--defaults", "--file", elsewhere)
    assert code == 2 and "--defaults is for projects without" in errors


def test_a_list_has_colours_on_a_terminal_alone(weeks):
    weeks.apply("monitors: {seen: {endpoint: demand, time: week}}",
                'alerts: {shown: {monitor: seen, expr: "accuracy < 0.9"}}')
    code, plain, _ = weeks.command("alert", "list")
    assert code == 0 and "\x1b" not in plain
    assert plain.splitlines()[0].split() == ["ALERT", "OF", "STATE", "SINCE", "VALUE", "LIMIT",
                                             "SAMPLE", "EVALUATED", "EXPRESSION"]
    assert "not evaluated yet" in plain
    terminal, inside = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    done = subprocess.run([serving.PROGRAM, "alert", "list", "--state", "inactive"], stdout=inside,
                          stdin=subprocess.DEVNULL, timeout=60,
                          env=environment | {"GALLEY_URL": weeks.galley.url, "TERM": "xterm"})
    os.close(inside)
    assert done.returncode == 0
    assert b"\x1b[" in os.read(terminal, 1 << 16)
    os.close(terminal)


WRONG_FILES = [
    ("alerts: [a]", "galley.yaml:1:9: 'alerts' must be a mapping of names"),
    ("alerts: {a: {}}", "galley.yaml:1:13: 'alerts.a.expr' is required"),
    ("alerts: {a: {expr: drift}}", "galley.yaml:1:13: 'alerts.a' must have 'monitor' or 'endpoint'"),
    ("alerts: {a: {monitor: m, endpoint: e, expr: drift}}", "galley.yaml:1:13: 'alerts.a' has both"),
    ("alerts: {a: {monitor: m, expr: drift, form: 1}}",
     "galley.yaml:1:39: there is no field 'alerts.a.form'; there are: monitor, endpoint, expr"),
    ("alerts: {a: {monitor: m, expr: acuracy < 1}}",
     "galley.yaml:1:26: 'alerts.a.expr' is wrong: there is no metric 'acuracy'; there are: accuracy,"),
    ("alerts: {a: {monitor: m, expr: accuracy}}", "galley.yaml:1:26: 'alerts.a.expr' is wrong: pos"),
    ("alerts: {a: {monitor: m, expr: accuracy < 0.9 OR recall < 1}}",
     "galley.yaml:1:26: 'alerts.a.expr' is wrong: position 16: "),
    ("alerts: {a: {monitor: m, expr: accuracy < 90%}}", "galley.yaml:1:26: 'alerts.a.expr' is wrong"),
    ("alerts: {a: {endpoint: e, expr: recall < 1}}",
     "there is no metric 'recall'; there are: p50_ms, p90_ms"),
    ("alerts: {a: {monitor: m, expr: recall < 1, span: 0}}",
     "galley.yaml:1:44: 'alerts.a.span' must be from 1 to 1000, not 0"),
    ("alerts: {a: {monitor: m, expr: recall < 1, min_labels: -1}}",
     "galley.yaml:1:44: 'alerts.a.min_labels' must be from 0 to 1e12, not -1"),
    ("alerts: {a: {monitor: m, expr: recall < 1, for: 5m}}", "galley.yaml:1:44: 'alerts.a.for' must"),
    ("alerts: {a: {monitor: m, expr: recall < 1, for: -1}}",
     "galley.yaml:1:44: 'alerts.a.for' must be from 0 to 1e12, not -1"),
    ("alerts: {a: {monitor: m, expr: recall < 1, keep_firing_for: 1e13}}",
     "galley.yaml:1:44: 'alerts.a.keep_firing_for' must be from 0 to 1e12"),
    ("alerts: {a: {monitor: m, expr: recall < 1, seconds: 60}}",
     "galley.yaml:1:44: 'alerts.a.seconds' is of rules with 'endpoint'"),
    ("alerts: {a: {monitor: m, expr: drift, span: 4}}",
     "galley.yaml:1:39: 'alerts.a.span' has no place in a rule of 'drift'"),
    ("alerts: {a: {monitor: m, expr: drift, no_data: ok}}",
     "galley.yaml:1:39: 'alerts.a.no_data' must be keep, inactive or alert, not 'ok'"),
    ("alerts: {a: {monitor: m, expr: drift, labels: {n: 1}}}",
     "galley.yaml:1:39: 'alerts.a.labels' has a 'n' that is a whole number; it must be a text"),
    ("alerts: {a: {monitor: m, expr: drift, annotations: {s: 'at {{ $value }}'}}}",
     "galley.yaml:1:39: 'alerts.a.annotations' has a template in 's'"),
    ("alerts: {'a b': {monitor: wrong, expr: labels < 1}}",
     "a rule's name must have 1 to 80 letters, digits, '-' or '_'; 'a b' has not"),
    ("alerts: {a: {monitor: nowhere, expr: labels < 1}}",
     "the rule 'a': there is no monitor 'nowhere'; there are: "),
    ("alerts: {a: {endpoint: nowhere, expr: requests < 1}}", "the rule 'a': "),
    ("alerts: {a: {monitor: wrong, expr: drift}}",
     "the rule 'a': 'drift' needs 'drift', which the monitor 'wrong' has not"),
    ("alerts: {a: {monitor: wrong, expr: conversion < 1}}",
     "the rule 'a': 'conversion < 1' needs 'conversion', which the monitor 'wrong' has not"),
    ("name: x", "has no alerts; see 'galley alert --help'"),
]


@pytest.mark.parametrize(("text", "message"), WRONG_FILES)
def test_what_is_wrong_is_named(weeks, tmp_path, text, message):
    weeks.apply("monitors: {wrong: {endpoint: demand, time: week}}")
    (tmp_path / "galley.yaml").write_text(text, encoding="utf-8")
    code, _, errors = weeks.command("alert", "apply", "--file", tmp_path / "galley.yaml")
    assert code != 0 and message in errors


def test_wrong_questions_are_refused(weeks):
    for method, path, body, message in (
            ("GET", "alerts?state=loud", None, "'state' must be inactive, pending, firing or resolved"),
            ("GET", "alerts?stat=firing", None, "there is no parameter 'stat'"),
            ("GET", "alert-history?limit=0", None, "'limit' must be from 1 to 1000"),
            ("PUT", "alerts", {"rules": [{"name": "a"}]}, "settings"),
            ("PUT", "alerts", {"rules": [{"name": "a", "settings": {"expr": "labels < 1"}}]},
             "the rule 'a': it must have 'monitor' or 'endpoint'"),
            ("PUT", "alerts", {"defaults": True, "rules": [
                {"name": "a", "settings": {"expr": "drift"}}]}, "there must be no 'rules' beside it")):
        answer = weeks.galley.control(method, path, body)
        assert answer.status == 400 and message in answer.json()["error"]["message"], answer
    assert weeks.galley.control("DELETE", "alerts/nobody").status == 404
    rule = {"name": "twice", "settings": {"endpoint": "demand", "expr": "requests < 0"}}
    answer = weeks.galley.control("PUT", "alerts", {"rules": [rule, rule]})
    assert answer.status == 400 and "the rule 'twice' is there twice" in answer.body.decode()
    assert weeks.alerts(rule="twice") == []  # None of them.


def test_conversion_and_cost_close_with_the_stated_watermark(weeks):
    # The last one: a stated watermark closes the weeks of all monitors of the endpoint.
    weeks.apply("""
monitors:
  sold: {endpoint: demand, time: week, labels_late: 5, conversion: orders, cost: spent}
""", """
alerts:
  seldom: {monitor: sold, expr: "conversion < 0.25", span: 2, min_labels: 30}
  dear:   {monitor: sold, expr: "cost > 45", span: 2}
""")
    for week, orders in enumerate((10, 8, 1, 1, 1), 600):
        weeks.ask(week)
        weeks.tell(week, 0)
        for name, number in (("orders", lambda at: int(at < orders)), ("spent", lambda _: 0.5 * orders)):
            labels = [{"prediction_id": prediction, "name": name, "number": number(at)}
                      for at, (prediction, _) in enumerate(weeks.asked[week])]
            body = {"labels": labels, "watermark": week + 1} if name == "spent" else {"labels": labels}
            answer = weeks.galley.ask("POST", "/api/v1/endpoints/demand/labels", body)
            assert answer.status == 200, answer
    weeks.await_window("seldom", 604)
    seldom = [(kind, window, float(value)) for kind, rule, _, window, value in weeks.events()
              if rule == "seldom"]
    # Week 600 alone has too few labels; 601 and 602 have 9 orders of 40.
    assert seldom == [("firing", 602, 9 / 40)]
    dear = [(kind, window, float(value)) for kind, rule, _, window, value in weeks.events()
            if rule == "dear"]
    assert dear == [("firing", 600, 100), ("resolved", 603, 20)]
