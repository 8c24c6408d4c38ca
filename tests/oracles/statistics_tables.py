"""What numpy, scipy, scikit-learn and ssrm-test say of numbers that src/foundation/stats is tested with.

    statistics_tables.py FOLDER

with numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1, ssrm-test 0.1.5 importable writes FOLDER/NAME.tsv:
special, samples, bins, nannyml, arms, ratios.
Fields are divided by tabs, lists by commas; numbers are the shortest that read back the same.
"""

import argparse
from pathlib import Path

import numpy
import scipy
from scipy import stats

numpy.Inf = numpy.inf  # ssrm-test still asks for it.


def show(value):
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return ",".join(show(item) for item in value)
    if isinstance(value, (int, numpy.integer)):
        return str(int(value))
    return repr(float(value))


def write(folder, name, rows):
    text = "".join("\t".join(show(field) for field in row) + "\n" for row in rows)
    (folder / f"{name}.tsv").write_text(text, encoding="utf-8")


def special():
    z = [-37.0, -8.0, -3.0, -1.5, -0.2, 0.0, 0.3, 1.0, 1.959963984540054, 4.0, 9.0]
    p = [1e-300, 1e-12, 1e-4, 0.01, 0.05, 0.3, 0.5, 0.8, 0.975, 0.9999]
    for x in z:
        yield "normal_cdf", x, 0, 0, stats.norm.cdf(x)
        yield "normal_survival", x, 0, 0, stats.norm.sf(x)
    for q in p:
        yield "normal_quantile", q, 0, 0, stats.norm.ppf(q)
    for dof in (1, 2, 3.5, 10, 63, 1000):
        for x in (0.0, 1e-9, 0.4, 1.0, 3.84, 20.0, 80.0, 700.0, 1100.0):
            yield "chi_square_survival", x, dof, 0, stats.chi2.sf(x, dof)
    for a, b in ((0.5, 0.5), (1, 1), (2, 7), (0.03, 4), (40.5, 3.25), (3000, 50), (1e5, 1e5)):
        for x in (0.0, 1e-6, 0.01, 0.2, 0.5, 0.93, 0.984, 1.0):
            yield "beta_cdf", x, a, b, stats.beta.cdf(x, a, b)
        for q in (1e-6, 0.025, 0.3, 0.5, 0.9, 0.975):
            yield "beta_quantile", q, a, b, stats.beta.ppf(q, a, b)
        yield "log_beta", a, b, 0, scipy.special.betaln(a, b)
    for dof in (1, 2, 3.3, 12, 58, 4321, 1e6):
        for t in (0.0, 1e-3, 0.7, 1.96, 2.5, 6.0, 30.0):
            yield "student_two_sided", t, dof, 0, 2 * stats.t.sf(t, dof)
        for q in (1e-6, 0.01, 0.05, 0.2, 0.9):
            yield "student_two_sided_quantile", q, dof, 0, stats.t.isf(q / 2, dof)
    for x in (0.0, 0.1, 0.3, 0.5, 0.7, 0.99, 1.0, 1.01, 1.36, 2.0, 5.0):
        yield "kolmogorov_survival", x, 0, 0, scipy.special.kolmogorov(x)
    for x in (1e-9, 0.1, 0.5, 1.0, 1.5, 2.0, 7.3, 100.0, 12345.6, 1e9):
        yield "log_gamma", x, 0, 0, scipy.special.gammaln(x)


def samples(random):
    for i in range(60):
        n, m = random.integers(1, 60, 2)
        a, b = random.normal(0, 1, n), random.normal(random.normal(), 1 + random.random(), m)
        if i % 3:  # Ties.
            a, b = numpy.round(a, i % 3), numpy.round(b, i % 3)
        d = stats.ks_2samp(a, b).statistic
        en = n * m / (n + m)
        yield (a, b, d, scipy.special.kolmogorov(numpy.sqrt(en) * d),
               stats.wasserstein_distance(a, b))


def filled(shares):
    """The rule of Evidently 0.7.23, calculations/stattests/utils.py, get_binned_data."""
    least = shares[shares != 0].min()
    return numpy.where(shares == 0, least / 10**6 if least <= 0.0001 else 0.0001, shares)


