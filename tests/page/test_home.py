"""The page's home, its search, pasted ids and kept views, asked of a real server; what home says is what the
single operations say.

Runs in the environment of tests/environments/kitchen.txt, with GALLEY_DUCKDB_LIBRARY.
"""

import hashlib
import json
import os
import signal
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import pytest

from home_world import World, wait_until, watch

STAGES = ["data", "runs", "pipelines", "registry", "rollout", "monitoring", "feedback"]
KINDS = ["run", "experiment", "dataset", "dataset_version", "model", "model_version", "endpoint", "rollout",
         "monitor", "incident", "alert", "pipeline", "pipeline_run", "prediction"]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("world"))
    try:
        yield world.fill()
    finally:
        world.stop()


@pytest.fixture(scope="module")
def home(world):
    return world.get("home")


def stage_of(home, name):
    return next(it for it in home["stages"] if it["stage"] == name)


def needs_of(home, kind):
    return [it for it in home["needs"] if it["kind"] == kind]


def test_stages_count_what_the_lists_hold(world, home):
    assert [it["stage"] for it in home["stages"]] == STAGES
    assert all(len(it["spark"]) == 7 for it in home["stages"])
    data, runs, registry = (stage_of(home, it) for it in ("data", "runs", "registry"))
    assert data["total"] == len(world.get("datasets")["datasets"])
    assert data["number"] == data["spark"][6] == len(world.versions) == 2
    newest = world.versions[0]
    assert data["last_ms"] == newest["created_ms"]
    assert data["detail"] == f"sales.daily@{newest['version']}"
    all_runs = world.get("runs", limit=1000)["runs"]
    assert runs["total"] == runs["number"] == len(all_runs) and runs["state"] == "good"
    assert runs["last_ms"] == max(it["ended_ms"] for it in all_runs)
    models = world.client.search_registered_models()
    assert registry["total"] == len(models)
    assert registry["number"] == sum(int(it.latest_versions[0].version) for it in models)
    assert stage_of(home, "feedback")["number"] == 5 * 20


def test_stages_say_how_they_are(world, home):
    pipelines, rollout = stage_of(home, "pipelines"), stage_of(home, "rollout")
    monitoring = stage_of(home, "monitoring")
    assert (pipelines["state"], pipelines["failed"], pipelines["total"]) == ("bad", 1, 1)
    assert "last_ms" not in pipelines  # None succeeded.
    assert (rollout["state"], rollout["number"], rollout["warned"]) == ("warn", 1, 1)
    firing = world.get("alerts", state="firing")["alerts"]
    assert (monitoring["state"], monitoring["number"]) == ("bad", len(firing))
    assert monitoring["total"] == len({it["rule"] for it in world.get("alerts")["alerts"]})


def test_a_rollout_that_waits_is_a_need_with_its_verbs(world, home):
    rollout = world.get("endpoints/sauce/rollout")["rollout"]
    (need,) = needs_of(home, "rollout")
    assert need["path"] == f"/ui/rollouts/{rollout['number']}" and need["title"] == "sauce"
    assert need["reason"] == (rollout["reason"] or "paused")
    assert need["verbs"] == ["promote", "pause", "resume", "abort"]  # Nothing failed that could be retried.
    shown = need["rollout"]
    assert {name: shown[name] for name in ("number", "endpoint", "phase", "turn", "weight")} == {
        name: rollout[name] for name in ("number", "endpoint", "phase", "turn", "weight")}
    assert (shown["champion"], shown["challenger"]) == ("sauce@1", "sauce@2")
    events = world.get("events", subject=rollout["id"])["events"]
    assert need["since_ms"] == events[0]["at_ms"]


