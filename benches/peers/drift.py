"""The drift of every signal between two snapshots, as people measure it today.

    drift.py evidently|numpy FOLDER

FOLDER holds before.parquet and after.parquet. Prints the seconds, reading included, and the index of
every signal. `evidently` bins by its own rule: Sturges' number of bins of equal width over both
snapshots together. `numpy` follows METHODOLOGY.md, "Drift of the signals", and so must give our values.
"""

import json
import pathlib
import sys
import time

if sys.argv[1] == "evidently":
    import pandas as pd
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset
else:
    import numpy as np
    import polars as pl

BESIDE = ["account", "snapshot"]


def by_evidently(*paths: pathlib.Path):
    frames = [pd.read_parquet(path).drop(columns=BESIDE) for path in paths]
    definition = DataDefinition(numerical_columns=list(frames[0].columns))
    reference, current = (Dataset.from_pandas(frame, data_definition=definition) for frame in frames)
    report = Report([DataDriftPreset(method="psi")]).run(current, reference)
    found = report.dict()["metrics"]
    return {each["config"]["column"]: float(each["value"]) for each in found if "column" in each["config"]}


def index(before, after):
    """Ten quantile bins of the cells before; zero has a bin of its own if a tenth of them are zero."""
    own_zero = 10 * np.count_nonzero(before == 0) >= len(before)
    ordered = np.sort(before[before != 0] if own_zero else before)
    # Positions in integers, so that no rounding moves an edge off a tied value.
    below, rest = np.divmod((len(ordered) - 1) * np.arange(1, 10), 10)
    above = np.minimum(below + 1, len(ordered) - 1)
    edges = np.unique(ordered[below] + (ordered[above] - ordered[below]) * (rest / 10))
    shares = []
    for cells in (before, after):
        zeros = np.count_nonzero(cells == 0) if own_zero else 0
        others = cells[cells != 0] if own_zero else cells
        counts = np.bincount(np.searchsorted(edges, others), minlength=len(edges) + 1)
        shares.append(np.append(counts, [zeros] if own_zero else []) / len(cells))
    p, q = (np.maximum(share, 1e-6) for share in shares)
    return float(((q - p) * np.log(q / p)).sum())


def by_numpy(*paths: pathlib.Path):
    frames = [pl.read_parquet(path).drop(BESIDE) for path in paths]
    values = {}
    for name in frames[0].columns:
        before, after = (frame[name].cast(pl.Float64).to_numpy() for frame in frames)
        values[name] = index(before, after)
    return values


def main(peer: str, folder: str):
    start = time.perf_counter()
    measure = by_evidently if peer == "evidently" else by_numpy
    values = measure(*(pathlib.Path(folder) / f"{side}.parquet" for side in ("before", "after")))
    print(json.dumps({"seconds": {"drift": time.perf_counter() - start}, "values": values}))


if __name__ == "__main__":
    main(*sys.argv[1:])
