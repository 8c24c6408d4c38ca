"""What a monitor, its alerts, a rollout and the report must come to, computed with NumPy from exported
predictions: written from docs/formats/ alone (monitor.md, alert.md, rollout.md, report.md), in one pass
over all rows and with none of Galley's code.
"""

import csv
import json
from dataclasses import dataclass, field

import numpy as np

Z = 1.959963984540054  # The 97.5 % quantile of the normal distribution.
THRESHOLD = 0.5
FLOOR, LOSS_SCALE = 0.01, 2.3
BLOCK_SCALE, BETS = 0.25, (0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
SHARE_MIN = 1e-4
DRAWS, SEED = 4000, 1
SPAN = 4  # Of alerts and of drift.


@dataclass
class Rows:
    """One of each prediction, also mirrored ones, whose columns and labels are those of the answered row."""

    window: np.ndarray
    brand: np.ndarray
    variant: np.ndarray
    version: np.ndarray
    is_mirrored: np.ndarray
    row: np.ndarray  # Number of the answered row: what was asked.
    probability: np.ndarray
    label: np.ndarray  # NaN: none yet.
    order: np.ndarray
    cost: np.ndarray
    columns: dict = field(default_factory=dict)

    def where(self, mask):
        return Rows(*(getattr(self, name)[mask] for name in list(self.__dataclass_fields__)[:-1]),
                    {name: values[mask] for name, values in self.columns.items()})

    @property
    def served(self):
        return self.where(~self.is_mirrored)

    def of(self, version):
        return self.where(self.version == version)

    def labelled(self):
        return self.where(~np.isnan(self.label))

    def windows(self, first, last):
        return self.where((self.window >= first) & (self.window <= last))


def labels_of(record, name):
    found = np.full(record["rows"], np.nan)
    for label in sorted((it for it in record["labels"] if it["name"] == name),
                        key=lambda it: it["at_ms"]):
        found[label["row"]] = float(label["value"])
    return found


def rows_of(records, columns):
    """`records`: lines of `galley prediction export`; `columns`: names of what is compared."""
    asked, number = {}, 0
    for record in records:
        if record.get("mirror_of") is None:
            body = json.loads(record["request"])["dataframe_split"]
            asked[record["id"]] = {
                "first": number, "data": np.array(body["data"], float), "names": body["columns"],
                "labels": [labels_of(record, name) for name in ("", "orders", "cost")]}
            number += record["rows"]
    parts = []
    for record in records:
        about = asked[record.get("mirror_of") or record["id"]]
        said = np.array(json.loads(record["response"])["predictions"], float).reshape(
            record["rows"], -1)[:, -1]
        count, data, names = record["rows"], about["data"], about["names"]
        parts.append([np.floor(data[:, names.index("week")]).astype(int),
                      data[:, names.index("brand")].astype(int),
                      np.full(count, record["variant"]), np.full(count, record["version_id"]),
                      np.full(count, record.get("mirror_of") is not None),
                      about["first"] + np.arange(count), said, *about["labels"],
                      *(data[:, names.index(name)] for name in columns)])
    whole = [np.concatenate(values) for values in zip(*parts, strict=True)]
    own = len(whole) - len(columns)
    return Rows(*whole[:own], dict(zip(columns, whole[own:], strict=True)))


# Counts and what comes of them.

def counts(rows):
    """(tp, fp, fn, tn) of rows with a label."""
    rows = rows.labelled()
    says, is_so = rows.probability >= THRESHOLD, rows.label == 1
    return tuple(int(it.sum()) for it in (says & is_so, says & ~is_so, ~says & is_so, ~says & ~is_so))


def measured(rows):
    """The fields of a window of `monitor show --json` that are not counts of their own."""
    tp, fp, fn, tn = counts(rows)
    labels, known = tp + fp + fn + tn, rows.labelled()
    if labels == 0:
        return {"predictions": len(rows.window), "labels": 0}
    low, high = wilson(tp + tn, labels)
    sure = np.where(known.label == 1, known.probability, 1 - known.probability)
    found = {"predictions": len(rows.window), "labels": labels, "true_positives": tp,
             "false_positives": fp, "false_negatives": fn, "true_negatives": tn,
             "coverage": labels / len(rows.window), "accuracy": (tp + tn) / labels,
             "accuracy_low": low, "accuracy_high": high, "base_rate": (tp + fn) / labels,
             "majority": max(tp + fn, fp + tn) / labels,
             "log_loss": float(np.rint(-np.log(np.maximum(sure, FLOOR)) * 1e9).sum() / 1e9 / labels),
             "brier": float(np.rint((known.probability - known.label) ** 2 * 1e9).sum() / 1e9 / labels)}
    if tp + fn and fp + tn:
        found["recall"] = tp / (tp + fn)
        found["balanced_accuracy"] = (tp / (tp + fn) + tn / (fp + tn)) / 2
    if tp + fp:
        found["precision"] = tp / (tp + fp)
    return found


def business(rows):
    """Conversion and cost, of what callers got."""
    hits, count = int(np.nansum(rows.order)), len(rows.window)
    low, high = wilson(hits, count)
    return {"conversions": hits, "conversion_labels": int((~np.isnan(rows.order)).sum()),
            "conversion": hits / count, "conversion_low": low, "conversion_high": high,
            "cost": float(np.nansum(half_up(rows.cost * 1e6)) / 1e6),
            "cost_labels": int((~np.isnan(rows.cost)).sum())}


def half_up(values):
    """Whole numbers, halves away from zero."""
    return np.copysign(np.floor(np.abs(values) + 0.5), values)


def wilson(hits, count):
    share = hits / count
    middle = (share + Z * Z / (2 * count)) / (1 + Z * Z / count)
    half = Z / (1 + Z * Z / count) * np.sqrt(share * (1 - share) / count + Z * Z / (4 * count**2))
    return float(max(middle - half, 0)), float(min(middle + half, 1))


# Drift.

class Reference:
    """Frozen bins and a threshold for each column, from the rows that a model was trained on."""

    def __init__(self, path, columns, floor=0.2, deviations=3):
        with open(path, encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        week = np.array([float(row["week"]) for row in rows])
        self.edges, self.shares, self.thresholds = {}, {}, {}
        for name in columns:
            values = np.array([float(row[name]) for row in rows])
            self.edges[name] = np.unique(np.quantile(values, np.arange(1, 10) / 10))
            self.shares[name] = self.binned(name, values)
            weeks = np.unique(week)
            whole = len(weeks) - len(weeks) % SPAN
            blocks = [self.psi(name, values[np.isin(week, weeks[at:at + SPAN])])
                      for at in range(0, whole, SPAN)]
            self.thresholds[name] = max(floor, np.mean(blocks) + deviations * np.std(blocks))

    def binned(self, name, values):
        """Shares of the bins [edge, next edge) and of missing values."""
        is_there = ~np.isnan(values)
        at = np.searchsorted(self.edges[name], values[is_there], side="right")
        found = np.append(np.bincount(at, minlength=len(self.edges[name]) + 1), (~is_there).sum())
        return found / len(values)

    def psi(self, name, values):
        one, other = (np.maximum(it, SHARE_MIN) for it in (self.shares[name], self.binned(name, values)))
        return float(((other - one) * np.log(other / one)).sum())


def drift(references, rows, running=2):
    """{window: {column: (distance, beyond, alarm)}} of what was asked, SPAN windows together.
    `references`: [(the window from which on it is in force, Reference)]: with each other bins are filled,
    and what is beyond in a row goes on."""
    found, in_a_row = {}, dict.fromkeys(references[0][1].edges, 0)
    ends = [first - 1 for first, _ in references[1:]] + [np.inf]
    for (first, reference), end in zip(references, ends, strict=True):
        windows = np.unique(rows.window[(rows.window >= first) & (rows.window <= end)])
        for window in windows[windows >= windows[:1].sum() + SPAN - 1].tolist():
            part = rows.windows(window - SPAN + 1, window)
            found[window] = {}
            for name in reference.edges:
                distance = reference.psi(name, part.columns[name])
                beyond = distance > reference.thresholds[name]
                in_a_row[name] = in_a_row[name] + 1 if beyond else 0
                found[window][name] = (distance, beyond, in_a_row[name] >= running)
    return found


# Alerts.

def episodes(hits, hold=0):
    """[(active, fired, resolved)] of an alert that pends for `hold` windows; `hits`: {window: true,
    false, None for no data}. Without an end `resolved` is None; what only pended is left out."""
    found, active, fired = [], None, None
    for window, hit in sorted(hits.items()):
        if hit is None:
            continue
        if hit:
            active = window if active is None else active
            if fired is None and window - active >= hold:
                fired = window
        else:
            if fired is not None:
                found.append((active, fired, window))
            active = fired = None
    return found + ([(active, fired, None)] if fired is not None else [])


def states(hits, hold=0):
    """{window: what an alert may be called then}"""
    found, active, fired, was = {}, None, False, {"inactive"}
    for window, hit in sorted(hits.items()):
        if hit:
            active = window if active is None else active
            fired = fired or window - active >= hold
            was = {"firing"} if fired else {"pending"}
        elif hit is not None:
            was = {"resolved"} if fired else was & {"resolved"} or {"inactive"}
            active, fired = None, False
        found[window] = was
    return found


def rule_hits(rows, low, ratio, labels_min=2000):
    """Of a rule `ratio < low` over SPAN windows of what callers were answered."""
    hits = {}
    for window in np.unique(rows.window).tolist():
        part = rows.windows(window - SPAN + 1, window)
        enough = len(part.labelled().window) >= labels_min
        hits[window] = bool(ratio(part) < low) if enough else None
    return hits


def accuracy(rows):
    tp, fp, fn, tn = counts(rows)
    return (tp + tn) / (tp + fp + fn + tn)


def conversion(rows):
    return np.nansum(rows.order) / len(rows.window)


def alerts(rows, references):
    """[(rule, column, active, fired, resolved)] of examples/kitchen/alerts.yaml, in that order."""
    served, found = rows.served, []
    for rule, hits, hold in (("accuracy", rule_hits(served, 0.9, accuracy), 1),
                             ("conversion", rule_hits(served, 0.05, conversion), 0)):
        found += [(rule, None, *it) for it in episodes(hits, hold)]
    drifted = drift(references, served)
    for name in references[0][1].edges:
        found += [("drift", name, *it)
                  for it in episodes({window: of[name][2] for window, of in drifted.items()})]
    return found


# Two versions on the same rows.

def pairs(rows, champion, challenger):
    """{(window, brand): (rows, sum of scores in billionths)} of rows that one of the variants answered,
    and that were mirrored to the other one."""
    one, other = (rows.where(rows.variant == it).labelled() for it in (champion, challenger))
    _, at, beside = np.intersect1d(one.row, other.row, return_indices=True)

    def loss(of, rows):
        sure = np.where(of.label == 1, of.probability, 1 - of.probability)[rows]
        return -np.log(np.maximum(sure, FLOOR))
    both = one.is_mirrored[at] != other.is_mirrored[beside]
    at, beside = at[both], beside[both]
    score = np.rint(np.clip((loss(one, at) - loss(other, beside)) / LOSS_SCALE, -1, 1) * 1e9)
    found = {}
    for window, brand, value in zip(one.window[at].tolist(), one.brand[at].tolist(), score.tolist(),
                                    strict=True):
        rows_of_block, total = found.get((window, brand), (0, 0))
        found[window, brand] = (rows_of_block + 1, total + int(value))
    return found


def evidence(blocks, first, last):
    """(ln E that the challenger is better, that it is worse) of blocks in these windows."""
    values = np.array([np.clip(total / 1e9 / count / BLOCK_SCALE, -1, 1)
                       for (window, _), (count, total) in sorted(blocks.items())
                       if first <= window <= last])
    found = []
    for sign in (1, -1):
        bets = [np.log1p(bet * sign * values).sum() for bet in BETS]
        found.append(float(np.logaddexp.reduce(bets) - np.log(len(BETS))))
    return tuple(found)


def verdict(blocks, first, bound=20, windows_max=8):
    """(verdict, window) of an analysis that looks from window `first` on."""
    windows = sorted({window for window, _ in blocks if window >= first})
    for looked, window in enumerate(windows, 1):
        better, worse = evidence(blocks, first, window)
        if better >= np.log(bound):
            return "pass", window
        if worse >= np.log(bound):
            return "fail", window
        if looked == windows_max:
            return "inconclusive", window
    return None, None


# Intervals of several windows.

def drawn(*windows):
    """Of each arm with so many windows DRAWS times so many of them, in each draw arm after arm."""
    count = DRAWS * sum(windows)
    with np.errstate(over="ignore"):
        z = np.uint64(SEED) + np.uint64(0x9E3779B97F4A7C15) * np.arange(1, count + 1, dtype=np.uint64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    found, begin = [], 0
    numbers = z.reshape(DRAWS, sum(windows))
    for count in windows:
        part = numbers[:, begin:begin + count]
        found.append(np.array([(it * count) >> 64 for it in part.ravel().tolist()]).reshape(part.shape))
        begin += count
    return found


def per_window(rows, windows):
    """(right, labels) by window."""
    right, labels = [], []
    for window in windows:
        tp, fp, fn, tn = counts(rows.windows(window, window))
        right.append(tp + tn)
        labels.append(tp + fp + fn + tn)
    return np.array(right), np.array(labels)


def labelled_windows(rows):
    return np.unique(rows.labelled().window)


def interval(values):
    return tuple(float(it) for it in np.quantile(values, [0.025, 0.975]))


def ratio_with_interval(rows):
    """(accuracy, low, high) by a bootstrap over windows."""
    right, labels = per_window(rows, labelled_windows(rows))
    (at,) = drawn(len(right))
    return (right.sum() / labels.sum(), *interval(right[at].sum(1) / labels[at].sum(1)))


def gain(one, other, first):
    """(difference, low, high): accuracy of `one` minus that of `other` in the windows from `first` on in
    which both have labels."""
    windows = np.intersect1d(labelled_windows(one), labelled_windows(other))
    windows = windows[windows >= first]
    (right, labels), (right2, labels2) = per_window(one, windows), per_window(other, windows)
    (at,) = drawn(len(windows))
    drawn_gain = right[at].sum(1) / labels[at].sum(1) - right2[at].sum(1) / labels2[at].sum(1)
    return (right.sum() / labels.sum() - right2.sum() / labels2.sum(), *interval(drawn_gain))


def gap(before, after):
    """(difference, low, high) of two arms, each drawn by itself."""
    arms = [per_window(rows, labelled_windows(rows)) for rows in (before, after)]
    shares = [right[at].sum(1) / labels[at].sum(1)
              for (right, labels), at in zip(arms, drawn(*(len(it[0]) for it in arms)), strict=True)]
    value = [right.sum() / labels.sum() for right, labels in arms]
    return (value[0] - value[1], *interval(shares[0] - shares[1]))
