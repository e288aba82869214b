"""What was measured, as one Markdown table."""

import math
import pathlib
import statistics

BEGIN, END = "<!-- peers:begin -->", "<!-- peers:end -->"
COLUMNS = ["case", "peer", "ours, s", "peer, s", "ratio (least..greatest)"]
COLUMNS += ["ours, peak MiB", "peer, peak MiB", "pairs", "values agree to"]
# Where there is no place for the table yet.
HEADING = "\n## Beside what people use today\n\n"


def number(value: float) -> str:
    """Three digits."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(value)))}f}" if value > 0 else "0"


def middle(values: list[float]) -> float:
    return statistics.median(values)


def memory(samples: list[dict]) -> str:
    bound = "≤ " if any(each["peak-at-most"] for each in samples) else ""
    return bound + number(middle([each["peak"] for each in samples]))


def ratios_of(row: dict) -> list[float]:
    """The peer's seconds by ours, pair by pair."""
    return [pair["theirs"]["seconds"] / pair["ours"]["seconds"] for pair in row["pairs"]]


def line(case: dict, row: dict, notes: list[str]) -> str:
    note = ""
    if case["note"]:
        if case["note"] not in notes:
            notes.append(case["note"])
        note = f" ({notes.index(case['note']) + 1})"
    ours = [pair["ours"] for pair in row["pairs"]]
    mine = number(middle([each["seconds"] for each in ours]))
    cells = [row["title"] + note, "none", mine, "–", "–", memory(ours), "–", str(len(ours)), "–"]
    if case["peer"]:
        theirs = [pair["theirs"] for pair in row["pairs"]]
        ratios = ratios_of(row)
        ratio = f"{number(middle(ratios))}× ({number(min(ratios))}..{number(max(ratios))})"
        cells[1] = case["peer"]
        cells[3] = number(middle([each["seconds"] for each in theirs]))
        cells[4] = f"**slower:** {ratio}" if middle(ratios) < 1 else ratio
        cells[6] = memory(theirs)
        cells[8] = "not compared" if row["agreement"] is None else f"{row['agreement']} digits"
    return f"| {' | '.join(cells)} |"


def markdown(results: dict) -> str:
    cases = results["cases"].values()
    dates = sorted({case["date"] for case in cases})
    commits = list(dict.fromkeys(case["commit"] for case in cases))
    span = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    machine = results["machine"]
    versions = dict(pair for case in cases for pair in case["versions"].items())
    notes: list[str] = []
    lines = [
        f"Measured by `benches/peers/run` on {machine['cores']} cores of {machine['cpu']}, {machine['memory']}, "
        f"{results['threads']} threads, {span}, of {', '.join(commits)}; "
        + ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
        + ". Warm page cache; each pair in turn, the order changed from pair to pair; medians. "
        "Seconds are those of the work, without the start of Python and its imports, unless a row says otherwise. "
        "The ratio is the peer's seconds by ours within a pair: below 1 we are slower, and it says so.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [line(case, row, notes) for case in cases for row in case["rows"] if row["pairs"]]
    if notes:
        lines += [""] + [f"{at}. {note[0].upper()}{note[1:]}." for at, note in enumerate(notes, 1)]
    slower = [
        f"{row['title']} beside {case['peer']}"
        for case in cases
        if case["peer"]
        for row in case["rows"]
        if row["pairs"] and middle(ratios_of(row)) < 1
    ]
    lines += ["", f"Slower than the peer: {'; '.join(slower) or 'none of these'}."]
    return "\n".join(lines)


def write(results: dict, path: pathlib.Path):
    """Puts the table between its markers, or at the end where there are none."""
    text = path.read_text() if path.exists() else ""
    if BEGIN not in text:
        text = text.rstrip("\n") + f"\n{HEADING}{BEGIN}\n{END}\n"
    before, rest = text.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    path.write_text(f"{before}{BEGIN}\n{markdown(results)}\n{END}{after}")
