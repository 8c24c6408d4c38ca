"""Three ways in which week 101 could have arrived broken, and one that no contract notices. All else is
real."""

import numpy as np
import pandas as pd

from pantry import OUNCES

WEEK = 101
STORES_PER_BOTTLE = 12
PRICES = [f"price{brand}" for brand in range(1, 12)]


def real(sales):
    """Week 101 as it is, in order of store and brand."""
    week = sales[sales.week == WEEK]
    return week.sort_values(["store", "brand"], ignore_index=True)


def per_bottle(sales):
    """Prices per bottle instead of per ounce, in the stores with the lowest numbers."""
    week = real(sales)
    stores = np.sort(week.store.unique())[:STORES_PER_BOTTLE]
    rows = week.store.isin(stores)
    week.loc[rows, PRICES] = week.loc[rows, PRICES].to_numpy() * OUNCES
    return week


def twice_and_missing(sales):
    """One row lost, and a store that sent its rows twice."""
    week = real(sales)
    week = week[~((week.store == 9) & (week.brand == 4))]
    again = week[week.store == 5]
    return pd.concat([week, again], ignore_index=True)


def mixed_up(sales):
    """An unknown store, missing values, half a bottle, and a store that sent last week's stamp."""
    week = real(sales)
    week.loc[(week.store == 12) & week.brand.isin([1, 2, 3]), "feat"] = np.nan
    half = (week.store == 14) & (week.brand == 6)
    ounces = np.exp(week.loc[half, "logmove"]) + OUNCES[5] / 2
    week.loc[half, "logmove"] = np.log(ounces)
    week.loc[week.store == 18, "week"] = WEEK - 1
    week.loc[week.store == 8, "store"] = 999
    return week


def inverted_feed(columns, first_week):
    """From a week on the feed of all stores says the contrary: whether a brand is advertised. Every value is
    as it may be."""
    feat = np.where(columns["week"] >= first_week, 1 - columns["feat"], columns["feat"])
    return columns | {"feat": feat}


BROKEN = {"prices per bottle in 12 stores": per_bottle,
          "a store's rows twice, a row missing": twice_and_missing,
          "unknown store, nulls, half a bottle, wrong week": mixed_up}
