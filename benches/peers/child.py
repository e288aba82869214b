"""Runs one program to its end and says what it cost.

Keep this process small (no NumPy here): until a child has started its own program, its peak memory
counts what it shares with its parent.
"""

import dataclasses
import json
import os
import pathlib
import resource
import subprocess
import tempfile
import time

THREADS = 2


class Failed(Exception):
    """A program that did not end as it should."""


@dataclasses.dataclass
class Outcome:
    wall: float
    """Seconds from start to end of the process."""
    peak: float
    """Largest resident memory, in MiB."""
    at_most: bool
    """Whether the peak is only known to be no larger: this process is as large itself."""
    printed: str


@dataclasses.dataclass
class Command:
    arguments: list[str]
    folder: pathlib.Path | None = None
    codes: tuple[int, ...] = (0,)
    """Exit codes that count as success."""
    remove: pathlib.Path | None = None
    """A folder that must not be there at the start."""


def environment() -> dict[str, str]:
    """The same number of threads for everybody."""
    names = ["THREADS", "RAYON_NUM_THREADS", "POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"]
    # Nobody reports home while the clock runs.
    return {**os.environ, **dict.fromkeys(names, str(THREADS)), "DO_NOT_TRACK": "1"}


def run(command: Command) -> Outcome:
    if command.remove is not None:
        # Not timed, and by another program: a large tree would swell this process.
        subprocess.run(["rm", "-rf", str(command.remove)], check=True)
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            command.arguments,
            cwd=command.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), errors.seek(0)
        if process.returncode not in command.codes:
            said = errors.read()[-2000:]
            raise Failed(f"{' '.join(command.arguments)}\nended with {process.returncode}\n{said}")
        # Linux counts in KiB.
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return Outcome(wall, used.ru_maxrss / 1024, used.ru_maxrss <= own, out.read())


def warm(paths: list[pathlib.Path]):
    """Brings files into the page cache."""
    for path in paths:
        with open(path, "rb", buffering=0) as file:
            while file.read(1 << 20):
                pass


def last_json(printed: str):
    """What a program printed; libraries may have printed lines before it."""
    text = printed.strip()
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return json.loads(text.splitlines()[-1])