def test_needs_are_what_the_lists_say(world, home):
    (incident,) = needs_of(home, "incident")
    (opened,) = world.get("incidents")["incidents"]
    assert incident["id"] == str(opened["number"]) and incident["since_ms"] == opened["opened_ms"]
    assert incident["title"] == "tasting" and "bland" in incident["reason"]
    # The alert that the incident is about is no need of its own.
    assert [it["title"] for it in needs_of(home, "alert")] == ["busy"]
    assert needs_of(home, "alert")[0]["id"] == world.weeks.alert("busy")["id"]
    (run,) = world.get("pipelines/runs")["runs"]
    (pipeline,) = needs_of(home, "pipeline")
    assert (pipeline["id"], pipeline["since_ms"]) == (str(run["run"]), run["ended_ms"])
    assert pipeline["verbs"] == ["retry"] and pipeline["path"] == "/ui/pipeline-runs/1"
    (trigger,) = world.get("pipelines/triggers")["triggers"]
    assert [it["reason"] for it in needs_of(home, "schedule")] == [trigger["problem"]]
    (endpoint,) = needs_of(home, "endpoint")
    assert endpoint["title"] == "broken" and endpoint["reason"] == world.galley.endpoint("broken")["reason"]
    assert len(home["needs"]) == 6 and not home["needs_has_more"]


def test_a_champion_has_its_live_quality(world, home):
    champion = next(it for it in home["champions"] if it["endpoint"] == "demand")
    variant = world.galley.endpoint("demand")["variants"][0]
    assert [champion[it] for it in ("model", "version", "variant")] == ["watched", 1, variant["id"]]
    windows = world.get("monitors/tasting/windows")["windows"]
    monitor = world.get("monitors")["monitors"][0]
    closed = [it for it in windows if it["to"] <= monitor["closed_through"]]
    quality = champion["accuracy"]
    for mine, theirs in (("value", "accuracy"), ("lo", "accuracy_low"), ("hi", "accuracy_high"),
                         ("n", "labels"), ("from", "from"), ("to", "to")):
        assert quality[mine] == closed[-1][theirs], mine
    assert (quality["closed_through"], quality["newest"]) == (monitor["closed_through"], monitor["newest"])
    assert (quality["monitor"], quality["time"]) == ("tasting", "week")


def test_a_champion_has_its_traffic(world):
    def same():
        champion = next(it for it in world.get("home")["champions"] if it["endpoint"] == "demand")
        traffic = world.get("endpoints/demand/traffic", minutes=champion["minutes"])["variants"]
        mine = next((it for it in traffic if it["variant"] == champion["variant"]), None)
        return mine and mine["requests"] == 5 and (champion, mine)
    champion, traffic = wait_until(same, "five requests are counted")
    for name in ("requests", "failed", "p99_ms"):
        assert champion[name] == traffic[name]


def test_activity_is_the_newest_events_without_what_happens_all_the_time(world, home):
    noise = {"segment.taken", "run.logged", "artifact.stored", "logged_model.created",
             "logged_model.tagged", "run.updated"}
    events = world.get("events", limit=1000)["events"]
    newest = home["activity"][0]["sequence"]
    expected = [it for it in events if it["kind"] not in noise and it["sequence"] <= newest][:20]
    assert home["activity"] == expected and len(expected) == 20


def test_setup_ticks_itself(home):
    assert home["setup"] == [{"step": it, "done": True} for it in (
        "dataset", "run", "model", "endpoint", "prediction", "label", "monitor")]


def found_by(world):
    run, version = world.runs["flaky"], world.versions[0]
    rollout = world.get("endpoints/sauce/rollout")["rollout"]
    monitor = world.get("monitors")["monitors"][0]
    incident = world.get("incidents")["incidents"][0]
    pipeline = world.get("pipelines/runs/1")
    watched = world.get("registered-models/watched/versions/1")["model_version"]
    yield from (("run", run, "id", it) for it in (run, run[:8], run[:9].upper()))
    yield from (("run", run, field, it) for field, it in (
        ("name", "FLAKY"), ("params.butter_rate", "0.01"), ("params.butter_rate", "butter_rate=0.01"),
        ("tags.team", "dough fl"), ("tags.team", "team=dough f")))
    experiment = world.experiment
    yield from (("experiment", experiment, field, it) for field, it in (
        ("name", "astry sh"), ("number", experiment)))
    yield "dataset", "sales.daily", "name", "ales.d"
    at = f"sales.daily@{version['version']}"
    yield from (("dataset_version", at, field, it) for field, it in (
        ("version", at), ("digest", version["digest"]), ("digest", version["digest"][:7]),
        ("id", version["id"]), ("batch", "market-1")))
    yield from (("model", "watched", field, it) for field, it in (
        ("name", "watch"), ("tags.cuisine", "levant")))
    yield from (("model_version", "watched@1", field, it) for field, it in (
        ("version", "watched@1"), ("alias", "champion"), ("alias", "watched@champion"),
        ("id", watched["id"]), ("run", watched["run"])))
    yield "endpoint", "broken", "name", "roke"
    yield from (("rollout", "1", field, it) for field, it in (
        ("number", "1"), ("number", "#1"), ("endpoint", "sauce"), ("version", "sauce@2"),
        ("reason", "less salt"), ("id", rollout["id"])))
    yield from (("monitor", "tasting", field, it) for field, it in (
        ("name", "tasti"), ("endpoint", "demand"), ("id", monitor["id"])))
    yield from (("incident", "1", field, it) for field, it in (
        ("number", "#1"), ("monitor", "tasting"), ("id", incident["id"])))
    yield "alert", "bland", "name", "bland"
    yield from (("pipeline", "1", field, it) for field, it in (("name", "baker"), ("folder", "/bakery")))
    yield from (("pipeline_run", "1", field, it) for field, it in (
        ("number", "1"), ("name", "bakery #1"), ("id", pipeline["id"])))
    yield "prediction", world.prediction, "id", world.prediction