def bins(random):
    for i in range(60):
        k = random.integers(2, 15)
        reference = random.integers(0, 10 ** random.integers(1, 6), k) * (random.random(k) > i / 200)
        current = random.integers(0, 10 ** random.integers(1, 6), k) * (random.random(k) > i / 150)
        reference[0] += 1
        current[-1] += 1
        p, q = reference / reference.sum(), current / current.sum()
        e, f = filled(p), filled(q)
        g, h = numpy.maximum(p, 1e-4), numpy.maximum(q, 1e-4)
        js = scipy.spatial.distance.jensenshannon
        keep = (reference > 0) | (current > 0)
        with numpy.errstate(divide="ignore"):
            test = stats.chisquare(current[keep], (reference * (current.sum() / reference.sum()))[keep])
        yield (reference, current, ((g - h) * numpy.log(g / h)).sum(), ((e - f) * numpy.log(e / f)).sum(),
               stats.entropy(e, f), js(p, q), js(p, q, base=2), numpy.sqrt(1 - numpy.sqrt(p * q).sum()),
               abs(p - q).sum() / 2, abs(p - q).max(), test.statistic, test.pvalue)


def nannyml():
    """The samples of NannyML's own tests, by numpy's old generator, in the bins of NannyML 0.13.1
    (drift/univariate/methods.py): `doane` on the reference, one bin for all that is outside."""
    def normal(*arguments):
        return lambda: numpy.random.normal(*arguments)

    def choice(values, n):
        return lambda: numpy.random.choice(values, n)

    linspace = choice(numpy.linspace(0, 2, 6), 10_000), choice(numpy.linspace(0, 2, 3), 1_000)
    letters = choice(list("abcd"), 10_000), choice(list("abce"), 1_000)
    cases = [
        ("jensen_shannon", 0, normal(0, 1, 10_000), None),
        ("jensen_shannon", 0.05, normal(0, 1, 10_000), normal(0, 1, 1_000)),
        ("jensen_shannon", 0.73, *linspace),
        ("jensen_shannon", 0.5, *letters),
        ("hellinger", 0, normal(0, 1, 10_000), None),
        ("hellinger", 1, normal(0, 1, 10_000), normal(7, 1, 10_000)),
        ("hellinger", 0.63, normal(0, 1, 10_000), normal(-2, 1, 10_000)),
        ("hellinger", 0.72, *linspace),
        ("hellinger", 0.5, *letters),
    ]
    for measure, expected, reference, current in cases:
        numpy.random.seed(1)
        r = reference()
        c = r if current is None else current()
        if r.dtype.kind == "U":
            keys, counts = numpy.unique(r, return_counts=True)
            other = numpy.array([(c == key).sum() for key in keys])
        else:
            edges = numpy.histogram_bin_edges(r, bins="doane")
            counts, other = numpy.histogram(r, edges)[0], numpy.histogram(c, edges)[0]
        yield measure, expected, [*counts, 0], [*other, len(c) - other.sum()]


def arms(random):
    for _ in range(20):
        a = random.gamma(2, 3, int(random.integers(3, 30)))
        b = random.gamma(2.4, 3.5, int(random.integers(3, 30)))
        test = stats.ttest_ind(b, a, equal_var=False)
        interval = test.confidence_interval()
        yield a, b, b.mean() - a.mean(), test.df, test.pvalue, interval.low, interval.high


def ratios(random):
    from ssrm_test.ssrm_test import sequential_posteriors
    for i in range(12):
        k = int(random.integers(2, 5))
        weights = random.integers(1, 5, k)
        null = weights / weights.sum()
        skew = null * (1 + (i % 3) * 0.1 * random.random(k))
        looks = random.multinomial(random.integers(1, 5000), skew / skew.sum(), 6)
        last = sequential_posteriors(looks, null)[-1]
        yield weights, looks.ravel(), last["log_bayes_factor"], last["p_value"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    write(options.folder, "special", special())
    write(options.folder, "samples", samples(numpy.random.default_rng(1)))
    write(options.folder, "bins", bins(numpy.random.default_rng(2)))
    write(options.folder, "nannyml", nannyml())
    write(options.folder, "arms", arms(numpy.random.default_rng(4)))
    write(options.folder, "ratios", ratios(numpy.random.default_rng(5)))


if __name__ == "__main__":
    main()
