"""Expected values for the ranking figures of src/stats. Prints JSON.

Weighted tau comes from SciPy, with its default arguments. The others are in no
library that this script could ask, so they are computed here from their plain
definitions: AP correlation pair by pair, rank-biased overlap from a table of
what each item contributes at each depth, in fractions where ties are broken,
weights of the top in sixty decimal digits.

Needs numpy and scipy; the versions used stand in the output. The cases that
are named only are those of scipy.json, which must lie beside the script.
Usage: python make_ranking.py > ranking.json
"""

import json
import math
import pathlib
import platform
from decimal import Decimal, getcontext
from fractions import Fraction
from itertools import permutations, product

import numpy as np
import scipy
from scipy import stats

PERSISTENCES = [0.3, 0.9, 0.98]


def tau_ap(reference, other):
    """The mean share of the items above one that are above it in both."""
    shares = []
    for x, y in zip(reference, other):
        above = other > y
        if above.any():
            shares.append(np.mean(reference[above] > x))
    return float(2 * np.mean(shares) - 1)


def expected_tau_ap(reference, other):
    """The mean over all ways of breaking the ties of the second column."""
    groups = [np.flatnonzero(other == value) for value in sorted(set(other), reverse=True)]
    ways = []
    for orders in product(*(permutations(group) for group in groups)):
        order = [row for group in orders for row in group]
        total = Fraction(0)
        for place in range(1, len(order)):
            concordant = sum(reference[row] > reference[order[place]] for row in order[:place])
            total += Fraction(int(concordant), place)
        ways.append(2 * total / (len(order) - 1) - 1)
    return float(sum(ways) / len(ways))


def contributions(groups, items, depth, ties):
    """A row for each item, a column for each depth from 1 on."""
    table = np.zeros((len(items), depth))
    above = 0
    for group in groups:
        for item in group:
            for d in range(1, depth + 1):
                share = (d - above) / len(group)
                table[items.index(item), d - 1] = (share > 0) if ties == "sport" else min(max(share, 0), 1)
        above += len(group)
    return table


def rbo(first, second, p, ties):
    first, second = sorted((first, second), key=lambda groups: sum(map(len, groups)))
    s, l = (sum(map(len, groups)) for groups in (first, second))
    flat = [item for groups in (first, second) for group in groups for item in group]
    items = list(dict.fromkeys(flat))
    short, long = (contributions(groups, items, l, ties) for groups in (first, second))
    unseen = [at for at, item in enumerate(items) if item not in flat[:s]]
    common = s + l - len(items)

    def agreement(d, together):
        # Past its end, the shorter list goes on without ties.
        sums = [short[:, d - 1].sum() + max(d - s, 0), long[:, d - 1].sum()]
        squares = [(short[:, d - 1] ** 2).sum() + max(d - s, 0), (long[:, d - 1] ** 2).sum()]
        whole = {"sport": sum(sums) / 2, "expected": d, "corrected": math.sqrt(math.prod(squares))}
        return together / whole[ties]

    totals = {"extrapolated": 0.0, "least": 0.0, "most": 0.0}
    for d in range(1, l + 1):
        seen = float(short[:, d - 1] @ long[:, d - 1])
        besides = dict.fromkeys(totals, 0.0)
        if d <= s:
            at_end = agreement(d, seen)
        else:
            begun = [long[at, d - 1] for at in unseen if long[at, d - 1] > 0]
            besides["extrapolated"] = (d - s) * at_end * sum(begun) / len(begun)
            besides["most"] = sum(sorted(begun, reverse=True)[: d - s])
        for which in totals:
            totals[which] += (1 - p) * p ** (d - 1) * agreement(d, seen + besides[which])
    # 4,000 depths on, nothing is left at these persistences.
    for d in range(l + 1, l + 4001):
        weight = (1 - p) * p ** (d - 1)
        totals["extrapolated"] += weight * (common + (l - s) * at_end) / l
        totals["least"] += weight * common / d
        totals["most"] += weight * min(common + (l - s) + 2 * (d - l), d) / d
    return totals


def rankings(first, second, p):
    return {ties: rbo(first, second, p, ties) for ties in ("sport", "expected", "corrected")}


def by_value(column):
    return [np.flatnonzero(column == value).tolist() for value in sorted(set(column), reverse=True)]


