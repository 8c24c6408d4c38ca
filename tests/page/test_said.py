"""What the server says has a Chinese form: sentences are collected from its sources and asked for one by one."""

import json
import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UI = ROOT / "ui"
NODE = os.environ.get("GALLEY_NODE", "node")
LITERAL = r'"((?:[^"\\\n]|\\.)*)"'

# Rooms whose functions the page's calls reach: all that `Fail` says there.
ROOMS = ("protocol/control/native", "domain/rollout", "domain/watch", "domain/ledger", "domain/registry",
         "domain/tracking", "domain/observe", "domain/pipeline", "domain/data", "foundation/expr", "foundation/schema",
         "foundation/base", "foundation/policy", "platform/exec", "platform/jobs", "platform/notify", "serving/router",
         "storage/blob/blob_store.cc", "storage/db/writer.cc", "storage/journal")
# Where sentences are put together or are no errors (reasons, explanations, findings of checks): all texts.
WHOLE = ("foundation/expr/expr.cc", "foundation/schema/decode.cc", "foundation/policy/gate.cc",
         "domain/tracking/run_filter.cc", "domain/tracking/bulk.cc", "domain/pipeline/engine.cc",
         "domain/pipeline/why.cc", "domain/pipeline/again.cc", "domain/pipeline/gate.cc",
         "domain/pipeline/gate_step.cc", "domain/pipeline/service.cc", "domain/pipeline/apply.cc",
         "domain/pipeline/pattern.cc", "domain/data/check_statistics.cc", "domain/data/check_rows.cc",
         "domain/data/report.cc", "domain/observe/logged_rows.cc", "domain/observe/monitor.cc", "domain/watch/rule.cc",
         "domain/watch/evaluate.cc", "domain/rollout/machine.cc", "domain/rollout/judge.cc",
         "domain/rollout/review.cc", "domain/rollout/review_verbs.cc", "domain/rollout/review_evidence.cc",
         "domain/rollout/contingency.cc", "domain/rollout/rollouts.cc", "platform/jobs/attempt.cc",
         "platform/jobs/jobs.cc", "protocol/control/native/reproduce.cc", "protocol/control/native/await_gateway.cc",
         "protocol/control/native/runs_bulk.cc", "protocol/control/native/home_needs.cc",
         "protocol/control/native/why.cc", "protocol/control/native/lineage.cc",
         "protocol/control/native/rollout_pictures.cc", "protocol/control/native/reference_dataset.cc",
         "serving/router/guard.cc",
         "serving/router/load_variant.cc", "foundation/http/session.cc")
# Files that say nothing to a page, and why.
SILENT = {
    "domain/pipeline/push.cc": "answers the webhook of a git server",
    "platform/notify/secret.cc": "reads a file of the settings when the server starts",
    "protocol/control/native/openapi.cc": "a fault of the program itself, found by its tests",
    "serving/router/predict.cc": "answers those who ask for predictions",
    "serving/router/prediction_ids.cc": "the gateway's start",
    "serving/router/serving.cc": "answers those who ask for predictions",
}
# Sentences that no page shows, and why.
UNSEEN = {
    "the secret must be one line of {} to {} bytes without control characters": "galley pipeline apply alone",
    "galley folder 1\n": "the head of a list that is hashed",
    **dict.fromkeys(("galley dataset checkout {} --to {}", "git clone {}", "git checkout {}",
                     "cd {} && galley pipeline run --force", "mlflow run {} -e {}", "python {}"), "a command"),
    **dict.fromkeys((
        "position {}: {}", "{} must be {}", "'{}' must be {}, not {}", "begins with '{}', which {}", "a comparator (", "or the end",
        "a name with other characters stands in {}", "{}'{}' of run {}", "and {} more",
        "{}: {}{} {} is not {} {}{}", "'{}' of run {} of pipeline {} {}: {}{}", "let it pass", "preferred another",
        "refused it", "by rollout {}", "row {} of {} asked of endpoint '{}'{}", "mirrored: the caller got", "{}if blocks to come are like the {} so far{}", "a retry begins anew:",
        "max_windows allows {} windows more, and {} are needed", "'where': '{}' {}", "commitInfo.galley: {}",
    ), "a piece of a sentence: REAL has it as it is said"),
}
# Said by the page itself or the operating system.
ELSEWHERE = ("the server does not answer", "No such file or directory", "Permission denied", "No space left on device",
             "Not a directory", "Is a directory", "Too many open files", "Input/output error",
             "Argument list too long", "Cannot allocate memory")