def test_each_kind_is_found_by_each_of_its_fields(world):
    seen = set()
    for kind, name, field, text in found_by(world):
        hits = [(it["id"], it["field"]) for it in world.hits(text, kind, limit=100)]
        assert (name, field) in hits, (kind, text, hits)
        seen.add(kind)
    assert seen == set(KINDS)


def test_what_is_equal_comes_first_and_what_matches_is_said(world):
    hits = world.hits("watched", "model")
    assert hits[0]["match"] == "watched" and hits[0]["path"] == "/ui/models/watched"
    (run,) = world.hits("flaky croissant", "run")
    assert (run["title"], run["detail"], run["match"]) == (
        "flaky croissant", "Pastry shop", "flaky croissant")
    assert run["path"] == f"/ui/runs/{world.runs['flaky']}"


def test_counts_are_of_all_hits_and_pages_are_whole(world):
    found = world.get("search", q="a", limit=1)
    counts = {it["kind"]: it["count"] for it in found["counts"]}
    assert list(counts) == KINDS and found["has_more"]
    everything = world.get("search", q="a", limit=100)
    assert {it["kind"]: it["count"] for it in everything["counts"]} == counts
    assert not everything["has_more"]
    for kind, count in counts.items():
        whole = [it["id"] for it in everything["hits"] if it["kind"] == kind]
        assert len(whole) == count
        pages = [world.hits("a", types=kind, limit=1, offset=at)[0]["id"] for at in range(count)]
        assert pages == whole, kind


def test_letters_of_patterns_are_letters(world):
    for text in ("%", "_utter", "butter%rate", "\\", "'; DROP TABLE run; --", "“", "羊角包"):
        assert world.hits(text, "run") == [], text
    renamed = world.client.create_run(world.experiment, run_name="羊角包 100%_\\'")
    for text in ("羊角", "100%_", "\\'", "%"):
        assert [it["id"] for it in world.hits(text, "run")] == [renamed.info.run_id], text
    world.client.delete_run(renamed.info.run_id)
    assert world.hits("羊角", "run") == []  # What is deleted is not found.


@pytest.mark.parametrize("query, part", [
    ({}, "'q'"), ({"q": " "}, "'q'"), ({"q": "x" * 201}, "200"), ({"q": "x", "limit": 101}, "100"),
    ({"q": "x", "limit": 0}, "'limit'"), ({"q": "x", "offset": -1}, "'offset'"),
    ({"q": "x", "types": "run,ghost"}, "no kind 'ghost'"), ({"q": "x", "types": ","}, "no kind ''"),
    ({"q": "x", "kind": "run"}, "no parameter 'kind'")])
def test_wrong_searches(world, query, part):
    assert part in world.get("search", status=400, **query)["error"]["message"]


