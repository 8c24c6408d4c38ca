"""A monitor whose world has moved, on a running Galley, by requests alone: the standard library is enough.

An endpoint `checkout` says of each order whether it is returned. From week FAULT on the amount comes in
cents instead of euros: the column `amount` drifts, accuracy falls, alerts fire, an incident ranks causes.
Earlier a week of labels was partly wrong, which a first incident tells of that is closed; nobody asked in
one week, and of the newest week labels are still missing.
"""

import json
import random
import time
import urllib.error
import urllib.parse
import urllib.request

ENDPOINT = MONITOR = "checkout"
COLUMNS = ["amount", "items", "age_days", "discount"]
SITES = ["berlin", "lyon", "turin"]
ROWS = 160  # Of a week.
DIP, EMPTY, FAULT, LAST = 4, 8, 13, 17
WAIT_SECONDS_MAX = 60

MLMODEL = """\
flavors:
  xgboost:
    data: model.json
    model_class: xgboost.core.Booster
    model_format: json
signature:
  inputs: '%s'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1]}}]'
"""
MONITOR_KEYS = {
    "endpoint": ENDPOINT, "time": "week", "labels_late": 1, "slices": ["site"],
    "drift": {"columns": COLUMNS, "running": 2},
}
RULES = {
    "checkout-accuracy": {"monitor": MONITOR, "expr": "accuracy < 0.85", "min_labels": 100, "for": 1,
                          "labels": {"severity": "page"},
                          "annotations": {"summary": "returned orders are missed"}},
    "checkout-dip": {"monitor": MONITOR, "expr": "accuracy < 0.88", "min_labels": 100},
    "checkout-drift": {"monitor": MONITOR, "expr": "drift"},
    "checkout-labels": {"monitor": MONITOR, "expr": "coverage < 0.5"},
    "checkout-latency": {"endpoint": ENDPOINT, "expr": "p99_ms > 60000", "seconds": 60},
}


class Client:
    def __init__(self, server_url, gateway_url, token):
        self.server, self.gateway, self.token = server_url, gateway_url, token

    def send(self, method, url, body=None):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}"}
        if data is not None and not isinstance(body, bytes):
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=WAIT_SECONDS_MAX) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {url}: {error.code} {error.read()[:500]}") from error

    def native(self, method, path, body=None):
        return self.send(method, f"{self.server}/api/v1/projects/default/{path}", body)

    def mlflow(self, path, body):
        return self.send("POST", f"{self.server}/api/2.0/mlflow/{path}", body)

    def ask(self, path, body):
        return self.send("POST", f"{self.gateway}/api/v1/endpoints/{ENDPOINT}/{path}", body)

    def wait(self, what, condition):
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while time.monotonic() < deadline:
            value = condition()
            if value:
                return value
            time.sleep(0.05)
        raise AssertionError(f"waited {WAIT_SECONDS_MAX} s in vain: {what}")


def stumps():
    """[(column, threshold, margin below, margin above)]: what the model consists of."""
    return [(0, 40.0 + 8 * at, -0.5, 0.5) for at in range(10)] + [
        (1, 3.0, -0.4, 0.4), (2, 200.0, 0.3, -0.3), (3, 0.3, -0.2, 0.2)]


def says(row):
    return sum(above if row[column] >= limit else below for column, limit, below, above in stumps()) > 0


def booster():
    """As XGBoost writes one: a tree of one split for each stump."""
    trees = [{
        "base_weights": [0.0, below, above], "categories": [], "categories_nodes": [],
        "categories_segments": [], "categories_sizes": [], "default_left": [0, 0, 0], "id": number,
        "left_children": [1, -1, -1], "right_children": [2, -1, -1], "loss_changes": [1.0, 0.0, 0.0],
        "parents": [2147483647, 0, 0], "split_conditions": [limit, below, above],
        "split_indices": [column, 0, 0], "split_type": [0, 0, 0], "sum_hessian": [1.0, 1.0, 1.0],
        "tree_param": {"num_deleted": "0", "num_feature": str(len(COLUMNS)), "num_nodes": "3",
                       "size_leaf_vector": "1"},
    } for number, (column, limit, below, above) in enumerate(stumps())]
    return {
        "learner": {
            "attributes": {}, "feature_names": COLUMNS, "feature_types": [],
            "gradient_booster": {"name": "gbtree", "model": {
                "gbtree_model_param": {"num_parallel_tree": "1", "num_trees": str(len(trees))},
                "iteration_indptr": list(range(len(trees) + 1)), "tree_info": [0] * len(trees),
                "trees": trees}},
            "learner_model_param": {"base_score": "5E-1", "boost_from_average": "0", "num_class": "0",
                                    "num_feature": str(len(COLUMNS)), "num_target": "1"},
            "objective": {"name": "binary:logistic", "reg_loss_param": {"scale_pos_weight": "1"}}},
        "version": [2, 1, 0]}


