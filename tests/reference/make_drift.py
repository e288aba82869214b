"""Expected values for the drift statistics of src/stats, from NumPy and SciPy. Prints JSON.

Needs numpy and scipy; the versions used stand in the output. Where a library
has the figure it is asked; the rest is written out with arrays from the
definition. Weighted figures are those of the repeated rows, and of SciPy's
weights where it takes them.
Usage: python make_drift.py > drift.json
"""

import json
import platform

import numpy as np
import scipy
from scipy import spatial, special, stats

QUANTILES = [0.0, 0.01, 0.1, 0.25, 1 / 3, 0.5, 0.75, 0.9, 0.99, 1.0]
BELGIAN = np.array([[55398, 2988, 40, 0], [3452, 14092, 742, 0], [31, 1328, 2594, 3], [0, 0, 1, 21]])


def chi_square():
    a = [0.5, 1.0, 2.5, 7.0, 19.5, 20.0, 50.0, 500.0, 5000.0, 250000.0]
    factors = [1e-6, 0.01, 0.3, 0.9, 1.0, 1.1, 1.5, 3.0, 20.0]
    degrees = [1, 2, 3, 4, 9, 19, 99, 1000, 100000]
    levels = [1e-9, 0.001, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999999]
    return {
        "shapes": a,
        "factors": factors,
        "lower": [[float(special.gammainc(s, s * f)) for f in factors] for s in a],
        "upper": [[float(special.gammaincc(s, s * f)) for f in factors] for s in a],
        "degrees": degrees,
        "levels": levels,
        "quantile": [[float(stats.chi2.ppf(level, d)) for level in levels] for d in degrees],
        "statistics": [0.0, 1e-3, 1.0, 3.84, 20.0, 201.5, 900.0],
        "survival": [[float(stats.chi2.sf(x, d)) for x in [0.0, 1e-3, 1.0, 3.84, 20.0, 201.5, 900.0]] for d in degrees],
    }


def kappa(table, size):
    p = table / table.sum()
    v = size(np.subtract.outer(np.arange(len(table)), np.arange(len(table))))
    return float(1 - (v * p).sum() / (v * np.outer(p.sum(1), p.sum(0))).sum())


def bowker(table):
    """Pairs of cells that are both empty count no degree of freedom."""
    upper = np.triu_indices(len(table), 1)
    there, back = table[upper].astype(float), table.T[upper].astype(float)
    some = there + back > 0
    statistic = ((there - back)[some] ** 2 / (there + back)[some]).sum()
    return statistic, int(some.sum())


def stuart_maxwell(table):
    """By the pseudo-inverse, whose rank is the degrees of freedom."""
    both = (table + table.T).astype(float)
    np.fill_diagonal(both, 0)
    covariance = np.diag(both.sum(1)) - both
    d = table.sum(1) - table.sum(0)
    return float(d @ np.linalg.pinv(covariance, hermitian=True) @ d), int(np.linalg.matrix_rank(covariance, hermitian=True))


def table(counts):
    counts = np.array(counts)
    out = {
        "counts": counts.tolist(),
        "kappa": kappa(counts, lambda d: d != 0),
        "kappa-linear": kappa(counts, np.abs),
        "kappa-quadratic": kappa(counts, lambda d: d * d),
    }
    for name, (statistic, degrees) in [("bowker", bowker(counts)), ("stuart-maxwell", stuart_maxwell(counts))]:
        p = float(stats.chi2.sf(statistic, degrees))
        out[name] = {"statistic": float(statistic), "degrees": degrees, "p-value": p}
    return out


def jensen_shannon(p, q):
    return float(spatial.distance.jensenshannon(p, q, base=2) ** 2)


def weighted(first, second, weights):
    first, second, weights = np.asarray(first, float), np.asarray(second, float), np.asarray(weights)
    long, longer = np.repeat(first, weights), np.repeat(second, weights)
    edges = np.unique(np.quantile(long, np.linspace(0, 1, 11)[1:-1]))
    counts = [np.bincount(np.searchsorted(edges, s), minlength=len(edges) + 1) for s in (long, longer)]
    p, q = (np.maximum(c / c.sum(), 1e-6) for c in counts)
    ranks = [stats.rankdata(s) for s in (long, longer)]
    return {
        "first": first.tolist(),
        "second": second.tolist(),
        "weights": weights.tolist(),
        "mean": float(np.average(first, weights=weights)),
        "variance": float(np.cov(first, fweights=weights, ddof=0)),
        "quantiles": [float(x) for x in np.quantile(long, QUANTILES)],
        "mean-shift": float(np.average(second - first, weights=weights)),
        "mean-absolute-shift": float(np.average(np.abs(second - first), weights=weights)),
        "rank-shift": float(np.mean(np.abs(ranks[0] - ranks[1]))),
        "share-moved-up-3": float(np.average(second - first >= 3, weights=weights)),
        "ks": float(stats.ks_2samp(long, longer, method="asymp").statistic),
        "wasserstein": float(stats.wasserstein_distance(first, second, weights, weights)),
        "psi": float(((q - p) * np.log(q / p)).sum()),
        "jensen-shannon": jensen_shannon(*counts),
        "level-and-order": level_and_order(long, longer),
    }


