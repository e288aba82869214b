"""What is timed: each case names two programs that do the same work, and the rows that come out.

A reader turns what a program printed into `Told`: the seconds and the values that it names.
To add a case, add a `Case` to `all_cases`; where the peer's work is new, write a program beside this file
that prints `{"seconds": {step: s}, "values": {name: value}}` and does not time its imports.
"""

import dataclasses
import pathlib
from collections.abc import Callable

from child import THREADS, Command, Outcome, last_json

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MADE = ROOT / "target" / "peers"
WORKBENCH = MADE / "workbench"
SHIPPED = MADE / "shipped"
PYTHON = str(MADE / "venv" / "bin" / "python")
PYTHON_EVIDENTLY = str(MADE / "venv-evidently" / "bin" / "python")

FIGURES = ["kendall-tau-b", "spearman", "psi", "ks", "wasserstein"]
RANKS = ["tau-b", "spearman", "weighted-tau"]


@dataclasses.dataclass
class Told:
    seconds: dict[str, float]
    values: dict[str, float]


def whole_process(outcome: Outcome) -> Told:
    return Told({"total": outcome.wall}, {})


def as_printed(outcome: Outcome) -> Told:
    """`{"seconds": {step: s}, "values": {name: value}}`; the total is that of all steps."""
    said = last_json(outcome.printed)
    return Told({**said["seconds"], "total": sum(said["seconds"].values())}, said["values"])


def as_figures(outcome: Outcome) -> Told:
    """`{figure: {"value": v, "seconds": s}}`, as examples/figures.rs prints it."""
    said = {name: each for name, each in last_json(outcome.printed).items() if isinstance(each, dict)}
    return Told(
        {name: each["seconds"] for name, each in said.items()}, {name: each["value"] for name, each in said.items()}
    )


def as_drift(outcome: Outcome) -> Told:
    """`clout dataset describe --from --to --format json`."""
    signals = last_json(outcome.printed)["signals"]
    return Told({"drift": outcome.wall}, {each["name"]: each["psi"] for each in signals})


@dataclasses.dataclass
class Row:
    title: str
    seconds: str
    """Which of the seconds count."""
    digits: dict[str, int]
    """Values that must agree, and to how many significant digits."""


@dataclasses.dataclass
class Case:
    name: str
    rows: list[Row]
    ours: Command
    read_ours: Callable[[Outcome], Told]
    needs: list[list[str]] = dataclasses.field(default_factory=list)
    """Arguments of tables.py for what has to be there."""
    peer: str = ""
    """Who does the same; `{package}` stands for its version. Without a peer ours runs alone."""
    theirs: Callable[[int], Command] | None = None
    """The peer's program in the pair of this number."""
    read_theirs: Callable[[Outcome], Told] = as_printed
    warm: list[pathlib.Path] = dataclasses.field(default_factory=list)
    """Files that are brought into the page cache before."""
    rehearse: bool = False
    """Whether both run once unmeasured before."""
    large: bool = False
    """Runs only where it is named: needs gigabytes of disk or many minutes."""
    note: str = ""


def python(program: str, *arguments: object, interpreter: str = PYTHON) -> Command:
    return Command([interpreter, str(HERE / program), *map(str, arguments)])


def always(command: Command) -> Callable[[int], Command]:
    return lambda pair: command


def size(count: int) -> str:
    for unit, name in [(1_000_000, "M"), (1_000, "k")]:
        if count >= unit and count % unit == 0:
            return f"{count // unit}{name}"
    return str(count)


def scoring(against: str, accounts: int) -> list[Case]:
    """Two models of 100 signals, without and with five figures."""
    dataset = f"accounts-{accounts}x100"
    folder = WORKBENCH / "datasets" / dataset
    peers = [("polars", "Polars {polars} (streaming)"), ("duckdb", "DuckDB {duckdb}")]
    made = []
    for figures in ([], FIGURES):
        ours = [against, str(WORKBENCH), dataset, "weighted-100@1.0.0", "weighted-100@2.0.0", *figures]
        for peer, title in peers:
            what = "read and score two models of 100 signals"
            what += ", tau-b, Spearman, PSI, KS, Wasserstein" if figures else ""
            # Scores closer than 1e-9 are ties here, which moves tau-b in its ninth digit or so.
            digits = {"mean of the baseline": 10, "mean of the candidate": 10}
            digits |= {figure: 7 if figure == "kendall-tau-b" else 8 for figure in figures}
            made.append(
                Case(
                    name=f"{'figures' if figures else 'score'}-{peer}-{size(accounts)}",
                    rows=[Row(f"{what}, {size(accounts)} accounts", "total", digits)],
                    needs=[["accounts", str(accounts), "100", str(WORKBENCH)]],
                    ours=Command(ours),
                    read_ours=as_printed,
                    peer=title + (", SciPy {scipy}" if figures else ""),
                    theirs=always(python("scoring.py", peer, folder, *figures)),
                    warm=[folder / "accounts.parquet"],
                    large=accounts > 5_000_000,
                    note="ours also verifies the digest of the file and that no key stands twice",
                )
            )
    return made


def on_columns(figures: str, folder: pathlib.Path) -> Command:
    """Every figure, each measured once and with its own sort."""
    return Command([figures, "--columns", str(folder / "baseline.bin"), str(folder / "candidate.bin"), "1", "--json"])


