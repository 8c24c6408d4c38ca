"""Features and label of "this brand's demand in this store more than doubles this week".

All history of a row is its window: the 8 last observed rows of the same store and brand strictly
before it. Only what a store plans ahead is taken from the row's own week: prices, deal and feat.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from pantry import BRANDS, bottles

WINDOW = 8
PEAK_FACTOR = 2.0
PRICES = [f"price{brand}" for brand in BRANDS]
NUMERIC = ["price_rel8", "price_rel1", "price_relmin", "price_relmax", "deal", "feat", "feat_l1",
           "deal8", "feat8", "mv_l1", "mv_l2", "mv_q25", "mv_q75", "mv_max", "mv_sd", "feat_oth",
           "min_rel", "price_rank", "chain_feat"]
NAMES = NUMERIC + [f"brand_{brand}" for brand in BRANDS]


@dataclass(frozen=True)
class Table:
    """The rows that can be scored, ordered by store, brand, week. A model that draws rows at random
    depends on that order."""

    features: np.ndarray  # float32, one column for each of NAMES.
    exact: np.ndarray  # The same before they were rounded to float32.
    label: np.ndarray
    week: np.ndarray
    store: np.ndarray
    brand: np.ndarray
    bottles: np.ndarray
    median: np.ndarray  # Of the bottles in the window.

    def where(self, mask):
        return Table(*(getattr(self, name)[mask] for name in self.__dataclass_fields__))

    def weeks(self, first, last):
        return self.where((self.week >= first) & (self.week <= last))

    def column(self, name):
        return self.exact[:, NAMES.index(name)]


def group_numbers(*columns):
    """(number of each row's group, number of groups): rows equal in all columns share a group."""
    keys = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        _, codes = np.unique(column, return_inverse=True)
        keys = keys * (codes.max(initial=0) + 1) + codes
    unique, numbers = np.unique(keys, return_inverse=True)
    return numbers, len(unique)


def own_history(price, sold, deal, feat):
    """The features that look at a row and its window only; the window is the last axis."""
    windows = {name: sliding_window_view(values, WINDOW)[:-1]
               for name, values in (("price", price), ("sold", sold), ("deal", deal),
                                    ("feat", feat))}
    now = price[WINDOW:]
    past, logs = windows["price"], np.log(windows["sold"])
    median = np.median(windows["sold"], axis=1)
    middle = np.log(median)
    lower, upper = np.quantile(logs, [0.25, 0.75], axis=1)
    return median, {
        "price_rel8": now / np.median(past, axis=1),
        "price_rel1": now / past[:, -1],
        "price_relmin": now / past.min(axis=1),
        "price_relmax": now / past.max(axis=1),
        "feat_l1": windows["feat"][:, -1],
        "deal8": windows["deal"].mean(axis=1),
        "feat8": windows["feat"].mean(axis=1),
        "mv_l1": logs[:, -1] - middle,
        "mv_l2": logs[:, -2] - middle,
        "mv_q25": lower - middle,
        "mv_q75": upper - middle,
        "mv_max": logs.max(axis=1) - middle,
        "mv_sd": logs.std(axis=1, ddof=1),
    }


def shelf_and_chain(yx, feat, price):
    """The features that look at the store's other brands and at the other stores, this week."""
    shelf, shelves = group_numbers(yx["store"], yx["week"])
    chain, chains = group_numbers(yx["brand"], yx["week"])
    prices = np.column_stack([yx[name] for name in PRICES])
    return {
        "feat_oth": np.bincount(shelf, feat, shelves)[shelf] - feat,
        "price_rank": (prices < price[:, None]).sum(axis=1),
        "chain_feat": (np.bincount(chain, feat, chains) / np.bincount(chain, None, chains))[chain],
    }, shelf, shelves


def build(yx):
    """The table of all rows that have a full window."""
    order = np.lexsort((yx["week"], yx["brand"], yx["store"]))
    yx = {name: values[order] for name, values in yx.items()}
    count = len(order)
    price = np.column_stack([yx[name] for name in PRICES])[np.arange(count), yx["brand"] - 1]
    sold = bottles(yx)
    deal, feat = yx["deal"].astype(np.float64), yx["feat"]

    found, shelf, shelves = shelf_and_chain(yx, feat, price)
    median, history = own_history(price, sold, deal, feat)
    # Rows WINDOW apart belong to one store and brand exactly if all rows between them do.
    full = np.zeros(count, bool)
    full[WINDOW:] = ((yx["store"][WINDOW:] == yx["store"][:-WINDOW]) &
                     (yx["brand"][WINDOW:] == yx["brand"][:-WINDOW]))
    scored = np.flatnonzero(full)
    history = {name: values[scored - WINDOW] for name, values in history.items()}
    median = median[scored - WINDOW]

    lowest = np.full(shelves, np.inf)
    np.minimum.at(lowest, shelf[scored], history["price_rel8"])
    columns = {name: values[scored] for name, values in found.items()} | history
    columns |= {"deal": deal[scored], "feat": feat[scored], "min_rel": lowest[shelf[scored]]}
    columns |= {f"brand_{brand}": yx["brand"][scored] == brand for brand in BRANDS}
    exact = np.column_stack([columns[name] for name in NAMES]).astype(np.float64)

    return Table(exact.astype(np.float32), exact,
                 (sold[scored] > PEAK_FACTOR * median).astype(np.int8), yx["week"][scored],
                 yx["store"][scored], yx["brand"][scored], sold[scored], median)
