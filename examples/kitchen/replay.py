"""Plays weeks of real sales against an endpoint, as the stores would: a request for each store and week
with its brands, and a week later what turned out to be true. It sends, waits and prints; it measures
nothing of the model.

With --server each week is also committed to the dataset `sales`, and the next one is asked for when
the server has done all that follows from it.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import numpy as np

import business
import faults
import features
import pantry

COLUMNS = ["week", "store", "brand", *features.NAMES]
LABELS_A_REQUEST = 5000
REQUESTS_A_SECOND = 91  # 1,000 predictions.
REQUEST_SECONDS_MAX = 60
SETTLE_SECONDS_MAX = 900
RESTART_SECONDS_MAX = 60
POLL_SECONDS = 0.05


class Gateway:
    """One kept connection, and what it came to as the caller saw it."""

    def __init__(self, url, endpoint):
        parts = urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port,
                                                     timeout=REQUEST_SECONDS_MAX)
        self.path = f"/api/v1/endpoints/{endpoint}"
        self.requests = self.failed = 0
        self.seconds = []  # Of each request for predictions that was answered.

    def send(self, verb, body):
        self.connection.request("POST", f"{self.path}/{verb}", body,
                                {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def post(self, verb, body):
        """The answer; None if the request failed. A lost connection is tried once more."""
        body = json.dumps(body).encode()
        self.requests += 1
        started = time.monotonic()
        try:
            try:
                status, said = self.send(verb, body)
            except (OSError, http.client.HTTPException):
                self.connection.close()
                status, said = self.send(verb, body)
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            return self.fail(verb, error)
        if status != 200:
            said = f"{status} {said.decode(errors='replace')}"
            if 400 <= status < 500 and status != 429:  # The next one would be wrong as well.
                sys.exit(f"replay.py: {verb}: {said}")
            return self.fail(verb, said)
        if verb == "predict":
            self.seconds.append(time.monotonic() - started)
        return json.loads(said)

    def fail(self, verb, why):
        self.failed += 1
        print(f"replay.py: a request failed: {verb}: {why}", file=sys.stderr, flush=True)


class Pace:
    """Requests at even distances; without a rate as fast as they are answered."""

    def __init__(self, rate):
        self.step = 1 / rate if rate else 0
        self.next = time.monotonic()

    def wait(self):
        now = time.monotonic()
        if self.next > now:
            time.sleep(self.next - now)
        # What was late is not made up for by a burst.
        self.next = max(self.next, now) + self.step


def store_weeks(table, week):
    """[(row numbers of one store)] of a week."""
    rows = np.flatnonzero(table.week == week)
    return np.split(rows, np.flatnonzero(np.diff(table.store[rows])) + 1) if len(rows) else []


def ask(gateway, table, week, pace):
    """[(prediction id, row, whether the store was advised to order more)], which the caller keeps to
    himself for a week."""
    asked = []
    for rows in store_weeks(table, week):
        facts = np.column_stack([table.week[rows], table.store[rows], table.brand[rows]])
        data = [known + values for known, values in
                zip(facts.tolist(), table.features[rows].tolist(), strict=True)]
        pace.wait()
        answer = gateway.post("predict", {"dataframe_split": {"columns": COLUMNS, "data": data}})
        if answer is not None:
            says = np.array(answer["predictions"], float).reshape(len(rows), -1)[:, -1]
            asked += zip(answer["prediction_ids"], rows.tolist(),
                         (says >= business.ADVICE_FROM).tolist(), strict=True)
    return asked


def labels_of(asked, outcome):
    """What is true of each prediction; what came of the order, and what it cost, under their names."""
    rows = np.array([row for _, row, _ in asked], int)
    advised = np.array([advice for _, _, advice in asked], bool)
    named = {"": outcome.peak[rows], "orders": outcome.orders(rows, advised),
             "cost": outcome.costs(rows, advised)}
    return [{"prediction_id": asked[at][0]} | ({"name": name} if name else {}) |
            {"number": number}
            for name, numbers in named.items() for at, number in enumerate(numbers.tolist())]


def tell(gateway, labels, watermark=None):
    """Sends labels; with the last of them that all there is of the time before `watermark` was sent."""
    for start in range(0, max(len(labels), 1), LABELS_A_REQUEST):
        body = {"labels": labels[start:start + LABELS_A_REQUEST]}
        if watermark is not None and start + LABELS_A_REQUEST >= len(labels):
            body["watermark"] = float(watermark)
        gateway.post("labels", body)


class Server:
    """What is asked of the server; it may be killed and start again meanwhile."""

    def __init__(self, options):
        self.url = options.server.rstrip("/")
        self.program = options.program
        self.target = (f"{self.url}/api/v1/projects/default/endpoints/{options.endpoint}/settled?"
                       + urlencode({"monitor": options.monitor or options.endpoint}))

    def commit(self, sales, week, folder):
        """A week's rows, as the feed had them. The same batch twice is committed once."""
        path = Path(folder) / f"week{week}.csv"
        rows = sales["week"] == week
        pantry.frame({name: values[rows] for name, values in sales.items()}).to_csv(path, index=False)
        command = [self.program, "dataset", "commit", "sales", str(path), "--batch", f"week{week}",
                   "--source", "r-cran-bayesm"]
        deadline = time.monotonic() + RESTART_SECONDS_MAX
        while True:
            done = subprocess.run(command, env=os.environ | {"GALLEY_URL": self.url}, text=True,
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=600)
            if done.returncode == 0:
                break
            if "Nothing is published" in done.stderr or time.monotonic() > deadline:
                sys.exit(f"replay.py: week {week} is not committed: {done.stderr.strip()}")
            time.sleep(POLL_SECONDS)
        path.unlink()

    def settle(self, week):
        """Waits until all that follows from the week has been done."""
        deadline = time.monotonic() + SETTLE_SECONDS_MAX
        waiting_for = "an answer"
        while True:
            try:
                with urllib.request.urlopen(f"{self.target}&window={week}",
                                            timeout=REQUEST_SECONDS_MAX) as answer:
                    said = json.load(answer)
                if said["settled"]:
                    return
                waiting_for = said.get("waiting_for", "")
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    sys.exit(f"replay.py: {self.target}&window={week}: {error.code} "
                             f"{error.read().decode(errors='replace')}")
                waiting_for = f"the server, which answers {error.code}"
            except (OSError, http.client.HTTPException, ValueError) as error:
                waiting_for = f"the server: {error}"
            if time.monotonic() > deadline:
                sys.exit(f"replay.py: week {week} does not settle; waiting for {waiting_for}")
            time.sleep(POLL_SECONDS)


