"""Expected values for src/stats/sensitivity.rs, from SALib. Prints JSON.

Needs SALib (pip install SALib, in a virtual environment); the versions used
stand in the output. Outputs are those of plain random points in the order of
SALib: a row is A, then A with each input in turn from B, then B. SALib takes
the mean of all outputs off and divides them by their standard deviation before
it estimates; "raw-first" are the first orders without that. Its intervals are
1.96 standard deviations of bootstrap replicates and are not stored.
Usage: python make_sensitivity.py > sensitivity.json
"""

import json
import platform
from importlib.metadata import version

import numpy as np
from SALib.analyze import sobol


def ishigami(x):
    x = np.pi * (2 * x - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def g(x):
    a = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])
    return np.prod((np.abs(4 * x - 2) + a) / (1 + a), axis=1)


def steps(x):
    """Ties: a count of how many of four inputs lie above a third."""
    return np.sum(x > 1 / 3, axis=1).astype(float)


def case(of, inputs, rows, rng):
    a, b = rng.random((rows, inputs)), rng.random((rows, inputs))
    runs = [a]
    for column in range(inputs):
        mixed = a.copy()
        mixed[:, column] = b[:, column]
        runs.append(mixed)
    runs.append(b)
    y = np.stack([of(points) for points in runs], axis=1)
    problem = {"num_vars": inputs, "names": [f"x{i}" for i in range(inputs)], "bounds": [[0, 1]] * inputs}
    found = sobol.analyze(problem, y.ravel(), calc_second_order=False, num_resamples=10, seed=1)
    variance = np.var(np.concatenate([y[:, 0], y[:, -1]]))
    return {
        "inputs": inputs,
        "rows": rows,
        "outputs": y.ravel().tolist(),
        "first": found["S1"].tolist(),
        "total": found["ST"].tolist(),
        "raw-first": [float(np.mean(y[:, -1] * (y[:, 1 + i] - y[:, 0])) / variance) for i in range(inputs)],
    }


def main():
    rng = np.random.default_rng(1993)
    out = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "salib": version("SALib"),
        "cases": {
            "ishigami": case(ishigami, 3, 64, rng),
            "ishigami-plus-hundred": case(lambda x: ishigami(x) + 100, 3, 64, rng),
            "g": case(g, 8, 40, rng),
            "steps": case(steps, 4, 32, rng),
        },
    }
    print(json.dumps(out, separators=(",", ":")))


if __name__ == "__main__":
    main()