# As servers have said them: what is put together of pieces.
REAL = (
    "'limit' must be from 1 to 1000, not 5000",
    "the body must be a JSON object",
    "position 3: the list has more items than the limit of 100",
    "'view' must be active, deleted or all, not 'x'",
    "'after': '-1' must begin with metrics., params., tags., attributes. or dataset.",
    "pos must be a whole number of 64 bits",
    "'filter': position 1: a dataset has no 'zz'; there are: name, digest, context",
    "'n' must be a whole number of 64 bits, not \"x\"",
    "'filter': position 5: found 'and', expected a comparator (=, !=, <, <=, >, >=, LIKE, IN)",
    "G1: validation.accuracy 0.87 is not >= 0.9; G2: recall (fold 1) 0.5 is not >= 0.6 (recall of the champion m@3, +0.01)",
    "'train' was skipped, 'prep' failed",
    "it never ran",
    "manual", "schedule 2026-03-01T03:00:00Z", "data sales@3", "push main 1a2b3c4", "alert demand/accuracy@116",
    "param 'lr': 0.1 → 0.2; the command changed; dep 'data.csv' is new; dataset 'sales': @1 ab → @2 cd",
    "failed: exit status 1",
    "timed_out: it took longer than 1.0 s, the most allowed",
    "attempt 1 out_of_memory: it used 20.0 MB of memory; the most allowed is 10.0 MB; again in 2 s",
    "2 jobs run at a time, and so many do: 'a' of run 1, 'b' of run 2",
    "'train' of run 3 of pipeline churn refused it: no candidate: it is skipped",
    "'train' of run 3 of pipeline churn preferred another: G1: auc 0.5 is not >= 0.9; champion: m@2",
    "row 1 of 3 asked of endpoint 'e', mirrored: the caller got abc",
    "row 1 of 3 asked of endpoint 'e'",
    "'train' of run 3 of pipeline churn let it pass: 'train' holds 2 rules; champion: m@2",
    "promoted by rollout 3: better",
    "120 rows come in, -40.0 % from the median 200 of the last 5 commits; allowed are 20 %",
    "mean of amount is 3.5; the contract says min 4, max 9",
    "'conditions[0]': begins with 'x', which must be one of accuracy, recall, not 'x'",
    "the monitor 'm' looks at no drift: it has no 'drift'",
)


def unescaped(text):
    return text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")


def filled(text):
    """As the server may say it: with something in each place of fmt's."""
    text = text.replace("{{", "\0").replace("}}", "\1")
    text = re.sub(r"\{[^{}]*\}", "7", text).replace("\0", "{").replace("\1", "}")
    return f"{text} 7" if text.endswith(":") else text


def sources(names):
    for name in names:
        path = ROOT / "src" / name
        for file in [path] if path.is_file() else sorted(path.rglob("*.cc")) + sorted(path.rglob("*.h")):
            if not file.name.endswith("_test.cc"):
                text = re.sub(r"^\s*//.*$|^#include.*$", "", file.read_text(encoding="utf-8"), flags=re.M)
                text = re.sub(r'R"(\w*)\((.*?)\)\1"', "", text, flags=re.S)
                yield str(file.relative_to(ROOT / "src")), re.sub(r'"\s*\n\s*"', "", text)


def collected():
    """{sentence: file} of all that must have a Chinese form."""
    found = {}
    for name, text in sources(ROOMS):
        for match in re.finditer(r"\bFail\(\s*Code::\w+,\s*" + LITERAL, text):
            found.setdefault(unescaped(match.group(1)), name)
    for name, text in sources(WHOLE):
        for match in re.finditer(LITERAL, text):
            said = unescaped(match.group(1)).strip("; ,")
            # SQL, logs, one word and what is only punctuation are no sentences.
            is_sql = re.search(r"\b(SELECT|INSERT|UPDATE|CREATE|WHERE|VALUES|CAST|ORDER BY|IS NULL|OR|AND)\b", said)
            is_log = re.search(r"telemetry::Log\w+\(\s*$", text[: match.start()])
            if re.search(r"[a-z'}]{2} [a-z'{]{2}|^[a-z]+ [a-z{']+", said) and not is_sql and not is_log:
                found.setdefault(said, name)
    return {said: name for said, name in found.items() if re.search("[a-z]{3}", filled(said))}


def forms(sentences):
    done = subprocess.run([NODE, "tools/said.mjs"], cwd=UI, input=json.dumps(sentences), capture_output=True,
                          text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def is_chinese(form):
    """English may stand in quotes, in brackets and where it is a command, and as single names."""
    if form is None or not re.search("[\u4e00-\u9fff]", form):
        return False
    left = re.sub(r"“[^”]*”|\bgalley [-\w .]*|git (fetch|rev-parse)|没有存储的行：.*", "", form)
    return not re.search(r"\b[a-z]+ [a-z]+\b", left)


def test_every_sentence_that_a_page_can_show_has_a_chinese_form():
    found = {said: name for said, name in collected().items() if name not in SILENT and said not in UNSEEN}
    assert len(found) > 700
    missing = [f"{found[said]}: {said}  →  {form}"
               for said, form in zip(found, forms([filled(said) for said in found]), strict=True)
               if not is_chinese(form)]
    assert missing == [], f"add them to ui/src/api/zh, or tell here why no page shows them: {missing}"


def test_what_is_put_together_has_a_chinese_form():
    assert [(said, form) for said, form in zip(REAL, forms(REAL), strict=True) if not is_chinese(form)] == []


def test_no_pattern_is_left_of_a_sentence_that_the_server_no_longer_says():
    """Word for word: what stands between the holes of a pattern is in the sources."""
    tables = "".join(path.read_text(encoding="utf-8") for path in sorted((UI / "src/api/zh").glob("*.ts")))
    quoted = r"""'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)\""""
    patterns = [unescaped((one or other).replace("\\'", "'"))
                for one, other in re.findall(r"\[\s*(?:" + quoted + r"),\s*['\"]", tables)]
    everything = "".join(text for _, text in sources(["."]))
    everything = unescaped(re.sub(r"\{:[^{}]*\}", "{}", everything)) + " ".join(ELSEWHERE)
    missing = {piece for one in patterns for piece in re.split(r"\{[^{}]*\}|(?<=: )|(?=: )|(?<=; )|(?=; )|(?<=')|(?=')", one)
               if piece.strip(" :,;().'") and piece.strip() not in everything}
    assert len(patterns) > 800 and missing == set()
