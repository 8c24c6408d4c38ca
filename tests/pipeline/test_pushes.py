"""Pushes that start runs: the webhook, who may use it, which commit is run, and what starts nothing."""

import hashlib
import hmac
import json
import os
import re
import stat
import subprocess
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest

from conftest import ROOT, Brigade, Galley
from test_triggers import apply, triggers_of

PAYLOADS = Path(os.environ.get("GALLEY_WEBHOOKS") or Path.home() /
                ".cache/galley/third_party/webhooks-examples-7.6.1/index.json")
ZEROS = "0" * 40

# The guide's own workflow, as it stands.
WORKFLOW = """
    name: Model Deploy
    on: [push]
    jobs:
      deploy:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v2
          - name: Train and Deploy
            run: |
              python train.py
              python deploy.py
"""


def git(folder, *arguments):
    done = subprocess.run(
        ["git", "-C", folder, "-c", "user.name=Cook", "-c", "user.email=cook@example.org", *arguments],
        env=os.environ | {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"},
        capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip() + done.stderr.strip() if arguments[0] == "push" else done.stdout.strip()


def committed(folder, message="more"):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)
    return git(folder, "rev-parse", "HEAD")


class Hook:
    """The webhook of a project's folder."""

    def __init__(self, brigade):
        row, = [row for row in triggers_of(brigade) if row["trigger"] == "push"]
        self.url = brigade.url + row["hook"]
        self.secret_file = Path(row["secret_file"])
        self.secret = self.secret_file.read_bytes()

    def send(self, payload, event="push", delivery=None, signature=None, gitea=False, **headers):
        """Status and answer."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        if signature is None:
            signature = hmac.new(self.secret, body, hashlib.sha256).hexdigest()
        sent = {"Content-Type": "application/json"}
        if gitea:
            sent |= {"X-Gitea-Event": event, "X-Gitea-Delivery": delivery or str(uuid.uuid4()),
                     "X-Gitea-Signature": signature}
        else:
            sent |= {"X-GitHub-Event": event, "X-GitHub-Delivery": delivery or str(uuid.uuid4())}
            if signature:
                sent["X-Hub-Signature-256"] = f"sha256={signature}"
        request = urllib.request.Request(self.url, body, sent | headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)["error"]["message"]

    def push(self, after, branch="main", before=ZEROS, **options):
        return self.send({"ref": f"refs/heads/{branch}", "before": before, "after": after,
                          "deleted": False}, **options)


@pytest.fixture
def kitchen(brigade):
    """A folder that is a repository, with the guide's workflow in force; its hook as `hook`."""
    git(brigade.project, "init", "--quiet", "--initial-branch", "main")
    brigade.write(galley__yaml=WORKFLOW, train__py="print('trained')", deploy__py="print('deployed')")
    brigade.first = committed(brigade.project, "first")
    apply(brigade)
    brigade.hook = Hook(brigade)
    return brigade


def finished(brigade, number, state="succeeded"):
    deadline = time.monotonic() + 60
    while (run := brigade.status(number))["state"] in ("waiting", "running"):
        assert time.monotonic() < deadline, run
        time.sleep(0.05)
    assert run["state"] == state, run
    return run


def await_gone(path):
    deadline = time.monotonic() + 30
    while Path(path).exists():
        assert time.monotonic() < deadline, path
        time.sleep(0.05)


def test_the_guides_workflow_runs_by_a_push_of_its_commit(kitchen):
    # Not committed: a push knows nothing of it.
    kitchen.write(train__py="raise SystemExit(9)")
    delivery = str(uuid.uuid4())
    status, answer = kitchen.hook.push(kitchen.first, delivery=delivery)
    assert status == 200 and answer["reason"] == ""
    run = finished(kitchen, answer["run"])
    assert run["pipeline"] == "Model Deploy" and run["trigger"] == f"push main {kitchen.first[:12]}"
    assert kitchen.job_log("deploy", "--run", run["run"]) == (
        f"== checkout of {kitchen.first}\n== Train and Deploy\ntrained\ndeployed\n")
    assert f"/checkouts/{Path(kitchen.hook.url).name}/{kitchen.first}-1" in run["folder"]
    await_gone(run["folder"])
    row = triggers_of(kitchen)[0]
    assert row["last"]["id"] == delivery and row["last"]["run"] == run["run"]
    assert row["waits_for"] == "all branches" and row["repository"] == str(kitchen.project)
    # The next commit is another run.
    kitchen.write(train__py="import os; print(os.environ['GALLEY_TRIGGER'], os.environ['GALLEY_EVENT'])")
    second = committed(kitchen.project)
    status, answer = kitchen.hook.push(second, delivery="the-second")
    assert status == 200
    finished(kitchen, answer["run"])
    assert "\npush the-second\n" in kitchen.job_log("deploy", "--run", answer["run"])


def test_apply_tells_the_address_and_keeps_the_secret(kitchen):
    said = apply(kitchen)
    assert f"webhook     {kitchen.hook.url}\n" in said
    assert f"stands in {kitchen.hook.secret_file}\n" in said
    mode = stat.S_IMODE(kitchen.hook.secret_file.stat().st_mode)
    assert mode == 0o600 and len(kitchen.hook.secret) == 64
    secret = kitchen.hook.secret.decode()
    assert Hook(kitchen).secret.decode() == secret  # Applying again does not change it.
    (kitchen.project.parent / "own.secret").write_text("my own secret of the hook\n")
    apply(kitchen, "--secret-file", kitchen.project.parent / "own.secret")
    assert Hook(kitchen).secret == b"my own secret of the hook"
    assert kitchen.hook.push(kitchen.first)[0] == 403
    kitchen.hook = Hook(kitchen)
    assert kitchen.hook.push(kitchen.first)[0] == 200
    shown = kitchen.command("pipeline", "triggers", "--json").stdout
    events = kitchen.command("event", "list", "--limit", 1000, "--json").stdout
    for text in (shown, events, kitchen.logged()):
        assert "my own secret" not in text and secret not in text
    (kitchen.project.parent / "own.secret").write_text("short\n")
    done = kitchen.command("pipeline", "apply", "--secret-file", kitchen.project.parent / "own.secret")
    assert done.returncode == 2 and "16 to 200 bytes" in done.stderr
    # Taken away, nobody gets in with it any more, and applied again there is another one.
    apply(kitchen, "--remove")
    assert kitchen.hook.push(kitchen.first)[0] == 404
    assert not kitchen.hook.secret_file.exists()
    apply(kitchen)
    assert kitchen.hook.push(kitchen.first)[0] == 403


def test_only_who_signs_gets_in(kitchen):
    hook = kitchen.hook
    status, said = hook.push(kitchen.first, signature="")
    assert status == 401 and "X-Hub-Signature-256" in said
    status, said = hook.push(kitchen.first, signature="0" * 64)
    assert status == 403 and "does not fit" in said
    assert hook.push(kitchen.first, signature="sha256")[0] == 403
    assert hook.push(kitchen.first, gitea=True, signature="f" * 64)[0] == 403
    status, said = hook.send(b"x" * (9 << 20), signature="0" * 64)
    assert status == 413
    assert hook.push(kitchen.first, Host="evil.example")[0] == 403
    hook.url = hook.url[:-1] + ("0" if hook.url[-1] != "0" else "1")
    assert hook.push(kitchen.first)[0] == 404
    hook.url = hook.url.rsplit("/", 1)[0] + "/..%2f..%2ftoken"
    assert hook.push(kitchen.first)[0] == 404


def test_a_delivery_starts_one_run_however_often_it_comes(kitchen):
    answers = []

    def deliver():
        answers.append(kitchen.hook.push(kitchen.first, delivery="the-same"))

    threads = [threading.Thread(target=deliver) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _ in answers] == [200] * 8
    number, = {answer["run"] for _, answer in answers}
    assert sorted(answer["reason"] for _, answer in answers) == [""] + ["this delivery came before"] * 7
    finished(kitchen, number)
    status, answer = kitchen.hook.push(kitchen.first, delivery="the-same")
    assert status == 200 and answer["run"] == number
    status, answer = kitchen.hook.push(kitchen.first, delivery="another")
    assert status == 200 and answer["run"] == number + 1


def test_gitea_is_understood(kitchen):
    status, answer = kitchen.hook.push(kitchen.first, gitea=True)
    assert status == 200 and finished(kitchen, answer["run"])
    assert kitchen.hook.send({}, event="ping", gitea=True)[0] == 200


def test_an_unknown_commit_may_come_again(kitchen, tmp_path):
    clone = tmp_path.parent / f"{tmp_path.name}-clone"
    git("/", "clone", "--quiet", kitchen.project, clone)
    (clone / "train.py").write_text("print('from elsewhere')")
    commit = committed(clone)
    status, said = kitchen.hook.push(commit, delivery="early")
    assert status == 409 and f"has no commit {commit}" in said and "git fetch" in said
    git(kitchen.project, "fetch", "--quiet", clone, "main")
    status, answer = kitchen.hook.push(commit, delivery="early")
    assert status == 200
    finished(kitchen, answer["run"])
    assert "from elsewhere" in kitchen.job_log("deploy", "--run", answer["run"])


def test_what_starts_nothing_says_why(kitchen):
    git(kitchen.project, "branch", "dev")
    kitchen.write(galley__yaml=WORKFLOW.replace(
        "[push]", "{push: {branches: [main, 'release/**'], paths: ['src/**', '!**.md']}}"))
    (kitchen.project / "src").mkdir()
    (kitchen.project / "src/a.md").write_text("words")
    words = committed(kitchen.project)
    (kitchen.project / "src/a.py").write_text("code")
    code = committed(kitchen.project)
    apply(kitchen)
    hook = kitchen.hook
    for options, reason in [
        ({"after": code, "branch": "dev"}, "the branch 'dev' is none of 'branches'"),
        ({"after": words, "before": kitchen.first}, "of the 2 files that changed"),
        ({"after": ZEROS}, "'refs/heads/main' was deleted"),
    ]:
        status, answer = hook.push(**options)
        assert status == 200 and answer["run"] is None and reason in answer["reason"], answer
    for payload, reason in [
        ({"ref": "refs/tags/v1", "after": code}, "'refs/tags/v1' is a tag"),
        ({"ref": "refs/notes/x", "after": code}, "'refs/notes/x' is no branch"),
        ({"ref": "refs/heads/main", "after": code, "deleted": True}, "was deleted"),
    ]:
        status, answer = hook.send(payload)
        assert status == 200 and answer["run"] is None and reason in answer["reason"], answer
    for options in [{"before": words}, {"branch": "release/1/a"}, {"before": "1" * 40}]:
        status, answer = hook.push(code, **options)
        assert status == 200 and finished(kitchen, answer["run"]), answer


@pytest.mark.parametrize("payload, said", [
    (b"payload=%7B%7D", "a push's payload: "),
    (b"[]", "a push's payload: "),
    ({"after": "a" * 40}, "'ref' is required"),
    ({"ref": "refs/heads/main"}, "'after' is required"),
    ({"ref": "refs/heads/main", "after": "--upload-pack=x"}, "'after' must be a commit"),
    ({"ref": "refs/heads/main", "after": "HEAD"}, "'after' must be a commit"),
    ({"ref": "refs/heads/main", "after": "a" * 40, "before": "; id"}, "'before' must be a commit"),
    ({"ref": 7, "after": "a" * 40}, "'ref'"),
    ({"ref": "refs/heads/a\nb", "after": "a" * 40}, "'ref' has blanks or control characters"),
    ({"ref": "refs/heads/" + "a" * 2000, "after": "a" * 40}, "'ref'"),
])
def test_a_wrong_payload_is_named(kitchen, payload, said):
    status, answer = kitchen.hook.send(payload)
    assert status == 400 and said in answer, answer
    assert not triggers_of(kitchen)[0].get("last")


def test_wrong_headers_are_named(kitchen):
    status, said = kitchen.hook.push(kitchen.first, event="pull_request")
    assert status == 400 and "'pull_request'" in said
    for delivery in ("a b", "../x", "x" * 300):
        status, said = kitchen.hook.push(kitchen.first, delivery=delivery)
        assert status == 400 and "X-GitHub-Delivery" in said


def test_a_wrong_file_in_the_commit_is_told_and_noted(kitchen):
    kitchen.write(galley__yaml=WORKFLOW.replace("steps:", "stepps:"))
    wrong = committed(kitchen.project)
    for _ in range(2):
        status, said = kitchen.hook.push(wrong, delivery="wrong")
        assert status == 400 and said.startswith("galley.yaml:6:5: there is no key 'jobs.deploy.stepps'")
    row = triggers_of(kitchen)[0]
    assert row["last"]["id"] == "wrong" and "run" not in row["last"] and "stepps" in row["last"]["error"]
    git(kitchen.project, "rm", "--quiet", "galley.yaml")
    gone = committed(kitchen.project)
    status, said = kitchen.hook.push(gone)
    assert status == 400 and said == f"the pushed commit {gone} has no file 'galley.yaml'"
    assert not list((kitchen.data / "checkouts" / Path(kitchen.hook.url).name).iterdir())


def test_githubs_own_payloads(kitchen):
    assert PAYLOADS.exists(), "./dev test fetches them"
    examples = {row["name"]: row["examples"] for row in
                json.loads(PAYLOADS.read_text(encoding="utf-8"))}
    for payload in examples["ping"]:
        status, answer = kitchen.hook.send(payload, event="ping")
        assert status == 200 and answer["run"] is None
    seen = {"tag": 0, "deleted": 0, "branch": 0}
    for payload in examples["push"]:
        status, answer = kitchen.hook.send(payload)
        if payload["deleted"] or payload["ref"].startswith("refs/tags/"):
            assert status == 200 and answer["run"] is None
            assert ("was deleted" if payload["deleted"] else "is a tag") in answer["reason"]
            seen["deleted" if payload["deleted"] else "tag"] += 1
            continue
        assert status == 409 and payload["after"] in answer
        status, answer = kitchen.hook.send(payload | {"after": kitchen.first})
        assert status == 200
        run = finished(kitchen, answer["run"])
        assert run["trigger"] == f"push master {kitchen.first[:12]}"
        seen["branch"] += 1
    assert all(seen.values()), seen


def test_checkouts_of_failed_runs_are_kept_up_to_three(kitchen):
    kitchen.write(train__py="raise SystemExit(1)")
    bad = committed(kitchen.project)
    folders = []
    for _ in range(5):
        status, answer = kitchen.hook.push(bad)
        assert status == 200
        folders.append(finished(kitchen, answer["run"], "failed")["folder"])
    for folder in folders[:2]:
        await_gone(folder)
    assert all((Path(folder) / "train.py").exists() for folder in folders[2:])
    # One that goes well after all needs its folder no more.
    (Path(folders[-1]) / "train.py").write_text("")
    done = kitchen.command("pipeline", "retry", answer["run"])
    assert done.returncode == 0, done.stderr
    await_gone(folders[-1])
    assert all(Path(folder).exists() for folder in folders[2:4])


def test_a_file_below_the_top_is_found_in_the_commit(brigade):
    git(brigade.project, "init", "--quiet", "--initial-branch", "main")
    (brigade.project / "ml").mkdir()
    brigade.write(**{"ml/pipe__yaml": "on: push\njobs: {it: {stage: train, run: cat word}}\n",
                     "ml/word": "sub\n"})
    commit = committed(brigade.project)
    apply(brigade, "--file", "ml/pipe.yaml")
    brigade.project = brigade.project / "ml"
    status, answer = Hook(brigade).push(commit)
    assert status == 200
    run = finished(brigade, answer["run"])
    assert run["folder"].endswith(f"{commit}-1/ml") and run["pipeline"] == "ml"
    assert brigade.job_log("it", "--run", run["run"]) == "sub\n"


def test_a_push_needs_a_repository(brigade):
    brigade.write(galley__yaml=WORKFLOW)
    done = brigade.command("pipeline", "apply")
    assert done.returncode == 2 and "'on.push' needs a git repository" in done.stderr
    assert "--repository" in done.stderr
    done = brigade.command("pipeline", "apply", "--repository", "nowhere")
    assert done.returncode == 2 and "is no folder on the server's machine" in done.stderr
    done = brigade.command("pipeline", "apply", "--repository", ".")
    assert done.returncode == 1 and "not a git repository" in done.stderr


def test_the_pages_own_hook_of_a_bare_repository(brigade, tmp_path):
    bare = tmp_path / "kitchen.git"
    git("/", "init", "--quiet", "--bare", "--initial-branch", "main", bare)
    clone = tmp_path / "clone"
    git("/", "clone", "--quiet", bare, clone)
    brigade.project = clone
    brigade.write(galley__yaml=WORKFLOW, train__py="print('trained')", deploy__py="print('deployed')")
    apply(brigade, "--repository", bare)
    hook = Hook(brigade)
    page = (ROOT / "docs/formats/trigger.md").read_text(encoding="utf-8")
    script, = re.findall(r"```bash\n(.*?)```", page, re.DOTALL)
    (bare / "hooks/post-receive").write_text(script)
    (bare / "hooks/post-receive").chmod(0o755)
    os.environ |= {"GALLEY_HOOK_URL": hook.url, "GALLEY_HOOK_SECRET": str(hook.secret_file)}
    try:
        git(clone, "checkout", "--quiet", "-B", "main")
        commit = committed(clone)
        said = git(clone, "push", "origin", "main", "main:refs/tags/v1")
    finally:
        del os.environ["GALLEY_HOOK_URL"], os.environ["GALLEY_HOOK_SECRET"]
    number = int(re.search(r'\{"run":(\d+),"reason":""\}', said)[1])
    assert "'refs/tags/v1' is a tag" in said
    run = finished(brigade, number)
    assert run["trigger"] == f"push main {commit[:12]}"
    assert "trained\ndeployed\n" in brigade.job_log("deploy", "--run", number)


def test_every_run_notes_the_code_of_its_folder(brigade):
    jobs = """
        jobs:
          fit:
            stage: train
            run: |
              echo "commit ${GALLEY_COMMIT-none}"
              python3 -c "
              import mlflow
              with mlflow.start_run() as run:
                  mlflow.log_metric('auc', 0.9)"
    """
    brigade.write(galley__yaml=jobs)
    run, _ = brigade.run()
    assert run["commit"] == "" and run["commit_has_changes"] is False
    assert brigade.job_log("fit", "--run", run["run"]).startswith("commit none\n")
    git(brigade.project, "init", "--quiet", "--initial-branch", "main")
    run, _ = brigade.run()
    assert run["commit"] == ""  # Nothing is committed yet.
    commit = committed(brigade.project)
    (brigade.project / "made.txt").write_text("by a job; git does not know it")
    run, _ = brigade.run()
    assert run["commit"] == commit and run["commit_has_changes"] is False
    assert brigade.job_log("fit", "--run", run["run"]).startswith(f"commit {commit}\n")
    shown = brigade.command("pipeline", "status", run["run"]).stdout
    assert f"succeeded, manual, code {commit[:12]}\n" in shown
    brigade.write(galley__yaml=jobs.replace("0.9", "0.8"))
    run, _ = brigade.run()
    assert run["commit"] == commit and run["commit_has_changes"] is True
    shown = brigade.command("pipeline", "status", run["run"]).stdout
    assert f"succeeded, manual, code {commit[:12]} with changes\n" in shown
    # A work tree of a broken repository is a folder like others.
    (brigade.project / ".git/HEAD").write_text("what is this")
    run, _ = brigade.run()
    assert run["state"] == "succeeded" and run["commit"] == ""


def test_without_git_pushes_are_refused_and_runs_are_as_ever(tmp_path):
    brigade = Brigade.__new__(Brigade)
    Galley.__init__(brigade, tmp_path, PATH=str(tmp_path / "nothing"))
    brigade.project = tmp_path / "project"
    brigade.project.mkdir()
    try:
        git(brigade.project, "init", "--quiet")
        brigade.write(galley__yaml="on: push\njobs: {it: {stage: train, run: 'true'}}\n")
        committed(brigade.project)
        done = brigade.command("pipeline", "apply")
        assert done.returncode == 2 and "git is needed for this and is not installed" in done.stderr
        run, _ = brigade.run()
        assert run["state"] == "succeeded" and run["commit"] == ""
    finally:
        brigade.stop()


def test_a_checkout_without_a_run_is_removed_at_the_next_start(tmp_path):
    brigade = Brigade(tmp_path)
    stray = brigade.data / "checkouts" / ("0" * 32) / f"{'1' * 40}-1"
    stray.mkdir(parents=True)
    (stray / "half").write_text("made")
    brigade.stop()
    brigade = Brigade(tmp_path, brigade.data)
    try:
        assert not stray.exists()
    finally:
        brigade.stop()


def test_lineage_names_the_code_with_the_job(brigade):
    brigade.write(rows__csv="n\n1\n", galley__yaml="""
        jobs: {count: {stage: train, run: "true", deps: ["dataset:herbs"]}}
    """)
    assert brigade.command("dataset", "commit", "herbs", "rows.csv").returncode == 0
    git(brigade.project, "init", "--quiet")
    commit = committed(brigade.project)
    run, jobs = brigade.run()
    link, = [link for link in brigade.told("lineage", "herbs@0")["chain"] if link["what"] == "job"]
    assert link["id"] == jobs["count"]["id"]
    assert link["text"] == (f"'count' of run {run['run']} of pipeline {run['pipeline']}, succeeded, "
                            f"code {commit[:12]}")