def log_model(client):
    """The model's version, with the run that it comes from."""
    experiment = client.mlflow("experiments/create", {"name": "returned orders"})["experiment_id"]
    run = client.mlflow("runs/create", {"experiment_id": experiment, "run_name": "stumps"})
    run_id = run["run"]["info"]["run_id"]
    folder = f"{experiment}/{run_id}/artifacts/model"
    signature = json.dumps([{"name": name, "type": "double", "required": True} for name in COLUMNS])
    for name, text in (("MLmodel", MLMODEL % signature), ("model.json", json.dumps(booster()))):
        client.send("PUT", f"{client.server}/api/2.0/mlflow-artifacts/artifacts/{folder}/{name}",
                    text.encode())
    client.mlflow("runs/update", {"run_id": run_id, "status": "FINISHED"})
    client.mlflow("registered-models/create", {"name": ENDPOINT})
    made = client.mlflow("model-versions/create", {
        "name": ENDPOINT, "run_id": run_id, "source": f"{run['run']['info']['artifact_uri']}/model"})
    return int(made["model_version"]["version"])


def orders(chance, count):
    return [[round(chance.gammavariate(6, 13), 2), chance.randint(1, 6), chance.randint(0, 900),
             round(chance.random() / 2, 3)] for _ in range(count)]


def reference(chance):
    lines = [",".join([*COLUMNS, "week"])]
    for week in range(-12, 0):
        lines += [",".join(map(str, [*row, week])) for row in orders(chance, ROWS)]
    return "\n".join(lines) + "\n"


def play(client, chance, week):
    """A week's requests and what became of the orders."""
    rows = orders(chance, ROWS)
    sent = [[row[0] * 100, *row[1:]] if week >= FAULT else row for row in rows]
    data = [[*row, week, SITES[at % len(SITES)]] for at, row in enumerate(sent)]
    answer = client.ask("predict", {"dataframe_split": {
        "columns": [*COLUMNS, "week", "site"], "data": data}})
    noise = 0.2 if week == DIP else 0.05
    labels = [{"prediction_id": name, "truth": says(row) != (chance.random() < noise)}
              for name, row in zip(answer["prediction_ids"], rows, strict=True)]
    known = len(labels) * 3 // 5 if week == LAST else len(labels)
    client.ask("labels", {"labels": labels[:known], "watermark": week})


def evaluated(client, rule):
    """The newest window that the rule was evaluated at; -1: none."""
    alerts = client.native("GET", f"alerts?rule={rule}")["alerts"]
    return max([it.get("window", -1) for it in alerts] or [-1])


def incidents(client):
    return client.native("GET", "incidents")["incidents"]


def seed_monitor(server_url, gateway_url, token):
    """{endpoint, monitor, drifted_column, incident}: the incident is open, the first one is closed."""
    client = Client(server_url.rstrip("/"), gateway_url.rstrip("/"), token)
    chance = random.Random(11)
    version = log_model(client)
    client.native("POST", "endpoints", {"name": ENDPOINT, "model": ENDPOINT, "version": version})

    def ready():
        state = client.native("GET", f"endpoints/{ENDPOINT}")["endpoint"]
        assert state["state"] != "failed", state
        return state["state"] == "ready"

    client.wait("the model is loaded", ready)
    client.native("PUT", f"monitors/{MONITOR}", MONITOR_KEYS)
    client.native("PUT", f"monitors/{MONITOR}/reference", reference(chance).encode())
    client.native("PUT", "alerts", {"rules": [
        {"name": name, "settings": keys} for name, keys in RULES.items()]})
    for week in range(LAST + 1):
        if week == EMPTY:
            continue
        play(client, chance, week)
        if week == EMPTY - 1:  # What the dip led to is over before the fault begins.
            client.wait("the dip is evaluated", lambda: evaluated(client, "checkout-dip") >= DIP + 1)
            first = client.wait("an incident of the dip", lambda: incidents(client))[0]["number"]
            client.native("POST", f"incidents/{first}/ack", {})
            client.native("POST", f"incidents/{first}/cause", {"text": "a batch of wrong labels"})
            client.native("POST", f"incidents/{first}/close", {"reason": "the labels were corrected"})
    client.wait("the last closed window is evaluated",
                lambda: evaluated(client, "checkout-accuracy") == LAST - 1)
    newest = client.wait("the incident ranks twice", lambda: next(
        (it for it in incidents(client) if it["state"] == "open" and len(it["alerts"]) > 1), None))
    return {"endpoint": ENDPOINT, "monitor": MONITOR, "drifted_column": COLUMNS[0],
            "incident": newest["number"]}