def ranks(figures: str, kind: str, rows: int) -> Case:
    folder = MADE / "columns" / f"{kind}-{rows}"
    # SciPy's weightedtau takes a minute and a half on ten million rows: once is enough.
    slow = rows > 1_000_000
    few = [name for name in RANKS if not (slow and name == "weighted-tau")]
    titles = {"tau-b": "tau-b", "spearman": "Spearman", "weighted-tau": "weighted tau"}
    # Counts of pairs are exact on both sides; sums over ten million rows are not.
    digits = {"tau-b": 12, "spearman": 10, "weighted-tau": 9}
    if kind == "independent":
        # Near 0 what is left of two large sums has fewer digits.
        digits = {"tau-b": 9, "spearman": 7, "weighted-tau": 6}
    return Case(
        name=f"ranks-{kind}-{size(rows)}",
        rows=[Row(f"{titles[name]}, {size(rows)} rows, {kind}", name, {name: digits[name]}) for name in RANKS],
        needs=[["columns", kind, str(rows), str(folder)]],
        ours=on_columns(figures, folder),
        read_ours=as_figures,
        peer="SciPy {scipy}",
        theirs=lambda pair: python("ranks.py", "figures", folder, *(RANKS if pair == 0 else few)),
        note="peak memory is that of the whole process, which measures all figures here and these alone there",
    )


def bootstrap(figures: str) -> Case:
    # The program draws from 10,000 rows, whatever the columns hold.
    folder = MADE / "columns" / "rough-10000"
    name = "bootstrap of tau-b"
    return Case(
        name="bootstrap",
        rows=[Row("1,000 bootstrap replicates of tau-b, 10k rows", name, {name: 3})],
        needs=[["columns", "rough", "10000", str(folder)]],
        ours=on_columns(figures, folder),
        read_ours=as_figures,
        peer="a loop over SciPy {scipy}",
        theirs=always(python("ranks.py", "bootstrap", folder)),
        note="each draws its own replicates, so their means agree to three digits or so",
    )


def drift(clout: str, accounts: int) -> list[Case]:
    dataset = f"snapshots-{accounts}x100"
    folder = WORKBENCH / "datasets" / dataset
    ours = [clout, "dataset", "describe", dataset, "--from", "2011-08", "--to", "2011-09", "--format", "json"]
    ours += ["--workbench", str(WORKBENCH), "--threads", str(THREADS)]
    title = f"PSI of 100 signals between two snapshots of {size(accounts)} accounts"
    shared = {
        "needs": [["snapshots", str(accounts), "100", str(WORKBENCH)]],
        "ours": Command(ours),
        "read_ours": as_drift,
        "warm": [folder / "before.parquet", folder / "after.parquet"],
    }
    names = [f"net{at % 10}.s{at:03d}" for at in range(100)]
    return [
        Case(
            name="drift-evidently",
            rows=[Row(title, "drift", {})],
            peer="Evidently {evidently} (DataDriftPreset)",
            theirs=always(python("drift.py", "evidently", folder, interpreter=PYTHON_EVIDENTLY)),
            note="ours is the whole process, with KS and medians; "
            "bins are of equal width there and of equal content here, so values differ by rule",
            **shared,
        ),
        Case(
            name="drift-numpy",
            rows=[Row(title, "drift", dict.fromkeys(names, 9))],
            peer="NumPy {numpy} by our rule, Polars {polars} reading",
            theirs=always(python("drift.py", "numpy", folder)),
            note="ours is the whole process, with KS and medians",
            **shared,
        ),
    ]


def processes(clout: str, accounts: int) -> list[Case]:
    """Whole commands, from start to end."""
    compare = [clout, "compare", "--threads", str(THREADS), "--format", "json"]
    dataset = f"accounts-{accounts}x110"
    panel = Case(
        name="compare-panel",
        rows=[Row("`clout compare clout@2.0.0 clout@2.1.0 --on panel`, whole process", "total", {})],
        ours=Command([*compare, "clout@2.0.0", "clout@2.1.0", "--on", "panel"], folder=SHIPPED),
        read_ours=whole_process,
        peer="`import pandas` alone, {pandas}",
        theirs=always(Command([PYTHON_EVIDENTLY, "-c", "import pandas"])),
        read_theirs=whole_process,
        rehearse=True,
        note="not the same work: what starting costs elsewhere",
    )
    experiment = Case(
        name="run-october",
        rows=[Row("`clout run experiments/october-2011.toml`, with report, charts and 1,000 replicates", "total", {})],
        # Its promise is not kept, which is exit code 1.
        ours=Command(
            [clout, "run", "experiments/october-2011.toml", "--threads", str(THREADS)],
            folder=SHIPPED,
            codes=(0, 1),
            remove=SHIPPED / "runs",
        ),
        read_ours=whole_process,
        rehearse=True,
    )
    large = Case(
        name=f"compare-{size(accounts)}",
        rows=[
            Row(f"`clout compare` of two models of 110 factors, {size(accounts)} accounts, every figure", "total", {})
        ],
        needs=[["accounts", str(accounts), "110", str(WORKBENCH)]],
        ours=Command(
            [*compare, "weighted-110@1.0.0", "weighted-110@2.0.0", "--on", dataset, "--workbench", str(WORKBENCH)]
        ),
        read_ours=whole_process,
        warm=[WORKBENCH / "datasets" / dataset / "accounts.parquet"],
        large=True,
    )
    return [panel, experiment, large]


def all_cases(programs: dict[str, str], accounts: int | None) -> list[Case]:
    """Every case; `accounts` replaces all sizes, to try the script on little."""

    def of(usual: int) -> int:
        return accounts or usual

    sizes = dict.fromkeys(map(of, [1_000_000, 5_000_000, 10_000_000]))
    cases = [case for each in sizes for case in scoring(programs["against"], each)]
    for rows in dict.fromkeys(map(of, [1_000_000, 10_000_000])):
        cases += [ranks(programs["figures"], kind, rows) for kind in ("near", "independent", "tied")]
    cases.append(bootstrap(programs["figures"]))
    cases += drift(programs["clout"], of(1_000_000))
    cases += processes(programs["clout"], of(10_000_000))
    return cases
