"""Reference values for two definitions of a signal, from the shipped starter panel.

Run from the project's folder with pyarrow, NumPy and SciPy; writes overlap.json beside this file.
"""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import scipy
from scipy import stats

SNAPSHOT = "2011-10"
PAIRS = [
    ("twitter.retweets", "twitter.unique-retweeters"),
    ("twitter.followers", "twitter.lists"),
    ("facebook.likes", "facebook.comments"),
    ("twitter.mentions", "google-plus.plus-ones"),
]
here = Path(__file__).parent
table = pq.read_table("datasets/starter/accounts.parquet")
month = np.array(table["snapshot"].to_pylist())


def shares(values, zero_bin, edges):
    """Proportions by bin: zero first where it has a bin, then (edge, next edge]."""
    zeros = [np.sum(values == 0)] if zero_bin else []
    rest = values[values != 0] if zero_bin else values
    counts = np.bincount(np.searchsorted(edges, rest, side="left"), minlength=len(edges) + 1)
    return np.maximum(np.concatenate([zeros, counts]) / len(values), 1e-6)


def index(old, new):
    zero_bin = bool(np.mean(old == 0) >= 0.1)
    edges = np.unique(np.quantile(old[old != 0] if zero_bin else old, np.arange(1, 10) / 10))
    before, after = shares(old, zero_bin, edges), shares(new, zero_bin, edges)
    return float(np.sum((after - before) * np.log(after / before)))


cases = []
for names in PAIRS:
    old, new = [
        np.asarray(table[name].to_numpy(zero_copy_only=False), dtype=float)[month == SNAPSHOT] for name in names
    ]
    there = ~np.isnan(old) & ~np.isnan(new)
    counts = [there, ~np.isnan(old) & np.isnan(new), np.isnan(old) & ~np.isnan(new), np.isnan(old) & np.isnan(new)]
    old, new = old[there], new[there]
    ratios = new[old != 0] / old[old != 0]
    near = np.abs(new - old)
    cases.append(
        {
            "old": names[0],
            "new": names[1],
            "counts": [int(count.sum()) for count in counts],
            "ratio-of-medians": float(np.median(new) / np.median(old)),
            "slope": float(np.median(ratios)),
            "middle-ratios": [float(np.quantile(ratios, part)) for part in (0.25, 0.75)],
            "spearman": float(stats.spearmanr(old, new).statistic),
            "kendall-tau-b": float(stats.kendalltau(old, new, variant="b").statistic),
            # Values are whole numbers: the border is a border of integers.
            "within-10-percent": float(np.mean(10 * near <= old)),
            "within-1-percent": float(np.mean(100 * near <= old)),
            "psi": index(old, new),
            "mapping": [
                [float(np.quantile(side, part / 10)) for side in (old, new)] for part in range(11)
            ],
        }
    )

made = {"numpy": np.__version__, "scipy": scipy.__version__, "snapshot": SNAPSHOT, "cases": cases}
(here / "overlap.json").write_text(json.dumps(made, indent=1) + "\n")
