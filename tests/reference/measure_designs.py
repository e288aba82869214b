"""How well designs find shares of variance, for METHODOLOGY.md. Prints a table.

Needs numpy and scipy. Nothing of the tests reads what it prints: it says why
src/stats/sensitivity.rs takes a Latin hypercube and what that costs. The error
is the root of the mean squared error of first and total orders over designs,
against the analytic values. "drawn" is a Sobol' sequence whose first direction
numbers are drawn at random instead of taken from a table, scrambled after Owen.
Usage: python measure_designs.py (a few minutes)
"""

import numpy as np
from scipy.stats import qmc

BITS = 32


def ishigami(u):
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_shares():
    p = np.pi**4
    alone, second, both = (1 + 0.1 * p / 5) ** 2 / 2, 49 / 8, 8 * 0.01 * p * p / 225
    whole = second + 0.1 * p / 5 + 0.01 * p * p / 18 + 0.5
    return np.array([alone, second, 0]) / whole, np.array([alone + both, second, both]) / whole


def g(a):
    a = np.array(a, float)
    parts = 1 / (3 * (1 + a) ** 2)
    product = np.prod(1 + parts)
    shares = parts / (product - 1), parts * product / (1 + parts) / (product - 1)
    return (lambda u: np.prod((abs(4 * u - 2) + a) / (1 + a), axis=1)), shares


def added(weights):
    shares = weights**2 / np.sum(weights**2)
    return (lambda u: u @ weights), (shares, shares)


def primitives(count):
    """Primitive polynomials over the integers modulo 2, by degree: x generates all 2^degree - 1 powers."""
    out, degree = [], 1
    while len(out) < count:
        for polynomial in range((1 << degree) | 1, 1 << (degree + 1), 2):
            power, steps = 1, 0
            while True:
                power <<= 1
                if power >> degree & 1:
                    power ^= polynomial
                steps += 1
                if power <= 1:
                    break
            if power == 1 and steps == (1 << degree) - 1:
                out.append((degree, polynomial))
        degree += 1
    return out[:count]


POLYNOMIALS = primitives(219)


def directions(column, rng):
    if column == 0:
        return [1 << (BITS - 1 - bit) for bit in range(BITS)]
    degree, polynomial = POLYNOMIALS[column - 1]
    out = [(int(rng.integers(0, 1 << (bit + 1))) | 1) << (BITS - 1 - bit) for bit in range(degree)]
    for bit in range(degree, BITS):
        number = out[bit - degree] ^ (out[bit - degree] >> degree)
        for back in range(1, degree):
            if polynomial >> (degree - back) & 1:
                number ^= out[bit - back]
        out.append(number)
    return out


def drawn(rows, columns, rng):
    out, depth = np.empty((rows, columns)), (rows - 1).bit_length()
    number = np.arange(rows, dtype=np.uint64)
    for column in range(columns):
        plain = np.zeros(rows, dtype=np.uint64)
        for bit, direction in enumerate(directions(column, rng)[:depth]):
            plain ^= np.where(number >> np.uint64(bit) & np.uint64(1), np.uint64(direction), np.uint64(0))
        # Owen: a coin for every prefix of bits; below the rows a uniform rest.
        prefix, value = np.zeros(rows, dtype=np.int64), np.zeros(rows)
        for level in range(depth):
            bit = (plain >> np.uint64(BITS - 1 - level) & np.uint64(1)).astype(np.int64)
            value += (bit ^ rng.integers(0, 2, 1 << level)[prefix]) * 2.0 ** -(level + 1)
            prefix = prefix * 2 + bit
        out[:, column] = value + rng.random(rows) * 2.0**-depth
    return out


DESIGNS = {
    "random": lambda rows, columns, rng: rng.random((rows, columns)),
    "hypercube": lambda rows, columns, rng: qmc.LatinHypercube(columns, rng=rng).random(rows),
    "SciPy's Sobol'": lambda rows, columns, rng: qmc.Sobol(columns, rng=rng).random(rows),
    "drawn": drawn,
}


def squares(of, truth, inputs, asked, points):
    a, b = points[:, :inputs], points[:, inputs:]
    out_a, out_b = of(a), of(b)
    centre, variance = np.mean([out_a, out_b]), np.var(np.concatenate([out_a, out_b]))
    errors = np.zeros(2)
    for column in asked:
        mixed = a.copy()
        mixed[:, column] = b[:, column]
        out = of(mixed)
        found = np.mean((out_b - centre) * (out - out_a)) / variance, np.mean((out - out_a) ** 2) / 2 / variance
        errors += [(found[order] - truth[order][column]) ** 2 / len(asked) for order in (0, 1)]
    return errors


def main():
    weights = np.array([1 / (1 + at * 37 % 110) for at in range(110)])
    cases = [
        ("ishigami", ishigami, ishigami_shares(), 3, range(3), 100),
        ("g, 8", *g([0, 1, 4.5, 9] + [99] * 4), 8, range(8), 100),
        ("g, 110, the first matter", *g([0, 1, 4.5, 9] + [99] * 106), 110, [0, 1, 2, 3, 50], 40),
        ("g, 110, the last matter", *g([99] * 106 + [0, 1, 4.5, 9]), 110, [50, 106, 107, 108, 109], 40),
        ("g, 110, all matter", *g([3 + at * 7 % 11 for at in range(110)]), 110, range(0, 110, 10), 40),
        ("sum, 110", *added(weights), 110, range(0, 110, 10), 40),
    ]
    print("| function | rows |", " | ".join(DESIGNS), "|")
    for name, of, truth, inputs, asked, designs in cases:
        for rows in (256, 1024):
            cells = []
            for design in DESIGNS.values():
                points = (design(rows, 2 * inputs, np.random.default_rng(seed)) for seed in range(designs))
                found = np.array([squares(of, truth, inputs, asked, one) for one in points])
                cells.append("%.4f, %.4f" % tuple(np.sqrt(found.mean(axis=0))))
            print(f"| {name} | {rows} |", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main()