def weight_of_top(p, d):
    getcontext().prec = 60
    p = Decimal(p)
    above = sum(p**i / i for i in range(1, d))
    return float(1 - p ** (d - 1) + (1 - p) / p * d * (-(1 - p).ln() - above))


def drawn(r, pool):
    """A list of groups over some of a pool of items."""
    items = r.permutation(pool)[: r.integers(1, pool + 1)].tolist()
    groups = []
    while items:
        size = int(r.integers(1, 5)) if r.random() < 0.5 else 1
        groups.append(items[:size])
        items = items[size:]
    return groups


def columns():
    """The cases of scipy.json with two columns of one length."""
    table = json.loads(pathlib.Path(__file__).with_name("scipy.json").read_text())
    out = {}
    for name, case in table["cases"].items():
        first, second = np.array(case["first"]), np.array(case["second"])
        if len(first) != len(second):
            continue
        expected = {
            "weighted-tau": float(stats.weightedtau(first, second).statistic),
            "tau-ap": tau_ap(first, second),
            "tau-ap-reverse": tau_ap(second, first),
        }
        if len(set(first)) == len(first) <= 10:
            expected["tau-ap-expected"] = expected_tau_ap(first, second)
        if len(first) <= 50:
            expected["rbo"] = {str(p): rankings(by_value(first), by_value(second), p) for p in PERSISTENCES}
        out[name] = expected
    return out


def more_weighted():
    """Columns of their own for the weighted tau: long, and with most rows tied in both."""
    r = np.random.default_rng(20150522)
    out = []
    for first, second in [
        (r.integers(0, 4, 400), r.integers(0, 3, 400)),
        (r.negative_binomial(1, 0.5, 800), r.negative_binomial(1, 0.5, 800)),
        (np.arange(600), r.permutation(600)),
        (r.integers(0, 2, 90), r.integers(0, 2, 90)),
    ]:
        first, second = first.astype(float), second.astype(float)
        value = float(stats.weightedtau(first, second).statistic)
        out.append({"first": first.tolist(), "second": second.tolist(), "weighted-tau": value})
    return out


def chance():
    """The weighted tau of shuffled columns: what no agreement at all looks like."""
    r = np.random.default_rng(8)
    out = []
    for rows, levels, draws in [(100, 100, 4000), (100, 10, 4000), (1000, 1000, 1000), (1000, 10, 1000)]:
        column = np.floor(np.arange(rows) * levels / rows)
        values = [stats.weightedtau(column, r.permutation(column)).statistic for _ in range(draws)]
        deviation = float(np.std(values))
        of = {"rows": rows, "levels": levels, "draws": draws}
        out.append({**of, "mean": float(np.mean(values)), "standard-deviation": deviation})
    return out


def lists():
    r = np.random.default_rng(20240714)
    out = []
    for _ in range(60):
        pool = int(r.integers(2, 25))
        first, second = drawn(r, pool), drawn(r, pool)
        p = float(np.round(r.uniform(0.05, 0.98), 3))
        out.append({"first": first, "second": second, "p": p, "expected": rankings(first, second, p)})
    return out


def written(value, depth=0):
    """JSON with sorted keys: objects over several lines, lists of objects one a line, other lists on one."""
    pad = "  " * (depth + 1)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        items = [pad + json.dumps(item, sort_keys=True, allow_nan=False) for item in value]
        return "[\n" + ",\n".join(items) + "\n" + "  " * depth + "]"
    if not isinstance(value, dict):
        return json.dumps(value, allow_nan=False)
    items = [f"{pad}{json.dumps(key)}: {written(value[key], depth + 1)}" for key in sorted(value)]
    return "{\n" + ",\n".join(items) + "\n" + "  " * depth + "}"


WEIGHTS = [("0.5", 1), ("0.5", 2), ("0.9", 10), ("0.98", 50), ("0.99", 100), ("0.999", 1000), ("0.9999", 3)]

print(
    written(
        {
            "made-with": {
                "numpy": np.__version__,
                "python": platform.python_version(),
                "scipy": scipy.__version__,
                "script": "tests/reference/make_ranking.py",
            },
            "chance": chance(),
            "columns": columns(),
            "weighted": more_weighted(),
            "lists": lists(),
            "weights-of-the-top": [{"p": float(p), "d": d, "weight": weight_of_top(p, d)} for p, d in WEIGHTS],
        }
    )
)