def resolvable(world):
    run, version, digest = world.runs["crisp"], world.versions[0], world.versions[0]["digest"]
    at = f"sales.daily@{version['version']}"
    page = f"/ui/runs/{run}"
    address = f"{world.galley.url}/#/experiments/{world.experiment}"
    others = [it["id"] for it in world.get("runs", limit=1000)["runs"] if it["id"] != run]
    short = next(run[:at] for at in range(6, 33) if not any(it.startswith(run[:at]) for it in others))
    for text in (run, short, f"  {run}\n", run.upper(), f"{address}/runs/{run}",
                 f"{address}/runs/{run}/artifacts/model", f"http://else:1/base/#/experiments/1/runs/{run}",
                 f"#/experiments/0/runs/{run}", f"runs:/{run}/model"):
        yield text, "run", run, page
    for text in (address, f"experiment {world.experiment}"):
        yield text, "experiment", world.experiment, f"/ui/experiments/{world.experiment}"
    for text in ("watched@1", "watched@champion", "models:/watched/1", "models:/watched@champion",
                 f"{world.galley.url}/#/models/watched/versions/1", "models:/watched/None"):
        yield text, "model_version", "watched@1", "/ui/models/watched?version=1"
    for text in ("models:/watched", "#/models/watched"):
        yield text, "model", "watched", "/ui/models/watched"
    watched = world.get("registered-models/watched/versions/1")["model_version"]
    yield watched["id"], "model_version", "watched@1", "/ui/models/watched?version=1"
    if "logged_model" in watched:
        for text in (f"models:/m-{watched['logged_model']}", watched["logged_model"]):
            yield text, "run", watched["run"], f"/ui/runs/{watched['run']}"
    for text in (digest, digest[:12], at, at.replace("@", "@v"), version["id"]):
        yield text, "dataset_version", at, f"/ui/datasets/sales.daily?v={version['version']}"
    yield world.prediction, "prediction", world.prediction, f"/ui/lineage/prediction/{world.prediction}"
    rollout = world.get("endpoints/sauce/rollout")["rollout"]
    for text in ("rollout 1", "rollouts/1", "Rollout #1", rollout["id"]):
        yield text, "rollout", "1", "/ui/rollouts/1"
    for text in ("incident 1", world.get("incidents")["incidents"][0]["id"]):
        yield text, "incident", "1", "/ui/incidents/1"
    pipeline = world.get("pipelines/runs/1")
    for text in ("pipeline run 1", "pipeline-runs/1", pipeline["id"]):
        yield text, "pipeline_run", "1", "/ui/pipeline-runs/1"
    # What Kubeflow Pipelines' and W&B's clients print.
    for text in ("#/runs/details/1", f"http://else:1/#/runs/details/{pipeline['id']}",
                 f"#/runs/details/{pipeline['jobs'][0]['id']}"):
        yield text, "pipeline_run", "1", "/ui/pipeline-runs/1"
    for text in ("#/pipelines/details/bakery", "#/pipelines/details/bakery/version/3"):
        yield text, "pipeline", "bakery", "/ui/pipelines?p=bakery"
    yield f"#/experiments/details/{world.experiment}", "experiment", world.experiment, f"/ui/experiments/{world.experiment}"
    shop = "https://wandb.example/bakers/Pastry%20shop"
    for text in (f"{shop}/runs/{run}", f"{shop}/runs/{run}/overview?nw=1", f"{shop}/runs/{run[:len(short)]}"):
        yield text, "run", run, page
    for text in (shop, f"{shop}/workspace", f"{shop}/table?nw=1", f"{shop}/overview"):
        yield text, "experiment", world.experiment, f"/ui/experiments/{world.experiment}"
    variant = world.galley.endpoint("demand")["variants"][0]
    for text in (variant["id"], world.galley.endpoint("demand")["id"]):
        yield text, "endpoint", "demand", "/ui/endpoints/demand"
    yield world.get("monitors")["monitors"][0]["id"], "monitor", "tasting", "/ui/monitors/tasting"
    own = "/ui/experiments/1?q=lr+%3C+0.1&sort=-metrics.auc"
    for text in (own, f"{world.galley.url}{own}", f"https://galley.example/kitchen{own}"):
        yield text, "page", own.removeprefix("/ui/"), own


def test_each_form_of_what_is_pasted_leads_to_its_page(world):
    for text, kind, name, path in resolvable(world):
        found = world.get("resolve", text=text)
        assert [found[it] for it in ("kind", "id", "path")] == [kind, name, path], text
        assert found["title"]


