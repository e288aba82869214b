"""What people use today to score a table with two models and to compare the scores.

    scoring.py polars|duckdb FOLDER [FIGURE...]

FOLDER holds accounts.parquet and weights.json. Prints the seconds of each step and the values.
Imports are not timed.
"""

import functools
import json
import os
import pathlib
import sys
import time

import numpy as np
from scipy import stats

if sys.argv[1] == "polars":
    import polars as pl
else:
    import duckdb


def by_polars(table: str, signals: list[str], weights: list[list[float]]):
    """The streaming engine; logarithms in double precision, as ours."""
    logs = [pl.col(name).cast(pl.Float64).log1p() for name in signals]
    sums = [
        functools.reduce(lambda sum, term: sum + term, [log * by for log, by in zip(logs, each)]) for each in weights
    ]
    frame = pl.scan_parquet(table).select(baseline=sums[0], candidate=sums[1]).collect(engine="streaming")
    return frame["baseline"].to_numpy(), frame["candidate"].to_numpy()


def by_duckdb(table: str, signals: list[str], weights: list[list[float]]):
    sums = [" + ".join(f'{by!r} * ln(1 + "{name}"::double)' for name, by in zip(signals, each)) for each in weights]
    connection = duckdb.connect(config={"threads": os.environ["THREADS"]})
    rows = connection.execute(f"select {sums[0]} baseline, {sums[1]} candidate from '{table}'").fetchnumpy()
    return np.asarray(rows["baseline"]), np.asarray(rows["candidate"])


def psi(baseline, candidate):
    """Deciles of the baseline, shares of at least 1e-6."""
    edges = np.quantile(baseline, np.linspace(0, 1, 11)[1:-1])
    counts = (np.bincount(np.searchsorted(edges, scores), minlength=10) for scores in (baseline, candidate))
    p, q = (np.maximum(count / len(baseline), 1e-6) for count in counts)
    return ((q - p) * np.log(q / p)).sum()


def ks(baseline, candidate):
    """The statistic alone; scipy.stats.ks_2samp takes longer, for a p-value that does not hold here."""
    x, y = np.sort(baseline), np.sort(candidate)
    both = np.concatenate([x, y])
    return np.abs(
        np.searchsorted(x, both, side="right") / len(x) - np.searchsorted(y, both, side="right") / len(y)
    ).max()


FIGURES = {
    "kendall-tau-b": lambda x, y: stats.kendalltau(x, y).statistic,
    "spearman": lambda x, y: stats.spearmanr(x, y).statistic,
    "psi": psi,
    "ks": ks,
    "wasserstein": stats.wasserstein_distance,
}


def main(peer: str, folder: str, *figures: str):
    folder = pathlib.Path(folder)
    made = json.loads((folder / "weights.json").read_text())
    seconds, values = {}, {}
    start = time.perf_counter()
    score = by_polars if peer == "polars" else by_duckdb
    sums = score(str(folder / "accounts.parquet"), made["signals"], list(made["weights"].values()))
    scores = [1 + 99 * (sum - sum.min()) / (sum.max() - sum.min()) for sum in sums]
    seconds["read and score"] = time.perf_counter() - start
    for figure in figures:
        start = time.perf_counter()
        values[figure] = float(FIGURES[figure](*scores))
        seconds[figure] = time.perf_counter() - start
    values |= {f"mean of the {side}": float(each.mean()) for side, each in zip(["baseline", "candidate"], scores)}
    print(json.dumps({"seconds": seconds, "total": sum(seconds.values()), "values": values}))


if __name__ == "__main__":
    main(*sys.argv[1:])
