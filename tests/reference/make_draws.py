"""Expected values for src/stats/draws.rs, from SciPy. Prints JSON.

Needs numpy and scipy; the versions used stand in the output. "words" are the
upper 52 bits of 64-bit words; the uniform number of such a word k is
(2 k + 1) / 2^53. Counts are the Poisson quantiles of these numbers, factors the
log-normal ones; both tails are there down to 2^-53. Counts of the largest mean
stop before the upper tail, where SciPy's survival function has no digits left.
Usage: python make_draws.py > draws.json
"""

import json
import platform

import numpy as np
import scipy
from scipy import special, stats

LEVELS = [0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999]
WEIGHTS = [3, 0, 1, 0.5, 0.5]


def words(rng):
    even = rng.integers(0, 1 << 52, 500, dtype=np.uint64)
    low = [(1 << bits) + int(rng.integers(0, 1 << bits)) for bits in range(0, 50, 3)]
    high = [(1 << 52) - 1 - word for word in low]
    return [int(word) for word in even] + low + high


def counts(mean, words):
    """The least k with u <= P(count <= k), from the tail that holds u."""
    out = []
    for word in words:
        # The share below and the share above, each without loss.
        below, above = (2 * word + 1) / 2**53, (2**53 - 2 * word - 1) / 2**53
        short = (lambda k: special.pdtr(k, mean) < below) if below < 0.5 else (lambda k: special.pdtrc(k, mean) > above)
        k = max(0.0, float(np.floor(stats.poisson.ppf(below, mean))))
        while short(k):
            k += 1
        while k > 0 and not short(k - 1):
            k -= 1
        out.append(k)
    return out


def levels(distribution):
    return {"levels": LEVELS, "quantiles": [float(distribution.ppf(level)) for level in LEVELS]}


def shares(concentration):
    total = sum(WEIGHTS)
    of = lambda weight: levels(stats.beta(concentration * weight / total, concentration * (1 - weight / total)))
    return {"concentration": concentration, "first": of(WEIGHTS[0]), "last": of(WEIGHTS[-1])}


def main():
    rng = np.random.default_rng(955)
    drawn = words(rng)
    normal = [float(special.ndtri((2 * w + 1) / 2**53) if w < 1 << 51 else -special.ndtri((2**53 - 2 * w - 1) / 2**53)) for w in drawn]
    means = [0.0, 1e-6, 0.01, 0.5, 1.0, 3.7, 9.0, 15.99, 16.0, 23.0, 50.0, 100.0, 1234.5, 1e5, 1e6, 1e9]
    out = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "words": drawn,
        "poisson": [{"mean": mean, "counts": counts(mean, drawn[:-17] if mean > 1e8 else drawn)} for mean in means],
        "log-normal": [{"sigma": s, "factors": [float(np.exp(s * z)) for z in normal]} for s in [0.05, 0.3, 2.0]],
        "gamma": [{"shape": shape, **levels(stats.gamma(shape))} for shape in [0.1, 1.5, 30.0, 5000.0]],
        "dirichlet": [shares(concentration) for concentration in [0.5, 10.0, 1000.0]],
    }
    print(json.dumps(out, separators=(",", ":")))


if __name__ == "__main__":
    main()
