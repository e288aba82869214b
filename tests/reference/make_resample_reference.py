"""Expected values for src/stats/resample, from NumPy and SciPy. Prints JSON.

Needs numpy and scipy; the versions used stand in the output.
Usage: python make_resample_reference.py > resample.json

Each case holds two columns, an integer weight a row and a cluster a row.
Weighted figures are SciPy's on the rows repeated by weight; the jackknife is
SciPy's with each row (each cluster) left out; intervals are those of
scipy.stats.bootstrap, with its replicates, so that only the step from
replicates to interval is compared.
"""

import json
import platform
import warnings

import numpy as np
import scipy
from scipy import stats


def tau(x, y):
    return stats.kendalltau(x, y).statistic


def rho(x, y):
    return stats.spearmanr(x, y).statistic


def mean_shift(x, y):
    return np.mean(y - x)


def interval(statistic, first, second, method, seed):
    found = stats.bootstrap(
        (first, second), statistic, paired=True, vectorized=False, n_resamples=499,
        method=method, confidence_level=0.9, rng=np.random.default_rng(seed),
    )
    ends = [float(found.confidence_interval.low), float(found.confidence_interval.high)]
    return ends, [float(value) for value in found.bootstrap_distribution]


def case(first, second, rng):
    n = len(first)
    weights = rng.integers(0, 4, n)
    clusters = rng.integers(0, max(4, n // 5), n)
    out = {
        "first": first.tolist(),
        "second": second.tolist(),
        "weights": weights.tolist(),
        "clusters": clusters.tolist(),
    }
    for seed, (name, statistic) in enumerate({"tau": tau, "rho": rho, "shift": mean_shift}.items()):
        long = (np.repeat(first, weights), np.repeat(second, weights))
        without = lambda keep: float(statistic(first[keep], second[keep]))
        bca, replicates = interval(statistic, first, second, "BCa", seed)
        percentile, again = interval(statistic, first, second, "percentile", seed)
        assert replicates == again
        out[name] = {
            "weighted": float(statistic(*long)),
            "jackknife": [without(np.arange(n) != row) for row in range(n)],
            "cluster-jackknife": [without(clusters != one) for one in np.unique(clusters)],
            "replicates": replicates,
            "percentile": percentile,
            "bca": bca,
        }
    return out


def main():
    warnings.simplefilter("error")
    rng = np.random.default_rng(20111026)
    common = rng.normal(size=40)
    skewed = np.exp(rng.normal(size=30))
    cases = {
        "normal": (common + 0.5 * rng.normal(size=40), common + 0.5 * rng.normal(size=40)),
        "tied": (rng.integers(0, 5, 35).astype(float), rng.integers(0, 5, 35).astype(float)),
        "skewed": (skewed, skewed * np.exp(0.6 * rng.normal(size=30))),
        # Eighths, so that sums and with them ties between replicates are exact.
        "rounded": (np.round(8 * common) / 8, np.round(2 * common)),
    }
    out = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "level": 0.9,
        "cases": {name: case(*columns, rng) for name, columns in cases.items()},
    }
    print(json.dumps(out, separators=(",", ":")))


if __name__ == "__main__":
    main()
