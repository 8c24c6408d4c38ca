"""What a monitor measured."""

import os
import urllib.parse

from ._client import Client, Error

MEASURED = ("accuracy", "accuracy_low", "accuracy_high", "balanced_accuracy", "precision", "recall",
            "base_rate", "majority", "log_loss", "brier", "coverage", "predictions", "labels", "from",
            "to", "state", "model", "version", "variant")


def name_of(client, monitor):
    """The monitor that is meant: said, GALLEY_MONITOR, or the only one."""
    monitor = monitor or os.environ.get("GALLEY_MONITOR")
    if monitor:
        return monitor
    names = [one["name"] for one in client.ask("GET", "monitors")["monitors"]]
    if len(names) == 1:
        return names[0]
    if not names:
        raise Error("there are no monitors; 'galley monitor apply' puts those of galley.yaml in force",
                    "not_found")
    raise Error(f"which monitor? Give monitor=\"NAME\", or set GALLEY_MONITOR; there are: "
                f"{', '.join(names)}", "invalid_argument")


def get_model_metrics(monitor=None, span=1, url=None, project=None):
    """How good an endpoint's predictions were lately: a dict of what its monitor measured.

    The newest window whose labels are complete or overdue; if several versions answered in it, the
    one that answered most. `accuracy`, `balanced_accuracy`, `precision`, `recall`, `base_rate`,
    `majority`, `log_loss`, `brier`, `coverage` (share of predictions with a label), `predictions`,
    `labels`, `from`, `to`, `state`, `model`, `version`, `variant`; None for what has nothing to be
    divided by (docs/formats/monitor.md).

    monitor: its name; without it GALLEY_MONITOR, or the only one there is.
    span: so many windows together.
    url, project: as of deploy.

    Raises galley.Error; `code` is `not_found` while no window has its labels.
    """
    client = Client(url, project)
    name = name_of(client, monitor)
    query = urllib.parse.urlencode({"span": span, "last": 100})
    answer = client.ask("GET", f"monitors/{urllib.parse.quote(name, safe='')}/windows?{query}")
    ready = [one for one in answer["windows"] if one["state"] != "open" and one["labels"] > 0]
    if not ready:
        raise Error(f"no window of monitor '{name}' has its labels yet", "not_found")
    newest = max(one["from"] for one in ready)
    window = max((one for one in ready if one["from"] == newest), key=lambda one: one["predictions"])
    return {key: window.get(key) for key in MEASURED}
