"""Expected values for src/stats, from NumPy and SciPy. Prints JSON.

Needs numpy and scipy; the versions used stand in the output.
Usage: python make_reference.py > scipy.json
"""

import json
import platform

import numpy as np
import scipy
from scipy import stats

QUANTILES = [0.0, 0.01, 0.05, 0.1, 0.25, 1 / 3, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0]


def psi(reference, other, edges):
    """Bins right-closed; proportions floored at 1e-6, not normalised again."""
    p, q = (
        np.maximum(np.bincount(np.searchsorted(edges, s), minlength=len(edges) + 1) / len(s), 1e-6)
        for s in (reference, other)
    )
    return float(((q - p) * np.log(q / p)).sum())


def summary(values):
    out = {
        "mean": float(np.mean(values)),
        "variance": float(np.var(values)),
        "median": float(np.median(values)),
        "median-absolute-deviation": float(stats.median_abs_deviation(values)),
        "quantiles": [float(q) for q in np.quantile(values, QUANTILES)],
    }
    if len(values) <= 300:
        out["ranks-descending"] = [float(r) for r in stats.rankdata(-values)]
        shares = stats.percentileofscore(values, values, kind="mean")
        out["percentile-ranks"] = [float(r) / 100 for r in shares]
    return out


def case(first, second):
    first, second = np.asarray(first, float), np.asarray(second, float)
    out = {"first": first.tolist(), "second": second.tolist()}
    expected = {
        "ks": float(stats.ks_2samp(first, second, method="asymp").statistic),
        "wasserstein": float(stats.wasserstein_distance(first, second)),
        "of-first": summary(first),
        "of-second": summary(second),
    }
    if len(set(first)) > 1:
        edges = np.quantile(first, np.linspace(0, 1, 11)[1:-1])
        expected["psi"] = psi(first, second, edges)
        rest = first[first != 0]
        if 0 < len(rest) < len(first) and first.min() >= 0 and second.min() >= 0:
            inner = np.quantile(rest, np.linspace(0, 1, 11)[1:-1])
            expected["psi-zero"] = psi(first, second, np.unique(np.concatenate([[0.0], inner])))
    if len(first) == len(second):
        expected["kendall-tau-b"] = float(stats.kendalltau(first, second).statistic)
        expected["spearman"] = float(stats.spearmanr(first, second).statistic)
        expected["mean-shift"] = float(np.mean(second - first))
        expected["mean-absolute-shift"] = float(np.mean(np.abs(second - first)))
        expected["quantile-shifts"] = [
            float(q) for q in np.quantile(second, QUANTILES) - np.quantile(first, QUANTILES)
        ]
        expected["rank-shift"] = float(np.mean(np.abs(stats.rankdata(first) - stats.rankdata(second))))
        # The label is made from the second column; the first plays the difference.
        label = second > np.median(second)
        if 0 < label.sum() < len(label):
            u = stats.mannwhitneyu(first[label], first[~label]).statistic
            expected["auc"] = float(u / (label.sum() * (~label).sum()))
    out["expected"] = expected
    return out


def elementary():
    points = [1e-300, 1e-9, 0.001, 0.5, 0.999999, 1.0, 1.5, 2.0, 10.0, 12345.678, 1e9, 1e300]
    powers = [(2.0, 0.5), (0.3, 2.5), (10.0, -3.0), (1.0000001, 1e6), (99.0, 1 / 3), (0.0, 2.0)]
    ps = [1e-300, 1e-20, 1e-9, 0.001, 0.024, 0.0249, 0.075, 0.3, 0.4999, 0.5, 0.6, 0.925, 0.975, 0.999, 1 - 1e-12]
    return {
        "points": points,
        "ln": [float(v) for v in np.log(points)],
        "log1p": [float(v) for v in np.log1p(points)],
        "exponents": [-700.0, -1.0, -1e-9, 0.0, 0.1, 1.0, 5.5, 700.0],
        "exp": [float(v) for v in np.exp([-700.0, -1.0, -1e-9, 0.0, 0.1, 1.0, 5.5, 700.0])],
        "powers": powers,
        "powf": [float(np.power(b, e)) for b, e in powers],
        "probabilities": ps,
        "normal-quantile": [float(v) for v in stats.norm.ppf(ps)],
    }


def cases():
    r = np.random.default_rng(20111026)
    x10 = [0.67, 0.45, 0.29, 0.12, 0.57, 0.24, 0.94, 0.75, 0.08, 0.54]
    y10 = [0.48, 0.68, 0.32, 0.09, 0.06, 0.61, 0.87, 0.22, 0.44, 0.84]
    # One decimal as published: 0.45 became 0.4 there.
    x10_1 = [0.7, 0.4, 0.3, 0.1, 0.6, 0.2, 0.9, 0.8, 0.1, 0.5]
    y10_1 = [0.5, 0.7, 0.3, 0.1, 0.1, 0.6, 0.9, 0.2, 0.4, 0.8]
    n = 1000
    base = np.round(50 + 12 * r.standard_normal(n), 4)
    near = np.round(base + 2 * r.standard_normal(n), 4)
    counts = r.negative_binomial(1, 0.2, n) * (r.random(n) < 0.6)
    later = counts + r.poisson(0.3, n)
    ladder = np.arange(200.0)
    reversed_ = ladder[::-1].copy()
    reversed_[[10, 11]] = reversed_[[11, 10]]
    reversed_[150] = reversed_[151]
    return {
        "two": case([1.0, 2.0], [3.5, 3.0]),
        "two-and-five": case([1.0, 2.0], [0.5, 2.0, 2.0, 3.0, 9.0]),
        "ten": case(x10, y10),
        "ten-second-one-decimal": case(x10, y10_1),
        "ten-both-one-decimal": case(x10_1, y10_1),
        "eleven-heavy-ties": case([0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 9], [0, 1, 0, 1, 1, 2, 2, 0, 3, 3, 3]),
        "three-levels": case(r.integers(0, 3, 300), r.integers(0, 3, 300)),
        "thousand": case(base, near),
        "thousand-rounded": case(np.round(base), np.round(near)),
        "thousand-counts": case(counts, later),
        "near-reversed": case(ladder, reversed_),
        "identical": case(np.round(near[:50]), np.round(near[:50])),
        "uneven-lengths": case(base[:700], near[:411] + 3.25),
        "negative": case(-np.round(np.exp(r.standard_normal(120)), 3), np.round(r.standard_normal(120), 3)),
    }


def written(value, depth=0):
    """JSON with sorted keys, an object over several lines, a list on one."""
    if not isinstance(value, dict):
        return json.dumps(value, allow_nan=False)
    pad = "  " * (depth + 1)
    items = [f"{pad}{json.dumps(key)}: {written(value[key], depth + 1)}" for key in sorted(value)]
    return "{\n" + ",\n".join(items) + "\n" + "  " * depth + "}"


print(
    written(
        {
            "made-with": {
                "numpy": np.__version__,
                "python": platform.python_version(),
                "scipy": scipy.__version__,
                "script": "tests/reference/make_reference.py",
            },
            "quantiles": QUANTILES,
            "elementary": elementary(),
            "cases": cases(),
        }
    )
)
