"""Galley's alerts are pending and firing exactly when Prometheus's are: promtool runs the same rules
over the same random series.

GALLEY_PROMTOOL is the promtool of Debian's package prometheus, which `./dev test` fetches.
"""

import json
import os
import random
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/release/alert_oracle"
FETCHED = Path.home() / ".cache/galley/third_party/prometheus-2.42/promtool"
PROMTOOL = os.environ.get("GALLEY_PROMTOOL", FETCHED)
SECONDS = 60
EVALUATIONS = 40
SERIES = 12
RULES = [(hold, keep) for hold in (0, 30, 60, 90, 120, 300) for keep in (0, 45, 60, 90, 180, 600)]
NAMES = {"p": "pending", "f": "firing"}
VALUES = {"h": "1", "m": "0", "n": "stale"}
SECONDS_MAX = 300


def random_series(seed):
    """Runs of hits, misses and no data of various lengths."""
    chance = random.Random(seed)
    seen = ""
    while len(seen) < EVALUATIONS:
        seen += chance.choice("hhhmmn") * chance.choice((1, 1, 2, 3, 4, 7, 12))
    return seen[:EVALUATIONS]


def galley(rules, series):
    """The states of each rule and series."""
    cases = [(hold, keep, seen) for hold, keep in rules for seen in series]
    lines = "".join(f"{hold} {keep} {SECONDS} {seen}\n" for hold, keep, seen in cases)
    done = subprocess.run([PROGRAM], input=lines, capture_output=True, text=True, check=True,
                          timeout=SECONDS_MAX)
    return dict(zip(cases, done.stdout.split(), strict=True))


def promtool(folder, rules, series, states):
    """(Whether promtool finds these states, what it says)."""
    def name(hold, keep):
        return f"for_{hold}_keep_{keep}"
    alerts = [{"alert": name(hold, keep), "expr": "seen > 0", "for": f"{hold}s",
               "keep_firing_for": f"{keep}s"} for hold, keep in rules]
    def samples(at):
        found = [(name(hold, keep), NAMES[text[at]], series.index(seen))
                 for (hold, keep, seen), text in states.items() if text[at] in NAMES]
        return [{"labels": f'ALERTS{{alertname="{alert}",alertstate="{state}",of="{of}"}}', "value": 1}
                for alert, state, of in found]
    test = {"interval": f"{SECONDS}s",
            "input_series": [{"series": f'seen{{of="{of}"}}',
                              "values": " ".join(VALUES[letter] for letter in seen)}
                             for of, seen in enumerate(series)],
            "promql_expr_test": [{"expr": "ALERTS", "eval_time": f"{at * SECONDS}s",
                                  "exp_samples": samples(at)} for at in range(EVALUATIONS)]}
    # JSON is YAML.
    (folder / "rules.yml").write_text(json.dumps({"groups": [
        {"name": "all", "interval": f"{SECONDS}s", "rules": alerts}]}), encoding="ascii")
    (folder / "tests.yml").write_text(json.dumps({
        "rule_files": ["rules.yml"], "evaluation_interval": f"{SECONDS}s", "tests": [test]}),
        encoding="ascii")
    done = subprocess.run([PROMTOOL, "test", "rules", "tests.yml"], cwd=folder, capture_output=True,
                          text=True, timeout=SECONDS_MAX)
    return done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("seed", range(3))
def test_the_states_are_those_of_prometheus(tmp_path, seed):
    series = [random_series(seed * SERIES + at) for at in range(SERIES)]
    states = galley(RULES, series)
    assert {letter for text in states.values() for letter in text} == set("ipfr")
    same, said = promtool(tmp_path, RULES, series, states)
    assert same, said[:5000]


def test_a_state_that_differs_would_be_noticed(tmp_path):
    series = [random_series(99)]
    states = galley(RULES[:8], series)
    case, text = next((case, text) for case, text in states.items() if "p" in text)
    at = text.index("p")
    wrong = states | {case: text[:at] + "f" + text[at + 1:]}
    assert promtool(tmp_path, RULES[:8], series, states)[0]
    same, said = promtool(tmp_path, RULES[:8], series, wrong)
    assert not same and "FAILED" in said
