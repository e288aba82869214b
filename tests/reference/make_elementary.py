"""The true values of logarithms, exponentials and powers, for src/stats/elementary.rs.

Run with mpmath (1.4.1): python3 make_elementary.py > elementary.json
Each case holds the arguments, the double nearest to the true value, and how far the true value lies
above it, in units of that double's last place. The working precision is 60 digits.
"""
import json
import math
import random

import mpmath

mpmath.mp.dps = 60
random.seed(20261124)
CASES = 600


def case(arguments, true):
    nearest = float(true)
    beyond = float((true - mpmath.mpf(nearest)) / mpmath.mpf(math.ulp(nearest)))
    return [*arguments, nearest, round(beyond, 6)]


def spread(low, high):
    """Numbers of every size between two powers of 2, counts, and numbers around 1."""
    for at in range(CASES):
        kind = at % 4
        if kind == 0:
            yield math.ldexp(random.uniform(1, 2), random.randint(low, high))
        elif kind == 1:
            yield float(random.randint(1, 10**random.randint(1, 9)))
        elif kind == 2:
            yield random.uniform(0.5, 2.0)
        else:
            yield random.random()


found = {
    "ln": [case([x], mpmath.log(mpmath.mpf(x))) for x in spread(-1000, 1000) if x != 1.0],
    "log1p": [case([x], mpmath.log1p(mpmath.mpf(x))) for x in spread(-60, 1000)],
    "exp": [case([x], mpmath.exp(mpmath.mpf(x))) for x in (random.uniform(-700, 700) for _ in range(CASES))],
    "powf": [],
}
while len(found["powf"]) < CASES:
    base, exponent = math.exp(random.uniform(-20, 20)), random.choice([0.14, 1 / 3, 0.5, 2.0, 3.0, -1.0, random.uniform(-5, 5)])
    found["powf"].append(case([base, exponent], mpmath.power(mpmath.mpf(base), mpmath.mpf(exponent))))
print(json.dumps(found, separators=(",", ":")))
