"""Makes what is measured: tables of accounts with the workbench around them, and columns of scores.

    tables.py accounts ACCOUNTS SIGNALS WORKBENCH    dataset accounts-ACCOUNTSxSIGNALS, models weighted-SIGNALS
    tables.py snapshots ACCOUNTS SIGNALS WORKBENCH   dataset snapshots-ACCOUNTSxSIGNALS: two snapshots, one file each
    tables.py columns KIND N FOLDER                  baseline.bin, candidate.bin: little-endian f64

All seeds are fixed: the same arguments give the same values.
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROW_GROUP = 131_072


class Signals:
    """Heavy-tailed, correlated signals, most of them mostly zero; every second one a count."""

    def __init__(self, count: int):
        self.names = [f"net{at % 10}.s{at:03d}" for at in range(count)]
        shape = np.random.default_rng(7)
        # Drawn column by column, so that more signals do not change the first ones.
        drawn = [(shape.normal(3, 2), shape.uniform(0.8, 2.5), shape.uniform(0.2, 0.95)) for _ in range(count)]
        self.mean, self.spread, self.zero = (np.array(column, dtype=np.float32) for column in zip(*drawn))
        weights = np.random.default_rng(3)
        baseline = weights.uniform(0, 1, count)
        candidate = baseline * weights.uniform(0.8, 1.2, count)
        self.weights = {"1.0.0": baseline / baseline.sum(), "2.0.0": candidate / candidate.sum()}

    def draw(self, random: np.random.Generator, rows: int, lift: np.ndarray):
        """The columns of some accounts; `lift` is added to the logarithm of each signal."""
        influence = random.standard_normal(rows, dtype=np.float32)
        for at in range(len(self.names)):
            own = random.standard_normal(rows, dtype=np.float32)
            values = np.exp(
                self.mean[at] + lift[at] + self.spread[at] * (np.float32(0.6) * influence + np.float32(0.8) * own)
            )
            values[random.random(rows, dtype=np.float32) < self.zero[at]] = 0
            yield np.floor(values) if at % 2 == 0 else values


def write_table(path: pathlib.Path, signals: Signals, accounts: int, seed: int, lift=None, snapshot=None):
    """One Parquet file, written row group by row group."""
    columns = [("account", pa.uint64())] + ([("snapshot", pa.string())] if snapshot else [])
    schema = pa.schema(columns + [(name, pa.float32()) for name in signals.names])
    random = np.random.default_rng(seed)
    lift = np.zeros(len(signals.names), dtype=np.float32) if lift is None else lift
    dictionary = ["snapshot"] if snapshot else False
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=dictionary) as writer:
        for start in range(0, accounts, ROW_GROUP):
            rows = min(ROW_GROUP, accounts - start)
            arrays = [pa.array(np.arange(start, start + rows, dtype=np.uint64))]
            if snapshot:
                arrays.append(pa.array([snapshot] * rows))
            arrays += [pa.array(values) for values in signals.draw(random, rows, lift)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=rows)


def write_manifest(folder: pathlib.Path, files: list[str], signals: Signals, snapshots: bool):
    """The dataset.toml; written last, so that its presence says that the dataset is whole."""
    lines = [
        "format = 1",
        f'dataset = "{folder.name}"',
        'population = "synthetic accounts"',
        'source = "benches/peers/tables.py"',
        'licence = "CC0-1.0"',
    ]
    for file in files:
        with open(folder / file, "rb") as table:
            digest = hashlib.file_digest(table, "sha256").hexdigest()
        lines += ["[[table]]", f'file = "{file}"', 'encoding = "parquet"', f'sha256 = "{digest}"']
    lines += ["[column.account]", 'role = "key"', 'type = "integer"']
    if snapshots:
        lines += ["[column.snapshot]", 'role = "snapshot"']
    for name in signals.names:
        lines += [f'[column."{name}"]', 'role = "signal"']
    (folder / "dataset.toml").write_text("\n".join(lines) + "\n")


def write_models(workbench: pathlib.Path, signals: Signals):
    """Two versions: weighted sum of ln(1 + x), min-max to 1..100 over the scored accounts."""
    family = f"weighted-{len(signals.names)}"
    folder = workbench / "models" / family
    folder.mkdir(parents=True, exist_ok=True)
    for version, weights in signals.weights.items():
        lines = [
            "format = 1",
            f'model = "{family}@{version}"',
            'rationale = "The arithmetic that the peers do as well."',
            'reference = "scored-data"',
            "[scale]",
            'from = "min-max"',
            "[network.all]",
            'aggregate = "weighted-sum"',
        ]
        for name, weight in zip(signals.names, weights.tolist()):
            lines += [
                f"[factor.{name.replace('.', '-')}]",
                'network = "all"',
                f'value = "{name}"',
                'missing = "zero"',
                'transforms = ["log1p"]',
                f"weight = {weight!r}",
            ]
        (folder / f"{version}.toml").write_text("\n".join(lines) + "\n")


def new_dataset(workbench: pathlib.Path, name: str) -> pathlib.Path | None:
    """The folder of a dataset that is still to be made."""
    folder = workbench / "datasets" / name
    if (folder / "dataset.toml").exists():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def make_accounts(accounts: int, count: int, workbench: pathlib.Path):
    signals = Signals(count)
    write_models(workbench, signals)
    folder = new_dataset(workbench, f"accounts-{accounts}x{count}")
    if folder is None:
        return
    weights = {version: weights.tolist() for version, weights in signals.weights.items()}
    (folder / "weights.json").write_text(json.dumps({"signals": signals.names, "weights": weights}))
    write_table(folder / "accounts.parquet", signals, accounts, seed=42)
    write_manifest(folder, ["accounts.parquet"], signals, snapshots=False)


def make_snapshots(accounts: int, count: int, workbench: pathlib.Path):
    signals = Signals(count)
    folder = new_dataset(workbench, f"snapshots-{accounts}x{count}")
    if folder is None:
        return
    # Some signals stand still, others grow by up to half.
    lift = np.log(np.maximum(1, np.random.default_rng(11).uniform(0.7, 1.5, count))).astype(np.float32)
    write_table(folder / "before.parquet", signals, accounts, seed=42, snapshot="2011-08")
    write_table(folder / "after.parquet", signals, accounts, seed=43, lift=lift, snapshot="2011-09")
    write_manifest(folder, ["before.parquet", "after.parquet"], signals, snapshots=True)


def make_columns(kind: str, rows: int, folder: pathlib.Path):
    """Two columns that nearly agree, are independent, or nearly agree and are full of ties."""
    if (folder / "candidate.bin").exists():
        return
    random = np.random.default_rng(1)
    baseline = random.standard_normal(rows)
    noise = random.standard_normal(rows)
    candidate = {
        "near": lambda: baseline + 0.05 * noise,
        "rough": lambda: baseline + 0.3 * noise,
        "independent": lambda: noise,
        "tied": lambda: baseline + 0.05 * noise,
    }[kind]()
    if kind == "tied":
        baseline, candidate = (np.floor(np.clip(50 + 15 * column, 1, 100)) for column in (baseline, candidate))
    folder.mkdir(parents=True, exist_ok=True)
    for name, column in [("baseline", baseline), ("candidate", candidate)]:
        column.astype("<f8").tofile(folder / f"{name}.bin.part")
        (folder / f"{name}.bin.part").rename(folder / f"{name}.bin")


def main(what: str, *arguments: str):
    if what == "columns":
        kind, rows, folder = arguments
        make_columns(kind, int(rows), pathlib.Path(folder))
    else:
        accounts, signals, workbench = arguments
        make = {"accounts": make_accounts, "snapshots": make_snapshots}[what]
        make(int(accounts), int(signals), pathlib.Path(workbench))


if __name__ == "__main__":
    main(*sys.argv[1:])
