"""The features and the label are the defined ones, and nothing in them comes from the future."""

import random
import statistics

import numpy as np
import pytest

import features
import models
import pantry

# Store 54, brand 4, week 101. Sums, because no row of the data is kept here: of bottles, median and
# label, and of the numeric features, each times its place from 1 on.
CHECK_COUNTS = 72
CHECK_FEATURES = 186.78868
TRAIN_MEANS = {"price_rel8": .96155, "price_relmin": 1.22493, "feat8": .19177, "mv_l1": .11512,
               "mv_q75": .41635, "mv_sd": .68890, "feat_oth": 1.93055, "min_rel": .68365,
               "price_rank": 4.87600}
BASELINES = {"majority": (0, 0, 8250, 45078), "last_week": (2159, 6100, 6091, 38978),
             "year_ago": (2036, 6854, 6214, 38224), "rule_feat": (5311, 4240, 2939, 40838),
             "rule_feat_price": (3651, 774, 4599, 44304)}


def test_row_counts(table, train, test):
    assert (len(table.label), table.week.min(), table.week.max()) == (98_835, 48, 160)
    assert (len(train.label), int(train.label.sum())) == (45_507, 8_022)
    assert (len(test.label), int(test.label.sum())) == (53_328, 8_250)
    assert len(np.unique(test.store * 1000 + test.week)) == 4_848


def test_shape_and_order(table):
    assert table.features.shape == (98_835, 30)
    assert table.features.dtype == np.float32
    assert np.isfinite(table.features).all()
    assert features.NAMES[19:] == [f"brand_{brand}" for brand in range(1, 12)]
    assert (table.exact[:, 19:].argmax(axis=1) + 1 == table.brand).all()
    assert (table.exact[:, 19:].sum(axis=1) == 1).all()
    key = (table.store.astype(np.int64) * 100 + table.brand) * 1000 + table.week
    assert (np.diff(key) > 0).all()


def test_the_check_row(table):
    row = np.flatnonzero((table.store == 54) & (table.brand == 4) & (table.week == 101))
    assert len(row) == 1
    found = table.where(row)
    assert found.bottles[0] + found.median[0] + found.label[0] == CHECK_COUNTS
    assert found.exact[0, :19] @ np.arange(1, 20) == pytest.approx(CHECK_FEATURES, abs=5e-5)


def test_means_of_the_training_weeks(train):
    for name, expected in TRAIN_MEANS.items():
        assert train.column(name).mean() == pytest.approx(expected, abs=5.1e-6), name


def quantile(values, share):
    """Linear interpolation, type 7."""
    values = sorted(values)
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


class Plain:
    """The definition once more: one row at a time, with Python's own arithmetic."""

    def __init__(self, sales):
        self.rows = {}
        sold = pantry.bottles(sales).tolist()
        columns = {name: values.tolist() for name, values in sales.items()}
        for i, (store, brand, week) in enumerate(zip(columns["store"], columns["brand"],
                                                     columns["week"], strict=True)):
            self.rows[store, brand, week] = {
                "price": columns[f"price{brand}"][i], "deal": columns["deal"][i],
                "feat": columns["feat"][i], "sold": sold[i]}

    def window(self, store, brand, week):
        weeks = [past for past in range(week - 1, 39, -1) if (store, brand, past) in self.rows]
        return [self.rows[store, brand, past] for past in reversed(weeks[:8])]

    def price_rel8(self, store, brand, week):
        past = self.window(store, brand, week)
        if len(past) < 8:
            return None
        return self.rows[store, brand, week]["price"] / statistics.median(h["price"] for h in past)

    def features(self, store, brand, week):
        row, past = self.rows[store, brand, week], self.window(store, brand, week)
        price, prices = row["price"], [h["price"] for h in past]
        middle = np.log(statistics.median(h["sold"] for h in past))
        moves = [float(np.log(h["sold"]) - middle) for h in past]
        others = [self.rows[store, other, week] for other in range(1, 12) if other != brand]
        relative = [self.price_rel8(store, any_brand, week) for any_brand in range(1, 12)]
        chain = [found["feat"] for key, found in self.rows.items() if key[1:] == (brand, week)]
        return [price / statistics.median(prices), price / prices[-1], price / min(prices),
                price / max(prices), row["deal"], row["feat"], past[-1]["feat"],
                statistics.fmean(h["deal"] for h in past),
                statistics.fmean(h["feat"] for h in past),
                moves[-1], moves[-2], quantile(moves, .25), quantile(moves, .75), max(moves),
                statistics.stdev(moves), sum(other["feat"] for other in others),
                min(value for value in relative if value is not None),
                sum(other["price"] < price for other in others), statistics.fmean(chain)]


def test_random_rows_equal_the_definition_read_literally(frames, table):
    plain = Plain(frames["yx"])
    for i in random.Random(7).sample(range(len(table.label)), 150):
        key = int(table.store[i]), int(table.brand[i]), int(table.week[i])
        np.testing.assert_allclose(table.exact[i, :19], plain.features(*key), rtol=1e-9, atol=1e-12,
                                   err_msg=str(key))
        median = statistics.median(h["sold"] for h in plain.window(*key))
        assert table.median[i] == median
        assert table.label[i] == (plain.rows[key]["sold"] > 2 * median)


def test_nothing_comes_from_the_future(frames, table):
    """Other sales from week 120 on, and other prices and promotions after it, change no feature up
    to week 120: what was sold in a week is not known in it, but its prices and promotions are."""
    sales = {name: values.copy() for name, values in frames["yx"].items()}
    sales["logmove"][sales["week"] >= 120] += np.log(3)
    later = sales["week"] > 120
    for name in ["feat", "profit", *features.PRICES]:
        sales[name][later] = sales[name][later] * 0.5
    sales["deal"][later] = 1 - sales["deal"][later]
    found = features.build(sales)
    past = table.week <= 120
    np.testing.assert_array_equal(found.features[past], table.features[past])
    np.testing.assert_array_equal(found.label[table.week < 120], table.label[table.week < 120])
    assert (found.label != table.label)[table.week == 120].any()
    assert (found.features != table.features)[table.week == 121].any()


def test_the_order_of_the_rows_does_not_matter(frames, table):
    shuffled = np.random.default_rng(5).permutation(len(frames["yx"]["store"]))
    found = features.build({name: values[shuffled] for name, values in frames["yx"].items()})
    np.testing.assert_array_equal(found.label, table.label)
    # Sums over stores are added in another order.
    np.testing.assert_allclose(found.exact, table.exact, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", BASELINES)
def test_baselines_are_exact(table, test, name):
    forecast = models.baselines(table, table.week >= 101)[name]
    found = models.measure(test.label, forecast)
    assert tuple(found[key] for key in ("tp", "fp", "fn", "tn")) == BASELINES[name]
