"""A small set of experiments and runs, stored through MLflow's API with plain requests."""

import http.client
import json

from conftest import WAIT_SECONDS_MAX


class Tracked:
    """`iris` with the runs `first` (with everything), `failing`, `latest` (running) and a deleted one;
    an experiment with an odd name and the bare run `elsewhere`; an experiment that is deleted."""

    def __init__(self, port):
        self.port = port
        self.experiment = self.experiment_of("iris", tags=[{"key": "team", "value": "kitchen"}])
        odd = self.experiment_of("größe / 料")
        gone = self.experiment_of("thrown away")
        self.post("experiments/delete", {"experiment_id": gone})
        self.first = self.run_of(self.experiment, "first", 1_000, user_id="ann")
        self.fill(self.first)
        self.end(self.first, "FINISHED", 61_000)
        self.failing = self.run_of(self.experiment, "failing", 2_000)
        self.end(self.failing, "FAILED", 2_500)
        self.latest = self.run_of(self.experiment, "latest", 3_000)
        self.elsewhere = self.run_of(odd, "elsewhere", 500)
        self.deleted = self.run_of(self.experiment, "thrown away", 4_000)
        self.post("runs/delete", {"run_id": self.deleted})

    def fill(self, run):
        points = [{"key": "accuracy", "value": (step + 1) / 4, "timestamp": 1_000 + step,
                   "step": step} for step in range(3)]
        points.append({"key": "gone", "value": "NaN", "timestamp": 1_000, "step": 0})
        self.post("runs/log-batch", {
            "run_id": run, "metrics": points,
            "params": [{"key": "lr", "value": "0.1"}, {"key": "depth", "value": "7"}],
            "tags": [{"key": "evil", "value": "a\x1b[31mb\nc"}]})
        self.post("runs/log-inputs", {"run_id": run, "datasets": [{
            "tags": [{"key": "mlflow.data.context", "value": "training"}],
            "dataset": {"name": "iris.csv", "digest": "abc123", "source_type": "local",
                        "source": "{}"}}]})
        model = self.post("logged-models", {
            "experiment_id": self.experiment, "name": "tree", "model_type": "xgboost",
            "source_run_id": run})["model"]["info"]["model_id"]
        self.model = model.removeprefix("m-")
        self.post("runs/outputs", {"run_id": run, "models": [{"model_id": model, "step": 2}]})
        for name, size in (("model/MLmodel", 10), ("model/tree.ubj", 20), ("plot.png", 5)):
            self.request("PUT", f"mlflow-artifacts/artifacts/{self.experiment}/{run}/artifacts/{name}",
                         b"x" * size)

    def experiment_of(self, name, **more):
        return self.post("experiments/create", {"name": name, **more})["experiment_id"]

    def run_of(self, experiment, name, started_ms, **more):
        return self.post("runs/create", {"experiment_id": experiment, "run_name": name,
                                         "start_time": started_ms, **more})["run"]["info"]["run_id"]

    def end(self, run, status, ended_ms):
        self.post("runs/update", {"run_id": run, "status": status, "end_time": ended_ms})

    def unique(self, run):
        """The shortest beginning of a run's id, of at least 6 digits, that no other run has."""
        others = {self.first, self.failing, self.latest, self.elsewhere, self.deleted} - {run}
        return next(run[:size] for size in range(6, 33)
                    if not any(other.startswith(run[:size]) for other in others))

    def post(self, path, message):
        return self.request("POST", f"mlflow/{path}", json.dumps(message).encode())

    def request(self, method, path, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_SECONDS_MAX)
        try:
            connection.request(method, f"/api/2.0/{path}", body,
                               {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status == 200, text
            return json.loads(text)
        finally:
            connection.close()