def quantile_ms(seconds, q):
    """Nearest rank, in milliseconds; None of nothing."""
    if not seconds:
        return None
    return round(1000 * sorted(seconds)[max(int(np.ceil(q * len(seconds))) - 1, 0)], 3)


def play(options, sales, table, outcome, gateway):
    """All weeks; the number of predictions."""
    server = Server(options) if options.server else None
    pace = Pace(options.rate)
    count, asked = 0, []

    def pass_on(week, folder):
        """What is known of a week when it is over. The rows come first: who acts on the labels then
        finds them in the dataset."""
        if server and not options.no_commit:
            server.commit(sales, week, folder)
        tell(gateway, labels_of(asked, outcome), week + 1)
        if server:
            server.settle(week)

    with tempfile.TemporaryDirectory(prefix="replay-") as folder:
        for week in range(options.first, options.last + 1):
            if week > options.first:
                pass_on(week - 1, folder)
            asked = ask(gateway, table, week, pace)
            count += len(asked)
        pass_on(options.last, folder)
    return count


def arguments(given=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gateway", required=True, metavar="URL")
    parser.add_argument("--endpoint", default="demand")
    parser.add_argument("--data", required=True, type=Path, help="orangeJuice.rda")
    parser.add_argument("--first", type=int, default=101, metavar="WEEK")
    parser.add_argument("--last", type=int, default=160, metavar="WEEK")
    parser.add_argument("--fault", type=int, metavar="WEEK", help="from this week on the feed of all "
                        "stores is wrong: a fault of known truth")
    parser.add_argument("--kind", choices=faults.KINDS, default="feat_inverted", help="of --fault; "
                        "default %(default)s")
    parser.add_argument("--rate", type=float, default=REQUESTS_A_SECOND, metavar="N",
                        help="requests a second, default %(default)s")
    parser.add_argument("--fast", action="store_true", help="as fast as they are answered")
    parser.add_argument("--server", metavar="URL", help="commit each week, and wait until this server "
                        "has done all that follows from it before the next one is asked for")
    parser.add_argument("--monitor", metavar="NAME", help="whose windows; default: the endpoint's name")
    parser.add_argument("--program", default="galley", metavar="FILE", help="which commits")
    parser.add_argument("--no-commit", action="store_true", help="ask and wait only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what callers saw")
    options = parser.parse_args(given)
    if options.rate <= 0:
        parser.error("--rate must be above 0")
    if options.first > options.last:
        parser.error("--first must not be after --last")
    if options.fast:
        options.rate = None
    return options


def main():
    options = arguments()
    try:
        sales = pantry.load(options.data)["yx"]
    except pantry.PantryError as error:
        sys.exit(f"replay.py: {error}")
    injected = faults.describe(options.kind, options.fault) if options.fault else None
    if injected:
        print(injected, flush=True)
    fed = faults.inject(sales, options.kind, options.fault) if options.fault else sales
    table = features.build(fed)
    outcome = business.business(sales, table)
    gateway = Gateway(options.gateway, options.endpoint)
    started = time.monotonic()
    count = play(options, fed, table, outcome, gateway)
    found = {"requests": gateway.requests, "failed": gateway.failed,
             "p50_ms": quantile_ms(gateway.seconds, 0.5),
             "p99_ms": quantile_ms(gateway.seconds, 0.99), "predictions": count,
             "weeks": options.last - options.first + 1,
             "seconds": round(time.monotonic() - started, 3), "injected": injected}
    print(f"Weeks {options.first}-{options.last}: {count} predictions in {found['seconds']:.1f} s, each "
          f"with its label a week later\n{found['requests']} requests, {found['failed']} failed; "
          f"answered in {found['p50_ms']} ms (p50), {found['p99_ms']} ms (p99)"
          + (f"\n{injected}" if injected else ""))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    if gateway.failed:
        sys.exit(1)


if __name__ == "__main__":
    main()
