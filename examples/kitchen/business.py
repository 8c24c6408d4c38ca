"""What following the model's advice comes to for a store: whether an extra order sold through, and what
a row cost. Every week a store has a stock of twice the median of the window; advice doubles it.
"""

from dataclasses import dataclass

import numpy as np

from features import PRICES
from pantry import OUNCES

ADVICE_FROM = 0.5
STOCK, EXTRA_STOCK = 2, 4  # Medians of the window, without advice and with it.
HOLDING = 0.1  # Of the price of each extra bottle that is left over: an assumption.


@dataclass(frozen=True)
class Business:
    """For each row of a table."""

    peak: np.ndarray
    bottles: np.ndarray
    median: np.ndarray
    price: np.ndarray  # Dollars a bottle.
    margin: np.ndarray  # Dollars of profit a bottle.

    def orders(self, rows, advised):
        """1 where an extra order was advised and sold through."""
        return (advised & (self.peak[rows] == 1)).astype(int)

    def costs(self, rows, advised):
        """Dollars: the profit of bottles that were asked for and not there, and the holding of those
        that were ordered extra and are left over."""
        bottles, usual = self.bottles[rows], STOCK * self.median[rows]
        stock = np.where(advised, EXTRA_STOCK * self.median[rows], usual)
        unmet = np.maximum(bottles - stock, 0)
        left = stock - np.clip(bottles, usual, stock)
        return unmet * self.margin[rows] + HOLDING * left * self.price[rows]


def business(sales, table):
    """Of the sales as they were, whatever a feed said of them."""
    def key(store, brand, week):
        return (store.astype(np.int64) * 100 + brand) * 1000 + week
    keys = key(sales["store"], sales["brand"], sales["week"])
    order = np.argsort(keys)
    at = order[np.searchsorted(keys[order], key(table.store, table.brand, table.week))]
    ounce = np.column_stack([sales[name] for name in PRICES])[at, table.brand - 1]
    price = ounce * OUNCES[table.brand - 1]
    return Business(table.label, table.bottles, table.median, price,
                    price * sales["profit"][at] / 100)
