"""SciPy's rank correlations on two columns, and the bootstrap that people write around one.

    ranks.py figures FOLDER FIGURE...
    ranks.py bootstrap FOLDER

FOLDER holds baseline.bin and candidate.bin. Prints the seconds and the value of each figure.
"""

import json
import pathlib
import sys
import time

import numpy as np
from scipy import stats

FIGURES = {"tau-b": stats.kendalltau, "spearman": stats.spearmanr, "weighted-tau": stats.weightedtau}
REPLICATES = 1000


def bootstrap(baseline, candidate):
    """The mean of the replicates of tau-b, in a plain loop."""
    random, rows = np.random.default_rng(5), len(baseline)
    drawn = (random.integers(0, rows, rows) for _ in range(REPLICATES))
    replicates = [stats.kendalltau(baseline[chosen], candidate[chosen]).statistic for chosen in drawn]
    return float(np.mean(replicates))


def main(what: str, folder: str, *figures: str):
    folder = pathlib.Path(folder)
    columns = [np.fromfile(folder / f"{side}.bin", dtype="<f8") for side in ("baseline", "candidate")]
    if what == "bootstrap":
        start = time.perf_counter()
        value = bootstrap(*columns)
        name = "bootstrap of tau-b"
        print(json.dumps({"seconds": {name: time.perf_counter() - start}, "values": {name: value}}))
        return
    seconds, values = {}, {}
    for figure in figures:
        start = time.perf_counter()
        values[figure] = float(FIGURES[figure](*columns).statistic)
        seconds[figure] = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "values": values}))


if __name__ == "__main__":
    main(*sys.argv[1:])