@pytest.mark.parametrize("text", [
    "f" * 32, "f" * 64, "abcde", "nobody@1", "watched@99", "watched@", "@1", "models:/", "models:/x/y/z",
    "models:/m-" + "0" * 32, "rollout 99", "rollout", "3", "#/experiments/77", "#/", "/ui/", "ui/home",
    "/ui/\x01", "javascript://x/ui/home", "#/runs/details/99", "#/pipelines/details/nobody",
    "https://wandb.example/bakers/nobody", "https://wandb.example/bakers/Default/runs/ffffffff", "https://example.org/", "runs:/", "sales.daily@99", "\u2603"])
def test_what_names_nothing_is_not_found(world, text):
    assert world.get("resolve", status=404, text=text)["error"]["code"] == "not_found"


def follow(world, path, accept="text/html,*/*;q=0.8", method="GET"):
    answer = world.galley._once(world.galley.url, method, path, None, {"Accept": accept})
    return answer.status, answer.headers.get("Location"), answer


def test_links_of_wandb_lead_to_the_page(world):
    """302 to a path from where the link stands, so that a proxy's own path stays in front."""
    run, name = world.runs["crisp"], "Pastry%20shop"
    experiment = f"ui/experiments/{world.experiment}"
    for path, target in ((f"/bakers/{name}", f"../{experiment}"), (f"/bakers/{name}/workspace", f"../../{experiment}"),
                         (f"/bakers/{name}/table", f"../../{experiment}"),
                         (f"/bakers/{name}/overview?x=1", f"../../{experiment}"),
                         (f"/bakers/{name}/runs/{run}", f"../../../ui/runs/{run}"),
                         (f"/bakers/{name}/runs/{run}/logs", f"../../../../ui/runs/{run}")):
        assert follow(world, path)[:2] == (302, target), path
        assert urllib.parse.urljoin(f"http://x/base{path}", target).startswith("http://x/base/ui/")
    for path in (f"/bakers/{name}/runs/{'f' * 32}", f"/bakers/Default/runs/{run}", "/bakers/nobody", "/api/nothing",
                 f"/bakers/{name}/sweeps"):
        status, _, answer = follow(world, path)
        assert (status, answer.json()["error"]["code"]) == (404, "not_found"), path
    status, _, answer = follow(world, "/ajax-api/2.0/nothing")  # Of MLflow's, in its shape.
    assert (status, answer.json()["error_code"]) == (404, "ENDPOINT_NOT_FOUND")
    # To everybody else, and to other verbs, there is nothing.
    assert follow(world, f"/bakers/{name}", accept="application/json")[0] == 404
    assert follow(world, f"/bakers/{name}", method="POST")[0] == 404


def test_wrong_questions_of_resolve(world):
    assert "'text'" in world.get("resolve", status=400)["error"]["message"]
    assert "2048" in world.get("resolve", status=400, text="x" * 2049)["error"]["message"]


def test_first_digits_of_several_runs_are_no_guess(world):
    """Ids of one moment begin alike: the message names them."""
    first, second = world.runs.values()
    same = next((at for at in range(32) if first[at] != second[at]), 32)
    assert same >= 6, "runs made within a second begin alike"
    said = world.get("resolve", status=409, text=first[:6])["error"]
    assert said["code"] == "failed_precondition" and "begins with" in said["message"]


def test_a_view_is_kept_under_its_hash(world):
    state = "q=(lr < 0.01 OR opt = 'adamw') AND auc > 0.9&cols=" + ",".join(f"metrics.m{i}" for i in range(400))
    kept = world.post("views", {"page": "experiments/1", "state": state})
    digest = hashlib.sha256(b"experiments/1\0" + state.encode()).hexdigest()
    assert kept["id"] == digest[:16]
    assert world.get(f"views/{kept['id']}") == {"id": kept["id"], "page": "experiments/1", "state": state}
    assert world.post("views", {"page": "experiments/1", "state": state}) == kept
    other = world.post("views", {"page": "experiments/1", "state": state + " "})
    assert other["id"] != kept["id"] and world.get(f"views/{kept['id']}")["state"] == state


