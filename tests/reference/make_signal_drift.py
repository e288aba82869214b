"""Reference values for the drift of signals, from the shipped starter panel.

Run from the project's folder with pyarrow, NumPy and SciPy; writes signal_drift.json beside this file.
"""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import scipy
from scipy import stats

FROM, TO = "2011-08", "2011-10"
here = Path(__file__).parent
table = pq.read_table("datasets/starter/accounts.parquet")
month = np.array(table["snapshot"].to_pylist())


def shares(values, zero_bin, edges):
    """Proportions by bin: zero first where it has a bin, then (edge, next edge]."""
    zeros = [np.sum(values == 0)] if zero_bin else []
    rest = values[values != 0] if zero_bin else values
    counts = np.bincount(np.searchsorted(edges, rest, side="left"), minlength=len(edges) + 1)
    return np.maximum(np.concatenate([zeros, counts]) / len(values), 1e-6)


def index(before, after):
    return float(np.sum((after - before) * np.log(after / before)))


signals = {}
for name in table.column_names:
    if "." not in name:
        continue  # key, snapshot, segment and the hidden outcome
    column = np.asarray(table[name].to_numpy(zero_copy_only=False), dtype=float)
    sides = [column[month == FROM], column[month == TO]]
    before, after = [side[~np.isnan(side)] for side in sides]
    zero_bin = bool(np.mean(before == 0) >= 0.1)
    edges = np.unique(np.quantile(before[before != 0] if zero_bin else before, np.arange(1, 10) / 10))
    there = [np.maximum(np.array([np.mean(~np.isnan(side)), np.mean(np.isnan(side))]), 1e-6) for side in sides]
    signals[name] = {
        "missing": [int(np.isnan(side).sum()) for side in sides],
        "median": [float(np.median(before)), float(np.median(after))],
        "zero-bin": zero_bin,
        "psi": index(shares(before, zero_bin, edges), shares(after, zero_bin, edges)),
        "missing-psi": index(*there),
        "ks": float(stats.ks_2samp(before, after).statistic),
        "change-of-mean-log1p": float(np.log1p(after).mean() - np.log1p(before).mean()),
    }

made = {"numpy": np.__version__, "scipy": scipy.__version__, "from": FROM, "to": TO, "signals": signals}
(here / "signal_drift.json").write_text(json.dumps(made, indent=1) + "\n")
