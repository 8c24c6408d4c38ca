"""Plays weeks of real sales against an endpoint, as the stores would: a request for each store and week
with its brands, and a week later what turned out to be true. It sends and prints; it measures nothing.
"""

import argparse
import http.client
import json
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

import faults
import features
import pantry

COLUMNS = ["week", "store", "brand", *features.NAMES]
LABELS_A_REQUEST = 5000


class Gateway:
    """One kept connection."""

    def __init__(self, url, endpoint):
        parts = urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        self.path = f"/api/v1/endpoints/{endpoint}"

    def post(self, verb, body):
        self.connection.request("POST", f"{self.path}/{verb}", json.dumps(body).encode(),
                                {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            sys.exit(f"replay.py: {verb}: {answer.status} {said.decode(errors='replace')}")
        return json.loads(said)


def store_weeks(table, week):
    """[(row numbers of one store)] of a week."""
    rows = np.flatnonzero(table.week == week)
    return np.split(rows, np.flatnonzero(np.diff(table.store[rows])) + 1) if len(rows) else []


def ask(gateway, table, week):
    """{prediction id: what is true}, which the caller keeps to himself for a week."""
    truth = {}
    for rows in store_weeks(table, week):
        facts = np.column_stack([table.week[rows], table.store[rows], table.brand[rows]])
        data = [known + values for known, values in
                zip(facts.tolist(), table.features[rows].tolist(), strict=True)]
        answer = gateway.post("predict", {"dataframe_split": {"columns": COLUMNS, "data": data}})
        truth |= zip(answer["prediction_ids"], table.label[rows].tolist(), strict=True)
    return truth


def tell(gateway, truth):
    labels = [{"prediction_id": name, "number": label} for name, label in truth.items()]
    for start in range(0, len(labels), LABELS_A_REQUEST):
        gateway.post("labels", {"labels": labels[start:start + LABELS_A_REQUEST]})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gateway", required=True, metavar="URL")
    parser.add_argument("--endpoint", default="demand")
    parser.add_argument("--data", required=True, type=Path, help="orangeJuice.rda")
    parser.add_argument("--first", type=int, default=101, metavar="WEEK")
    parser.add_argument("--last", type=int, default=160, metavar="WEEK")
    parser.add_argument("--fault", type=int, metavar="WEEK", help="from this week on the promotion "
                        "feed of all stores is inverted: a fault of known truth")
    options = parser.parse_args()
    sales = pantry.load(options.data)["yx"]
    if options.fault:
        print(f"INJECTED, known truth: from week {options.fault} on the feed of all stores says the "
              "contrary of `feat`")
        sales = faults.inverted_feed(sales, options.fault)
    table = features.build(sales)
    gateway = Gateway(options.gateway, options.endpoint)
    started = time.monotonic()
    count, truth = 0, {}
    for week in range(options.first, options.last + 1):
        tell(gateway, truth)  # Last week's, which is known by now.
        truth = ask(gateway, table, week)
        count += len(truth)
    tell(gateway, truth)
    seconds = time.monotonic() - started
    print(f"Weeks {options.first}-{options.last}: {count} predictions in {seconds:.1f} s, each with "
          "its label a week later")


if __name__ == "__main__":
    main()