def test_views_have_limits(world):
    def refused(body, status=400):
        return world.post("views", body, status)["error"]["message"]
    assert "'page'" in refused({"page": "", "state": "x"}) and "'state'" in refused({"page": "home"})
    assert "64" in refused({"page": "x" * 65, "state": "x"})
    for page in ("Home", "home?x", "../etc", "a b", "运行"):
        assert "'page'" in refused({"page": page, "state": "x"}), page
    assert "65536" in refused({"page": "home", "state": "x" * 65_537})
    assert "'name'" in refused({"page": "home", "state": "x", "name": "y"})
    quoted = "\x01" * 65_536  # Six bytes each in JSON.
    kept = world.post("views", {"page": "home", "state": quoted})
    assert world.get(f"views/{kept['id']}")["state"] == quoted
    for name in ("0" * 16, kept["id"][:15], "x"):
        assert world.get(f"views/{name}", status=404)["error"]["code"] == "not_found"
    answer = world.galley.control("POST", "views", {"page": "home", "state": "x" * 600_000}, token=False)
    assert answer.status == 413, answer


def test_a_view_outlives_the_server(world):
    kept = world.post("views", {"page": "compare", "state": "runs=all"})
    before = world.galley.server_pid()
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: world.galley.server_pid() not in (None, before), "another server runs")
    assert world.get(f"views/{kept['id']}")["state"] == "runs=all"


def test_why_says_when_by_whom_and_of_what(world):
    chain = {it["what"]: it for it in world.get(f"why/{world.prediction}")["chain"]}
    prediction = world.get(f"predictions/{world.prediction}")["prediction"]
    variant = world.galley.endpoint("demand")["variants"][0]
    version = world.get("registered-models/watched/versions/1")["model_version"]
    run = world.get(f"runs/{version['run']}")["run"]
    assert chain["prediction"]["at_ms"] == prediction["at_ms"]
    assert (chain["variant"]["at_ms"], chain["variant"]["actor"]) == (variant["created_ms"], "administrator")
    assert chain["variant"]["because"] == "created"
    lines = "".join(f"{it['sha256']}  {it['path']}\n" for it in version["files"])
    assert chain["model version"]["digest"] == hashlib.sha256(lines.encode()).hexdigest()
    assert chain["model version"]["check"] == "digest"
    assert chain["model version"]["at_ms"] == version["created_ms"]
    assert (chain["run"]["at_ms"], chain["run"]["actor"]) == (run["started_ms"], run["user"])
    assert chain["commit"]["digest"] == version["commit"]


def test_events_by_kind_and_actor(world):
    events = world.get("events", limit=1000)["events"]
    for query, fits in (({"kind": "rollout."}, lambda it: it["kind"].startswith("rollout.")),
                        ({"kind": "run.created"}, lambda it: it["kind"] == "run.created"),
                        ({"actor": "administrator"}, lambda it: it["actor"] == "administrator"),
                        ({"kind": "rollout.", "actor": "galley"},
                         lambda it: it["kind"].startswith("rollout.") and it["actor"] == "galley"),
                        ({"kind": "ghost"}, lambda it: False)):
        found = world.get("events", limit=1000, **query)["events"]
        assert found == [it for it in events if fits(it)], query
        assert found or query == {"kind": "ghost"}
    rollout = world.get("endpoints/sauce/rollout")["rollout"]["id"]
    named = world.get("events", subject=rollout, kind="rollout.started")["events"]
    assert [it["kind"] for it in named] == ["rollout.started"]
    facets = world.get("event-facets", last=1000)
    assert facets["events"] == len(events)
    kinds = {it["value"]: it["count"] for it in facets["kinds"]}
    assert kinds == {kind: sum(it["kind"] == kind for it in events) for kind in {it["kind"] for it in events}}
    assert sum(it["count"] for it in facets["actors"]) == len(events)
    assert "100000" in world.get("event-facets", status=400, last=100_001)["error"]["message"]


def test_what_was_done_is_no_need_any_more(world):
    """The verbs that home offers, as the page sends them."""
    need = needs_of(world.get("home"), "rollout")[0]["rollout"]
    stale = world.post("endpoints/sauce/rollout/promote", {"turn": need["turn"] - 1}, status=409, token=True)
    assert "look again" in stale["error"]["message"]
    done = world.post("endpoints/sauce/rollout/abort", {"turn": need["turn"]}, token=True)["rollout"]
    assert (done["phase"], done["weight"]) == ("aborted", 0)
    world.post("incidents/1/ack", {}, token=True)
    world.post("pipelines/runs/1/retry", {}, token=True)
    home = world.get("home")
    assert not needs_of(home, "rollout") and not needs_of(home, "incident")
    assert stage_of(home, "rollout")["number"] == 0
    assert not [it for it in needs_of(home, "alert") if it["title"] == "bland"]
    # Its job ends whenever it likes, and that is an event: what follows looks at a server that rests.
    wait_until(lambda: world.get("pipelines/runs/1")["state"] == "failed", "the pipeline that was tried again has ended")