def level_and_order(b, c):
    target = np.empty(len(b))
    target[np.argsort(b, kind="stable")] = np.sort(c)
    for value in np.unique(b):
        target[b == value] = target[b == value].mean()
    level, order = target - b, c - target
    return {
        "mean-level": float(level.mean()),
        "spread": float(c.std() / b.std()),
        "change": float(((c - b) ** 2).mean()),
        "level": float((level**2).mean()),
        "order": float((order**2).mean()),
        "joint": float(2 * (level * order).mean()),
    }


def shrink(values, variances):
    y, v = np.asarray(values, float), np.asarray(variances, float)
    a = 1 / v
    q = (a * (y - (a * y).sum() / a.sum()) ** 2).sum()
    between = max(0.0, (q - (len(y) - 1)) / (a.sum() - (a**2).sum() / a.sum()))
    pooled = np.average(y, weights=1 / (between + v))
    return {
        "values": y.tolist(),
        "variances": v.tolist(),
        "between": float(between),
        "pooled": float(pooled),
        "shrunk": (pooled + between / (between + v) * (y - pooled)).tolist(),
    }


def shares(counted, of):
    counted, of = np.asarray(counted), np.asarray(of)
    p = counted.sum() / of.sum()
    out = shrink(counted / of, p * (1 - p) / of)
    return {"counted": counted.tolist(), "of": of.tolist()} | {k: out[k] for k in ("between", "pooled", "shrunk")}


def net_promoter(answers, weights):
    answers, w = np.asarray(answers), np.asarray(weights, float)
    s = (answers >= 9).astype(float) - (answers <= 6)
    m = np.average(s, weights=w)
    return {
        "answers": answers.tolist(),
        "weights": w.tolist(),
        "score": float(100 * m),
        "standard-error": float(100 * np.sqrt((w**2 * (s - m) ** 2).sum()) / w.sum()),
        "effective-number": float(w.sum() ** 2 / (w**2).sum()),
        "plain-score": float(100 * s.mean()),
        "plain-standard-error": float(100 * s.std() / np.sqrt(len(s))),
    }


def cases():
    r = np.random.default_rng(20120814)
    n = 400
    base = np.round(50 + 12 * r.standard_normal(n), 4)
    moved = np.round(53 + 1.1 * (base - 50) + 3 * r.standard_normal(n), 4)
    return {
        "hand": weighted([1, 2, 2, 5, 9], [2, 2, 6, 4, 9], [3, 1, 2, 1, 4]),
        "ones": weighted([1, 2, 2, 5, 9], [2, 2, 6, 4, 9], [1, 1, 1, 1, 1]),
        "scores": weighted(base, moved, r.integers(1, 30, n)),
        "rounded": weighted(np.round(base), np.round(moved), r.integers(1, 6, n)),
        "five-levels": weighted(r.integers(0, 5, n), r.integers(0, 5, n), 1 + r.poisson(2, n)),
    }


def written(value, depth=0):
    """JSON with sorted keys, an object over several lines, a list on one."""
    if not isinstance(value, dict):
        return json.dumps(value, allow_nan=False)
    pad = "  " * (depth + 1)
    items = [f"{pad}{json.dumps(key)}: {written(value[key], depth + 1)}" for key in sorted(value)]
    return "{\n" + ",\n".join(items) + "\n" + "  " * depth + "}"


rng = np.random.default_rng(20111026)
print(
    written(
        {
            "made-with": {
                "numpy": np.__version__,
                "python": platform.python_version(),
                "scipy": scipy.__version__,
                "script": "tests/reference/make_drift.py",
            },
            "quantiles": QUANTILES,
            "chi-square": chi_square(),
            "tables": {
                "belgian": table(BELGIAN),
                "random": table(rng.integers(0, 60, (5, 5))),
                "sparse": table(np.diag([5, 9, 0, 4, 2, 7]) + np.diag([3, 2, 0, 6, 1], 1) + np.diag([1, 5, 0, 2, 0], -1)),
            },
            "jensen-shannon": {
                "belgian": jensen_shannon(BELGIAN.sum(1), BELGIAN.sum(0)),
                "with-empty-bins": jensen_shannon([5, 0, 3, 2], [0, 4, 3, 3]),
            },
            "weighted": cases(),
            "shrink": {
                "spread": shrink(50 + 6 * rng.standard_normal(12), rng.uniform(0.5, 30, 12)),
                "alike": shrink([1.0, 1.1, 0.9, 1.05], [4.0, 2.0, 9.0, 1.0]),
            },
            "shares": shares([0, 30, 480, 520, 9], [3, 100, 1000, 1000, 11]),
            "net-promoter": net_promoter(rng.integers(0, 11, 60), rng.lognormal(0, 1, 60)),
        }
    )
)
