"""Three ways in which week 101 could have arrived broken, and some in which a feed goes wrong that no
contract notices. All else is real."""

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


def previous(columns, name):
    """The value of the row before of the same store and brand; of the first one its own."""
    order = np.lexsort((columns["week"], columns["brand"], columns["store"]))
    values = columns[name][order]
    follows = ((columns["store"][order][1:] == columns["store"][order][:-1]) &
               (columns["brand"][order][1:] == columns["brand"][order][:-1]))
    found = np.empty_like(values)
    found[order] = np.concatenate([values[:1], np.where(follows, values[:-1], values[1:])])
    return found


def inverted(columns):
    """`feat` says the contrary: whether a brand is not advertised"""
    return {"feat": 1 - columns["feat"]}


def swapped(columns):
    """`deal` and `feat` are in each other's place"""
    # A coupon is there or not; of a feature advertised for a part of the week the larger part counts.
    return {"deal": (columns["feat"] >= 0.5).astype(columns["deal"].dtype),
            "feat": columns["deal"].astype(np.float64)}


def stuck(*names):
    def change(columns):
        return {name: np.zeros_like(columns[name]) for name in names}
    change.__doc__ = f"{' and '.join(f'`{name}`' for name in names)}: always 0"
    return change


def late(*names, what):
    def change(columns):
        return {name: previous(columns, name) for name in names}
    change.__doc__ = f"{what} is a week old"
    return change


def alphabetical(columns):
    """the columns of prices come in the order of the alphabet: price1, price10, price11, price2, ..."""
    return {name: columns[other] for name, other in zip(PRICES, sorted(PRICES), strict=True)}


# What a feed of all stores may deliver from a week on. Every value is as it may be, so no contract
# notices; the doc says what is wrong with the feed.
KINDS = {"feat_inverted": inverted,
         "deal_feat_swapped": swapped,
         "feat_stuck": stuck("feat"),
         "deal_feat_stuck": stuck("deal", "feat"),
         "feat_late": late("feat", what="`feat`"),
         "deal_feat_late": late("deal", "feat", what="what is promoted"),
         "prices_late": late(*PRICES, what="the price list"),
         "all_late": late("deal", "feat", *PRICES, what="the whole feed"),
         "prices_alphabetical": alphabetical}


def inject(columns, kind, first_week):
    """The columns with one of KINDS from a week on."""
    at = columns["week"] >= first_week
    return columns | {name: np.where(at, values, columns[name])
                      for name, values in KINDS[kind](columns).items()}


def describe(kind, first_week):
    return (f"INJECTED, known truth: from week {first_week} on, in the feed of all stores, "
            f"{KINDS[kind].__doc__} ({kind})")


BROKEN = {"prices per bottle in 12 stores": per_bottle,
          "a store's rows twice, a row missing": twice_and_missing,
          "unknown store, nulls, half a bottle, wrong week": mixed_up}