def ask_home(world, tag=None):
    """The whole answer: status, whether it was made for this question, its tag and what it says."""
    headers = {"If-None-Match": tag} if tag else {}
    answer = world.galley._once(world.galley.url, "GET", "/api/v1/projects/default/home", None, headers)
    timing = answer.headers["Server-Timing"]
    assert timing == 'home;desc="kept"' or timing.startswith('home;desc="made";dur='), timing
    return answer, "made" in timing


def untimed(answer):
    """Without what the clock alone changes: rules of endpoints are evaluated every five seconds."""
    home = answer.json()
    next(stage for stage in home["stages"] if stage["stage"] == "monitoring").pop("last_ms")
    return {key: value for key, value in home.items() if key != "at_ms"}


def test_home_is_made_once_and_kept(world):
    ask_home(world)
    def kept_twice():
        """(an answer that was kept, the answer to its tag), unless something has happened in between."""
        kept, is_made = ask_home(world)
        again, is_new = ask_home(world, kept.headers["ETag"])
        return not is_made and not is_new and (kept, again)
    kept, again = wait_until(kept_twice, "an answer is kept")
    assert kept.status == 200 and kept.headers["Cache-Control"] == "private, no-cache"
    tag = kept.headers["ETag"]
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert ask_home(world, '"x"')[0].status == 200
    wait_until(lambda: ask_home(world, f'"x", {ask_home(world)[0].headers["ETag"].removeprefix("W/")}')[0].status == 304,
               "one tag of several, compared weakly")


def test_home_shows_an_event_at_once(world):
    for at in range(5):
        before, _ = ask_home(world)
        world.client.set_registered_model_alias("watched", f"alias-{at}", "1")
        after, is_made = ask_home(world, before.headers["ETag"])
        newest = world.get("events", limit=1)["events"][0]
        assert is_made and after.status == 200
        assert after.json()["activity"][0] == newest and newest["kind"] == "model.alias_set"


def test_what_home_does_not_show_makes_no_new_one(world):
    """A metric that is logged changes nothing there."""
    def logged():
        ask_home(world)
        before = world.get("events", limit=1)["events"][0]["sequence"]
        world.client.log_metric(world.runs["flaky"], "crumbs", 1)
        return not ask_home(world)[1] and world.get("events", limit=1)["events"][0]["sequence"] >= before
    assert wait_until(logged, "home is kept although a metric was logged")


def test_a_kept_home_is_what_a_new_server_makes(world):
    kept, _ = ask_home(world)
    pid = world.galley.server_pid()
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: world.galley.server_pid() not in (None, pid), "another server runs")
    made, is_made = ask_home(world)
    assert is_made
    assert untimed(made) == untimed(kept)
    without_clock = [{key: value for key, value in it.json().items() if key != "at_ms"} for it in (made, kept)]
    assert (made.headers["ETag"] == kept.headers["ETag"]) == (without_clock[0] == without_clock[1])


def test_all_who_ask_at_once_get_one(world):
    world.client.set_registered_model_alias("watched", "rush", "1")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask_home(world), range(16)))
    made = sum(is_made for _, is_made in answers)
    assert 1 <= made <= 2  # A second one if telemetry came in between.
    assert len({answer.headers["ETag"] for answer, _ in answers}) <= made


def test_an_empty_server_has_an_empty_home(tmp_path):
    galley = watch.serving.Served(tmp_path)
    try:
        answer = galley.control("GET", "home", token=False)
        home = answer.json()
        assert [it["state"] for it in home["stages"]] == ["empty"] * 7
        assert home["needs"] == [] and home["champions"] == []
        assert not any(it["done"] for it in home["setup"])
        assert galley.control("GET", "home?x=1", token=False).status == 400
        assert json.loads(galley.control("GET", "search?q=zzz", token=False).body)["hits"] == []
    finally:
        galley.stop()
